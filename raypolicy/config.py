"""What the user set for a check. Not here: the command line (`cli`), its file (`configfile`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from raypolicy.errors import PlacedError, UsageError

if TYPE_CHECKING:
    from raypolicy.findings import Severity
    from raypolicy.source import Span

AnyPath: TypeAlias = "str | os.PathLike[str]"
NAME: Final = ".raypolicy.yaml"


class Override(NamedTuple):
    """What holds for the files that one of the globs matches: rules or topics left out there, and
    severities by rule or topic.
    """

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = MappingProxyType({})


class Options(NamedTuple):
    """How a check is to be done.

    No target means the operator in the bundle, else the newest release. `settings` are by rule,
    `severity` by rule or topic; `fail_on` is a severity or `never`, `kustomize` is `auto` or
    `never`. With `prose`, rules carry their why and sources, which some formats show; without
    `fixes`, findings have none, which spares a good part of their time. `rev` is the git revision
    to read instead of the disk, `values` are files of values for Helm charts.
    `mandatory` are rules and topics that nothing hides; `require` is what every suppression must
    say: `reason`, `owner`, `until`. `baseline` is a file of known findings; with `diff_base`, a git
    revision, only what the work since then has brought is found. `origins` is where values stand in
    configuration files, by the way to them, as `layers` tells it.
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
    target_kubernetes: str | None = None
    feature_gates: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    kustomize: str = "auto"
    suppressions: bool = True
    prose: bool = False
    fixes: bool = True
    rev: str | None = None
    values: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    baseline: AnyPath | None = None
    diff_base: str | None = None
    origins: Mapping[tuple[str, ...], Span] = MappingProxyType({})

    @staticmethod
    def of(
        given: Mapping[str, Any], *, suppressions: bool, prose: bool, fixes: bool = True
    ) -> Options:
        """Options from what was given by name, the others as they are by default."""
        return Options(**given, suppressions=suppressions, prose=prose, fixes=fixes)

    @property
    def names_rules(self) -> bool:
        """Whether rules must be loaded in any case: to check what was named, or to list them."""
        named = (self.rules, self.select, self.ignore, self.severity, self.settings)
        targets = (self.target_kuberay, self.target_kubernetes)
        return any((*named, self.mandatory, self.overrides, *targets, self.prose))

    def mistake(self, message: str, *way: str) -> UsageError:
        """What to raise for a value, at its place if a configuration file has it."""
        spans = (span for each, span in self.origins.items() if each[: len(way)] == way)
        span = next(spans, None)
        return UsageError(message) if span is None else PlacedError(message, span)


def severity_of(plan: Mapping[str, Any], options: Options) -> Severity:
    """The severity of a prepared rule as the user has it, paths aside."""
    from raypolicy.findings import Severity

    word = set_severity(options.severity, plan["id"], plan["topic"]) or plan["severity"]
    return Severity[word.upper()]


def set_severity(severities: Mapping[str, str], rule: str, topic: str) -> str | None:
    """What is set for a rule, itself or by its topic."""
    return severities.get(rule, severities.get(topic))


def is_mandatory(options: Options, rule: str, topic: str) -> bool:
    """Whether nothing hides what a rule finds: no `ignore`, override, suppression or baseline."""
    return rule in options.mandatory or topic in options.mandatory


def config_file(path: AnyPath | None) -> AnyPath | None:
    """The configuration file: the one named, else the nearest in the working directory or above."""
    return path if path is not None else _nearest(os.getcwd())


def _nearest(directory: str) -> str | None:
    while True:
        candidate = os.path.join(directory, NAME)
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
