"""The summary of a job. Not here: what GitHub's own renderer makes of it (`integration`)."""

from __future__ import annotations

import pytest
from reported import HOSTILE, RAY, SAMPLE, UNREAD, finding, hostile, many

from raypolicy.findings import Coverage, Rendering, Report
from raypolicy.formats import FORMATS, Style, markdown
from raypolicy.formats.style import printable
from raypolicy.source import SourceFile


def lines(report: Report, style: Style | None = None) -> list[str]:
    text = FORMATS["markdown"](report, style or Style())
    assert text.endswith("\n")
    return text.splitlines()


def test_a_summary() -> None:
    report = Report((SAMPLE, finding(RAY, "head")), coverage=Coverage(3, 2, 1, 4))
    assert lines(report) == [
        "## raypolicy: 2 errors",
        "",
        "3 files, 2 Ray resources in 1 bundle: 2 errors",
        "",
        "| severity | rule | findings |",
        "| --- | --- | --- |",
        "| error | `worker-python-mismatch` | 2 |",
        "",
        "| severity | place | resource | finding |",
        "| --- | --- | --- | --- |",
        "| error | `clusters/dev/ray.yaml:1` |  | wrong `worker-python-mismatch` |",
        "| error | `clusters/dev/ray.yaml:4` | RayCluster ml/dev"
        " | small runs Python 3.9, its head 3.10 `worker-python-mismatch` |",
    ]


def test_nothing_found() -> None:
    assert lines(Report(coverage=UNREAD)) == [
        "## raypolicy: no findings",
        "",
        "3 files, 2 Ray resources in 1 bundle: no findings;"
        " 2 files not read (1 Helm template, 1 not YAML)",
    ]


def test_nothing_audited_is_no_praise() -> None:
    assert lines(Report())[0] == "## raypolicy"
    assert lines(Report())[2].startswith("nothing to audit")


def test_counts_and_findings_begin_with_the_worst() -> None:
    shown = lines(many(1, 2, 3))
    assert [line.split(" | ")[0] for line in shown if line.startswith("| ")] == [
        *("| severity", "| ---", "| error", "| warning", "| note"),
        *("| severity", "| ---", "| error", "| error", "| error"),
        *("| warning", "| warning", "| note"),
    ]
    assert "| warning | `open-dashboard` | 2 |" in shown


def test_many_findings_are_folded() -> None:
    assert "<details>" not in lines(many(0, 0, 20))
    shown = lines(many(0, 0, 50))
    start = shown.index("<details>")
    assert shown[start + 1 : start + 4] == ["<summary>30 more findings</summary>", "", shown[7 + 1]]
    assert shown[-1] == "</details>"
    assert sum("number" in line for line in shown[start:]) == 30


def test_places_begin_at_the_root_of_the_repository() -> None:
    assert (
        "| `deploy/clusters/dev/ray.yaml:4` |"
        in lines(Report((SAMPLE,)), Style(below="deploy"))[-1]
    )


def test_what_was_rendered_is_said() -> None:
    one = SAMPLE._replace(rendered=(Rendering("overlays/dev"),))
    assert "its head 3.10 (in overlays/dev) `worker" in lines(Report((one,)))[-1]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_adds_lines_or_cells(text: str) -> None:
    plain = lines(Report((hostile("x"),)))
    shown = lines(Report((hostile(text),)))
    assert len(shown) == len(plain)
    assert [line.count("|") for line in shown] == [line.count("|") for line in plain]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_can_still_be_read(text: str) -> None:
    from html import unescape

    assert unescape(markdown.text(text)).replace("\u200b", "") == printable(text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a-b.yaml:3", "`a-b.yaml:3`"),
        ("a_b*c", "`a_b*c`"),
        ("a`b", "<code>a&#96;b</code>"),
        ("a|b", "<code>a&#124;b</code>"),
        (" a", "<code> a</code>"),
        ("a\nb", r"`a\nb`"),
    ],
)
def test_names(raw: str, shown: str) -> None:
    assert markdown.code(raw) == shown


def test_more_than_github_takes_is_cut_aloud() -> None:
    said: list[str] = []
    report = many(0, 3_900, 100)
    long = tuple(each._replace(message="<" * 1_000) for each in report.findings)
    report = report._replace(findings=long)
    text = FORMATS["markdown"](report, Style(warn=said.append))
    assert 900_000 < len(text.encode()) <= markdown.MOST_BYTES
    [words] = said
    number = 4_000 - text.count("many.yaml:")
    assert words.startswith(f"markdown: {number} of 4000 findings are not shown here (")
    assert "error" not in words
    assert text.endswith(f"</details>\n\n**{words.removeprefix('markdown: ')}**\n")


def test_one_huge_text_hides_no_other_finding() -> None:
    source = SourceFile("d/" * 400_000 + "a.yaml", "a")
    huge = finding(source, "a", "w" * 2_000_000, resource="r" * 2_000_000)
    shown = lines(Report((huge, SAMPLE)))
    assert len("\n".join(shown)) < 5_000
    assert "small runs Python 3.9" in "\n".join(shown)


def test_what_fits_is_whole_and_nothing_is_said() -> None:
    said: list[str] = []
    text = FORMATS["markdown"](many(0, 0, 3_000), Style(warn=said.append))
    assert text.count("many.yaml:") == 3_000
    assert said == []
