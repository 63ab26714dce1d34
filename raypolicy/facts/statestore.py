"""Where the GCS of a cluster keeps its state. Not here: what is in a bundle of it (`redislink`)."""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import redisaddress, statestore
from raypolicy.effective.secrets import is_plain
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, DEFAULTED, Node, placeless

_ASKING: Final = ("gcsFaultToleranceOptions", statestore.ENABLED)


class Wait(View):
    """How long the pods of a worker group wait for a new GCS; its node is where that is written, or
    the group's container."""

    def __init__(self, node: Node[int], owner: Owner, name: Node[str], of_head: Node[int]) -> None:
        super().__init__(node, owner)
        self._name = name
        self._of_head = of_head

    @fact
    def name(self) -> Node[str]:
        """The name of the group."""
        return self._name

    @fact
    def seconds(self) -> Node[int]:
        """Seconds: the variable RAY_gcs_rpc_server_reconnect_timeout_s, else the 600 that KubeRay
        writes where the state is to outlive the head, else 60."""
        return self.node

    @fact
    def of_head(self) -> Node[int]:
        """Seconds that the head waits: that variable of its own, else 60."""
        return self._of_head


class StateStore(View):
    """Where the GCS of a cluster keeps its state; its node is what asks for a store outside the
    head's memory: the options, or the annotation `ray.io/ft-enabled`."""

    stands_alone = True

    def __init__(self, spec: Node[Any], owner: Owner) -> None:
        self._at = statestore.place(spec, owner.resource, owner.release)
        super().__init__(statestore.switch(self._at), owner)

    @only_with(*_ASKING, otherwise=False)
    @fact
    def lasts(self) -> Node[bool]:
        """Whether the state is to outlive the head's pod: there are options, or the annotation is
        true."""
        return self.node if self.node.unknown else self.node.put(not self.node.absent)

    @only_with(*_ASKING)
    @fact
    def asked_by(self) -> Node[str]:
        """What asks for it, by name: gcsFaultToleranceOptions or ray.io/ft-enabled."""
        asked = self.node
        return asked if asked.absent or asked.unknown else asked.at_key(str(asked.key))

    @only_with(*_ASKING, otherwise=statestore.MEMORY)
    @fact
    def kind(self) -> Node[str]:
        """memory, redis or rocksdb."""
        return statestore.kind(self._at)

    @fact
    def address(self) -> Node[str]:
        """The address of Redis: redisAddress, else the variable RAY_REDIS_ADDRESS or the start
        parameter `address` of the head; absent where it is empty or nowhere."""
        return statestore.address(self._at)

    @fact
    def address_fault(self) -> Node[str]:
        """Why Ray cannot read that address; absent if it can."""
        return self.address.map(lambda text: redisaddress.fault(text) or "", "").map(
            lambda text: text or ABSENT, ""
        )

    @fact
    def space(self) -> Node[str]:
        """The namespace in Redis, where one is written; by default it is the UID of the cluster,
        which no other has."""
        return statestore.space(self._at)

    @written
    def space_entry(self) -> Node[str]:
        """The option or the annotation that has it, where one alone does."""
        options = self._at.options.get("externalStorageNamespace")
        note = self.owner.resource.node.get("metadata", "annotations", statestore.SPACE)
        found = [each for each in (options, note) if each.value not in (ABSENT, "")]
        alone = len(found) == 1 and found[0].value == self.space.value
        return found[0] if alone else placeless(ABSENT)

    @only_with("claimName")
    @fact
    def claim(self) -> Node[str]:
        """The volume claim for RocksDB, where it is one that is there already."""
        return self._at.options.get("storage", "claimName")

    @only_with("redisPassword", "redis-password")
    @fact
    def plain_passwords(self) -> tuple[Setting, ...]:
        """Passwords of Redis that are written out: redisPassword, or the start parameter
        `redis-password` of the head."""
        said = self._at.spec.get("headGroupSpec", "rayStartParams").get("redis-password")
        found = (self._at.options.get("redisPassword", "value"), said)
        return tuple(Setting(each, self.owner) for each in found if is_plain(each.value))

    @only_with("env")
    @fact
    def waits(self) -> tuple[Wait, ...]:
        """How long the worker groups wait for a new GCS, where the variable is written for them or
        for the head."""
        of_head = statestore.head_patience(self._at)
        found = (
            Wait(
                statestore.worker_patience(self._at, group),
                self.owner,
                group.get("groupName"),
                of_head,
            )
            for group in self._at.spec.get("workerGroupSpecs").items()
        )
        return tuple(
            each for each in found if each.node.how != DEFAULTED or of_head.how != DEFAULTED
        )
