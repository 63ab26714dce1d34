"""The Ray resources that mutants are made of. Not here: how they are changed (`mutants`).

Files are read as plain data; what holds a placeholder is left out, for nobody knows its value.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from raypolicy.values import placeholder

KINDS = ("RayCluster", "RayJob", "RayService", "RayCronJob")
MOST = 12_000
"""Characters that a resource may have as JSON: larger ones cost time and show no more."""
Document: TypeAlias = dict[str, Any]


class Source(NamedTuple):
    """A Ray resource, and the file that it is from."""

    name: str
    document: Document

    @property
    def kind(self) -> str:
        return str(self.document["kind"])


def text(document: Document) -> str:
    """A document as both sides read it alike."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def sources(folder: Path) -> tuple[Source, ...]:
    """Every Ray resource below a folder once, in the order of file names."""
    found: dict[str, Source] = {}
    for path in sorted(folder.rglob("*.y*ml")):
        data = path.read_bytes() if path.is_file() else b""
        if b"ray.io/v1" not in data:
            continue
        for document in _documents(data):
            if _fit(document):
                key = text(document)
                name = path.relative_to(folder).as_posix()
                found.setdefault(key, Source(name, json.loads(key)))
    return tuple(found.values())


def _documents(data: bytes) -> Iterator[Any]:
    try:
        for document in yaml.load_all(data, yaml.CSafeLoader):
            yield json.loads(json.dumps(document, default=str))
    except (yaml.YAMLError, UnicodeError, ValueError, TypeError):
        return


def _fit(document: Any) -> bool:
    """Whether it is a Ray resource that has a spec and no placeholder."""
    if not isinstance(document, dict) or document.get("kind") not in KINDS:
        return False
    served = document.get("apiVersion") in ("ray.io/v1", "ray.io/v1alpha1")
    parts = (document.get("metadata"), document.get("spec"))
    if not served or not all(isinstance(part, dict) for part in parts):
        return False
    return len(text(document)) <= MOST and not any(map(placeholder, _texts(document)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (str(key), *_texts(each))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def wrapped(given: Iterable[Source]) -> tuple[Source, ...]:
    """The same, and the clusters also as jobs and services, the jobs also by the clock: people
    have few of some kinds.
    """
    found = list(given)
    for name, document in tuple(found):
        if document["kind"] == "RayCluster":
            job = {"entrypoint": "python train.py", "rayClusterSpec": document["spec"]}
            found.append(Source(name, _as(document, "RayJob", job)))
            found.append(Source(name, _as(document, "RayService", {"rayClusterConfig": document["spec"]})))  # fmt: skip
    for name, document in tuple(found):
        if document["kind"] == "RayJob":
            clock = {"schedule": "30 4 * * *", "jobTemplate": document["spec"]}
            found.append(Source(name, _as(document, "RayCronJob", clock)))
    return tuple(found)


def _as(document: Document, kind: str, spec: Document) -> Document:
    metadata = copy.deepcopy(document["metadata"])
    return {"apiVersion": "ray.io/v1", "kind": kind, "metadata": metadata, "spec": copy.deepcopy(spec)}  # fmt: skip
