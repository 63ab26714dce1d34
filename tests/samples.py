"""Texts and types that several tests share. Not here: fixtures (`conftest`), findings (`reported`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Agrees = Callable[[Path, str], None]
NAMED_CLUSTER = (
    "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: %s}\nspec:\n  rayVersion: 2.9.0\n"
)
NAMING_RULE = """\
summary: A cluster has a name
severity: error
why: w
given: {cluster: 'clusters[*]'}
when: cluster.name exists
at: cluster.name
message: "{cluster.name}"
fix: {set: cluster.rayVersion, to: "'2.10.0'", safe: true}
examples: []
"""
"""A rule that finds every cluster, by its name, whatever it was read from."""
UNREADABLE_RULE = """\
summary: s
severity: warning
why: w
given: {document: 'documents[*]'}
when: document.defect exists
at: document.defect
message: "{document.defect}"
examples: []
"""
"""A rule that finds every document that cannot be read."""
