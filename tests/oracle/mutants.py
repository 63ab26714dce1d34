"""Manifests changed field by field, by hypothesis, the same ones for the same seed. Not here: what
is worth trying in each field (`topics.yaml`), and a CRD's constraints one by one (`constraints`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

import settings
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as run_settings
from hypothesis import strategies as st
from sources import KINDS, Document, Source, text
from topics import ALWAYS, GATED, TOPICS

GATES: Final = (
    "GCSFaultToleranceEmbeddedStorage",
    "RayClusterHistoryServer",
    "RayClusterMTLS",
    "RayClusterNetworkPolicy",
)
"""Feature gates that are off by default and decide what the operator refuses."""
_OTHERS: Final = (None, True, 7, -1, 0.5, "", "x", "7", "true", [], {}, ["x"], {"x": "y"})
_NUMBERS: Final = (-1, 0, 1, 7, 10**6, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 0.5, 65535, 65536)
Place: TypeAlias = tuple[Any, str | int, tuple[str | int, ...]]


class Mutant(NamedTuple):
    """A document as JSON, where it comes from, what was changed, and the gates that are on."""

    source: str
    changes: tuple[str, ...]
    gates: tuple[str, ...]
    text: str


def mutants(
    sound: Sequence[Source],
    others: Sequence[Source],
    count: int,
    number: int,
    gates: Collection[str] = GATES,
) -> tuple[Mutant, ...]:
    """So many distinct mutants, most often of sound resources, for a mutant of a broken one says
    little; parts are copied from `others`. `number` is the seed, `gates` those that can be on.
    """
    known = tuple(gate for gate in GATES if gate in gates)
    kinds = {kind: [each for each in sound if each.kind == kind] for kind in KINDS}
    present = [kind for kind in KINDS if kinds[kind]]
    found: dict[tuple[str, tuple[str, ...]], Mutant] = {}

    @seed(number)
    @run_settings(
        max_examples=count + count // 3,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def collect(chance: Random) -> None:
        some = kinds[chance.choice(present)] if chance.randint(0, 7) else others
        mutant = _mutant(chance, chance.choice(some), others, known)
        if mutant is not None and len(found) < count:
            found.setdefault((mutant.text, mutant.gates), mutant)

    collect()
    return tuple(found.values())


def _mutant(
    chance: Random, source: Source, others: Sequence[Source], known: tuple[str, ...]
) -> Mutant | None:
    document = copy.deepcopy(source.document)
    if chance.randint(0, 9) < 7:
        topic = chance.choice([name for name in TOPICS if _usable(name, source.kind)])
        changes = _by_topic(chance, document, topic)
        changes += _at_random(chance, document, others) if chance.randint(0, 9) == 0 else []
        gates = known if topic in GATED and chance.randint(0, 3) else ()
    else:
        rounds = chance.randint(1, 3)
        changes = [c for _ in range(rounds) for c in _at_random(chance, document, others)]
        gates = ()
    if not changes:
        return None
    return Mutant(source.name, tuple(changes), gates, text(document))


def _usable(topic: str, kind: str) -> bool:
    return sum(settings.fits(way, kind) for way, _ in TOPICS[topic]) >= 3


def _by_topic(chance: Random, document: Document, topic: str) -> list[str]:
    """Up to six settings of a topic, most often few; those that have no place are left out."""
    fitting = [each for each in TOPICS[topic] if settings.fits(each[0], document["kind"])]
    first = [each for each in ALWAYS[topic] if settings.fits(each[0], document["kind"])]
    chosen = [*first, *(chance.choice(fitting) for _ in range(chance.choice((1, 1, 2, 2, 3, 4))))]
    changes = []
    for way, values in chosen:
        value = chance.choice(values)
        try:
            settings.write(document, way, value)
        except settings.Misfit:
            continue
        changes.append(f"{way}: {text(value)}")
    return changes


def _places(document: Document) -> Iterator[Place]:
    """Every key and item, with what holds it and the way there."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    while stack:
        here, way = stack.pop()
        steps: Any = list(here) if isinstance(here, dict) else range(len(here))
        for step in steps:
            yield here, step, (*way, step)
            if isinstance(here[step], dict | list):
                stack.append((here[step], (*way, step)))


def _at_random(chance: Random, document: Document, others: Sequence[Source]) -> list[str]:
    """One change at any place but the kind."""
    places = [
        each for each in _places(document) if each[2] not in (("kind",), ("spec",), ("apiVersion",))
    ]
    here, step, way = chance.choice(places)
    name, change = chance.choice(_CHANGES)
    done = change(chance, here, step, places, others)
    return [] if done is None else [f"{name} {'.'.join(map(str, way))}{done}"]


def _delete(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str:
    del here[step]
    return ""


def _duplicate(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    if isinstance(here, list):
        here.append(copy.deepcopy(here[step]))
        return ""
    lists = [holder for holder, _, _ in places if isinstance(holder, list)]
    if not lists:
        return None
    chosen = chance.choice(lists)
    chosen.append(copy.deepcopy(chosen[0]))
    return " (another list's first item)"


def _retype(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str:
    here[step] = copy.deepcopy(chance.choice(_OTHERS))
    return f" = {text(here[step])}"


def _as_text(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    """Numbers and truths quoted, and texts that look like them unquoted."""
    value = here[step]
    if isinstance(value, bool | int | float):
        here[step] = text(value)  # type: ignore[arg-type]
    elif isinstance(value, str) and value.isascii() and value.isdigit():
        here[step] = int(value)
    elif isinstance(value, dict | list):
        here[step] = text(value)  # type: ignore[arg-type]
    else:
        here[step] = [value]
    return f" = {text(here[step])}"


def _move(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    if not isinstance(step, str):
        return None
    value = here.pop(step)
    outside = [(holder, key, way) for holder, key, way in places if isinstance(holder, dict) and not _within(holder, value)]  # fmt: skip
    if not outside:
        return None
    holder, _, way = chance.choice(outside)
    holder[step] = value
    return f" -> {'.'.join(map(str, way[:-1]))}"


def _within(holder: Any, value: Any) -> bool:
    return holder is value or (
        isinstance(value, dict | list)
        and any(
            _within(holder, each) for each in (value.values() if isinstance(value, dict) else value)
        )
    )


def _rename(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    if not isinstance(step, str) or not step:
        return None
    at = chance.randint(0, len(step) - 1)
    slips = (
        step[:at] + step[at + 1 :],
        step[:at] + step[at] + step[at:],
        step[:at] + step[at:][1:2] + step[at] + step[at + 2 :],
        step[0].swapcase() + step[1:],
        step.lower(),
        step + "s",
        "".join(f"_{c.lower()}" if c.isupper() else c for c in step),
        "x-" + step,
    )
    new = chance.choice(slips)
    if new in here:
        return None
    here[new] = here.pop(step)
    return f" -> {new}"


def _number(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    numbers = [(h, s, w) for h, s, w in places if isinstance(h[s], int) and not isinstance(h[s], bool)]  # fmt: skip
    if not numbers:
        return None
    here, step, way = chance.choice(numbers)
    here[step] = chance.choice(_NUMBERS)
    return f" (at {'.'.join(map(str, way))} = {here[step]})"


def _case(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    value = here[step]
    if not isinstance(value, str):
        return None
    forms = (value.upper(), value.lower(), value.capitalize(), value + " ", f" {value}", value[:-1])
    here[step] = chance.choice(forms)
    return f" = {text(here[step])}"


def _graft(chance: Random, here: Any, step: Any, places: Any, others: Any) -> str | None:
    """What another manifest has under the same key; else one of its parts at any key."""
    other = chance.choice(others).document
    parts = [h[s] for h, s, _ in _places(other) if s == step and type(h) is type(here)]
    if not parts or not isinstance(step, str):
        return None
    here[step] = copy.deepcopy(chance.choice(parts))
    return f" = {text(here[step])[:80]}"


_Change: TypeAlias = Callable[[Random, Any, Any, Any, Any], "str | None"]
_CHANGES: Final[tuple[tuple[str, _Change], ...]] = (
    ("delete", _delete),
    ("duplicate", _duplicate),
    ("retype", _retype),
    ("quote", _as_text),
    ("move", _move),
    ("rename", _rename),
    ("rename", _rename),
    ("number", _number),
    ("case", _case),
    ("graft", _graft),
)
