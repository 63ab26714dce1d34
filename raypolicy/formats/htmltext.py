"""Text as HTML: escaped, counted, prose in paragraphs. Not here: any part of the page (`html*`)."""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import quote

from raypolicy.formats.style import printable

_WEB: Final = ("https://", "http://")


def text(raw: str) -> str:
    """A text of whatever origin as it may stand in an element or in a quoted attribute."""
    return escape(printable(raw))


def line(raw: str) -> str:
    """A piece of a source line; tabs are shown as spaces."""
    return text(raw.replace("\t", "    "))


def number(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


def counted(value: int, noun: str) -> str:
    """`1 finding`, `1,200 findings`."""
    return f"{number(value)} {noun}" if value == 1 else f"{number(value)} {noun}s"


def prose(raw: str) -> str:
    """Paragraphs of a rule's prose; what stands between backticks is code."""
    paragraphs = re.split(r"\n[ \t]*\n", raw.strip())
    return "".join(f"<p>{_marked(each)}</p>" for each in paragraphs if each)


def words(raw: str) -> str:
    """A sentence, with code between backticks."""
    return _marked(raw)


def link(url: str) -> str:
    """A link that is followed only when somebody clicks it; what is no web address stays text."""
    shown = text(url.partition("://")[2] or url)
    if not url.startswith(_WEB):
        return text(url)
    whole = re.sub("%(?![0-9A-Fa-f]{2})", "%25", printable(url))
    href = escape(quote(whole, safe="%/:?#@!$&'()*+,;=~"))
    return f'<a href="{href}" rel="noreferrer noopener">{shown}</a>'


def anchor(rule: str) -> str:
    """The name in the page of what is said of a rule, whatever that is called."""
    return f"rule-{quote(printable(rule), safe='')}"


def _marked(raw: str) -> str:
    lines = " ".join(text(each) for each in raw.splitlines())
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", lines)
