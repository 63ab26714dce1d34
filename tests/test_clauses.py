"""What a clause comes to, and what is said of rule files that can't be used.

Not here: facts (`test_facts`), the shipped rules (`test_rules`).
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from raypolicy.catalogue import DuplicateRuleError, prepare_all
from raypolicy.clause import compile_clauses
from raypolicy.errors import PlacedError
from raypolicy.examples import run
from raypolicy.findings import Finding
from raypolicy.kleene import Truth
from raypolicy.rulefile import prepare
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import Quantity, Version

T, F, U, S = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.SILENT
TRUTHS = {"true": T, "false": F, "unknown": U, "silent": S}
UNKNOWN = Unknown("nobody knows")


def evaluate(plan: Any, **scope: Any) -> tuple[Truth, list[Node[Any]]]:
    met: list[Node[Any]] = []
    nodes = {
        name: value if isinstance(value, Node) else placeless(value)
        for name, value in scope.items()
    }
    return compile_clauses(plan)(SimpleNamespace(**nodes), met).truth, met


def clause(op: str, right: Any = None) -> dict[str, Any]:
    """`left OP right`; without an operand on the right, a test."""
    return {"left": ("left", ()), "op": op, **({} if right is None else {"right": right})}


PATH = {"path": ("right", ()), "many": False}


# Operators

VALUES = [
    # left, right, and what ==, !=, <, <=, >, >= come to
    (1, 1, "T F F T F T"),
    (1, 2, "F T T T F F"),
    (2, 1, "F T F F T T"),
    (2, 2.0, "T F F T F T"),
    (1, 1.5, "F T T T F F"),
    ("a", "a", "T F F T F T"),
    ("a", "A", "F T F F T T"),
    (True, True, "T F F T F T"),
    (True, False, "F T F F T T"),
    (Version.parse("2.9"), Version.parse("2.10"), "F T T T F F"),
    (Version.parse("2.9"), Version.parse("2.9.0"), "T F F T F T"),
    (Version.parse("2.9.0rc1"), Version.parse("2.9.0"), "F T T T F F"),
    (Quantity.parse("1Gi"), Quantity.parse("1G"), "F T F F T T"),
    (Quantity.parse("500m"), Quantity.parse("0.5"), "T F F T F T"),
    # of different types: nobody can tell
    (1, "1", "U U U U U U"),
    (True, 1, "U U U U U U"),
    (0, False, "U U U U U U"),
    ("2.9", Version.parse("2.9"), "U U U U U U"),
    (1, Quantity.parse("1"), "U U U U U U"),
    ([1], (1,), "U U U U U U"),
    # unknown
    (UNKNOWN, 1, "U U U U U U"),
    (1, UNKNOWN, "U U U U U U"),
    (UNKNOWN, UNKNOWN, "U U U U U U"),
    ("${X}", "a", "U U U U U U"),
    ("a", "a-$X", "U U U U U U"),
    ("{{ x }}", "{{ x }}", "U U U U U U"),
    ("<your-image>", "a", "U U U U U U"),
    # absent: silent, not even counted
    (ABSENT, 1, "S S S S S S"),
    (1, ABSENT, "S S S S S S"),
    (ABSENT, ABSENT, "S S S S S S"),
    (ABSENT, UNKNOWN, "S S S S S S"),
    (UNKNOWN, ABSENT, "S S S S S S"),
]
LETTERS = {"T": T, "F": F, "U": U, "S": S}
COMPARED = [
    pytest.param(left, op, right, LETTERS[letter], id=f"{left} {op} {right}")
    for left, right, letters in VALUES
    for op, letter in zip("== != < <= > >=".split(), letters.split(), strict=True)
]


@pytest.mark.parametrize(("left", "op", "right", "truth"), COMPARED)
def test_comparison(left: Any, op: str, right: Any, truth: Truth) -> None:
    found, met = evaluate(clause(op, PATH), left=left, right=right)
    assert found is truth
    assert len(met) == (truth is U)


GLOBS = [
    ("rayproject/ray:2.9.0", "rayproject/*", T),
    ("rayproject/ray:2.9.0", "*:latest", F),
    ("rayproject/ray", "ray", F),
    ("ray", "RAY", F),
    ("ray-1", "ray-[0-9]", T),
    ("ray-x", "ray-?", T),
    ("", "*", T),
    ("a\nb", "a*b", T),
    (5, "5", U),
    ("5", 5, U),
    (UNKNOWN, "*", U),
    ("$X", "*", U),
    (ABSENT, "*", S),
    ("a", ABSENT, S),
]


@pytest.mark.parametrize(("left", "glob", "truth"), GLOBS, ids=str)
def test_matches(left: Any, glob: Any, truth: Truth) -> None:
    found, met = evaluate(clause("matches", PATH), left=left, right=glob)
    assert found is truth
    assert len(met) == (truth is U)


MEMBERS = [
    # left, members, what `in` and `not in` come to
    (1, [1, 2], "T F"),
    (3, [1, 2], "F T"),
    (1, [], "F T"),
    (1, ["1", True], "U U"),
    ("a", ["a"], "T F"),
    (Version.parse("3.9"), (Version.parse("3.9.0"),), "T F"),
    (1, [2, ABSENT], "F T"),
    (1, [1, UNKNOWN], "T F"),
    (2, [1, UNKNOWN], "U U"),
    ("a", ["b", "${X}"], "U U"),
    ("a", ["a", "${X}"], "T F"),
    (UNKNOWN, [1], "U U"),
    ("$X", ["a"], "U U"),
    (ABSENT, [1], "S S"),
    (1, UNKNOWN, "U U"),
    (1, ABSENT, "F T"),
    (1, 5, "U U"),
]
MEMBERSHIP = [
    pytest.param(left, op, members, LETTERS[letter], id=f"{left} {op} {members}")
    for left, members, letters in MEMBERS
    for op, letter in zip(("in", "not in"), letters.split(), strict=True)
]


@pytest.mark.parametrize(("left", "op", "members", "truth"), MEMBERSHIP)
def test_membership(left: Any, op: str, members: Any, truth: Truth) -> None:
    found, met = evaluate(clause(op, PATH), left=left, right=members)
    assert found is truth
    assert len(met) == (truth is U)


TESTS = [
    # left, what `exists` and `missing` come to
    (1, "T F"),
    (0, "T F"),
    ("", "T F"),
    (False, "T F"),
    ([], "T F"),
    ("${X}", "T F"),
    (ABSENT, "F T"),
    (UNKNOWN, "U U"),
]


@pytest.mark.parametrize(("left", "letters"), TESTS, ids=str)
def test_existence(left: Any, letters: str) -> None:
    for op, letter in zip(("exists", "missing"), letters.split(), strict=True):
        found, met = evaluate(clause(op), left=left)
        assert found is LETTERS[letter]
        assert len(met) == (letter == "U")


# Lists of clauses: Kleene's logic, in which silent is as good as unknown

SINGLE: dict[str, Any] = {
    "true": {"left": ("one", ()), "op": "exists"},
    "false": {"left": ("one", ()), "op": "missing"},
    "unknown": {"left": ("unknown", ()), "op": "exists"},
    "silent": {"left": ("absent", ()), "op": "==", "right": {"literal": 1, "type": None}},
}
SCOPE = {"one": 1, "unknown": UNKNOWN, "absent": ABSENT}
KLEENE = [
    # clauses, all of them, any of them, places counted as unknown by all and by any
    ("true true", "true", "true", "0 0"),
    ("true false", "false", "true", "0 0"),
    ("false true", "false", "true", "0 0"),
    ("false false", "false", "false", "0 0"),
    ("true unknown", "unknown", "true", "1 0"),
    ("unknown true", "unknown", "true", "1 0"),
    ("false unknown", "false", "unknown", "0 1"),
    ("unknown false", "false", "unknown", "0 1"),
    ("unknown unknown", "unknown", "unknown", "2 2"),
    ("true silent", "silent", "true", "0 0"),
    ("silent true", "silent", "true", "0 0"),
    ("false silent", "false", "silent", "0 0"),
    ("silent false", "false", "silent", "0 0"),
    ("silent silent", "silent", "silent", "0 0"),
    ("unknown silent false", "false", "unknown", "0 1"),
    ("silent false true", "false", "true", "0 0"),
    ("false false unknown", "false", "unknown", "0 1"),
    ("true true unknown", "unknown", "true", "1 0"),
    ("true", "true", "true", "0 0"),
    ("false", "false", "false", "0 0"),
    ("unknown", "unknown", "unknown", "1 1"),
    ("silent", "silent", "silent", "0 0"),
]


@pytest.mark.parametrize(("names", "every", "some", "counted"), KLEENE, ids=[k[0] for k in KLEENE])
def test_lists(names: str, every: str, some: str, counted: str) -> None:
    clauses = [SINGLE[name] for name in names.split()]
    truth, met = evaluate(clauses, **SCOPE)
    truth_of_any, met_by_any = evaluate({"any": clauses}, **SCOPE)
    assert (truth, truth_of_any) == (TRUTHS[every], TRUTHS[some])
    assert f"{len(met)} {len(met_by_any)}" == counted


NESTED = [
    # a list in `any` is all of its clauses; an `any` in a list is one of them
    ("true, any of (false, true)", [SINGLE["true"], {"any": [SINGLE["false"], SINGLE["true"]]}], T),
    ("true, any of (false, false)", [SINGLE["true"], {"any": [SINGLE["false"]] * 2}], F),
    ("any of (all of (true, false), true)", {"any": [[SINGLE["true"], SINGLE["false"]], SINGLE["true"]]}, T),
    ("any of (all of (true, unknown), false)", {"any": [[SINGLE["true"], SINGLE["unknown"]], SINGLE["false"]]}, U),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "truth"), [n[1:] for n in NESTED], ids=[n[0] for n in NESTED])
def test_nested_lists(plan: Any, truth: Truth) -> None:
    assert evaluate(plan, **SCOPE)[0] is truth


def test_the_outcome_of_a_list_is_that_of_its_first_false_clause() -> None:
    first, second = placeless(1), placeless(2)
    plan = [
        SINGLE["unknown"],
        {**SINGLE["false"], "left": ("a", ())},
        {**SINGLE["false"], "left": ("b", ())},
    ]
    scope = SimpleNamespace(a=first, b=second, unknown=placeless(UNKNOWN))
    outcome = compile_clauses(plan)(scope, [])
    assert (outcome.truth, outcome.left) == (F, first)


# Rules at work on a manifest: typed literals, and what is unknown or silent there

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev, labels: {team: ml, tier: '${TIER}'}}
spec:
  rayVersion: %s
  headGroupSpec:
    rayStartParams: {num-cpus: '0'}
    template: {spec: {containers: [{name: ray-head, resources: {limits: {memory: %s}}}]}}
  workerGroupSpecs:
  - {groupName: small, replicas: 2}
  - {groupName: large, replicas: 8}
"""


def rule_with(given: str, require: str, extra: str = "") -> dict[str, Any]:
    text = f"""\
summary: s
severity: error
why: w
given: {given}
require: {require}
message: m
examples: []
{extra}
"""
    return prepare(SourceFile("own/own-rule.yaml", text))


def findings(
    require: str, version: str = "2.9.0", memory: str = "8Gi", extra: str = ""
) -> list[Finding]:
    plan = rule_with("{cluster: 'clusters[*]', pod: cluster.head.pod}", require, extra)
    return run(plan, SourceFile("a.yaml", CLUSTER % (version, memory)), None)


HOLDS = [
    # a clause, rayVersion, the memory limit, whether the clause holds (None: nobody can tell)
    ("cluster.ray_version >= '2.10'", "2.9.0", "1", False),
    ("cluster.ray_version >= '2.10'", "2.10.0", "1", True),
    ("cluster.ray_version < '2.10'", "2.9.3", "1", True),
    ("cluster.ray_version == '2.9'", "2.9.0", "1", True),
    ("cluster.ray_version in ['2.9', '2.10']", "2.10.0", "1", True),
    ("cluster.ray_version in ['2.9', '2.10']", "2.11.0", "1", False),
    ("cluster.ray_version not in ['2.9']", "2.9.0", "1", False),
    ("cluster.ray_version >= '2.10'", "${RAY_VERSION}", "1", None),
    ("cluster.ray_version >= '2.10'", "newest", "1", None),
    ("cluster.ray_version >= '2.10'", "~", "1", None),
    ("cluster.ray_version exists", "~", "1", False),
    ("cluster.ray_version missing", "~", "1", True),
    ("cluster.ray_version exists", "newest", "1", None),
    ("pod.ray_container.memory_limit >= '8Gi'", "2.9.0", "8589934592", True),
    ("pod.ray_container.memory_limit >= '8Gi'", "2.9.0", "8G", False),
    ("pod.ray_container.memory_limit >= '8Gi'", "2.9.0", "10G", True),
    ("pod.ray_container.memory_limit > 8589934591", "2.9.0", "8Gi", True),
    ("pod.ray_container.memory_limit >= '8Gi'", "2.9.0", "lots", None),
    # what is written has the type it is written with, and literals too
    ("cluster.rayVersion == '2.9.0'", "2.9.0", "1", True),
    ("cluster.rayVersion == 2.9", "2.9", "1", True),
    ("cluster.rayVersion == '2.9'", "2.9", "1", None),
    ("cluster.rayVersion matches '2.9.*'", "2.9.0", "1", True),
    ("cluster.rayVersion matches '2.1?.*'", "2.9.0", "1", False),
    ("cluster.head.rayStartParams['num-cpus'] == '0'", "2.9.0", "1", True),
    ("cluster.head.rayStartParams['num-cpus'] == 0", "2.9.0", "1", None),
    ("cluster.workerGroupSpecs[1].replicas == 8", "2.9.0", "1", True),
    ("cluster.workerGroupSpecs[2].replicas == 8", "2.9.0", "1", None),
    ("cluster.workerGroupSpecs[2].replicas missing", "2.9.0", "1", True),
    # the right of `in` may walk lists
    ("cluster.workerGroupSpecs[0].groupName in cluster.workerGroupSpecs[*].groupName", "2.9.0", "1", True),
    ("cluster.name in cluster.workerGroupSpecs[*].groupName", "2.9.0", "1", False),
    # operators and commas inside quotes are text
    ("cluster.rayVersion == 'a == b'", "a == b", "1", True),
    ("cluster.rayVersion in ['a, b', 'it''s']", "a, b", "1", True),
    ("cluster.rayVersion in ['a, b', 'it''s']", "it's", "1", True),
    ("cluster.rayVersion == 'true'", "'true'", "1", True),
    ("cluster.rayVersion == true", "'true'", "1", None),
]  # fmt: skip


@pytest.mark.parametrize(("require", "version", "memory", "holds"), HOLDS, ids=str)
def test_clause_on_a_manifest(require: str, version: str, memory: str, holds: bool | None) -> None:
    """A clause that does not hold is a finding; one of which nobody can tell is none either way."""
    inverse = {" exists": " missing", " missing": " exists"}
    found = [len(findings(f'"{require}"', version, memory))]
    for ending, other in inverse.items():
        if require.endswith(ending):
            found.append(len(findings(f'"{require.removesuffix(ending)}{other}"', version, memory)))
    for op, other in ((" >= ", " < "), (" < ", " >= "), (" == ", " != "), (" not in ", " in "), (" in ", " not in "), (" > ", " <= ")):  # fmt: skip
        if op in require and len(found) == 1 and " matches " not in require:
            found.append(len(findings(f'"{require.replace(op, other, 1)}"', version, memory)))
    expected = {True: [0, 1], False: [1, 0], None: [0, 0]}[holds]
    assert found == expected[: len(found)]


def test_settings_and_target_are_operands() -> None:
    setting = "settings: {least: '2.10'}"
    assert len(findings("cluster.rayVersion == settings.least", extra=setting)) == 1
    assert len(findings("cluster.rayVersion == settings.least", "'2.10'", extra=setting)) == 0
    assert len(findings("target.kuberay >= '1.0'")) == 0
    assert len(findings("target.kuberay < '1.0'")) == 1


def test_a_require_list_gives_one_finding_at_its_first_false_clause() -> None:
    found = findings("[cluster.rayVersion == '2.9.0', cluster.name == 'x', cluster.kind == 'y']")
    assert [finding.span.text for finding in found] == ["dev"]


def test_given_walks_neither_what_is_absent_nor_what_is_unknown() -> None:
    manifest = SourceFile("a.yaml", CLUSTER % ("~", "1"))
    for path in ("cluster.ray_version", "cluster.suspend", "cluster.rayVersion.deeper"):
        plan = rule_with(f"{{cluster: 'clusters[*]', x: {path}}}", "cluster.name == 'x'")
        assert run(plan, manifest, None) == []
    plan = rule_with("{cluster: 'clusters[*]', x: 'cluster.workerGroupSpecs[*]'}", "x.replicas < 5")
    assert [finding.span.text for finding in run(plan, manifest, None)] == ["8"]


# Rule files that can't be used

BASE = """\
summary: s
severity: error
why: w
help: h
given:
  cluster: clusters[*]
  group: cluster.workerGroupSpecs[*]
  worker: cluster.workers[*]
require: worker.python_version == cluster.head.python_version
message: "{worker.name} differs"
examples: []
"""
GROUP = "  group: cluster.workerGroupSpecs[*]"
REQUIRE = "require: worker.python_version == cluster.head.python_version"
MESSAGE = 'message: "{worker.name} differs"'
CLAUSE = "PATH == | != | < | <= | > | >= | in | not in | matches OPERAND, or PATH exists | missing is expected"
ONLY = "rules have only names, [n], [*] and ['quoted key'] in paths"


class Wrong(NamedTuple):
    """What stands in a good rule file, what is put in its place, and what is said of that."""

    old: str
    new: str
    error: str


WRONG = [
    # the file
    Wrong("summary: s", "sumary: s", "1:1: error: unknown key 'sumary'; did you mean 'summary'?"),
    Wrong("summary: s\n", "", "1:1: error: 'summary' is missing"),
    Wrong("severity: error\n", "", "1:1: error: 'severity' is missing"),
    Wrong("why: w\n", "", "1:1: error: 'why' is missing"),
    Wrong(MESSAGE, "", "1:1: error: 'message' is missing"),
    Wrong("examples: []", "", "1:1: error: 'examples' is missing"),
    Wrong("summary: s", "summary:", "1:1: error: 'summary' is missing"),
    Wrong("summary: s", "summary: s\nsummary: t", "2:1: error: 'summary' is written twice"),
    Wrong("summary: s", "summary: [s", "2:9: error: not YAML: while parsing a flow sequence"),
    Wrong("summary: s", "summary: s\n---\na: 1", "3:1: error: one rule a file"),
    Wrong("summary: s", "summary: 5", "1:10: error: a text is expected"),
    Wrong("why: w", "why: {a: 1}", "3:6: error: a text is expected"),
    Wrong("severity: error", "severity: eror", "2:11: error: error | warning | note is expected, not 'eror'"),
    Wrong(MESSAGE, f"{MESSAGE}\nprofile: all", "11:10: error: default | pedantic is expected, not 'all'"),
    Wrong(MESSAGE, f"{MESSAGE}\nrefused_by: me", "11:13: error: api-server | webhook | operator | pod-creation is expected, not 'me'"),
    Wrong(MESSAGE, f"{MESSAGE}\nsecurity: 11", "11:11: error: a number from 0.1 to 10.0 is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nsecurity: 0", "11:11: error: a number from 0.1 to 10.0 is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nsecurity: true", "11:11: error: a number from 0.1 to 10.0 is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nsecurity: high", "11:11: error: a number from 0.1 to 10.0 is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nsee: https://ray.io", "11:6: error: a list is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nsee: [5]", "11:7: error: a text is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nreleases: cluster.name exists", "11:11: error: no name 'cluster' here"),
    Wrong(MESSAGE, f"{MESSAGE}\nsettings: 5", "11:11: error: names and their defaults are expected"),
    # given
    Wrong(BASE[BASE.index("given:") : BASE.index("require")], "given: []\n", "5:8: error: names and the paths they take are expected"),
    Wrong(BASE[BASE.index("given:") : BASE.index("require")], "given: {}\n", "5:8: error: names and the paths they take are expected"),
    Wrong(GROUP, "  clusters: cluster.workerGroupSpecs[*]", "7:3: error: the name 'clusters' is taken"),
    Wrong(GROUP, "  settings: cluster.workerGroupSpecs[*]", "7:3: error: the name 'settings' is taken"),
    Wrong(GROUP, "  target: cluster.workerGroupSpecs[*]", "7:3: error: the name 'target' is taken"),
    Wrong(GROUP, "  today: cluster.workerGroupSpecs[*]", "7:3: error: the name 'today' is taken"),
    Wrong(GROUP, "  group: 5", "7:10: error: a text is expected"),
    Wrong(GROUP, "  group:", "7:3: error: not a path: ''"),
    # paths
    Wrong(GROUP, "  group: clustr.workers[*]", "7:10: error: no name 'clustr' here; did you mean 'cluster'?"),
    Wrong(GROUP, "  group: worker.name", "7:10: error: no name 'worker' here"),
    Wrong(GROUP, "  group: cluster.worker[*]", "7:18: error: a Cluster has no 'worker'; did you mean 'workers'?"),
    Wrong(GROUP, "  group: cluster.head.pod.containrs[*]", "7:27: error: a Pod has no 'containrs'; did you mean 'containers'?"),
    Wrong(GROUP, "  group: cluster.xyzzy", "7:18: error: a Cluster has no 'xyzzy'; there are asks_for_policies, "),
    Wrong(GROUP, "  group: cluster.workers", "7:10: error: 'cluster.workers' is a list; write cluster.workers[*]"),
    Wrong(GROUP, "  group: cluster.workers.name", "7:26: error: 'cluster.workers.name' has a list before 'name'; walk it with [*] in given"),
    Wrong(GROUP, "  group: cluster.head[*]", "7:18: error: 'cluster.head[*]': only a list has items"),
    Wrong(GROUP, "  group: cluster.kind.x", "7:23: error: a str has no parts, so no 'x'"),
    Wrong(GROUP, "  group: cluster.ray_version.minor", "7:30: error: a Version has no parts, so no 'minor'"),
    Wrong(GROUP, "  group: cluster.workers[-1]", "7:10: error: an index counts from the start: 'cluster.workers[-1]'"),
    Wrong(GROUP, "  group: cluster..name", f"7:10: error: {ONLY}: 'cluster..name'"),
    Wrong(GROUP, "  group: cluster.*", f"7:10: error: {ONLY}: 'cluster.*'"),
    Wrong(GROUP, "  group: $.cluster", f"7:10: error: {ONLY}: '$.cluster'"),
    Wrong(GROUP, "  group: cluster.workers[0:2]", f"7:10: error: {ONLY}: 'cluster.workers[0:2]'"),
    Wrong(GROUP, "  group: cluster.workers[0,1]", f"7:10: error: {ONLY}: 'cluster.workers[0,1]'"),
    Wrong(GROUP, "  group: cluster.head|cluster.name", f"7:10: error: {ONLY}: 'cluster.head|cluster.name'"),
    Wrong(GROUP, "  group: cluster.a,b", f"7:10: error: {ONLY}: 'cluster.a,b'"),
    Wrong(GROUP, "  group: cluster.`parent`", f"7:10: error: {ONLY}: 'cluster.`parent`'"),
    Wrong(GROUP, "  group: cluster where x", f"7:10: error: {ONLY}: 'cluster where x'"),
    Wrong(GROUP, "  group: cluster.workers[?(@.a)]", "7:26: error: not a path: 'cluster.workers[?(@.a)]'"),
    Wrong(GROUP, "  group: cluster.workers[*", "7:10: error: not a path: 'cluster.workers[*'"),
    # clauses
    Wrong(REQUIRE, "", "1:1: error: 'when' or 'require' is missing"),
    Wrong(REQUIRE, "require: worker.name = 'a'", f"9:10: error: {CLAUSE}, not \"worker.name = 'a'\""),
    Wrong(REQUIRE, "require: worker.name", f"9:10: error: {CLAUSE}, not 'worker.name'"),
    Wrong(REQUIRE, "require: exists worker.name", f"9:10: error: {CLAUSE}, not 'exists worker.name'"),
    Wrong(REQUIRE, "require: worker.name exists now", f"9:10: error: {CLAUSE}, not 'worker.name exists now'"),
    Wrong(REQUIRE, "require: 5", "9:10: error: a clause or a list of clauses is expected"),
    Wrong(REQUIRE, "require: []", "9:10: error: a clause or a list of clauses is expected"),
    Wrong(REQUIRE, "when: []\nrequire: worker.name exists", "9:7: error: a clause or a list of clauses is expected"),
    Wrong(REQUIRE, "require: {all: [worker.name exists]}", "9:11: error: unknown key 'all'; there are any"),
    Wrong(REQUIRE, "require: {any: worker.name exists}", "9:16: error: a list of clauses is expected under any"),
    Wrong(REQUIRE, "require: {any: []}", "9:16: error: a list of clauses is expected under any"),
    Wrong(REQUIRE, "require: worker.nam exists", "9:17: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(REQUIRE, "require: [worker.name exists, worker.nam exists]", "9:38: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(REQUIRE, "require: {any: [worker.name exists, worker.nam exists]}", "9:44: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(REQUIRE, "require: worker.name == worker.nam", "9:32: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(REQUIRE, "require: worker.name == small", "9:25: error: 'small' is neither a path nor a literal; quote it, or begin with a bound name"),
    Wrong(REQUIRE, "require: worker.name == wrker.name", "9:25: error: 'wrker.name' is neither a path nor a literal; quote it, or begin with a bound name; did you mean 'worker'?"),
    Wrong(REQUIRE, "require: worker.name == clusters[0].name", "9:25: error: 'clusters[0].name' is neither a path nor a literal"),
    Wrong(REQUIRE, "require: worker.name in [small]", "9:25: error: '[small]' is neither a path nor a literal"),
    Wrong(REQUIRE, "require: worker.cpus == nan", "9:25: error: 'nan' is neither a path nor a literal"),
    Wrong(REQUIRE, "require: worker.cpus == 1_000", "9:25: error: '1_000' is neither a path nor a literal"),
    Wrong(REQUIRE, f"require: worker.cpus == {'9' * 5000}", "9:25: error: '9999"),
    Wrong(REQUIRE, "require: worker.name in 'small'", "9:10: error: a list is expected to the right of in"),
    Wrong(REQUIRE, "require: worker.name not in 5", "9:10: error: a list is expected to the right of in"),
    Wrong(REQUIRE, "require: worker.name in [5]", "9:10: error: [5] is never equal to worker.name, which is of type str"),
    Wrong(REQUIRE, "require: worker.cpus == 'four'", "9:10: error: 'four' is never equal to worker.cpus, which is of type int"),
    Wrong(REQUIRE, "require: worker.cpus == true", "9:10: error: true is never equal to worker.cpus, which is of type int"),
    Wrong(REQUIRE, "require: worker.cpus matches '4*'", "9:10: error: only text matches a glob, and worker.cpus is none"),
    Wrong(REQUIRE, "require: worker.name > 'small'", "9:10: error: text has no order; a fact of another type is needed"),
    Wrong(REQUIRE, "require: group.groupName >= 'a'", "9:10: error: text has no order; a fact of another type is needed"),
    Wrong(REQUIRE, "require: worker.python_version >= 'newest'", "9:35: error: 'newest' is not a Version, such as '2.9'"),
    Wrong(REQUIRE, "require: worker.python_version >= 3.1", "9:35: error: 3.1 is not a Version, such as '2.9'"),
    Wrong(REQUIRE, "require: worker.python_version == true", "9:35: error: True is not a Version, such as '2.9'"),
    Wrong(REQUIRE, "require: worker.python_version in ['3.9', 'x']", "9:35: error: 'x' is not a Version, such as '2.9'"),
    Wrong(REQUIRE, "require: worker.pod.ray_container.memory_limit >= '8 GB'", "9:51: error: '8 GB' is not a Quantity, such as '8Gi'"),
    Wrong(REQUIRE, "require: cluster.workers[*].name == 'a'", "9:10: error: 'cluster.workers[*].name' walks a list; only given may, and the right of in"),
    Wrong(REQUIRE, "require: worker.name == cluster.workers[*].name", "9:25: error: 'cluster.workers[*].name' walks a list; only given may, and the right of in"),
    Wrong(REQUIRE, "require: worker.cpus <= settings.most", "9:25: error: no setting 'most'"),
    Wrong(REQUIRE, "settings: {most: 1}\nrequire: worker.cpus <= settings.mst", "10:25: error: no setting 'mst'; did you mean 'most'?"),
    Wrong(REQUIRE, "require:\n- worker.name exists\n- worker.nam exists", "11:10: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(REQUIRE, "require: >-\n  worker.name\n  == worker.nam", "11:13: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    # messages and places
    Wrong(MESSAGE, "message: 5", "10:10: error: a text is expected"),
    Wrong(MESSAGE, 'message: "{worker.nam} differs"', "10:19: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(MESSAGE, 'message: "{worker.name}, {worker.nam}"', "10:34: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(MESSAGE, "message: it is {worker.name", "10:16: error: a { without }"),
    Wrong(MESSAGE, "message: it is {}", "10:17: error: not a path: ''"),
    Wrong(MESSAGE, "message: all {cluster.workers[*].name}", "10:15: error: 'cluster.workers[*].name' walks a list; only given may, and the right of in"),
    Wrong(MESSAGE, f"{MESSAGE}\nat: worker.nam", "11:12: error: a WorkerGroup has no 'nam'; did you mean 'name'?"),
    Wrong(MESSAGE, f"{MESSAGE}\nat: cluster.workers[*]", "11:5: error: 'cluster.workers[*]' walks a list; only given may, and the right of in"),
    Wrong(MESSAGE, f"{MESSAGE}\nat: 5", "11:5: error: a text is expected"),
    # fixes
    Wrong(MESSAGE, f"{MESSAGE}\nfix: 5", "11:6: error: one of set, rename, remove, insert is expected, with its path"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{too: 1}}", "11:7: error: unknown key 'too'; did you mean 'to'?"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{to: 1}}", "11:1: error: one of set, rename, remove, insert is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{set: group.a, remove: group.a}}", "11:1: error: one of set, rename, remove, insert is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{set: worker.python_version, to: 1}}", "11:12: error: 'worker.python_version' is derived and has no text that a fix could change"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{set: group.groupName}}", "11:7: error: set needs a 'to'"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{rename: group.groupName}}", "11:7: error: rename needs a 'to'"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{insert: group.groupName}}", "11:7: error: insert needs a 'value'"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{insert: group.labels, value: {{}}, to: group.a}}", "11:40: error: insert takes a 'value' or a 'to', not both"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{remove: group.groupName, safe: yes please}}", "11:38: error: true or false is expected"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: {{set: group.groupName, to: small}}", "11:33: error: 'small' is neither a path nor a literal"),
    Wrong(MESSAGE, f"{MESSAGE}\nfix: [{{remove: group.a}}, {{remove: grup.a}}]", "11:35: error: no name 'grup' here; did you mean 'group'?"),
    # examples
    Wrong("examples: []", "examples: 5", "11:11: error: a list is expected"),
    Wrong("examples: []", "examples: {pass: a}", "11:11: error: a list is expected"),
    Wrong("examples: []", "examples: [5]", "11:12: error: a mapping is expected, with pass, fail, fixed, target"),
    Wrong("examples: []", "examples: [{pass: a, fail: b}]", "11:12: error: pass or fail is expected, with a manifest below it"),
    Wrong("examples: []", "examples: [{fixed: a}]", "11:12: error: pass or fail is expected, with a manifest below it"),
    Wrong("examples: []", "examples: [{pss: a}]", "11:13: error: unknown key 'pss'; did you mean 'pass'?"),
    Wrong("examples: []", "examples: [{pass: 5}]", "11:19: error: a text is expected"),
]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", WRONG, ids=lambda wrong: wrong.new[-60:].strip() or wrong.old[:60]
)
def test_wrong_rule_file(wrong: Wrong) -> None:
    assert wrong.old in BASE
    with pytest.raises(PlacedError) as raised:
        prepare(SourceFile("own/my-rule.yaml", BASE.replace(wrong.old, wrong.new, 1)))
    assert str(raised.value).startswith(f"own/my-rule.yaml:{wrong.error}")


def test_the_rule_file_that_the_table_starts_from_is_good() -> None:
    plan = prepare(SourceFile("own/my-rule.yaml", BASE))
    assert (plan["id"], plan["topic"], plan["severity"]) == ("my-rule", "own", "error")


WHOLE = [
    ("", "1:1: error: an empty file; a rule is expected"),
    ("# nothing\n", "1:1: error: an empty file; a rule is expected"),
    ("5", "1:1: error: a mapping is expected"),
    ("- a\n", "1:1: error: a mapping is expected"),
    ("a: *b\n", "1:4: error: not YAML: no anchor is called 'b'"),
]


@pytest.mark.parametrize(("text", "error"), WHOLE, ids=[repr(text) for text, _ in WHOLE])
def test_no_rule_file_at_all(text: str, error: str) -> None:
    with pytest.raises(PlacedError) as raised:
        prepare(SourceFile("own/my-rule.yaml", text))
    assert str(raised.value).startswith(f"own/my-rule.yaml:{error}")


@pytest.mark.parametrize("name", ["My-rule", "my_rule", "my rule", "my-rüle"])
def test_the_file_name_is_the_id(name: str) -> None:
    with pytest.raises(PlacedError, match=f"own/{name}.yaml:1:1: error: the file name is the id"):
        prepare(SourceFile(f"own/{name}.yaml", BASE))


def test_an_id_used_twice_is_an_error(tmp_path: Path) -> None:
    for topic in ("one", "two"):
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "my-rule.yaml").write_text(BASE)
    with pytest.raises(DuplicateRuleError, match=r"two/my-rule\.yaml: a rule 'my-rule' is there"):
        prepare_all([tmp_path])
