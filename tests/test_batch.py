"""What labels say to Kueue and to batch schedulers, as a table."""

from __future__ import annotations

import pytest
from test_facts import cluster, fact

SCHEDULERS = [
    # labels, the scheduler they are for, the key of a label for another
    ("", "absent", "absent"),
    ("kueue.x-k8s.io/queue-name: a", "absent", "absent"),
    ("volcano.sh/queue-name: a", "volcano", "absent"),
    ("volcano.sh/network-topology-mode: hard", "volcano", "absent"),
    ("yunikorn.apache.org/queue: a, yunikorn.apache.org/app-id: b", "yunikorn", "absent"),
    ("kai.scheduler/queue: a", "kai-scheduler", "absent"),
    ("kai.scheduler/queue: a, volcano.sh/queue-name: b", "unknown", "kai.scheduler/queue"),
    ("yunikorn.apache.org/queue: null", "absent", "absent"),
]


@pytest.mark.parametrize(("labels", "scheduler", "other"), SCHEDULERS)
def test_which_scheduler_labels_are_for(labels: str, scheduler: str, other: str) -> None:
    text = cluster(metadata=f"name: dev, labels: {{{labels}}}")
    assert (fact(text, "batch.scheduler"), fact(text, "batch.other_label")) == (scheduler, other)


MAKERS = [
    # what a cluster is written in, the queue it is in
    ("RayJob", "rayClusterSpec: {headGroupSpec: {}}", "gpus"),
    ("RayService", "rayClusterConfig: {headGroupSpec: {}}", "gpus"),
    ("RayCronJob", "jobTemplate: {rayClusterSpec: {headGroupSpec: {}}}", "absent"),
]


@pytest.mark.parametrize(("kind", "spec", "queue"), MAKERS)
def test_a_cron_job_hands_nothing_down(kind: str, spec: str, queue: str) -> None:
    labels = "labels: {kueue.x-k8s.io/queue-name: gpus}"
    text = f"apiVersion: ray.io/v1\nkind: {kind}\nmetadata: {{{labels}}}\nspec: {{{spec}}}\n"
    assert fact(text, "batch.queue") == queue


ELASTIC = [
    ("labels: {}", "false"),
    ('annotations: {kueue.x-k8s.io/elastic-job: "true"}', "true"),
    ('annotations: {kueue.x-k8s.io/elastic-job: "True"}', "false"),
    ("annotations: {kueue.x-k8s.io/elastic-job: $ELASTIC}", "unknown"),
    ('labels: {kueue.x-k8s.io/elastic-job: "true"}', "false"),
]


@pytest.mark.parametrize(("metadata", "elastic"), ELASTIC)
def test_which_annotation_marks_an_elastic_job(metadata: str, elastic: str) -> None:
    assert fact(cluster(metadata=f"name: dev, {metadata}"), "batch.is_elastic") == elastic


TIERS = [
    ("2", "true"),
    ("-1", "true"),
    ("+2", "true"),
    ("1.5", "false"),
    ("rack", "false"),
    ("", "false"),
    ("$TIER", "unknown"),
]


@pytest.mark.parametrize(("tier", "whole"), TIERS)
def test_which_tiers_go_can_read(tier: str, whole: str) -> None:
    label = f'volcano.sh/network-topology-highest-tier-allowed: "{tier}"'
    text = cluster(metadata=f"name: dev, labels: {{{label}}}")
    assert fact(text, "batch.is_tier_whole") == whole
