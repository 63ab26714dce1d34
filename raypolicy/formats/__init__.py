"""The output formats by name. Not here: what any of them looks like (one module each)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, TypeAlias

from raypolicy.findings import Report
from raypolicy.formats.style import Style, wants_colour

__all__ = ["FORMATS", "Render", "Style", "wants_colour"]

Render: TypeAlias = Callable[[Report, Style], str]
"""The whole output, ending in a line break unless it is empty; what had to be left out is told to
`Style.warn`."""


def _lazy(module: str) -> Render:
    """The `render` of a module that is imported when first called: a run needs one or two."""

    def render(report: Report, style: Style) -> str:
        text: str = import_module(f"{__name__}.{module}").render(report, style)
        return text

    return render


FORMATS: Final[dict[str, Render]] = {
    name: _lazy(name)
    for name in "full text table json sarif github gitlab junit markdown html".split()
}
