"""Which pods ask for nodes that may be taken back: a table. Not here: the rule (`test_rules`)."""

from __future__ import annotations

import pytest

from raypolicy.effective.spot import demanded
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, root_of

REQUIRED = (
    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
    "{nodeSelectorTerms: [%s]}}}"
)
SPOT = "{key: karpenter.sh/capacity-type, operator: In, values: [spot]}"
BOTH = "{key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}"
NOT = "{key: cloud.google.com/gke-spot, operator: DoesNotExist}"
IS = "{key: cloud.google.com/gke-spot, operator: Exists}"
PODS = [
    ('nodeSelector: {cloud.google.com/gke-spot: "true"}', "cloud.google.com/gke-spot: true"),
    ('nodeSelector: {cloud.google.com/gke-spot: "false"}', None),
    ("nodeSelector: {eks.amazonaws.com/capacityType: SPOT}", "eks.amazonaws.com/capacityType: SPOT"),
    ("nodeSelector: {eks.amazonaws.com/capacityType: '${TYPE}'}", None),
    ("nodeSelector: {team: spot}", None),
    ("nodeSelector: '${SELECTOR}'", None),
    ("tolerations: [{key: cloud.google.com/gke-spot, operator: Exists}]", None),
    (REQUIRED % f"{{matchExpressions: [{SPOT}]}}", "karpenter.sh/capacity-type: spot"),
    (REQUIRED % f"{{matchExpressions: [{BOTH}]}}", None),
    (REQUIRED % f"{{matchExpressions: [{NOT}]}}", None),
    (REQUIRED % f"{{matchExpressions: [{IS}]}}", "cloud.google.com/gke-spot"),
    (REQUIRED % f"{{matchExpressions: [{BOTH}, {IS}]}}", "cloud.google.com/gke-spot"),
    # either of two terms will do
    (REQUIRED % f"{{matchExpressions: [{SPOT}]}}, {{matchExpressions: [{NOT}]}}", None),
    (REQUIRED % f"{{matchExpressions: [{SPOT}]}}, {{matchExpressions: [{IS}]}}", "karpenter.sh/capacity-type: spot"),
    (REQUIRED % "", None),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "label"), PODS, ids=[row[0] for row in PODS])
def test_what_a_pod_demands(spec: str, label: str | None) -> None:
    (document,) = read_yaml(SourceFile("a.yaml", spec))
    assert demanded(root_of(document)).value == (ABSENT if label is None else label)
