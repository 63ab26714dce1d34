"""What is read of a stream of YAML or JSON documents: by libyaml, by PyYAML, and by kubectl.

Not here: what a plain scalar means (`test_scalars`), where parts of a document stand
(`test_positions`).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from raypolicy.inputs.files import RawFile, decode
from raypolicy.reader import PureParser, parser_class, read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import root_of

LIBYAML, PURE = parser_class(), PureParser
PARSERS = pytest.mark.parametrize("parser", [LIBYAML, PURE], ids=["libyaml", "pyyaml"])
KUBECTL = shutil.which("kubectl")
NEEDS_KUBECTL = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")


class Broken(NamedTuple):
    """A document that can't be read: `line:column`, and words of the reason."""

    place: str
    words: str = ""


class Read(NamedTuple):
    """A named text and what it is read as: values, and Broken for what has none.

    `pure` is what the parser in Python reads, where it legitimately differs. `kubectl` is what that
    reads: None where it is the same, up to the first broken document, at which kubectl stops.
    """

    id: str
    text: str
    documents: list[Any]
    pure: list[Any] | None = None
    kubectl: list[Any] | None = None


def read(text: str, parser: Any) -> list[Any]:
    source = SourceFile("a.yaml", text)
    found: list[Any] = []
    for document in read_yaml(source, parser):
        if document.defect is None:
            found.append(document.value)
        else:
            line, column = source.position(document.start + document.defect.offset)
            found.append(Broken(f"{line}:{column}", document.defect.message))
    return found


def assert_read(case: Read, parser: Any) -> None:
    expected = case.pure if parser is PURE and case.pure is not None else case.documents
    found = read(case.text, parser)
    assert [places(each) for each in found] == [places(each) for each in expected]
    for each, wanted in zip(found, expected, strict=True):
        if isinstance(wanted, Broken):
            assert wanted.words in each.words


def places(value: Any) -> Any:
    return value.place if isinstance(value, Broken) else value


def kubectl(text: str) -> tuple[list[Any], bool]:
    """The objects that kubectl reads from a stream, and whether it came to its end."""
    command = [str(KUBECTL), "annotate", "--local", "-f", "-", "x=y", "-o", "json"]
    answer = subprocess.run(command, input=text.encode(), capture_output=True)
    found: list[Any] = []
    rest, decoder = answer.stdout.decode().strip(), json.JSONDecoder()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append({k: v for k, v in value.items() if k not in HEAD_KEYS})
        rest = rest[end:].strip()
    return found, answer.returncode == 0


HEAD_KEYS = ("apiVersion", "kind", "metadata")
HEAD = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"


# Streams: documents one by one

STREAMS = [
    Read("one", "a: 1\n", [{"a": 1}]),
    Read("none", "", []),
    Read("blank lines only", " \n\n", []),
    Read("two", "a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("a separator first", "---\na: 1\n", [{"a": 1}]),
    Read("a separator last", "a: 1\n---", [{"a": 1}]),
    Read("separators without a document between", "---\n---\na: 1\n---\n---\n", [{"a": 1}]),
    Read("no line break at the end", "a: 1\n---\nb: 2", [{"a": 1}, {"b": 2}]),
    Read("blanks behind a separator", "a: 1\n--- \t\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("a comment behind a separator", "a: 1\n--- # b\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("a comment right behind a separator", "a: 1\n---# b\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("comments only", "# a\n---\n# b\n---\nc: 3\n---\n# d\n", [{"c": 3}]),
    Read("a null document", "a: 1\n---\n~\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("an end mark", "a: 1\n...\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("an end mark with a comment", "a: 1\n... # c\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    Read("an end mark last", "a: 1\n...\n", [{"a": 1}]),
    Read("CRLF", "a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
    Read("CRLF and a comment", "a: 1\r\n--- # b\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
    Read(
        "CR; kubectl, which reads lines by LF, sees one document",
        "a: 1\r---\rb: 2\r",
        [{"a": 1}, {"b": 2}],
        kubectl=[{"a": 1}],
    ),
    Read("an indented separator is text", "a: |\n  x\n  ---\n  y\n", [{"a": "x\n---\ny\n"}]),
    Read(
        "a separator ends a block scalar",
        "a: |\n  x\n---\nb: 2\n",
        [{"a": "x\n"}, {"b": 2}],
    ),
    Read("four dashes separate nothing", "a: 1\n----: 2\n", [{"a": 1, "----": 2}]),
    Read(
        "a document beside its separator; kubectl refuses that line",
        "a: 1\n--- {b: 2}\n",
        [{"a": 1}, {"b": 2}],
        kubectl=[],
    ),
    Read(
        "scalars beside their separators",
        "--- a\n--- b\n",
        ["a", "b"],
        kubectl=[],
    ),
    Read("lists are documents too", "- 1\n---\n- 2\n", [[1], [2]], kubectl=[]),
    Read(
        "a byte-order mark where files were joined",
        "a: 1\n---\n\ufeffb: 2\n",
        [{"a": 1}, {"b": 2}],
    ),
    Read(
        "broken first",
        "a: [\n---\nb: 2\n",
        [Broken("2:1"), {"b": 2}],
    ),
    Read(
        "broken in the middle",
        "a: 1\n---\nb: {\n---\nc: 3\n",
        [{"a": 1}, Broken("4:1", "while parsing a flow"), {"c": 3}],
    ),
    Read(
        "broken last",
        "a: 1\n---\nb: 2\n---\nc: @\n",
        [{"a": 1}, {"b": 2}, Broken("5:4", "cannot start any token")],
    ),
    Read(
        "broken twice",
        "a: @\n---\nb: 2\n---\nc: `\n",
        [Broken("1:4"), {"b": 2}, Broken("5:4")],
    ),
    Read(
        "broken behind emoji: columns count characters",
        "a: 1 # 😀\n---\nb: '😀' @\n---\nc: 3\n",
        [{"a": 1}, Broken("3:8"), {"c": 3}],
    ),
    Read(
        "broken with CRLF",
        "a: 1\r\n---\r\nb:\r\n- @\r\n---\r\nd: 4\r\n",
        [{"a": 1}, Broken("4:3"), {"d": 4}],
    ),
    Read(
        "a quote that is open at a separator",
        'a: "x\n---\nb: 2\n',
        [Broken("2:1", "unexpected end of stream"), {"b": 2}],
    ),
    Read(
        "text behind an end mark; kubectl drops it silently",
        "a: 1\n...\nb: 2\n---\nc: 3\n",
        [{"a": 1}, Broken("3:1", "<document start>"), {"c": 3}],
        kubectl=[{"a": 1}, {"c": 3}],
    ),
    Read(
        "a directive, which kubectl cuts from its document",
        "%YAML 1.1\n---\na: 1\n",
        [Broken("2:1", "<document start>"), {"a": 1}],
    ),
    Read("a NUL", "a: 1\n---\nb: \0\n", [{"a": 1}, Broken("3:4", "U+0000 is not allowed")]),
    Read("a bell", "a: 1\n---\nb: \a\n", [{"a": 1}, Broken("3:4", "U+0007 is not allowed")]),
    Read("DEL", "b: é \x7f\n---\na: 1\n", [Broken("1:6", "U+007F is not allowed"), {"a": 1}]),
    Read("a C1 control", "a: \x9f\n", [Broken("1:4", "U+009F is not allowed")]),
    Read("a non-character", "a: \ufffe\n", [Broken("1:4", "U+FFFE is not allowed")]),
]


@PARSERS
@pytest.mark.parametrize("case", STREAMS, ids=lambda case: case.id)
def test_stream(case: Read, parser: Any) -> None:
    assert_read(case, parser)


@NEEDS_KUBECTL
def test_kubectl_reads_the_same_of_streams() -> None:
    with ThreadPoolExecutor() as pool:
        answers = dict(zip((c.id for c in STREAMS), pool.map(_kubectl_of, STREAMS), strict=True))
    assert answers == {case.id: _kubectl_expected(case) for case in STREAMS}


def _kubectl_of(case: Read) -> list[Any]:
    """Each `a: 1` becomes an object, on the same line; what has no kind kubectl leaves out."""
    flow = "{apiVersion: v1, kind: A, metadata: {name: a}, "
    text = re.sub(r"(?m)^(\ufeff?)([a-z]: \d)(?=[\r\n]|$| #)", rf"\1{flow}\2}}", case.text)
    return kubectl(f"# a text that begins with a brace would be JSON\n{text}")[0]


def _kubectl_expected(case: Read) -> list[Any]:
    if case.kubectl is not None:
        return case.kubectl
    before: list[Any] = []
    for document in case.documents:
        if isinstance(document, Broken):
            break
        before.append(document)
    return [each for each in before if re.fullmatch(r"\{'[a-z]': \d\}", str(each))]


# Single documents: mappings that kubectl takes

VALUES = [
    Read("a key that is a boolean", "y: 1\nNo: 2\n", [{"true": 1, "false": 2}]),
    Read("keys that are integers", "1: a\n0x10: b\n010: c\n", [{"1": "a", "16": "b", "8": "c"}]),
    Read("keys that are floats", "1.50: a\n1e6: b\n", [{"1.5": "a", "1e+06": "b"}]),
    Read("quoted keys are text", "'y': 1\n\"010\": 2\n", [{"y": 1, "010": 2}]),
    Read("a key behind a question mark", "? a\n: 1\n? b\n", [{"a": 1, "b": None}]),
    Read("a key with a tag", "!!str 010: 1\n!!int '7': 2\n", [{"010": 1, "7": 2}]),
    Read("an alias as a key", "a: &x 010\n*x : 1\n", [{"a": 8, "8": 1}]),
    Read("an anchor at a key", "&x a: 1\nb: *x\n", [{"a": 1, "b": "a"}]),
    Read("duplicate keys: the last counts", "a: 1\nb: 2\na: 3\n", [{"a": 3, "b": 2}]),
    Read(
        "duplicate keys of different types: which one counts is chance for kubectl",
        "y: 1\n'true': 2\n",
        [{"true": 2}],
        kubectl=[],
    ),
    Read("an alias", "a: &x {b: [1]}\nc: *x\n", [{"a": {"b": [1]}, "c": {"b": [1]}}]),
    Read("an alias of text", "a: &x '5'\nb: *x\n", [{"a": "5", "b": "5"}]),
    Read("an alias of nothing", "a: &x\nb: *x\n", [{"a": None, "b": None}]),
    Read(
        "an anchor defined anew",
        "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
        [{"a": 1, "b": 1, "c": 2, "d": 2}],
    ),
    Read(
        "an anchor defined anew inside itself",
        "a: &x {b: &x 1}\nc: *x\n",
        [{"a": {"b": 1}, "c": 1}],
    ),
    Read(
        "<<: own keys before it lose",
        "x: &a {k: 1}\nm: {k: 2, <<: *a}\n",
        [{"x": {"k": 1}, "m": {"k": 1}}],
    ),
    Read(
        "<<: own keys after it win",
        "x: &a {k: 1, l: 2}\nm: {<<: *a, k: 3}\n",
        [{"x": {"k": 1, "l": 2}, "m": {"k": 3, "l": 2}}],
    ),
    Read(
        "<<: own keys before and after",
        "x: &a {k: 1}\nm: {k: 3, <<: *a, k: 2}\n",
        [{"x": {"k": 1}, "m": {"k": 2}}],
    ),
    Read(
        "<<: of a list the first wins",
        "x: &a {k: 1, l: 2}\nz: &b {k: 3, j: 4}\nm: {<<: [*a, *b]}\n",
        [{"x": {"k": 1, "l": 2}, "z": {"k": 3, "j": 4}, "m": {"k": 1, "j": 4, "l": 2}}],
    ),
    Read("<<: an empty list", "m: {<<: [], a: 1}\n", [{"m": {"a": 1}}]),
    Read("<<: a mapping that is written there", "m: {<<: {k: 1}, l: 2}\n", [{"m": {"k": 1, "l": 2}}]),
    Read(
        "<<: twice, the later wins",
        "x: &a {k: 1}\nz: &b {k: 2}\nm: {<<: *a, <<: *b}\n",
        [{"x": {"k": 1}, "z": {"k": 2}, "m": {"k": 2}}],
    ),
    Read(
        "<<: of a mapping that has merged itself",
        "x: &a {k: 1}\nz: &b {<<: *a, j: 2}\nm: {<<: *b}\n",
        [{"x": {"k": 1}, "z": {"k": 1, "j": 2}, "m": {"k": 1, "j": 2}}],
    ),
    Read(
        "<<: with its tag",
        "x: &a {k: 1}\nm: {!!merge <<: *a}\n",
        [{"x": {"k": 1}, "m": {"k": 1}}],
    ),
    Read(
        "<< in quotes is a key like others",
        "x: &a {k: 1}\nm: {'<<': *a}\nn: {\"<<\": *a}\no: {!!str <<: *a}\n",
        [{"x": {"k": 1}, "m": {"<<": {"k": 1}}, "false": {"<<": {"k": 1}}, "o": {"<<": {"k": 1}}}],
    ),
    Read(
        "<< as a value is text",
        "a: <<\n",
        [{"a": "<<"}],
    ),
    Read(
        "tags of scalars",
        "a: !!str 1\nb: !!int '1'\nc: !!float 1\nd: !own x\ne: !!binary aGk=\nf: ! 1\ng: !own 1\n",
        [{"a": "1", "b": 1, "c": 1, "d": "x", "e": "hi", "f": "1", "g": "1"}],
    ),
    Read(
        "tags of mappings and lists do nothing",
        "a: !!map {b: 1}\nc: !own [1]\nd: !!set {b, c}\ne: !!omap [b: 1]\n",
        [{"a": {"b": 1}, "c": [1], "d": {"b": None, "c": None}, "e": [{"b": 1}]}],
    ),
    Read("a plain scalar over lines", "a: x\n  z\n\n  b\n", [{"a": "x z\nb"}]),
    Read("a folded scalar", "a: >\n  x\n  z\n\n  b\n", [{"a": "x z\nb\n"}]),
    Read(
        "what block scalars keep",
        "a: |+\n  x\n\nb: |-\n  z\n\nc: |\n  x\n\n",
        [{"a": "x\n\n", "b": "z", "c": "x\n"}],
    ),
    Read("an indentation indicator", "a: |2\n    x\n   z\n", [{"a": "  x\n z\n"}]),
    Read(
        "escapes",
        'a: "\\x41\\u00e9\\U0001F600\\e\\N\\_\\L\\P\\t\\n\\"\\\\\\ "\n',
        [{"a": 'A\u00e9😀\x1b\x85\xa0\u2028\u2029\t\n"\\ '}],
    ),
    Read("an escaped line break", 'a: "x\\\n  z\n  b"\n', [{"a": "xz b"}]),
    Read("single quotes", "a: 'it''s'\n", [{"a": "it's"}]),
    Read("no blank behind a quoted flow key", 'a: {"b":1}\n', [{"a": {"b": 1}}]),
    Read("a colon in a flow scalar", "a: {b: http://x:80/}\n", [{"a": {"b": "http://x:80/"}}]),
    Read("a comma at the end", "a: [1, 2,]\n", [{"a": [1, 2]}]),
    Read("a list at its key's own indentation", "a:\n- 1\n- b: 2\n", [{"a": [1, {"b": 2}]}]),
    Read("CRLF inside", "a: |\r\n  x\r\n  z\r\nb: 1\r\n", [{"a": "x\nz\n", "b": 1}]),
    Read(
        "NEL, U+2028 and U+2029 are characters of a quoted text, or folded",
        'a: "x\u2029b"\nc: "x\u2028b"\nd: "x\x85b"\n',
        [{"a": "x\u2029b", "c": "x\u2028b", "d": "x b"}],
    ),
    Read("NEL breaks a line of a block scalar", "a: |\n  x\x85  b\nc: 1\n", [{"a": "x\nb\n", "c": 1}]),
    Read(
        "a tab behind a colon",
        "a:\t1\nb: 2\t# c\n",
        [{"a": 1, "b": 2}],
        pure=[Broken("1:3", "'\\t' that cannot start any token")],
    ),
]  # fmt: skip


@PARSERS
@pytest.mark.parametrize("case", VALUES, ids=lambda case: case.id)
def test_value(case: Read, parser: Any) -> None:
    assert_read(case, parser)


@NEEDS_KUBECTL
def test_kubectl_reads_the_same_values() -> None:
    """One call: all documents with a head, in one stream."""
    cases = [case for case in VALUES if case.kubectl is None]
    read, whole = kubectl("---\n".join(HEAD + case.text for case in cases))
    assert whole
    ids = [case.id for case in cases]
    assert dict(zip(ids, read, strict=True)) == {case.id: case.documents[0] for case in cases}


# Documents that kubectl refuses, and why we do

REFUSED = [
    Read("an unknown anchor", "a: *nope\n", [Broken("1:4", "no anchor is called 'nope'")]),
    Read(
        "an anchor of another document",
        "a: &x 1\n---\nb: *x\n",
        [{"a": 1}, Broken("3:4", "no anchor is called 'x'")],
    ),
    Read("a list in itself", "a: &x [1, *x]\n", [Broken("1:11", "'x' contains itself")]),
    Read("a mapping in itself", "a: &x\n  b: {c: *x}\n", [Broken("2:10", "'x' contains itself")]),
    Read("a key in itself", "a: &x {*x : 1}\n", [Broken("1:8", "'x' contains itself")]),
    Read("<<: itself", "a: &x {<<: *x}\n", [Broken("1:12", "'x' contains itself")]),
    Read("<<: null", "m: {<<: null, a: 1}\n", [Broken("1:5", "a merge key takes a mapping")]),
    Read("<<: nothing", "m:\n  <<:\n  a: 1\n", [Broken("2:3", "a merge key takes a mapping")]),
    Read("<<: a scalar", "m: {<<: 5}\n", [Broken("1:5", "a merge key takes a mapping")]),
    Read("<<: scalars", "m: {<<: [5]}\n", [Broken("1:5", "a merge key takes a mapping")]),
    Read("<<: a list of null", "m: {<<: [null]}\n", [Broken("1:5", "a merge key takes a mapping")]),
    Read("<<: lists", "m: {<<: [[{a: 1}]]}\n", [Broken("1:5", "a merge key takes a mapping")]),
    Read("a null key", "a: 1\nnull: 2\n", [Broken("2:1", "a mapping key cannot be null")]),
    Read("a tilde as key", "~: 1\n", [Broken("1:1", "a mapping key cannot be null")]),
    Read("an alias of null as key", "a: &x null\n*x : 1\n", [Broken("2:1", "a key that JSON has")]),
    Read("a list as key", "[a]: 1\n", [Broken("1:1", "a mapping or list as a key")]),
    Read("a mapping as key", "a: {{b: 1}: 2}\n", [Broken("1:5", "a mapping or list as a key")]),
    Read("a template as value", "a: {{ .Values.b }}\n", [Broken("1:5", "a mapping or list as a key")]),
    Read("a complex key", "? [a]\n: 1\n", [Broken("1:3", "a mapping or list as a key")]),
    Read("an alias of a list as key", "a: &x [1]\n*x : 1\n", [Broken("2:1", "a key that JSON has")]),
    Read("no key", ": 1\n", [Broken("1:1", "while parsing a block mapping")]),
    Read("infinity", "a: 1\nb: -.inf\n", [Broken("2:4", "-.inf has no form in JSON")]),
    Read("no number", "a: [.nan]\n", [Broken("1:5", ".nan has no form in JSON")]),
    Read("a tag that does not fit", "a: !!int x\n", [Broken("1:10", "'x' is no !!int")]),
    Read("a tag with an unknown handle", "a: !e!x 1\n", [Broken("1:4", "undefined tag handle")]),
    Read("a tab as indentation", "a:\n\tb: 1\n", [Broken("2:1", "cannot start any token")]),
    Read("an anchor with a dot", "a: &x.y 1\n", [Broken("1:6", "while scanning an anchor")]),
    Read("a second colon", "a: b: c\n", [Broken("1:5", "mapping values are not allowed")]),
    Read("more indentation", "a: 1\n  b: 2\n", [Broken("2:4", "mapping values are not allowed")]),
    Read("less indentation", "a:\n    b: 1\n  c: 2\n", [Broken("3:3", "while parsing a block mapping")]),
    Read("two commas", "a: [1,,2]\n", [Broken("1:7", "while parsing a flow node")]),
    Read("an unknown escape", 'a: "\\q"\n', [Broken("1:5", "unknown escape")], [Broken("1:6", "unknown escape")]),
    Read("an open bracket", "a: [1\n", [Broken("2:1", "while parsing a flow sequence")]),
    Read("a line that is no entry", "a: 1\nb\nc: 2\n", [Broken("3:1", "could not find expected ':'")]),
    Read(
        "NEL ends a line for YAML, and not for people",
        "a: x\x85b\nc: @\n",
        [Broken("2:1", "could not find expected ':'")],
    ),
]  # fmt: skip


@PARSERS
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_refused(case: Read, parser: Any) -> None:
    assert_read(case, parser)


@NEEDS_KUBECTL
def test_kubectl_refuses_the_same() -> None:
    def taken(case: Read) -> bool:
        return kubectl("---\n".join(HEAD + part for part in case.text.split("---\n")))[1]

    with ThreadPoolExecutor() as pool:
        answers = dict(zip((c.id for c in REFUSED), pool.map(taken, REFUSED), strict=True))
    assert [name for name, took in answers.items() if took] == []


# JSON

JSON = [
    Read("an object", '{"a": [1, true, null], "b": {"c": "d"}}', [{"a": [1, True, None], "b": {"c": "d"}}]),
    Read(
        "tabs",
        '{\n\t"a":\t1,\n\t"b": 2\n}\n',
        [{"a": 1, "b": 2}],
        pure=[Broken("2:1", "'\\t' that cannot start any token")],
    ),
    Read("an escaped slash", '{"a": "x\\/y"}', [{"a": "x/y"}]),
    Read("escapes", '{"a": "\\u00e9\\n\\b\\f"}', [{"a": "é\n\b\f"}]),
    Read("a surrogate pair", '{"a": "\\ud83d\\ude00!", "b": 1}', [{"a": "😀!", "b": 1}]),
    Read("a duplicate key: the last counts", '{"a": 1, "a": 2}', [{"a": 2}]),
    Read("numbers", '{"a": 1.0, "b": 1e3, "c": -0.5}', [{"a": 1, "b": 1000, "c": -0.5}]),
]  # fmt: skip


@PARSERS
@pytest.mark.parametrize("case", JSON, ids=lambda case: case.id)
def test_json(case: Read, parser: Any) -> None:
    assert_read(case, parser)


@NEEDS_KUBECTL
def test_kubectl_reads_the_same_json() -> None:
    head = '"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}, '
    texts = [case.text.replace("{", "{" + head, 1) for case in JSON]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(kubectl, texts))
    assert answers == [(case.documents, True) for case in JSON]


# Keys that are written twice

DUPLICATES = [
    ("none", "a: 1\nb: {a: 1}\nc: {a: 1}\n", []),
    ("plain", "a: 1\nb: 2\na: 3\n", ["a 1:1 3:1"]),
    ("thrice", "a: 1\na: 2\na: 3\n", ["a 1:1 2:1", "a 2:1 3:1"]),
    ("quoted otherwise", "a: 1\n'a': 2\n", ["a 1:1 2:1"]),
    ("the same after reading", "y: 1\nYes: 2\n", ["true 1:1 2:1"]),
    ("number and text", "1: a\n'1': b\n", ["1 1:1 2:1"]),
    ("below", "m: {a: 1, a: 2}\nl: [{b: 1, b: 2}]\n", ["a 1:5 1:11", "b 2:6 2:12"]),
    ("inside one that is replaced", "m: {a: 1, a: 2}\nm: {a: 1, a: 2}\n", ["a 1:5 1:11", "a 2:5 2:11", "m 1:1 2:1"]),
    ("behind a separator", "a: 1\n---\nb: 1\nb: 2\n", ["b 3:1 4:1"]),
    ("in a second document of a line", "--- {a: 1}\n--- {b: 1, b: 2}\n", ["b 2:6 2:12"]),
    ("with an anchor", "a: 1\n&x a: 2\n", ["a 1:1 2:4"]),
    ("an own key and a merged one", "x: &m {k: 1}\nb: {<<: *m, k: 2}\nc: {k: 2, <<: *m}\n", []),
    ("two own keys and a merged one", "x: &m {k: 1}\nb: {<<: *m, k: 2, k: 3}\n", ["k 2:13 2:19"]),
    ("in a mapping that is merged", "x: {<<: {k: 1, k: 2}}\n", ["k 1:10 1:16"]),
    (
        "in mappings after one that was merged and is gone",
        "m: {<<: {<<: {j: 1}}, a: 1}\n" + "".join(f"k{i}: {{j: 1, j: 2}}\n" for i in range(3)),
        ["j 2:6 2:12", "j 3:6 3:12", "j 4:6 4:12"],
    ),
]  # fmt: skip


@PARSERS
@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in DUPLICATES], ids=[row[0] for row in DUPLICATES]
)
def test_duplicate_keys(text: str, expected: list[str], parser: Any) -> None:
    source = SourceFile("a.yaml", text)
    found = []
    for document in read_yaml(source, parser):
        for key, first, second in document.duplicates:
            spans = [document.span(*place) for place in (first, second)]
            found.append(" ".join((key, *("{}:{}".format(*span.first) for span in spans))))
    assert found == expected


# Lines as editors count them

LINES = [
    ("LF", "a: 1\nb: 2\n", "2:4"),
    ("CRLF", "a: 1\r\nb: 2\r\n", "2:4"),
    ("CR", "a: 1\rb: 2\r", "2:4"),
    ("NEL in quotes", 'a: "x\x85y"\nb: 2\n', "2:4"),
    ("U+2028 in quotes", 'a: "x\u2028y"\nb: 2\n', "2:4"),
    ("U+2029 in quotes", 'a: "x\u2029y"\nb: 2\n', "2:4"),
    ("NEL in a plain scalar", "a: x\x85  y\nb: 2\n", "2:4"),
    ("NEL between entries", "a: x\x85b: 2\n", "1:9"),
    ("U+2028 in a block scalar", "a: |\n  x\u2028  y\nb: 2\n", "3:4"),
    ("U+2028 in a comment", "a: 1 # x\u2028b: 2\n", "1:13"),
    ("blank lines", "a: 'é'\n\n \nb: 2\n", "4:4"),
    ("a byte-order mark first", "\ufeffa: 1\nb: 2\n", "2:4"),
    ("a byte-order mark behind a separator", "a: 1\n---\n\ufeffb: 2\n", "3:5"),
    ("emoji", "a: '😀😀'\nb: 2\n", "2:4"),
    ("emoji on the line", "{a: '😀😀', b: 2}\n", "1:14"),
]


@PARSERS
@pytest.mark.parametrize(
    ("text", "place"), [row[1:] for row in LINES], ids=[row[0] for row in LINES]
)
def test_lines(text: str, place: str, parser: Any) -> None:
    span = root_of(read_yaml(SourceFile("a.yaml", text), parser)[-1]).get("b").span
    assert (span.text, "{}:{}".format(*span.first)) == ("2", place)


# Bytes

BYTES = [
    ("UTF-8", "a: é\n".encode(), [{"a": "é"}]),
    ("UTF-8 with a byte-order mark", "a: é\n".encode("utf-8-sig"), [{"a": "é"}]),
    ("UTF-16 with a byte-order mark", "a: é\n".encode("utf-16"), [Broken("1:1", "is UTF-16")]),
    ("UTF-16, big end first", "\ufeffa: é\n".encode("utf-16-be"), [Broken("1:1", "is UTF-16")]),
    ("UTF-16 without", "a: ray.io\n".encode("utf-16-le"), [Broken("1:1", "is UTF-16")]),
    ("Latin-1", "a: 1\nb: ä é\n".encode("latin-1"), [Broken("2:4", "byte 0xe4 is not UTF-8")]),
    ("half a character", b"a: \xe2\x82\n", [Broken("1:4", "byte 0xe2 is not UTF-8")]),
    ("a surrogate", b"a: \xed\xa0\x80\n", [Broken("1:4", "byte 0xed is not UTF-8")]),
    ("a NUL", b"a: 1\nb: \0\n", [Broken("2:4", "a NUL character")]),
]


@pytest.mark.parametrize(
    ("data", "expected"), [row[1:] for row in BYTES], ids=[row[0] for row in BYTES]
)
def test_bytes(data: bytes, expected: list[Any]) -> None:
    decoded = decode(RawFile("a.yaml", None, data))
    if isinstance(decoded, SourceFile):
        assert [document.value for document in read_yaml(decoded)] == expected
        return
    assert decoded.defect is not None
    line, column = decoded.source.position(decoded.defect.offset)
    assert f"{line}:{column}" == expected[0].place
    assert expected[0].words in decoded.defect.message


def test_half_a_surrogate_pair_in_a_text_is_a_defect() -> None:
    """No file holds one, but a caller's text may."""
    for parser in (LIBYAML, PURE):
        assert read("a: \ud83d\n", parser) == [
            Broken("1:4", "character U+D83D is not allowed in YAML")
        ]


def test_documents_are_counted_from_zero_and_know_their_part_of_the_text() -> None:
    source = SourceFile("a.yaml", "# none\n---\na: 1\n---\nb: [\n---\nc: 3\n")
    documents = read_yaml(source)
    assert [document.index for document in documents] == [0, 1, 2]
    assert [source.text[d.start : d.end] for d in documents] == ["a: 1\n", "b: [\n", "c: 3\n"]
