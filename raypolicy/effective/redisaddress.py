"""The address of Redis as Ray reads it. Not here: where it is written (`statestore`).

Source: Ray `python/ray/_private/services.py`, get_address.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_SCHEMES: Final = ("redis", "rediss")


class RedisAddress(NamedTuple):
    """The first of the addresses in a text: where its host begins and ends, and its port.

    `host` are the labels of the host; none where it is a number or has a sign of its own.
    """

    start: int
    end: int
    host: tuple[str, ...]
    port: int


def fault(text: str) -> str | None:
    """Why Ray cannot read an address; None if it can."""
    for part in text.split(","):
        scheme, separator, rest = part.partition("://")
        if separator and scheme not in _SCHEMES:
            return f"Ray knows redis:// and rediss:// alone, not {scheme}://"
        host, colon, port = (rest if separator else part).rpartition(":")
        if not colon or not host:
            return "it has no port"
        if "@" in host:
            return "Ray takes the user and password in it for a part of the host"
        if not port.strip().isdigit():
            return f"{port} is no port"
    return None


def read(text: str) -> RedisAddress | None:
    """The first address of a text that Ray can read."""
    if fault(text) is not None:
        return None
    first = text.split(",")[0]
    start = first.find("://") + 3 if "://" in first else 0
    end = first.rindex(":")
    labels = first[start:end].split(".")
    plain = all(label.replace("-", "").isalnum() for label in labels)
    named = plain and not labels[-1].isdigit()
    return RedisAddress(start, end, tuple(labels) if named else (), int(first[end + 1 :]))
