"""What a kustomization names, and where in it. Not here: what lies behind the names (`closure`).

Source: kustomize `api/types/kustomization.go`, and https://kubectl.docs.kubernetes.io/references/kustomize/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.document import Document
from raypolicy.inputs.files import RawFile, decode
from raypolicy.source import SourceFile
from raypolicy.tree import Node

RESOURCE: Final = "resource"
PATCH: Final = "patch"
FURTHER: Final = "further"
"""Uses of a file: what is applied, what changes it, and all else."""

_FIELDS: Final = (
    # use, the list it stands in, the field of an item (none: the item itself)
    (RESOURCE, "resources", ()),
    (RESOURCE, "bases", ()),
    (RESOURCE, "components", ()),
    (FURTHER, "generators", ()),
    (FURTHER, "transformers", ()),
    (FURTHER, "validators", ()),
    (FURTHER, "configurations", ()),
    (FURTHER, "crds", ()),
    (FURTHER, "replacements", ("path",)),
    (FURTHER, "helmCharts", ("valuesFile",)),
    (PATCH, "patches", ("path",)),
    (PATCH, "patchesJson6902", ("path",)),
    (PATCH, "patchesStrategicMerge", ()),
)
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")
_REMOTE: Final = r"://|^git@|^git::|[?&](ref|version|submodules)=|^[\w-]+(\.[\w-]+)+/[^/]+/|//"


class Entry(NamedTuple):
    """A path or an address that a kustomization names, and the use that is made of it."""

    use: str
    text: str
    node: Node[str]

    @property
    def looks_remote(self) -> bool:
        """Whether kustomize would fetch it, if nothing of that name is there."""
        return re.search(_REMOTE, self.text) is not None


class Kustomization(NamedTuple):
    """A kustomization file that could be read; `root` is its content."""

    path: str
    root: Node[Any]

    @property
    def is_component(self) -> bool:
        kind: object = self.root.get("kind").value
        return kind == "Component"

    @property
    def has_charts(self) -> bool:
        """Whether it inflates Helm charts, which only happens where it is asked for."""
        charts = ("helmCharts", "helmChartInflationGenerator")
        return any(True for field in charts for _ in self.root.get(field).items())

    @property
    def source(self) -> SourceFile:
        return self.root.document.source

    def entries(self) -> Iterator[Entry]:
        """All that it names, in the order in which kustomize reads the fields."""
        for use, field, inner in _FIELDS:
            for item in self.root.get(field).items():
                yield from _entry(use, item.get(*inner))
        for field in _GENERATORS:
            for item in self.root.get(field).items():
                yield from _entry(FURTHER, item.get("env"))
                for listed in (*item.get("envs").items(), *item.get("files").items()):
                    yield from _entry(FURTHER, listed)
        yield from _entry(FURTHER, self.root.get("openapi", "path"))


def read_kustomization(path: str, file: RawFile) -> Kustomization | Document:
    """A kustomization; a Document with a defect where it cannot be read."""
    from raypolicy.reader import read_yaml
    from raypolicy.tree import root_of

    source = decode(file)
    if not isinstance(source, SourceFile):
        return source
    documents = read_yaml(source)
    broken = next((each for each in documents if each.defect is not None), None)
    if broken is not None:
        return broken
    document = documents[0] if documents else Document(source, 0, 0, len(source.text))
    return Kustomization(path, root_of(document))


def _entry(use: str, node: Node[Any]) -> Iterator[Entry]:
    """One entry; text of several lines is a patch or a resource itself, not the name of one."""
    text = node.value
    if type(text) is not str or "\n" in text or not text.strip():
        return
    if node.parent is not None and node.parent.key == "files":
        text = text.rpartition("=")[2]
    yield Entry(use, text, node)
