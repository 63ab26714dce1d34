"""Resources that containers and pods ask for. Not here: requests beside limits (`facts.amount`)."""

from __future__ import annotations

from typing import Final

from raypolicy.kubenames import key_fault
from raypolicy.nearamounts import is_quantity
from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import Fault, Faults, Path, Written, mapping, mappings, name, text
from raypolicy.values import Quantity

_OF_CONTAINERS: Final = ("cpu", "memory", "ephemeral-storage")
_PAGES: Final = "hugepages-"
_PARTS: Final = ("limits", "requests")


def check(spec: Written) -> Faults:
    """Of a pod's spec."""
    claims = claims_of(spec)
    for part in LISTS:
        for container, at in mappings(spec, part, ()):
            yield from of_container(container, at)
            yield from of_claims(container, at, claims)
    yield from _of_pod(spec)
    for claim, at in mappings(spec, "resourceClaims", ()):
        yield from _pod_claim(claim, at)
    for resource, amount in mapping(spec.get("overhead")).items():
        yield from _name(resource, ("overhead", resource))
        yield from _amount(resource, amount, ("overhead", resource))


def claims_of(spec: Written) -> set[str | None]:
    """The names of a pod's resourceClaims; None for one that is not known."""
    return {text(each.get("name")) for each, _ in mappings(spec, "resourceClaims", ())}


def of_container(container: Written, at: Path) -> Faults:
    """Of one container, or of what has the same fields."""
    resources, place = mapping(container.get("resources")), (*at, "resources")
    asked: set[str] = set()
    for part in _PARTS:
        for resource, amount in mapping(resources.get(part)).items():
            asked.add(resource)
            if isinstance(amount, dict | list):  # its schema refuses that
                continue
            here = (*place, part, resource)
            if resource not in _OF_CONTAINERS:
                yield from _name(resource, here)
            yield from _amount(resource, amount, here)
    pages = next((each for each in asked if each.startswith(_PAGES)), None)
    if pages is not None and not asked & {"cpu", "memory"}:
        first = next(part for part in _PARTS if pages in mapping(resources.get(part)))
        said = "is asked for without cpu or memory"
        yield Fault((*place, first, pages), "hugepages", said)


def _of_pod(spec: Written) -> Faults:
    resources, at = mapping(spec.get("resources")), ("resources",)
    if not resources:
        return
    if resources.get("claims"):
        yield Fault((*at, "claims"), "pod resource", "is for containers only")
    limits = mapping(resources.get("limits"))
    for part in _PARTS:
        for resource, amount in mapping(resources.get(part)).items():
            here = (*at, part, resource)
            pages = resource.startswith(_PAGES) and key_fault(resource) is None
            if text(resource) is not None and resource not in ("cpu", "memory") and not pages:
                yield Fault(here, "pod resource", "cannot be asked for by a whole pod")
            yield from _amount(resource, amount, here)
            asked, most = Quantity.parse(amount), Quantity.parse(limits.get(resource))
            if part == "requests" and asked is not None and most is not None and asked > most:
                yield Fault(here, "pod resource", f"is above the limit {most}")
    for container, place in mappings(spec, "containers", ()):
        own = mapping(mapping(container.get("resources")).get("limits"))
        for resource, most in limits.items():
            whole, limit = Quantity.parse(most), Quantity.parse(own.get(resource))
            if whole is not None and limit is not None and limit > whole:
                said = f"is above the limit of the whole pod, {whole}"
                yield Fault((*place, "resources", "limits", resource), "pod resource", said)


def _name(resource: str, at: Path) -> Faults:
    if text(resource) is None or resource in _OF_CONTAINERS:
        return
    said = key_fault(resource)
    if said is None and resource.startswith(_PAGES):
        return
    if said is None and "/" not in resource:
        small = resource.lower() if resource.lower() in _OF_CONTAINERS else None
        said = f"is none of {', '.join(_OF_CONTAINERS)} and has no domain"
        yield Fault(at, "resource name", said, small)
    elif said is not None:
        yield Fault(at, "resource name", said)
    elif "kubernetes.io/" not in resource and (
        resource.startswith("requests.") or key_fault(f"requests.{resource}") is not None
    ):
        yield Fault(at, "resource name", "is no name of an extended resource")


def _amount(resource: str, written: object, at: Path) -> Faults:
    amount = Quantity.parse(written)
    if amount is None or (type(written) is str and not is_quantity(written)):
        return ()
    below = amount.nano < 0
    found = (Fault(at, "negative amount", "is less than nothing"),) if below else ()
    return (*found, *_pages(resource, amount, at)) if resource.startswith(_PAGES) else found


def _pages(resource: str, amount: Quantity, at: Path) -> Faults:
    page = Quantity.parse(resource.removeprefix(_PAGES))
    if page is None or page.nano <= 0 or page.nano % 10**9:
        yield Fault(at, "hugepages", "is under a name with no size of a page")
    elif amount.ceil() % page.ceil():
        yield Fault(at, "hugepages", f"is no multiple of {page}")


def of_claims(container: Written, at: Path, known: set[str | None]) -> Faults:
    """Of the claims that a container uses, given those of its pod."""
    resources = mapping(container.get("resources"))
    for claim, place in mappings(resources, "claims", (*at, "resources")):
        own = text(claim.get("name"))
        if own == "":
            yield Fault((*place, "name"), "claim", "is empty")
        elif own and None not in known and own not in known:
            yield Fault((*place, "name"), "claim", "is none of the pod's resourceClaims")
        yield from name(claim, "request", place, "claim")


def _pod_claim(claim: Written, at: Path) -> Faults:
    if claim.get("name") == "":
        yield Fault((*at, "name"), "claim", "is empty")
    yield from name(claim, "name", at, "claim")
    given = [
        key
        for key in ("resourceClaimName", "resourceClaimTemplateName")
        if claim.get(key) is not None
    ]
    if not given and not claim.keys() - {"name"}:
        said = "names neither a resourceClaimName nor a resourceClaimTemplateName"
        yield Fault(at, "claim", said)
    elif len(given) == 2:
        yield Fault((*at, given[1]), "claim", "stands beside a resourceClaimName")
    for key in given:
        if claim[key] == "":
            yield Fault((*at, key), "claim", "is empty")
        yield from name(claim, key, at, "claim", of="subdomain")
