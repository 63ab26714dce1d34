"""Pods in a Namespace that enforces a Pod Security Standard. Not here: what the standards say
(`effective.podsecurity`), and which pods they are (`confinements`).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.added import Added
from raypolicy.effective.injected import AUTOSCALER
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
                found.append(self._bare(place, named, texts, context))
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
                    own = container.context if container.name == AUTOSCALER else placeless(ABSENT)
                    found.append(self._bare(container.place, name, texts, own))
        return tuple(found)

    def _bare(
        self, place: Node[Any], name: Node[str], texts: tuple[str, ...], context: Node[Any]
    ) -> BareContainer:
        told = place.put(", ".join(texts), self._level)
        return BareContainer(told, self.owner, name, context, self.node.get("securityContext"))


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
        """The setting, where a pod is whole without it and the default is allowed; absent for the
        source of a volume and the like."""
        above = self.node.parent
        added = above is not None and above.key == "add"
        return self.node if added or self.node.key in _DISPENSABLE else placeless(ABSENT)


class BareContainer(View):
    """A container without settings that a Pod Security Standard demands; its node is the place
    where they would be written, or what brings the container."""

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        name: Node[str],
        context: Node[Any],
        of_pod: Node[Any],
    ) -> None:
        super().__init__(node, owner)
        self._container = name
        self._context = context
        self._of_pod = of_pod

    @fact
    def name(self) -> Node[str]:
        """The name of the container."""
        return self._container

    @fact
    def lacks(self) -> Node[str]:
        """The settings that it lacks."""
        return self.node

    @written
    def escalation(self) -> Node[bool]:
        """The place of allowPrivilegeEscalation in its security context; absent, as are the others,
        of a submitter that no template describes."""
        return self._context.get("allowPrivilegeEscalation")

    @written
    def dropped(self) -> Node[str]:
        """The place of `ALL` among the capabilities that it drops."""
        listed = self._context.get("capabilities", "drop")
        names = listed.value if type(listed.value) is list else []
        return listed.get(names.index("ALL") if "ALL" in names else len(names))

    @written
    def non_root(self) -> Node[bool]:
        """The place of runAsNonRoot: in its own security context, unless the pod says it."""
        return self._said("runAsNonRoot")

    @written
    def seccomp(self) -> Node[str]:
        """The place of the type of its seccompProfile, likewise."""
        return self._said("seccompProfile", "type")

    @fact
    def seccomp_type(self) -> Node[str]:
        """That type, as it is written or should be."""
        return self.seccomp.either(self.node.put("RuntimeDefault"))

    def _said(self, *path: str) -> Node[Any]:
        own, of_pod = self._context.get(*path), self._of_pod.get(*path)
        return of_pod if own.absent and not of_pod.absent else own
