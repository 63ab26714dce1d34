"""Comments and annotations that hide findings, as they are written. Not here: what they hide
(`suppress`), what is said of them (`facts.suppression`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.document import Document
from raypolicy.expect import did_you_mean
from raypolicy.scalarplaces import places
from raypolicy.source import SourceFile, Span
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

COMMENT: Final = "comment"
ANNOTATION: Final = "annotation"
KEY: Final = "raypolicy.io/ignore"
WORDS: Final = ("raypolicy:", KEY)
"""One of these stands in every text that suppresses anything."""
LINE: Final = "line"
FILE: Final = "file"
RESOURCE: Final = "resource"
_KEYS: Final = ("owner", "until")
_FILE_LINES: Final = 20
"""`ignore-file` counts in the first lines of a file only, where a reader looks for it."""
_VERBS: Final = {"ignore": LINE, "ignore-file": FILE}

# Kept as text, to be compiled when first needed. A comment ends where another begins. (Possessive
# quantifiers would say it as well, but Python before 3.11.5 drops characters with them.)
_COMMENT: Final = (
    r"#[ \t]*raypolicy:[ \t]*(?P<verb>[\w-]+)"
    r"(?P<rest>(?:[^#\r\n]+|(?<![ \t])#|#(?![ \t]|raypolicy:))*)"
)
_BREAK: Final = r"[\r\n]"
_DATE: Final = r"\d{4}-\d\d-\d\d"

Place: TypeAlias = Callable[[int, int], Span]
"""Where the characters between two offsets of a text are written."""


class Said(NamedTuple):
    """Some words of a suppression, or about it, and their place."""

    text: str
    span: Span


class Suppression(NamedTuple):
    """What hides findings of these rules or topics: a comment in a `line` or in a `file`, an entry
    of an annotation in a `resource`.

    `said` has the reason, owner and until as far as they are given. One with a `defect` cannot be
    understood. `line` is the one it speaks of, 0 for none alone; `resource` the object's title.
    """

    form: str
    scope: str
    span: Span
    rules: tuple[Said, ...] = ()
    said: Mapping[str, Said] = MappingProxyType({})
    defect: Said | None = None
    line: int = 0
    resource: Any = None

    @property
    def key(self) -> tuple[object, ...]:
        """The same for the same words at the same place, however often they are read."""
        names = tuple(rule.text for rule in self.rules)
        return (self.span.source.name, self.span.start, self.span.end, names)

    def term(self, name: str) -> str:
        """What is given as reason, owner or until; empty for nothing."""
        return self.said[name].text if name in self.said else ""


def comments(source: SourceFile, documents: Iterable[Document]) -> Iterator[Suppression]:
    """Those in the comments of a source. What stands inside a key or a value is no comment."""
    text = source.text
    taken = sorted(window for document in documents for window in _taken(document))
    line, alone, seen = 0, False, 0
    newline = re.compile(_BREAK)
    for match in re.finditer(_COMMENT, text):
        start = match.start()
        before = bisect_right(taken, (start, len(text)))
        if before and start < taken[before - 1][1]:
            continue
        if not line or newline.search(text, seen, start):
            line, column = source.position(start)
            ahead = text[start - column + 1 : start].strip()
            alone = not ahead or ahead.startswith("#")
        seen = start
        found = _comment(source, match, line, alone)
        if found is not None:
            yield found


def _taken(document: Document) -> Iterator[tuple[int, int]]:
    """Where text values and keys of a document stand, its root included."""
    for span in document.texts():
        yield span.start, span.end
    if isinstance(document.value, str):
        yield document.start + document.extent[0], document.start + document.extent[1]
    for parts in document.spans.values():
        if type(parts) is dict:
            for start, end, *_ in parts.values():
                yield document.start + start, document.start + end


def _comment(
    source: SourceFile, match: re.Match[str], line: int, alone: bool
) -> Suppression | None:
    """A comment that speaks to raypolicy; None if it merely speaks of it."""
    verb, text = match["verb"], match["rest"]
    base = match.start("rest")

    def place(start: int, end: int) -> Span:
        return Span(source, base + start, base + end)

    blanks = len(text) - len(text.lstrip(" \t"))
    bracketed = text[blanks : blanks + 1] == "["
    if not bracketed and not verb.startswith("ignore"):
        return None
    scope = _VERBS.get(verb, LINE)
    span = Span(source, match.start(), base + len(text.rstrip()))
    blank = Suppression(COMMENT, scope, span)
    said = Span(source, match.start("verb"), match.end("verb"))
    if verb not in _VERBS:
        near = did_you_mean(verb, _VERBS)
        return blank._replace(defect=Said(f"no {verb!r} is known here{near}", said))
    if not bracketed:
        return blank._replace(defect=Said(f"brackets are expected: {verb}[rule] reason", said))
    if scope == FILE and line > _FILE_LINES:
        words = f"{verb} counts in the first {_FILE_LINES} lines of a file only"
        return blank._replace(defect=Said(words, said))
    end = text.find("]")
    if end < 0:
        return blank._replace(defect=Said("the bracket is not closed", place(blanks, blanks + 1)))
    rules = tuple(_names(text, blanks + 1, end, place))
    if not rules:
        return blank._replace(defect=Said("no rule is named", place(blanks, end + 1)))
    terms, defect = _terms(text, end + 1, len(text), place)
    speaks_of = 0 if scope == FILE else line + alone
    return blank._replace(rules=rules, said=terms, defect=defect, line=speaks_of)


def entries(node: Node[Any], span: Span, resource: Any) -> Iterator[Suppression]:
    """Those in the annotation of a resource, one a line; `span` is where its value is written."""
    value = node.value
    if value is ABSENT or node.unknown:
        return
    whole = _on_one_line(span)
    blank = Suppression(ANNOTATION, RESOURCE, whole, resource=resource)
    if not isinstance(value, str):
        yield blank._replace(defect=Said("a text is expected", whole))
        return
    if placeholder(value):
        return
    marks = places(span.text, value)

    def place(start: int, end: int) -> Span:
        if not marks or not start < end <= len(marks):
            return whole
        first, last = marks[start][0], marks[end - 1][1]
        return _on_one_line(Span(span.source, span.start + first, span.start + last))

    for match in re.finditer(r"[^\s][^\n]*", value):
        end = match.start() + len(match[0].rstrip())
        yield _entry(blank, value, match.start(), end, place)


def _entry(blank: Suppression, value: str, start: int, end: int, place: Place) -> Suppression:
    here = blank._replace(span=place(start, end))
    colon = value.find(":", start, end)
    if colon < 0:
        return here._replace(defect=Said("a colon is expected: rule: reason", here.span))
    rules = tuple(_names(value, start, colon, place))
    if not rules:
        return here._replace(defect=Said("no rule is named before the colon", here.span))
    terms, defect = _terms(value, colon + 1, end, place)
    return here._replace(rules=rules, said=terms, defect=defect)


def _names(text: str, start: int, end: int, place: Place) -> Iterator[Said]:
    for match in re.compile(r"[^\s,]+").finditer(text, start, end):
        yield Said(match[0], place(*match.span()))


def _terms(text: str, start: int, end: int, place: Place) -> tuple[dict[str, Said], Said | None]:
    """What follows the rules: a reason, then `; key=value`; and the first mistake in it."""
    found: dict[str, Said] = {}
    reason: list[Said] = []
    cuts = [start - 1, *(m.start() for m in re.compile(";").finditer(text, start, end)), end]
    defect = None
    for cut, behind in pairwise(cuts):
        match = re.compile(r"\s*(?:([\w-]+)\s*=)?\s*").match(text, cut + 1, behind)
        key, begin = (match[1], match.end()) if match else (None, cut + 1)
        if cut < start and key not in _KEYS:  # an equal sign in the reason
            key, begin = None, cut + 1
        value = text[begin:behind].strip()
        begin += len(text[begin:behind]) - len(text[begin:behind].lstrip())
        said = Said(value, place(begin, begin + len(value)))
        if key is None:
            reason += [said] if value else []
            continue
        at = Said(key, place(*match.span(1)) if match else said.span)
        defect = _term_defect(at, said, found)
        if defect is not None:
            break
        found[key] = said
    if reason:
        found["reason"] = Said("; ".join(part.text for part in reason), reason[0].span)
    return found, defect


def _term_defect(key: Said, value: Said, found: Mapping[str, Said]) -> Said | None:
    """What is wrong with `key=value`, at the key or the value."""
    if key.text not in _KEYS:
        near = did_you_mean(key.text, _KEYS)
        return key._replace(text=f"no {key.text!r} is known here{near}")
    if key.text in found:
        return key._replace(text=f"{key.text} is given twice")
    if not value.text:
        return key._replace(text=f"{key.text} is empty")
    if key.text == "until" and not _is_date(value.text):
        return value._replace(text="a date such as 2027-01-31 is expected")
    return None


def _is_date(text: str) -> bool:
    import datetime

    try:
        return bool(re.fullmatch(_DATE, text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _on_one_line(span: Span) -> Span:
    end = re.compile(_BREAK).search(span.source.text, span.start, span.end)
    return span if end is None else Span(span.source, span.start, end.start())
