"""Settings that bear on each other, by topic, read from `topics.yaml`. Not here: writing them into a
resource (`settings`), who tries them (`mutants`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

Setting: TypeAlias = tuple[str, tuple[Any, ...]]

GATED: Final = frozenset(
    {"embedded storage", "history server", "complete history server", "network policy", "tls"}
)
"""Topics that are most often tried with all feature gates on."""


def _read() -> Mapping[str, tuple[Setting, ...]]:
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
    return {
        topic: tuple(
            (each["at"], tuple(each["values"]))
            for each in given
            for _ in range(each.get("often", 1))
        )
        for topic, given in read["topics"].items()
    }


def _always() -> Mapping[str, tuple[Setting, ...]]:
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
    return {
        topic: tuple((each["at"], tuple(each["values"])) for each in given if each.get("always"))
        for topic, given in read["topics"].items()
    }


TOPICS: Final = _read()
ALWAYS: Final = _always()
"""Those of each topic that are written each time: without them the others mean nothing."""
