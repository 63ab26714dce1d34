"""Texts that are quantities, or almost. Not here: the amounts themselves (`values`).

Source: Kubernetes `pkg/api/resource/quantity.go` of apimachinery, for the suffixes.
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.values import Quantity

_PLAIN: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9.]+)?"
_SUFFIXES: Final = frozenset(("", *"numkMGTPE", *(f"{letter}i" for letter in "KMGTPE")))
_MEANT: Final = {
    **{f"{letter.lower()}{end}": letter for letter in "MGTPE" for end in ("", "b")},
    **{f"{letter.lower()}{end}": f"{letter}i" for letter in "KMGTPE" for end in ("i", "ib")},
    **dict.fromkeys(("k", "kb"), "k"),
    **dict.fromkeys(("b", "byte", "bytes", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), ""),
    **dict.fromkeys(("millicore", "millicores", "millicpu", "mcpu", "mcores"), "m"),
}
"""Suffixes in small letters that Kubernetes does not know, and the one that is meant."""


def is_quantity(text: str) -> bool:
    """Whether the API server or KubeRay would take a text for a quantity."""
    return Quantity.parse(text) is not None or re.fullmatch(_PLAIN, text) is not None


def nearest(text: str) -> str | None:
    """The quantity that a text is meant to be; None where that is not plain."""
    match = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z]*)", text.strip())
    if match is None:
        return None
    number, suffix = match.groups()
    thousands = re.fullmatch(r"[0-9]+,[0-9]{3}", number)  # 1,500 may be either
    meant = suffix if suffix in _SUFFIXES else _MEANT.get(suffix.lower())
    return None if thousands or meant is None else number.replace(",", ".") + meant
