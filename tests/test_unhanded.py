"""Which variables KubeRay's init container does not get: a table of bundles.

Not here: the rule's own examples (`test_rules`).
"""

from __future__ import annotations

import pytest
from test_facts import cluster, model

SOURCE = "apiVersion: v1\nkind: %s\nmetadata: {name: e}\n%s: {%s}\n---\n"
FROM_MAP = "envFrom: [{configMapRef: {name: e}}]"
FROM_SECRET = "envFrom: [{secretRef: {name: e}}]"
BUNDLES = [
    # the source; the worker's container; variables
    (("ConfigMap", "data", "RAY_USE_TLS: '1'"), FROM_MAP, ["RAY_USE_TLS"]),
    (("ConfigMap", "data", "RAY_USE_TLS: '0'"), FROM_MAP, []),
    (("ConfigMap", "data", "RAY_AUTH_MODE: token, RAY_USE_TLS: '1'"), FROM_MAP, ["RAY_AUTH_MODE"]),
    (("ConfigMap", "data", "HF_HOME: /a"), FROM_MAP, []),
    (("Secret", "data", "RAY_AUTH_TOKEN: YQ=="), FROM_SECRET, ["RAY_AUTH_TOKEN"]),
    (("Secret", "stringData", "RAY_AUTH_TOKEN: a"), FROM_SECRET, ["RAY_AUTH_TOKEN"]),
    (("Secret", "data", "RAY_AUTH_TOKEN: YQ=="), FROM_MAP, []),
    (
        ("ConfigMap", "data", "RAY_USE_TLS: '1'"),
        f"{FROM_MAP}, env: [{{name: RAY_USE_TLS, value: '1'}}]",
        [],
    ),
    (
        ("ConfigMap", "data", "RAY_USE_TLS: '1'"),
        "envFrom: [{prefix: MY_, configMapRef: {name: e}}]",
        [],
    ),
    (("ConfigMap", "data", "RAY_USE_TLS: '1'"), "envFrom: '${SOURCES}'", []),
]


@pytest.mark.parametrize(("source", "container", "names"), BUNDLES)
def test_what_the_init_container_lacks(
    source: tuple[str, str, str], container: str, names: list[str]
) -> None:
    text = SOURCE % source + cluster(worker_container=f"name: ray-worker, image: b, {container}")
    assert [each.name.value for each in model(text).root("unhanded")] == names


def test_there_was_no_init_container_before() -> None:
    text = SOURCE % BUNDLES[0][0] + cluster(worker_container=f"name: a, image: b, {FROM_MAP}")
    assert model(text, "0.4").root("unhanded") == ()
