"""What the operator makes of a resource: objects whose fields know where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raypolicy.bundle import Resource
    from raypolicy.made.parts import Made
    from raypolicy.releases import KubeRayRelease


def objects(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...] = ()
) -> Iterator[Made]:
    """All objects that the operator makes of a RayCluster, RayJob, RayService or RayCronJob, in the
    order in which it does; none where it makes none.
    """
    from raypolicy.made.everything import everything

    return everything(resource, release, gates)
