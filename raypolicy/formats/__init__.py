"""The output formats by name. Not here: what any of them looks like (one module each)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

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


FORMATS: dict[str, Render] = {
    "full": _lazy("full"),
    "text": _lazy("text"),
    "table": _lazy("table"),
    "json": _lazy("json"),
    "sarif": _lazy("sarif"),
    "github": _lazy("github"),
    "gitlab": _lazy("gitlab"),
    "junit": _lazy("junit"),
    "markdown": _lazy("markdown"),
    "html": _lazy("html"),
}
