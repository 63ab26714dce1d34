"""Nothing that is made of manifests refers to itself, so that the collector can be left off."""

from __future__ import annotations

import gc
from pathlib import Path

from raypolicy import check

ROOT = Path(__file__).parent.parent


def test_no_cycles() -> None:
    check(str(ROOT / "fixtures"))  # whatever is made once is made now
    gc.collect()
    gc.disable()
    try:
        report = check(str(ROOT / "fixtures"))
        assert report.findings
        del report
        assert gc.collect() == 0
    finally:
        gc.enable()
