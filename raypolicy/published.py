"""Tags that Ray's own repositories never had. Not here: how a tag is read (`images`)."""

from __future__ import annotations

from typing import Final

from raypolicy.images import RayTag
from raypolicy.releases import (
    earliest_suffixes,
    is_ray_release,
    newest_ray,
    ray_release,
    ray_releases,
    ray_repositories,
)
from raypolicy.values import Version

OWNER: Final = "rayproject"


def never_released(version: Version) -> bool:
    """Whether Ray surely never had this release.

    Unsure are those older and newer than the table, and a patch release that may still come: the
    next of a minor release that had its last one within a year of the newest in the table.
    """
    newest = newest_ray()
    first = ray_releases()[0]
    if is_ray_release(version) or "rc" in version.text or version < first.version:
        return False
    if version.minor >= newest.version.minor:
        return False
    patches = [each for each in ray_releases() if each.version.minor == version.minor]
    if not patches or version < patches[-1].version:
        return True
    year, day = patches[-1].released.split("-", 1)
    return f"{int(year) + 1}-{day}" < newest.released


def unpublished_suffix(repository: str, says: RayTag, tag: str) -> str | None:
    """The device or architecture in a tag that no image of that release can have had; None if it
    may be there. `repository` is the name under rayproject.
    """
    known = ray_repositories().get(repository)
    release = None if says.ray_version is None else ray_release(says.ray_version)
    if known is None or release is None:
        return None
    if known.deprecated is not None and release.version >= known.deprecated:
        return None  # other words than these are wrong with such tags, or none
    if says.python is not None and says.python not in release.pythons:
        return None
    for suffix in (says.device, says.architecture):
        if suffix is None or suffix not in tag.split("-"):
            continue
        if suffix == "aarch64" and not known.aarch64:
            return suffix
        since = earliest_suffixes().get(suffix)
        if since is not None and release.version < since:
            return suffix
    return None
