"""What Kubernetes would refuse in Services and in the Ingress of a head.

Not here: what it would in pods (`refused`).
"""

from __future__ import annotations

from typing import Any

from raypolicy.facts.refusal import Refusal, at
from raypolicy.facts.view import Owner
from raypolicy.refusals.fault import Path, choice, mapping
from raypolicy.tree import Node


def in_head_service(head: Node[Any], kind: Node[str], owner: Owner) -> tuple[Refusal, ...]:
    """What Kubernetes would refuse in the Service of a head, which is of a type in the end."""
    from raypolicy.refusals.services import check, check_annotations, check_metadata

    spec, metadata = (head.get("headService", part) for part in ("spec", "metadata"))
    found = at(spec, check(mapping(spec.value), kind.known), owner)
    found += at(metadata, check_metadata(mapping(metadata.value)), owner)
    cluster, key = head.parent, "headServiceAnnotations"
    if cluster is not None:
        found += at(cluster, check_annotations(mapping(cluster.value), key), owner)
    return found


def in_serve_service(
    written: Node[Any], kind: Node[str], head: Node[Any], owner: Owner
) -> tuple[Refusal, ...]:
    """The same of the Service for Serve, whose ports are looked at if they are kept."""
    from raypolicy.refusals.services import TYPES, check, check_metadata, names_twice

    spec, metadata = written.get("spec"), written.get("metadata")

    ports = head.get("template", "spec", "containers", 0, "ports")
    named = [port.get("name").value for port in ports.items()] or ["serve"]  # by default
    serving = [each for each in named if type(each) is str and f"{each}-".startswith("serve-")]

    def kept(path: Path) -> bool:
        port = spec.get(*path[:2])
        return path[:1] != ("ports",) or not serving or port.get("name").value in serving

    found = (
        *check(mapping(spec.value), kind.known),
        *(() if serving else names_twice(mapping(spec.value))),
        *choice(mapping(spec.value), "type", TYPES, (), "service setting"),
    )
    told = (each for each in found if kept(each.path))
    return at(spec, told, owner) + at(metadata, check_metadata(mapping(metadata.value)), owner)


def in_ingress(options: Node[Any], owner: Owner) -> tuple[Refusal, ...]:
    """What Kubernetes would refuse in the Ingress of a head, given its options."""
    from raypolicy.refusals.ingress import check, check_class

    annotations = owner.resource.node.get("metadata", "annotations")
    found = at(options, check(mapping(options.value)), owner)
    return found + at(annotations, check_class(mapping(annotations.value)), owner)
