"""Reports that several tests of formats show. Not here: any test."""

from __future__ import annotations

from typing import Any

from raypolicy.findings import Coverage, Finding, Fix, Related, Report, RuleInfo, Severity
from raypolicy.source import Edit, SourceFile, Span

RULE = RuleInfo(
    "worker-python-mismatch",
    "versions",
    "A worker group runs another Python than the head",
    Severity.ERROR,
    "Use one image for the head\nand all worker groups.",
    refused_by="operator",
    why="Ray compares versions when a worker joins.\n\nIt refuses the worker when they differ.",
    see=("https://docs.ray.io/en/latest/",),
)
OPEN = RuleInfo("open-dashboard", "security", "Open", Severity.WARNING, "Close it.", security=7.5)
ADVICE = RuleInfo("advice", "style", "Advice", Severity.NOTE, "Consider it.")
RAY = SourceFile(
    "clusters/dev/ray.yaml",
    "head:\n  image: rayproject/ray:2.9.0-py310\nworkers:\n  - image: rayproject/ray:2.9.0-py39\n",
)
UNREAD = Coverage(3, 2, 1, 4, (("chart/a.yaml", "Helm template"), ("b.yaml", "not YAML")))


def at(source: SourceFile, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def finding(source: SourceFile, text: str, message: str = "wrong", **rest: Any) -> Finding:
    return Finding(RULE, Severity.ERROR, message, at(source, text))._replace(**rest)


SAMPLE = finding(
    RAY,
    "rayproject/ray:2.9.0-py39",
    "small runs Python 3.9, its head 3.10",
    label="Python 3.9",
    related=(Related(at(RAY, "rayproject/ray:2.9.0-py310"), "Python 3.10"),),
    resource="RayCluster ml/dev",
    fix=Fix("use the head's image", True, (Edit(at(RAY, "py39"), "py310"),)),
)


def at_line(source: SourceFile, start: int) -> Span:
    return Span(source, start, start + 1)


def many(*counts: int) -> Report:
    """So many notes, warnings and errors, one a line, in this order."""
    rules = (ADVICE, OPEN, RULE)
    line = "a: 1  # and so on, as far as lines go\n"
    source = SourceFile("many.yaml", line * sum(counts))
    levels = [rule for rule, count in zip(rules, counts, strict=True) for _ in range(count)]
    return Report(
        tuple(
            Finding(rule, rule.severity, f"number {n}", at_line(source, n * len(line)))
            for n, rule in enumerate(levels)
        ),
        coverage=Coverage(1, 1, 1, 1),
        rules=rules,
    )


HOSTILE = [
    "plain words",
    "a\r\n::error::b",
    "::set-output name=x::y",
    "100% %0A %25",
    "a,b:c;d]e",
    "##[error]x ##vso[task.logissue]y",
    "<script>alert(1)</script>",
    "<!-- comment --> <img src=x onerror=alert(1)> &lt;b&gt; &amp;",
    "[link](https://evil.example) ![picture](https://evil.example/x.png)",
    "https://evil.example www.evil.example mailto:a@evil.example <https://evil.example>",
    "xmpp:a@evil.example ftp://evil.example a@evil.example HTTPS://EVIL.EXAMPLE",
    "@octocat @org/team #123 org/repo#45 GH-67 gh-8 :boom: :+1:",
    "`code` ``more`` ` | pipe \\| back\\slash \\",
    "**bold** __bold__ *it* _it_ ~~gone~~ $x^2$ [^1] # heading",
    "| a | b |",
    "]]> <![CDATA[x]]> ' \" ]",
    "\x1b]0;owned\x07 \x00 \x08 \u202e \u200b \udc80 \ufffe \uffff \x85 \u2028",
    "",
    " spaces around ",
    "ünïcode 日本 🙂",
]
"""What manifests may hold, and what means something to one receiver or another."""


def hostile(text: str) -> Finding:
    """A finding with the text wherever a manifest's, a rule's or a file's words may stand."""
    source = SourceFile(f"dir/{text}.yaml", "a: 1\nb: 2\n")
    return Finding(
        RULE._replace(id=text or "x", help=text, summary=text, why=text),
        Severity.WARNING,
        text,
        at(source, "b"),
        label=text,
        related=(Related(at(source, "a"), text),),
        resource=text,
    )
