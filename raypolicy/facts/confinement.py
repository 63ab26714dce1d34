"""Pods in a Namespace that enforces a Pod Security Standard. Not here: what the standards say
(`effective.podsecurity`), and which pods they are (`confinements`).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.added import Added
from raypolicy.effective.podsecurity import RESTRICTED, containers, forbidden, lacking
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, placeless

_DISPENSABLE: Final = frozenset(
    """hostIPC hostNetwork hostPID hostPort hostProcess privileged procMount role runAsUser
    user""".split()
)


class Confinement(View):
    """Pods of Ray's in a Namespace of the bundle that enforces a Pod Security Standard; its node is
    the spec of the pods."""

    apart = True
    stands_alone = True

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        pods: Node[str],
        level: Node[str],
        added: tuple[Added, ...],
    ) -> None:
        super().__init__(node, owner)
        self._pods = pods
        self._level = level
        self._added = added

    @fact
    def pods(self) -> Node[str]:
        """What the pods are of: the head, the submitter, the group so called."""
        return self._pods

    @fact
    def namespace(self) -> Node[str]:
        """The namespace."""
        return self._level.put(self.owner.resource.namespace)

    @fact
    def level(self) -> Node[str]:
        """The standard that the Namespace enforces: baseline or restricted."""
        return self._level

    @fact
    def forbidden(self) -> tuple[ForbiddenSetting, ...]:
        """What is written for the pods and the standard does not allow."""
        found = forbidden(self.node, str(self._level.value))
        return tuple(
            ForbiddenSetting(node.put(node.value, self._level), self.owner, text)
            for node, text in found
        )

    @fact
    def bare(self) -> tuple[BareContainer, ...]:
        """Containers that leave out what the standard `restricted` demands."""
        if self._level.value != RESTRICTED:
            return ()
        found: list[BareContainer] = []
        for container in containers(self.node):
            context = container.get("securityContext")
            texts = lacking(container, self.node, context)
            if texts:
                named = container.get("name")
                place = context if context.value else container
                found.append(self._bare(place, named, texts))
        return tuple(found)

    @fact
    def bare_added(self) -> tuple[BareContainer, ...]:
        """The same of containers that the operator adds, where no other container's settings are
        theirs too."""
        if self._level.value != RESTRICTED:
            return ()
        found: list[BareContainer] = []
        for container in self._added:
            if not container.settled:
                texts = lacking(container.place, self.node, container.context)
                if texts:
                    name = container.place.put(container.name)
                    found.append(self._bare(container.place, name, texts))
        return tuple(found)

    def _bare(self, place: Node[Any], name: Node[str], texts: tuple[str, ...]) -> BareContainer:
        return BareContainer(place.put(", ".join(texts), self._level), self.owner, name)


class ForbiddenSetting(View):
    """A setting that a Pod Security Standard does not allow; its node is its value."""

    def __init__(self, node: Node[Any], owner: Owner, name: str) -> None:
        super().__init__(node, owner)
        self._name = name

    @fact
    def name(self) -> Node[str]:
        """What it is called: privileged, hostNetwork, a volume of the kind hostPath …"""
        return self.node.put(self._name)

    @written
    def dispensable(self) -> Node[Any]:
        """The setting, where a pod is whole without it and Kubernetes has a default that is allowed;
        absent for the source of a volume and the like."""
        above = self.node.parent
        added = above is not None and above.key == "add"
        return self.node if added or self.node.key in _DISPENSABLE else placeless(ABSENT)


class BareContainer(View):
    """A container without settings that a Pod Security Standard demands; its node is the place
    where they would be written, or what brings the container."""

    def __init__(self, node: Node[str], owner: Owner, name: Node[str]) -> None:
        super().__init__(node, owner)
        self._container = name

    @fact
    def name(self) -> Node[str]:
        """The name of the container."""
        return self._container

    @fact
    def lacks(self) -> Node[str]:
        """The settings that it lacks."""
        return self.node
