"""What a group's `ray start` is made of: tables of facts. Not here: the options by themselves
(`test_startoptions`), how bash reads a value (`test_bashvalue`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, node, told

from raypolicy.facts.startcommand import StartCommand

LISTS = (
    "unknown_options later_options former_options refused_on_workers idle_on_workers overridden"
    " dropped bare broken misfits double_ports ports_among_workers"
).split()


def start(
    params: str, where: str = "head", target: str | None = None, **given: str
) -> StartCommand:
    text = cluster(
        head=f"rayStartParams: {{{params if where == 'head' else ''}}}",
        worker=f"groupName: w, rayStartParams: {{{params if where == 'worker' else ''}}}",
        **given,
    )
    seen = model(text, target).clusters[0]
    return seen.head.start if where == "head" else seen.workers[0].start


def found(command: StartCommand) -> str:
    """Every list that is not empty, with the names in it."""
    named = ((name, getattr(command, name)) for name in LISTS)
    return "; ".join(f"{name}: {', '.join(told(v.name) for v in views)}" for name, views in named if views)  # fmt: skip


IMAGE = "name: ray-head, image: '%s'"
OF = {"head_container": IMAGE % "rayproject/ray:2.52.0"}
UNSAID = {"head_container": IMAGE % "team/app:7", "spec": "suspend: false"}
BY_HAND = {"head_container": "name: ray-head, command: [bash, -c, ray start --head]"}
TWO_WORDS = {"head_container": "name: ray-head, command: [ray, start, --head, --block]"}
GENERATED = {
    "head_container": "name: ray-head, command: [bash, -c, $KUBERAY_GEN_RAY_START_CMD]",
    "metadata": "name: dev, annotations: {ray.io/overwrite-container-cmd: 'true'}",
}
SCALED = {"spec": "enableInTreeAutoscaling: true"}

COMMANDS = [
    # start parameters, of whom, KubeRay, what else is written, the lists
    ("num-cpus: '0', dashboard-host: 0.0.0.0, block: 'true'", "head", "1.7", {}, ""),
    ("num_cpus: '0', teleport: '1'", "head", "1.7", {}, "unknown_options: num_cpus, teleport"),
    ("teleport: 'false'", "head", "1.7", {}, ""),
    ("teleport: 'false'", "head", "0.4", {}, "unknown_options: teleport"),
    ("'{{ option }}': '1'", "head", "1.7", {}, ""),
    ("num-cpus: , teleport: ~", "head", "1.7", {}, ""),
    ("teleport: '1'", "head", "1.7", BY_HAND, ""),
    ("teleport: '1'", "head", "1.7", TWO_WORDS, ""),
    ("teleport: '1'", "head", "1.7", GENERATED, ""),
    ("teleport: '1'", "head", "1.7", UNSAID, "unknown_options: teleport"),
    ("teleport: '1'", "head", "1.7", {"head_container": IMAGE % "rayproject/ray:2.61.0"}, ""),
    # releases
    ("labels-file: /a", "head", "1.7", {}, "later_options: labels-file"),
    ("labels-file: /a", "head", "1.7", OF, ""),
    ("labels-file: /a", "head", "1.7", UNSAID, ""),
    ("labels-file: /a", "head", "1.7", {"head_container": IMAGE % "$IMAGE"}, "later_options: labels-file"),
    ("labels-file: /a", "head", "1.7", {"head_container": IMAGE % "rayproject/ray:latest"}, ""),
    ("storage: /a", "head", "1.7", {}, ""),
    ("storage: /a", "head", "1.7", OF, "former_options: storage"),
    ("storage: /a, redis-port: '1'", "head", "1.7", UNSAID, "former_options: redis-port"),
    # heads and workers
    ("port: '1', include-dashboard: 'false', dashboard-host: a", "head", "1.7", {}, ""),
    ("port: '1', dashboard-host: a", "worker", "1.7", {}, "refused_on_workers: port; idle_on_workers: dashboard-host"),
    ("include-dashboard: 'false'", "worker", "1.7", {}, "refused_on_workers: include-dashboard"),
    # what KubeRay does
    ("block: 'false'", "head", "1.7", {}, "overridden: block"),
    ("block: 'True'", "head", "1.7", {}, ""),
    ("block: 'false'", "head", "1.0", {}, ""),
    ("no-monitor: 'false'", "head", "1.7", {}, ""),
    ("no-monitor: 'false'", "head", "1.7", SCALED, "overridden: no-monitor"),
    ("dashboard-host: 'FALSE', no-redirect-output: 'false'", "head", "1.7", {}, "dropped: dashboard-host"),
    ("num-cpus: 'true', no-redirect-output: 'true', log-color: 'true'", "head", "1.7", {}, "bare: num-cpus"),
    ("include-log-monitor: 'false'", "head", "1.6", OF, "dropped: include-log-monitor"),
    ("include-log-monitor: 'true'", "head", "1.6", OF, "bare: include-log-monitor"),
    ("include-log-monitor: 'false'", "head", "1.7", OF, ""),
    ("labels: a b", "head", "1.7", {}, ""),
    ("labels: a b", "head", "1.4", {}, "broken: labels"),
    # values
    ("node-name: a b", "head", "1.7", {}, "broken: node-name"),
    ("node-name: $A b", "head", "1.7", {}, ""),
    ("resources: '{\"a\": 1}'", "head", "1.7", {}, ""),
    ("num-cpus: '1.5', num-gpus: $GPUS, memory: $(a)", "head", "1.7", {}, "misfits: num-cpus"),
    ("num-cpus: 1.5", "head", "1.7", {}, ""),  # not a text
    ("no-redirect-output: '1'", "head", "1.7", {}, "misfits: no-redirect-output"),
    # ports
    ("metrics-export-port: '8265'", "worker", "1.7", {}, "double_ports: metrics-export-port"),
    ("node-manager-port: '6379'", "worker", "1.7", {}, ""),
    ("node-manager-port: '6379'", "head", "1.7", {}, "double_ports: node-manager-port"),
    ("port: '7000', node-manager-port: '7000'", "head", "1.7", {}, "double_ports: node-manager-port"),
    ("port: $P, node-manager-port: $P", "head", "1.7", {}, ""),
    ("node-manager-port: '0', object-manager-port: '0'", "head", "1.7", {}, ""),
    ("node-manager-port: '10002'", "head", "1.7", {}, "ports_among_workers: node-manager-port"),
    ("node-manager-port: '10002', min-worker-port: '10003'", "head", "1.7", {}, ""),
    ("node-manager-port: '10002', worker-port-list: '20000'", "head", "1.7", {}, ""),
    ("min-worker-port: '8000'", "head", "1.7", {}, "ports_among_workers: ray-client-server-port"),
    ("min-worker-port: '8000', max-worker-port: '9000'", "head", "1.7", {}, "ports_among_workers: dashboard-port"),
    ("min-worker-port: $P, max-worker-port: '60000'", "head", "1.7", {}, ""),
    ("node-manager-port: '10002'", "head", "1.7", {"head_container": "name: a", "spec": "rayVersion: 1.0.1"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "where", "target", "given", "lists"), COMMANDS, ids=[row[0][:50] for row in COMMANDS]
)
def test_lists(params: str, where: str, target: str, given: dict[str, str], lists: str) -> None:
    assert found(start(params, where, target, **given)) == lists


VERSIONS = [
    # image, rayVersion, the release that is judged by
    ("rayproject/ray:2.52.0", "2.9.0", "2.52.0"),
    ("team/app:7", "2.9.0", "2.9.0"),
    ("team/app:7", "$RAY", UNKNOWN),
    ("team/app:7", "2.61.0", UNKNOWN),
    ("rayproject/ray:nightly", "2.9.0", UNKNOWN),
    ("rayproject/ray", "2.9.0", UNKNOWN),
    ("$IMAGE", "2.9.0", "2.9.0"),
]


@pytest.mark.parametrize(("image", "ray", "judged"), VERSIONS)
def test_release_that_is_judged_by(image: str, ray: str, judged: str) -> None:
    seen = model(cluster(head_container=IMAGE % image, worker_container=IMAGE % image, spec=f"rayVersion: {ray}"))  # fmt: skip
    for group in ("head", "workers[0]"):
        assert told(node(seen, f"{group}.start.ray_version")) == judged


NAMES = [
    # a name, beside it, the option in another notation, the nearest
    ("num_cpus", "", "num-cpus", "num-cpus"),
    ("num_cpus", "num-cpus: '1'", ABSENT_TEXT, ABSENT_TEXT),
    ("num-cpu", "", ABSENT_TEXT, "num-cpus"),
    ("num-cpus", "", ABSENT_TEXT, ABSENT_TEXT),
    ("teleport", "", ABSENT_TEXT, ABSENT_TEXT),
    ("lables-file", "", ABSENT_TEXT, ABSENT_TEXT),  # Ray 2.9 has no labels-file
]


@pytest.mark.parametrize(("name", "beside", "respelt", "nearest"), NAMES)
def test_names_that_are_none(name: str, beside: str, respelt: str, nearest: str) -> None:
    seen = model(cluster(head=f"rayStartParams: {{{name}: '1', {beside}}}"))
    parameter = seen.clusters[0].head.start_parameters[0]
    assert (told(parameter.respelt), told(parameter.nearest)) == (respelt, nearest)


BYTES = [
    ("memory: 4Gi", "4294967296"),
    ("memory: 4G", "4000000000"),
    ("memory: 1e9", "1000000000"),
    ("memory: '1.5Ki'", "1536"),
    ("memory: 500m", ABSENT_TEXT),
    ("memory: 4GB", ABSENT_TEXT),
    ("memory: $M", ABSENT_TEXT),
    ("num-cpus: 4k", ABSENT_TEXT),
]


@pytest.mark.parametrize(("params", "count"), BYTES)
def test_quantities_in_bytes(params: str, count: str) -> None:
    params = params.replace("1e9", "'1e9'")
    [parameter] = (
        model(cluster(head=f"rayStartParams: {{{params}}}")).clusters[0].head.start_parameters
    )
    assert told(parameter.in_bytes) == count


def test_of_a_command_by_hand_nothing_is_said() -> None:
    command = start("address: a, max-worker-port: '1'", **BY_HAND)
    assert command.address.absent
    assert command.written_worker_port.absent


def test_where_a_fault_and_a_port_stand() -> None:
    command = start("temp-dir: /tmp/a b, max-worker-port: '60000'")
    assert command.broken[0].fault.span.text == "b"
    [port] = command.ports_among_workers
    assert port.node.span.text == "'60000'"
    assert (told(port.name), told(port.port)) == ("dashboard-agent-listen-port", "52365")
    assert told(port.last_worker_port) == "60000"


def test_a_port_that_is_blamed_names_the_other() -> None:
    [port] = start("port: '7000', node-manager-port: '7000'").double_ports
    assert (told(port.other), port.other.span.text) == ("port", "'7000'")
