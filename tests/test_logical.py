"""What Ray, KubeRay and the autoscaler are told of resources: tables of facts by the paths of rules.

Not here: CPUs, GPUs and memory by themselves (`test_facts`).
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact

from raypolicy import check
from raypolicy.config import Options
from raypolicy.effective.resourcetext import for_autoscaler, for_kuberay, word
from raypolicy.facts.objectstore import ObjectStore
from raypolicy.startoptions import json_object
from raypolicy.tree import Unknown

FIRST = "name: ray-worker, image: 'rayproject/ray:2.52.0'"


def limited(limits: str = "", requests: str = "") -> str:
    return f"{FIRST}, resources: {{limits: {{{limits}}}, requests: {{{requests}}}}}"


# The text of the start parameter `resources`

TEXTS = [
    # text, what the shell leaves, read by KubeRay, read by the autoscaler
    ("""'{"X": 1}'""", '{"X": 1}', True, True),
    (r'"{\"X\": 1}"', '{"X": 1}', False, True),
    (r'"{\"X\": 1, \"Y\": 2}"', '{"X": 1, "Y": 2}', False, True),
    ('{"X": 1}', None, True, False),
    ('{"X":1}', "{X:1}", True, False),
    ('"{"X": 1}"', "{X: 1}", True, True),
    (r"{\"X\":1}", '{"X":1}', False, False),
    (r"{\"X\":1,\"Y\":2}", None, False, False),
    ("""'{"X": 1}' """, '{"X": 1}', True, False),
    (""" '{"X": 1}'""", None, True, False),
    ("""'{"X": 1.0}'""", '{"X": 1.0}', True, False),
    ("""'{"X": true}'""", '{"X": true}', False, True),
    ("""'{"X": null}'""", '{"X": null}', True, False),
    ("""'{"X": NaN}'""", '{"X": NaN}', False, False),
    ("{}", "{}", True, False),
    ('"{}"', "{}", True, True),
    ("null", "null", True, False),
    ("""'{"X": 1}""", None, True, False),
    ("""'{"X": 1};'""", '{"X": 1};', False, False),
    ("""{'X': 1}""", None, False, False),
    ("", "", False, False),
    ("a\\ b", "a b", False, False),
    ("a;b", None, False, False),
    ('"a\\b"', "a\\b", False, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left", "kuberay", "autoscaler"), TEXTS)
def test_text(text: str, left: str | None, kuberay: bool, autoscaler: bool) -> None:
    assert word(text) == left
    assert (for_kuberay(text) is not None) is kuberay
    assert (for_autoscaler(text) is not None) is autoscaler


@pytest.mark.parametrize("text", ['"$X"', "`x`", "'a'$X"])
def test_the_shell_looks_things_up(text: str) -> None:
    assert type(word(text)) is Unknown


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(("text", "left"), [row[:2] for row in TEXTS])
def test_bash_agrees(text: str, left: str | None) -> None:
    command = ["bash", "-c", f"printf '<%s>' --resources={text} "]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout == f"<--resources={left}>") is (left is not None)


def test_no_json_is_deep_enough_to_stop_the_reader() -> None:
    assert json_object("[" * 100_000) is None
    assert json_object('{"X": ' + "1" * 5000 + "}") is None


READ = [
    # the group, its limits, then: read_by_ray, unquoted, read_by_autoscaler, unread_limit, has_customs
    ("""'{"X": 1}'""", "cpu: 1", "true false true absent true"),
    (r'"{\"X\": 1}"', "nvidia.com/gpu: 1", "true false true nvidia.com/gpu true"),
    (r'"{\"X\": 1}"', "google.com/tpu: 4", "true false true google.com/tpu true"),
    (r'"{\"X\": 1}"', "google.com/tpu: 0", "true false true absent true"),
    (r'"{\"TPU\": 1}"', "google.com/tpu: 4", "true false true absent true"),
    ('{"X": 1}', "cpu: 1", "false true unknown absent unknown"),
    ('{"X": 1}', "google.com/tpu: 4", "unknown unknown false unknown true"),
    ('{"X": 1, "TPU": 4}', "google.com/tpu: 4", "false true unknown absent unknown"),
    ("""'{"X": 0.5}'""", "cpu: 1", "true false unknown absent true"),
    ("""'{"CPU": 1}'""", "cpu: 1", "true false unknown absent true"),
    ("""'{"X": ${N}}'""", "cpu: 1", "unknown unknown unknown unknown unknown"),
    ("null", "cpu: 1", "false false unknown absent unknown"),
    ("null", "google.com/tpu: 4", "false false unknown absent unknown"),
    ("'{}'", "cpu: 1", "true false true absent false"),
]


@pytest.mark.parametrize(("text", "limits", "expected"), READ)
def test_who_reads_the_text(text: str, limits: str, expected: str) -> None:
    quoted = text.replace("'", "''")
    manifest = cluster(
        worker=f"groupName: w, rayStartParams: {{resources: '{quoted}'}}",
        worker_container=limited(limits),
    )
    facts = ("text.read_by_ray", "text.unquoted", "text.read_by_autoscaler", "text.unread_limit", "has_customs")  # fmt: skip
    assert [fact(manifest, f"workers[0].logical.{name}") for name in facts] == expected.split()


def test_a_text_beside_unknown_limits() -> None:
    manifest = cluster(
        worker=r"""groupName: w, rayStartParams: {resources: '"{\"X\": 1}"'}""",
        worker_container=f"{FIRST}, resources: {{limits: $LIMITS}}",
    )
    assert fact(manifest, "workers[0].logical.text.unread_limit") == UNKNOWN
    assert fact(manifest, "workers[0].logical.has_customs") == "true"


# The rest of what is told

TOLD = [
    # fact, the group, its container, what it is
    ("silent", "", FIRST, "true"),
    ("silent", "", limited(), "true"),
    ("silent", "", limited(requests="memory: 1Gi"), "false"),
    ("silent", "rayStartParams: {num-cpus: '0'}", FIRST, "false"),
    ("silent", "resources: {CPU: '0'}", FIRST, "false"),
    ("silent", "", f"{FIRST}, resources: $RESOURCES", UNKNOWN),
    ("counts_node", "", FIRST, "true"),
    ("counts_node", "", limited("memory: 1Gi"), "true"),
    ("counts_node", "", limited(requests="cpu: 1"), "false"),
    ("counts_node", "", f"{FIRST}, command: [ray start]", UNKNOWN),
    ("rounded_cpus", "", limited("cpu: 500m"), "500m"),
    ("rounded_cpus", "", limited(requests="cpu: '1.5'"), "1.5"),
    ("rounded_cpus", "", limited("cpu: 2000m", "cpu: 500m"), ABSENT_TEXT),
    ("rounded_cpus", "rayStartParams: {num-cpus: '1'}", limited("cpu: 500m"), ABSENT_TEXT),
    ("stated_cpus", "rayStartParams: {num-cpus: '1'}", limited("cpu: 500m"), "1"),
    ("stated_cpus", "resources: {cpu: 1500m}", limited("cpu: 1"), "2"),
    ("stated_cpus", "", limited("cpu: 1"), ABSENT_TEXT),
    ("stated_memory", "resources: {memory: 1Gi}", FIRST, "1073741824"),
    ("stated_memory", "rayStartParams: {memory: 1Gi}", FIRST, UNKNOWN),
    ("whole_cpus", "", limited("cpu: 1500m"), "2"),
    ("gpu_limit", "", limited("nvidia.com/gpu: 2, amd.com/gpu: 1"), "3"),
    ("gpu_limit", "", limited("cpu: 2"), ABSENT_TEXT),
    ("gpu_limit", "", f"{FIRST}, resources: {{limits: $LIMITS}}", UNKNOWN),
    ("second_gpu", "", limited("nvidia.com/gpu: 2, amd.com/gpu: 1"), "nvidia.com/gpu"),
    ("second_gpu", "", limited("nvidia.com/gpu: 2, amd.com/gpu: 0"), ABSENT_TEXT),
    ("second_gpu", "rayStartParams: {num-gpus: '3'}", limited("b/gpu: 2, a/gpu: 1"), ABSENT_TEXT),
    ("slices_only", "", limited("nvidia.com/mig-1g.5gb: 1"), "nvidia.com/mig-1g.5gb"),
    ("slices_only", "resources: {GPU: '1'}", limited("nvidia.com/mig-1g.5gb: 1"), ABSENT_TEXT),
    ("slices_only", "resources: {gpu: '1'}", limited("nvidia.com/mig-1g.5gb: 1"), "nvidia.com/mig-1g.5gb"),
    ("autoscaler_cpus", "", FIRST, ABSENT_TEXT),
    ("autoscaler_cpus", "", limited(requests="cpu: 500m"), "500m"),
    ("autoscaler_cpus", "resources: {cpu: '1'}", FIRST, ABSENT_TEXT),
    ("autoscaler_cpus", "resources: {CPU: '1'}", limited("cpu: 4"), "1"),
    ("autoscaler_cpus", "rayStartParams: {num-cpus: $N}", FIRST, UNKNOWN),
    ("object_store_memory", "rayStartParams: {object-store-memory: '80'}", FIRST, "80"),
    ("object_store_memory", "rayStartParams: {object-store-memory: 2Gi}", FIRST, UNKNOWN),
    ("object_store_memory", "rayStartParams: {object-store-memory: '1', plasma-directory: /x}", FIRST, UNKNOWN),
    ("shared_memory", "", limited("memory: 2Gi", "memory: 1Gi"), "2Gi"),
    ("shared_memory", "", limited(requests="memory: 1Gi"), "1Gi"),
    ("shared_memory", "", FIRST, ABSENT_TEXT),
    ("shared_memory", "rayStartParams: {plasma-directory: /x}", limited("memory: 2Gi"), UNKNOWN),
    ("least_object_store", "", limited("memory: 16Gi"), "4294967296"),
    ("least_object_store", "", limited("memory: 160Gi"), "10000000000"),
    ("least_object_store", "rayStartParams: {object-store-memory: '1'}", limited("memory: 16Gi"), ABSENT_TEXT),
    ("stated_twice", "rayStartParams: {memory: '1'}, resources: {CPU: '1'}", FIRST, "memory"),
    ("stated_twice", "rayStartParams: {memory: ''}, resources: {CPU: '1'}", FIRST, ABSENT_TEXT),
    ("stated_twice", "rayStartParams: {memory: '1'}, resources: {}", FIRST, ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "group", "container", "expected"), TOLD)
def test_told(name: str, group: str, container: str, expected: str) -> None:
    worker = f"groupName: w, {group}" if group else "groupName: w"
    manifest = cluster(worker=worker, worker_container=container)
    view = "object_store" if name in vars(ObjectStore) else "logical"
    assert fact(manifest, f"workers[0].{view}.{name}") == expected


MOUNTED = [
    # the volume at /dev/shm, its size
    ("emptyDir: {medium: Memory, sizeLimit: 3Gi}", "3Gi"),
    ("emptyDir: {medium: Memory}", ABSENT_TEXT),
    ("emptyDir: {sizeLimit: 3Gi}", UNKNOWN),
    ("hostPath: {path: /dev/shm}", UNKNOWN),
]


@pytest.mark.parametrize(("volume", "size"), MOUNTED)
def test_a_volume_of_ones_own(volume: str, size: str) -> None:
    container = f"{limited('memory: 8Gi')}, volumeMounts: [{{name: dshm, mountPath: /dev/shm}}]"
    manifest = cluster(worker_container=container).replace(
        "}]}}}\n", f"}}], volumes: [{{name: dshm, {volume}}}]}}}}}}\n"
    )
    assert fact(manifest, "workers[0].object_store.shared_memory") == size
    on_disk = fact(manifest, "workers[0].object_store.shared_memory_on_disk")
    assert (on_disk != ABSENT_TEXT) is (volume == "emptyDir: {sizeLimit: 3Gi}")


OWN = [
    # entry, readable, standard, number
    ("CPU: '4'", "true CPU absent"),
    ("cpu: 500m", "true CPU absent"),
    ("nvidia.com/gpu: '1'", "true GPU absent"),
    ("Memory: 8GB", "false memory absent"),
    ("X: ''", "false absent absent"),
    ("X: $N", "unknown absent absent"),
    ("X: 4", "unknown absent 4"),
    ("X: 1.5", "unknown absent 1.5"),
    ("X: true", "unknown absent absent"),
]


@pytest.mark.parametrize(("entry", "expected"), OWN)
def test_own_resources(entry: str, expected: str) -> None:
    manifest = cluster(worker=f"groupName: w, resources: {{{entry}}}")
    path = "workers[0].logical.own[0]"
    facts = [fact(manifest, f"{path}.{name}") for name in ("readable", "standard", "number")]
    assert facts == expected.split()


def test_custom_resources() -> None:
    manifest = cluster(
        head="""rayStartParams: {resources: '''{"X": 0.5, "CPU": 1}'''}""",
        worker="groupName: w, resources: {CPU: '1', slot: 2000m, other: none}",
    )
    facts = ("name", "amount", "parameter", "countable")
    first = [fact(manifest, f"head.logical.customs[0].{name}") for name in facts]
    assert first == ["X", "0.5", ABSENT_TEXT, "false"]
    second = [fact(manifest, f"head.logical.customs[1].{name}") for name in facts]
    assert second == ["CPU", "1", "num-cpus", "true"]
    own = [fact(manifest, f"workers[0].logical.customs[0].{name}") for name in facts]
    assert own == ["slot", "2000m", ABSENT_TEXT, "true"]


WORKERS = [
    # the cluster's kind of worker group, whether there can be workers
    ("replicas: 1", "true"),
    ("replicas: 0, maxReplicas: 0", "false"),
    ("replicas: 0", "true"),
    ("replicas: $N", UNKNOWN),
]


@pytest.mark.parametrize(("worker", "expected"), WORKERS)
def test_can_have_workers(worker: str, expected: str) -> None:
    manifest = cluster(worker=f"groupName: w, {worker}")
    assert fact(manifest, "can_have_workers") == expected


# Amounts that are no quantities

MALFORMED = [
    ("4GB", "4G"),
    ("2Gb", "2G"),
    ("16 Gi", "16Gi"),
    ("512mb", "512M"),
    ("4gib", "4Gi"),
    ("4g", "4G"),
    ("64K", "64k"),
    ("1,5", "1.5"),
    ("1,500", ABSENT_TEXT),
    ("2 cores", "2"),
    ("500mcpu", "500m"),
    ("50%", ABSENT_TEXT),
    ("-4GB", ABSENT_TEXT),
]
WELL_FORMED = ["4", "4G", "1e3", "5.", "1e100", "$X", "4$UNIT", "${X}Gi", "none", "CPU", ""]


@pytest.mark.parametrize(("text", "nearest"), MALFORMED)
def test_malformed(text: str, nearest: str) -> None:
    manifest = cluster(worker_container=limited(f"memory: '{text}'"))
    path = "workers[0].pod.malformed_amounts[0]"
    assert fact(manifest, f"{path}.value") == text
    assert fact(manifest, f"{path}.nearest") == nearest
    assert fact(manifest, f"{path}.name") == "memory"


@pytest.mark.parametrize("text", WELL_FORMED)
def test_not_malformed(text: str) -> None:
    manifest = cluster(worker_container=limited(f"memory: '{text}'"))
    assert fact(manifest, "workers[0].pod.malformed_amounts[0].value") == ABSENT_TEXT


REWRITTEN = [
    # the start parameter, how it is written for all, what is meant by it
    (r'"{\"X\": 1}"', """'{"X": 1}'""", ABSENT_TEXT),
    ("""'{"X": 1.0}'""", """'{"X": 1}'""", ABSENT_TEXT),
    ("""'{"X": 0.5}'""", ABSENT_TEXT, ABSENT_TEXT),
    ("""'{"X": 1,}'""", ABSENT_TEXT, """'{"X": 1}'"""),
    ("{'X': 1}", ABSENT_TEXT, """'{"X": 1}'"""),
    ("['X']", ABSENT_TEXT, ABSENT_TEXT),
    ("{'X': 0.5}", ABSENT_TEXT, ABSENT_TEXT),
    ("null", ABSENT_TEXT, ABSENT_TEXT),
    ("{'X': __import__('os')}", ABSENT_TEXT, ABSENT_TEXT),
]


@pytest.mark.parametrize(("text", "plain", "meant"), REWRITTEN)
def test_a_text_written_for_all(text: str, plain: str, meant: str) -> None:
    quoted = text.replace("'", "''")
    manifest = cluster(worker=f"groupName: w, rayStartParams: {{resources: '{quoted}'}}")
    facts = [fact(manifest, f"workers[0].logical.text.{name}") for name in ("plain", "meant")]
    assert facts == [plain, meant]


OWN_MENDED = [
    ("CPU: 4GB", "nearest", 0, "4G"),
    ("CPU: lots", "nearest", 0, ABSENT_TEXT),
    ("CPU: '4', cpu: '4'", "superfluous", 1, "4"),
    ("CPU: '4', cpu: '2'", "superfluous", 1, ABSENT_TEXT),
]


@pytest.mark.parametrize(("entries", "name", "number", "expected"), OWN_MENDED)
def test_what_is_meant_by_own_resources(
    entries: str, name: str, number: int, expected: str
) -> None:
    manifest = cluster(worker=f"groupName: w, resources: {{{entries}}}")
    assert fact(manifest, f"workers[0].logical.own[{number}].{name}") == expected


MOVABLE = [
    # start parameters, own resources, the amount there
    ("num-cpus: '2'", "memory: 1Gi", "2"),
    ("num-cpus: '2'", "cpu: '2'", "2"),
    ("memory: '1073741824'", "memory: 1Gi", "1Gi"),
    ("num-cpus: '2'", "CPU: '3'", ABSENT_TEXT),
    ("num-cpus: '2', num-gpus: '1'", "CPU: '2'", ABSENT_TEXT),
    ("resources: x", "CPU: '2'", ABSENT_TEXT),
]


@pytest.mark.parametrize(("params", "own", "amount"), MOVABLE)
def test_a_start_parameter_among_own_resources(params: str, own: str, amount: str) -> None:
    manifest = cluster(worker=f"groupName: w, rayStartParams: {{{params}}}, resources: {{{own}}}")
    assert fact(manifest, "workers[0].logical.own_amount") == amount


LIKELY = [
    ("memory: 4Gi", "", "4Gi"),
    ("memory: 100Mi", "", ABSENT_TEXT),
    ("memory: 4Gi", "object-store-memory: '5000000000'", ABSENT_TEXT),
    ("memory: 4Gi", "memory: '1000000000'", "4Gi"),
    ("cpu: 1", "", ABSENT_TEXT),
]


@pytest.mark.parametrize(("requests", "params", "limit"), LIKELY)
def test_the_limit_that_a_request_speaks_of(requests: str, params: str, limit: str) -> None:
    manifest = cluster(
        worker=f"groupName: w, rayStartParams: {{{params}}}",
        worker_container=limited(requests=requests),
    )
    assert fact(manifest, "workers[0].object_store.likely_limit") == limit


@pytest.mark.parametrize(("requests", "limit"), [("1G", ABSENT_TEXT), ("2G", "2G")])
def test_a_head_needs_more(requests: str, limit: str) -> None:
    manifest = cluster(head_container=limited(requests=f"memory: {requests}"))
    assert fact(manifest, "head.object_store.likely_limit") == limit


CUDA = [
    # an image, the same without CUDA, the same with it
    ("rayproject/ray:2.52.0", ABSENT_TEXT, "rayproject/ray:2.52.0-gpu"),
    ("rayproject/ray:2.52.0-py310-gpu", "rayproject/ray:2.52.0-py310", ABSENT_TEXT),
    ("rayproject/ray:2.52.0-py310-cu128-aarch64", "rayproject/ray:2.52.0-py310-aarch64", ABSENT_TEXT),
    ("rayproject/ray:2.52.0-aarch64", ABSENT_TEXT, "rayproject/ray:2.52.0-gpu-aarch64"),
    ("rayproject/ray:2.52.0-cpu", ABSENT_TEXT, ABSENT_TEXT),
    ("rayproject/ray", ABSENT_TEXT, ABSENT_TEXT),
    ("rayproject/ray-ml:2.9.0-gpu", ABSENT_TEXT, ABSENT_TEXT),
    ("registry.example/ray:2.52.0-gpu", ABSENT_TEXT, ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("image", "without", "with_it"), CUDA)
def test_images_with_and_without_cuda(image: str, without: str, with_it: str) -> None:
    manifest = cluster(worker_container=f"name: w, image: '{image}'")
    path = "workers[0].pod.ray_container.image"
    assert fact(manifest, f"{path}.without_cuda") == without
    assert fact(manifest, f"{path}.with_gpu") == with_it


def test_a_number_above_the_limit_is_shown_beside_the_limit_by_its_name() -> None:
    manifest = cluster(
        worker="groupName: w, rayStartParams: {num-cpus: '4'}",
        worker_container=limited("cpu: 2", "cpu: 1"),
    )
    (found,) = check(text=manifest, options=Options(select=("num-cpus-above-limit",))).findings
    shown = {(each.span.text, each.label) for each in found.related}
    assert shown == {("2", "whole cpus 2"), ("1", "would count otherwise")}
