"""Addresses of Services that stand in a text. Not here: whose Services they are (`addresses`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.facts.sought import SoughtService
from raypolicy.facts.view import Owner, fact
from raypolicy.tree import ABSENT, PLACEHOLDER, Node, Unknown
from raypolicy.values import whole_number

# Kept as text, to be compiled when first needed. A host is a name, or several with dots between
# them, and no part of a longer word or of a placeholder.
_ADDRESS: Final = (
    r"(?:(?<![A-Za-z0-9+.-])([a-z][a-z0-9+-]{1,15})://)?"
    r"(?<![A-Za-z0-9_.$%{}<>)-])([a-z0-9][a-z0-9-]{0,252}(?:\.[a-z0-9][a-z0-9-]{0,62}){0,8})"
    r"(?::([0-9]{1,5})(?![0-9]))?"
)
_JOINED: Final = frozenset("_-$%{<")
"""What a template or another language goes on with."""
_SCHEMES: Final = ("ray", "http", "https")


class WrittenAddress(NamedTuple):
    """An address as it is written, each part at its own characters. `bare` is one without a scheme
    that Ray will read as the address of a cluster.
    """

    whole: Node[str]
    scheme: Node[str]
    service: Node[str]
    namespace: Node[str]
    port: Node[int]
    bare: bool


class Outcome(NamedTuple):
    """What is known of the Service that an address names; nodes of it stand where the Service comes
    from. `part` is the part of Ray that listens there.
    """

    found: bool | Unknown
    nearest: Node[str] | None = None
    lasting: Node[str] | None = None
    unserved: Node[str] | None = None
    elsewhere: Node[str] | None = None
    hidden: tuple[Node[int], ...] | None = None
    part: str | None = None


class Address(SoughtService):
    """An address of a Service in a command, a variable, an entrypoint, a ConfigMap or what Serve
    reads; its node is the name of the Service where it is written."""

    def __init__(self, address: WrittenAddress, owner: Owner, outcome: Outcome) -> None:
        super().__init__(address.service, owner, outcome)
        self._address = address
        self._outcome = outcome

    @fact
    def text(self) -> Node[str]:
        """The address as it is written."""
        return self._address.whole

    @fact
    def scheme(self) -> Node[str]:
        """What stands before `://`."""
        return self._address.scheme

    @fact
    def service(self) -> Node[str]:
        """The name of the Service: the host, up to its first dot."""
        return self._address.service

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where the address names one."""
        return self._address.namespace

    @fact
    def port(self) -> Node[int]:
        """The port, where the address names one."""
        return self._address.port

    @fact
    def offered_ports(self) -> Node[tuple[int, ...]]:
        """The ports of the Service, where that of the address is none of them; absent if it is."""
        ports = self._outcome.hidden
        if ports is None:
            return self.port.put(ABSENT)
        return self.port.put(tuple(sorted({each.value for each in ports})), *ports[:1])

    @fact
    def part(self) -> Node[str]:
        """The part of Ray that the port leads to: GCS, dashboard or Ray client."""
        part = self._outcome.part
        return self.port.put(ABSENT if part is None else part)

    @fact
    def fitting(self) -> Node[str]:
        """How that part of Ray is addressed, where the address has another scheme: `ray://` for the
        Ray client, `http://` for the dashboard, none for the GCS."""
        scheme, part = self._address.scheme.known, self._outcome.part
        name, port = self.node.value, self._address.port.known
        fits = {
            "Ray client": ("ray", f"ray://{name}:{port}"),
            "dashboard": ("http", f"http://{name}:{port}"),
            "GCS": (None, f"{name}:{port}"),
        }.get(part or "")
        bare = scheme is None and not (self._address.bare and part == "Ray client")
        if fits is None or bare or (scheme or "").removesuffix("s") == fits[0]:
            return self.node.put(ABSENT)
        return self.node.put(fits[1])


def written_in(text: Node[Any], ray_address: bool = False) -> Iterator[WrittenAddress]:
    """The addresses in a text: those of Ray clients, and of hosts that are called like Services.

    `ray_address` says that Ray reads the whole text as the address of a cluster.
    """
    value = text.value
    if type(value) is not str or not (ray_address or "-svc" in value or "ray://" in value):
        return
    for match in re.finditer(_ADDRESS, value):
        scheme, host = match[1], match[2]
        bare = ray_address and match[3] is not None and match.span() == (0, len(value))
        if scheme is not None and scheme not in _SCHEMES:
            continue
        if "-svc" not in host and scheme != "ray" and not bare:
            continue
        found = _parts(text, value, match, bare and scheme is None)
        if found is not None:
            yield found


def _parts(text: Node[Any], value: str, match: re.Match[str], bare: bool) -> WrittenAddress | None:
    start, behind = match.start(2), value[match.end() : match.end() + 2]
    host = match[2].split(".")
    if any(label.endswith("-") for label in host) or (len(host) > 2 and host[2] != "svc"):
        return None
    if behind[:1] in _JOINED or behind[:1].isalnum():
        return None
    goes_on = behind[1:] in _JOINED
    first = len(host[0])
    service = text.part(start, start + first)
    namespace: Node[str] = service.put(ABSENT)
    if len(host) > 1:
        namespace = text.part(start + first + 1, start + first + 1 + len(host[1]))
    elif behind[:1] == "." and goes_on:
        namespace = service.put(PLACEHOLDER)
    port: Node[int] = service.put(ABSENT)
    if match[3] is not None:
        port = text.part(*match.span(3)).map(whole_number, "")
    elif behind[:1] == ":" and goes_on:
        port = service.put(PLACEHOLDER)
    scheme = service.put(ABSENT) if match[1] is None else text.part(*match.span(1))
    return WrittenAddress(text.part(*match.span()), scheme, service, namespace, port, bare)
