"""`.raypolicy.yaml` read, every mistake at its place. Not here: what options do (`config`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, Final

from raypolicy import expect
from raypolicy.expect import items, one_of, text, wrong
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import Node

SEVERITIES: Final = ("error", "warning", "note")


def read_config(path: str | PathLike[str]) -> dict[str, Any]:
    """What a configuration file sets, by the names of Options. Raises PlacedError."""
    path = Path(path)
    source = SourceFile(str(path), path.read_text("utf-8-sig"))
    if not read_yaml(source):
        return {}
    root = expect.mapping(source, "configuration", ", ".join(_KEYS))
    expect.keys(root, _KEYS)
    given: dict[str, Any] = {}
    for key, node in root.entries():
        name, read = _KEYS[key]
        if not node.absent:
            given[name] = read(node)
    if "rules" in given:
        given["rules"] = tuple(path.parent / each for each in given["rules"])
    if "exclude" in given:
        given["exclude"] = tuple(_from_here(glob, path.parent) for glob in given["exclude"])
    target = given.pop("target", {})
    return {**given, **target}


def _from_here(glob: str, base: Path) -> str:
    """A glob of a path as seen from the working directory; a bare name holds anywhere."""
    return os.path.relpath(base / glob) if "/" in glob.strip("/") else glob


def _texts(node: Node[Any]) -> tuple[str, ...]:
    return tuple(text(each) for each in items(node))


def _word(*known: str) -> Callable[[Node[Any]], str]:
    return lambda node: str(one_of(node, known))


def _severities(node: Node[Any]) -> dict[str, str]:
    return {rule: one_of(severity, SEVERITIES) for rule, severity in _mapping(node).entries()}


def _settings(node: Node[Any]) -> dict[str, dict[str, Any]]:
    return {rule: dict(_mapping(settings).value) for rule, settings in _mapping(node).entries()}


def _target(node: Node[Any]) -> dict[str, Any]:
    expect.keys(node, ("kuberay", "feature-gates"))
    found: dict[str, Any] = {"feature_gates": _texts(node.get("feature-gates"))}
    release = node.get("kuberay")
    if not release.absent:
        if not isinstance(release.value, str):
            raise wrong(release, "a release in quotes is expected, such as '1.6'")
        found["target_kuberay"] = release.value
    return found


def _mapping(node: Node[Any]) -> Node[Any]:
    if type(node.value) is not dict:
        raise wrong(node, "a mapping is expected")
    return node


_KEYS: Final[dict[str, tuple[str, Callable[[Node[Any]], Any]]]] = {
    "rules": ("rules", _texts),
    "select": ("select", _texts),
    "ignore": ("ignore", _texts),
    "exclude": ("exclude", _texts),
    "kustomize": ("kustomize", _word("auto", "never")),
    "profile": ("profile", _word("default", "pedantic")),
    "fail-on": ("fail_on", _word(*SEVERITIES, "never")),
    "severity": ("severity", _severities),
    "settings": ("settings", _settings),
    "target": ("target", _target),
}
