"""serveConfigV2 of a RayService: what Serve is to run. Not here: its applications."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.inside import inside, no_mapping
from raypolicy.tree import Node


class ServeConfig(View):
    """What serveConfigV2 says; its node is the mapping in that text."""

    apart = True
    open = True

    def __init__(self, text: Node[str], owner: Owner) -> None:
        super().__init__(inside(text).root, owner)
        self._text = text

    @fact
    def fault(self) -> Node[str]:
        """Why the text is no mapping; absent where it is one, or says nothing."""
        return no_mapping(self._text)
