"""Typed values of manifests: versions, quantities, placeholders. Not here: images (`images`)."""

from __future__ import annotations

import re
import sys
from functools import lru_cache, total_ordering
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_NUMBER = r"(0|[1-9][0-9]{0,5})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}(?:\.{_NUMBER})?(?:rc{_NUMBER})?")
_RELEASED = sys.maxsize

_QUANTITY = re.compile(
    r"([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {suffix + "i": 10 * power for power, suffix in enumerate("KMGTPE", 1)}
_NANO = 10**9
_CAP = (2**63 - 1) * _NANO
_LONGEST = 64  # characters of a version or a quantity; longer ones are no such thing


def plain_text(value: object) -> str | None:
    """A text; None for anything else."""
    return value if type(value) is str else None


def whole_number(value: object) -> int | None:
    """The number that a text of digits is; None for anything else, and beyond 18 digits."""
    if isinstance(value, str) and len(value) <= 18 and value.isascii() and value.isdigit():
        return int(value)
    return None


def plain_number(value: object) -> float | None:
    """The number that a text such as 2 or 0.5 is; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", value):
        return float(value) if "." in value else int(value)
    return None


@total_ordering
class Version:
    """A release such as 2.9.0, 2.10 or 2.9.0rc1.

    Compared by number, as if missing parts were zero, a release candidate below its release;
    printed as it was written.
    """

    __slots__ = ("order", "text")

    def __init__(self, order: tuple[int, int, int, int], text: str) -> None:
        self.order = order
        self.text = text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.order)

    def __eq__(self, other: object) -> bool:
        return type(other) is Version and self.order == other.order

    def __lt__(self, other: Version) -> bool:
        return self.order < other.order

    @property
    def release(self) -> tuple[int, int, int]:
        """Major, minor and patch number, (2, 9, 3) of 2.9.3."""
        return self.order[:3]

    @property
    def minor(self) -> tuple[int, int]:
        """Major and minor number, (2, 9) of 2.9.3."""
        return self.order[:2]

    def without_patch(self) -> Version | None:
        """The minor release it belongs to, 2.9 of 2.9.3."""
        return Version.parse("{}.{}".format(*self.minor))

    @staticmethod
    def parse(value: object) -> Version | None:
        """The version that a whole text is: two or three numbers without leading zeros, perhaps
        `rcN`. None for anything else, a leading `v`, `.dev0` and a single number included.
        """
        return _version(value) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(4096)
def _version(text: str) -> Version | None:
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    major, minor, patch, candidate = match.groups()
    rank = _RELEASED if candidate is None else int(candidate)
    return Version((int(major), int(minor), int(patch or 0), rank), text)


@total_ordering
class Quantity:
    """An amount of a resource as Kubernetes reads it, exact; `2` equals `2000m`.

    Kubernetes keeps nine decimals and rounds the rest away from zero, and caps amounts with a
    binary suffix at 2^63-1 (k8s.io/apimachinery, pkg/api/resource/quantity.go).
    """

    __slots__ = ("nano", "text")

    def __init__(self, nano: int, text: str) -> None:
        self.nano = nano
        self.text = text

    def __repr__(self) -> str:
        return f"Quantity({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.nano)

    def __eq__(self, other: object) -> bool:
        return type(other) is Quantity and self.nano == other.nano

    def __lt__(self, other: Quantity) -> bool:
        return self.nano < other.nano

    @property
    def value(self) -> Fraction:
        """The amount in the resource's own unit: CPUs, bytes, pieces."""
        from fractions import Fraction  # here: it costs milliseconds, and few ask

        return Fraction(self.nano, _NANO)

    def ceil(self) -> int:
        """The smallest whole number that isn't less, as Quantity.Value() in Go."""
        return -(-self.nano // _NANO)

    @staticmethod
    def parse(value: object) -> Quantity | None:
        """The quantity that a scalar of a manifest is: a number, or a whole text such as `500m`,
        `1.5Gi`, `.5`, `5.` or `1e3`. None for anything else.

        Narrower than Go's parser where only mistakes are lost: a suffix without a number (`Ki`,
        zero to Go), exponents beyond two digits and texts of more than 64 characters are refused.
        """
        if isinstance(value, float):
            value = f"{value:.0f}" if value.is_integer() and abs(value) < 1e21 else repr(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if value.bit_length() < 200 else ""
        return _quantity(value) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(4096)
def _quantity(text: str) -> Quantity | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    sign, whole, decimals, only_decimals, suffix = match.groups("")
    decimals += only_decimals
    nano = int(whole + decimals or "0") * _NANO
    exponent = -len(decimals)
    if suffix in _BINARY:
        nano <<= _BINARY[suffix]
    elif suffix:
        exponent += _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
    nano = nano * 10**exponent if exponent >= 0 else -(-nano // 10**-exponent)
    if suffix in _BINARY:
        nano = min(nano, _CAP)
    return Quantity(-nano if sign == "-" else nano, text)


# No repetition runs past a character that could begin another match: the search takes linear time.
_PLACEHOLDER = r"""
      (?<!\$)\$\{[^{}\n]+\}                                         # ${X}
    | (?<!\$)\$[A-Za-z_][A-Za-z0-9_]*                               # $X
    | \{\{[^{}\n]*\}\}                                              # {{ x }}
    | %\{~?[ ]*(?:if|else|endif|for|endfor)\b[^{}\n]*\}             # %{ if x }
    | (?<![A-Za-z0-9_)])<[A-Za-z](?:[\w .:/-]{0,62}[\w.:/-])?>      # <x>, not List<T>, a <b
    | (?<!_)__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__                       # __X__
    | (?<![A-Za-z0-9_])(?:PLACEHOLDER(?:_[A-Z0-9_]+)?|YOUR_[A-Z0-9_]+)(?![A-Za-z0-9_])
    """


def placeholder(text: str) -> str | None:
    """The first placeholder in a text that a template or a person has yet to fill, None if none.

    Known are `${X}` and `$X` (envsubst; not `$(X)`, `$1` or `$$X`), `{{ x }}` (Helm, Jinja),
    `%{ if x }` (Terraform), `<x>`, `__X__`, `PLACEHOLDER_X` and `YOUR_X`.
    """
    if (
        "$" not in text
        and "{" not in text
        and "<" not in text
        and "__" not in text
        and "PLACEHOLDER" not in text
        and "YOUR_" not in text
    ):
        return None
    match = re.search(_PLACEHOLDER, text, re.VERBOSE | re.ASCII)
    return match[0] if match else None
