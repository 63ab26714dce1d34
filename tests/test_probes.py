"""How Ray is asked for its health, and who stands on its ports: tables of facts.

Not here: what a probe of one's own asks (`test_lifecycle`), the rules' own examples (`test_rules`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model, told

PATIENCE = [
    # a probe, and for how many seconds it has to fail
    ("{tcpSocket: {port: 1}}", "30"),
    ("{periodSeconds: 5}", "15"),
    ("{failureThreshold: 120, periodSeconds: 5}", "600"),
    ("{failureThreshold: '${N}'}", UNKNOWN),
    ("{failureThreshold: 2, periodSeconds: '5'}", UNKNOWN),
]


@pytest.mark.parametrize(("probe", "seconds"), PATIENCE, ids=[row[0] for row in PATIENCE])
def test_how_long_a_probe_has_to_fail(probe: str, seconds: str) -> None:
    text = cluster(head_container=f"name: a, image: b, livenessProbe: {probe}")
    assert fact(text, "head.pod.probes[0].patience") == seconds


def as_service(text: str) -> str:
    """The same cluster in a RayService."""
    above, spec = text.split("spec:\n", 1)
    inner = "".join(f"  {line}\n" for line in spec.splitlines())
    return f"{above.replace('RayCluster', 'RayService')}spec:\n  rayClusterConfig:\n{inner}"


OWN = "livenessProbe: {tcpSocket: {port: 1}}, readinessProbe: {tcpSocket: {port: 1}}"
WGET = [
    # kind, rayVersion, KubeRay, the container's own probes; head, workers
    ("RayCluster", "2.52.0", "1.7", "", "True", "True"),
    ("RayCluster", "2.53.0", "1.7", "", "False", "False"),
    ("RayCluster", "2.53.0", "1.5", "", "True", "True"),
    ("RayCluster", "2.52.0", "1.0", "", "False", "False"),
    ("RayCluster", "'${RAY}'", "1.7", "", UNKNOWN, UNKNOWN),
    ("RayCluster", "", "1.7", "", "True", "True"),
    ("RayCluster", "2.52.0", "1.7", OWN, "False", "False"),
    ("RayService", "2.53.0", "1.7", "", "False", "True"),
    ("RayService", "2.53.0", "1.7", OWN, "False", "False"),
]


@pytest.mark.parametrize(("kind", "ray", "target", "probes", "head", "worker"), WGET)
def test_who_is_probed_by_wget(
    kind: str, ray: str, target: str, probes: str, head: str, worker: str
) -> None:
    container = f"name: a, image: b, {probes}"
    text = cluster(spec=f"rayVersion: {ray}", head_container=container, worker_container=container)
    found = model(as_service(text) if kind == "RayService" else text, target).clusters[0]
    groups = (found.head, found.workers[0])
    values = [each.probed_by_wget.value for each in groups]
    assert [str(v) if type(v) is bool else UNKNOWN for v in values] == [head, worker]


MOVED = [
    # KubeRay, start parameters; what moves a port from the probes of a head, and of a worker
    ("1.5", "{dashboard-port: '8266'}", "dashboard-port", ABSENT_TEXT),
    ("1.5", "{dashboard-port: '8265'}", ABSENT_TEXT, ABSENT_TEXT),
    ("1.5", "{dashboard-port: $PORT}", ABSENT_TEXT, ABSENT_TEXT),
    (
        "1.5",
        "{dashboard-agent-listen-port: '1'}",
        "dashboard-agent-listen-port",
        "dashboard-agent-listen-port",
    ),
    ("1.6", "{dashboard-agent-listen-port: '1'}", ABSENT_TEXT, ABSENT_TEXT),
    ("1.0", "{dashboard-port: '8266'}", ABSENT_TEXT, ABSENT_TEXT),
]


@pytest.mark.parametrize(("target", "params", "head", "worker"), MOVED)
def test_what_moves_a_port_from_the_probes(
    target: str, params: str, head: str, worker: str
) -> None:
    text = cluster(
        head=f"rayStartParams: {params}", worker=f"groupName: w, rayStartParams: {params}"
    )
    found = model(text, target).clusters[0]
    groups = (found.head, found.workers[0])
    assert [told(each.moved_from_probes) for each in groups] == [head, worker]


SIDECARS = [
    # ports of a sidecar, start parameters; what Ray has there on a head, and on a worker
    ("{containerPort: 6379}", "{}", ["port"], []),
    ("{containerPort: 6379}", "{port: '7000'}", [], []),
    ("{containerPort: 7000}", "{port: '7000'}", ["port"], []),
    ("{containerPort: 8080}, {containerPort: 52365}", "{}", ["metrics-export-port", "dashboard-agent-listen-port"], ["metrics-export-port", "dashboard-agent-listen-port"]),
    ("{containerPort: 8265, protocol: UDP}", "{}", [], []),
    ("{containerPort: '${PORT}'}, {containerPort: 9000}", "{}", [], []),
    ("{containerPort: 8265}", "{dashboard-port: $PORT}", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("ports", "params", "head", "worker"), SIDECARS)
def test_sidecars_on_rays_ports(
    ports: str, params: str, head: list[str], worker: list[str]
) -> None:
    ray = "name: ray, image: 'rayproject/ray:2.9.0'}, {name: web, image: nginx"
    text = cluster(
        head=f"rayStartParams: {params}",
        worker=f"groupName: w, rayStartParams: {params}",
        head_container=f"{ray}, ports: [{ports}]",
        worker_container=f"{ray}, ports: [{ports}]",
    )
    found = model(text).clusters[0]
    groups = (found.head, found.workers[0])
    assert [[one.option.value for one in each.sidecar_ports] for each in groups] == [head, worker]


ADDRESSES = [
    ("auto", ABSENT_TEXT),
    ("127.0.0.1:6379", ABSENT_TEXT),
    ("http://localhost:8265", ABSENT_TEXT),
    ("$(FQ_RAY_IP):6379", ABSENT_TEXT),
    ("dev-head-svc.ml.svc:6379", ABSENT_TEXT),
    ("ray://prod.example:10001", "ray://prod.example:10001"),
    ("10.0.0.1:6379", "10.0.0.1:6379"),
    ("${HOST}:6379", UNKNOWN),
]


@pytest.mark.parametrize(("value", "foreign"), ADDRESSES, ids=[row[0] for row in ADDRESSES])
def test_addresses_of_other_clusters(value: str, foreign: str) -> None:
    env = f"env: [{{name: RAY_ADDRESS, value: '{value}'}}]"
    text = cluster(head_container=f"name: a, image: b, {env}")
    assert fact(text, "head.foreign_address") == foreign


LOOKUPS = [
    ("command: [sh, -c, 'until nslookup $RAY_IP; do sleep 1; done']", True),
    ("args: ['nslookup $FQ_RAY_IP']", True),
    ("command: [nslookup, $RAY_IP]", False),
    ("command: [sh, -c, 'nslookup cache']", False),
    ("command: '${COMMAND}'", False),
]


@pytest.mark.parametrize(("words", "looks"), LOOKUPS, ids=[row[0] for row in LOOKUPS])
def test_who_looks_up_the_head(words: str, looks: bool) -> None:
    pod = f"{{spec: {{initContainers: [{{name: i, {words}}}], containers: [{{image: a}}]}}}}"
    text = (
        "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec:\n"
        f"  workerGroupSpecs: [{{groupName: w, template: {pod}}}]\n"
    )
    found = fact(text, "workers[0].pod.init_containers[0].head_lookup")
    assert (found != ABSENT_TEXT) is looks


ACCOUNTS = [
    ("a" * 50, ABSENT_TEXT),
    ("b" + "a" * 50, "a" * 50),
    ("4you", "ryou"),
    ("${ACCOUNT}", ABSENT_TEXT),
]


@pytest.mark.parametrize(("name", "left"), ACCOUNTS, ids=[row[0] for row in ACCOUNTS])
def test_what_is_left_of_an_account(name: str, left: str) -> None:
    pod = f"{{spec: {{serviceAccountName: '{name}', containers: [{{image: a}}]}}}}"
    text = (
        "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec:\n"
        f"  headGroupSpec: {{template: {pod}}}\n"
    )
    assert fact(text, "head.cut_account") == left
