"""What runs in a container before it is stopped. Not here: how long a pod may take (`pod`)."""

from __future__ import annotations

import re
from typing import Any

from raypolicy.effective.command import script_of
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node

_RAY_STOP = (
    r"(?:exec )?(?:\S*/)?ray stop(?: (?:-f|-v|--force|--verbose|-g \d+|--grace-period[ =]\d+))*"
)
_SLEEP = r"(?:\S*/)?sleep (\d{1,9})(?:\.\d+)?s?(?:\s*(?:&&|;).*)?"


class StopHook(View):
    """A preStop hook of a container."""

    fields = frozenset({"exec", "httpGet", "sleep", "tcpSocket"})

    def __init__(self, node: Node[Any], owner: Owner, container: Node[Any], of_ray: bool) -> None:
        super().__init__(node, owner)
        self._container = container
        self._of_ray = of_ray

    @fact
    def container(self) -> Node[str]:
        """The name of its container."""
        return self._container.get("name")

    @fact
    def stops_ray(self) -> Node[bool]:
        """Whether it runs `ray stop` in the Ray container, and nothing else."""
        found = self._of_ray and re.fullmatch(_RAY_STOP, self._text) is not None
        return self._command.put(found)

    @written
    def whole(self) -> Node[Any]:
        """The hook; its `lifecycle` where that has nothing else."""
        holder = self.node.parent
        return self.node if holder is None or len(holder.value) > 1 else holder

    @fact
    def seconds(self) -> Node[int]:
        """Seconds that it sleeps before it does anything else; absent where it doesn't begin so."""
        found = re.fullmatch(_SLEEP, self._text, re.DOTALL)
        return self._command.put(int(found[1]) if found else ABSENT)

    @property
    def _command(self) -> Node[Any]:
        return self.node.get("exec", "command")

    @property
    def _text(self) -> str:
        """The command as a shell would be given it, `sh -c` taken away."""
        words = [word.value for word in self._command.items()]
        texts = [word for word in words if type(word) is str]
        if len(texts) < len(words):
            return ""
        script = script_of(tuple(texts))
        return " ".join((" ".join(texts) if script is None else script).split())
