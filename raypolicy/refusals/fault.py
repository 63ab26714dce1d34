"""What every check of this room finds, and how written values are read. Not here: any check.

Checks walk plain values, so that nothing is made for what is in order, as most is. Of placeholders,
and of values of the wrong type, which the schema refuses, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.kubenames import dns_label_fault, key_fault, label_value_fault, subdomain_fault
from raypolicy.values import placeholder, whole_number

Path: TypeAlias = tuple[str | int, ...]
Written: TypeAlias = dict[str, Any]

LARGEST_ID: Final = 2**31 - 1
_PROTOCOLS: Final = ("TCP", "UDP", "SCTP")


class Fault(NamedTuple):
    """Something that is refused. `path` leads from what is checked to its place, `kind` is the
    family of it, `said` the end of a sentence; `meant` is what would do, where that is plain.
    """

    path: Path
    kind: str
    said: str
    meant: Any = None


Faults: TypeAlias = Iterable[Fault]


def text(value: object) -> str | None:
    """A text that is known."""
    return value if type(value) is str and placeholder(value) is None else None


def number(value: object) -> int | None:
    """A whole number, as the schema wants it."""
    return value if type(value) is int else None


def mapping(value: object) -> Written:
    """A mapping; an empty one for anything else."""
    return value if type(value) is dict else {}


def listed(value: object) -> Sequence[Any]:
    """A list; an empty one for anything else."""
    return value if type(value) is list else ()


def mappings(parent: Written, key: str, at: Path) -> Sequence[tuple[Written, Path]]:
    """The mappings in a list under a key, each with its path."""
    items = parent.get(key)
    if type(items) is not list:
        return ()
    return [(item, (*at, key, index)) for index, item in enumerate(items) if type(item) is dict]


def choice(
    parent: Written, key: str, allowed: Sequence[str], at: Path, kind: str, *, blank: bool = True
) -> Faults:
    """A text that is none of those allowed; an empty one is the default, if a `blank` is."""
    written = parent.get(key)
    if written is None or written in allowed:
        return ()
    value = text(written)
    if value == "" and not blank:
        return (Fault((*at, key), kind, "is empty"),)
    if not value:
        return ()
    meant = {each.lower(): each for each in allowed}.get(value.lower())
    return (Fault((*at, key), kind, f"is not one of {', '.join(allowed)}", meant),)


def protocol(port: Written, at: Path, kind: str) -> Faults:
    """The protocol of a port."""
    return choice(port, "protocol", _PROTOCOLS, at, kind)


def empty(parent: Written, key: str, at: Path, kind: str) -> Faults:
    """A text that must not be empty and is; or isn't there, where the schema allows that."""
    if parent.get(key) not in (None, ""):
        return ()
    return (Fault((*at, key), kind, "is empty" if parent.get(key) == "" else "is missing"),)


def name(parent: Written, key: str, at: Path, kind: str, *, of: str = "label") -> Faults:
    """A written text that is not of the form of a DNS label, a subdomain, or a label's key or
    value; an empty one says nothing.
    """
    value = text(parent.get(key))
    said = _FORMS[of](value) if value else None
    return () if said is None else (Fault((*at, key), kind, said),)


_FORMS: Final[dict[str, Callable[[str], str | None]]] = {
    "label": dns_label_fault,
    "subdomain": subdomain_fault,
    "key": key_fault,
    "value": label_value_fault,
}


def within(
    parent: Written, key: str, at: Path, kind: str, least: int, most: int | None = None
) -> Faults:
    """A whole number outside its bounds."""
    value = number(parent.get(key))
    if value is None:
        return ()
    if value < least:
        return (Fault((*at, key), kind, f"is too small: {least} is the least"),)
    if most is not None and value > most:
        return (Fault((*at, key), kind, f"is too large: {most} is the most"),)
    return ()


def port_fault(value: object) -> str | None:
    """What is wrong with a port that is a number or the name of one."""
    if type(value) is int:
        return None if 0 < value < 65536 else "is no port: 1 to 65535 are"
    written = text(value)
    if written is None:
        return None
    if written.isdigit():
        return "is a number in quotes, which is taken for a name"
    if not re.fullmatch(r"[a-z0-9-]{1,15}", written) or not re.search("[a-z]", written):
        return (
            "is no name of a port: at most 15 small letters, digits, hyphens; a letter among them"
        )
    if written.startswith("-") or written.endswith("-") or "--" in written:
        return "is no name of a port: no hyphen at an end, nor two in a row"
    return None


def port_meant(value: object) -> int | None:
    """The number that one in quotes is, where that is a port."""
    digits = whole_number(value)
    return digits if digits in range(1, 65536) else None


def descending(value: object) -> str | None:
    """What is wrong with a path that has to stay below the place it is relative to."""
    written = text(value)
    if not written:
        return None
    if written.startswith("/"):
        return "begins with a slash, and must be relative"
    return backsteps(written)


def backsteps(value: object) -> str | None:
    """What is wrong with a path that must not lead upwards."""
    written = text(value)
    return "leads upwards by `..`" if written and ".." in written.split("/") else None
