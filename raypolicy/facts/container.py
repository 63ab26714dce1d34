"""Containers, their ports and the amounts of resources they ask for."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from raypolicy.effective.logical import is_gpu, quantity
from raypolicy.effective.ports import component, listening
from raypolicy.effective.start import by_hand, has_command, starts_ray
from raypolicy.facts.image import Image
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.images import RAY_NAMES
from raypolicy.mentions import RAY
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Quantity, placeholder

_ROLES = rf"{RAY}|head|worker"
_USUAL_NAMES = ("ray", "ray-head", "ray-worker", "ray-node")


class Amount(View):
    """A resource that a container requests, is limited to, or both; its node is the container's."""

    def __init__(
        self, node: Node[Any], owner: Owner, name: str, requested: Node[Any], limited: Node[Any]
    ) -> None:
        super().__init__(node, owner)
        self._name = name
        self._requested = requested
        self._limited = limited
        self._any = requested.either(limited)

    @fact
    def name(self) -> Node[str]:
        """Name of the resource: cpu, memory, nvidia.com/gpu …"""
        return self._any.at_key(self._name)

    @written
    def request(self) -> Node[Quantity]:
        """What is requested; absent where only a limit is written."""
        return quantity(self._requested)

    @written
    def limit(self) -> Node[Quantity]:
        """What is allowed at most; absent where only a request is written."""
        return quantity(self._limited)

    @fact
    def overcommitable(self) -> Node[bool]:
        """Whether more than there is may be promised: not of extended resources and hugepages."""
        return self._any.put(_native(self._name) and not self._name.startswith("hugepages-"))

    @fact
    def fraction(self) -> Node[Quantity]:
        """The request or limit that is no whole number, of an extended resource; absent if none."""
        for node in () if _native(self._name) else (self.request, self.limit):
            if node.known is not None and node.known.nano % 10**9:
                return node
        return self._any.put(ABSENT)

    @fact
    def gpu(self) -> Node[bool]:
        """Whether KubeRay counts it as Ray's GPUs."""
        return self._any.put(is_gpu(self._name, self.owner.release))


class Fraction(View):
    """A number with a fraction among requests or limits that is not in quotes."""

    @fact
    def name(self) -> Node[str]:
        """Name of the resource."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The number."""
        return self.node

    @fact
    def text(self) -> Node[str]:
        """The number as it is written; unknown where that is no quantity."""
        text = self.node.span.text
        known = Quantity.parse(text) is not None
        return self.node.put(text if known else Unknown("not written as a quantity"))


class Port(View):
    """A port that a container lists."""

    fields = frozenset({"containerPort", "hostIP", "hostPort", "name", "protocol"})

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        start_params: Node[Any] | None,
        by_hand: bool,
        namesake: Node[Any] | None,
    ) -> None:
        super().__init__(node, owner)
        self._namesake = namesake
        self._start_params = start_params
        self._by_hand = by_hand

    @fact
    def namesake(self) -> Node[str]:
        """The name of an earlier port of the container, if it is the same."""
        name = self.field("name")
        return name.put(ABSENT) if self._namesake is None else self._namesake

    @fact
    def component(self) -> Node[str]:
        """The part of Ray that a port of this name is for; absent where it is none of Ray's."""
        part = self._component
        return self.node.get("name").put(ABSENT if part is None else part.name)

    @fact
    def ray_port(self) -> Node[int]:
        """Where that part of Ray will listen: its start parameter, else its default."""
        part = self._component
        if part is None or self._start_params is None:
            return self.node.get("name").put(ABSENT)
        return listening(part, self._start_params, self._by_hand)

    @property
    def _component(self) -> Any:
        name = self.field("name").known
        return component(name) if isinstance(name, str) else None


class Container(View):
    """A container of a pod."""

    fields = frozenset(
        """args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports
        readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext
        startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty
        volumeDevices volumeMounts workingDir""".split()
    )

    def __init__(self, node: Node[Any], owner: Owner, start_params: Node[Any] | None) -> None:
        super().__init__(node, owner)
        self._start_params = start_params

    @cached_property
    def limits(self) -> Node[Any]:
        """What is written under resources.limits; no word of rules, but asked for by many."""
        return self.node.get("resources", "limits")

    @cached_property
    def requests(self) -> Node[Any]:
        """The same of resources.requests."""
        return self.node.get("resources", "requests")

    @cached_property
    def by_hand(self) -> bool:
        """Whether KubeRay leaves its command alone; no word of rules either."""
        return by_hand(self.node, self.owner.release)

    @fact
    def image(self) -> Image:
        """Its image."""
        return Image(self.field("image"), self.owner)

    @fact
    def ports(self) -> tuple[Port, ...]:
        """The ports it lists."""
        ports: list[Port] = []
        seen: dict[str, Node[Any]] = {}
        for port in self.field("ports").items():
            name = port.get("name")
            text = name.known if isinstance(name.known, str) and not placeholder(name.known) else ""
            earlier = seen.get(text)
            ports.append(Port(port, self.owner, self._start_params, self.by_hand, earlier))
            if text:
                seen.setdefault(text, name)
        return tuple(ports)

    @fact
    def amounts(self) -> tuple[Amount, ...]:
        """The resources it requests or is limited to, one of each name."""
        limits, requests = self.limits, self.requests
        return tuple(
            Amount(self.node, self.owner, name, requests.get(name), limits.get(name))
            for name in dict.fromkeys((*_written(limits), *_written(requests)))
        )

    @fact
    def fractions(self) -> tuple[Fraction, ...]:
        """Its requests and limits that are numbers with a fraction, not in quotes; those of
        extended resources are left out."""
        return tuple(
            Fraction(part.get(name), self.owner)
            for part in (self.limits, self.requests)
            for name, value in _written(part).items()
            if type(value) is float and not value.is_integer() and _native(name)
        )

    @fact
    def limits_extended(self) -> Node[bool]:
        """Whether it is limited to some of an extended resource, such as GPUs or TPUs."""
        return self.limits.put(any(not _native(name) for name in _written(self.limits)))

    @fact
    def cpu_limit(self) -> Node[Quantity]:
        """CPU limit."""
        return quantity(self.limits.get("cpu"))

    @fact
    def memory_limit(self) -> Node[Quantity]:
        """Memory limit."""
        return quantity(self.limits.get("memory"))

    @fact
    def may_be_ray(self) -> Node[bool]:
        """Whether its name speaks of ray, head or worker, its repository of ray, or its command of
        `ray start`. An array, an x-ray, a tray don't speak of ray."""
        name, repository = self.field("name"), self.image.repository
        named = isinstance(name.known, str) and re.search(_ROLES, name.known)
        if named or self.by_hand:
            return name.put(True)
        return repository.map(lambda path: re.search(RAY, _last(path)) is not None, "")

    @fact
    def starts_otherwise(self) -> Node[bool]:
        """Whether it has a command or arguments, and they do not speak of `ray start`."""
        return self.node.put(has_command(self.node) and not starts_ray(self.node))

    @fact
    def is_named_for_ray(self) -> Node[bool]:
        """Whether its name is what Ray's container is usually called, or its image is Ray's."""
        name, repository = self.field("name"), self.image.repository
        if name.known in _USUAL_NAMES:
            return name.put(True)
        return repository.map(lambda path: _last(path) in RAY_NAMES, "")


def _written(part: Node[Any]) -> dict[str, Any]:
    return part.value if type(part.value) is dict else {}


def _last(repository: str) -> str:
    return repository.rpartition("/")[2]


def _native(name: str) -> bool:
    """Kubernetes, pkg/apis/core/v1/helper, IsNativeResource: without a domain, or with its own."""
    return "/" not in name or "kubernetes.io/" in name
