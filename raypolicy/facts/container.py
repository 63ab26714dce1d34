"""Containers of pods. Not here: their ports, images and amounts of resources, each on its own."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from raypolicy.effective import variables
from raypolicy.effective.logical import quantity
from raypolicy.effective.start import by_hand, has_command, starts_ray
from raypolicy.facts.amount import Amount, Fraction, native
from raypolicy.facts.image import Image
from raypolicy.facts.port import Port, repeated, unfit
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.images import RAY_NAMES
from raypolicy.mentions import RAY
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Quantity, placeholder

if TYPE_CHECKING:
    from raypolicy.facts.accelerator import MisspeltAccelerator

_ROLES = rf"{RAY}|head|worker"
_USUAL_NAMES = ("ray", "ray-head", "ray-worker", "ray-node")
_USUAL_ACCELERATORS = ("nvidia.com/gpu", "google.com/tpu")


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

    @written
    def image(self) -> Image:
        """Its image."""
        return Image(self.field("image"), self.owner)

    @only_with("ports")
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

    @only_with("ports")
    @fact
    def renamed_ports(self) -> tuple[Port, ...]:
        """Those of its ports that have the name of an earlier one."""
        names = [port.get("name").value for port in self.field("ports").items()]
        texts = [name for name in names if isinstance(name, str)]
        if len(set(texts)) == len(texts):
            return ()
        return tuple(port for port in self.ports if not port.namesake.absent)

    @only_with("ports")
    @fact
    def unfit_ports(self) -> tuple[Port, ...]:
        """Its ports, where the name or the number of one is such as no port may have."""
        return self.ports if unfit(self.field("ports").value) else ()

    @only_with("ports")
    @fact
    def repeated_ports(self) -> tuple[Port, ...]:
        """Those of its ports that have the number and protocol of an earlier one."""
        if not repeated(self.field("ports").value):
            return ()
        return tuple(port for port in self.ports if not port.same_port.absent)

    @only_with("limits", "requests")
    @fact
    def amounts(self) -> tuple[Amount, ...]:
        """The resources it requests or is limited to, one of each name."""
        limits, requests = self.limits, self.requests
        return tuple(
            Amount(self.node, self.owner, name, requests.get(name), limits.get(name))
            for name, value in {**_written(limits), **_written(requests)}.items()
            if value is not None or not limits.get(name).absent
        )

    @only_with("limits", "requests")
    @fact
    def shareable(self) -> tuple[Amount, ...]:
        """Those of which a node may promise more than it has, such as CPU and memory."""
        return tuple(amount for amount in self.amounts if amount.shareable)

    @only_with("limits", "requests")
    @fact
    def unshareable(self) -> tuple[Amount, ...]:
        """The others: extended resources, such as GPUs, and hugepages."""
        return tuple(amount for amount in self.amounts if not amount.shareable)

    @only_with("limits", "requests")
    @fact
    def fractions(self) -> tuple[Fraction, ...]:
        """Its requests and limits that are numbers with a fraction, not in quotes; those of
        extended resources are left out."""
        return tuple(
            Fraction(part.get(name), self.owner)
            for part in (self.limits, self.requests)
            for name, value in _written(part).items()
            if type(value) is float and not value.is_integer() and native(name)
        )

    @only_with("limits", "requests")
    @fact
    def misspelt_accelerators(self) -> tuple[MisspeltAccelerator, ...]:
        """Its limits and requests of resources whose names are slips of an accelerator's."""
        parts = [part for part in (self.limits, self.requests) if _has_rare(_written(part))]
        if not parts:
            return ()
        from raypolicy.facts.accelerator import misspelt

        return tuple(each for part in parts for each in misspelt(part, self.owner))

    @only_with("limits", otherwise=False)
    @fact
    def limits_extended(self) -> Node[bool]:
        """Whether it is limited to some of an extended resource, such as GPUs or TPUs."""
        return self.limits.put(any(not native(name) for name in _written(self.limits)))

    @only_with("limits")
    @fact
    def cpu_limit(self) -> Node[Quantity]:
        """CPU limit."""
        return quantity(self.limits.get("cpu"))

    @only_with("limits")
    @fact
    def memory_limit(self) -> Node[Quantity]:
        """Memory limit."""
        return quantity(self.limits.get("memory"))

    @only_with("initContainers")
    @fact
    def head_lookup(self) -> Node[str]:
        """The word of its command or arguments in which `nslookup` asks for the head, which KubeRay
        names in `RAY_IP` and `FQ_RAY_IP`; absent where none does."""
        for field in ("command", "args"):
            for word in self.field(field).items():
                text = word.value
                if type(text) is str and "nslookup" in text and "RAY_IP" in text:
                    return word
        return self.node.put(ABSENT)

    @fact
    def visible_gpus(self) -> Node[str]:
        """Its variable NVIDIA_VISIBLE_DEVICES; absent where nothing says which GPUs of the node the
        container sees, unknown where variables come from elsewhere."""
        entry = next(variables.named(self.node, "NVIDIA_VISIBLE_DEVICES"), None)
        if entry is not None:
            return entry.get("value").either(entry.at_key("value").put("from elsewhere"))
        elsewhere = self.field("envFrom")
        return elsewhere if elsewhere.absent else elsewhere.put(Unknown("of variables elsewhere"))

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


def _has_rare(amounts: dict[str, Any]) -> bool:
    """Whether there is any extended resource but those that are usual."""
    return any("/" in name and name not in _USUAL_ACCELERATORS for name in amounts)


def _last(repository: str) -> str:
    return repository.rpartition("/")[2]
