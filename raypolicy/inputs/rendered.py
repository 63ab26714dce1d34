"""What a renderer made of a chart or a kustomization. Not here: how it is made (`charts`)."""

from __future__ import annotations

from typing import NamedTuple

from raypolicy.inputs.files import CannotRead, RawFile


class Rendered(NamedTuple):
    """What is applied together after rendering.

    `files` are the parts of what was printed, each named for where it came from, `CHART!/PATH`:
    lines are those of the rendered text. `consumed` are the paths, in their tree, of the files
    that it was made of, which mean nothing by themselves; none where it could not be rendered, and
    `troubles` say why.
    """

    name: str
    files: tuple[RawFile, ...] = ()
    consumed: frozenset[str] = frozenset()
    troubles: tuple[CannotRead, ...] = ()
