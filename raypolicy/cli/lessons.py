"""What `--help` and the man page teach of each command. Not here: how it is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import click


class Lesson(NamedTuple):
    """Options by purpose, examples with what they do, exit statuses, and closing paragraphs.

    Options that no purpose names come last, under `Options`.
    """

    purposes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()


_INPUTS: Final = ("exclude", "rev", "kustomize", "values")
_JUDGED: Final = (
    "target_kuberay",
    "target_kubernetes",
    "feature_gates",
    "config",
    "no_config",
)

STATUSES: Final = (
    ("0", "nothing at or above --fail-on was found, or nothing speaks of Ray"),
    ("1", "findings"),
    ("2", "misuse: options, configuration, a rule file, a file that could not be written"),
    ("3", "nothing was audited: no YAML or JSON document, or none could be read or built"),
    ("70", "an internal error; please report what it printed"),
)

GROUPS: Final = (
    ("Every day", ("check", "explain")),
    ("Look closer", ("rules", "facts", "preview", "graph", "upgrade")),
    ("Write rules", ("test", "schema")),
    ("Set up", ("completion", "docs")),
)
"""Commands by what they are for."""

LESSONS: Final[dict[str, Lesson]] = {
    "raypolicy": Lesson(
        examples=(
            ("raypolicy check", "Audit the working directory."),
            ("raypolicy explain worker-python-mismatch", "Why a rule is there, and what to do."),
            ("raypolicy COMMAND --help", "Options and examples of a command."),
        ),
    ),
    "check": Lesson(
        purposes=(
            ("What is read", (*_INPUTS, "stdin_filename")),
            (
                "What it is judged by",
                ("rules", "select", "ignore", "profile", *_JUDGED, "show_config"),
            ),
            (
                "What is shown",
                (
                    "formats",
                    "min_severity",
                    "no_suppressions",
                    "show_suppressed",
                    "show_unknown",
                    "color",
                    "quiet",
                    "verbose",
                ),
            ),
            ("Only what is new", ("diff_base", "baseline", "write_baseline")),
            ("What is changed", ("diff", "fix", "unsafe")),
            ("What it answers", ("fail_on",)),
        ),
        examples=(
            ("raypolicy check clusters/ jobs/train.yaml", "Directories and files."),
            ("raypolicy check overlays/prod", "A kustomization, built as it will be applied."),
            ("kustomize build overlays/prod | raypolicy check -", "What another tool prints."),
            ("raypolicy check -f table -f sarif=raypolicy.sarif", "A table, and a file for CI."),
            ("raypolicy check --diff clusters/", "A patch of what the safe fixes would change."),
            ("raypolicy check --select images,moving-tag", "One topic and one rule only."),
            (
                "raypolicy check --target-kuberay 1.3 --profile pedantic",
                "Another operator; advice.",
            ),
            (
                "raypolicy check --rev HEAD -f html=audit.html",
                "A page to read, of the commit.",
            ),
            ("raypolicy check --write-baseline known.json", "What is known, to be hidden later."),
            ("raypolicy check --diff-base HEAD", "What is not committed yet has brought this."),
        ),
        statuses=STATUSES,
        closing=(
            "Hide a finding with a comment on its line or the one above, and say why: "
            "# raypolicy: ignore[moving-tag] rebuilt nightly. Settings live in .raypolicy.yaml.",
        ),
    ),
    "explain": Lesson(
        examples=(("raypolicy explain moving-tag", "One rule, with examples and sources."),),
    ),
    "rules": Lesson(
        examples=(
            ("raypolicy rules", "The catalogue by topic."),
            ("raypolicy rules --format json", "The same for programs."),
        ),
    ),
    "facts": Lesson(
        purposes=(("What is read", _INPUTS), ("What it is judged by", _JUDGED)),
        examples=(("raypolicy facts clusters/dev.yaml", "The words that a rule can use here."),),
    ),
    "preview": Lesson(
        purposes=(("What is read", _INPUTS), ("What it is judged by", _JUDGED)),
        examples=(
            ("raypolicy preview clusters/dev.yaml", "Pods, Services and the rest, field by field."),
            ("raypolicy preview jobs/ --target-kuberay 1.4", "By an older operator."),
        ),
    ),
    "graph": Lesson(
        purposes=(("What is read", _INPUTS), ("What it is judged by", _JUDGED)),
        examples=(
            ("raypolicy graph clusters/", "Who refers to whom, a line each."),
            ("raypolicy graph clusters/ --format mermaid", "The same as a picture's source."),
        ),
    ),
    "upgrade": Lesson(
        purposes=(
            ("What is compared", ("before", "after")),
            ("What is read", _INPUTS),
            ("What it is judged by", _JUDGED[1:]),
        ),
        examples=(
            ("raypolicy upgrade --from 1.3 --to 1.7 clusters/", "Before the operator is upgraded."),
        ),
        statuses=(
            ("0", "nothing that went well is refused or an error"),
            ("1", "something is"),
            *STATUSES[2:3],
            *STATUSES[4:],
        ),
    ),
    "test": Lesson(
        examples=(
            ("raypolicy test policies/team-label.yaml", "The examples of a rule of your own."),
            ("raypolicy test", "The examples of the whole catalogue."),
        ),
    ),
    "schema": Lesson(
        examples=(
            ("raypolicy schema config > raypolicy.schema.json", "For an editor; see the docs."),
            ("raypolicy schema rule", "The same of rule files."),
        ),
    ),
    "completion": Lesson(
        examples=(
            ('eval "$(raypolicy completion bash)"', "For this shell; or in ~/.bashrc, ~/.zshrc."),
            (
                "raypolicy completion fish > ~/.config/fish/completions/raypolicy.fish",
                "For fish.",
            ),
        ),
    ),
    "docs": Lesson(
        closing=("For people who work on raypolicy itself: run it after a rule has changed.",),
    ),
}


def options_by_purpose(
    command: click.Command, ctx: click.Context
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The options of a command under headings, each once, as they are written and what they do."""
    left: dict[str | None, tuple[str, str]] = {}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None and isinstance(parameter, click.Option):
            left[parameter.name] = record
    for title, names in LESSONS[command.name or ""].purposes:
        if found := [left.pop(name) for name in names if name in left]:
            yield title, found
    yield "Options", list(left.values())
