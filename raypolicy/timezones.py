"""Names of time zones that Go knows. Not here: what time it is there; the names (`data/`).

Source: Go `src/time/zoneinfo.go`, LoadLocation, and the zones in `lib/time/zoneinfo.zip`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from raypolicy.nearnames import slip
from raypolicy.prepared import table

_ALWAYS: Final = ("", "UTC", "Local", "localtime", "posixrules")
"""The last two are files that most machines have beside the zones."""
_ALSO: Final = ("posix/", "right/")
"""Folders in which many a machine has all zones once more."""
_SHORTEST: Final = 9
"""Letters of a name from which on a single slip is told from another name."""


def is_known(name: str) -> bool:
    """Whether Go loads the zone; its names are told apart by capital letters."""
    for folder in _ALSO:
        name = name.removeprefix(folder)
    return name in _ALWAYS or name in _zones()


def nearest(name: str) -> str | None:
    """The zone that must be meant by a name that is none: the same in other letters or signs, its
    city alone, or a single slip. None for more than one.
    """
    plain = _plain(name)
    same = [zone for zone in _zones() if _plain(zone) == plain]
    city = [zone for zone in _zones() if _plain(zone.rpartition("/")[2]) == plain]
    slips = [zone for zone in _zones() if len(zone) >= _SHORTEST and slip(name, zone) is not None]
    for found in (same, city, slips):
        if len(found) == 1:
            return found[0]
    return None


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(
        f"{region}/{name}" if region else name
        for region, names in table("time-zones")["zones"].items()
        for name in names.split()
    )
