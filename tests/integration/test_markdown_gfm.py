"""Our summary as GitHub's own renderer shows it. Not here: its words (`test_markdown`)."""

from __future__ import annotations

import re

import pytest
from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
from lxml import html  # type: ignore[import-untyped]
from reported import HOSTILE, SAMPLE, UNREAD, hostile, many

from raypolicy.findings import Report
from raypolicy.formats import FORMATS, Style
from raypolicy.formats.style import printable

pytestmark = pytest.mark.integration

ELEMENTS = set("div h2 p table thead tbody tr th td code details summary strong".split())
MENTION = r"(?<![\w`])[@#]\w|\bgh-\d"


def page(report: Report) -> html.HtmlElement:
    """What is shown; HTML is let through, so that what got through is seen."""
    text = FORMATS["markdown"](report, Style())
    shown = github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    return html.fragment_fromstring(shown, create_parent="div")


def cells(element: html.HtmlElement) -> list[list[str]]:
    return [[cell.text_content() for cell in row] for row in element.iter("tr")]


def test_a_report() -> None:
    shown = page(Report((SAMPLE,), coverage=UNREAD))
    assert shown.findtext("h2") == "raypolicy: 1 error"
    assert cells(shown)[1] == ["error", "worker-python-mismatch", "1"]
    assert cells(shown)[3] == [
        "error",
        "clusters/dev/ray.yaml:4",
        "RayCluster ml/dev",
        "small runs Python 3.9, its head 3.10 worker-python-mismatch",
    ]


def test_folded_findings_are_a_table_too() -> None:
    [folded] = page(many(10, 10, 10)).iter("details")
    assert folded.findtext("summary") == "10 more findings"
    assert len(cells(folded)) == 11


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_others_are_shown_and_do_nothing(text: str) -> None:
    shown = page(Report((hostile(text),)))
    assert {element.tag for element in shown.iter()} <= ELEMENTS
    [_, _, _, row] = cells(shown)
    plain = [" ".join(cell.replace("\u200b", "").split()) for cell in row]
    words = " ".join(printable(text).split())
    assert plain[2] == words
    assert plain[3] == " ".join(f"{words} {printable(text) or 'x'}".split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_a_mention_outside_of_code(text: str) -> None:
    shown = page(Report((hostile(text),)))
    for code in list(shown.iter("code")):
        code.text = ""
    assert not re.search(MENTION, shown.text_content(), re.IGNORECASE)


def test_the_renderer_is_awake() -> None:
    shown = github_flavored_markdown_to_html("<b>x</b> www.example.com", Options.CMARK_OPT_UNSAFE)
    assert {"b", "a"} <= {element.tag for element in html.fragment_fromstring(shown).iter()}
