"""Keys of labels and annotations that mean something. Not here: the table itself (`data/`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from raypolicy.nearnames import slip
from raypolicy.prepared import table, version_of
from raypolicy.values import Version

DOMAIN: Final = "ray.io/"
RESOURCES: Final = ("RayCluster", "RayJob", "RayService")
MEANT: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1", "enabled", "enable"), "true"),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0", "disabled", "disable"), "false"),
}
"""What words mean where only true and false have an effect."""
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPELT_OUT: Final = {"command": "cmd", "fault-tolerance": "ft"}
"""Words that KubeRay's keys have in a short form."""
_SHORTEST: Final = 8
"""Letters behind the slash from which on a single slip is told from another word."""


class KnownKey(NamedTuple):
    """A key that users write. `form` is label or annotation, `read_on` the places where it is
    read, `values` exactly-true, truth, seconds or empty, `since` the first KubeRay that reads it.
    """

    name: str
    form: str
    read_on: tuple[str, ...]
    values: str
    since: Version | None

    def has_effect(self, value: str) -> bool:
        """Whether who reads it takes the value for more than nothing."""
        if self.values == "exactly-true":
            return value in ("true", "false")
        if self.values == "truth":
            return value.lower() in ("true", "false")
        if self.values == "seconds":
            digits = value.removeprefix("+")
            return digits.isascii() and digits.isdigit() and int(digits[:19]) > 0
        return True

    def meant(self, value: str) -> str | None:
        """The value with an effect that one without must be meant for; None if none is clear."""
        word = value.strip().lower()
        if self.values == "seconds":
            number, unit = word[:-1], _SECONDS.get(word[-1:])
            plain = number.isascii() and number.isdigit() and len(number) < 10
            return str(int(number) * unit) if unit and plain and int(number) else None
        if self.values in ("truth", "exactly-true"):
            return MEANT.get(word)
        return None


def user_key(name: str) -> KnownKey | None:
    """A key of KubeRay's that users write, if it is one."""
    return _user_keys().get(name) if name.startswith(DOMAIN) else None


def is_known(name: str) -> bool:
    """Whether anything is known to write or read a key of Ray's domain."""
    return name in _user_keys() or name in _other_keys()


def foreign_key(name: str) -> bool:
    """Whether it is another project's, which no RayCronJob hands down."""
    return name in _foreign_keys()


def nearest_key(name: str) -> str | None:
    """The key that users write which this one must be meant for: the same in other letters or
    signs, behind a domain like Ray's, or with a single slip. None for known keys and far ones.
    """
    if is_known(name):
        return None
    domain, _, rest = name.rpartition("/")
    plain = _plain(rest)
    if domain == "ray.io":
        near = [known for known in _user_keys() if _is_near(plain, known[len(DOMAIN) :])]
    else:
        likely = domain.lower() in ("ray", "rayio", "ray-io", "rays.io", "kuberay.io", "ray.io")
        near = [f"{DOMAIN}{plain}"] if likely and f"{DOMAIN}{plain}" in _user_keys() else []
    return near[0] if len(near) == 1 else None


def nearest_foreign(name: str) -> str | None:
    """The label of another project's that this one must be meant for: a usual mistake for it, or
    the same in other letters or signs, or with a single slip; None for known and far ones.
    """
    rows = table("metadata-keys")["foreign_keys"]
    if name in rows:
        return None
    domain, _, rest = name.rpartition("/")
    plain = _plain(rest)
    found = [
        known
        for known, row in rows.items()
        if name in row.get("meant_by", ())
        or (domain == known.rpartition("/")[0] and _is_near(plain, known.rpartition("/")[2]))
    ]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    """In small letters, words parted by dashes: FtEnabled and ft_enabled are ft-enabled."""
    parted = [f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name)]
    return "".join(parted).replace("_", "-").replace("--", "-")


def _is_near(name: str, known: str) -> bool:
    for long, short in _SPELT_OUT.items():
        name = name.replace(long, short)
    return name == known or (len(known) >= _SHORTEST and slip(name, known) is not None)


@lru_cache(1)
def _user_keys() -> dict[str, KnownKey]:
    return {
        name: KnownKey(
            name,
            row["form"],
            tuple(row["read_on"]),
            row.get("values", ""),
            version_of(row["since"]) if "since" in row else None,
        )
        for name, row in table("metadata-keys")["user_keys"].items()
    }


@lru_cache(1)
def _foreign_keys() -> frozenset[str]:
    return frozenset(table("metadata-keys")["foreign_keys"])


@lru_cache(1)
def _other_keys() -> frozenset[str]:
    return frozenset(table("metadata-keys")["other_keys"])
