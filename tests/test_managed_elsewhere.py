"""What the operator leaves alone is not said to be refused by it: resources that Kueue manages."""

from __future__ import annotations

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet
from raypolicy.source import SourceFile

KUEUE = "kueue.x-k8s.io/multikueue"
OPERATOR = "ray.io/kuberay-operator"
RULES = RuleSet(Rule(plan, {}) for plan in shipped() if plan["refused_by"] is not None)
CLUSTER = """
    enableInTreeAutoscaling: true
    headGroupSpec:
      rayStartParams: {{labels: a=b}}
      template:
        spec:
          volumes: [{{name: Data}}]
          containers: [{{name: ray-head, image: "rayproject/ray:2.52.0"}}]
    workerGroupSpecs:
    - groupName: unfit_name
      template: {{spec: {{containers: [{{name: ray-worker, image: "rayproject/ray:2.52.0"}}]}}}}
    - template: {{spec: {{containers: [{{name: ray-worker, image: "rayproject/ray:2.52.0"}}]}}}}
"""
MANIFESTS = {
    "RayCluster": "managedBy: {manager}" + CLUSTER.replace("\n    ", "\n  "),
    "RayJob": "managedBy: {manager}\n  rayClusterSpec:" + CLUSTER,
    "RayService": "managedBy: {manager}\n  rayClusterConfig:" + CLUSTER,
    "RayCronJob": "jobTemplate:\n   managedBy: {manager}\n   rayClusterSpec:" + CLUSTER,
}


def refusers(kind: str, manager: str, target: str, version: str = "v1") -> set[str]:
    """Who refuses a resource whose manager this is."""
    spec = MANIFESTS[kind].format(manager=manager)
    text = f"apiVersion: ray.io/{version}\nkind: {kind}\nmetadata: {{name: dev}}\nspec:\n  {spec}"
    model = Model(make_bundle("", [SourceFile("a.yaml", text)]), Aim(kuberay(target), "2026-01-01"))
    return {str(finding.rule.refused_by) for finding in RULES.run(model).findings}


@pytest.mark.parametrize(
    ("kind", "manager", "target", "left"),
    [
        ("RayCluster", KUEUE, "1.7", True),
        ("RayCluster", OPERATOR, "1.7", False),
        ("RayCluster", "${MANAGER}", "1.7", False),
        ("RayCluster", KUEUE, "1.3", True),
        ("RayCluster", KUEUE, "1.2", False),
        ("RayJob", KUEUE, "1.7", True),
        ("RayJob", OPERATOR, "1.7", False),
        ("RayService", KUEUE, "1.6", True),
        ("RayService", KUEUE, "1.5", False),
        ("RayCronJob", KUEUE, "1.7", False),
    ],
)
def test_who_refuses_it(kind: str, manager: str, target: str, left: bool) -> None:
    found = refusers(kind, manager, target)
    assert "api-server" in found, "the API server looks at everything"
    assert bool(found & {"operator", "pod-creation"}) is not left


def test_the_old_version_of_the_api_has_no_manager() -> None:
    assert "pod-creation" in refusers("RayCluster", KUEUE, "1.7", "v1alpha1")
