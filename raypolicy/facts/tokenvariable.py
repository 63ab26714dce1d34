"""Tokens that Ray is told of by variables of its containers. Not here: `authOptions`
(`authentication`).

Source: Ray `python/ray/_private/authentication`; https://docs.ray.io/en/latest/ray-security/token-auth.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.start import by_hand
from raypolicy.effective.variables import named, ray_container
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import plain_text

MODE: Final = "RAY_AUTH_MODE"
_ELSEWHERE: Final = Unknown("it may come from elsewhere")


class TokenVariable(View):
    """The variable RAY_AUTH_MODE of the Ray container of a group; its node is the value, or the
    group's container."""

    stands_alone = True

    def __init__(self, group: Node[Any], owner: Owner) -> None:
        container = ray_container(group)
        super().__init__(_mode(container, owner), owner)
        self._group = group

    @fact
    def mode(self) -> Node[str]:
        """Its value: `token`, `disabled`; absent where the container has no such variable."""
        return self.node

    @fact
    def group(self) -> Node[str]:
        """The name of the worker group; absent for the head."""
        return self._group.get("groupName")


def of_workers(spec: Node[Any], owner: Owner) -> Iterator[TokenVariable]:
    """That of each worker group, or its absence."""
    for group in spec.get("workerGroupSpecs").items():
        yield TokenVariable(group, owner)


def _mode(container: Node[Any], owner: Owner) -> Node[str]:
    entry = next(named(container, MODE), None)
    if entry is not None:
        value = entry.get("value")
        return value.put(_ELSEWHERE) if value.absent else value.map(plain_text, "not a text")
    hidden = not container.get("envFrom").absent or by_hand(container, owner.release)
    return container.put(_ELSEWHERE if hidden else ABSENT)
