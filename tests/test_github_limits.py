"""What GitHub's code scanning asks of a SARIF log, a row a demand, held by ours: small and huge.

What it refuses is refused as a whole, so each row is asserted on every log here. Not here: the
words in the log (`test_sarif`), other people's validators (`integration`).
"""

from __future__ import annotations

import json
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from gzip import compress
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from reported import ADVICE, HOSTILE, OPEN, RAY, RULE, SAMPLE, UNREAD, at, finding, hostile, many

from raypolicy.findings import Finding, Related, Report, RuleInfo, Severity, Suppressed
from raypolicy.formats import FORMATS, Style, sarif
from raypolicy.formats.rollinghash import line_hashes
from raypolicy.source import SourceFile

Log = dict[str, Any]


LIMITS = (sarif.MAX_RESULTS, sarif.MAX_RULES, sarif.MOST_SHOWN, sarif.MAX_PACKED)


def run_of(log: Log) -> Log:
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


def results(log: Log) -> list[Log]:
    found = run_of(log)["results"]
    assert isinstance(found, list)
    return found


def rules(log: Log) -> list[Log]:
    found = run_of(log)["tool"]["driver"]["rules"]
    assert isinstance(found, list)
    return found


def places(log: Log) -> Iterator[Log]:
    for one in results(log):
        for each in (*one["locations"], *one.get("relatedLocations", ())):
            yield each["physicalLocation"]


def links(text: str) -> list[str]:
    """The targets of links in a plain text message of SARIF, in which a backslash escapes."""
    bare = re.sub(r"\\[\[\]\\]", "", text)
    assert "\\" not in bare
    return re.findall(r"\[[^\]]*\]\(([^)]*)\)", bare)


def _severity_is_none_or_in_range(rule: Log) -> bool:
    number = rule["properties"].get("security-severity")
    return number is None or (isinstance(number, str) and 0 < float(number) <= 10)


DEMANDS: dict[str, Callable[[Log], bool]] = {
    "version and schema": lambda log: log["version"] == "2.1.0" and bool(log["$schema"]),
    "one run": lambda log: len(log["runs"]) == 1,
    "as many results as are accepted": lambda log: len(results(log)) <= sarif.MAX_RESULTS,
    "at most 25,000 rules": lambda log: len(rules(log)) <= 25_000,
    "no extensions": lambda log: "extensions" not in run_of(log)["tool"],
    "at most 100 locations, the first is shown": lambda log: all(
        len(one["locations"]) == 1 for one in results(log)
    ),
    "at most 100 related locations": lambda log: all(
        len(one.get("relatedLocations", ())) <= 100 for one in results(log)
    ),
    "at most 10 tags": lambda log: all(len(r["properties"]["tags"]) <= 10 for r in rules(log)),
    "a category ends in a slash": lambda log: (
        run_of(log)["automationDetails"]["id"] == "raypolicy/"
    ),
    "the driver has a name that stays": lambda log: (
        run_of(log)["tool"]["driver"]["name"] == "raypolicy"
    ),
    "the version is a semantic one": lambda log: bool(
        re.fullmatch(r"\d+\.\d+\.\d+.*", run_of(log)["tool"]["driver"]["semanticVersion"])
    ),
    "rule ids are there once": lambda log: len({r["id"] for r in rules(log)}) == len(rules(log)),
    "rule names are short": lambda log: all(0 < len(r["name"]) <= 255 for r in rules(log)),
    "descriptions are short and not empty": lambda log: all(
        0 < len(r[key]["text"]) <= 1024
        for r in rules(log)
        for key in ("shortDescription", "fullDescription")
    ),
    "help is there, as text and as Markdown": lambda log: all(
        r["help"]["text"].strip() and r["help"]["markdown"].strip() for r in rules(log)
    ),
    "levels": lambda log: (
        {r["defaultConfiguration"]["level"] for r in rules(log)}
        | {one["level"] for one in results(log)}
        <= {"note", "warning", "error"}
    ),
    "precision and problem.severity": lambda log: all(
        r["properties"]["precision"] in ("very-high", "high", "medium", "low")
        and r["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        for r in rules(log)
    ),
    "security-severity is the text of a number": lambda log: all(
        map(_severity_is_none_or_in_range, rules(log))
    ),
    "messages are there": lambda log: all(one["message"]["text"].strip() for one in results(log)),
    "a result's rule is there": lambda log: all(
        rules(log)[one["ruleIndex"]]["id"] == one["ruleId"] for one in results(log)
    ),
    "every location is a physical one": lambda log: all(
        "physicalLocation" in place for one in results(log) for place in one["locations"]
    ),
    "regions have four coordinates in one line": lambda log: all(
        place["region"].keys() == {"startLine", "startColumn", "endLine", "endColumn"}
        and 1 <= place["region"]["startLine"] == place["region"]["endLine"]
        and 1 <= place["region"]["startColumn"] < place["region"]["endColumn"]
        for place in places(log)
    ),
    "URIs are relative, encoded, and stay below the root": lambda log: all(
        re.fullmatch(r"[A-Za-z0-9_.~/%-]+", place["artifactLocation"]["uri"])
        and not place["artifactLocation"]["uri"].startswith(("/", "./"))
        and ".." not in unquote(place["artifactLocation"]["uri"]).split("/")
        and place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        for place in places(log)
    ),
    "the root has no URI of this machine": lambda log: (
        "uri" not in run_of(log)["originalUriBaseIds"]["%SRCROOT%"]
    ),
    "a line hash is one": lambda log: all(
        re.fullmatch(r"[0-9a-f]{1,16}:[1-9]\d*", prints["primaryLocationLineHash"])
        for one in results(log)
        if "primaryLocationLineHash" in (prints := one["partialFingerprints"])
    ),
    "fingerprints of our own are unique": lambda log: (
        len({one["partialFingerprints"]["raypolicyFingerprint/v1"] for one in results(log)})
        == len(results(log))
    ),
    "no suppressed result": lambda log: not any("suppressions" in one for one in results(log)),
    "messages link to related locations only": lambda log: all(
        links(one["message"]["text"]) == [str(each["id"]) for each in one.get("relatedLocations", ())]
        for one in results(log)
    ),
}  # fmt: skip


def evil_rule() -> RuleInfo:
    text = "[x](https://evil.example) " * 500
    return RULE._replace(id="evil", summary=text, why=text, help=text, topic="t" * 500, security=99)


def long_messages(number: int) -> Report:
    """Findings that packing hardly makes smaller, of 5 KB each or a little more."""
    dice = random.Random(1)
    letters = string.ascii_letters + string.digits + "+/"
    found = []
    for n in range(number):
        words = ["".join(dice.choices(letters, k=100)) for _ in range(50)]
        severity = Severity.WARNING if n % 2 else Severity.ERROR
        related = tuple(Related(at(RAY, "head"), word) for word in words)
        found.append(Finding(RULE, severity, f"{n}", at(RAY, "workers"), related=related))
    return Report(tuple(found))


REPORTS: dict[str, Callable[[], Report]] = {
    "nothing": Report,
    "a finding": lambda: Report((SAMPLE,), rules=(RULE, OPEN, ADVICE), coverage=UNREAD),
    "suppressed": lambda: Report((SAMPLE,), suppressed=(Suppressed(finding(RAY, "head"), "known"),)),
    "hostile words": lambda: Report(tuple(map(hostile, HOSTILE))),
    "a rule that says too much": lambda: Report((SAMPLE._replace(rule=evil_rule()),)),
    "bare rules": lambda: Report(rules=(RuleInfo("x", "", "", Severity.NOTE, ""),)),
    "awkward names": lambda: Report(
        tuple(
            finding(SourceFile(name, "a"), "a")
            for name in ("/abs.yaml", "../../up.yaml", "a b/ü#%?[].yaml", "c:d", "<stdin>", "..")
        )
    ),
    "a block": lambda: Report((finding(RAY, RAY.text),)),
    "no place to mark": lambda: Report((finding(SourceFile("empty.yaml", ""), ""),)),
    "many places": lambda: Report((SAMPLE._replace(related=(Related(at(RAY, "head"), "x"),) * 2_000),)),
    "too many": lambda: many(2_400, 100, 101),
    "too much": lambda: long_messages(60),
}  # fmt: skip


SAID = {
    "too many": [
        "sarif: 101 of 2601 findings are not in this log: it holds the worst 2500,"
        " the most that GitHub accepts.",
        "sarif: Of the 2500 findings in this log, GitHub shows the worst 500.",
    ],
    "too much": [
        r"sarif: \d+ of 60 findings are not in this log: it holds the worst \d+,"
        " as GitHub accepts no more than 0 MB."
    ],
}
LOWERED = {"too many": ("MAX_RESULTS", "MOST_SHOWN"), "too much": ("MAX_PACKED",)}
"""Limits that a report is too large for: lower for it than they are, to be quick."""


class Sent(NamedTuple):
    """A report, its log, and what was said of it."""

    name: str
    report: Report
    text: str
    log: Log
    said: list[str]


@pytest.fixture(scope="module", params=REPORTS)
def sent(request: pytest.FixtureRequest) -> Iterator[Sent]:
    report = REPORTS[request.param]()
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for limit in LOWERED.get(request.param, ()):
            part = 50 if limit == "MAX_PACKED" else 10
            patch.setattr(sarif, limit, getattr(sarif, limit) // part)
        text = FORMATS["sarif"](report, Style(warn=said.append))
        yield Sent(request.param, report, text, json.loads(text), said)


def test_the_limits_are_those_of_github() -> None:
    assert LIMITS == (25_000, 25_000, 5_000, 10_000_000)


def test_demands(sent: Sent) -> None:
    assert [name for name, holds in DEMANDS.items() if not holds(sent.log)] == []


def test_size(sent: Sent) -> None:
    assert len(compress(sent.text.encode(), 6)) <= sarif.MAX_PACKED


def test_what_is_cut_is_told_and_is_the_least_bad(sent: Sent) -> None:
    patterns = SAID.get(sent.name, [])
    assert len(sent.said) == len(patterns)
    assert all(map(re.fullmatch, patterns, sent.said))
    notes = run_of(sent.log)["invocations"][0].get("toolExecutionNotifications", ())
    errors = [note["message"]["text"] for note in notes if note["level"] == "error"]
    assert sent.said == [f"sarif: {words}" for words in errors]
    kept = Counter(one["level"] for one in results(sent.log))
    every = Counter(str(one.severity) for one in sent.report.findings)
    for level, worse in (("warning", ["error"]), ("note", ["error", "warning"])):
        assert kept[level] == 0 or all(kept[each] == every[each] for each in worse)


def test_line_hashes_are_of_the_line(sent: Sent) -> None:
    sources = {each.span.source for each in sent.report.findings}
    hashes = {source.name: line_hashes(source) for source in sources}
    for one in results(sent.log):
        place = one["locations"][0]["physicalLocation"]
        known = hashes.get(unquote(place["artifactLocation"]["uri"]))
        if known:
            line = place["region"]["startLine"]
            assert one["partialFingerprints"]["primaryLocationLineHash"] == known[line - 1]


def test_as_much_as_fits_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_PACKED", 200_000)
    text = FORMATS["sarif"](long_messages(60), Style())
    assert 160_000 < len(compress(text.encode(), 6)) <= 200_000


def test_rules_that_leave_no_room_end_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_PACKED", 10)
    log = json.loads(FORMATS["sarif"](many(5, 5, 5), Style()))
    assert results(log) == []
