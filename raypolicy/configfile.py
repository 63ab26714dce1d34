"""`.raypolicy.yaml` read, every mistake at its place. Not here: its keys (`configkeys`).

What a file extends lies on the disk beside it: nothing is fetched.
"""

from __future__ import annotations

import os
import re
from typing import Any, Final

from raypolicy import expect
from raypolicy.config import NAME, AnyPath, config_file
from raypolicy.configkeys import KEYS, SINGLE, Key
from raypolicy.document import Document
from raypolicy.errors import PlacedError, UsageError, all_of
from raypolicy.expect import did_you_mean, one_of, text, wrong
from raypolicy.inputs.files import CannotRead, decode, read_file
from raypolicy.layers import Layer, Setting, merged, values
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Version

_DEEPEST: Final = 20
"""Files that extend one another; no team has as many."""
_REMOTE: Final = ("://", "git@", "git+", "github:", "gitlab:")
_EXAMPLES: Final = {"kuberay": "1.6", "kubernetes": "1.33"}


def read_config(path: AnyPath) -> dict[str, Any]:
    """What a configuration file and those it extends set, by the names of Options.

    Raises UsageError, with every mistake of a file at its place.
    """
    return values(read_layer(path))


def configuration(path: AnyPath | None) -> dict[str, Any]:
    """What the file named or the nearest one says, and those it extends, by the names
    of Options; nothing if there is none.

    Raises UsageError.
    """
    file = config_file(path)
    return {} if file is None else read_config(file)


def read_layer(path: AnyPath) -> Layer:
    """The same with the origin of each value."""
    return _layer(os.fspath(path), {}, ())


def _layer(path: str, known: dict[str, Layer], above: tuple[str, ...]) -> Layer:
    """A file upon those it extends; each is read once, however often it is named."""
    real = os.path.realpath(path)
    if real in known:
        return known[real]
    own = _own(path)
    layer: Layer = {}
    for each in own.get("extends", ()):
        base = _base(each, (*above, real))
        layer = merged(layer, _layer(base, known, (*above, real)))
    known[real] = merged(layer, own)
    return known[real]


def _base(named: Setting, chain: tuple[str, ...]) -> str:
    """The file that is extended. Raises PlacedError."""
    assert not isinstance(named.origin, str)
    path, message = named.value, ""
    if os.path.isdir(path):
        path = os.path.join(path, NAME)
    real = os.path.realpath(path)
    if not os.path.isfile(path):
        remote = any(word in named.origin.text for word in _REMOTE)
        message = "a file on the disk is expected: nothing is fetched"
        message = message if remote else f"no such file: {path}"
    elif real in chain:
        shown = (os.path.relpath(each) for each in (*chain[chain.index(real) :], real))
        message = f"files extend each other in a circle: {' → '.join(shown)}"
    elif len(chain) >= _DEEPEST:
        message = f"more than {_DEEPEST} files extend one another"
    if message:
        raise PlacedError(message, named.origin)
    return str(path)


def _own(path: str) -> Layer:
    """What one file sets."""
    source = _source(path)
    if not read_yaml(source):
        return {}
    root = expect.mapping(source, "configuration", ", ".join(KEYS))
    errors: list[UsageError] = []
    table = Key("table", keys=KEYS)
    found: Layer = _read(root, table, os.path.dirname(source.name), errors)
    if errors:
        raise all_of(errors)
    return found


def _source(path: str) -> SourceFile:
    shown = os.path.relpath(path)
    raw = read_file(shown, path, follow=True)
    if raw is None or isinstance(raw, CannotRead):
        reason = "no such file" if raw is None else raw.reason
        raise UsageError(f"{shown}: error: the configuration cannot be read: {reason}")
    source = decode(raw)
    if isinstance(source, Document):
        assert source.defect is not None
        at = source.defect.offset
        raise PlacedError(source.defect.message, source.span(at, at))
    return source


def _read(node: Node[Any], key: Key, base: str, errors: list[UsageError]) -> Any:
    """What is written at a node as a part of a layer; mistakes go to `errors`."""
    try:
        if key.kind == "table":
            return _table(node, key, base, errors)
        if key.kind == "names":
            return _names(node, key, base, errors)
        if key.kind == "list":
            assert key.of is not None
            return tuple(_read(each, key.of, base, errors) for each in expect.items(node))
        return Setting(_value(node, key, base), node.span)
    except PlacedError as error:
        errors.append(error)
        return ()


def _table(node: Node[Any], key: Key, base: str, errors: list[UsageError]) -> Layer:
    if type(node.value) is not dict:
        raise wrong(node, f"a mapping is expected, with {', '.join(key.keys)}")
    found: Layer = {}
    for name, value in node.entries():
        if name not in key.keys:
            message = f"unknown key {name!r}{did_you_mean(name, key.keys)}"
            errors.append(wrong(value, message, key_of=True))
        elif value.absent:
            continue
        elif name in SINGLE and isinstance(value.value, str):
            found[name] = (_read(value, key.keys[name].of or key, base, errors),)
        else:
            found[name] = _read(value, key.keys[name], base, errors)
    for name in key.needs:
        if node.get(name).value in (ABSENT, []):
            errors.append(wrong(node, f"{name!r} is missing", key_of=True))
    return found


def _names(node: Node[Any], key: Key, base: str, errors: list[UsageError]) -> Layer:
    """A mapping with names of the user's; each is where its key is, for it may be wrong itself."""
    if type(node.value) is not dict:
        raise wrong(node, "a mapping is expected")
    assert key.of is not None
    found: Layer = {}
    for name, value in node.entries():
        if value.absent:
            continue
        read = _read(value, key.of, base, errors)
        found[name] = Setting(read.value, value.key_span) if isinstance(read, Setting) else read
    return found


def _value(node: Node[Any], key: Key, base: str) -> Any:
    """A single value. Raises PlacedError."""
    if key.kind == "any":
        return node.value
    if key.kind == "word":
        return one_of(node, tuple(key.words))
    if key.kind == "release":
        return _release(node)
    written = text(node)
    if not written:
        raise wrong(node, "a text is expected, not an empty one")
    if "\0" in written:
        raise wrong(node, "a text without NUL characters is expected")
    if key.kind == "glob":
        return _from(base, written)
    if key.kind not in ("path", "file"):
        return written
    return os.path.normpath(os.path.join(base, written))


def _release(node: Node[Any]) -> str:
    example = _EXAMPLES[str(node.key)]
    if not isinstance(node.value, str):
        raise wrong(node, f"a release in quotes is expected, such as '{example}'")
    if Version.parse(node.value.removeprefix("v")) is None:
        raise wrong(node, f"a release is expected, such as '{example}', not {node.value!r}")
    return node.value


def _from(base: str, glob: str) -> str:
    """A glob of a path from the directory of a file as an absolute one; a bare name, and what
    begins with `**/`, holds anywhere.
    """
    name = glob.strip("/")
    if glob.startswith("**/") or ("/" not in name and name not in (".", "..")):
        return glob
    return os.path.normpath(os.path.join(re.sub(r"([*?[])", r"[\1]", os.path.abspath(base)), glob))
