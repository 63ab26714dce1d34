"""Where rules lie, and their prepared form that starts fast. Not here: what a rule file may say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from raypolicy.config import AnyPath
from raypolicy.errors import UsageError
from raypolicy.prepared import SUFFIX, keep, load

if TYPE_CHECKING:
    from pathlib import Path  # a check of one file would feel its import

PACKAGE: Final[AnyPath] = os.path.dirname(__file__)
PREPARED: Final[AnyPath] = os.path.join(PACKAGE, "data", f"catalogue{SUFFIX}")
PROSE: Final[AnyPath] = os.path.join(PACKAGE, "data", f"prose{SUFFIX}")
_PROSE_KEYS: Final = ("why", "see", "examples")
_SHAPES: Final = (
    "rulefile.py",
    "rulelanguage.py",
    "needs.py",
    "paths.py",
    "clause.py",
    "roots.py",
)


class DuplicateRuleError(UsageError):
    """Two rule files have one id."""


def shipped_rules() -> Path:
    """The directory `rules/`: inside the package where it is installed, beside it in a checkout."""
    from pathlib import Path

    return Path(PACKAGE, "rules") if _installed() else Path(PACKAGE).parent / "rules"


def rule_files(path: AnyPath) -> list[Path]:
    """Rule files at a path: itself, or all below it."""
    from pathlib import Path

    path = Path(path)
    return sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


def shipped(*, prose: bool = False) -> list[dict[str, Any]]:
    """The prepared rules that raypolicy ships; with why, see and examples if asked.

    A wheel holds them ready. In a checkout they are prepared anew when a rule file or the code that
    reads it has changed. Raises PlacedError for a rule file that can't be used.
    """
    stamp = None if _installed() else _stamp()
    held = load(PREPARED)
    if held is None or (stamp is not None and held.get("stamp") != stamp):
        held = write(stamp)
    rules: list[dict[str, Any]] = held["rules"]
    if prose:
        kept = load(PROSE) or {}
        if kept.get("stamp") != held["stamp"]:
            return prepare_all([shipped_rules()])
        files = _files(rules)
        rules = [
            {**rule, **kept["rules"][rule["id"]], "file": file}
            for rule, file in zip(rules, files, strict=True)
        ]
    return rules


def write(stamp: Any = None) -> dict[str, Any]:
    """Prepare the shipped rules and keep them beside the package's data, if it may be written."""
    rules = prepare_all([shipped_rules()])
    lean = [{k: v for k, v in rule.items() if k not in (*_PROSE_KEYS, "file")} for rule in rules]
    prose = {rule["id"]: {key: rule[key] for key in _PROSE_KEYS} for rule in rules}
    held = {"stamp": stamp, "rules": lean}
    try:
        keep(PROSE, {"stamp": stamp, "rules": prose})
        keep(PREPARED, held)
    except OSError:
        return held  # a checkout that may not be written is read anew every time
    return held


def prepare_all(paths: Iterable[AnyPath]) -> list[dict[str, Any]]:
    """Rules from files and directories. Raises PlacedError, OSError and DuplicateRuleError."""
    from raypolicy.rulefile import prepare
    from raypolicy.source import SourceFile

    rules: dict[str, dict[str, Any]] = {}
    for path in paths:
        for file in rule_files(path):
            plan = prepare(SourceFile(_shown(file), _text(file)))
            if plan["id"] in rules:
                raise DuplicateRuleError(f"{_shown(file)}: a rule {plan['id']!r} is there already")
            rules[plan["id"]] = {**plan, "file": _shown(file)}
    return list(rules.values())


def _text(path: Path) -> str:
    from raypolicy.inputs.files import CannotRead, read_file

    raw = read_file("", str(path), follow=True)
    if raw is None or isinstance(raw, CannotRead):
        reason = "no such file" if raw is None else raw.reason
        raise UsageError(f"{_shown(path)}: error: {reason}")
    try:
        return raw.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{_shown(path)}: error: byte {error.start} is not UTF-8") from None


def _files(rules: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Where shipped rules lie, as people see it; to resolve each path takes as long as a check."""
    folder = shipped_rules()
    real, here = folder.resolve().as_posix(), f"{os.getcwd()}/"
    for rule in rules:
        name = f"{rule['topic']}/{rule['id']}.yaml"
        path = f"{real}/{name}"
        yield path[len(here) :] if path.startswith(here) else f"{folder.as_posix()}/{name}"


def _shown(path: Path) -> str:
    from pathlib import Path

    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _installed() -> bool:
    return os.path.isdir(os.path.join(PACKAGE, "rules"))


def _stamp() -> list[list[Any]]:
    """Names, sizes and times of the rule files and of the code that gives them meaning."""
    rules, package = os.path.join(os.path.dirname(PACKAGE), "rules"), os.fspath(PACKAGE)
    found = [entry for path in _directories(rules) for entry in _statuses(path, ".yaml")]
    found += _statuses(os.path.join(package, "facts"), ".py")
    found += _statuses(package, _SHAPES)
    return sorted(found)


def _directories(root: str) -> Iterator[str]:
    """A directory and those below it."""
    yield root
    with os.scandir(root) as entries:
        below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for path in below:
        yield from _directories(path)


def _statuses(directory: str, endings: str | tuple[str, ...]) -> Iterator[list[Any]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(endings):
                status = entry.stat()
                yield [entry.path, status.st_size, status.st_mtime_ns]
