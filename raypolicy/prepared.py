"""What is prepared once and kept for a quick start. Not here: what is in it (`catalogue`)."""

from __future__ import annotations

import marshal
import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from raypolicy.values import Version

if TYPE_CHECKING:
    from pathlib import Path  # a check of one file would feel its import

_FORMAT: Final = 4
"""Of marshal, which every Python from 3.4 on reads, in a third of the time that JSON takes."""
_HEAD: Final = b"raypolicy prepared 1\n"
_DATA: Final = os.path.join(os.path.dirname(__file__), "data")
SUFFIX: Final = ".prepared"
TABLES: Final = (
    "fields",
    "kuberay-releases",
    "metadata-keys",
    "ray-options",
    "ray-releases",
    "start-options",
    "time-zones",
)
LINES: Final = frozenset({"fields"})
"""The tables of which a run reads few lines: JSON lines, each prepared by itself."""


def load(path: str | os.PathLike[str]) -> Any:
    """What is kept at a path; None if nothing is, or it is not whole."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        head, kept = data[: len(_HEAD) + 8], data[len(_HEAD) + 8 :]
        return marshal.loads(kept) if head == _head(kept) else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def keep(path: str | os.PathLike[str], value: Any) -> None:
    """Write plain data so that another process sees the old file or the new one, never half.

    Raises OSError where that may not be.
    """
    from raypolicy.whole import put

    kept = marshal.dumps(value, _FORMAT)
    put(path, _head(kept) + kept)


def _head(kept: bytes) -> bytes:
    return _HEAD + len(kept).to_bytes(8, "big")


@cache
def table(name: str) -> dict[str, Any]:
    """A data table of the package, `data/NAME.yaml`, as plain data; of `data/NAME.jsonl`, which is
    one of LINES, the first line as `head` and the others as `lines`, to be read with `line`.

    Taken from what is kept beside it where that was made of a file of this size and time, or, in a
    wheel, by the build; parsing the YAML of all tables takes a tenth of a run over one file.
    """
    status = os.stat(_source(name))
    stamp = [status.st_size, status.st_mtime_ns]
    held = load(os.path.join(_DATA, f"{name}{SUFFIX}"))
    if type(held) is not dict or held["stamp"] not in (None, stamp):
        held = _write(name, stamp)
    value: dict[str, Any] = held["value"]
    return value


def line(kept: bytes) -> Any:
    """A line of a table of LINES as plain data."""
    return marshal.loads(kept)


def version_of(text: str) -> Version:
    """A version in a table. Raises ValueError where it is none: the table is wrong then."""
    version = Version.parse(text)
    if version is None:
        raise ValueError(f"{text!r} in a data table is no version")
    return version


def write_tables() -> list[Path]:
    """Prepare all tables for a wheel; the files it made."""
    from pathlib import Path

    for name in TABLES:
        _write(name, None)
    return [Path(_DATA, f"{name}{SUFFIX}") for name in TABLES]


def _source(name: str) -> str:
    return os.path.join(_DATA, f"{name}.jsonl" if name in LINES else f"{name}.yaml")


def _write(name: str, stamp: list[int] | None) -> dict[str, Any]:
    with open(_source(name), encoding="utf-8") as file:
        text = file.read()
    held = {"stamp": stamp, "value": _lines(text) if name in LINES else _yaml(name, text)}
    try:
        keep(os.path.join(_DATA, f"{name}{SUFFIX}"), held)
    except OSError:
        return held  # a checkout that may not be written is parsed anew every time
    return held


def _yaml(name: str, text: str) -> Any:
    from raypolicy.reader import read_yaml
    from raypolicy.source import SourceFile

    return read_yaml(SourceFile(f"{name}.yaml", text))[0].value


def _lines(text: str) -> dict[str, Any]:
    import json

    head, *rest = map(json.loads, text.splitlines())
    return {"head": head, "lines": [marshal.dumps(each, _FORMAT) for each in rest]}
