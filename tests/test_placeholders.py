"""A value that has yet to be filled in brings no finding about it.

What each rule finds in its own examples is replaced by a placeholder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from raypolicy.catalogue import shipped
from raypolicy.examples import run
from raypolicy.source import SourceFile

PLACEHOLDERS = ['"${VALUE}"', "{{ .Values.value }}"]
ABOUT_PRESENCE = {
    # that it is written there at all, or that something else is not, whatever the value
    "autoscaler-without-cpus", "autoscaler-without-start-parameters", "cpu-request-unread-by-autoscaler", "unread-group-resources", "claim-beside-storage-settings", "cluster-above-queue", "cluster-above-quota", "cronjob-without-gate",
    "dashboard-port-mismatch", "extended-resource-without-limit", "fixed-head-pod-name", "forbidden-pod-setting", "gcs-port-mismatch",
    "handset-originator", "idle-topology-tier", "kai-job-with-submitter", "queue-of-borrowing-job", "queue-on-pods-alone", "queued-job-without-shutdown",
    "submitter-in-mesh", "volcano-job-on-selected-cluster", "idle-autoscaler-options", "idle-cleanup", "idle-ingress-options", "idle-serve-service",
    "idle-timeout-without-autoscaler-v2", "idle-upgrade-options", "ignored-generate-name", "ignored-pod-name",
    "kubernetes-tokens-beside-secret", "labels-start-parameter", "misplaced-annotation", "misplaced-ray-container",
    "missing-containers", "missing-group-name", "missing-image", "missing-memory-limit", "missing-quota-amounts",
    "missing-ray-stop-hook", "missing-resources", "misspelt-selector-key", "named-head-service", "overwritten-ray-start",
    "redis-field-with-embedded-storage", "redis-setting-beside-options", "redis-username-outside-options",
    "structured-start-parameter", "unextended-worker-rules", "unfit-hugepages", "unfit-mount", "unfit-node-selector",
    "unfit-pod-resource", "unfit-resource-claim", "unfit-resource-name", "unfit-security-profile", "unfit-toleration",
    "token-mode-on-head-only", "unlimited-replicas", "unrestricted-added-container", "unrestricted-container", "unseen-ray-start",
    "upgrade-strategy-of-made-cluster", "wait-before-mesh",
    "repeated-application-name", "repeated-route-prefix", "serve-probe-port-mismatch", "spread-placement-group", "unfit-import-path",
}  # fmt: skip


def replaced(plan: dict[str, Any], placeholder: str) -> Iterator[str]:
    """Findings at a placeholder that has been put where the rule found something."""
    for example in plan["examples"]:
        text, target = example.get("fail", ""), example.get("target")
        for finding in run(plan, SourceFile("a.yaml", text), target):
            start, end = finding.span.start, finding.span.end
            if "\n" in text[start:end]:
                continue
            filled = text[:start] + placeholder + text[end:]
            for again in run(plan, SourceFile("a.yaml", filled), target):
                if placeholder.strip('"') in again.span.text and "\n" not in again.span.text:
                    yield again.message


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
@pytest.mark.parametrize("plan", shipped(prose=True), ids=lambda plan: plan["id"])
def test_no_finding_is_about_a_placeholder(plan: dict[str, Any], placeholder: str) -> None:
    found = list(replaced(plan, placeholder))
    assert plan["id"] in ABOUT_PRESENCE or found == []
