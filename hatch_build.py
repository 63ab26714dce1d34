"""Build hook: the wheel carries the catalogue prepared, so that no rule file is parsed at start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PreparedCatalogue(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            build_data["force_include_editable"] = {}  # the checkout's own rules/ serve
            return
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        from raypolicy import catalogue

        catalogue.write(None)
        for path in (catalogue.PREPARED, catalogue.PROSE):
            build_data["force_include"][str(path)] = f"raypolicy/data/{Path(path).name}"
        build_data["artifacts"] += ["raypolicy/data/catalogue.json", "raypolicy/data/prose.json"]
