"""Does the oracle say at each gate what KubeRay and Kubernetes are known to say? Not here: raypolicy's own answers.

A release that has not been built is skipped with the reason; `make test-oracle` builds what it can.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kuberay import BUILT, KNOWN, CreationError, Oracle, Verdict, available

pytestmark = pytest.mark.oracle

GATES = {
    "1.7.0": (
        "RayClusterNetworkPolicy=true",
        "RayClusterMTLS=true",
        "GCSFaultToleranceEmbeddedStorage=true",
        "RayClusterHistoryServer=true",
    ),
    "1.5.1": ("RayJobDeletionPolicy=true", "RayServiceIncrementalUpgrade=true"),
}
"""What KubeRay's own samples of a release ask to be turned on."""

HEAD = "template: {spec: {containers: [{name: ray-head, image: 'rayproject/ray:2.52.0'}]}}"


def cluster(spec: str = "", head: str = HEAD, name: str = "demo", start: str = "{}") -> str:
    return f"""
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{name: {name}}}
spec: {{headGroupSpec: {{rayStartParams: {start}, {head}}}, {spec}}}
"""


def job(spec: str = "entrypoint: python main.py", cluster: str = "") -> str:
    return f"""
apiVersion: ray.io/v1
kind: RayJob
metadata: {{name: demo}}
spec: {{rayClusterSpec: {{headGroupSpec: {{rayStartParams: {{}}, {HEAD}}}, {cluster}}}, {spec}}}
"""


def service() -> str:
    return f"""
apiVersion: ray.io/v1
kind: RayService
metadata: {{name: demo}}
spec: {{rayClusterConfig: {{headGroupSpec: {{rayStartParams: {{}}, {HEAD}}}}}}}
"""


@pytest.fixture(params=KNOWN)
def release(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if reason := available(name):
        pytest.skip(reason)
    return name


def ask(release: str, text: str, gates: tuple[str, ...] = ()) -> Verdict:
    return next(Oracle(release, gates).judge([text]))


@pytest.mark.parametrize(
    ("text", "schema", "pruned"),
    [
        pytest.param(
            cluster("rayVersion: 2"),
            'spec.rayVersion: Invalid value: "integer": '
            'spec.rayVersion in body must be of type string: "integer"',
            (),
            id="a number for a string",
        ),
        pytest.param(
            cluster("headServiceAnnotations: [a]"),
            'spec.headServiceAnnotations: Invalid value: "array": '
            'spec.headServiceAnnotations in body must be of type object: "array"',
            (),
            id="a list for a map",
        ),
        pytest.param(
            cluster(
                head="template: {spec: {containers: [{name: a, image: b,"
                " ports: [{containerPort: 1, name: x}, {containerPort: 1, name: z}]}]}}"
            ),
            "spec.headGroupSpec.template.spec.containers[0].ports[1]: "
            'Duplicate value: {"containerPort":1,"protocol":"TCP"}',
            (),
            id="one key of a list map twice",
        ),
        pytest.param(
            cluster("headGroup: {}, raysVersion: '2'"),
            None,
            ("spec.headGroup", "spec.raysVersion"),
            id="unknown fields",
        ),
        pytest.param(
            cluster(name="demo, colour: red"),
            None,
            ("metadata.colour",),
            id="an unknown field of the metadata",
        ),
        pytest.param(
            cluster("rayVersion: null") + "status: {state: 5}\n",
            None,
            (),
            id="null for no value, and a status that a create request cannot set",
        ),
    ],
)
def test_schema(release: str, text: str, schema: str | None, pruned: tuple[str, ...]) -> None:
    verdict = ask(release, text)
    assert verdict.schema is not None
    assert verdict.schema[:1] == (() if schema is None else (schema,))
    assert verdict.pruned == pruned


def test_all_errors_of_the_schema_are_listed(release: str) -> None:
    verdict = ask(release, cluster("rayVersion: 2, suspend: maybe"))
    assert verdict.schema is not None
    assert {error.split(":")[0] for error in verdict.schema} >= {"spec.suspend", "spec.rayVersion"}
    assert verdict.operator is None


def test_webhook_is_asked_beside_the_operator(release: str) -> None:
    group = "groupName: w, minReplicas: 0, maxReplicas: 1, replicas: 1, rayStartParams: {}, " + HEAD
    verdict = ask(release, cluster(f"workerGroupSpecs: [{{{group}}}, {{{group}}}]"))
    assert verdict.webhook is not None
    assert [error.rpartition(": ")[2] for error in verdict.webhook] == [
        "worker group names must be unique"
    ]
    assert verdict.operator == ()


def test_operator_stops_at_its_first_error(release: str) -> None:
    group = "groupName: w, minReplicas: 3, maxReplicas: 1, replicas: 1, rayStartParams: {}, " + HEAD
    text = cluster(f"workerGroupSpecs: [{{{group}}}]", head="template: {spec: {containers: []}}")
    verdict = ask(release, text)
    assert verdict.schema == ()
    assert verdict.operator == ("headGroupSpec should have at least one container",)
    assert verdict.creation is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            cluster("enableInTreeAutoscaling: true", HEAD.replace("ray-head", "autoscaler")),
            CreationError(
                "head-pod",
                "spec.containers[1].name",
                "FieldValueDuplicate",
                'spec.containers[1].name: Duplicate value: "autoscaler"',
            ),
            id="a container named like one that is added",
        ),
        pytest.param(
            cluster(head=HEAD.replace("}]", ", volumeMounts: [{name: data, mountPath: /data}]}]")),
            CreationError(
                "head-pod",
                "spec.containers[0].volumeMounts[0].name",
                "FieldValueNotFound",
                'spec.containers[0].volumeMounts[0].name: Not found: "data"',
            ),
            id="a mount without its volume",
        ),
        pytest.param(
            cluster(
                start="{resources: '\"null\"'}",
                head=HEAD.replace("}]", ", resources: {limits: {google.com/tpu: 4}}}]"),
            ),
            CreationError("raycluster", "", "Panic", "panic: assignment to entry in nil map"),
            id="a panic",
        ),
    ],
)
def test_creation(release: str, text: str, error: CreationError) -> None:
    assert ask(release, text).creation == (error,)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        pytest.param(cluster(), {"head-service", "head-pod"}, id="RayCluster"),
        pytest.param(
            service(),
            {"raycluster", "head-service", "head-pod", "owner-head-service", "owner-serve-service"},
            id="RayService",
        ),
        pytest.param(
            cluster(
                "enableInTreeAutoscaling: true, workerGroupSpecs: [{groupName: big, minReplicas: 0,"
                " maxReplicas: 900, replicas: 0, numOfHosts: 4, rayStartParams: {}, " + HEAD + "}]"
            ),
            {
                "service-account",
                "role",
                "role-binding",
                "head-service",
                "headless-service",
                "head-pod",
                "worker-pod/big",
            },
            id="autoscaling, several hosts, no replica yet",
        ),
    ],
)
def test_objects(release: str, text: str, roles: set[str]) -> None:
    verdict = ask(release, text)
    assert verdict.creation == ()
    assert set(verdict.objects) == roles


def test_objects_of_a_job(release: str) -> None:
    verdict = ask(release, job())
    assert verdict.creation == ()
    own = {"owner-head-service"} if release >= "1.5" else set()
    assert set(verdict.objects) == {
        "raycluster",
        "head-service",
        "head-pod",
        "submitter-job",
        *own,
    }


def test_what_kuberay_prints_is_no_answer(release: str) -> None:
    """It does where it shortens a name, such as that of the pods of a group."""
    group = "groupName: " + "w" * 60 + ", minReplicas: 0, maxReplicas: 1, replicas: 1, "
    long = cluster(f"workerGroupSpecs: [{{{group} rayStartParams: {{}}, {HEAD}}}]", name="d" * 40)
    first, second = Oracle(release).judge([long, cluster()])
    assert (first.error, second.error) == ("", "")


def test_objects_are_the_operators_own_and_always_the_same(release: str) -> None:
    first, second = Oracle(release).judge([job(), job()])
    assert first == second
    child = first.objects["raycluster"]["metadata"]["name"]
    assert child.startswith("demo-") and child.endswith("-xxxxx")
    pod = first.objects["head-pod"]
    assert pod["kind"] == "Pod" and "status" not in pod
    assert pod["metadata"]["labels"]["ray.io/cluster"] == child
    assert "dnsPolicy" not in pod["spec"]


def test_another_controllers_cluster_is_not_judged(release: str) -> None:
    verdict = ask(
        release,
        cluster("managedBy: kueue.x-k8s.io/multikueue", head="template: {spec: {containers: []}}"),
    )
    assert (verdict.schema, verdict.operator, verdict.creation) == ((), None, None)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{apiVersion: v1, kind: ConfigMap}", "no such kind is served: v1, ConfigMap"),
        ("{apiVersion: ray.io/v9, kind: RayJob}", "no such kind is served: ray.io/v9, RayJob"),
        ("{a: 1, a: 2}", 'yaml: unmarshal errors:\n  line 1: key "a" already set in map'),
        ("# nothing", "the document is empty"),
    ],
)
def test_not_judged(release: str, text: str, error: str) -> None:
    verdict = ask(release, text)
    assert verdict.error == error
    assert verdict.schema is None


def test_feature_gates() -> None:
    if reason := available("1.7.0"):
        pytest.skip(reason)
    text = cluster("networkPolicy: {mode: DenyAll}")
    assert ask("1.7.0", text).operator == (
        "spec.networkPolicy requires the RayClusterNetworkPolicy feature gate to be enabled",
    )
    opened = ask("1.7.0", text, ("RayClusterNetworkPolicy=true",))
    assert (opened.operator, opened.creation) == ((), ())
    assert "network-policy/head" in opened.objects


def test_a_child_can_be_refused_where_its_owner_is_not() -> None:
    if reason := available("1.7.0"):
        pytest.skip(reason)
    verdict = ask("1.7.0", job(cluster="upgradeStrategy: {type: Recreate}"))
    assert verdict.operator == ()
    assert verdict.creation is not None
    assert [(error.role, error.kind) for error in verdict.creation] == [("raycluster", "Operator")]


def samples(release: str) -> Iterator[str]:
    """The documents of KubeRay's samples that have a kind of KubeRay's."""
    for path in sorted((BUILT / f"kuberay-{release}" / "config" / "samples").rglob("*.y*ml")):
        yield from (each for each in documents(path) if "\napiVersion: ray.io/" in f"\n{each}")


def documents(path: Path) -> Iterator[str]:
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("---"):
            yield "\n".join(lines)
            lines = []
        else:
            lines.append(line)
    yield "\n".join(lines)


def test_a_releases_own_samples_pass(release: str) -> None:
    texts = list(samples(release))
    if not texts:
        pytest.skip("the release's code came without its samples")
    refused = {}
    for verdict in Oracle(release, GATES.get(release, ())).judge(texts):
        assert verdict.error == ""
        if said := (
            *(verdict.schema or ()),
            *verdict.pruned,
            *(verdict.webhook or ()),
            *(verdict.operator or ()),
        ):
            refused[verdict.kind, verdict.name] = said
    assert refused == {}
