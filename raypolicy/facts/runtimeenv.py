"""Runtime environments, wherever they are written. Not here: those of Ray's own code."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.inside import inside, no_mapping
from raypolicy.tree import ABSENT, Node


class RuntimeEnv(View):
    """A runtime environment; its node is the mapping.

    Written as a text of its own (`runtimeEnvYAML`) or as a part of serveConfigV2.
    """

    apart = True
    open = True

    def __init__(self, node: Node[Any], owner: Owner, text: Node[str] | None = None) -> None:
        super().__init__(node if text is None else inside(text).root, owner)
        self._text = text

    @fact
    def fault(self) -> Node[str]:
        """Why a text of its own is no mapping; absent where it is one, or says nothing."""
        return self.node.put(ABSENT) if self._text is None else no_mapping(self._text)
