"""What looks like a secret that is written out. Not here: where to look (`facts.plainsecret`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from raypolicy.values import placeholder

_NAMES: Final = (
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "SECRETKEY",
    "APIKEY",
    "ACCESSKEY",
    "ACCOUNTKEY",
    "PRIVATEKEY",
    "STORAGEKEY",
    "CONNECTIONSTRING",
)
"""Ends of the names of variables that hold secrets, without their signs."""
_WORDS: Final = frozenset(
    """BOS CLS EOS END IMAGE MASK MAX MIN NEXT NUM PAD PER SEP SPECIAL START STOP UNK""".split()
)
"""Words before TOKEN with which it is one of a language model's."""
_DUMMIES: Final = (
    *("change", "dummy", "example", "fake", "fixme", "insert", "placeholder", "redacted"),
    *("replace", "sample", "todo", "xxx", "your", "***", "...", "not-needed", "notneeded"),
    *("letmein", "minioadmin", "devstoreaccount1"),
)
"""Parts of texts that stand where a secret is to be written; what MinIO and Azurite have out of the
box is none."""
_NOTHING: Final = frozenset("none null empty true false token password secret unused n/a".split())
_FROM_ELSEWHERE: Final = r"(?:[a-z0-9+_-]+:|/|\./|~/|\$\(|@|vault\b|ENC\[)"
"""How a text begins that says where the secret is: an address, a path, another variable."""
_SHORTEST: Final = 4
_IN_URL: Final = (
    r"://(?:[^/\s:@\"'${}<>]{0,99}:([^/\s:@\"'${}<>]{4,200})"
    r"|((?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,200}))@([A-Za-z0-9.-]{1,200})"
)
"""User and password before a host, or a token of GitHub's or GitLab's alone."""
_ASSIGNED: Final = r"(?<![\w.$/?&-])(?:--)?([A-Za-z][\w-]{2,60})=[\"']?([^\s\"';&|<>]{4,300})"
"""A variable or an option and its value, as a shell reads them."""


def sounds_secret(name: object) -> bool:
    """Whether a variable of this name holds a secret."""
    if type(name) is not str:
        return False
    words = name.upper().replace("-", "_").split("_")
    if not "".join(words).endswith(_NAMES):
        return False
    return not (words[-1].endswith("TOKEN") and _WORDS.intersection(words))


def is_plain(value: object) -> bool:
    """Whether a value is a secret itself: a text that is no placeholder, no dummy, and does not say
    where the secret is to be had."""
    if type(value) is not str:
        return False
    text = value.strip()
    if len(text) < _SHORTEST or placeholder(text) or "$" in text[:2] or "{" in text[:2]:
        return False
    plain = text.lower()
    if plain.isdigit() and len(plain) < 8:
        return False
    if plain in _NOTHING or any(word in plain for word in _DUMMIES) or len(set(plain)) < 3:
        return False
    return re.match(_FROM_ELSEWHERE, text) is None


def passwords_in_urls(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the passwords in the URLs of a text begin and end, each with the host."""
    for match in re.finditer(_IN_URL, text):
        group = 1 if match[1] else 2
        if is_plain(match[group]):
            yield match.start(group), match.end(group), match[3]


def assigned_secrets(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where the names and the values of secrets stand that a command line sets: `HF_TOKEN=…`,
    `--api-key=…`."""
    for match in re.finditer(_ASSIGNED, text):
        if sounds_secret(match[1]) and is_plain(match[2]):
            yield match.span(1), match.span(2)
