"""Three-valued truth, and Kleene's and and or of clauses. Not here: one comparison (`clause`)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.paths import Scope
from raypolicy.tree import Node


class Truth(Enum):
    """Three values, and a fourth that is as silent as unknown but asks for no attention."""

    TRUE = 1
    FALSE = 2
    UNKNOWN = 3
    SILENT = 4


TRUE, FALSE, UNKNOWN, SILENT = Truth  # Python 3.11 takes its time over Truth.TRUE


class Outcome(NamedTuple):
    """What a clause came to, the nodes it compared, and a few words for each."""

    truth: Truth
    left: Node[Any] | None = None
    right: Node[Any] | None = None
    words: tuple[str, str] = ("", "")


Evaluate: TypeAlias = Callable[[Scope, list[Node[Any]]], Outcome]
"""A compiled clause: takes the scope and a list that unknown places are put on."""

# Only a false clause has nodes that anybody will ask for; the others are always the same.
HOLDS: Final = Outcome(TRUE)
DOUBTFUL: Final = Outcome(UNKNOWN)
NOT_ASKED: Final = Outcome(SILENT)


def all_of(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's and; the outcome is that of the first false clause."""
    if len(clauses) == 1:
        return clauses[0]

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        worst = HOLDS
        met: list[Node[Any]] = []
        for clause in clauses:
            outcome = clause(scope, met)
            truth = outcome.truth
            if truth is FALSE:
                return outcome
            if truth is not TRUE and worst.truth is not UNKNOWN:
                worst = outcome
        unknown += met
        return worst

    return evaluate


def any_of(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's or; false with the nodes of the first clause."""

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        best: Outcome | None = None
        met: list[Node[Any]] = []
        for clause in clauses:
            outcome = clause(scope, met)
            if outcome.truth is TRUE:
                return outcome
            if best is None or (best.truth is FALSE and outcome.truth is not FALSE):
                best = outcome
        unknown += met
        return best or HOLDS

    return evaluate
