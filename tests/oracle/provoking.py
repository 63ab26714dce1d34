"""Manifests that bring about each error of the operator's validation which chance seldom comes to,
read from `errors.yaml`. Not here: writing settings (`settings`), counting errors (`gocoverage`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import settings
import yaml
from directed import TIMES
from mutants import GATES, Mutant
from sources import Source, text

_GATED: Final = ("gcsFaultToleranceOptions", "historyServer", "networkPolicy", "tlsOptions")


def provoking(sound: Sequence[Source]) -> Iterator[Mutant]:
    """Each entry, in some of the smallest sound resources of its kind that make a cluster."""
    for entry in yaml.safe_load(Path(__file__).with_name("errors.yaml").read_text()):
        gated = any(word in way for way in entry["set"] for word in _GATED)
        for base in _bases(sound, entry["kind"]):
            document = copy.deepcopy(base.document)
            for way, value in entry["set"].items():
                settings.write(document, way, value)
            changes = tuple(f"{way}: {text(value)}" for way, value in entry["set"].items())
            yield Mutant(base.name, changes, GATES if gated else (), text(document))


def _bases(sound: Sequence[Source], kind: str) -> list[Source]:
    found = {text(each.document): each for each in sound if each.kind == kind}
    fit = [t for t in found if "workerGroupSpecs" in t and "clusterSelector" not in t]
    return [found[t] for t in sorted(fit, key=len)[:TIMES]]
