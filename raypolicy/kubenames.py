"""What Kubernetes takes for names, labels and annotations. Not here: the names KubeRay makes.

Source: Kubernetes `apimachinery/pkg/util/validation/validation.go` and `pkg/api/validation/
objectmeta.go`. Each function says what is wrong with a text, as the end of a sentence; None for
nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST_LABEL: Final = 63
"""Characters of a DNS label, of a label's value and of a key's part behind the slash."""
_LONGEST_SUBDOMAIN: Final = 253
_OUTER: Final = r"[A-Za-z0-9]"
_LOWER: Final = r"[a-z0-9]"
_RANDOM: Final = frozenset("bcdfghjklmnpqrstvwxz2456789")
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def plain(text: str) -> bool:
    """Whether it is such a name as any object, label or Service may have, as most names are: no
    more than 40 small letters, digits and dashes, a letter first and no dash last.
    """
    return (
        0 < len(text) <= 40
        and _PLAIN.issuperset(text)
        and text[0].isalpha()
        and not text.endswith("-")
    )


def dns_label_fault(text: str) -> str | None:
    """DNS-1123 label: what a Service of new releases of Kubernetes is named with at the least."""
    if plain(text):
        return None
    return _too_long(text, LONGEST_LABEL) or _characters(text, "a-z0-9-", _LOWER)


def spelling_fault(text: str) -> str | None:
    """DNS-1035 label of any length: it begins with a letter besides."""
    if plain(text):
        return None
    if text[:1].isdigit():
        return f"begins with {text[0]}, not with a letter"
    return _characters(text, "a-z0-9-", _LOWER)


def subdomain_fault(text: str) -> str | None:
    """DNS-1123 subdomain, the name of most objects: labels of any length with dots between."""
    if plain(text):
        return None
    fault = _too_long(text, _LONGEST_SUBDOMAIN) or _characters(text, "a-z0-9.-", _LOWER)
    if fault is None and re.search(r"\.[.-]|-\.", text):
        return "has a dot beside a dot or a dash"
    return fault


def label_value_fault(text: str) -> str | None:
    """A value of a label, which may be empty."""
    if text == "" or plain(text):
        return None
    return _too_long(text, LONGEST_LABEL) or _characters(text, "A-Za-z0-9_.-", _OUTER)


@lru_cache(1024)
def key_fault(text: str) -> str | None:
    """A key of a label or (in lower case) of an annotation: a name, perhaps behind a domain."""
    domain, slash, name = text.rpartition("/")
    if "/" in domain:
        return "has more than one slash"
    if slash:
        fault = subdomain_fault(domain)
        if fault is not None:
            return f"has a domain that {fault}"
    return _too_long(name, LONGEST_LABEL) or _characters(name, "A-Za-z0-9_.-", _OUTER)


def dashed(text: str) -> str:
    """A text in small letters with dashes for all that no name may have, none at its ends."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def fitting(text: object) -> str | None:
    """The same, if it is a DNS label that Ray's resources can bear."""
    made = dashed(text) if isinstance(text, str) else ""
    return None if spelling_fault(made) or dns_label_fault(made) else made


def _too_long(text: str, longest: int) -> str | None:
    return f"has {len(text)} characters, more than {longest}" if len(text) > longest else None


def _characters(text: str, allowed: str, outer: str) -> str | None:
    if text == "":
        return "is empty"
    other = re.search(f"[^{allowed}]", text, re.ASCII)
    if other is not None:
        return f"has {_called(other[0])} in it"
    for place, end in (("begins", text[0]), ("ends", text[-1])):
        if not re.fullmatch(outer, end, re.ASCII):
            return f"{place} with {_called(end)}"
    return None


def _called(character: str) -> str:
    if character.isascii() and character.isupper():
        return f"the capital letter {character}"
    names = {" ": "a blank", "_": "an underscore", ".": "a dot", "-": "a dash", "/": "a slash"}
    return names.get(character, repr(character))


def without_random(name: str) -> str | None:
    """A name without the five random letters that the API server or KubeRay has put behind it;
    None if it has none. Source: k8s.io/apimachinery, `pkg/util/rand/rand.go`.
    """
    stem, _, letters = name.rpartition("-")
    return stem if stem and len(letters) == 5 and set(letters) <= _RANDOM else None
