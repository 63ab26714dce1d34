"""What a renderer has made of a directory: one text, and where its documents come from."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from raypolicy.inputs.files import RawFile


class DocumentOrigin(NamedTuple):
    """Where a rendered document comes from: the file it was read from, by its path in the tree, or
    the kustomization file that generates it; empty where the renderer does not say.
    """

    path: str = ""
    generated_in: str = ""


class Rendered(NamedTuple):
    """A bundle as a renderer prints it.

    `folder` is what was rendered, as people see it; `text` the output, under the name of the file
    that describes it. `starts` are the offsets at which its documents begin, `origins` where each
    comes from. `sources` are the files it was made of, by their path in the tree: the `described`
    one describes it, the `changing` ones may have changed what others say.
    """

    folder: str
    text: RawFile
    described: str
    starts: tuple[int, ...]
    origins: tuple[DocumentOrigin, ...]
    sources: dict[str, RawFile]
    changing: frozenset[str] = frozenset()

    def origin_at(self, offset: int) -> DocumentOrigin:
        """Where the document at an offset of the text comes from."""
        at = bisect_right(self.starts, offset) - 1
        return self.origins[at] if at >= 0 else DocumentOrigin()
