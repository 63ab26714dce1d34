"""Which pods a ResourceFlavor is for, as Kueue has it: tolerations, labels of nodes."""

from __future__ import annotations

import pytest
from test_facts import cluster, model, told

QUEUE = """\
apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {name: all}
spec:
  namespaceSelector: {}
  resourceGroups: [{coveredResources: [cpu], flavors: [{name: spot, resources: []}]}]
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: LocalQueue
metadata: {name: q, namespace: ml}
spec: {clusterQueue: all}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ResourceFlavor
metadata: {name: spot}
"""
TAINT = "nodeTaints: [{key: spot, value: 'yes', effect: NoSchedule}]"
LABEL = "nodeLabels: {zone: a}"
FLAVORS = [
    # the flavor, what the pods' spec has, what keeps them out
    ("{}", "", []),
    (TAINT, "", ["taint spot"]),
    ("nodeTaints: [{key: spot, effect: PreferNoSchedule}]", "", []),
    (TAINT, "tolerations: [{operator: Exists}]", []),
    (TAINT, "tolerations: [{key: spot, operator: Exists, effect: NoExecute}]", ["taint spot"]),
    (TAINT, "tolerations: [{key: spot, operator: Exists}]", []),
    (TAINT, "tolerations: [{key: spot, value: 'yes', effect: NoSchedule}]", []),
    (TAINT, "tolerations: [{key: spot, value: 'no'}]", ["taint spot"]),
    (TAINT, "tolerations: [{key: $KEY, operator: Exists}]", []),
    (TAINT, "tolerations: [{key: spot, operator: Gt, value: '1'}]", []),
    (f"{TAINT}, tolerations: [{{key: spot, operator: Exists}}]", "", []),
    (LABEL, "nodeSelector: {zone: a}", []),
    (LABEL, "nodeSelector: {zone: b}", ["label a"]),
    (LABEL, "nodeSelector: {zone: $ZONE}", []),
    (LABEL, "nodeSelector: {disk: ssd}", []),
    ("nodeLabels: {zone: $ZONE}", "nodeSelector: {zone: b}", []),
]


@pytest.mark.parametrize(("flavor", "spec", "expected"), FLAVORS)
def test_what_keeps_pods_out_of_a_flavor(flavor: str, spec: str, expected: list[str]) -> None:
    written = flavor if flavor.startswith("{") else f"{{{flavor}}}"
    ray = cluster(
        metadata="name: dev, namespace: ml, labels: {kueue.x-k8s.io/queue-name: q}",
        head_container="name: head, image: a",
        worker_container="name: w, image: a, resources: {limits: {cpu: 1}}",
        worker="groupName: w, replicas: 2",
    )
    if spec:
        before, _, after = ray.rpartition("containers:")
        ray = f"{before}{spec}, containers:{after}"
    (queue,) = model(f"{QUEUE}spec: {written}\n---\n{ray}").root("queues")
    found = [
        f"label {told(each.label)}" if each.taint.absent else f"taint {told(each.taint)}"
        for each in queue.unfit_flavors
    ]
    assert found == expected
