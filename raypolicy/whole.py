"""Puts a file in its place whole or not at all. Not here: what is in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress


def put(
    path: str | os.PathLike[str], data: bytes, ready: Callable[[str], None] | None = None
) -> None:
    """Write a file so that others see what was there or the new content, never half of it.

    Links are followed. The mode of a file that is there stays; a new one is open to whom the umask
    lets. `ready` is told the path of the new content before that takes its place, and keeps the old
    one by raising. Raises OSError.
    """
    target = os.path.realpath(path)
    mode = stat.S_IMODE(os.stat(target).st_mode) if os.path.exists(target) else None
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}.tmp")
    with suppress(FileNotFoundError):
        os.unlink(temporary)  # of a process that was killed
    first = 0o666 if mode is None else 0o600
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, first)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        if ready is not None:
            ready(temporary)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
