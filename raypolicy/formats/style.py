"""How text reaches a terminal or a log: colour, escapes, short forms. Not here: any layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from raypolicy.findings import Finding, Rendering, Severity
from raypolicy.source import Span

_MOST_NAMES: Final = 5
_CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "yellow": "1;33",
    "cyan": "1;36",
    "blue": "34",
}
SEVERITY_COLOURS: Final = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}

UNSAFE: Final = (
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\xad\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible
    "\ufffe\uffff"  # no characters
    "\u2028-\u202e\U000e0000-\U000e01ef"  # line separators, bidi, tags
    "\ud800-\udfff]"
    r"|\#(?=\#(?:\[|[vV][sS][oO]\[))"  # a log line that a CI runner would obey
)


def _nobody(text: str) -> None:
    """Hears a warning where nobody listens."""


class Style(NamedTuple):
    """What the receiver of an output can show, and where from.

    `width` is None where nobody knows it; `below` is the working directory as seen from the root of
    the repository, for formats whose paths begin there; `suppressed` asks for suppressed findings
    too, where a format can mark them; `warn` is told what a format had to leave out.
    """

    colour: bool = False
    width: int | None = None
    below: str = ""
    suppressed: bool = False
    warn: Callable[[str], None] = _nobody

    def paint(self, text: str, look: str) -> str:
        return f"\x1b[{_CODES[look]}m{text}\x1b[0m" if self.colour and text else text


def wants_colour(flag: str | None, environ: Mapping[str, str], isatty: bool) -> bool:
    """Whether to colour: `--color`, then the environment's conventions, then the terminal."""
    if flag in ("always", "never"):
        return flag == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return isatty


def printable(text: str) -> str:
    """The text with everything that could steer a terminal or hide as a visible escape."""
    if text.isascii() and text.isprintable() and "##" not in text:
        return text  # as nearly all; the pattern takes its time to be compiled
    return re.sub(UNSAFE, lambda match: escape(match[0]), text)


def escape(char: str) -> str:
    """A character as Python would write it in a string: `\\n`, `\\x1b`, `\\u202e`."""
    return r"\x23" if char == "#" else char.encode("unicode_escape").decode("ascii")


def count(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def clip(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def place(span: Span) -> str:
    """`path:line:col` of where a span begins, fit to begin a line."""
    line, column = span.first
    return f"{opening(span.source.name)}:{line}:{column}"


def opening(text: str) -> str:
    """The printable text of a line that begins with a path: a CI runner would take a line that
    begins with `::`, after blanks or not, as a command.
    """
    shown = printable(text)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def holds_in(finding: Finding) -> str:
    """What was rendered and has the finding: `in overlays/dev, overlays/prod`; empty if nothing, or
    if its file lies there, so that it goes without saying.
    """
    folder = finding.span.source.name.rpartition("/")[0] or "."
    if finding.rendered == (Rendering(folder),):
        return ""
    names = [printable(str(each)) for each in finding.rendered]
    further = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"in {', '.join(names[:_MOST_NAMES])}{further}" if names else ""


def capitalised(text: str) -> str:
    """The text beginning with a capital; names further on keep theirs."""
    return text[:1].upper() + text[1:]


def aside(finding: Finding) -> str:
    """The same in brackets, to go behind a message: ` (in overlays/dev)`; empty if nothing."""
    where = holds_in(finding)
    return f" ({where})" if where else ""


def sentence(text: str) -> str:
    """The text on one line, ending as a sentence does."""
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?", "…")) else text + "."
