"""What another release of KubeRay does to manifests: findings that come and go, objects that the
operator makes otherwise. Not here: how it is shown (`upgradesheet`).

The releases between are asked as well, the newest patch of each minor, so that each change is
told with the release that brings it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from raypolicy.bundle import Resource
from raypolicy.config import Options
from raypolicy.differing import Change, changes, renamed
from raypolicy.errors import UsageError
from raypolicy.findings import Coverage, Finding, Severity
from raypolicy.inputs.files import RawFile
from raypolicy.made import objects
from raypolicy.made.parts import plain
from raypolicy.releases import KubeRayRelease, kuberay, kuberay_releases
from raypolicy.run import check, models
from raypolicy.tree import ABSENT

Identity: TypeAlias = tuple[str, str, int, int]
Held: TypeAlias = dict[Identity, Finding]


class Step(NamedTuple):
    """A finding that the newer release has and the older hasn't, or the other way round, with the
    first release from which on it is so.
    """

    finding: Finding
    release: KubeRayRelease


class Remade(NamedTuple):
    """A field that the operator fills otherwise: in the object of this role, made for a resource,
    from a release on.
    """

    resource: str
    role: str
    change: Change
    release: KubeRayRelease


class Upgrade(NamedTuple):
    """All that changes between two releases. `refused` are new findings that say who refuses the
    resource, `found` the other new ones, `gone` those that the newer release doesn't have.
    """

    before: KubeRayRelease
    after: KubeRayRelease
    refused: tuple[Step, ...]
    found: tuple[Step, ...]
    gone: tuple[Step, ...]
    remade: tuple[Remade, ...]
    coverage: Coverage
    unread: tuple[str, ...] = ()
    """What could not be read, a line each."""

    @property
    def breaks(self) -> bool:
        """Whether something that went well is refused, or is an error, or cannot be read."""
        if self.unread:
            return True
        return any(each.finding.severity is Severity.ERROR for each in (*self.refused, *self.found))


def upgrade(
    paths: Iterable[str],
    before: str,
    after: str,
    options: Options | None = None,
    *,
    stream: RawFile | None = None,
    today: str = "",
) -> Upgrade:
    """Compare two releases, such as `1.3` and `1.7`, for files, directories and a stream. Raises
    UsageError for an unknown release, or where `before` isn't the older.
    """
    files = tuple(paths)
    releases = _releases(before, after)
    options = (options or Options())._replace(baseline=None, diff_base=None, fixes=False)
    reports = [check(files, _aimed(options, each), stream=stream, today=today) for each in releases]
    held = [{_identity(each): each for each in report.findings} for report in reports]
    new = tuple(_changed(held[-1], held[0], releases, [each.keys() for each in held], there=True))
    gone = tuple(_changed(held[0], held[-1], releases, [each.keys() for each in held], there=False))
    refused = tuple(each for each in new if each.finding.rule.refused_by is not None)
    bundles = [model.bundle for model in models(files, _aimed(options, releases[0]), stream=stream)]
    lost = {each.finding.resource for each in refused}
    return Upgrade(
        releases[0],
        releases[-1],
        refused,
        tuple(each for each in new if each.finding.rule.refused_by is None),
        gone,
        tuple(
            change
            for bundle in bundles
            for resource in bundle.ray
            if resource.title not in lost
            for change in _remade(resource, releases, options.feature_gates)
        ),
        reports[-1].coverage,
        tuple(line for bundle in bundles for line in bundle.unread),
    )


def _releases(before: str, after: str) -> list[KubeRayRelease]:
    """The two, and the newest patch of each minor release between them."""
    try:
        first, last = kuberay(before), kuberay(after)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not first.version < last.version:
        raise UsageError(f"KubeRay {first} is not older than {last}: --from is the older release")
    newest = {each.version.minor: each for each in kuberay_releases()}
    between = (
        each for minor, each in newest.items() if first.version.minor < minor < last.version.minor
    )
    return [first, *between, last]


def _aimed(options: Options, release: KubeRayRelease) -> Options:
    return options._replace(target_kuberay=str(release))


def _identity(finding: Finding) -> Identity:
    return (finding.rule.id, *finding.order[:3])


def _changed(
    some: Held,
    others: Held,
    releases: Sequence[KubeRayRelease],
    held: Sequence[Iterable[Identity]],
    *,
    there: bool,
) -> Iterator[Step]:
    """The findings that only some have, each with the release from which on it stays as it ends."""
    for identity, finding in some.items():
        if identity not in others:
            asked = zip(releases, held, strict=True)
            so = [(release, (identity in each) == there) for release, each in asked]
            last_other = max(index for index, (_, holds) in enumerate(so) if not holds)
            yield Step(finding, so[last_other + 1][0])


def _remade(
    resource: Resource, releases: Sequence[KubeRayRelease], gates: tuple[str, ...]
) -> Iterator[Remade]:
    """What the operator makes otherwise, release after release."""
    made = [
        {each.role: plain(each.part) for each in objects(resource, release, gates)}
        for release in releases
    ]
    for number, release in enumerate(releases[1:], 1):
        old, new = made[number - 1], made[number]
        names = [each.get("raycluster", {}).get("metadata", {}).get("name") for each in (old, new)]
        if names[0] != names[1] and all(type(name) is str for name in names):
            yield Remade(resource.title, "raycluster", Change("metadata.name", *names), release)
            old = renamed(old, *names)
        for role in {**old, **new}:
            for change in changes(old.get(role, ABSENT), new.get(role, ABSENT)):
                if not _only_named(change, releases[number - 1], release):
                    yield Remade(resource.title, role, change, release)


def _only_named(change: Change, before: KubeRayRelease, after: KubeRayRelease) -> bool:
    """Whether two texts differ in nothing but the release of the operator, which they name."""
    old, new = change.before, change.after
    both = type(old) is str and type(new) is str
    return both and old.replace(str(before), str(after)) == new
