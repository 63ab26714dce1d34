"""Selectors of Ray's pods, and of the Services before them. Not here: what they choose
(`selectors`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.nearnames import is_near
from raypolicy.tree import ABSENT, Node, Unknown


class Lacking(NamedTuple):
    """A demand that labels don't meet: its key, what is asked for, what is there instead, if
    anything, and whose labels they are. `guessed` says that only a similar name tells whose they
    are; `meant` is the key that is meant by one that nobody has.
    """

    key: str
    asked: Node[Any]
    instead: Node[Any] | None
    bearer: str
    guessed: bool
    meant: str | None = None


class Astray(NamedTuple):
    """A port that leads nowhere: the names there are instead, where it is a name; the part of Ray
    whose usual port it is, where it is a number; where that listens, or the one of this name.
    """

    port: Node[Any]
    offered: tuple[str, ...] | None = None
    part: str | None = None
    listening: Node[int] | None = None


class Found(NamedTuple):
    """What is known of a selector."""

    cluster: Node[str]
    maker: Node[str] | None
    passing: Node[str] | None
    selects: bool | Unknown
    lacking: Lacking | None
    elsewhere: Node[str] | None
    astray: tuple[Astray, ...]
    chosen: tuple[Any, ...] = ()


class UnmetLabel(View):
    """A demand of a selector that the nearest pods or Services don't meet; its node is the value
    that is asked for."""

    apart = True

    def __init__(self, owner: Owner, lacking: Lacking) -> None:
        super().__init__(lacking.asked, owner)
        self._lacking = lacking

    @fact
    def key(self) -> Node[str]:
        """The key of the label."""
        return self.node.put(self._lacking.key)

    @fact
    def asked(self) -> Node[str]:
        """The label that is asked for, such as `team: ml`."""
        value = self.node.value
        if isinstance(value, dict):  # of matchExpressions
            listed = value.get("values")
            value = " or ".join(map(str, listed)) if isinstance(listed, list) else "…"
        return self.node.put(f"{self._lacking.key}: {value}")

    @fact
    def meant(self) -> Node[str]:
        """The key that is probably meant, where the key is of Ray's domain and no pod or Service
        ever has it."""
        meant = self._lacking.meant
        return self.node.put(ABSENT if meant is None else meant)

    @fact
    def guessed(self) -> Node[bool]:
        """Whether only a similar name tells that these pods or Services are meant."""
        return self.node.put(self._lacking.guessed)

    @fact
    def instead(self) -> Node[str]:
        """The value they have instead; absent where they have no such label."""
        instead = self._lacking.instead
        return self.node.put(ABSENT) if instead is None else instead

    @fact
    def respelt(self) -> Node[str]:
        """The value they have instead, where the one that is asked for is but a slip of it."""
        asked, instead = self.node.value, self.instead.value
        if type(asked) is not str or type(instead) is not str:
            return self.node.put(ABSENT)
        near = asked.lower() == instead.lower() or is_near(asked, instead)
        return self.instead if near else self.node.put(ABSENT)

    @fact
    def bearer(self) -> Node[str]:
        """Whose labels they are, such as `the head of RayCluster dev`."""
        return self.node.put(self._lacking.bearer)


class AstrayPort(View):
    """A port of a Service, PodMonitor or ServiceMonitor that leads nowhere, although pods or
    Services are selected; its node is the number or name."""

    apart = True

    def __init__(self, owner: Owner, astray: Astray) -> None:
        super().__init__(astray.port, owner)
        self._astray = astray

    @fact
    def offered(self) -> Node[tuple[str, ...]]:
        """The names of the ports that what is selected has, where the port is a name and none of
        them; absent of numbers."""
        offered = self._astray.offered
        return self.node.put(ABSENT if offered is None else offered or ("none",))

    @fact
    def part(self) -> Node[str]:
        """The part of Ray that usually has this number, and listens there on none of the pods."""
        part = self._astray.part
        return self.node.put(ABSENT if part is None else part)

    @fact
    def listening(self) -> Node[int]:
        """Where that part listens instead, or the one that usually has this name; absent where it
        is not on these pods at all."""
        return self._astray.listening or self.node.put(ABSENT)


class Selector(View):
    """A selector that speaks of Ray's pods or chooses some, or Services before them; its node is
    the selector as a whole."""

    apart = True

    def __init__(self, node: Node[Any], owner: Owner, found: Found) -> None:
        super().__init__(node, owner)
        self._found = found

    @property
    def targets(self) -> tuple[Any, ...]:
        """The pods that are selected, of a ServiceMonitor the Services; no word of rules."""
        return self._found.chosen

    @fact
    def kind(self) -> Node[str]:
        """The kind of the object that selects: Service, NetworkPolicy, PodDisruptionBudget,
        PodMonitor, ServiceMonitor."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """The name of that object."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def cluster(self) -> Node[str]:
        """The name of the RayCluster whose pods are asked for, where there is one."""
        return self._found.cluster

    @fact
    def maker(self) -> Node[str]:
        """The kind of the RayJob or RayService that has this name, where no RayCluster has it: its
        clusters have random letters behind it."""
        return self._found.maker or self.node.put(ABSENT)

    @fact
    def passing(self) -> Node[str]:
        """The kind of the RayJob or RayService that makes clusters of such names, five random
        letters behind its own, where the selector asks for one of them."""
        return self._found.passing or self.node.put(ABSENT)

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace of what is meant, where it is none of those that the selector looks in."""
        return self._found.elsewhere or self.node.put(ABSENT)

    @written
    def reach(self) -> Node[str]:
        """The place for one more namespace that it looks in: of a monitor in the `matchNames` of
        its namespaceSelector, of others their own namespace."""
        resource = self.owner.resource
        if not resource.kind.endswith("Monitor"):
            return resource.node.get("metadata", "namespace")
        names = resource.node.get("spec", "namespaceSelector", "matchNames")
        return names.get(len(names.value) if type(names.value) is list else 0)

    @fact
    def selects(self) -> Node[bool]:
        """Whether any pods of the bundle are selected, of a ServiceMonitor whether any Services."""
        return self.node.put(self._found.selects)

    @fact
    def unmet(self) -> tuple[UnmetLabel, ...]:
        """The demand that keeps it from what it is meant for, where it selects nothing."""
        lacking = self._found.lacking
        return () if lacking is None else (UnmetLabel(self.owner, lacking),)

    @fact
    def astray_ports(self) -> tuple[AstrayPort, ...]:
        """Ports that none of the selected pods or Services has."""
        return tuple(AstrayPort(self.owner, each) for each in self._found.astray)
