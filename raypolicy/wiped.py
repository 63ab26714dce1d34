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
from raypolicy.inputs.kustomization import RESOURCE
from raypolicy.inputs.patches import patches_of
from raypolicy.reader import read_yaml
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
    for root in _resources(closure):
        originals.setdefault(str(root.get("kind").value), []).append(root)
    for patch in patches_of(closure):
        for original in originals.get(patch.kind, ()):
            if patch.is_for(original.get("metadata", "name").known):
                yield from _wiped(patch.root.get("spec"), original.get("spec"))


def forget(documents: Iterable[Document], items: Iterable[WipedItem]) -> None:
    """Make unknown in rendered documents what has been wiped: the loss is told once, for itself."""
    roots = [root_of(document) for document in documents]
    for item in items:
        original = root_of(item.base.document)
        for root in roots:
            found = root.get(*item.node.path)
            if _has_become(original, root) and isinstance(found.value, dict):
                found.value.update(
                    dict.fromkeys((key for key in item.lost if key not in found.value), _GONE)
                )


def _has_become(original: Node[Any], rendered: Node[Any]) -> bool:
    """Whether an object may be what has become of another: its name may have got a prefix or an
    ending.
    """
    one, other = (each.get("metadata", "name").known for each in (original, rendered))
    same_kind = original.get("kind").value == rendered.get("kind").value
    return same_kind and isinstance(one, str) and isinstance(other, str) and one in other


def _wiped(patch: Node[Any], original: Node[Any]) -> Iterator[WipedItem]:
    """The wiped items below a place of a patch, and the same place of what it patches."""
    for key, node in patch.entries():
        if isinstance(node.value, dict):
            yield from _wiped(node, original.get(key))
        elif isinstance(node.value, list) and key in _NEEDED:
            name, needed = _NEEDED[key]
            before = {str(item.get(name).value): item for item in original.get(key).items()}
            for item in node.items():
                base = before.get(str(item.get(name).known))
                if base is not None and item.get(needed).absent and not base.get(needed).absent:
                    lost = tuple(each for each in base.value if each not in item.value)
                    yield WipedItem(item, base, lost)


def _resources(closure: Closure) -> Iterator[Node[Any]]:
    """The objects of files that speak of Ray, as they are written."""
    for path in sorted(closure.used_as(RESOURCE)):
        file = closure.files.get(path)
        source = decode(file) if file is not None and b"ray.io/" in file.data else None
        for document in read_yaml(source) if isinstance(source, SourceFile) else ():
            yield root_of(document)
