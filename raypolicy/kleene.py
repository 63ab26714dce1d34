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

# Only a false clause has nodes that anybody may ask for; the others are these and no others.
HOLDS: Final = Outcome(TRUE)
FAILS: Final = Outcome(FALSE)
DOUBTFUL: Final = Outcome(UNKNOWN)
NOT_ASKED: Final = Outcome(SILENT)


def all_of(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's and; the outcome is that of the first false clause."""
    if len(clauses) == 1:
        return clauses[0]

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        worst = HOLDS
        before = len(unknown)
        for clause in clauses:
            outcome = clause(scope, unknown)
            if outcome is HOLDS:
                continue
            if outcome.truth is FALSE:
                del unknown[before:]
                return outcome
            if worst is not DOUBTFUL:
                worst = outcome
        return worst

    return evaluate


def any_of(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's or; false with the nodes of the first clause."""

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        best: Outcome | None = None
        before = len(unknown)
        for clause in clauses:
            outcome = clause(scope, unknown)
            if outcome is HOLDS:
                del unknown[before:]
                return HOLDS
            if best is None or (best.truth is FALSE and outcome.truth is not FALSE):
                best = outcome
        return best or HOLDS

    return evaluate
