"""Puts a file in its place whole or not at all. Not here: what is in it."""

from __future__ import annotations

import os
from contextlib import suppress


def put(path: str | os.PathLike[str], data: bytes, mode: int | None = None) -> None:
    """Write a file so that others see what was there or the new content, never half of it.

    A new file is open to whom the umask lets, or has the `mode` given. Raises OSError.
    """
    folder, name = os.path.split(os.fspath(path))
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
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
