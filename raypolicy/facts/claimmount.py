"""Volume claims in Ray's own container. Not here: whether there is such a claim (`reference`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.facts.view import Owner, View
from raypolicy.tree import Node


class ClaimMount(View):
    """A place in the Ray container where a volume claim is mounted; its node is the mount."""

    fields = frozenset(
        """mountPath mountPropagation name readOnly recursiveReadOnly subPath
        subPathExpr""".split()
    )


def of_claims(spec: Node[Any], container: Node[Any], owner: Owner) -> Iterator[ClaimMount]:
    """Those of a container, given the spec of its pod."""
    claims = [
        volume.get("name").value
        for volume in spec.get("volumes").items()
        if type(volume.value) is dict and {"persistentVolumeClaim", "ephemeral"} & set(volume.value)
    ]
    for mount in container.get("volumeMounts").items() if claims else ():
        if type(mount.value) is dict and mount.value.get("name") in claims:
            yield ClaimMount(mount, owner)
