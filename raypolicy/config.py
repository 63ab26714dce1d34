"""What the user set for a check. Not here: the command line (`cli`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from raypolicy.findings import Severity


@dataclass(frozen=True, slots=True)
class Options:
    """How a check is to be done. `None` for a target means the newest release known."""

    rules: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str = "default"
    min_severity: Severity = Severity.NOTE
    target_kuberay: str | None = None
    feature_gates: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    suppressions: bool = True
    prose: bool = False
    """Whether rules carry their why and sources, which some formats show."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def names_rules(self) -> bool:
        """Whether rules must be loaded in any case: to check what was named, or to list them."""
        return bool(self.rules or self.select or self.ignore or self.target_kuberay or self.prose)
