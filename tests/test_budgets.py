"""What PodDisruptionBudgets allow of Ray's pods: a table. Not here: the rules (`test_rules`)."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, told

from raypolicy.facts.budget import Budget

BUDGET = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep}
spec: {%s, selector: {matchLabels: %s}}
"""
HEAD = "{ray.io/node-type: head}"
ALL = "{ray.io/cluster: dev}"


def budget(setting: str, labels: str, worker: str = "groupName: w, replicas: 3") -> Budget:
    seen = model(cluster(worker=worker) + BUDGET % (setting, labels))
    (found,) = (each for one in seen.root("selectors") for each in one.budgets)
    assert isinstance(found, Budget)
    return found


COUNTED = [
    # what is written, for whom; what cannot be counted, whether all are kept
    ("maxUnavailable: 1", HEAD, "1", "False"),
    ("maxUnavailable: 50%", ALL, "50%", "False"),
    ("maxUnavailable: 0", HEAD, ABSENT_TEXT, "True"),
    ("maxUnavailable: 0%", HEAD, ABSENT_TEXT, "True"),
    ("maxUnavailable: '${N}'", HEAD, UNKNOWN, UNKNOWN),
    ("minAvailable: 1", HEAD, ABSENT_TEXT, "True"),
    ("minAvailable: 0", HEAD, ABSENT_TEXT, "False"),
    ("minAvailable: 3", ALL, ABSENT_TEXT, "False"),
    ("minAvailable: 4", ALL, ABSENT_TEXT, "True"),
    ("minAvailable: 50%", ALL, "50%", UNKNOWN),
    ("minAvailable: 100%", ALL, ABSENT_TEXT, "True"),
]


@pytest.mark.parametrize(("setting", "labels", "uncounted", "kept"), COUNTED)
def test_what_it_allows(setting: str, labels: str, uncounted: str, kept: str) -> None:
    found = budget(setting, labels)
    kept_all = found.keeps_all.value
    assert told(found.uncounted) == uncounted
    assert (str(kept_all) if type(kept_all) is bool else UNKNOWN) == kept


def test_pods_are_counted_as_far_as_they_are_known() -> None:
    assert told(budget("minAvailable: 1", ALL).pods) == "4"
    unsure = budget("minAvailable: 1", ALL, "groupName: w, replicas: '${N}'")
    assert (told(unsure.pods), unsure.keeps_all.unknown) == (UNKNOWN, True)


def test_whose_pods_they_are() -> None:
    one, all_of_them = budget("minAvailable: 1", HEAD), budget("minAvailable: 1", ALL)
    assert (one.selects_head.value, one.selects_others.value) == (True, False)
    assert (all_of_them.selects_head.value, all_of_them.selects_others.value) == (True, True)


def test_other_pods_are_none_of_its_business() -> None:
    seen = model(cluster() + BUDGET % ("maxUnavailable: 1", "{app: web}"))
    assert [each for one in seen.root("selectors") for each in one.budgets] == []
