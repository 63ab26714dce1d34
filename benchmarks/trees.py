"""Writes the synthetic manifests to directories. Not here: what is in them (`manifests`)."""

from __future__ import annotations

from pathlib import Path

from manifests import plain, ray

A_DIRECTORY = 20
"""Files of a directory, so that a tree has the bundles that a repository would have."""


def mixed(root: Path, count: int) -> list[Path]:
    """A tree of files, one in ten of them Ray's."""
    return [_write(root, n, ray(n) if n % 10 == 3 else plain(n)) for n in range(count)]


def ray_only(root: Path, count: int) -> list[Path]:
    """A tree of distinct Ray manifests."""
    return [_write(root, number, ray(number)) for number in range(count)]


def _write(root: Path, number: int, text: str) -> Path:
    directory = root / f"team-{number // A_DIRECTORY % 8}" / f"app-{number // A_DIRECTORY}"
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{number:05}.yaml"
    path.write_text(text, "utf-8")
    return path
