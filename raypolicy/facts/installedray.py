"""The Ray that a cluster runs, and what is known of that release. Not here: images (`image`).

Source: `data/ray-releases.yaml`, advisories and faults, each with its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from raypolicy.facts.view import Owner, View, fact
from raypolicy.releases import Flaw, flaws, is_ray_release
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Version

_GRAVITY: Final = ("low", "moderate", "high", "critical")


class KnownFlaw(View):
    """A published vulnerability or a known fault of a release of Ray; its node is that release."""

    def __init__(self, node: Node[Version], owner: Owner, flaw: Flaw | None) -> None:
        super().__init__(node, owner)
        self._flaw = flaw

    @fact
    def id(self) -> Node[str]:
        """Its number, CVE-2025-62593, or a short name."""
        return self.node.put(ABSENT if self._flaw is None else self._flaw.name)

    @fact
    def what(self) -> Node[str]:
        """What happens, in words."""
        return self.node.put(ABSENT if self._flaw is None else self._flaw.what)

    @fact
    def severity(self) -> Node[str]:
        """Of a vulnerability, as its advisory has it: critical, high, moderate or low."""
        severity = "" if self._flaw is None else self._flaw.severity
        return self.node.put(severity or ABSENT)

    @fact
    def fixed(self) -> Node[Version]:
        """The first release without it."""
        return self.node.put(ABSENT if self._flaw is None else self._flaw.fixed)


class InstalledRay(View):
    """The Ray of a cluster's images; where they don't say, that which rayVersion names."""

    @fact
    def version(self) -> Node[Version]:
        """Its release."""
        return self.node

    @fact
    def advisories(self) -> tuple[KnownFlaw, ...]:
        """Its published vulnerabilities, as far as they were known when this was made and some
        release mends them; the gravest first, and of those the one that was mended last."""
        return tuple(KnownFlaw(self.node, self.owner, flaw) for flaw in self._flaws)

    @fact
    def gravest(self) -> KnownFlaw:
        """The first of them; all its facts are absent where there is none."""
        return KnownFlaw(self.node, self.owner, next(iter(self._flaws), None))

    @fact
    def sound_since(self) -> Node[Version]:
        """The first release that has none of them; absent where there are none."""
        return self._put(max((flaw.fixed for flaw in self._flaws), default=ABSENT))

    @fact
    def faults(self) -> tuple[KnownFlaw, ...]:
        """Known faults of the release under KubeRay."""
        return tuple(KnownFlaw(self.node, self.owner, flaw) for flaw in self._held("faults"))

    @fact
    def faulty(self) -> Node[bool]:
        """Whether there are any of those."""
        return self._put(bool(self._held("faults")))

    @property
    def _flaws(self) -> tuple[Flaw, ...]:
        return self._held("advisories")

    def _held(self, kind: str) -> tuple[Flaw, ...]:
        version = self.node.known
        return () if version is None else _flaws_of(kind, version)

    def _put(self, value: object) -> Node[Any]:
        return self.node.put(value) if self.node.known is not None else self.node


@cache
def _flaws_of(kind: str, version: Version) -> tuple[Flaw, ...]:
    """Those of a release, the gravest first; none where there is no such release."""
    held = (flaw for flaw in flaws(kind) if flaw.holds(version)) if is_ray_release(version) else ()
    return tuple(sorted(held, key=_gravity, reverse=True))


def _gravity(flaw: Flaw) -> tuple[int, Version]:
    return (_GRAVITY.index(flaw.severity) if flaw.severity else -1), flaw.fixed
