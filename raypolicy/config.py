"""What the user set for a check. Not here: the command line (`cli`), its file (`configfile`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from raypolicy.findings import Severity

AnyPath: TypeAlias = "str | os.PathLike[str]"
NAME: Final = ".raypolicy.yaml"


class Override(NamedTuple):
    """What holds for the files that one of the globs matches: rules or topics left out there, and
    severities by rule.
    """

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = MappingProxyType({})


class Options(NamedTuple):
    """How a check is to be done.

    No target means the operator in the bundle, else the newest release. `settings` and `severity`
    are by rule; `fail_on` is a severity or `never`, `kustomize` is `auto` or `never`. With `prose`,
    rules carry their why and sources, which some formats show. `rev` is the git revision to read
    instead of the disk, `values` are files of values for Helm charts. `mandatory` are rules and
    topics that nothing hides; `require` is what every suppression must say: `reason`, `owner`,
    `until`. `baseline` is a file of known findings; with `diff_base`, a git revision, only what the
    work since then has brought is found.
    """

    rules: tuple[AnyPath, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str = "default"
    min_severity: str = "note"
    fail_on: str = "error"
    severity: Mapping[str, str] = MappingProxyType({})
    settings: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    target_kuberay: str | None = None
    feature_gates: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    kustomize: str = "auto"
    suppressions: bool = True
    prose: bool = False
    rev: str | None = None
    values: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    baseline: AnyPath | None = None
    diff_base: str | None = None

    @staticmethod
    def of(given: Mapping[str, Any], *, suppressions: bool, prose: bool) -> Options:
        """Options from what was given by name, the others as they are by default."""
        return Options(**given, suppressions=suppressions, prose=prose)

    @property
    def names_rules(self) -> bool:
        """Whether rules must be loaded in any case: to check what was named, or to list them."""
        named = (self.rules, self.select, self.ignore, self.severity, self.settings)
        return any(named) or self.target_kuberay is not None or self.prose


def severity_of(plan: Mapping[str, Any], options: Options) -> Severity:
    """The severity of a prepared rule as the user has it."""
    from raypolicy.findings import Severity

    return Severity[options.severity.get(plan["id"], plan["severity"]).upper()]


def is_mandatory(options: Options, rule: str, topic: str) -> bool:
    """Whether nothing hides what a rule finds: no `ignore`, override, suppression or baseline."""
    return rule in options.mandatory or topic in options.mandatory


def configuration(path: AnyPath | None) -> dict[str, Any]:
    """What the configuration file says, by the names of Options.

    It is the one named, else the nearest in the working directory or above; none is no mistake.
    """
    found = path if path is not None else _nearest(os.getcwd())
    if found is None:
        return {}
    from raypolicy.configfile import read_config

    return read_config(found)


def _nearest(directory: str) -> str | None:
    while True:
        candidate = os.path.join(directory, NAME)
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
