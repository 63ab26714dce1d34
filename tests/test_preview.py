"""`raypolicy preview`: what it prints for people and for programs. Not here: what the operator makes
(`test_made_services.py`, `test_made_jobs.py`, `test_made_parts.py`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from raypolicy.cli import main
from raypolicy.made.parts import opened
from raypolicy.preview import how
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import INJECTED, OVERRIDDEN, Unknown, placeless, root_of
from raypolicy.yamltext import document, scalar

ROOT = Path(__file__).parent.parent
CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: dev
  namespace: ml
spec:
  rayVersion: 2.52.0
  headServiceAnnotations:
    team: vision
  headGroupSpec:
    rayStartParams:
      block: 'false'
    headService:
      metadata:
        annotations: {team: audio}
    template:
      spec:
        containers:
        - name: ray
          image: rayproject/ray:2.52.0
          ports:
          - {name: dashboard, containerPort: 8265}
"""
JOB = """\
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: train}
spec:
  entrypoint: python train.py
  rayClusterSpec:
    headGroupSpec:
      template: {spec: {containers: [{name: ray, image: 'rayproject/ray:2.52.0'}]}}
"""
SERVICE = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: llm, namespace: ml}
spec:
  serveService:
    spec:
      ports: [{name: serve, port: 80, targetPort: 8000}]
  rayClusterConfig:
    headGroupSpec:
      template: {spec: {containers: [{name: ray, image: 'rayproject/ray:2.52.0'}]}}
"""
HEAD_SERVICE = """\
# head-service of RayCluster ml/dev
apiVersion: v1                                      # injected
kind: Service                                       # injected
metadata:
  name: dev-head-svc                                # injected
  namespace: ml                                     # written ray.yaml:5
  labels:
    ray.io/cluster: dev                             # injected
    ray.io/node-type: head                          # injected
    ray.io/identifier: dev-head                     # injected
    app.kubernetes.io/name: kuberay                 # injected
    app.kubernetes.io/created-by: kuberay-operator  # injected
  annotations:
    team: vision                                    # overridden: audio at ray.yaml:15
spec:
  selector:
    ray.io/cluster: dev                             # injected
    ray.io/node-type: head                          # injected
    ray.io/identifier: dev-head                     # injected
    app.kubernetes.io/name: kuberay                 # injected
    app.kubernetes.io/created-by: kuberay-operator  # injected
  ports:
  - name: dashboard                                 # written ray.yaml:22
    port: 8265                                      # written ray.yaml:22
    appProtocol: tcp                                # injected
  - name: metrics                                   # injected
    port: 8080                                      # injected
    appProtocol: tcp                                # injected
"""
SUBMITTER = """\
# submitter-job of RayJob train
apiVersion: batch/v1                                # injected
kind: Job                                           # injected
metadata:
  name: train                                       # injected
  namespace: default                                # defaulted
  labels:
    ray.io/originated-from-cr-name: train           # injected
    ray.io/originated-from-crd: RayJob              # injected
    app.kubernetes.io/created-by: kuberay-operator  # injected
spec:
  backoffLimit: 2                                   # defaulted
  template:
    spec:
      containers:
      - name: ray-job-submitter                     # defaulted
        image: rayproject/ray:2.52.0                # injected
        resources:
          requests:
            cpu: 500m                               # defaulted
            memory: 200Mi                           # defaulted
          limits:
            cpu: "1"                                # defaulted
            memory: 1Gi                             # defaulted
        command:
        - /bin/bash                                 # injected
        - "-ce"                                     # injected
        - "--"                                      # injected
"""
SERVE_SERVICE = """\
# owner-serve-service of RayService ml/llm
apiVersion: v1                              # injected
kind: Service                               # injected
metadata:
  name: llm-serve-svc                       # injected
  namespace: ml                             # written ray.yaml:3
  labels:
    ray.io/originated-from-cr-name: llm     # injected
    ray.io/originated-from-crd: RayService  # injected
    ray.io/serve: llm-serve                 # injected
spec:
  selector:
    ray.io/cluster: llm-xxxxx               # injected
    ray.io/serve: "true"                    # injected
  ports:
  - name: serve                             # written ray.yaml:7
    port: 80                                # written ray.yaml:7
    targetPort: 8000                        # written ray.yaml:7
    protocol: TCP                           # defaulted
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def previewed(text: str, *arguments: str) -> Result:
    Path("ray.yaml").write_text(text)
    return CliRunner().invoke(main, ["preview", "ray.yaml", "--no-config", *arguments])


def printed(text: str, *arguments: str) -> str:
    result = previewed(text, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def part(text: str, role: str, *arguments: str) -> str:
    """The document of a role."""
    found = [
        each for each in printed(text, *arguments).split("---\n") if each.startswith(f"# {role} ")
    ]
    assert len(found) == 1
    return found[0]


def told(text: str, *arguments: str) -> list[Any]:
    answer = json.loads(printed(text, "--json", *arguments))
    assert answer["version"] == 1
    resources: list[Any] = answer["resources"]
    return resources


# For people


@pytest.mark.parametrize(
    ("text", "role", "shown"),
    [
        (CLUSTER, "head-service", HEAD_SERVICE),
        (SERVICE, "owner-serve-service", SERVE_SERVICE),
    ],
    ids=["cluster", "service"],
)
def test_document(text: str, role: str, shown: str) -> None:
    assert part(text, role) == shown


def test_document_of_a_job() -> None:
    assert part(JOB, "submitter-job", "--target-kuberay", "1.6").startswith(SUBMITTER)


def test_title_comes_first_and_roles_in_order() -> None:
    lines = printed(JOB).splitlines()
    assert lines[0] == "# RayJob train  ray.yaml:1"
    assert [line.split()[1] for line in lines if line.startswith("# ")][1:] == [
        "raycluster", "head-service", "head-pod", "submitter-job", "owner-head-service",
    ]  # fmt: skip


def test_several_resources_are_one_stream() -> None:
    text = printed(f"{CLUSTER}---\n{SERVICE}")
    kinds = [each["kind"] for each in yaml.safe_load_all(text) if each]
    assert kinds[:2] == ["Service", "Pod"]
    assert "# RayService ml/llm  ray.yaml:24" in text


def test_refusals_are_said_first() -> None:
    text = CLUSTER.replace("name: dev", f"name: {'d' * 54}")
    lines = printed(text).splitlines()
    assert lines[1].startswith("# refused by the operator: ")
    assert lines[2] == "# what follows is what it would make otherwise"
    assert lines[3] == "---"


def test_a_rule_that_is_not_asked_refuses_nothing() -> None:
    text = CLUSTER.replace("name: dev", f"name: {'d' * 54}")
    assert "refused" not in printed(text, "--target-kuberay", "1.3")


def test_nothing_is_made_of_what_another_controller_sees_to() -> None:
    text = CLUSTER.replace(
        "spec:\n  ray", "spec:\n  managedBy: kueue.x-k8s.io/multikueue\n  ray", 1
    )
    assert printed(text).splitlines()[1:] == ["# the operator makes nothing of it"]


def test_placeholders_stay_as_they_are_written_and_what_they_hide_is_unknown() -> None:
    text = CLUSTER.replace("name: dev", "name: ${NAME}").replace("2.52.0\n  h", "${RAY}\n  h")
    head = part(text, "head-service")
    assert 'ray.io/cluster: "${NAME}"' in head
    assert '  name: "?"' in head
    assert "# unknown: unresolved placeholder" in head


def test_gates_and_releases_are_heard() -> None:
    text = CLUSTER.replace("  headGroupSpec", "  networkPolicy: {}\n  headGroupSpec")
    assert "# network-policy/head of" not in printed(text)
    assert "# network-policy/head of" in printed(text, "--feature-gate", "RayClusterNetworkPolicy")


def test_no_resource_is_no_failure() -> None:
    result = previewed("a: 1\n")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing here speaks of Ray" in result.stderr


def test_what_cannot_be_read_is_said_and_is_no_pass() -> None:
    result = previewed(f"{CLUSTER}---\napiVersion: ray.io/v1\nkind: [\n")
    assert result.exit_code == 1
    assert "# head-pod of RayCluster" in result.stdout
    assert "ray.yaml:" in result.stderr
    assert "cannot be read: " in result.stderr


def test_a_refusal_of_what_aliases_share_is_said_once() -> None:
    template = "&t {spec: {containers: [{name: ray, image: 'r:1', commands: [a]}]}}"
    text = (
        "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec:\n"
        f"  headGroupSpec: {{template: {template}}}\n"
        "  workerGroupSpecs: [{groupName: a, template: *t}]\n"
    )
    assert printed(text).count("# refused by") == 1


def test_nothing_is_made_of_a_cronjob_without_its_feature_gate() -> None:
    text = (
        "apiVersion: ray.io/v1\nkind: RayCronJob\nmetadata: {name: a}\nspec:\n"
        "  schedule: '0 3 * * *'\n  jobTemplate:\n    entrypoint: a\n"
        "    rayClusterSpec: {headGroupSpec: {template: {spec: {containers: [{name: ray, image: 'r:1'}]}}}}\n"
    )
    assert printed(text).splitlines()[1:] == [
        "# the operator makes nothing of it: its feature gate RayCronJob is off;"
        " --feature-gate RayCronJob shows it on"
    ]
    assert "# rayjob of RayCronJob a" in printed(text, "--feature-gate", "RayCronJob")


def test_a_kind_that_the_release_lacks_is_made_into_nothing() -> None:
    text = "apiVersion: ray.io/v1\nkind: RayCronJob\nmetadata: {name: a}\nspec: {}\n"
    assert "# the operator makes nothing of it" in printed(text, "--target-kuberay", "1.5")


def test_the_page_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "preview.md").read_text("utf-8")
    shown = text.partition("```yaml\n")[2].partition("```")[0]
    file = "fixtures/sound-cluster/cluster.yaml"
    output = CliRunner().invoke(main, ["preview", file, "--no-config"]).stdout
    assert shown in output.split("---\n")


# For programs


def test_json() -> None:
    (only,) = told(CLUSTER)
    assert (only["resource"], only["place"], only["refused"]) == (
        "RayCluster ml/dev",
        "ray.yaml:1:1",
        [],
    )
    service = next(each for each in only["objects"] if each["role"] == "head-service")
    assert service["object"]["spec"]["ports"][0]["port"] == 8265
    fields = {each["path"]: each for each in service["fields"]}
    assert fields["/spec/ports/0/name"] == {
        "path": "/spec/ports/0/name", "how": "written", "place": "ray.yaml:22:20",
    }  # fmt: skip
    assert fields["/metadata/labels/ray.io~1node-type"]["how"] == "injected"
    assert fields["/metadata/annotations/team"]["how"] == "overridden"


def test_json_has_null_for_what_is_unknown() -> None:
    (only,) = told(SERVICE)
    cluster = only["objects"][0]
    key = "ray.io/hash-without-replicas-and-workers-to-delete"
    assert cluster["object"]["metadata"]["annotations"][key] is None
    (field,) = [each for each in cluster["fields"] if each["path"].endswith("-to-delete")]
    assert (field["how"], field["reason"]) == ("unknown", "a hash of the cluster's spec")


def test_json_says_what_is_refused() -> None:
    (only,) = told(CLUSTER.replace("name: dev", f"name: {'d' * 54}"))
    assert len(only["refused"]) == 1
    assert only["objects"]


# Any value reads back as itself, and harms nobody


@pytest.mark.parametrize(
    "value",
    [
        "", "a", "true", "No", "null", "~", "1", "1e3", "0x1F", "1_000", "12:30:00", "2020-01-01",
        ".5", "-", "- a", "a: b", "a #b", "# a", "a:", "{}", "[a]", "&a", "*a", "!a", "%a", "@a",
        "`a", "|", ">", "?", "? a", "=", "<<", "'", '"', "a\\b", " a", "a ", "é", "日本", "\u2028",
        "\x1b[31m", "\u202e", "\ufeff", "\U000e0041", "##[error]a", "##vso[a]", "::error::a", "a\nb",
        "a\nb\n", "a\nb\n\n", "\na", " a\nb", "a\n\n  b\n", "a\n::error::b", "a\t\nb", "a\r\nb", "500m",
        "1Gi", "/a/b:c", "x" * 500, True, False, 0, -1, 1.5, 1e30, 1e-7, -0.0, None,
    ],
)  # fmt: skip
def test_value_reads_back(value: object) -> None:
    node = placeless(value)
    lines = list(document({"key": node, "list": [node]}, lambda _: "said: 'it' \n::x"))
    assert yaml.safe_load("\n".join((*lines, ""))) == {"key": value, "list": [value]}
    assert not any(line.lstrip("- ").startswith(("::", "##")) for line in lines)
    assert all(each.isprintable() for each in "".join(lines))


@pytest.mark.parametrize(
    "key", ["a", "", "true", "1", "a: b", "\x1b", "# a", "::a", "ray.io/x", "~"]
)
def test_key_reads_back(key: str) -> None:
    text = "\n".join(document({key: {key: [placeless(1)]}}, lambda _: ""))
    assert yaml.safe_load(text) == {key: {key: [1]}}


@pytest.mark.parametrize(
    "text", ["a: {}\nb: []\n", "a: [[1, [2]], [{b: {c: [d]}}]]\n", "a: [{}, [], {b: []}]\n"]
)
def test_containers_read_back(text: str) -> None:
    (read,) = read_yaml(SourceFile("a.yaml", text))
    shown = "\n".join(document(opened(root_of(read)), lambda _: "why"))
    assert yaml.safe_load(shown) == yaml.safe_load(text)


def test_unknown_scalar_is_a_question_mark() -> None:
    assert scalar(Unknown("why")) == '"?"'


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("a: 'false'\n", "true", 'overridden: "false" at a.yaml:1'),
        ("a: 3\n", 4, "overridden: 3 at a.yaml:1"),
        ("a: {b: c}\n", 4, "overridden at a.yaml:1"),
        ("b: 1\n", 4, "overridden"),
    ],
)
def test_overridden(text: str, value: object, said: str) -> None:
    (read,) = read_yaml(SourceFile("a.yaml", text))
    node = root_of(read).get("a").put(value, how=OVERRIDDEN)

    def place(where: Any) -> str:
        first = where.span.first
        return f"a.yaml:{first.line}:{first.column}"

    assert how(node, place) == said
    assert how(node.put(value, how=INJECTED), place) == "injected"


def test_hostile_names_are_never_printed_raw() -> None:
    text = CLUSTER.replace("name: dev", r'name: "\e[31m"').replace("team", r'"##[group]\u202E"')
    for output in (printed(text), printed(text, "--json")):
        assert all(each.isprintable() or each == "\n" for each in output)
        assert "##[" not in output
