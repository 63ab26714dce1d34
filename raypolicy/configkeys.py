"""The keys of `.raypolicy.yaml`: what each takes, means, and how files join. Not here: reading.

The reader, the listing of effective values and the JSON Schema all follow this one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Key(NamedTuple):
    """What may be written below a key.

    `kind` is `word` (one of `words`, each with its meaning), `text`, `rule` (an id or a topic),
    `path` (something that is there), `file` (that may be), `glob`, `release` (in quotes), `any`;
    `list` of `of`, `names` (a mapping with names of one's own, each with `of`), `table` (a mapping
    with these `keys`). `replaces` says that a nearer file's list replaces a farther one's.
    """

    kind: str
    meaning: str = ""
    words: Mapping[str, str] = MappingProxyType({})
    of: Key | None = None
    keys: Mapping[str, Key] = MappingProxyType({})
    needs: tuple[str, ...] = ()
    replaces: bool = False
    default: str = ""
    """A value as it is written, for a key that has one when nothing is said."""


SEVERITIES: Final = {
    "error": "It is refused, or the cluster cannot work as written.",
    "warning": "It is silently overridden, or fails in a foreseeable situation.",
    "note": "Advice with a cost that a team may knowingly pay.",
}
_PATH: Final = Key("path", "A file, or a directory that holds such files.")
_GLOB: Final = Key("glob", "A path as seen from this file, with `*` for any text; a bare name.")
_RULE: Final = Key("rule", "The id of a rule, or a topic.")
_RULES: Final = Key("list", "Ids of rules, or topics.", of=_RULE)
_BY_RULE: Final = Key(
    "names",
    "How bad findings are, by rule or topic; a rule's own goes before its topic's.",
    of=Key("word", "How bad it is.", words=SEVERITIES),
)
_TARGET: Final = {
    "kuberay": Key(
        "release",
        "A release of KubeRay in quotes, `'1.6'` or `'1.6.2'`. Left out, it is the operator that a "
        "bundle installs, else the newest known.",
    ),
    "kubernetes": Key(
        "release",
        "A release of Kubernetes in quotes, such as `'1.33'`. Rules may ask for it, and Helm "
        "charts are rendered for it.",
    ),
    "feature-gates": Key(
        "list",
        "Feature gates of the operator that are on.",
        of=Key("text", "The name of a feature gate."),
        replaces=True,
    ),
}
_REQUIRED: Final = {
    "reason": "A few words why.",
    "owner": "Who answers for it.",
    "until": "The day it ends, such as 2027-01-31.",
}
_OVERRIDE: Final = {
    "paths": Key(
        "list",
        "Files or directories as seen from this file; a bare name holds anywhere.",
        of=_GLOB,
    ),
    "ignore": _RULES._replace(meaning="Rules and topics that are left out there."),
    "severity": _BY_RULE,
}
KEYS: Final[Mapping[str, Key]] = {
    "extends": Key(
        "list",
        "Configurations to begin with, such as a pack that teams share: a file, a directory with a "
        "`.raypolicy.yaml`, or a list of them, as seen from this file. Nothing is fetched.",
        of=_PATH,
    ),
    "rules": Key("list", "Rule files of your own, or directories with them.", of=_PATH),
    "profile": Key(
        "word",
        "How much advice is given.",
        words={
            "default": "What nearly everyone wants to know.",
            "pedantic": "Sound advice as well that many good manifests break.",
        },
        default="default",
    ),
    "select": _RULES._replace(meaning="Run these rules and topics only.", replaces=True),
    "ignore": _RULES._replace(meaning="Leave these rules and topics out."),
    "severity": _BY_RULE,
    "settings": Key(
        "names",
        "Settings by rule; `raypolicy explain RULE` lists those of a rule.",
        of=Key("names", "Settings of one rule.", of=Key("any")),
    ),
    "mandatory": _RULES._replace(
        meaning="Rules and topics that nothing hides: no `ignore`, override, suppression or "
        "baseline. A file that extends this one cannot take it back."
    ),
    "suppressions": Key(
        "table",
        "What is asked of suppressions in manifests.",
        keys={
            "require": Key(
                "list",
                "What every suppression must say.",
                of=Key("word", words=_REQUIRED),
            )
        },
    ),
    "overrides": Key(
        "list",
        "What holds for some paths only; of several severities the last counts.",
        of=Key("table", "What holds for these paths.", keys=_OVERRIDE, needs=("paths",)),
    ),
    "target": Key("table", "What manifests are judged for.", keys=_TARGET),
    "fail-on": Key(
        "word",
        "From which severity on the exit status is 1.",
        words={**SEVERITIES, "never": "Findings never change the exit status."},
        default="error",
    ),
    "baseline": Key("file", "A file of known findings, which are not told again."),
    "exclude": Key(
        "list",
        "Files or directories to leave out, as seen from this file; a bare name holds anywhere.",
        of=_GLOB,
    ),
    "kustomize": Key(
        "word",
        "Whether kustomizations are built.",
        words={
            "auto": "If kustomize or kubectl is installed.",
            "never": "Manifests are audited as they are written.",
        },
        default="auto",
    ),
}
SINGLE: Final = ("extends",)
"""Keys of a list whose one item may stand for the list."""
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "target_kuberay": ("target", "kuberay"),
    "target_kubernetes": ("target", "kubernetes"),
    "feature_gates": ("target", "feature-gates"),
    "require": ("suppressions", "require"),
    "fail_on": ("fail-on",),
}


def paths() -> Iterator[tuple[str, tuple[str, ...], Key]]:
    """The keys that set an option: its name in Options, the way to the key, what it takes."""
    names = {way: name for name, way in _OPTIONS.items()}
    for name, key in KEYS.items():
        if key.kind == "table":
            yield from ((names[name, part], (name, part), of) for part, of in key.keys.items())
        elif name != "extends":
            yield names.get((name,), name), (name,), key


def path_of(option: str) -> tuple[str, ...]:
    """The way to the key that sets an option."""
    return _OPTIONS.get(option, (option,))
