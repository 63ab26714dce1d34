"""A text value that is YAML itself: what it says, where in the manifest, and how it is changed."""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.edits import Change, edits_for
from raypolicy.inside import inside, no_mapping
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile, apply_edits
from raypolicy.tree import Node, root_of


def text_of(manifest: str) -> Node[Any]:
    """The value under `t`."""
    (document,) = read_yaml(SourceFile("a.yaml", manifest))
    return root_of(document).get("t")


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        ("t: |\n  a: 1\n  b:\n    c: 22\n", "4:8 22"),
        ("t: |-\n    a: 1\n    b: {c: 22}\n", "3:12 22"),
        ("t: |2\n    a: 1\n    b: {c: 22}\n", "3:12 22"),
        ("s: 1\nt: |  # why\n\n  # c: 1\n  b:\n    c: 22\n\n  d: 3\nu: 1\n", "6:8 22"),
        ("t: >\n  a: 1\n\n  b: {c: 22}\n", "4:10 22"),
        ("t: '{b: {c: 22}}'\n", "1:13 22"),
        ('t: "{b: {c: 22}}"\n', "1:13 22"),
        ('t: "a: 1\\nb: {c: 22}"\n', "1:18 22"),
        ("t: {s: 1}\n", "none"),
        ('t: "b: {c: 22, d: \\x41}"\n', '1:4 "b: {c: 22, d: \\x41}"'),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_places_are_those_of_the_manifest(manifest: str, place: str, line_break: str) -> None:
    found = inside(text_of(manifest.replace("\n", line_break))).root.get("b", "c")
    line, column = found.span.first
    shown = f"{line}:{column} {found.span.text}"
    assert (shown if found.known == 22 else "none") == place


FOLDED = "it is written with `>`, which joins its lines, instead of `|`"


@pytest.mark.parametrize(
    ("manifest", "root", "fault"),
    [
        ("t:\n", "absent", "absent"),
        ("t: ''\n", "absent", "absent"),
        ("t: |\n  # later\n", "absent", "absent"),
        ("t: |\n  a: 1\n", "{'a': 1}", "absent"),
        ("t: |\n  a: 1\n  ---\n  b: 1\n", "{'a': 1}", "absent"),
        ("t: |\n  - a\n", "['a']", "it is a list"),
        ("t: app:app\n", "'app:app'", "it is a text"),
        ("t: '12'\n", "12", "it is a number"),
        ("t: ${T}\n", "unknown", "unknown"),
        ("t: |\n  {{ .Values.t }}\n", "unknown", "unknown"),
        ("t: |\n  a: 1\n  {{- if .b }}\n  b: 1\n  {{- end }}\n", "unknown", "unknown"),
        ("t: |\n  a: ${A}\n", "{'a': '${A}'}", "absent"),
        ("t: [a]\n", "unknown", "unknown"),
        ("t: |\n  %YAML 1.2\n  ---\n  a: 1\n", "unknown", "unknown"),
        ("t: |\n  a: 1\n   b: 2\n", "unknown", "mapping values are not allowed in this context"),
        ("t: |\n  a: &a [*a]\n", "unknown", "the anchor 'a' contains itself"),
        ("t: >\n  a:\n  - b\n", "unknown", FOLDED),
        ("t: >-\n    a: 1\n    b:\n      c: 1\n", "unknown", FOLDED),
        ("t: >\n  a: 1\n\n  b: 1\n", "{'a': 1, 'b': 1}", "absent"),
        ("t: >\n  a: [1\n  b: 2\n", "unknown", "while parsing a flow sequence, did not find expected ',' or ']'"),
        ("t: >\n  - a\n  - b\n", "['a - b']", "it is a list"),
        (f"t: '{'[' * 300}'\n", "unknown", "nested more than 200 deep"),
    ],
)  # fmt: skip
def test_what_it_says(manifest: str, root: str, fault: str) -> None:
    text = text_of(manifest)
    found = inside(text).root.value
    assert (str(found) if "know" in str(found) or "absent" in str(found) else repr(found)) == root
    assert str(no_mapping(text).value) == fault


def test_a_fault_is_shown_where_it_is() -> None:
    assert inside(text_of("t: |\n  a: 1\n   b: 2\n")).fault.span.first == (3, 5)


@pytest.mark.parametrize(
    ("manifest", "op", "path", "value", "after"),
    [
        ("t: |\n  a: 1\n  b: 2\n", "set", ("a",), 3, "t: |\n  a: 3\n  b: 2\n"),
        ("t: |-\n    a: 1\n    b: 2\n", "rename", ("b",), "c", "t: |-\n    a: 1\n    c: 2\n"),
        ("t: |\n  a: 1\n  b: 2\n", "remove", ("a",), None, "t: |\n  b: 2\n"),
        ("t: |\n  a: 1\n  b: 2\nu: 1\n", "remove", ("b",), None, "t: |\n  a: 1\nu: 1\n"),
        ("t: |\n  a: 1\n\n  b:\n    c: 1\n", "insert", ("b", "d"), 2,
         "t: |\n  a: 1\n\n  b:\n    c: 1\n    d: 2\n"),
        ("t: |\n  a: 1\nu: 1\n", "insert", ("b", "d"), 2, "t: |\n  a: 1\n  b:\n    d: 2\nu: 1\n"),
        ("t: '{a: 1}'\n", "set", ("a",), 3, "t: '{a: 3}'\n"),
        ("t: '{a: 1}'\n", "set", ("a",), "3", "t: '{a: \"3\"}'\n"),
        ("t: |\n  a: 1\n  ---\n  a: 1\n", "set", ("a",), 3, "t: |\n  a: 3\n  ---\n  a: 1\n"),
        # No line of the text is a line of the manifest, or a quote would end it.
        ("t: >\n  a: 1\n", "set", ("a",), 3, None),
        ('t: "a: 1\\nb: 2"\n', "set", ("a",), 3, None),
        ('t: "{a: 1}"\n', "set", ("a",), "3", None),
        ("t: '{a: ''1''}'\n", "set", ("a",), 3, None),
        ("t: 'a: 1'\n", "insert", ("b",), 3, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_changes(
    manifest: str, op: Any, path: tuple[str], value: Any, after: str | None, line_break: str
) -> None:
    text = text_of(manifest.replace("\n", line_break))
    edits = edits_for([Change(op, inside(text).root.get(*path), value)])
    changed = edits and apply_edits(text.document.source.text, edits)
    assert changed == (after and after.replace("\n", line_break))


def test_an_alias_of_the_text_is_not_changed_with_it() -> None:
    text = text_of("t: &t |\n  a: 1\nu: *t\n")
    assert edits_for([Change("set", inside(text).root.get("a"), 2)]) is None
