"""One setting written into a Ray resource, wherever its kind keeps it. Not here: which (`topics`).

A way is words with spaces between: an anchor, then keys. `@NAME` is the item of a list that has
this name, made where there is none; `+` appends; a number is an item.
"""

from __future__ import annotations

import copy
from typing import Any, Final

from sources import Document

DROP: Final = "<dropped>"
"""Written instead of a value: the key goes."""
COPY: Final = "<copy>"
"""Appended instead of a value: the first item again."""
_CLUSTERS: Final = {
    "RayCluster": ("spec",),
    "RayJob": ("spec", "rayClusterSpec"),
    "RayService": ("spec", "rayClusterConfig"),
    "RayCronJob": ("spec", "jobTemplate", "rayClusterSpec"),
}
_JOBS: Final = {"RayJob": ("spec",), "RayCronJob": ("spec", "jobTemplate")}
_HEAD: Final = ("headGroupSpec",)
_WORKER: Final = ("workerGroupSpecs", 0)
_POD: Final = ("template", "spec")
_IN_CLUSTER: Final = {
    "cluster": (),
    "head": _HEAD,
    "headpod": (*_HEAD, *_POD),
    "headcontainer": (*_HEAD, *_POD, "containers", 0),
    "worker": _WORKER,
    "workerpod": (*_WORKER, *_POD),
    "workercontainer": (*_WORKER, *_POD, "containers", 0),
}
_PLAIN_WORKER: Final = {
    "groupName": "added",
    "replicas": 1,
    "minReplicas": 0,
    "maxReplicas": 2,
    "rayStartParams": {},
    "template": {
        "spec": {"containers": [{"name": "ray-worker", "image": "rayproject/ray:2.52.0"}]}
    },
}


class Misfit(Exception):
    """The resource has no place for a setting."""


def fits(way: str, kind: str) -> bool:
    """Whether a kind has what a way starts at."""
    anchor = way.split(" ", 1)[0]
    if anchor in ("job", "service", "cron"):
        return kind in {"job": _JOBS, "service": ("RayService",), "cron": ("RayCronJob",)}[anchor]
    return True


def _start(document: Document, anchor: str) -> list[str | int]:
    kind = document["kind"]
    if anchor == "meta":
        return ["metadata"]
    if anchor == "job":
        return list(_JOBS[kind])
    if anchor in ("spec", "service", "cron"):
        return ["spec"]
    return [*_CLUSTERS[kind], *_IN_CLUSTER[anchor]]


def write(document: Document, way: str, value: Any) -> None:
    """Write a value into a document, in place. Raises Misfit where something else is in the way."""
    anchor, *keys = way.split(" ")
    steps: list[str | int] = _start(document, anchor)
    steps += [int(key) if key.isdigit() else key for key in keys]
    here: Any = document
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if following is None:
            _put(here, step, value)
        else:
            here = _enter(here, step, following)


def _enter(here: Any, step: str | int, following: str | int) -> Any:
    new: Any = [] if following == "+" or str(following)[:1] == "@" or isinstance(following, int) else {}  # fmt: skip
    if isinstance(step, int):
        if isinstance(here, list) and not here:
            here.append(copy.deepcopy(_PLAIN_WORKER))
        if not isinstance(here, list) or step >= len(here):
            raise Misfit
        return here[step]
    if step[:1] == "@":
        return _named(here, step[1:])
    if not isinstance(here, dict):
        raise Misfit
    if here.get(step) is None:
        here[step] = new
    return here[step]


def _named(here: Any, name: str) -> Any:
    if not isinstance(here, list):
        raise Misfit
    for item in here:
        if isinstance(item, dict) and item.get("name") == name:
            return item
    here.append({"name": name})
    return here[-1]


def _put(here: Any, step: str | int, value: Any) -> None:
    if step == "+":
        if not isinstance(here, list) or (value == COPY and not here):
            raise Misfit
        here.append(copy.deepcopy(here[0] if value == COPY else value))
    elif isinstance(here, list) and isinstance(step, str) and step[:1] == "@":
        named = _named(here, step[1:])
        if value == DROP:
            here.remove(named)
        else:
            named.update(copy.deepcopy(value))
    elif isinstance(here, dict) and isinstance(step, str):
        if value == DROP:
            here.pop(step, None)
        else:
            here[step] = copy.deepcopy(value)
    else:
        raise Misfit
