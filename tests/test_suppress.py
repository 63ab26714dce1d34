"""Suppressions: what a comment or an annotation hides, and what is said of it, and where.

The rules that speak of suppressions are the shipped ones; what is hidden are findings of two rules
of our own. Not here: the same from the command line (`test_check`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import NAMED_CLUSTER, NAMING_RULE

from raypolicy.config import Options
from raypolicy.enclosing import Enclosing
from raypolicy.errors import UsageError
from raypolicy.findings import Report
from raypolicy.inputs.files import RawFile
from raypolicy.inputs.kustomize import builder
from raypolicy.run import check

SPEAKING = "suppressions"
VERSIONED_RULE = NAMING_RULE.replace("cluster.name exists", "cluster.rayVersion exists").replace(
    "at: cluster.name", "at: cluster.rayVersion"
)
SERVICE_RULE = """\
summary: A service
severity: note
why: w
given: {r: 'resources[*]'}
when: r.kind == 'Service'
at: r.kind
message: "{r.kind}"
examples: []
"""
Run = Callable[..., Report]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Checks a text on 2026-11-25 with the rules `own/named`, `own/versioned` and `own/served`."""
    rules = tmp_path / "rules" / "own"
    rules.mkdir(parents=True)
    (rules / "named.yaml").write_text(NAMING_RULE)
    (rules / "versioned.yaml").write_text(VERSIONED_RULE)
    (rules / "served.yaml").write_text(SERVICE_RULE)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def checked(
        text: str = "", *, name: str = "ray.yaml", today: str = "2026-11-25", **given: object
    ) -> Report:
        options = Options(rules=(rules,), select=("own", SPEAKING))._replace(**given)  # type: ignore[arg-type]
        stream = RawFile(name, None, text.encode()) if text else None
        return check(() if text else (".",), options, stream=stream, today=today)

    return checked


def hidden(report: Report) -> list[tuple[str, str, str, str, str]]:
    """Rule, by what it is hidden, reason, owner and until."""
    return [(e.finding.rule.id, e.by, e.reason, e.owner, e.until) for e in report.suppressed]


def own(report: Report) -> list[str]:
    return [f"{e.rule.id}:{e.span.first.line}" for e in report.findings if e.rule.topic == "own"]


def said(report: Report) -> list[str]:
    """What is said of suppressions: rule, the words it points at, or the line where there are none."""
    return [
        f"{each.rule.id.replace('-suppression', '')}: {each.span.text}"
        for each in report.findings
        if each.rule.topic == SPEAKING
    ]


def cluster(*lines: str, metadata: str = "metadata: {name: dev}") -> str:
    """A cluster with lines in the place of its metadata."""
    body = "\n".join(lines or (metadata,))
    return f"apiVersion: ray.io/v1\nkind: RayCluster\n{body}\nspec: {{}}\n"


META = "metadata: {name: dev}"
COMMENTS = [
    # case, the comment above the name, [reason, owner, until] if it hides, what is said
    ("a reason", "ignore[named] known", ["known", "", ""], []),
    ("no reason", "ignore[named]", ["", "", ""], []),
    ("an owner", "ignore[named] known; owner=team-ml", ["known", "team-ml", ""], []),
    ("all", "ignore[named] it is; until=2027-01-31; owner=a b", ["it is", "a b", "2027-01-31"], []),
    ("no reason, but a day", "ignore[named]; until=2027-01-31", ["", "", "2027-01-31"], []),
    ("a day at once", "ignore[named] until=2027-01-31", ["", "", "2027-01-31"], []),
    ("other blanks", "ignore [ named ]known ;owner = me", ["known", "me", ""], []),
    ("a semicolon in the reason", "ignore[named] a; b;c", ["a; b; c", "", ""], []),
    ("an equal sign in the reason", "ignore[named] x=1 here", ["x=1 here", "", ""], []),
    ("an issue in the reason", "ignore[named] see #12", ["see #12", "", ""], []),
    ("a further comment", "ignore[named] known # as ever", ["known", "", ""], []),
    ("a further directive", "ignore[served] a # raypolicy: ignore[named] b", ["b", "", ""], ["unused: served"]),
    ("the last day", "ignore[named] x; until=2026-11-25", ["x", "", "2026-11-25"], []),
    ("the topic", "ignore[own] all", ["all", "", ""], []),
    ("the day after", "ignore[named] x; until=2026-11-24", None, ["expired: 2026-11-24"]),
    ("a day that is none", "ignore[named] x; until=2027-02-30", None, ["malformed: 2027-02-30"]),
    ("a day in other words", "ignore[named] x; until=20270131", None, ["malformed: 20270131"]),
    ("no day", "ignore[named] x; until=", None, ["malformed: until"]),
    ("two days", "ignore[named] x; until=2027-01-31; until=2028-01-31", None, ["malformed: until"]),
    ("another key", "ignore[named] x; till=2027-01-31", None, ["malformed: till"]),
    ("no brackets", "ignore named", None, ["malformed: ignore"]),
    ("an open bracket", "ignore[named", None, ["malformed: ["]),
    ("no rule", "ignore[] x", None, ["malformed: []"]),
    ("no rule, but commas", "ignore[ , ] x", None, ["malformed: [ , ]"]),
    ("another word", "ignore-line[named] x", None, ["malformed: ignore-line"]),
    ("a word of other tools", "disable[named] x", None, ["malformed: disable"]),
    ("two rules, one in vain", "ignore[named, served] x", ["x", "", ""], ["unused: served"]),
    ("a rule twice", "ignore[named, named] x", ["x", "", ""], []),
    ("an unknown rule beside", "ignore[DL3007,named] x", ["x", "", ""], ["unknown-rule-in: DL3007"]),
    ("a misspelt rule", "ignore[nammed] x", None, ["misspelt-rule-in: nammed"]),
    ("a rule that did not run", "ignore[moving-tag] x", None, []),
    ("a topic of which nothing ran", "ignore[images] x", None, []),
    ("words about it", "see the handbook", None, []),
]  # fmt: skip


NEWLINES = [("LF", "\n", COMMENTS), ("CRLF", "\r\n", COMMENTS[::7]), ("CR", "\r", COMMENTS[::8])]


@pytest.mark.parametrize(
    ("newline", "comment", "terms", "told"),
    [
        pytest.param(newline, *row[1:], id=f"{name}-{row[0]}")
        for name, newline, rows in NEWLINES
        for row in rows
    ],
)
def test_comment(
    newline: str, comment: str, terms: list[str] | None, told: list[str], run: Run
) -> None:
    text = cluster(f"# raypolicy: {comment}", META)
    report = run(text.replace("\n", newline))
    assert hidden(report) == ([] if terms is None else [("named", "comment", *terms)])
    assert own(report) == (["named:4"] if terms is None else [])
    assert said(report) == told


ENTRIES = [
    # case, the value of the annotation as written, what it hides, what is said
    ("a reason", "'named: known'", ["known", "", ""], []),
    ("no reason", "'named:'", ["", "", ""], []),
    ("all", '"named: it is; until=2027-01-31; owner=team-ml"', ["it is", "team-ml", "2027-01-31"], []),
    ("a colon in the reason", "'named: see https://example.org'", ["see https://example.org", "", ""], []),
    ("lines", "|\n      named: one\n\n        versioned: two\n", ["one", "", ""], []),
    ("a folded line", ">-\n      named: a long\n      reason\n", ["a long reason", "", ""], []),
    ("escaped lines", '"named: one\\nserved: two"', ["one", "", ""], ["unused: served"]),
    ("other escapes", '"named: \\u0041\\nserved: two"', ["A", "", ""], ['unused: "named: \\u0041\\nserved: two"']),
    ("two rules", "'named, served: both'", ["both", "", ""], ["unused: served"]),
    ("over", "'named: x; until=2026-11-24'", None, ["expired: 2026-11-24"]),
    ("a day that is none", "|\n      named: x; until=soon", None, ["malformed: soon"]),
    ("no colon", "named", None, ["malformed: named"]),
    ("no colon in the second line", "|\n      named: x\n      versioned x", ["x", "", ""], ["malformed: versioned x"]),
    ("no rule", "': x'", None, ["malformed: : x"]),
    ("no text", "true", None, ["malformed: true"]),
    ("a misspelt rule", "'nammed: x'", None, ["misspelt-rule-in: nammed"]),
    ("nothing", "", None, []),
    ("a placeholder", "'${WHY}'", None, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "terms", "told"), [row[1:] for row in ENTRIES], ids=[row[0] for row in ENTRIES]
)
def test_annotation(value: str, terms: list[str] | None, told: list[str], run: Run) -> None:
    text = cluster(f"metadata:\n  name: dev\n  annotations:\n    raypolicy.io/ignore: {value}")
    report = run(text)
    assert hidden(report) == ([] if terms is None else [("named", "annotation", *terms)])
    assert own(report) == (["named:4"] if terms is None else [])
    assert [each for each in said(report) if each != "unused: versioned"] == told


ANNOTATED = "metadata: {name: dev, annotations: {raypolicy.io/ignore: 'named: r'}}"
SERVED = ", annotations: {raypolicy.io/ignore: 'served: r'}"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s%s}\nspec: {}\n"
PLACES = [
    # case, the text, whose findings are shown, what is said
    ("another resource", f"{cluster(ANNOTATED)}---\n{cluster()}", ["named:8"], []),
    ("a Service", f"{cluster()}---\n{SERVICE % SERVED}", ["named:3"], []),
    ("not of its neighbour", f"{cluster(ANNOTATED.replace('named', 'served'))}---\n{SERVICE % ''}", ["named:3", "served:7"], ["unused: served"]),
    ("in a List", f"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: ray.io/v1, kind: RayCluster, {ANNOTATED}, spec: {{}}}}\n- {{apiVersion: ray.io/v1, kind: RayCluster, {META}, spec: {{}}}}\n", ["named:5"], []),
    ("an anchor", f"apiVersion: v1\nkind: List\nitems:\n- &a {{apiVersion: ray.io/v1, kind: RayCluster, {ANNOTATED}, spec: {{}}}}\n- *a\n", [], []),
    ("a pod template", cluster(META).replace("spec: {}", "spec: {headGroupSpec: {template: {metadata: {annotations: {raypolicy.io/ignore: 'named: r'}}}}}"), ["named:3"], []),
    ("a comment in a text", cluster("data:", "  script: |", "    # raypolicy: ignore-file[named] r", META), ["named:6"], []),
    ("a comment in a key", cluster("data:", '  "# raypolicy: ignore-file[named] r": x', META), ["named:5"], []),
    ("the whole file", f"# raypolicy: ignore-file[named] r\n{cluster()}---\n{cluster()}", [], []),
    ("too far down for the whole file", "#\n" * 20 + f"# raypolicy: ignore-file[named] r\n{cluster()}", ["named:24"], ["malformed: ignore-file"]),
    ("two lines above", cluster("# raypolicy: ignore[named] r", "#", META), ["named:5"], ["unused: named"]),
    ("the line below", cluster(META, "# raypolicy: ignore[named] r"), ["named:3"], ["unused: named"]),
    ("behind other words", cluster("# todo # raypolicy: ignore[named] r", META), [], []),
    ("at the end of another line", cluster("labels: {}  # raypolicy: ignore[named] r", META), ["named:4"], ["unused: named"]),
    ("a key and no comment", cluster("#", "raypolicy: ignore[named]", META), ["named:5"], []),
    ("the nearer of two", f"# raypolicy: ignore-file[named] a\n{cluster('# raypolicy: ignore[named] b', META)}", [], ["unused: named"]),
    ("beside what cannot be read", f"{cluster('# raypolicy: ignore[served] r', META)}---\nkind: [\n", ["named:4"], []),
    ("JSON", '{"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "dev", "annotations": {"raypolicy.io/ignore": "named: r"}}, "spec": {}}', [], []),
    ("a comment in JSON", '{"apiVersion": "ray.io/v1", "kind": "RayCluster", "# raypolicy: ignore-file[named]": "# raypolicy: ignore-file[named]", "metadata": {"name": "dev"}, "spec": {}}', ["named:1"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown", "told"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES]
)
def test_place(text: str, shown: list[str], told: list[str], run: Run) -> None:
    report = run(text)
    assert own(report) == shown
    assert said(report) == told


DEMANDS = [
    # what is demanded, the comment, whether it hides, what is said
    (("reason",), "ignore[named] r", True, []),
    (("reason",), "ignore[named]", False, ["reason"]),
    (("reason",), "ignore[named]; owner=me", False, ["reason"]),
    (("owner", "until"), "ignore[named] r", False, ["owner, until"]),
    (("owner", "until"), "ignore[named]; owner=me; until=2999-01-01", True, []),
]


@pytest.mark.parametrize(("require", "comment", "hides", "told"), DEMANDS)
def test_demands(
    require: tuple[str, ...], comment: str, hides: bool, told: list[str], run: Run
) -> None:
    """What lacks something hides nothing, and is told only that."""
    report = run(cluster(f"# raypolicy: {comment}", META), require=require)
    assert (own(report) == []) == hides
    speaking = [each for each in report.findings if each.rule.topic == SPEAKING]
    assert {each.rule.id for each in speaking} <= {"unexplained-suppression"}
    assert [each.message.rpartition(": ")[2] for each in speaking] == told
    assert {str(each.severity) for each in speaking} <= {"error"}


@pytest.mark.parametrize("mandatory", ["named", "own"], ids=["a rule", "a topic"])
@pytest.mark.parametrize("form", ["comment", "annotation"])
def test_nothing_suppresses_what_is_mandatory(mandatory: str, form: str, run: Run) -> None:
    by = cluster("# raypolicy: ignore[named] r", META) if form == "comment" else cluster(ANNOTATED)
    report = run(by, mandatory=(mandatory,))
    assert [each.partition(":")[0] for each in own(report)] == ["named"]
    assert report.suppressed == ()
    assert said(report) == ["mandatory-rule-suppressed: named"]


MANDATORY = [
    ("not selected", {"select": (SPEAKING,)}),
    ("below the least severity", {"min_severity": "error", "severity": {"named": "note"}}),
]


@pytest.mark.parametrize("given", [row[1] for row in MANDATORY], ids=[row[0] for row in MANDATORY])
def test_what_is_mandatory_runs_in_any_case(given: dict[str, object], run: Run) -> None:
    assert own(run(cluster(), **given)) == []
    assert own(run(cluster(), **given, mandatory=("named",))) == ["named:3"]


WRONG = [
    ({"mandatory": ("named",), "ignore": ("named",)}, "named is mandatory, so named cannot be ignored"),
    ({"mandatory": ("named",), "ignore": ("own",)}, "named is mandatory, so own cannot be ignored"),
    ({"mandatory": ("own",), "ignore": ("served",)}, "served is mandatory, so served cannot be ignored"),
    ({"mandatory": ("nammed",)}, "no rule or topic 'nammed'; did you mean 'named'?"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_contradictions_are_refused(given: dict[str, object], message: str, run: Run) -> None:
    with pytest.raises(UsageError) as error:
        run(cluster(), **given)
    assert str(error.value) == message


def test_without_a_date_nothing_expires(run: Run) -> None:
    report = run(cluster("# raypolicy: ignore[named] r; until=2001-01-01", META), today="")
    assert (own(report), said(report), len(report.suppressed)) == ([], [], 1)


def test_without_suppressions_nothing_is_hidden_or_said(run: Run) -> None:
    text = cluster("# raypolicy: ignore[named, served] r", META)
    report = run(text, suppressions=False)
    assert (own(report), said(report), report.suppressed) == (["named:4"], [], ())


@pytest.mark.parametrize("given", [{"select": ("named", SPEAKING)}, {"min_severity": "warning"}])
def test_a_rule_that_did_not_run_is_not_unused(given: dict[str, object], run: Run) -> None:
    text = cluster("# raypolicy: ignore[served] r", META)
    assert said(run(text)) == ["unused: served"]
    assert said(run(text, **given)) == []


def test_what_is_said_of_a_suppression_cannot_be_suppressed(run: Run) -> None:
    text = cluster("# raypolicy: ignore[served, unused-suppression] r", META)
    assert said(run(text)) == ["unused: served", "unused: unused-suppression"]


def test_an_annotation_is_of_its_resource(run: Run) -> None:
    report = run(cluster(ANNOTATED.replace("named", "served")))
    (told,) = (each for each in report.findings if each.rule.topic == SPEAKING)
    assert told.resource == "RayCluster dev"


def test_files_that_are_only_context_are_not_spoken_of(run: Run) -> None:
    Path("a.yaml").write_text(cluster())
    Path("b.yaml").write_text(cluster("# raypolicy: ignore[served] r", META))
    options = Options(select=(SPEAKING,))
    assert check(["a.yaml"], options, today="2026-11-25").findings == ()


# Rendered by kustomize

needs_builder = pytest.mark.skipif(
    builder() is None, reason="neither kustomize nor kubectl is here"
)
KUSTOMIZATION = "resources: [%s]\n"


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@needs_builder
def test_what_two_overlays_share_is_told_once(run: Run) -> None:
    base = NAMED_CLUSTER % "dev" + "# raypolicy: ignore[served] r\n"
    write({"base/ray.yaml": base.replace("{name: dev}", "{name: dev, annotations: {raypolicy.io/ignore: 'named, served: r'}}"),
           "base/kustomization.yaml": KUSTOMIZATION % "ray.yaml",
           "one/kustomization.yaml": KUSTOMIZATION % "../base",
           "two/kustomization.yaml": KUSTOMIZATION % "../base"})  # fmt: skip
    report = run()
    assert [each.by for each in report.suppressed] == ["annotation"]
    told = [each for each in report.findings if each.rule.topic == SPEAKING]
    assert said(report) == ["unused: served", "unused: served"]
    assert [each.span.source.name for each in told] == ["base/ray.yaml", "base/ray.yaml"]
    assert [each.span.first.line for each in told] == [3, 6]


@needs_builder
def test_what_one_of_two_overlays_needs_is_used(run: Run) -> None:
    change = (
        "patches: [{patch: '[{op: remove, path: /spec/rayVersion}]', target: {kind: RayCluster}}]\n"
    )
    text = (NAMED_CLUSTER % "dev").replace("2.9.0", "2.9.0  # raypolicy: ignore[versioned] r")
    write({"base/ray.yaml": text,
           "base/kustomization.yaml": KUSTOMIZATION % "ray.yaml",
           "one/kustomization.yaml": KUSTOMIZATION % "../base" + change,
           "two/kustomization.yaml": KUSTOMIZATION % "../base"})  # fmt: skip
    report = run()
    assert said(report) == []
    assert hidden(report) == [("versioned", "comment", "r", "", "")]


@needs_builder
def test_an_annotation_from_a_patch_hides_in_its_overlay_only(run: Run) -> None:
    patch = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata:\n  name: dev\n  annotations:\n    raypolicy.io/ignore: 'named, served: r'\n"
    write({"base/ray.yaml": NAMED_CLUSTER % "dev",
           "base/kustomization.yaml": KUSTOMIZATION % "ray.yaml",
           "one/kustomization.yaml": KUSTOMIZATION % "../base" + "patches: [{path: p.yaml}]\n",
           "one/p.yaml": patch,
           "two/kustomization.yaml": KUSTOMIZATION % "../base"})  # fmt: skip
    report = run()
    (finding,) = (each for each in report.findings if each.rule.id == "named")
    assert [each.name for each in finding.rendered] == ["two"]
    assert [[r.name for r in each.finding.rendered] for each in report.suppressed] == [["one"]]
    (told,) = (each for each in report.findings if each.rule.topic == SPEAKING)
    assert (told.span.source.name, told.span.text) == ("one/p.yaml", "served")


# Hostile texts

MANY = 3_000
SECONDS = 3
HOSTILE = [
    ("comments", "\n".join(["# raypolicy: ignore[named] r"] * MANY)),
    ("comments in one line", " ".join(["# raypolicy: ignore[named] r"] * MANY)),
    ("beginnings of comments", "# raypolicy: ignore[" * MANY),
    ("hashes", "#" * MANY * 30 + " raypolicy:"),
    ("blanks", "# raypolicy: " + " " * MANY * 30 + "x"),
    ("semicolons", "# raypolicy: ignore[named] " + ";x" * MANY * 10),
    ("keys", "# raypolicy: ignore[named] " + ";owner = " * MANY * 3),
    ("names", "# raypolicy: ignore[" + "named, " * MANY + "] r"),
    ("unknown names", "# raypolicy: ignore[" + " ".join(f"unused-{i}" for i in range(MANY)) + "] r"),
]  # fmt: skip


@pytest.mark.parametrize("comment", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_many_comments_take_their_time_only(comment: str, run: Run) -> None:
    begun = time.process_time()
    run(cluster(comment, META))
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("style", ["block", "quoted", "escaped"])
def test_a_large_annotation_takes_its_time_only(style: str, run: Run) -> None:
    lines = [f"named: reason {number}" for number in range(MANY)]
    value = {
        "block": "|\n" + "\n".join(f"      {line}" for line in lines),
        "quoted": json.dumps("\n".join(lines)),
        "escaped": json.dumps("\n".join(lines)).replace("named", "\\u006eamed"),
    }[style]
    begun = time.process_time()
    text = cluster(f"metadata:\n  name: dev\n  annotations:\n    raypolicy.io/ignore: {value}")
    report = run(text)
    assert own(report) == []
    assert time.process_time() - begun < SECONDS


# Parts that hold one another

PARTS = [("a", 0, 100, "list"), ("a", 10, 40, "one"), ("a", 40, 90, "two"), ("a", 50, 60, "in two"), ("b", 5, 9, "b")]  # fmt: skip
AROUND = [
    ("a", 10, ["one", "list"]),
    ("a", 39, ["one", "list"]),
    ("a", 40, ["two", "list"]),
    ("a", 55, ["in two", "two", "list"]),
    ("a", 60, ["two", "list"]),
    ("a", 95, ["list"]),
    ("a", 100, []),
    ("b", 4, []),
    ("b", 8, ["b"]),
    ("c", 8, []),
]


@pytest.mark.parametrize(("text", "offset", "expected"), AROUND)
def test_enclosing_parts(text: str, offset: int, expected: list[str]) -> None:
    assert list(Enclosing(reversed(PARTS)).at(text, offset)) == expected
