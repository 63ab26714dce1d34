"""Reports to make pages of: what rules find in fixtures, hostile texts, thousands of findings."""

from __future__ import annotations

import os
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from raypolicy.config import Options
from raypolicy.findings import (
    Coverage,
    Finding,
    Fix,
    Related,
    Rendering,
    Report,
    RuleInfo,
    Severity,
    Suppressed,
    UnknownPlace,
)
from raypolicy.run import check
from raypolicy.source import Edit, SourceFile, Span

FIXTURES = Path(__file__).parent.parent / "fixtures"
EVIL = (
    "</script></style><script>globalThis.owned = 1; alert(1)</script>",
    '"><img src=x onerror="globalThis.owned = 1">',
    "' onmouseover='globalThis.owned = 1' x='",
    "<!-- ]]> &amp; &lt;b&gt; <svg onload=alert(1)>",
    "javascript:alert(1)",
    "\x1b]0;owned\x07\u202e\u200b\udc80\x00 ##[add-mask]",
    "日本 ünïcode 🙂 % # ? & = / .. \\",
)


@cache
def real() -> Report:
    """What our rules find in the fixtures."""
    before = os.getcwd()
    try:
        os.chdir(FIXTURES)
        return check(("."), Options(prose=True, kustomize="never"))
    finally:
        os.chdir(before)


def hostile() -> Report:
    """A report whose every text wants to be more than a text."""
    findings = tuple(_evil(number, evil) for number, evil in enumerate(EVIL))
    unknown = tuple(UnknownPlace(each.span, each.message) for each in findings)
    hidden = tuple(Suppressed(each, each.message, each.message) for each in findings)
    covered = Coverage(9, 8, 7, 6, tuple((evil, evil) for evil in EVIL))
    return Report(findings, hidden, unknown, covered, tuple(each.rule for each in findings))


def _evil(number: int, evil: str) -> Finding:
    source = SourceFile(
        f"a{number}/{evil}/{evil}.yaml", f"before: {evil}\nhit: {evil}\n{evil}: 1\n"
    )
    start = source.text.index("hit: ") + 5
    span = Span(source, start, start + len(evil))
    urls = (f"https://example.org/{evil}", evil)
    rule = RuleInfo(
        evil, evil, evil, Severity.ERROR, evil, refused_by=evil, why=f"`{evil}`\n\n{evil}", see=urls
    )
    return Finding(
        rule,
        Severity(number % 3 + 1),
        evil,
        span,
        label=evil,
        related=(Related(Span(source, 0, 6), evil),),
        resource=f"RayCluster {evil}",
        fix=Fix(evil, False, (Edit(span, f"{evil}\n{evil}"),)),
        rendered=(Rendering(evil),),
    )


def many(number: int) -> Report:
    """Real findings over and over, in files of many directories."""
    found = real()
    copies = islice(cycle(found.findings), number)
    findings = tuple(_moved(each, index) for index, each in enumerate(copies))
    covered = found.coverage._replace(files=4 * number)
    return found._replace(findings=findings, coverage=covered)


def _moved(finding: Finding, index: int) -> Finding:
    span = finding.span
    name = f"team-{index % 17}/cluster-{index % 211}/{index}/{span.source.name}"
    source = SourceFile(name, span.source.text)
    return finding._replace(
        span=span._replace(source=source), resource=f"RayCluster ml/{index % 211}"
    )
