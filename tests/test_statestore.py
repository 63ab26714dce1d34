"""Where the GCS keeps its state: which of several places counts, and what cannot be known.

Not here: what the operator refuses of it (`test_optioned`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, fact, model, told
from test_optioned import manifest, seen

from raypolicy.effective.redisaddress import fault, read

ON = "name: dev, annotations: {ray.io/ft-enabled: 'True'}"
SPACED = "name: dev, annotations: {ray.io/ft-enabled: 'true', ray.io/external-storage-namespace: a}"
VARIABLE = "env: [{name: RAY_REDIS_ADDRESS, value: 'r:1'}]"
OPTIONS = "gcsFaultToleranceOptions: {redisAddress: 'r:2', externalStorageNamespace: b}"
SPACE_VARIABLE = "env: [{name: RAY_external_storage_namespace, value: c}]"
FROM = "env: [{name: RAY_REDIS_ADDRESS, valueFrom: {secretKeyRef: {name: a, key: b}}}]"

FACTS = [
    # the manifest's parts, a fact of the store, its value
    ({}, "lasts", "false"),
    ({"metadata": ON}, "lasts", "true"),
    ({"spec": "gcsFaultToleranceOptions: {}"}, "lasts", "true"),
    ({"metadata": ON, "kind": "RayCronJob"}, "lasts", "false"),
    ({}, "kind", "memory"),
    ({"metadata": ON}, "kind", "redis"),
    ({"spec": "gcsFaultToleranceOptions: {backend: rocksdb}"}, "kind", "rocksdb"),
    ({"spec": "gcsFaultToleranceOptions: {backend: '${X}'}"}, "kind", UNKNOWN),
    ({"metadata": ON}, "address", ABSENT_TEXT),
    ({"metadata": ON, "container": VARIABLE}, "address", "r:1"),
    ({"spec": OPTIONS, "container": VARIABLE}, "address", "r:2"),
    ({"metadata": ON, "container": FROM}, "address", UNKNOWN),
    ({"metadata": ON, "container": "envFrom: [{secretRef: {name: a}}]"}, "address", UNKNOWN),
    ({"metadata": ON, "container": "args: ['X=1 ray start --head']"}, "address", UNKNOWN),
    ({"metadata": ON, "head": "rayStartParams: {address: 'r:3'}"}, "address", "r:3"),
    ({"spec": "gcsFaultToleranceOptions: {redisAddress: ''}"}, "address", ABSENT_TEXT),
    ({"metadata": ON}, "space", ABSENT_TEXT),
    ({"metadata": SPACED}, "space", "a"),
    ({"metadata": SPACED, "spec": OPTIONS}, "space", "b"),
    ({"metadata": SPACED, "spec": OPTIONS, "container": SPACE_VARIABLE}, "space", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "name", "expected"), FACTS)
def test_store(parts: dict[str, str], name: str, expected: str) -> None:
    assert fact(manifest(**parts), f"state_store.{name}") == expected


WAIT = "name: RAY_gcs_rpc_server_reconnect_timeout_s"
WAITS = [
    # the head's variable, the worker's, whether the state lasts, how long workers and head wait
    ("", f"{WAIT}, value: '30'", True, [("30", "60")]),
    (f"{WAIT}, value: '20'", "", True, [("600", "20")]),
    (f"{WAIT}, value: '20'", "", False, [("60", "20")]),
    ("", f"{WAIT}, value: '${{X}}'", True, [(UNKNOWN, "60")]),
    ("", "name: OTHER, value: '30'", True, []),
]


@pytest.mark.parametrize(("head", "worker", "lasts", "expected"), WAITS)
def test_waits(head: str, worker: str, lasts: bool, expected: list[tuple[str, str]]) -> None:
    inside = f"name: w, image: x, env: [{{{worker}}}]" if worker else "name: w, image: x"
    text = manifest(
        spec=OPTIONS if lasts else "",
        container=f"env: [{{{head}}}]" if head else "",
        worker=f"template: {{spec: {{containers: [{{{inside}}}]}}}}",
    )
    found = seen(text).state_store.waits
    assert [(told(each.seconds), told(each.of_head)) for each in found] == expected


ADDRESSES = [
    # an address, the labels of its host and its port; None where Ray cannot read it
    ("redis:6379", (("redis",), 6379)),
    ("redis://redis.ml:6379", (("redis", "ml"), 6379)),
    ("rediss://cache.example.com:6380", (("cache", "example", "com"), 6380)),
    ("a:1,b:2", (("a",), 1)),
    ("10.0.0.1:6379", ((), 6379)),
    ("redis", None),
    (":6379", None),
    ("redis:6379/0", None),
    ("http://redis:6379", None),
    ("redis://:secret@redis:6379", None),
    ("a:1,b", None),
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_address(text: str, expected: tuple[tuple[str, ...], int] | None) -> None:
    found = read(text)
    assert (None if found is None else (found.host, found.port)) == expected
    assert (fault(text) is None) == (expected is not None)


CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  gcsFaultToleranceOptions: {redisAddress: 'redis:6379'}
  headGroupSpec: {template: {spec: {containers: [{name: ray, image: x}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: redis}
spec: {selector: {app: redis}, ports: [{port: 6379}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: redis}
spec:
  template:
    metadata: {labels: {app: redis, tier: store}}
    spec:
      volumes: [{name: c, configMap: {name: c}}]
      containers: [{name: r, CONTAINER}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  redis.conf: |
    # requirepass no
    CONFIGURATION
"""
LOCKS = [
    # the container of Redis, a line of its configuration, what makes it ask for a password
    ("image: 'redis:7'", "requirepass abc", ABSENT_TEXT),
    ("image: 'redis:7', args: [/etc/redis.conf]", "requirepass abc", "requirepass"),
    ("image: 'redis:7', args: [/etc/redis.conf]", "port 6379", UNKNOWN),
    ("image: 'redis:7', args: [--requirepass, abc]", "", "--requirepass"),
    ("image: 'redis:7', args: [--appendonly, 'yes']", "", ABSENT_TEXT),
    ("image: 'redis:7', args: [--aclfile, users]", "", UNKNOWN),
    ("image: 'valkey/valkey:8'", "", ABSENT_TEXT),
    ("image: 'bitnami/redis:7'", "", UNKNOWN),
    ("image: 'example/cache:1'", "", UNKNOWN),
    ("image: 'redis:7', command: [sh, -c, 'redis-server $ARGS']", "", UNKNOWN),
]


@pytest.mark.parametrize(("container", "line", "expected"), LOCKS)
def test_lock(container: str, line: str, expected: str) -> None:
    text = CLUSTER.replace("CONTAINER", container).replace("CONFIGURATION", line)
    (link,) = model(text).root("redis_links")
    assert told(link.lock) == expected
