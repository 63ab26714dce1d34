"""Annotations of pods that Kubernetes reads, and finalizers. Not here: the form of labels and keys
(`facts.metadata`).
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.kubenames import key_fault
from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Written,
    descending,
    listed,
    mapping,
    mappings,
    text,
)

_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
_ARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_OF: Final = "container.seccomp.security.alpha.kubernetes.io/"
_MIRROR: Final = "kubernetes.io/config.mirror"
_TOLERATIONS: Final = "scheduler.alpha.kubernetes.io/tolerations"
_KIND: Final = "annotation"
_MOST: Final = 262144


def check(metadata: Written, spec: Written) -> Faults:
    """Of a template's metadata, beside its spec."""
    annotations = mapping(metadata.get("annotations"))
    names = {text(each.get("name")) for part in LISTS for each, _ in mappings(spec, part, ())}
    for key, written in annotations.items():
        value = text(written)
        said = None if value is None or text(key) is None else _fault(key, value, names, spec)
        if said is not None:
            yield Fault(("annotations", key), _KIND, said)
    size = sum(len(key) + len(str(value)) for key, value in annotations.items())
    if size > _MOST:
        yield Fault(("annotations",), _KIND, f"has {size} characters, and {_MOST} are the most")
    yield from finalizers(metadata, _KIND)


def finalizers(metadata: Written, kind: str) -> Faults:
    """Of finalizers, which are qualified names."""
    for index, finalizer in enumerate(listed(metadata.get("finalizers"))):
        written = text(finalizer)
        if written is not None and ("/" not in written or key_fault(written) is not None):
            yield Fault(("finalizers", index), kind, "has no domain, as finalizers must")


def _fault(key: str, value: str, names: set[str | None], spec: Written) -> str | None:
    if key == _COST:
        whole = re.fullmatch(r"0|-?[1-9][0-9]*", value) and -(2**31) <= int(value) < 2**31
        return None if whole else "is no whole number of 32 bits"
    if key == _TOLERATIONS and value:
        return None if _is_list(value) else "is no list of tolerations in JSON"
    if key == _MIRROR and not spec.get("nodeName"):
        return "is for pods of a node's own"
    if key.startswith(_ARMOR):
        if key.removeprefix(_ARMOR) not in names and None not in names:
            return "is of a container that the pod does not have"
        armored = value in ("", "runtime/default", "unconfined") or value.startswith("localhost/")
        return None if armored else "is no AppArmor profile"
    if key == _SECCOMP or key.startswith(_SECCOMP_OF):
        if value.startswith("localhost/"):
            return descending(value.removeprefix("localhost/"))
        known = value in ("runtime/default", "docker/default", "unconfined")
        return None if known else "is no seccomp profile"
    return None


def _is_list(value: str) -> bool:
    import json

    try:
        return type(json.loads(value)) is list
    except (ValueError, RecursionError):
        return False
