"""What a bundle has by kind, namespace and name, parsed and not parsed texts alike."""

from __future__ import annotations

import pytest

from raypolicy import inventory as module
from raypolicy.bundle import make_bundle
from raypolicy.inputs.files import RawFile
from raypolicy.inventory import Inventory, may_share


def stock(*texts: str) -> Inventory:
    """The inventory of files that don't speak of Ray."""
    return Inventory(
        make_bundle("", [RawFile(f"{n}.yaml", None, t.encode()) for n, t in enumerate(texts)])
    )


def made(kind: str, name: str, namespace: str = "") -> str:
    where = f"  namespace: {namespace}\n" if namespace else ""
    return f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n{where}"


NAMES = {
    "plain": made("Secret", "a"),
    "quoted": 'apiVersion: "v1"\nkind: "Secret"\nmetadata:\n  name: "a"\n',
    "in braces": "{apiVersion: v1, kind: Secret, metadata: {name: a}}\n",
    "metadata in braces": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
    "JSON": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}',
    "metadata first, and deeper": "metadata:\n    labels: {name: b}\n    name: a\nkind: Secret\napiVersion: v1\n",
    "Windows' line ends": made("Secret", "a").replace("\n", "\r\n"),
    "a comment in between": "apiVersion: v1\nkind: Secret # one\nmetadata:\n  # its name\n  name: a # a\n",
    "a name below the labels": "apiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    name: b\n  name: a\n",
    "a text that looks like it": "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    x: |\n      name: b\n  name: a\n",
    "the second document": f"{made('ConfigMap', 'b')}---\n{made('Secret', 'a')}",
    "a List": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: a\n",
    "a SecretList": "apiVersion: v1\nkind: SecretList\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n",
    "an anchor": "apiVersion: v1\nkind: Secret\nx: &m\n  name: a\nmetadata: *m\n",
    "an AppWrapper": "apiVersion: workload.codeflare.dev/v1beta2\nkind: AppWrapper\nmetadata:\n  name: w\nspec:\n  components:\n  - template:\n      apiVersion: v1\n      kind: Secret\n      metadata: {name: a}\n",
}  # fmt: skip


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_wherever_an_object_is_written(text: str) -> None:
    found = stock(text)
    assert list(found.names_of("Secret")) == ["a"]
    assert [each.title for each in found.named("Secret", "a", "")] == ["Secret a"]
    assert [each.name for each in found.of_kind("Secret")] == ["a"]
    assert found.nearest("Secret", "b", "") is None


NO_SECRET = {
    "another kind": made("SealedSecret", "a"),
    "a kind that is spoken of": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\nspec:\n  ref:\n    kind: Secret\n    name: a\n",
    "a text": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  x: |\n    kind: Secret\n    metadata:\n      name: a\n",
    "a patch": f"$patch: delete\n{made('Secret', 'a')}",
    "no version": made("Secret", "a").partition("\n")[2],
    "not YAML": "kind: Secret\nmetadata:\n  name: a\n ]\n",
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("text", NO_SECRET.values(), ids=NO_SECRET)
def test_what_is_no_such_object(text: str) -> None:
    found = stock(text)
    assert found.named("Secret", "a", "") == ()
    assert list(found.of_kind("Secret")) == []


NAMESPACES = [
    ("Secret", "ml", "ml", True),
    ("Secret", "ml", "web", False),
    ("Secret", "", "web", True),  # wherever the user applies it
    ("Secret", "ml", "", True),
    ("Secret", "$NAMESPACE", "web", True),
    ("Secret", "ml", "{{ .Release.Namespace }}", True),
    ("PriorityClass", "ml", "web", True),  # it lies in none
]


@pytest.mark.parametrize(("kind", "one", "other", "expected"), NAMESPACES)
def test_whether_two_may_lie_in_one_namespace(
    kind: str, one: str, other: str, expected: bool
) -> None:
    assert may_share(kind, one, other) is may_share(kind, other, one) is expected


def test_objects_by_namespace() -> None:
    found = stock(made("Secret", "a", "ml"), made("Secret", "a", "web"), made("Secret", "a"))
    assert [each.namespace for each in found.named("Secret", "a", "ml")] == ["ml", ""]
    assert [each.namespace for each in found.elsewhere("Secret", "a", "ml")] == ["web"]
    assert [each.namespace for each in found.named("Secret", "a", "")] == ["ml", "web", ""]
    assert found.elsewhere("Secret", "a", "") == ()


def test_the_nearest_is_one_of_the_same_namespace() -> None:
    text = f"{made('Secret', 'code-8mfh7g2k5t', 'ml')}---\n{made('ConfigMap', 'code-6b4hk2ct9d', 'ml')}"
    found = stock(text).nearest("Secret", "code", "ml")
    assert found is not None and found.name == "code-8mfh7g2k5t"
    assert stock(text).nearest("Secret", "code", "web") is None


def test_a_text_is_parsed_only_where_a_name_leads_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = module.objects_in

    def noted(chunk: module.Chunk) -> object:
        read.append(chunk.source.name)
        return parse(chunk)

    monkeypatch.setattr(module, "objects_in", noted)
    found = stock(made("Secret", "a"), made("Secret", "b"), made("ConfigMap", "a"))
    assert (list(found.names_of("Secret")), found.named("Secret", "c", "")) == (["a", "b"], ())
    assert read == []
    assert found.named("Secret", "b", "") == found.named("Secret", "b", "")
    assert read == ["1.yaml"]
