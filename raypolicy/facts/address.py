"""Addresses of Services that stand in a text. Not here: whose Services they are (`addresses`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.facts.sought import SoughtService
from raypolicy.facts.view import Owner, fact, written
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
    that Ray will read as the address of a cluster. `holder` is the text that it stands in, `start`
    and `end` its characters there, `host` where the host begins and ends.
    """

    whole: Node[str]
    scheme: Node[str]
    service: Node[str]
    namespace: Node[str]
    port: Node[int]
    bare: bool
    holder: Node[str]
    start: int
    end: int
    host: tuple[int, int]

    def replaced(self, new: str, start: int, end: int) -> Node[str]:
        """The text with something else from one of its characters to another."""
        text = str(self.holder.value)
        return self.holder.put(text[:start] + new + text[end:])


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

    @written
    def holder(self) -> Node[str]:
        """The text that it stands in."""
        return self._address.holder

    @fact
    def holder_renamed(self) -> Node[str]:
        """That text with the Service that is meant, or that keeps its name, for this one."""
        meant = self.nearest.either(self.lasting)
        start = self._address.host[0]
        end = start + len(str(self.node.value))
        known = meant.known
        return meant if known is None else self._address.replaced(known, start, end)

    @fact
    def holder_in_namespace(self) -> Node[str]:
        """That text with the namespace that the Service is in."""
        space = self.elsewhere.known
        if space is None:
            return self.elsewhere
        start, end = self._address.host
        name, *rest = str(self._address.holder.value)[start:end].split(".")
        host = ".".join((name, space, *(rest[1:] or ("svc",))))
        return self._address.replaced(host, start, end)

    @fact
    def holder_refitted(self) -> Node[str]:
        """That text with the scheme that fits; absent where a path follows."""
        address = self._address
        text = str(address.holder.value)
        if self.fitting.known is None or text[address.end : address.end + 1] == "/":
            return self.node.put(ABSENT)
        scheme, there, _ = self.fitting.value.partition("://")
        new = f"{scheme}{there}" if there else ""
        return address.replaced(new, address.start, address.host[0])

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
    whole = text.part(*match.span())
    places = (text, *match.span(), match.span(2))
    return WrittenAddress(whole, scheme, service, namespace, port, bare, *places)
