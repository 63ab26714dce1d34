"""Facts of RayJobs and RayServices that decide what the operator refuses.

Not here: what is refused (the examples of the rules).
"""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.facts.job import Job
from raypolicy.facts.serve import Service
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown


def read(text: str, target: str | None = None, gates: tuple[str, ...] = ()) -> Model:
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    return Model(bundle, Aim(kuberay(target), "2026-01-01", gates))


def job(
    spec: str, target: str | None = None, *, api: str = "v1", gates: tuple[str, ...] = ()
) -> Job:
    text = f"apiVersion: ray.io/{api}\nkind: RayJob\nmetadata: {{name: a}}\nspec:\n{indented(spec)}"
    return read(text, target, gates).jobs[0]


def service(spec: str, target: str | None = None, *, gates: tuple[str, ...] = ()) -> Service:
    text = (
        f"apiVersion: ray.io/v1\nkind: RayService\nmetadata: {{name: a}}\nspec:\n{indented(spec)}"
    )
    return read(text, target, gates).services[0]


def indented(spec: str) -> str:
    return "".join(f"  {line}\n" for line in spec.splitlines())


def told(node: Node[Any]) -> Any:
    if node.value is ABSENT:
        return "absent"
    return "unknown" if isinstance(node.value, Unknown) else node.value


MODES = [
    # submissionMode, KubeRay, the mode where nothing happens in it, the one that must be meant
    ("K8sJobMode", "1.7", "absent", "absent"),
    ("SidecarMode", "1.5", "absent", "absent"),
    ("SidecarMode", "1.4", "SidecarMode", "absent"),
    ("InteractiveMode", "1.3", "absent", "absent"),
    ("InteractiveMode", "1.2.2", "InteractiveMode", "absent"),
    ("UserMode", "1.2.2", "absent", "absent"),
    ("UserMode", "1.3", "UserMode", "InteractiveMode"),
    ("UserMode", "1.1", "UserMode", "absent"),
    ("SidcarMode", "1.7", "SidcarMode", "SidecarMode"),
    ("KubernetesJob", "1.7", "KubernetesJob", "K8sJobMode"),
    ("Nonsense", "1.7", "Nonsense", "absent"),
    ("httpMode", "1.7", "httpMode", "HTTPMode"),
    ("http", "1.7", "http", "HTTPMode"),
    ("k8s-job-mode", "1.7", "k8s-job-mode", "K8sJobMode"),
    ("anything", "1.0", "absent", "absent"),
    ('""', "1.7", "", "absent"),
    ("$MODE", "1.7", "unknown", "absent"),
    ("1", "1.7", "unknown", "absent"),
]


@pytest.mark.parametrize(("mode", "target", "idle", "nearest"), MODES)
def test_modes_in_which_nothing_is_submitted(
    mode: str, target: str, idle: str, nearest: str
) -> None:
    seen = job(f"submissionMode: {mode}", target)
    assert told(seen.idle_mode) == idle
    if idle != "unknown":
        assert told(seen.nearest_mode) == nearest


METADATA = [
    # metadata, rayVersion, KubeRay, the version where the command cannot be made
    ("{a: b}", "2.52.0", "1.7", "absent"),
    ("{a: b}", "'2.6'", "1.7", "absent"),
    ("{a: b}", "v2.06.1", "1.7", "absent"),
    ("{a: b}", "2.5.9", "1.7", "2.5.9"),
    ("{a: b}", "2.9.0rc1", "1.7", "2.9.0rc1"),
    ("{a: b}", "2.9.0-py310", "1.7", "2.9.0-py310"),
    ("{a: b}", "nightly", "1.7", "nightly"),
    ("{a: b}", "'${RAY}'", "1.7", "unknown"),
    ("{a: b}", "null", "1.7", "absent"),
    ("{a: b}", "null", "1.6", "not written"),
    ("{}", "nightly", "1.7", "absent"),
    ("null", "2.5.0", "1.7", "absent"),
]


@pytest.mark.parametrize(("metadata", "version", "target", "unfit"), METADATA)
def test_metadata_and_ray(metadata: str, version: str, target: str, unfit: str) -> None:
    spec = f"metadata: {metadata}\nrayClusterSpec: {{rayVersion: {version}, headGroupSpec: {{}}}}"
    assert told(job(spec, target).unfit_metadata_ray) == unfit


KEPT = [
    # what is written, whether the cluster stays and nothing says so
    ("", True),
    ("shutdownAfterJobFinishes: true", False),
    ("shutdownAfterJobFinishes: false", False),
    ("shutdownAfterJobFinishes: null", True),
    ("deletionStrategy: {onSuccess: {policy: DeleteNone}}", False),
    ("deletionPolicy: DeleteCluster", False),
    ("clusterSelector: {ray.io/cluster: a}", False),
    ("clusterSelector: {}", True),
    ("clusterSelector: $SELECTOR", "unknown"),
]


@pytest.mark.parametrize(("written", "kept"), KEPT)
def test_a_cluster_that_stays(written: str, kept: Any) -> None:
    assert told(job(f"entrypoint: a\n{written}").ending.keeps_cluster) == kept


DELETED = [
    # deletionStrategy, whether something goes when the deployment fails, whether the RayJob does
    ("{deletionRules: [{policy: DeleteSelf, condition: {jobStatus: FAILED}}]}", False, True),
    ("{deletionRules: [{policy: DeleteCluster, condition: {jobDeploymentStatus: Failed}}]}", True, False),
    ("{deletionRules: [{policy: DeleteNone, condition: {jobDeploymentStatus: Failed}}, {policy: DeleteSelf, condition: {jobStatus: FAILED}}]}", False, True),
    ("{onSuccess: {policy: DeleteSelf}, onFailure: {policy: DeleteSelf}}", False, True),
    ("{onSuccess: {policy: DeleteNone}, onFailure: {policy: DeleteNone}}", "absent", False),
    ("{onSuccess: {policy: '{{ x }}'}, onFailure: {policy: DeleteSelf}}", False, True),
]  # fmt: skip


@pytest.mark.parametrize(("strategy", "sees", "itself"), DELETED)
def test_what_is_deleted_at_last(strategy: str, sees: Any, itself: Any) -> None:
    seen = job(f"deletionStrategy: {strategy}")
    assert (told(seen.deletion.sees_deployment), told(seen.ending.deletes_job)) == (sees, itself)


SELECTORS = [
    ("{ray.io/cluster: a}", True, True),
    ("{ray.io/cluster: ''}", True, False),
    ("{ray.io/cluster: $X}", True, True),
    ("{app: a}", True, False),
    ("{matchLabels: {app: a}}", True, "unknown"),
    ("{}", False, False),
    ("null", False, "absent"),
    ("$SELECTOR", "unknown", "unknown"),
]


@pytest.mark.parametrize(("selector", "selects", "names"), SELECTORS)
def test_selectors(selector: str, selects: Any, names: Any) -> None:
    seen = job(f"clusterSelector: {selector}")
    assert (told(seen.selects), told(seen.names_cluster)) == (selects, names)


def test_v1alpha1_has_neither_retries_nor_deadlines_nor_deletion() -> None:
    spec = "backoffLimit: 1\nactiveDeadlineSeconds: 0\ndeletionStrategy: {}\ndeletionPolicy: x"
    for target in ("1.7", "1.4"):
        seen = job(spec, target, api="v1alpha1")
        facts = (seen.backoff_limit, seen.active_deadline, seen.deletion.node)
        assert [told(each) for each in facts] == ["absent"] * 3


FIELDS = [
    ("1.2", "absent", False),
    ("1.3", "deletionPolicy", False),
    ("1.4", "deletionPolicy", False),
    ("1.5", "deletionStrategy", False),
    ("1.6", "deletionStrategy", True),
]


@pytest.mark.parametrize(("target", "field", "gate"), FIELDS)
def test_the_field_for_deletion(target: str, field: str, gate: bool) -> None:
    spec = "deletionPolicy: DeleteSelf\ndeletionStrategy: {onSuccess: {policy: DeleteNone}}"
    deletion = job(spec, target).deletion
    assert ("absent" if deletion.node.absent else told(deletion.field_name)) == field
    assert deletion.has_gate.value is gate
    assert job(spec, target, gates=("RayJobDeletionPolicy",)).deletion.has_gate.value is True


def rule(policy: str, status: str = "SUCCEEDED", ttl: object = None) -> str:
    seconds = "" if ttl is None else f", ttlSeconds: {ttl}"
    return f"{{policy: {policy}, condition: {{jobStatus: {status}{seconds}}}}}"


RULES = [
    # the rules; of each that is judged: its policy, that of an earlier one, seconds of the smaller
    ([rule("DeleteSelf")], ["DeleteSelf absent absent"]),
    (
        [rule("DeleteSelf", ttl=1), rule("DeleteWorkers", ttl=9), rule("DeleteCluster", ttl=5)],
        ["DeleteSelf absent 5", "DeleteWorkers absent absent", "DeleteCluster absent 9"],
    ),
    (
        [rule("DeleteWorkers"), rule("DeleteNone", ttl=3), rule("DeleteSelf", ttl=9)],
        ["DeleteWorkers absent absent", "DeleteNone absent absent", "DeleteSelf absent 0"],
    ),
    (
        [rule("DeleteCluster", ttl=9), rule("DeleteCluster", ttl=1), rule("DeleteSelf")],
        [
            "DeleteCluster absent absent",
            "DeleteCluster DeleteCluster absent",
            "DeleteSelf absent 9",
        ],
    ),
    (
        [rule("DeleteCluster", ttl=9), rule("DeleteSelf", "FAILED")],
        ["DeleteCluster absent absent", "DeleteSelf absent absent"],
    ),
    (
        ["{policy: DeleteSelf, condition: {jobDeploymentStatus: Failed}}", rule("DeleteSelf")],
        ["DeleteSelf absent absent", "DeleteSelf absent absent"],
    ),
    (
        [
            "{policy: DeleteSelf, condition: {}}",
            "{policy: DeleteSelf, condition: {jobStatus: FAILED, jobDeploymentStatus: Failed}}",
        ],
        [],
    ),
]


@pytest.mark.parametrize(("rules", "expected"), RULES)
def test_deletion_rules(rules: list[str], expected: list[str]) -> None:
    spec = "deletionStrategy:\n  deletionRules:\n" + "".join(f"  - {each}\n" for each in rules)
    found = [
        " ".join(
            str(told(each)) for each in (seen.node.get("policy"), seen.earlier, seen.smaller_ttl)
        )
        for seen in job(spec).deletion.rules
    ]
    assert found == expected


@pytest.mark.parametrize(
    "beside",
    ["clusterSelector: {ray.io/cluster: a}", "rayClusterSpec: {enableInTreeAutoscaling: true}"],
)
def test_a_rule_that_cannot_be_carried_out_is_no_part_of_the_order(beside: str) -> None:
    rules = f"{rule('DeleteWorkers', ttl=9)}, {rule('DeleteWorkers')}, {rule('DeleteSelf')}"
    deletion = job(f"{beside}\ndeletionStrategy: {{deletionRules: [{rules}]}}").deletion
    assert [told(each.smaller_ttl) for each in deletion.rules] == ["absent"]
    assert len(deletion.choices) == 3


TEXTS = [
    ("''", None),
    ("null", None),
    ("'# nothing'", None),
    ("'null'", None),
    ("'{}'", None),
    ("'a: 1'", None),
    ('"a: 1\\na: 2"', None),
    ('"a: 1\\n---\\n- b"', None),
    ('"---\\n# a\\n---\\n- b"', None),
    ("'- a'", "a list"),
    ("'a'", "a text"),
    ("'1'", "a number"),
    ("'true'", "a boolean"),
    ('"\\ta: 1"', "cannot start any token"),
    ("'a: b: c'", "mapping values"),
    ("'null: 1'", ""),
    ("'[1, 2'", ""),
    ("'$TEXT'", "unknown"),
    ("'a: {{ .Values.a }}'", "unknown"),
    ('"%YAML 1.1\\n---\\na: 1"', "unknown"),
]


@pytest.mark.parametrize(("text", "fault"), TEXTS)
def test_a_text_that_is_yaml_itself(text: str, fault: str | None) -> None:
    found = told(job(f"runtimeEnvYAML: {text}").runtime_env.fault)
    if fault is None:
        assert found == "absent"
    else:
        assert found != "absent"
        assert fault in found


def test_what_cannot_be_read_in_a_text_has_its_own_place() -> None:
    seen = service("serveConfigV2: |\n  applications:\n  - name: a\n     port: 1")
    fault = seen.serve_config.fault
    assert (fault.span.first.line, fault.span.text) == (8, ":")


UPGRADES = [
    # options, KubeRay, gates: whether it is done step by step, the step, the most beside
    ("{stepSizePercent: 5}", "1.7", (), (True, 5, 100)),
    ("{stepSizePercent: 5, maxSurgePercent: 1}", "1.7", (), (True, 5, 1)),
    ("{stepSizePercent: 500}", "1.7", (), (True, "absent", 100)),
    ("{stepSizePercent: 5, maxSurgePercent: 101}", "1.7", (), (True, "absent", 101)),
    ("{stepSizePercent: 5}", "1.6", (), (False, 5, 100)),
    ("{stepSizePercent: 5}", "1.6", ("RayServiceIncrementalUpgrade",), (True, 5, 100)),
    ("{stepSizePercent: 5}", "1.4", ("RayServiceIncrementalUpgrade",), (False, 5, 100)),
]


@pytest.mark.parametrize(("options", "target", "gates", "expected"), UPGRADES)
def test_incremental_upgrades(
    options: str, target: str, gates: tuple[str, ...], expected: tuple[Any, ...]
) -> None:
    spec = "upgradeStrategy:\n  type: NewClusterWithIncrementalUpgrade\n"
    upgrade = service(f"{spec}  clusterUpgradeOptions: {options}", target, gates=gates).upgrade
    found = (upgrade.is_incremental, upgrade.step_size, upgrade.max_surge)
    assert tuple(map(told, found)) == expected


def test_the_older_field_is_for_any_end() -> None:
    seen = job("deletionPolicy: DeleteCluster", "1.4", gates=("RayJobDeletionPolicy",))
    assert told(seen.deletion.sees_deployment) is True
