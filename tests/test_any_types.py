"""A value of any type at any place of a manifest raises no exception, whatever is asked about it.

The manifests are the examples of the rules: they have the keys that the checks read.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

import pytest
import yaml

from raypolicy.audit import aim_of
from raypolicy.bundle import bundle_of
from raypolicy.catalogue import shipped_rules
from raypolicy.config import Options
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.files import RawFile
from raypolicy.made import objects
from raypolicy.made.parts import plain
from raypolicy.model import Model
from raypolicy.ruleset import RuleSet
from raypolicy.selection import rules_for

VALUES: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        7,
        2**63,
        0.5,
        "",
        "x",
        "7",
        "${X}",
        "{{ .x }}",
        "a: b",
        "\u00e9\n",
    ),
    *([], {}, [None], ["x"], [[]], [{}], {"x": None}, {"x": []}, {"x": {}}, {"": ""}, [[{"x": 1}]]),
)
GATES: Final = (
    "GCSFaultToleranceEmbeddedStorage",
    "RayClusterHistoryServer",
    "RayClusterMTLS",
    "RayClusterNetworkPolicy",
    "RayCronJob",
)
TOPICS: Final = sorted(each.name for each in shipped_rules().iterdir() if each.is_dir())
TIMES: Final = 1
"""How often each example is changed."""
AIM: Final = aim_of(Options(feature_gates=GATES), "")
RULES: Final = RuleSet(rules_for(Options())[0])


def examples(topic: str) -> Iterator[Any]:
    """The objects of Ray's in the examples of a topic's rules."""
    for path in sorted((shipped_rules() / topic).glob("*.yaml")):
        for example in yaml.safe_load(path.read_text())["examples"]:
            try:
                documents = list(yaml.safe_load_all(example.get("fail") or example["pass"]))
            except yaml.YAMLError:
                continue
            for each in documents:
                if type(each) is dict and str(each.get("apiVersion")).startswith("ray.io/"):
                    yield json.loads(json.dumps(each, default=str))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every key and item below a value, with what holds it."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@pytest.mark.parametrize("topic", TOPICS)
def test_no_value_is_unforeseen(topic: str) -> None:
    chance = Random(topic)
    for example in examples(topic):
        for _ in range(TIMES):
            changed = json.loads(json.dumps(example))
            for _ in range(chance.choice((1, 1, 2))):
                found = [
                    (h, key) for h, key in places(changed) if key not in ("kind", "apiVersion")
                ]
                holder, key = chance.choice(found)
                holder[key] = copy.deepcopy(chance.choice(VALUES))
            ask(json.dumps(changed))


def ask(text: str) -> None:
    """All rules, and what the operator would make."""
    bundle = bundle_of(Batch("case", (RawFile("case.yaml", None, text.encode()),)))
    try:
        RULES.run(Model(bundle, AIM))
        for resource in bundle.ray:
            for made in objects(resource, AIM.release, GATES):
                plain(made.part)
    except Exception as error:
        raise AssertionError(f"{error!r} of {text}") from error
