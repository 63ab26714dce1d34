"""What a Ray container runs, is asked and does at its end: tables of facts.

Not here: the rules' own examples (`test_rules`), the other facts (`test_facts`).
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model, node, told

from raypolicy.effective.command import joined
from raypolicy.effective.shell import read

IMAGE = "name: ray-head, image: 'rayproject/ray:2.46.0'"


def head(container: str, **others: str) -> str:
    return cluster(head_container=f"{IMAGE}, {container}", **others)


def start(command: str, name: str, **others: str) -> str:
    return fact(head(command, **others), f"head.pod.start_commands[0].{name}")


# The text of a shell

READ = [
    # text; its commands, one a line; whether that is all; what a following && would clash with
    ("a b", ["a b"], True, ""),
    (" a  b && c || d; e & f", ["a b", "c", "d", "e", "f"], True, ""),
    ("a\n\n b\n", ["a", "b"], True, "\n"),
    ("a \\\n b \\\n", ["a b"], True, ""),
    ("a && \n b", ["a", "b"], True, ""),
    ("a;", ["a"], True, ";"),
    ("a &", ["a"], True, "&"),
    ("a &&", ["a"], True, "&&"),
    ("a |\n", ["a"], True, "|"),
    ("  ", [], True, ";"),
    ("a # b", ["a"], True, "#"),
    ("a # b\nc", ["a", "c"], True, ""),
    ("a#b ${x#y} '# c'", ["a#b ${x#y} # c"], True, ""),
    ("a 'b ; c' \"d && e\" f\\;g", ["a b ; c d && e f;g"], True, ""),
    ('a "$(b "c;") d"; e', ['a $(b "c;") d', "e"], True, ""),
    ("a `b; c` $(d; (e f)); h", ["a `b; c` $(d; (e f))", "h"], True, ""),
    ("a; > b", ["a"], True, ""),
    ("a > b 2>&1 < c; d &> e | f >> g", ["a", "d", "f"], True, ""),
    ("a <<< b", ["a"], True, ""),
    ("if a; then b; fi", ["if a", "then b", "fi"], False, ""),
    ("(a; b)\n", ["a", "b"], False, "\n"),
    ("f() { a; }", ["f", "{ a", "}"], False, ""),
]


@pytest.mark.parametrize(("text", "commands", "plain", "ending"), READ, ids=[r[0] for r in READ])
def test_read(text: str, commands: list[str], plain: bool, ending: str) -> None:
    reading = read(text)
    assert reading is not None
    assert [" ".join(w.text for w in c.words) for c in reading.commands] == commands
    assert (reading.plain, reading.ending) == (plain, ending)


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a $(b", "a `b", "cat <<E\nb\nE", "a " * 20_000])
def test_what_is_not_read(text: str) -> None:
    assert read(text) is None


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash to ask")
@pytest.mark.parametrize("text", [row[0] for row in READ if row[3] != "#"])
def test_bash_finds_the_same_endings(text: str) -> None:
    reading = read(text)
    together = f"{joined((text,))} && ulimit -n 65536; ray start --head"
    answer = subprocess.run(["bash", "-n", "-c", together], capture_output=True, check=False)
    assert reading is not None
    assert (answer.returncode == 0) == (reading.ending == "")


# What KubeRay puts its own command behind

NONE = "pip install x"
DEFECTS = [
    (f"args: ['{NONE}']", ABSENT_TEXT),
    (f"args: ['{NONE};']", "; at the end"),
    (f"command: [{NONE}, '&']", "& at the end"),
    (f'args: ["{NONE}\\n"]', "a line break at the end"),
    (f'args: ["{NONE} \\\\\\n"]', ABSENT_TEXT),
    (f"args: ['{NONE} # why']", "a comment at the end"),
    ("args: ['']", "; at the end"),
    ("command: [bash, -c, 'if a; then b; fi']", "if without quotes around it"),
    ("command: ['if a; then b; fi']", ABSENT_TEXT),
    ("command: [bash, -c, 'a; if b; then c; fi']", ABSENT_TEXT),
    ('args: ["ray start --head --block\\n"]', ABSENT_TEXT),
    ("args: ['{{ setup }};']", UNKNOWN),
    ("args: [5]", UNKNOWN),
]


@pytest.mark.parametrize(("command", "defect"), DEFECTS, ids=[row[0] for row in DEFECTS])
def test_defect(command: str, defect: str) -> None:
    assert start(command, "defect") == defect


BLOCKING = [
    ("command: [sleep, infinity]", "sleep infinity"),
    ("command: [sleep, '30']", ABSENT_TEXT),
    ("command: [sleep, 1h]", "sleep 1h"),
    ("command: [sleep, $LONG]", ABSENT_TEXT),
    ("args: ['a; sleep infinity']", "sleep infinity"),
    ("args: ['a && sleep infinity']", ABSENT_TEXT),  # a may fail
    ("args: ['pip install a && sleep infinity']", "sleep infinity"),
    ("args: ['a || sleep infinity']", ABSENT_TEXT),
    ("args: ['[ -f a ] && exit 0']", ABSENT_TEXT),
    ("args: ['sleep infinity & a']", ABSENT_TEXT),
    ("args: ['sleep infinity && a & b']", ABSENT_TEXT),
    ("args: ['tail -f a | grep b']", ABSENT_TEXT),
    ("args: ['tail -fn0 a']", "tail -fn0 a"),
    ("args: ['tail -n5 a']", ABSENT_TEXT),
    ("args: ['sudo jupyter lab --ip=0.0.0.0']", "sudo jupyter lab --ip=0.0.0.0"),
    ("args: ['jupyter lab --version']", ABSENT_TEXT),
    ("args: ['jupyter server list']", ABSENT_TEXT),
    ("args: ['exec > log; a']", ABSENT_TEXT),
    ("args: ['exec a']", "exec a"),
    ("args: ['exec $A']", ABSENT_TEXT),
    ("args: ['while true; do sleep 5; done']", "while true; do …"),
    ("args: ['while true; do a && break; done']", ABSENT_TEXT),
    ("args: ['while true; do if a; then b; fi; done']", "while true; do …"),
    ("args: ['while true; do a; done &']", ABSENT_TEXT),
    ("args: ['while ! a; do sleep 5; done']", ABSENT_TEXT),
    ("command: [bash, -c, sleep infinity]", ABSENT_TEXT),  # the shell runs sleep alone
    ("command: [bash, -c, 'sleep infinity; ray start --head --block']", "sleep infinity"),
    ("command: [bash, -c, 'ray start --head; sleep infinity']", ABSENT_TEXT),
    ("command: [bash, -c, 'echo ray start; sleep infinity']", "sleep infinity"),
    ("command: [bash, -c, '{{ a }}; sleep infinity']", UNKNOWN),
]


@pytest.mark.parametrize(("command", "found"), BLOCKING, ids=[row[0] for row in BLOCKING])
def test_blocking(command: str, found: str) -> None:
    assert start(command, "blocking") == found


LOST = [
    (f"command: [bash, -c, {NONE}]", "pip"),
    (f"command: [/bin/sh, -ec], args: [{NONE}]", "pip"),
    (f"command: [bash, -lc, --], args: ['{NONE} && y']", "pip"),
    ("command: [bash, -o, pipefail, -c, a b]", "a"),
    ("command: [bash, -c, 'a && b c']", ABSENT_TEXT),
    ("command: [bash, -c, 'echo b && c']", ABSENT_TEXT),
    ("command: [bash, -c, \"'a b'\"]", ABSENT_TEXT),
    ("command: [bash, -x, /app/a.sh, b]", ABSENT_TEXT),
    ('command: [bash, -c, "# why\\na b"]', ABSENT_TEXT),
    ('command: [bash, -c, "\\na b"]', ABSENT_TEXT),
    ("command: [bash]", ABSENT_TEXT),
    (f"args: [{NONE}]", ABSENT_TEXT),
    ("command: [bash, -c, 'a b; ray start --head']", ABSENT_TEXT),
]


@pytest.mark.parametrize(("command", "found"), LOST, ids=[row[0] for row in LOST])
def test_lost(command: str, found: str) -> None:
    assert start(command, "lost") == found


STARTS = [
    # command; unseen; whether a second start fails; own; whether the container ends then
    ("[ray, start, --head]", "ray start --head", "true", ABSENT_TEXT, "false"),
    ("[ray, start, --head, --block]", "ray start --head --block", "false", ABSENT_TEXT, "false"),
    ("[ray, start, --head, --port, '1']", "ray start --head --port 1", "false", ABSENT_TEXT, "false"),
    ("[ray, start, $A]", "ray start $A", "false", ABSENT_TEXT, "false"),
    ("[bash, -c, ray start --head]", ABSENT_TEXT, "false", "ray start --head", "true"),
    ("[bash, -c, ray start --ip=$IP]", ABSENT_TEXT, "false", "ray start --ip=$IP", "true"),
    ("[bash, -c, ray start $A]", ABSENT_TEXT, "false", "ray start $A", UNKNOWN),
    ("[bash, -c, ray start --block; a]", ABSENT_TEXT, "false", "ray start --block", "false"),
    ("[bash, -c, ray start; sleep 5]", ABSENT_TEXT, "false", "ray start", "true"),
    ("[bash, -c, ray start; sleep 1d]", ABSENT_TEXT, "false", "ray start", "false"),
    ("[bash, -c, ray start; a]", ABSENT_TEXT, "false", "ray start", "false"),
    ("[bash, -c, ray start & wait]", ABSENT_TEXT, "false", "ray start", "false"),
    ("[bash, -c, a || ray start]", ABSENT_TEXT, "false", ABSENT_TEXT, "false"),
    ("[bash, -c, ray start; ray start]", ABSENT_TEXT, "false", ABSENT_TEXT, "false"),
    ("[bash, -c, 'if a; then ray start; fi']", ABSENT_TEXT, "false", ABSENT_TEXT, "false"),
    ("[a]", ABSENT_TEXT, "false", ABSENT_TEXT, "false"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "unseen", "fails", "own", "ends"), STARTS, ids=[r[0] for r in STARTS]
)
def test_starts(command: str, unseen: str, fails: str, own: str, ends: str) -> None:
    seen = model(head(f"command: {command}"))
    paths = [f"head.pod.start_commands[0].{n}" for n in ("unseen_start", "fails_twice", "own_start", "ends")]  # fmt: skip
    assert [told(node(seen, path)) for path in paths] == [unseen, fails, own, ends]


ANNOTATED = "name: dev, annotations: {ray.io/overwrite-container-cmd: 'true'}"
ALONE = [
    # command; whether nothing in it starts Ray; the program that is none; whether there is none
    ("command: [sleep, infinity]", "true", ABSENT_TEXT, "false"),
    ("command: [/app/start.sh]", "false", ABSENT_TEXT, "false"),
    ("command: [bash, -c, 'cd /app && ulimit -n 5']", "true", ABSENT_TEXT, "false"),
    ("command: [bash, -c, 'a; $KUBERAY_GEN_RAY_START_CMD']", "false", ABSENT_TEXT, "false"),
    ("command: [bash, -c, 'eval $A']", "false", ABSENT_TEXT, "false"),
    ("command: [ray, start, --head]", "false", ABSENT_TEXT, "false"),
    ("command: [a b]", "false", "a b", "false"),
    ("command: [$KUBERAY_GEN_RAY_START_CMD]", "false", "$KUBERAY_GEN_RAY_START_CMD", "false"),
    ("args: [a b]", "false", ABSENT_TEXT, "false"),
    ("env: []", "false", ABSENT_TEXT, "true"),
]


@pytest.mark.parametrize(
    ("command", "without", "program", "empty"), ALONE, ids=[r[0] for r in ALONE]
)
def test_left_alone(command: str, without: str, program: str, empty: str) -> None:
    seen = model(head(command, metadata=ANNOTATED))
    paths = [f"head.pod.start_commands[0].{n}" for n in ("overwrites", "without_start", "program", "empty")]  # fmt: skip
    assert [told(node(seen, path)) for path in paths] == ["true", without, program, empty]


def test_commands_are_those_of_the_ray_container_only() -> None:
    plain = model(head("env: []")).clusters[0].head.pod
    assert plain.start_commands == ()
    others = "name: shipper, image: fluent-bit, args: [a]}, {name: ray-head, image: 'rayproject/ray:2.46.0'"  # fmt: skip
    assert model(cluster(head_container=others)).clusters[0].head.pod.start_commands == ()


# Probes

PROBES = [
    # probe of the head; its silent port, its unserved path
    ("tcpSocket: {port: 8265}", ABSENT_TEXT, ABSENT_TEXT),
    ("tcpSocket: {port: 8266}", ABSENT_TEXT, ABSENT_TEXT),
    ("tcpSocket: {port: 52365}", "52365", ABSENT_TEXT),
    ("httpGet: {port: 52366, path: /api/local_raylet_healthz}", ABSENT_TEXT, ABSENT_TEXT),
    ("httpGet: {port: agent, path: /api/healthz}", ABSENT_TEXT, "/api/healthz"),
    ("httpGet: {port: 52366, path: '/api/gcs_healthz?x=1'}", ABSENT_TEXT, "/api/gcs_healthz?x=1"),
    ("httpGet: {port: 52365, path: /, host: elsewhere}", ABSENT_TEXT, ABSENT_TEXT),
    ("httpGet: {port: 8265, path: /api/healthz}", ABSENT_TEXT, "/api/healthz"),
    ("httpGet: {port: '${PORT}', path: /api/healthz}", ABSENT_TEXT, ABSENT_TEXT),
    ("exec: {command: [wget, 'http://localhost:52365/x']}", "52365", ABSENT_TEXT),
    ("exec: {command: [sh, -c, 'a || wget http://localhost:52365/x']}", ABSENT_TEXT, ABSENT_TEXT),
    ("exec: {command: [sh, -c, 'curl http://localhost:8265/-/healthz']}", ABSENT_TEXT, ABSENT_TEXT),
    ("exec: {command: [sh, -c, 'curl -sf http://127.0.0.1:8265/-/healthz']}", ABSENT_TEXT, "/-/healthz"),
    ("exec: {command: [ray, health-check]}", ABSENT_TEXT, ABSENT_TEXT),
]  # fmt: skip
MOVED = "rayStartParams: {dashboard-agent-listen-port: '52366'}"


@pytest.mark.parametrize(("probe", "silent", "unserved"), PROBES, ids=[row[0] for row in PROBES])
def test_probe(probe: str, silent: str, unserved: str) -> None:
    ports = "ports: [{name: agent, containerPort: 52366}]"
    seen = model(head(f"{ports}, livenessProbe: {{{probe}}}", head=MOVED))
    paths = [f"head.pod.probes[0].{name}" for name in ("silent_port", "unserved_path")]
    assert [told(node(seen, path)) for path in paths] == [silent, unserved]


SILENT_ON_A_WORKER = [
    ("groupName: w, rayStartParams: {}", "name: r", "8265"),
    ("groupName: w, rayStartParams: {}", "name: r, command: [a]", ABSENT_TEXT),
    ("groupName: w, rayStartParams: {metrics-export-port: '8265'}", "name: r", ABSENT_TEXT),
    ("groupName: w, rayStartParams: {min-worker-port: '8000'}", "name: r", ABSENT_TEXT),
    ("groupName: w, rayStartParams: {}", "name: r}, {name: sidecar", ABSENT_TEXT),
]


@pytest.mark.parametrize(("worker", "container", "port"), SILENT_ON_A_WORKER)
def test_probe_of_a_worker(worker: str, container: str, port: str) -> None:
    probed = f"readinessProbe: {{tcpSocket: {{port: 8265}}}}, {container}"
    text = cluster(worker=worker, worker_container=probed)
    assert fact(text, "workers[0].pod.probes[0].silent_port") == port


HANDLERS = [
    ("exec: {command: [a]}", "1"),
    ("failureThreshold: 3", "0"),
    ("grpc: {port: 1}, tcpSocket: {port: 1}", "2"),
    ("exec: ~, tcpSocket: {port: 1}", "1"),
]


@pytest.mark.parametrize(("probe", "count"), HANDLERS)
def test_handlers(probe: str, count: str) -> None:
    assert fact(head(f"startupProbe: {{{probe}}}"), "head.pod.probes[0].handlers") == count


UNLISTED = [
    ("port: a", "a"),
    ("port: b", ABSENT_TEXT),
    ("port: metrics", ABSENT_TEXT),
    ("port: '80'", ABSENT_TEXT),
    ("port: 80", ABSENT_TEXT),
    ("port: $P", ABSENT_TEXT),
]


@pytest.mark.parametrize(("port", "name"), UNLISTED)
def test_unlisted_port(port: str, name: str) -> None:
    text = head(f"ports: [{{name: b, containerPort: 1}}], livenessProbe: {{httpGet: {{{port}}}}}")
    assert fact(text, "head.pod.probes[0].unlisted_port") == name


# Hooks and the end

HOOKS = [
    # the command of a hook, whether it is `ray stop`, how long it sleeps
    ("[/bin/sh, -c, ray stop]", "true", ABSENT_TEXT),
    ("[bash, -lc, --, '/opt/bin/ray stop --force -g 20']", "true", ABSENT_TEXT),
    ("[ray, stop]", "true", ABSENT_TEXT),
    ("[sh, -c, 'ray stop; a']", "false", ABSENT_TEXT),
    ("[sh, -c, 'sleep 60 && ray stop']", "false", "60"),
    ("[sleep, '5']", "false", "5"),
    ("[sleep, $N]", "false", ABSENT_TEXT),
    ("[sh, -c, 'a; sleep 60']", "false", ABSENT_TEXT),
    ("[sh, /app/stop.sh]", "false", ABSENT_TEXT),
]


@pytest.mark.parametrize(("command", "stops", "seconds"), HOOKS, ids=[row[0] for row in HOOKS])
def test_hook(command: str, stops: str, seconds: str) -> None:
    seen = model(head(f"lifecycle: {{preStop: {{exec: {{command: {command}}}}}}}"))
    paths = [f"head.pod.stop_hooks[0].{name}" for name in ("stops_ray", "seconds")]
    assert [told(node(seen, path)) for path in paths] == [stops, seconds]


@pytest.mark.parametrize(
    ("written", "period", "policy"),
    [
        ("", "30", "Always"),
        ("terminationGracePeriodSeconds: 0, restartPolicy: '',", "0", "Always"),
        ("terminationGracePeriodSeconds: $G, restartPolicy: Never,", UNKNOWN, "Never"),
    ],
)
def test_grace_period_and_restart_policy(written: str, period: str, policy: str) -> None:
    text = cluster().replace("spec: {containers: [{name: ray-head", f"spec: {{{written} containers: [{{name: ray-head")  # fmt: skip
    assert fact(text, "head.pod.grace_period") == period
    assert fact(text, "head.pod.restart_policy") == policy


# Containers that are added

CLASHES = [
    # spec, target, clashing names
    ("enableInTreeAutoscaling: true", "1.7", ["autoscaler", "wait-gcs-ready"]),
    ("enableInTreeAutoscaling: false", "1.7", ["wait-gcs-ready"]),
    ("enableInTreeAutoscaling: $A", "0.4", []),
]


@pytest.mark.parametrize(("spec", "target", "names"), CLASHES)
def test_clashing_containers(spec: str, target: str, names: list[str]) -> None:
    text = cluster(
        spec=spec,
        head_container="name: ray-head}, {name: autoscaler}, {name: ray-job-submitter",
        worker_container="name: ray-worker}, {name: wait-gcs-ready}, {name: autoscaler",
    )
    found = model(text, target).clusters[0].clashing_containers
    assert [container.field("name").value for container in found] == names


@pytest.mark.parametrize(("api", "version"), [("v1", "v2"), ("v1alpha1", ABSENT_TEXT)])
def test_autoscaler_version(api: str, version: str) -> None:
    text = cluster(spec="autoscalerOptions: {version: v2}").replace("ray.io/v1", f"ray.io/{api}")
    assert fact(text, "autoscaler_version") == version
