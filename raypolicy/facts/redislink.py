"""A cluster and the Redis of its bundle. Not here: finding that (`redislinks`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.effective.redisaddress import RedisAddress
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node


class Redis(NamedTuple):
    """What a bundle says of the Redis at an address: the namespace that its Service is in, where it
    is another; the name that is probably meant; the ports of the Service, where that of the
    address is none of them. `locked` is what makes it ask for a password, absent if it asks for
    none, unknown where that can't be told.
    """

    elsewhere: Node[Any]
    nearest: Node[Any]
    ports: Node[Any]
    locked: Node[Any]


class RedisLink(View):
    """A cluster that keeps its state in Redis; its node is the address."""

    apart = True

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        read: RedisAddress,
        redis: Redis,
        password: Node[Any],
        space: Node[str],
        sharer: Node[str],
    ) -> None:
        super().__init__(node, owner)
        self._read = read
        self._host = node.put(read.host[0] if read.host else ABSENT)
        self._redis = redis
        self._password = password
        self._space = space
        self._sharer = sharer

    @written
    def address(self) -> Node[str]:
        """The address."""
        return self.node

    @fact
    def host(self) -> Node[str]:
        """The name of the Service, where the address names one."""
        return self._host

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace of the Service of that name, where there is none in this one."""
        return self._redis.elsewhere

    @fact
    def nearest(self) -> Node[str]:
        """The Service that is probably meant, where none has this name."""
        return self._redis.nearest

    @fact
    def address_meant(self) -> Node[str]:
        """The address with the Service that is probably meant."""
        meant = self.nearest.known
        return self.nearest if meant is None else self._with_host(meant)

    @fact
    def address_in_namespace(self) -> Node[str]:
        """The address with the namespace that the Service is in."""
        space = self.elsewhere.known
        return self.elsewhere if space is None else self._with_host(f"{self._host.value}.{space}")

    @fact
    def offered_ports(self) -> Node[Any]:
        """The ports of the Service, where that of the address is none of them; absent if it is."""
        return self._redis.ports

    @fact
    def lock(self) -> Node[str]:
        """What makes this Redis ask for a password: a line of its configuration, an argument;
        absent where it asks for none, unknown where it is not in the bundle."""
        return self._redis.locked

    @fact
    def has_password(self) -> Node[bool]:
        """Whether Ray is told a password for it."""
        said = self._password
        return said if said.unknown else said.put(not said.absent)

    @fact
    def space(self) -> Node[str]:
        """The namespace in Redis, where one is written."""
        return self._space

    @fact
    def sharer(self) -> Node[str]:
        """An earlier cluster of the bundle that has the same namespace in the same Redis, such as
        RayCluster dev; absent where none has."""
        return self._sharer

    def _with_host(self, name: str) -> Node[str]:
        """The address with another name for the Service."""
        text, start = str(self.node.value), self._read.start
        return self.node.put(text[:start] + name + text[start + len(str(self._host.value)) :])


def nothing(place: Node[Any]) -> Node[Any]:
    """That there is no such thing, told at a place."""
    return place.put(ABSENT)
