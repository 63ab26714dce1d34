"""Manifests with what KubeRay's code says about each, as compact data. Not here: who asks it
(`oracle/test_gates`), the comparison (`test_verdicts`).

A line of JSON a case: release, feature gates, errors by gate (of the first one where it is and its
first words; null where the gate was not reached), fields dropped, the manifest.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = Path(__file__).parent / "data" / "verdicts.jsonl.gz"
_LETTERS: Final = 60
"""Of what an error says behind its place."""


class Stored(NamedTuple):
    """A manifest as JSON, and the answer about it."""

    release: str
    gates: tuple[str, ...]
    schema: tuple[str, ...] | None
    webhook: tuple[str, ...] | None
    operator: tuple[str, ...] | None
    pruned: tuple[str, ...]
    text: str


def read() -> list[Stored]:
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    return [Stored(*(tuple(e) if isinstance(e, list) else e for e in json.loads(line))) for line in lines]  # fmt: skip


def write(cases: Iterable[Stored]) -> None:
    """The same bytes for the same cases."""
    lines = [json.dumps(_short(case), separators=(",", ":")) for case in cases]
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0))


def _short(case: Stored) -> Stored:
    def cut(errors: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if not errors:
            return errors
        place, colon, words = errors[0].partition(": ")
        return (f"{place}{colon}{words[:_LETTERS]}",)

    return case._replace(
        schema=cut(case.schema), webhook=cut(case.webhook), operator=cut(case.operator)
    )
