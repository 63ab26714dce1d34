"""The fields of Ray's kinds by release: parts of schemas. Not here: what a manifest has (`walk`).

Source: KubeRay `ray-operator/config/crd/bases/` at each tag, by oracle/fields.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeAlias

from raypolicy.prepared import line, table, version_of
from raypolicy.values import Version

Part: TypeAlias = dict[str, Any]
"""A part of a schema in the words of the custom resource definitions; its own parts by number."""
Step: TypeAlias = str | int
V1: Final = "ray.io/v1"


def root(api_version: str, kind: str, release: Version) -> int | None:
    """The number of the schema that a release has of a kind; None where it has none, or is older
    than 1.0.
    """
    return _roots(release.text).get(f"{api_version} {kind}")


@lru_cache(1024)
def part(number: int) -> Part:
    """A part by its number."""
    found: Part = line(table("fields")["lines"][number])
    return found


def child(number: int, step: Step) -> int | None:
    """The part of a field, or of an item of a list; None where there is no such field."""
    here = part(number)
    if type(step) is int:
        item: int | None = here.get("items")
        return item
    found: int | None = here.get("properties", {}).get(step, here.get("additionalProperties"))
    return found


def at(number: int | None, path: tuple[Step, ...]) -> int | None:
    """The part at the end of a path in a manifest; None where the schema does not have it."""
    for step in path:
        if number is None:
            return None
        number = child(number, step)
    return number


def releases_with(api_version: str, kind: str, path: tuple[Step, ...]) -> tuple[Version, ...]:
    """The releases from 1.0 on that have a field, in order of their versions."""
    return tuple(
        release for release in releases() if at(root(api_version, kind, release), path) is not None
    )


@lru_cache(1)
def releases() -> tuple[Version, ...]:
    """The releases with schemas here, in order of their versions."""
    return tuple(sorted(map(version_of, table("fields")["head"])))


def _roots(release: str) -> dict[str, int]:
    found: dict[str, int] = table("fields")["head"].get(release, {})
    return found
