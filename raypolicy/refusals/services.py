"""Services that the operator makes of written ones. Not here: names and numbers there twice
(`facts.headservice`).

Source: Kubernetes 1.36 `pkg/apis/core/validation/validation.go`, validateService.
"""

from __future__ import annotations

from typing import Final

from raypolicy.kubenames import key_fault
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    choice,
    listed,
    mapping,
    mappings,
    name,
    number,
    port_fault,
    port_meant,
    protocol,
    text,
    within,
)
from raypolicy.refusals.podmeta import finalizers
from raypolicy.refusals.selectors import labels
from raypolicy.refusals.settings import is_address, is_network

TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
_PORT: Final = "service port"
_SETTING: Final = "service setting"
_OUTSIDE: Final = ("NodePort", "LoadBalancer")
_POLICIES: Final = ("Cluster", "Local")
_STACKS: Final = ("SingleStack", "PreferDualStack", "RequireDualStack")
_FAMILIES: Final = ("IPv4", "IPv6")
_BALANCED: Final = (
    "loadBalancerClass",
    "loadBalancerSourceRanges",
    "allocateLoadBalancerNodePorts",
)
_DAY: Final = 86400


def check(spec: Written, kind: str | None) -> Faults:
    """Of a Service's spec; `kind` is its type in the end, None where that is not known."""
    if not spec and kind != "ExternalName":
        return
    at: Path = ()
    for port, place in mappings(spec, "ports", at):
        yield from _port(port, place, kind)
    yield from _node_ports(spec)
    yield from choice(spec, "sessionAffinity", ("ClientIP", "None"), at, _SETTING)
    seconds = mapping(mapping(spec.get("sessionAffinityConfig")).get("clientIP"))
    if spec.get("sessionAffinity") == "ClientIP":
        place = ("sessionAffinityConfig", "clientIP")
        yield from within(seconds, "timeoutSeconds", place, _SETTING, 1, _DAY)
    yield from _addresses(spec, kind)
    yield from _traffic(spec, kind)
    for key in _BALANCED if kind in ("ClusterIP", "NodePort", "ExternalName") else ():
        if spec.get(key) not in (None, []):
            yield Fault((key,), _SETTING, "is for the type LoadBalancer only")
    if kind == "LoadBalancer":
        if spec.get("loadBalancerClass") == "":
            yield Fault(("loadBalancerClass",), _SETTING, "is empty")
        yield from name(spec, "loadBalancerClass", at, _SETTING, of="key")
        for index, network in enumerate(listed(spec.get("loadBalancerSourceRanges"))):
            written = text(network)
            if written is not None and not is_network(written.strip()):
                said = "is no range of addresses, such as 10.0.0.0/8"
                yield Fault(("loadBalancerSourceRanges", index), _SETTING, said)
    if kind == "ExternalName":
        if spec.get("externalName") in (None, ""):
            yield Fault(("externalName",), _SETTING, "is missing, which ExternalName needs")
        yield from name(spec, "externalName", at, _SETTING, of="subdomain")


def check_metadata(metadata: Written) -> Faults:
    """Of a Service's labels and finalizers, and the keys of its annotations."""
    yield from labels(metadata, "labels", (), _SETTING)
    yield from finalizers(metadata, _SETTING)
    yield from check_annotations(metadata, "annotations")


def check_annotations(parent: Written, under: str) -> Faults:
    """Of the keys of annotations under a key."""
    for key in mapping(parent.get(under)):
        said = key_fault(key.lower()) if text(key) is not None else None
        if said is not None:
            yield Fault((under, key), _SETTING, f"is under a key that {said}")


def _port(port: Written, at: Path, kind: str | None) -> Faults:
    yield from name(port, "name", at, _PORT)
    yield from within(port, "port", at, _PORT, 1, 65535)
    yield from protocol(port, at, _PORT)
    target = port.get("targetPort")
    said = port_fault(target) if target not in (0, "") else None
    if said is not None:
        yield Fault((*at, "targetPort"), _PORT, said, port_meant(target))
    protocol_above = port.get("appProtocol")
    if protocol_above == "":
        yield Fault((*at, "appProtocol"), _PORT, "is empty")
    yield from name(port, "appProtocol", at, _PORT, of="key")
    if kind == "ClusterIP" and number(port.get("nodePort")) not in (None, 0):
        yield Fault((*at, "nodePort"), _PORT, "is for the types NodePort and LoadBalancer only")


def _node_ports(spec: Written) -> Faults:
    seen: set[object] = set()
    for port, at in mappings(spec, "ports", ()):
        key = str(port.get("protocol") or "TCP"), number(port.get("nodePort"))
        if key[1] and key in seen:
            yield Fault((*at, "nodePort"), _PORT, "is that of another port, too")
        seen.add(key)


def _addresses(spec: Written, kind: str | None) -> Faults:
    own = text(spec.get("clusterIP"))
    if own == "None" and kind in _OUTSIDE:
        yield Fault(("clusterIP",), _SETTING, f"is None, which a {kind} cannot have")
    elif own and own != "None" and not is_address(own):
        yield Fault(("clusterIP",), _SETTING, "is no IP address")
    elif own and kind == "ExternalName":
        yield Fault(("clusterIP",), _SETTING, "cannot be had with ExternalName")
    if own is None and spec.get("clusterIP") is None and listed(spec.get("clusterIPs")):
        yield Fault(("clusterIPs",), _SETTING, "needs the first of them as clusterIP")
    for index, address in enumerate(listed(spec.get("externalIPs"))):
        written = text(address)
        if written is not None and not is_address(written):
            yield Fault(("externalIPs", index), _SETTING, "is no IP address")
    seen: set[object] = set()
    for index, family in enumerate(listed(spec.get("ipFamilies"))):
        if text(family) is None:
            continue
        if family not in _FAMILIES:
            yield Fault(("ipFamilies", index), _SETTING, "is not one of IPv4, IPv6")
        elif family in seen:
            yield Fault(("ipFamilies", index), _SETTING, "is there twice")
        seen.add(family)
    yield from choice(spec, "ipFamilyPolicy", _STACKS, (), _SETTING, blank=False)


def _traffic(spec: Written, kind: str | None) -> Faults:
    outside = kind in _OUTSIDE or bool(spec.get("externalIPs"))
    if kind in ("ClusterIP", "ExternalName") and not outside:
        if text(spec.get("externalTrafficPolicy")):
            said = "is for Services that are reached from outside"
            yield Fault(("externalTrafficPolicy",), _SETTING, said)
    else:
        yield from choice(spec, "externalTrafficPolicy", _POLICIES, (), _SETTING)
    checked = kind == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"
    if kind is not None and not checked and number(spec.get("healthCheckNodePort")):
        said = "is for a LoadBalancer with externalTrafficPolicy Local only"
        yield Fault(("healthCheckNodePort",), _SETTING, said)
    yield from choice(spec, "internalTrafficPolicy", _POLICIES, (), _SETTING, blank=False)
    distributions = ("PreferClose", "PreferSameZone", "PreferSameNode")
    yield from choice(spec, "trafficDistribution", distributions, (), _SETTING, blank=False)


def names_twice(spec: Written) -> Faults:
    """Of names of ports that come twice."""
    seen: set[str] = set()
    for port, place in mappings(spec, "ports", ()):
        name = text(port.get("name"))
        if name and name in seen:
            yield Fault((*place, "name"), _PORT, "is another port's already")
        elif name:
            seen.add(name)
