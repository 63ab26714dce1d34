"""Which kustomizations among the files found are built, and what became of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from raypolicy.document import Document
from raypolicy.inputs.closure import Closure
from raypolicy.inputs.files import decode, speaks_of_ray
from raypolicy.inputs.kustomization import PATCH, RESOURCE
from raypolicy.inputs.kustomize import build, builder
from raypolicy.inputs.rendered import Rendered
from raypolicy.inputs.tools import ToolError


class Overlay(NamedTuple):
    """A kustomization that is no base of another, and what it was built to.

    `failure` is what the tool says where it fails; `left` is why it was not even tried, in the
    words of the coverage line.
    """

    closure: Closure
    rendered: Rendered | None = None
    failure: str = ""
    left: str = ""

    @property
    def file(self) -> str:
        """Its kustomization file as people see it."""
        closure = self.closure
        part = closure.parts.get(closure.folder)
        return closure.unreadable[0].source.name if part is None else part.source.name

    @property
    def name(self) -> str:
        """Its directory as people see it."""
        return self.file.rpartition("/")[0] or "."

    def left_out(self) -> Iterator[tuple[str, str]]:
        """What of it is not audited: itself, or what lies elsewhere."""
        for fault in self.closure.faults:
            if fault.remote:
                yield str(fault.node.value), "remote base"
        if self.rendered is None:
            yield self.file, self.left or "kustomization not built"


def overlays(closures: Iterable[Closure], *, never: bool) -> Iterator[Overlay]:
    """The kustomizations among these that speak of Ray, or cannot be read, and are no base of
    another; built where that can be done, several at a time.
    """
    concerned = [each for each in closures if each.speaks_of_ray or each.unreadable]
    tops = [Overlay(top) for top in _tops(concerned)]
    if never:
        yield from (top._replace(left="kustomization, not built as asked") for top in tops)
        return
    command = builder()
    if command is None:
        why = "kustomization, and neither kustomize nor kubectl is installed"
        yield from (top._replace(left="" if _is_broken(top) else why) for top in tops)
    elif tops:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(partial(_built, command), tops)


def _tops(closures: Sequence[Closure]) -> Iterator[Closure]:
    """Those that no other builds on, but for components; of a circle the first."""
    above: dict[str, list[int]] = {}
    for number, closure in enumerate(closures):
        for base in closure.bases:
            above.setdefault(base, []).append(number)
    for number, closure in enumerate(closures):
        part = closure.parts.get(closure.folder)
        is_base = any(
            closures[other].folder not in closure.bases or other < number
            for other in above.get(closure.folder, ())
        )
        if not is_base and not (part is not None and part.is_component):
            yield closure


def _is_broken(overlay: Overlay) -> bool:
    """Whether it is plain that it cannot be built."""
    closure = overlay.closure
    return bool(closure.unreadable) or any(not fault.remote for fault in closure.faults)


def _built(command: tuple[str, ...], overlay: Overlay) -> Overlay:
    if _is_broken(overlay):
        return overlay
    if any(part.has_charts for part in overlay.closure.parts.values()):
        return overlay._replace(left="kustomization with Helm charts, not built")
    try:
        return overlay._replace(rendered=build(overlay.closure, command, overlay.name))
    except ToolError as error:
        # What cannot be read in the files of it is told where it stands.
        return overlay if _has_defect(overlay.closure) else overlay._replace(failure=str(error))


def _has_defect(closure: Closure) -> bool:
    """Whether a manifest of it that speaks of Ray cannot be read."""
    from raypolicy.reader import read_yaml

    for path in closure.used_as(RESOURCE):
        file = closure.files.get(path)
        source = decode(file) if file is not None and speaks_of_ray(file.data) else None
        if isinstance(source, Document):
            return True
        if source is not None and any(each.defect for each in read_yaml(source)):
            return True
    return False


def consumed(built: Iterable[Overlay]) -> frozenset[str]:
    """Paths of the files that are audited as part of what a kustomization was built to."""
    closures = [overlay.closure for overlay in built if overlay.rendered is not None]
    return patches(closures).union(*(each.used_as(RESOURCE) for each in closures))


def patches(closures: Sequence[Closure]) -> frozenset[str]:
    """Paths of the files that kustomizations use as patches and never as resources.

    A kustomization speaks for files in its own directory and below it only, so that none can hide
    the manifests of another.
    """
    found = {
        path
        for closure in closures
        for path in closure.used_as(PATCH)
        if any(path.startswith(f"{folder}/") for folder in closure.parts)
    }
    return frozenset(found.difference(*(each.used_as(RESOURCE) for each in closures)))
