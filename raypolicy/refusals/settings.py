"""What a pod's spec says of the pod as a whole: policies, names, DNS, gates."""

from __future__ import annotations

import re
from typing import Final

from raypolicy.refusals.fault import (
    LARGEST_ID,
    Fault,
    Faults,
    Path,
    Written,
    choice,
    listed,
    mapping,
    mappings,
    name,
    text,
    within,
)

_RESTARTS: Final = ("Always", "OnFailure", "Never")
_DNS: Final = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_SUBDOMAINS: Final = ("serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName")
_KIND: Final = "pod setting"


def check(spec: Written, restarts_as_written: bool) -> Faults:
    """Of a pod's spec; an unknown restart policy counts where the operator writes no other."""
    if restarts_as_written:
        yield from choice(spec, "restartPolicy", _RESTARTS, (), _KIND)
    yield from within(spec, "activeDeadlineSeconds", (), _KIND, 1, LARGEST_ID)
    for key in _SUBDOMAINS:
        yield from name(spec, key, (), _KIND, of="subdomain")
    for key in ("runtimeClassName", "preemptionPolicy"):
        if spec.get(key) == "":
            yield Fault((key,), _KIND, "is empty")
    policies = ("PreemptLowerPriority", "Never")
    yield from choice(spec, "preemptionPolicy", policies, (), _KIND)
    system = mapping(spec.get("os"))
    if system.get("name") == "":
        yield Fault(("os", "name"), _KIND, "is empty")
    yield from choice(system, "name", ("linux", "windows"), ("os",), _KIND)
    for gate, at in mappings(spec, "readinessGates", ()):
        yield from _qualified(gate, "conditionType", at)
    for gate, at in mappings(spec, "schedulingGates", ()):
        yield from _qualified(gate, "name", at)
    if listed(spec.get("schedulingGates")) and text(spec.get("nodeName")):
        yield Fault(("nodeName",), _KIND, "cannot be had with schedulingGates")
    if listed(spec.get("ephemeralContainers")):
        yield Fault(("ephemeralContainers",), _KIND, "cannot be had in a pod that is not there yet")


def _qualified(parent: Written, key: str, at: Path) -> Faults:
    if parent.get(key) == "":
        yield Fault((*at, key), _KIND, "is empty")
    yield from name(parent, key, at, _KIND, of="key")


def network(spec: Written) -> Faults:
    """Names of the pod and how it looks up others."""
    for key in ("hostname", "subdomain"):
        yield from name(spec, key, (), "hostname")
    yield from choice(spec, "dnsPolicy", _DNS, (), "dns")
    yield from _dns(spec, spec.get("dnsConfig"))
    for alias, at in mappings(spec, "hostAliases", ()):
        address = text(alias.get("ip"))
        if address is not None and not is_address(address):
            yield Fault((*at, "ip"), "host alias", "is no IP address")
        for index, host in enumerate(listed(alias.get("hostnames"))):
            if host == "":
                yield Fault((*at, "hostnames", index), "host alias", "is empty")
            for fault in name({"it": host}, "it", at, "host alias", of="subdomain"):
                yield fault._replace(path=(*at, "hostnames", index))


def _dns(spec: Written, config: object) -> Faults:
    at: Path = ("dnsConfig",)
    if spec.get("dnsPolicy") == "None":
        if config is None:
            yield Fault(at, "dns", "is missing, which dnsPolicy None needs")
        elif type(config) is dict and config.get("nameservers") in (None, []):
            said = "has no nameserver, which dnsPolicy None needs"
            yield Fault((*at, "nameservers"), "dns", said)
            return
    servers = listed(mapping(config).get("nameservers"))
    searches = listed(mapping(config).get("searches"))
    if len(servers) > 3:
        yield Fault((*at, "nameservers"), "dns", f"has {len(servers)} servers, and 3 are the most")
    for index, server in enumerate(servers):
        address = text(server)
        if address is not None and not is_address(address):
            yield Fault((*at, "nameservers", index), "dns", "is no IP address")
    if len(searches) > 32 or len(" ".join(map(str, searches))) > 2048:
        yield Fault(
            (*at, "searches"), "dns", "is too long: 32 domains, 2048 characters are the most"
        )
    for index, search in enumerate(searches):
        domain = text(search)
        if domain is not None and domain != ".":
            bare = {"it": domain.removesuffix(".").replace("_", "x")}
            for fault in name(bare, "it", at, "dns", of="subdomain"):
                yield fault._replace(path=(*at, "searches", index))
            if not bare["it"]:
                yield Fault((*at, "searches", index), "dns", "is empty")
    for option, place in mappings(mapping(config), "options", at):
        if option.get("name") in (None, ""):
            yield Fault((*place, "name"), "dns", "is missing")


def is_address(written: str) -> bool:
    """An IP address as Kubernetes reads it, with leading zeros if need be."""
    from ipaddress import ip_address

    figures = re.sub(r"(?<![0-9a-fA-F:])0+(?=[0-9])", "", written) if "." in written else written
    try:
        ip_address(figures)
    except ValueError:
        return False
    return "%" not in written


def is_network(written: str) -> bool:
    """A range of addresses, `10.0.0.0/8`; the address may be any of the range."""
    address, slash, bits = written.partition("/")
    most = 32 if "." in address else 128
    return bool(slash) and is_address(address) and bits.isdigit() and int(bits) <= most
