"""Build hook: the wheel carries rules and tables prepared, so that none is parsed at start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PreparedCatalogue(BuildHookInterface[Any]):
    written: tuple[Path, ...] | list[Path] = ()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            build_data["force_include_editable"] = {}  # the checkout's own rules/ serve
            return
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        from raypolicy import catalogue, prepared

        catalogue.write(None)
        self.written = [Path(catalogue.PREPARED), Path(catalogue.PROSE), *prepared.write_tables()]
        for path in self.written:
            name = f"raypolicy/data/{path.name}"
            build_data["force_include"][str(path)] = name
            build_data["artifacts"].append(name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """In the checkout that the wheel was built in, rules and tables may still be edited."""
        for path in self.written:
            path.unlink(missing_ok=True)
