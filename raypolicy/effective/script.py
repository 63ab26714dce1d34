"""Where the script of an entrypoint lies. Not here: how a shell reads the text (`entrypoint`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import dirname, normpath
from typing import Any, Final

from raypolicy.tree import Node

_SCRIPT: Final = r"(?:^|\s)python[0-9.]*\s+(?:-[a-zA-Z]\s+)*(/[\w./-]+\.py)(?=\s|$)"


def elsewhere(
    entrypoint: Node[str], head: Node[Any], others: Iterable[Node[Any]]
) -> Node[str] | None:
    """The Python file of an entrypoint, if another pod has it from a ConfigMap and the first
    container of the head mounts nothing at or above its place; the pods are given by their specs.
    """
    text = entrypoint.value
    found = re.search(_SCRIPT, text) if type(text) is str else None
    if found is None or _is_unclear(head):
        return None
    folder = dirname(normpath(found[1]))
    if any(f"{folder}/".startswith(f"{place}/") for place, _ in _mounts(head)):
        return None
    for pod in others:
        for place, volume in _mounts(pod):
            if place in (folder, found[1]) and not volume.get("configMap").absent:
                return entrypoint.part(*found.span(1))
    return None


def _mounts(pod: Node[Any]) -> Iterable[tuple[str, Node[Any]]]:
    """Where the first container mounts which volumes."""
    volumes = {str(volume.get("name").value): volume for volume in pod.get("volumes").items()}
    for mount in pod.get("containers", 0).get("volumeMounts").items():
        place, volume = mount.get("mountPath").value, volumes.get(str(mount.get("name").value))
        if type(place) is str:
            nothing = mount.put({})
            yield normpath(place), volume if volume is not None else nothing


def _is_unclear(head: Node[Any]) -> bool:
    """Whether the head may mount more than can be read."""
    mounts = head.get("containers", 0).get("volumeMounts")
    places = [mount.get("mountPath").value for mount in mounts.items()]
    unread = mounts.unknown or type(mounts.value) is str
    return unread or any(type(place) is not str or "$" in place or "{" in place for place in places)
