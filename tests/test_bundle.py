"""Which texts are audited, which are left out and why, and which resources are found in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy.bundle import SMALL_FILE, Bundle, make_bundle
from raypolicy.config import Options
from raypolicy.findings import Report
from raypolicy.inputs.files import RawFile, speaks_of_ray, text_speaks_of_ray
from raypolicy.installed import installed
from raypolicy.run import check

RAY = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev, namespace: ml}\nspec: {}\n"
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rayclusters.ray.io}
spec: {group: ray.io, names: {kind: RayCluster}, versions: [{name: v1}]}
"""


def bundle(*texts: str | bytes, name: str = "a.yaml") -> Bundle:
    files = [
        RawFile(name, None, text if isinstance(text, bytes) else text.encode()) for text in texts
    ]
    return make_bundle("", files)


def titles(made: Bundle) -> list[str]:
    return [resource.title for resource in made.ray]


# Whether bytes could speak of Ray

SPEAKS = [
    (RAY, True),
    ("apiVersion: ray.io/v1alpha1\n", True),
    (CRD, False),
    ("apiVersion: v1\nkind: Pod\n", False),
    ("", False),
    ("apiVersion: ray.io\n", False),
    ("apiVersion: 'ray.io/v1'\n", True),
    ('apiVersion: "ray\\u002eio/v1"\n', True),
    ('apiVersion: "\\x72ay.io/v1"\n', True),
    ('apiVersion: "ray.io\\/v1"\n', True),
    ('apiVersion: "ray.io\\\n  /v1"\n', True),
    ("apiVersion: !!binary cmF5LmlvL3Yx\n", True),
]


@pytest.mark.parametrize(("text", "speaks"), SPEAKS, ids=[repr(row[0][:40]) for row in SPEAKS])
def test_the_prefilter(text: str, speaks: bool) -> None:
    assert speaks_of_ray(text.encode()) is speaks
    assert text_speaks_of_ray(text) is speaks


def test_the_prefilter_knows_utf_16() -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-16"):
        assert speaks_of_ray(RAY.encode(encoding))


@pytest.mark.parametrize(
    "text",
    [text for text, speaks in SPEAKS if (speaks and "\\" in text) or "binary" in text],
    ids=lambda text: repr(text),
)
def test_what_the_prefilter_lets_through_is_read_as_rays(text: str) -> None:
    rest = "kind: RayCluster\nmetadata: {name: dev}\nspec: {}\n"
    assert titles(bundle(text + rest)) == ["RayCluster dev"]


# Look-alikes, which are no resources of KubeRay's

LOOKALIKES = {
    "a CRD": CRD + "# ray.io/v1\n",
    "the API before KubeRay": RAY.replace("ray.io/v1", "cluster.ray.io/v1"),
    "another group that ends in ray.io": RAY.replace("ray.io/v1", "xray.io/v1"),
    "a Deployment that mentions it": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {ray.io/x: y}}\n",
    "a ConfigMap that holds one": "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.yaml: |\n    " + RAY.replace("\n", "\n    ").strip() + "\n",
    "a Serve configuration": "proxy_location: EveryNode\napplications: [{name: ray.io/v1}]\n",
    "values of a chart": "image: {repository: rayproject/ray}\ngroup: ray.io/v1\n",
    "a role": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules: [{apiGroups: [ray.io], resources: [rayclusters/ray.io/v1]}]\n",
    "a comment": "# apiVersion: ray.io/v1\nkind: RayCluster\n",
    "a delete patch": RAY + "$patch: delete\n",
    "a list of texts": "- ray.io/v1\n- RayCluster\n",
    "a text": "ray.io/v1 RayCluster\n",
}  # fmt: skip


@pytest.mark.parametrize("text", LOOKALIKES.values(), ids=LOOKALIKES)
def test_lookalike(text: str) -> None:
    made = bundle(text)
    assert titles(made) == []
    assert made.left_out == ()


UNKNOWN_RAY = {
    "an unknown version": (RAY.replace("ray.io/v1", "ray.io/v2"), "ray.io/v2 RayCluster"),
    "another kind of the group": (RAY.replace("RayCluster", "RayThing"), "ray.io/v1 RayThing"),
    "lower-case kind": (RAY.replace("RayCluster", "raycluster"), "ray.io/v1 raycluster"),
}


@pytest.mark.parametrize(("text", "reason"), UNKNOWN_RAY.values(), ids=UNKNOWN_RAY)
def test_what_ray_does_not_have_is_said_to_be_left_out(text: str, reason: str) -> None:
    made = bundle(text)
    assert list(made.ray) == []
    assert made.left_out == (("a.yaml", reason),)


def test_a_template_hides_no_other_document() -> None:
    made = bundle(
        RAY + "---\n{{- if .Values.x }}\na: [\n{{- end }}\n---\n" + RAY.replace("dev", "two")
    )
    assert titles(made) == ["RayCluster ml/dev", "RayCluster ml/two"]
    assert made.left_out == (("a.yaml", "Helm template"),)


RESOURCES = {
    "one": (RAY, ["RayCluster ml/dev"]),
    "without a namespace": (RAY.replace(", namespace: ml", ""), ["RayCluster dev"]),
    "generateName": (RAY.replace("name: dev", "generateName: dev-"), ["RayCluster ml/dev-"]),
    "without a name": (RAY.replace("{name: dev, namespace: ml}", "{}"), ["RayCluster"]),
    "a name that is a number": (RAY.replace("name: dev", "name: 5"), ["RayCluster ml/"]),
    "two in a file": (RAY + "---\n" + RAY.replace("dev", "two"), ["RayCluster ml/dev", "RayCluster ml/two"]),
    "beside others": ("apiVersion: v1\nkind: Pod\n---\n" + RAY, ["RayCluster ml/dev"]),
    "of old": (RAY.replace("ray.io/v1", "ray.io/v1alpha1"), ["RayCluster ml/dev"]),
    "items in their order": (
        "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {{apiVersion: ray.io/v1, kind: RayJob, metadata: {{name: j{i}}}}}\n" for i in range(3)),
        ["RayJob j0", "RayJob j1", "RayJob j2"],
    ),
    "items with nulls and texts between": (
        "apiVersion: v1\nkind: List\nitems: [null, x, 5, [], {}, {apiVersion: ray.io/v1, kind: RayJob}]\n",
        ["RayJob"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RESOURCES.values(), ids=RESOURCES)
def test_resources(text: str, expected: list[str]) -> None:
    assert titles(bundle(text)) == expected


# Templates, and other texts that are no YAML

TEMPLATES = {
    "a Helm value": (RAY + "x: {{ .Values.x }}\n", "Helm template"),
    "a Helm condition": (RAY + "{{- if .Values.x }}\nx: 1\n{{- end }}\n", "Helm template"),
    "a Helm include": (RAY + 'x: {{ include "a.b" . }}\n', "Helm template"),
    "a Helm comment": (RAY + "{{/* a comment */}}\nx: [\n", "Helm template"),
    "Jinja": (RAY + "x: {{ x }}\n", "template"),
    "Terraform": (RAY + "%{ if x }\nx: 1\n%{ endif }\n", "template"),
    "a shell variable as a key": (RAY + "x:\n  ${X}\n  y: 1\n", "template"),
    "a Helm value in quotes is a value like others": (RAY + "x: '{{ .Values.x }}'\n", None),
    "a placeholder is a value like others": (RAY + "x: ${X}\n", None),
    "a broken document": (RAY + "x: [\n", None),
}


@pytest.mark.parametrize(("text", "reason"), TEMPLATES.values(), ids=TEMPLATES)
def test_templates_are_left_out(text: str, reason: str | None) -> None:
    made = bundle(text)
    assert made.left_out == (() if reason is None else (("a.yaml", reason),))
    assert bool(made.documents) is (reason is None)


NOT_YAML = [
    ("notes.md", True),
    ("a.py", True),
    ("a.yaml.tmpl", True),
    ("a.yaml", False),
    ("a.yml", False),
    ("a.json", False),
    ("<stdin>", False),
    ("dir.d/manifest", False),
]


@pytest.mark.parametrize(("name", "left_out"), NOT_YAML)
def test_a_broken_text_under_another_name_is_not_yaml(name: str, left_out: bool) -> None:
    made = bundle(RAY + "x: [\n", name=name)
    assert made.left_out == (((name, "not YAML"),) if left_out else ())


def test_a_manifest_under_another_name_is_read() -> None:
    assert titles(bundle(RAY, name="cluster.yaml.txt")) == ["RayCluster ml/dev"]


def test_a_broken_document_hides_no_other() -> None:
    made = bundle("x: [\n---\n" + RAY)
    assert titles(made) == ["RayCluster ml/dev"]
    assert [document.defect is not None for document in made.documents] == [True, False]


def test_in_a_large_file_documents_that_do_not_speak_of_ray_are_not_parsed() -> None:
    filler = f"a: {'x' * SMALL_FILE}\n"
    made = bundle(f"{filler}---\n{RAY}---\nb: [\n")
    assert titles(made) == ["RayCluster ml/dev"]
    assert [document.defect for document in made.documents] == [None]
    assert len(made.plain) == 2


def test_files_that_do_not_speak_of_ray_are_kept_unparsed() -> None:
    made = bundle("a: [\n", RAY)
    assert len(made.plain) == 1
    assert len(made.documents) == 1


# Kustomize patches

FRAGMENT = (
    "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec: {rayVersion: 2.9.0}\n"
)
KUSTOMIZATIONS = {
    "patches": "patches: [{path: patch.yaml}]",
    "patchesStrategicMerge": "patchesStrategicMerge: [patch.yaml]",
    "patchesJson6902": "patchesJson6902: [{target: {kind: RayCluster}, path: patch.yaml}]",
    "a path with dots": "patches: [{path: ./x/../patch.yaml}]",
}


WRITTEN = Options(kustomize="never")


def audited(report: Report) -> tuple[int, tuple[tuple[str, str], ...]]:
    """How many resources were audited as they are written, and which files were not."""
    unread = [each for each in report.coverage.not_read if each[1] == "kustomize patch"]
    return report.coverage.resources, tuple(unread)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(RAY)
    (tmp_path / "patch.yaml").write_text(FRAGMENT)
    return tmp_path


@pytest.mark.parametrize("text", KUSTOMIZATIONS.values(), ids=KUSTOMIZATIONS)
@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml"])
def test_patches_are_no_resources(text: str, name: str, folder: Path) -> None:
    (folder / name).write_text(f"resources: [base.yaml]\n{text}\n")
    assert audited(check(["."], WRITTEN)) == (1, (("patch.yaml", "kustomize patch"),))


def test_a_patch_that_is_named_is_known_by_the_kustomization_beside_or_above_it(folder: Path) -> None:  # fmt: skip
    (folder / "kustomization.yaml").write_text("patches: [{path: below/patch.yaml}]\n")
    (folder / "below").mkdir()
    (folder / "below" / "patch.yaml").write_text(FRAGMENT)
    assert audited(check(["below/patch.yaml"], WRITTEN)) == (
        0,
        (("below/patch.yaml", "kustomize patch"),),
    )


def test_a_patch_in_another_directory(folder: Path) -> None:
    (folder / "overlay").mkdir()
    (folder / "overlay" / "kustomization.yaml").write_text("patches: [{path: ../patch.yaml}]\n")
    assert audited(check(["."], WRITTEN)) == (2, ()), (
        "no kustomization hides the manifests of another"
    )


@pytest.mark.parametrize(
    "text",
    ["resources: [patch.yaml]\n", "patches: [{patch: 'a: 1'}]\n", "patches: [\n", "patches: 5\n", "patches: [{path: [a]}]\n"],
)  # fmt: skip
def test_what_a_kustomization_does_not_patch_with_is_a_resource(text: str, folder: Path) -> None:
    (folder / "kustomization.yaml").write_text(text)
    assert audited(check(["."], WRITTEN)) == (2, ())


# Bundles


def test_a_directory_is_a_bundle(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    for name in ("a/one.yaml", "a/two.yaml", "b/one.yaml"):
        (folder / name).write_text(RAY)
    (folder / "b" / "other.yaml").write_text("a: 1\n")
    covered = check(["a", "b"]).coverage
    assert (covered.files, covered.resources, covered.bundles) == (4, 3, 2)


def test_placeholders_are_counted_once_a_file(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "own"
    rules.mkdir()
    for field in ("rayVersion", "managedBy", "suspend"):
        (rules / f"{field.lower()}.yaml").write_text(
            f"summary: s\nseverity: note\nwhy: w\ngiven: {{cluster: 'clusters[*]'}}\n"
            f"require: cluster.{field} == 'x'\nmessage: m\nexamples: []\n"
        )
    for name in ("one", "two"):
        spec = "spec: {rayVersion: $A, managedBy: '${B}', suspend: 5}"
        (folder / f"{name}.yaml").write_text(RAY.replace("spec: {}", spec))
    options = Options(rules=(rules,), select=("own",), exclude=("base.yaml", "patch.yaml"))
    unknown = check(["."], options).unknown
    assert [(place.span.source.name, place.reason) for place in unknown] == [
        ("one.yaml", "unresolved placeholder"),
        ("one.yaml", "values of different types are not compared"),
        ("two.yaml", "unresolved placeholder"),
        ("two.yaml", "values of different types are not compared"),
    ]


def test_the_operator_of_the_bundle_is_the_target(folder: Path) -> None:
    operator = "kind: Deployment\nimage: quay.io/kuberay/operator:v%s\n"
    assert installed(bundle(RAY, operator % "1.3.0")).release == "1.3.0"
    assert installed(bundle(RAY + "---\n" + operator % "1.3.0")).release == "1.3.0"
    assert installed(bundle(RAY, operator % "1.3.0", operator % "1.4.0")).release is None
    assert installed(bundle(RAY, operator % "$VERSION")).release is None
    assert installed(bundle(RAY)).release is None
