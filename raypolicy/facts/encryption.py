"""A cluster's `tlsOptions`, and what is in their way. Not here: the certificates.

Source: KubeRay `controllers/ray/utils/validation.go`, validateTLSOptions.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.variables import ray_container
from raypolicy.facts.taken import HEAD, Taken, group_name, mounts, variables
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import Node

GATE: Final = "RayClusterMTLS"
_VARIABLES: Final = (
    "RAY_USE_TLS",
    "RAY_TLS_SERVER_CERT",
    "RAY_TLS_SERVER_KEY",
    "RAY_TLS_CA_CERT",
)
_VOLUME: Final = "ray-tls"
_FOLDER: Final = "/etc/ray/tls"


class Encryption(View):
    """`tlsOptions` of a cluster."""

    fields = frozenset({"enabled"})

    def __init__(self, node: Node[Any], owner: Owner, spec: Node[Any]) -> None:
        super().__init__(node, owner)
        self._spec = spec

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for it is among those that were named."""
        return self.node.at_key(GATE in self.owner.gates)

    @only_with("env", "volumeMounts")
    @fact
    def taken(self) -> tuple[Taken, ...]:
        """Variables and mounts that KubeRay adds itself where TLS is on: of the Ray containers and
        of the autoscaler."""
        if self.field("enabled").value is not True:
            return ()
        spec = self._spec
        parts = [(HEAD, ray_container(spec.get("headGroupSpec")))]
        groups = spec.get("workerGroupSpecs").items()
        parts += ((group_name(group), ray_container(group)) for group in groups)
        parts.append(("the autoscaler", spec.get("autoscalerOptions")))
        found: list[Taken] = []
        for holder, part in parts:
            found += variables(part, self.owner, holder, *_VARIABLES)
            found += mounts(part, self.owner, holder, _VOLUME, _FOLDER)
        return tuple(found)
