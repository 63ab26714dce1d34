"""The fault tolerance of the GCS, and what is written for it elsewhere. Not here: what it does.

Source: KubeRay `controllers/ray/utils/validation.go`, ValidateRayClusterSpec and
validateGcsFaultToleranceBackend; `util.go`, IsGCSFaultToleranceEnabled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from raypolicy.effective.statestore import ADDRESS, ENABLED, PASSWORD, SPACE
from raypolicy.effective.variables import named, ray_container
from raypolicy.facts.taken import HEAD, Taken, mounts, variables
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, DEFAULTED, Node

if TYPE_CHECKING:  # few have one
    from raypolicy.facts.refusal import Refusal

GATE: Final = "GCSFaultToleranceEmbeddedStorage"
_VOLUME: Final = "gcs-storage"
_REDIS_FIELDS: Final = (
    "redisAddress",
    "redisUsername",
    "redisPassword",
    "externalStorageNamespace",
)
_OWN_CLAIM: Final = ("size", "storageClassName", "accessModes")


class OptionField(View):
    """A field among the options that goes with others only; its node is the value."""

    @fact
    def name(self) -> Node[str]:
        """The name of the field."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """Its value."""
        return self.node


class FaultTolerance(View):
    """`gcsFaultToleranceOptions` of a cluster, and what is written elsewhere to the same end."""

    fields = frozenset(
        """backend externalStorageNamespace redisAddress redisPassword redisUsername
        storage""".split()
    )
    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, spec: Node[Any]) -> None:
        super().__init__(node, owner)
        self._spec = spec

    @only_with(ENABLED)
    @fact
    def annotation(self) -> Node[str]:
        """The annotation ray.io/ft-enabled of the resource, unless it is empty; a RayCronJob hands
        none on."""
        return self._annotation(ENABLED)

    @written
    def annotation_entry(self) -> Node[str]:
        """That annotation, however empty."""
        return self.owner.resource.node.get("metadata", "annotations", ENABLED)

    @only_with("gcsFaultToleranceOptions")
    @fact
    def beside_options(self) -> tuple[Taken, ...]:
        """What is written for Redis elsewhere although there are options."""
        return tuple(self._beside()) if type(self.node.value) is dict else ()

    @only_with("env")
    @fact
    def redis_address(self) -> Node[str]:
        """The variable RAY_REDIS_ADDRESS of the head, where there are neither options nor an
        annotation that is true."""
        entry = next(named(self._head, ADDRESS), None)
        annotation = self._annotation(ENABLED)
        on = annotation.known is not None and annotation.known.lower() == "true"
        if entry is None or on or self.node.value is not ABSENT:
            return self.node.put(ABSENT)
        name = entry.get("name")
        return name.put(annotation.value) if annotation.unknown else name

    @only_with("env", "redis-username")
    @fact
    def usernames(self) -> tuple[Taken, ...]:
        """What is written for Redis's user among start parameters and variables of the head."""
        found = list(self._parameter("redis-username", "redisUsername"))
        found += self._variable("REDIS_USERNAME", "redisUsername")
        return tuple(found)

    @only_with("gcsFaultToleranceOptions")
    @fact
    def store(self) -> Node[str]:
        """The backend: redis by default, or rocksdb."""
        backend = self.field("backend")
        if self.node.value is ABSENT or backend.value not in (ABSENT, ""):
            return backend
        return backend.put("redis", how=DEFAULTED)

    @only_with("storage")
    @fact
    def idle_storage(self) -> Node[str]:
        """The key `storage`, where the backend is redis, which needs none."""
        storage = self.field("storage")
        idle = self.store.value == "redis" and not storage.absent and not storage.unknown
        return storage.at_key("storage") if idle else storage.put(ABSENT)

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for rocksdb is among those that were named."""
        return self.node.put(GATE in self.owner.gates)

    @only_with(*_REDIS_FIELDS)
    @fact
    def redis_fields(self) -> tuple[OptionField, ...]:
        """The options that are for Redis."""
        found = (self.field(name) for name in _REDIS_FIELDS)
        return tuple(OptionField(each, self.owner) for each in found if _is_set(each))

    @only_with("claimName")
    @fact
    def claim_settings(self) -> tuple[OptionField, ...]:
        """How to make a volume claim, beside the name of one that is there."""
        storage = self.field("storage")
        if storage.get("claimName").value in (ABSENT, ""):
            return ()
        found = (storage.get(name) for name in _OWN_CLAIM)
        return tuple(
            OptionField(each, self.owner)
            for each in found
            if not each.absent and not each.unknown and each.value != []
        )

    @only_with("storage")
    @fact
    def refused_storage(self) -> tuple[Refusal, ...]:
        """What Kubernetes would refuse in the volume claim that KubeRay makes for rocksdb."""
        from raypolicy.facts.refusal import at
        from raypolicy.refusals.claims import of_gcs

        storage = self.field("storage")
        if type(storage.value) is not dict or storage.get("claimName").value not in (ABSENT, ""):
            return ()
        return at(storage, of_gcs(storage.value), self.owner)

    @only_with("env", "volumeMounts", "volumes")
    @fact
    def storage_settings(self) -> tuple[Taken, ...]:
        """What the head has of what KubeRay adds for rocksdb: variables, mounts, a volume."""
        head = self._head
        found = list(variables(head, self.owner, HEAD, "RAY_gcs_storage", "RAY_gcs_storage_path"))
        found += mounts(head, self.owner, HEAD, _VOLUME, "/data/gcs")
        volumes = self._spec.get("headGroupSpec", "template", "spec", "volumes")
        for volume in volumes.items():
            if volume.get("name").value == _VOLUME:
                texts = (f"a volume {_VOLUME}", HEAD, "storage")
                found.append(Taken(volume, self.owner, volume.get("name"), texts))
        return tuple(found)

    @property
    def _head(self) -> Node[Any]:
        return ray_container(self._spec.get("headGroupSpec"))

    def _annotation(self, name: str) -> Node[str]:
        resource = self.owner.resource
        found = resource.node.get("metadata", "annotations", name)
        if found.value == "" or resource.kind == "RayCronJob":
            return found.put(ABSENT)
        return found.map(lambda text: text if type(text) is str else None, "not a text")

    def _beside(self) -> Iterator[Taken]:
        yield from self._parameter("redis-password", "redisPassword")
        yield from self._variable(PASSWORD, "redisPassword")
        yield from self._variable(ADDRESS, "redisAddress")
        space = self._annotation(SPACE)
        if space.known is not None:
            kind = self.owner.resource.kind
            texts = (f"the annotation {SPACE}", f"the {kind}", "externalStorageNamespace")
            yield Taken(space, self.owner, space, texts)

    def _parameter(self, name: str, instead: str) -> Iterator[Taken]:
        said = self._spec.get("headGroupSpec", "rayStartParams").get(name)
        if said.value not in (ABSENT, "") and not said.unknown:
            yield Taken(said, self.owner, said, (f"the start parameter {name}", HEAD, instead))

    def _variable(self, name: str, instead: str) -> Iterator[Taken]:
        for entry in named(self._head, name):
            texts = (f"the variable {name}", HEAD, instead)
            yield Taken(entry, self.owner, entry.get("name"), texts)


def _is_set(option: Node[Any]) -> bool:
    return not option.absent and not option.unknown and option.value != ""
