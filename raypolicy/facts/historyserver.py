"""What is written for Ray's history server. Not here: the container that KubeRay makes of it.

Source: KubeRay `controllers/ray/utils/validation.go`, validateCollectorOptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.added import HISTORY
from raypolicy.effective.variables import are_known, has_value, literal, named
from raypolicy.facts.taken import HEAD, Taken, group_name, variables
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, Node, Unknown

COLLECTOR: Final = "ray-history-collector"
_MANAGED: Final = tuple(
    """POD_IP FQ_RAY_IP RAY_CLUSTER_NAME RAY_CLUSTER_NAMESPACE RAY_ROLE OWNER_KIND OWNER_NAME
    EVENTS_PORT""".split()
)
_BACKEND: Final = "STORAGE_BACKEND"
_CONNECTION: Final = "AZURE_STORAGE_CONNECTION_STRING"
_ACCOUNT: Final = "AZURE_STORAGE_ACCOUNT_URL"
_NEEDED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "GCS": (("GCS_BUCKET",),),
    "S3": (("S3_REGION",),),
    "ALIYUNOSS": (("OSS_BUCKET",), ("OSS_ENDPOINT",), ("OSS_REGION",)),
}
_AZURE: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "connection_string": ((_CONNECTION,),),
    "workload_identity": ((_ACCOUNT,),),
    "default": ((_ACCOUNT,),),
}


class HistoryServer(View):
    """`historyServerOptions` of a cluster."""

    fields = frozenset({"collectorOptions"})

    def __init__(self, node: Node[Any], owner: Owner, spec: Node[Any]) -> None:
        super().__init__(node, owner)
        self._spec = spec

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for it is among those that were named."""
        return self.node.at_key(HISTORY in self.owner.gates)

    @fact
    def collector_image(self) -> Node[str]:
        """The image of the collector; absent where that is empty."""
        image = self._collector.get("image")
        return image.put(ABSENT) if image.value == "" else image

    @only_with("env")
    @fact
    def taken_variables(self) -> tuple[Taken, ...]:
        """Variables of the collector whose value is KubeRay's to say."""
        return tuple(variables(self._collector, self.owner, "the collector", *_MANAGED))

    @fact
    def storage_backend(self) -> Node[str]:
        """Where the collector is told to store, as it is written; absent where that is empty or
        comes from elsewhere."""
        if not are_known(self._collector):
            return self._collector.put(Unknown("the names of its variables are not known"))
        entry = self._variable(_BACKEND)
        if entry is None:
            return self._collector.get("env").put(ABSENT)
        text, value = literal(entry), entry.get("value")
        if text == "":
            return value.put(ABSENT)
        return value.put(Unknown("the variable's value is not known")) if text is None else value

    @fact
    def missing_variables(self) -> Node[str]:
        """The variables that this kind of storage needs and that have no value; absent if none."""
        backend = self.storage_backend
        if backend.absent or backend.unknown:
            return backend
        missing = list(self._missing(str(backend.value).upper()))
        return backend.put(" and ".join(missing) if missing else ABSENT)

    @fact
    def taken_names(self) -> tuple[Taken, ...]:
        """Containers that have the collector's name."""
        if self.node.absent:
            return ()
        groups = [(HEAD, self._spec.get("headGroupSpec"))]
        groups += ((group_name(g), g) for g in self._spec.get("workerGroupSpecs").items())
        return tuple(
            Taken(each, self.owner, each.get("name"), (f"a container {COLLECTOR}", holder, ""))
            for holder, group in groups
            for each in group.get("template", "spec", "containers").items()
            if type(each.value) is dict and each.value.get("name") == COLLECTOR
        )

    @property
    def _collector(self) -> Node[Any]:
        return self.field("collectorOptions")

    def _variable(self, name: str) -> Node[Any] | None:
        """The last entry of the name, which is the one that counts."""
        return next(reversed([*named(self._collector, name)]), None)

    def _missing(self, backend: str) -> Iterator[str]:
        needed = _NEEDED.get(backend, ())
        if backend == "AZUREBLOB":
            entry = self._variable("AZURE_STORAGE_AUTH_MODE")
            mode = "" if entry is None else literal(entry)
            if mode is None:
                return
            needed = _AZURE.get(mode.strip().lower(), ((_CONNECTION, _ACCOUNT),))
        for names in needed:
            entries = [self._variable(name) for name in names]
            if not any(entry is not None and has_value(entry) for entry in entries):
                yield " or ".join(names)
