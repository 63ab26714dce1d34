"""What is prepared once and kept as JSON. Not here: what is in it (`catalogue`, `releases`)."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path  # a check of one file would feel its import

_DATA: Final = os.path.join(os.path.dirname(__file__), "data")
TABLES: Final = ("kuberay-releases", "metadata-keys", "ray-releases", "start-options")


def load(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """What is kept at a path; None if nothing is, or nothing that can be read."""
    try:
        with open(path, "rb") as file:
            return json.loads(file.read())  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return None


def keep(path: str | os.PathLike[str], value: Any) -> None:
    """Write a file so that another process sees the old one or the new one, never half.

    Raises OSError where that may not be.
    """
    from pathlib import Path

    temporary = Path(path).with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(value, separators=(",", ":")), "utf-8")
    os.replace(temporary, path)


@cache
def table(name: str) -> dict[str, Any]:
    """A data table of the package, `data/NAME.yaml`, as plain data.

    Read from the JSON beside it where that was made of a file of this size and time, or, in a
    wheel, by the build; parsing the YAML of all tables takes a tenth of a run over one file.
    """
    path = os.path.join(_DATA, f"{name}.yaml")
    status = os.stat(path)
    stamp = [status.st_size, status.st_mtime_ns]
    held = load(os.path.join(_DATA, f"{name}.json"))
    if type(held) is not dict or held["stamp"] not in (None, stamp):
        held = _write(name, stamp)
    value: dict[str, Any] = held["value"]
    return value


def write_tables() -> list[Path]:
    """Prepare all tables for a wheel; the files it made."""
    from pathlib import Path

    for name in TABLES:
        _write(name, None)
    return [Path(_DATA, f"{name}.json") for name in TABLES]


def _write(name: str, stamp: list[int] | None) -> dict[str, Any]:
    from raypolicy.reader import read_yaml
    from raypolicy.source import SourceFile

    with open(os.path.join(_DATA, f"{name}.yaml"), encoding="utf-8") as file:
        value = read_yaml(SourceFile(f"{name}.yaml", file.read()))[0].value
    held = {"stamp": stamp, "value": value}
    try:
        keep(os.path.join(_DATA, f"{name}.json"), held)
    except OSError:
        return held  # a checkout that may not be written is parsed anew every time
    return held
