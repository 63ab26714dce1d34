"""The Ingress in front of a head. Not here: who may come through it (`effective.exposure`).

Source: Kubernetes 1.36 `pkg/apis/networking/validation/validation.go`, ValidateIngressSpec; KubeRay
`controllers/ray/common/ingress.go`, BuildIngressForHeadService.
"""

from __future__ import annotations

from typing import Final

from raypolicy.kubenames import subdomain_fault
from raypolicy.refusals.fault import Fault, Faults, Path, Written, listed, mappings, name, text
from raypolicy.refusals.settings import is_address

CLASS: Final = "kubernetes.io/ingress.class"
_KIND: Final = "ingress"
_INSIDE: Final = ("//", "/./", "/../", "%2f", "%2F")
_LAST: Final = ("/..", "/.")


def check(options: Written) -> Faults:
    """Of the `ingressOptions` of a head."""
    host = text(options.get("host"))
    if host and (said := _host_fault(host)) is not None:
        yield Fault(("host",), _KIND, said)
    path = text(options.get("path"))
    if path is not None:
        said = _path_fault(path, options.get("pathType") == "ImplementationSpecific")
        if said is not None:
            yield Fault(("path",), _KIND, said)
    for entry, at in mappings(options, "tls", ()):
        yield from _tls(entry, at)


def check_class(annotations: Written) -> Faults:
    """Of the annotations of the cluster's resource, one of which names the class."""
    if annotations.get(CLASS) == "":
        yield Fault((CLASS,), _KIND, "is empty")
    yield from name(annotations, CLASS, (), _KIND, of="subdomain")


def _tls(entry: Written, at: Path) -> Faults:
    for index, each in enumerate(listed(entry.get("hosts"))):
        host = text(each)
        said = None if host is None else _host_fault(host, address=True)
        if said is not None:
            yield Fault((*at, "hosts", index), _KIND, said)
    yield from name(entry, "secretName", at, _KIND, of="subdomain")


def _host_fault(host: str, *, address: bool = False) -> str | None:
    if not address and is_address(host):
        return "is an IP address, and must be a name"
    return subdomain_fault(host.removeprefix("*."))


def _path_fault(path: str, free: bool) -> str | None:
    if not path.startswith("/"):
        return None if free and not path else "does not begin with a slash"
    wrong = () if free else (*(each for each in _INSIDE if each in path), *_end(path))
    return f"has {wrong[0]} in it" if wrong else None


def _end(path: str) -> tuple[str, ...]:
    return tuple(each for each in _LAST if path.endswith(each))
