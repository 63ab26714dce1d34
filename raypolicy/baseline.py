"""The file of known findings: read and written. Not here: what it hides (`compared`)."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from raypolicy.config import AnyPath
from raypolicy.errors import PlacedError, UsageError
from raypolicy.inputs.files import CannotRead, read_file
from raypolicy.source import SourceFile, Span
from raypolicy.whole import put

VERSION: Final = 1
_ANEW: Final = "write it anew with --write-baseline"
_CONFLICT: Final = r"^(?:<<<<<<<|=======|>>>>>>>)(?: |$)"
_LONGEST: Final = 200


class Entry(NamedTuple):
    """One known finding. `path` is relative to the directory of the baseline, with `/`;
    `fingerprint` is of the rule and the flagged text. The message is for the reader.
    """

    path: str
    rule: str
    resource: str
    fingerprint: str
    message: str = ""


class OtherVersionError(UsageError):
    """A baseline of another version of the format."""


def read(path: AnyPath) -> list[Entry]:
    """The entries of a baseline. Raises UsageError for what is none, with the place."""
    name = os.fspath(path)
    raw = read_file(name, name, follow=True)
    if raw is None:
        raise UsageError(f"baseline {name} is not there; --write-baseline writes it")
    if isinstance(raw, CannotRead):
        raise UsageError(f"baseline {name}: {raw.reason}")
    try:
        text = raw.data.decode()
    except ValueError:
        raise UsageError(f"baseline {name}: not UTF-8") from None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(name, text, error) from None
    return list(_entries(name, value))


def write(path: AnyPath, entries: Iterable[Entry]) -> None:
    """Put a baseline in the place of the file, whole or not at all; its mode stays, a link is
    followed. Raises UsageError.
    """
    try:
        mode = os.stat(path).st_mode if os.path.exists(path) else None
        if mode is not None and not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a plain file"
            raise UsageError(f"cannot write {os.fspath(path)}: it is {kind}")
        if mode is not None and not os.access(path, os.W_OK):
            raise UsageError(f"cannot write {os.fspath(path)}: it is read-only")
        put(path, text_of(entries).encode("ascii"))
    except OSError as error:
        raise UsageError(f"cannot write {os.fspath(path)}: {error.strerror}") from None


def text_of(entries: Iterable[Entry]) -> str:
    """Sorted, an entry a line, so that changes are read and merged line by line."""
    lines = (
        json.dumps(each._replace(message=_clipped(each.message))._asdict())
        for each in sorted(entries)
    )
    listed = ",".join(f"\n    {line}" for line in lines)
    end = "\n  ]" if listed else "]"
    return f'{{\n  "version": {VERSION},\n  "findings": [{listed}{end}\n}}\n'


def _clipped(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def _entries(name: str, value: Any) -> Iterable[Entry]:
    if type(value) is not dict or "version" not in value:
        raise UsageError(f'baseline {name}: {{"version": 1, "findings": [...]}} is expected')
    version = value["version"]
    if type(version) is int and version > VERSION:
        raise OtherVersionError(
            f"baseline {name}: written by a newer raypolicy (version {version}); {_ANEW}"
        )
    if type(version) is not int or version != VERSION:
        raise OtherVersionError(f"baseline {name}: version: {VERSION} is expected; {_ANEW}")
    findings = value.get("findings")
    if type(findings) is not list:
        raise UsageError(f"baseline {name}: findings: a list is expected")
    for number, each in enumerate(findings):
        where = f"baseline {name}: findings[{number}]"
        if type(each) is not dict:
            raise UsageError(f"{where}: a mapping is expected")
        for field in Entry._fields:
            if field not in each and field not in Entry._field_defaults:
                raise UsageError(f"{where}: {field} is missing")
            if type(each.get(field, "")) is not str:
                raise UsageError(f"{where}.{field}: a text is expected")
        yield Entry(**{field: each[field] for field in Entry._fields if field in each})


def _not_json(name: str, text: str, error: Exception) -> UsageError:
    if not text.strip():
        return UsageError(f"baseline {name}: an empty file; {_ANEW}")
    source = SourceFile(name, text)
    conflict = re.search(_CONFLICT, text, re.MULTILINE)
    if conflict:
        message = f"a merge conflict is not settled: keep the lines of both sides, or {_ANEW}"
        return PlacedError(message, Span(source, conflict.start(), conflict.end()))
    if isinstance(error, json.JSONDecodeError):
        return PlacedError(f"not JSON: {error.msg}", Span(source, error.pos, error.pos))
    return UsageError(f"baseline {name}: not JSON that can be read: {type(error).__name__}")
