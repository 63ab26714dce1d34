"""A file in an archive of any kind. Not here: reading it (`tarmembers`, `zipmembers`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes that are unpacked of one archive."""


class DamagedError(Exception):
    """An archive can't be read from here on; the message says why."""


class Member(NamedTuple):
    """A file in an archive; `refused` says why it isn't read.

    `read` works before the next one is asked for; it may answer why there is nothing to be had.
    """

    name: str
    size: int
    refused: str
    read: Callable[[], bytes | str]
