"""The object store of a group's pods, and the shared memory it lies in. Not here: other memory."""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import sharedmemory
from raypolicy.effective.logical import Inputs, quantity
from raypolicy.effective.start import BY_HAND
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import Quantity, whole_number

_LEAST: Final = Quantity(250 * 2**20 * 10**9, "250Mi")
"""Memory in which Ray starts: its object store alone needs some of it."""
_LEAST_OF_HEAD: Final = Quantity(2 * 10**18, "2G")
"""Memory in which a head has room for its own processes."""


class ObjectStore(View):
    """How much Ray keeps its objects in; its node is the Ray container."""

    def __init__(self, node: Node[Any], owner: Owner, inputs: Inputs) -> None:
        super().__init__(node, owner)
        self._inputs = inputs

    @only_with("object-store-memory")
    @written
    def object_store_memory(self) -> Node[Quantity]:
        """The start parameter object-store-memory; unknown where Ray is started by hand, or beside
        plasma-directory."""
        inputs = self._inputs
        said = inputs.start_params.get("object-store-memory")
        if said.absent:
            return said
        if inputs.by_hand:
            return said.put(BY_HAND)
        if not inputs.start_params.get("plasma-directory").absent:
            return said.put(Unknown("Ray does not compare it beside plasma-directory"))
        return said.map(_amount, "not a whole number in a text")

    @only_with("object-store-memory")
    @fact
    def percent(self) -> Node[int]:
        """Per cent of the container's memory limit that it is, rounded down; absent where it or
        the limit is not written."""
        store, limit = self.object_store_memory, quantity(self._inputs.limits.get("memory"))
        if store.known is None or limit.known is None:
            return store.put(store.value if store.known is None else limit.value)
        return store.put(store.known.nano * 100 // limit.known.nano if limit.known.nano else ABSENT)

    @only_with("volumeMounts")
    @fact
    def shared_memory_mount(self) -> Node[str]:
        """Where the container itself has something mounted at /dev/shm; absent if it hasn't."""
        return sharedmemory.mount(self.node)

    @written
    def size_limit(self) -> Node[Any]:
        """The sizeLimit of the volume in memory that is mounted there; absent where none is."""
        size = self.shared_memory
        return size if size.key == "sizeLimit" else placeless(ABSENT)

    @fact
    def shared_memory(self) -> Node[Quantity]:
        """The size of /dev/shm in the Ray container; absent where nothing bounds it."""
        return sharedmemory.size(self._inputs)

    @only_with("volumeMounts")
    @written
    def shared_memory_on_disk(self) -> Node[dict[str, Any]]:
        """The emptyDir at /dev/shm that lies on the disk of the node, since it has no `medium:
        Memory`; absent if there is none."""
        return sharedmemory.on_disk(self.node)

    @only_with("requests")
    @fact
    def likely_limit(self) -> Node[Quantity]:
        """The memory request, as a limit; absent where Ray is told of more, or could not start, and
        where it is less than a head needs for itself."""
        params, request = self._inputs.start_params, quantity(self._inputs.requests.get("memory"))
        told = [quantity(params.get(name)).known for name in ("memory", "object-store-memory")]
        least = _LEAST_OF_HEAD if "headGroupSpec" in self.node.path else _LEAST
        least = max([least, *(each for each in told if each is not None)])
        small = request.known is not None and request.known < least
        return request.put(ABSENT) if small else request

    @only_with("limits")
    @fact
    def least_object_store(self) -> Node[Quantity]:
        """What the object store takes at least where nothing says how large it should be: a quarter
        of the memory limit, 10 GB at most. Ray takes thirty per cent of what is free."""
        inputs = self._inputs
        limit = quantity(inputs.limits.get("memory"))
        said = inputs.start_params.get("object-store-memory")
        if limit.known is None or not said.absent:
            return limit.put(limit.value if limit.unknown else ABSENT)
        if inputs.by_hand:
            return limit.put(BY_HAND)
        return limit.put(Quantity.parse(min(limit.known.ceil() // 4, 10**10)))


def _amount(value: object) -> Quantity | None:
    return Quantity.parse(whole_number(value))
