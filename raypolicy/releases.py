"""Releases of Ray and KubeRay: the data tables as typed look-ups. Not here: the facts (`data/`)."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from raypolicy.prepared import table, version_of
from raypolicy.values import Version


class RayRelease(NamedTuple):
    """A release of Ray. Pythons are minor releases such as 3.10, in order.

    `released` is a day (`2023-12-21`), `pythons` those with a wheel, `image_python` that of an
    image whose tag names none; `image_python_sure` is false where it was concluded from hints.
    `image_pythons` and `image_cuda` (`cu121`, …) are the suffixes that rayproject/ray was built
    with, None where that isn't known.
    """

    version: Version
    released: str
    pythons: tuple[Version, ...]
    image_python: Version
    image_python_sure: bool
    image_pythons: tuple[Version, ...] | None
    image_cuda: tuple[str, ...] | None


class RayRepository(NamedTuple):
    """An image repository of rayproject. From `deprecated` on its tags read `X.Y.Z.deprecated`,
    after the minor release `last` it has none; None where neither happened.
    """

    name: str
    aarch64: bool
    deprecated: Version | None
    last: Version | None


class Flaw(NamedTuple):
    """A published vulnerability of Ray, or a fault under KubeRay: what happens, in which releases.

    From `since` on (from the first on if None), until `fixed`, the first release without it, but
    for those that it was mended in as well (`spared`).
    `severity` is critical, high, moderate or low, and empty for a fault.
    """

    name: str
    what: str
    since: Version | None
    fixed: Version
    severity: str
    spared: tuple[Version, ...]

    def holds(self, version: Version) -> bool:
        """Whether a release has it."""
        begun = self.since is None or self.since <= version
        return begun and version < self.fixed and version not in self.spared


def ray_release(version: Version) -> RayRelease | None:
    """The release of exactly this version (2.9 is 2.9.0), None if there is none in the table."""
    return _ray().get(version)


def ray_releases() -> tuple[RayRelease, ...]:
    """All known releases, the oldest first."""
    return tuple(_ray().values())


def newest_ray() -> RayRelease:
    """The highest known release."""
    return ray_releases()[-1]


def is_ray_release(version: Version) -> bool:
    """Whether Ray was released under this version, as far as the table goes."""
    return version in _ray()


def default_image_python(version: Version) -> Version | None:
    """The Python of rayproject/ray:VERSION with no Python in its tag, None if unknown."""
    release = ray_release(version)
    return release.image_python if release else None


@lru_cache(1)
def image_suffixes() -> dict[str, Version]:
    """The first release whose images can have a suffix (`aarch64`, `tpu`, `cu121`, …), if known."""
    rows = table("ray-releases")["image_suffixes"]
    return {suffix: version_of(row["since"]) for suffix, row in rows.items()}


@lru_cache(1)
def earliest_suffixes() -> dict[str, Version]:
    """The release before which no image of rayproject/ray can have a suffix, where that is sure."""
    rows = table("ray-releases")["earliest_suffixes"]
    return {suffix: version_of(row["since"]) for suffix, row in rows.items()}


@lru_cache(1)
def ray_repositories() -> dict[str, RayRepository]:
    """The image repositories of rayproject, by name."""
    rows = table("ray-releases")["repositories"]
    return {
        name: RayRepository(
            name,
            row["aarch64"],
            version_of(row["deprecated"]) if "deprecated" in row else None,
            version_of(row["last"]) if "last" in row else None,
        )
        for name, row in rows.items()
    }


@lru_cache(1)
def multi_platform_since() -> Version:
    """The release before which plain tags of rayproject/ray are for amd64 alone."""
    return version_of(table("ray-releases")["multi_platform"]["since"])


@lru_cache(2)
def flaws(kind: str) -> tuple[Flaw, ...]:
    """What is known of `advisories`, or of `faults`, in the order of the table."""
    return tuple(
        Flaw(
            name,
            row["what"],
            version_of(row["since"]) if "since" in row else None,
            version_of(row["fixed"]),
            row.get("severity", ""),
            tuple(version_of(text) for text in row.get("spared", "").split()),
        )
        for name, row in table("ray-releases")[kind].items()
    )


class KubeRayRelease(NamedTuple):
    """A release of KubeRay: its day, and the Ray that its own sample names."""

    version: Version
    released: str
    sample_ray: Version

    def __str__(self) -> str:
        return str(self.version)

    def has(self, behaviour: str) -> bool:
        """Whether the operator of this release does what the behaviour's name says, such as
        `headless-head-service`. Raises KeyError for a name that the table doesn't have.
        """
        return _behaviours(self.version.text)[behaviour]

    @property
    def lowest_ray(self) -> Version | None:
        """The lowest Ray that it supports, None where nobody has said."""
        rows = table("kuberay-releases")["supported_ray"]["since"].items()
        held = [ray for since, ray in rows if version_of(since) <= self.version]
        return version_of(held[-1]) if held else None


def kuberay(text: str | None = None) -> KubeRayRelease:
    """The release that a user names: `1.6.2` or `v1.6.2`, `1.6` for its newest patch release, None
    for the newest of all. Raises ValueError, with the known minor releases, for any other.
    """
    releases = _kuberay()
    if text is None:
        return releases[-1]
    version = Version.parse(text.removeprefix("v"))
    if version and version.text.count(".") == 1:
        found = [release for release in releases if release.version.minor == version.minor]
    else:
        found = [release for release in releases if release.version == version]
    if not found:
        minors = dict.fromkeys("{}.{}".format(*release.version.minor) for release in releases)
        raise ValueError(f"unknown KubeRay release {text!r}; known are {', '.join(minors)}")
    return found[-1]


def kuberay_releases() -> tuple[KubeRayRelease, ...]:
    """All known releases of KubeRay, the lowest version first."""
    return _kuberay()


@lru_cache(1)
def _ray() -> dict[Version, RayRelease]:
    rows = table("ray-releases")
    image_python, image_pythons, image_cuda = (
        _Dated(rows[name]) for name in ("image_python", "image_pythons", "image_cuda")
    )
    releases = {}
    for text, row in rows["releases"].items():
        version = version_of(text)
        released, pythons = row.split()
        image = image_python.at(version)
        built = image_pythons.at(version).get("pythons")
        cuda = image_cuda.at(version).get("cuda")
        releases[version] = RayRelease(
            version=version,
            released=released,
            pythons=_pythons(pythons),
            image_python=version_of(image["python"]),
            image_python_sure="confidence" not in image,
            image_pythons=_pythons(built) if built else None,
            image_cuda=tuple(cuda.split()) if cuda else None,
        )
    return releases


@lru_cache(1)
def _kuberay() -> tuple[KubeRayRelease, ...]:
    rows = table("kuberay-releases")["releases"].items()
    return tuple(
        KubeRayRelease(version_of(text), released, version_of(ray))
        for text, (released, ray) in ((text, row.split()) for text, row in rows)
    )


@lru_cache(64)
def _behaviours(release: str) -> dict[str, bool]:
    """Every behaviour of the table, and whether a release has it."""
    version = version_of(release)
    rows = table("kuberay-releases")["behaviours"].items()
    return {
        name: ("since" not in row or version_of(row["since"]) <= version)
        and ("until" not in row or version < version_of(row["until"]))
        for name, row in rows
    }


class _Dated:
    """Rows that hold from their `since` to the next row's."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows
        self.since = [version_of(row["since"]).release for row in rows]

    def at(self, version: Version) -> dict[str, str]:
        return self.rows[bisect_right(self.since, version.release) - 1]


@lru_cache(64)
def _pythons(text: str) -> tuple[Version, ...]:
    """3.8, 3.9, 3.10, 3.11 of `3.8-3.11`."""
    first, last = (int(part.removeprefix("3.")) for part in text.split("-"))
    return tuple(version_of(f"3.{minor}") for minor in range(first, last + 1))
