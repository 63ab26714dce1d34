"""Lists of Ray's objects that a strategic merge patch has replaced. Not here: other patches.

kustomize merges lists by the keys that Kubernetes' own types declare. Custom resources declare none
in what kustomize knows of them: a list in a patch takes the place of the whole list, and what its
items leave out is gone. Tried with kustomize 5.5 and 5.7; a schema given under `openapi` changes
it. See https://github.com/kubernetes-sigs/kustomize/issues/2825.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.document import Document
from raypolicy.inputs.closure import Closure
from raypolicy.inputs.files import decode
from raypolicy.inputs.kustomization import PATCH, RESOURCE
from raypolicy.reader import embedded, read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import Node, Unknown, root_of

_NEEDED: Final = {"workerGroupSpecs": ("groupName", "template"), "containers": ("name", "image")}
"""By list: the key that names an item, and the one without which an item is nothing."""
_GONE: Final = Unknown("a patch has replaced the list that it was in")


class WipedItem(NamedTuple):
    """An item of a patch that has lost what the same item of the patched object says; `lost` are
    its keys, `base` is the item there.
    """

    node: Node[Any]
    base: Node[Any]
    lost: tuple[str, ...]


def wiped_items(closure: Closure) -> Iterator[WipedItem]:
    """The items that the patches of a kustomization and its bases wipe."""
    if any(not part.root.get("openapi").absent for part in closure.parts.values()):
        return
    originals: dict[str, list[Node[Any]]] = {}
    for root in _objects(closure, RESOURCE):
        originals.setdefault(str(root.get("kind").value), []).append(root)
    for patch, kind in _patches(closure):
        for original in originals.get(kind, ()):
            if _is_meant(patch, original):
                yield from _wiped(patch.get("spec"), original.get("spec"))


def forget(documents: Iterable[Document], items: Iterable[WipedItem]) -> None:
    """Make unknown in rendered documents what has been wiped: the loss is told once, for itself."""
    roots = [root_of(document) for document in documents]
    for item in items:
        original = _top(item.base)
        for root in roots:
            found = root.get(*item.node.path)
            if _is_meant(root, original) and isinstance(found.value, dict):
                found.value.update(
                    dict.fromkeys((key for key in item.lost if key not in found.value), _GONE)
                )


def _wiped(patch: Node[Any], original: Node[Any]) -> Iterator[WipedItem]:
    """The wiped items below a place of a patch, and the same place of what it patches."""
    for key, node in patch.entries():
        if isinstance(node.value, dict):
            yield from _wiped(node, original.get(key))
        elif isinstance(node.value, list) and key in _NEEDED:
            name, needed = _NEEDED[key]
            before = {item.get(name).value: item for item in original.get(key).items()}
            for item in node.items():
                base = before.get(item.get(name).known)
                if base is not None and item.get(needed).absent and not base.get(needed).absent:
                    lost = tuple(each for each in base.value if each not in item.value)
                    yield WipedItem(item, base, lost)


def _patches(closure: Closure) -> Iterator[tuple[Node[Any], str]]:
    """Strategic merge patches, each with the kind that it is for."""
    for root in _objects(closure, PATCH):
        yield root, str(root.get("kind").value)
    for part in closure.parts.values():
        for item in part.root.get("patches").items():
            patch, target = item.get("patch"), item.get("target", "kind")
            for root in _within(patch):
                kind = target.either(root.get("kind"))
                yield root, str(kind.value)
        for patch in part.root.get("patchesStrategicMerge").items():
            for root in _within(patch):
                yield root, str(root.get("kind").value)


def _within(node: Node[Any]) -> Iterator[Node[Any]]:
    if isinstance(node.known, str) and "\n" in node.known:
        yield from map(root_of, embedded(node))


def _objects(closure: Closure, use: str) -> Iterator[Node[Any]]:
    """The objects in files of a use that are Ray's."""
    for path in sorted(closure.used_as(use)):
        file = closure.files.get(path)
        if file is not None and b"ray.io/" in file.data:
            source = decode(file)
            for document in read_yaml(source) if isinstance(source, SourceFile) else ():
                root = root_of(document)
                if isinstance(root.value, dict):
                    yield root


def _is_meant(patch: Node[Any], original: Node[Any]) -> bool:
    """Whether an object is the one that a patch is for, or what has become of it: its name may have
    been given a prefix or an ending since.
    """
    kind, name = patch.get("kind"), patch.get("metadata", "name").known
    other = original.get("metadata", "name").known
    same_kind = kind.absent or kind.value == original.get("kind").value
    named = name is None or (isinstance(other, str) and (other in str(name) or str(name) in other))
    return same_kind and named


def _top(node: Node[Any]) -> Node[Any]:
    while node.parent is not None:
        node = node.parent
    return node
