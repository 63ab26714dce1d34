"""Helm charts → what `helm template` prints of them. Not here: running a program (`tools`).

A chart is copied first, and only its plain files: helm follows symbolic links wherever they lead.
It is rendered as it would be for a cluster with KubeRay, into a namespace that is not known.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.archives import contents
from raypolicy.inputs.files import CannotRead, RawFile, decode, read_file
from raypolicy.inputs.sources import CHART
from raypolicy.inputs.tools import LIMITS, Limits, ToolError, find_tool, run_tool
from raypolicy.inputs.trees import Found, Tree
from raypolicy.source import INSIDE, SourceFile

MOST_BYTES: Final = 64 * 1024 * 1024
SECONDS: Final = 600.0
"""For all charts together."""
NAMESPACE: Final = "$NAMESPACE"
"""A placeholder as anyone would write it: what it ends up in is unknown, as it should be."""
_APIS: Final = "ray.io/v1,ray.io/v1/RayCluster,ray.io/v1/RayJob,ray.io/v1/RayService"
_PIECE: Final = rb"(?m)^---\r?\n(?=# Source: )"
_SOURCE: Final = rb"# Source: ([^\r\n]+)"
_MADE_OF: Final = ("templates/", "charts/")
_RAY: Final = (b"ray.io", b"kuberay", b"ray-cluster")
"""Ray's API, its operator, and the chart for clusters, which others name as a dependency."""
_PROSE: Final = ("README.md", "LICENSE", "NOTICE", "OWNERS")
_WORDS: Final = 600


class RenderedChart(NamedTuple):
    """What helm made of a chart.

    `files` are what each template made, named for it: `CHART!/PATH`; lines are those of what was
    printed. `consumed` are the paths, in their tree, of the files that it was made of, which mean
    nothing by themselves; none where it could not be rendered, and `troubles` say why.
    """

    name: str
    files: tuple[RawFile, ...] = ()
    consumed: frozenset[str] = frozenset()
    troubles: tuple[CannotRead, ...] = ()


class _RefusedError(Exception):
    """A chart is not rendered; the message says why."""


class _Chart(NamedTuple):
    """A chart: its directory in the tree, what people call it, and the paths in it."""

    directory: str
    name: str
    paths: tuple[str, ...]

    def path(self, inside: str) -> str:
        """The path in the tree of a file of the chart."""
        return _join(self.directory, inside)


def render_charts(
    found: Found, values: Sequence[str], kubernetes: str | None = None
) -> Iterator[RenderedChart]:
    """The charts that speak of Ray, each rendered or with the reason why not; for a release of
    Kubernetes, or for the one that helm takes.
    """
    version = [] if kubernetes is None else ["--kube-version", kubernetes]
    until = time.monotonic() + SECONDS
    for directory, name in _outermost(found):
        start = len(_join(directory, ""))
        chart = _Chart(directory, name, tuple(p[start:] for p in found.tree.below(directory)))
        if _speaks(chart, found.tree):
            left = until - time.monotonic()
            rendered = _rendered(chart, found.tree, values, version, left)
            if rendered is not None:
                yield rendered


def _outermost(found: Found) -> list[tuple[str, str]]:
    """Directories of charts and their names; those that are parts of another chart left out."""
    charts: dict[str, str] = {}
    for files in found.directories.values():
        for file in files:
            directory, _, name = file.path.rpartition("/")
            if name == CHART and not file.named:
                charts[directory] = file.name.removesuffix(CHART).removesuffix("/") or "."
    return [(each, name) for each, name in charts.items() if not _is_part(each, charts)]


def _is_part(directory: str, charts: dict[str, str]) -> bool:
    parts = directory.split("/")
    return any(
        part == "charts" and "/".join(parts[:place]) in charts for place, part in enumerate(parts)
    )


def _speaks(chart: _Chart, tree: Tree) -> bool:
    """Whether a template, a value or a part of a chart speaks of Ray."""
    for path in chart.paths:
        if not path.startswith(_MADE_OF) and not ("/" not in path and path.endswith(".yaml")):
            continue
        raw = tree.read(chart.path(path))
        if isinstance(raw, RawFile) and _mentions(path, raw):
            return True
    return False


def _mentions(path: str, raw: RawFile) -> bool:
    if path.startswith("charts/") and path.endswith((".tgz", ".tar.gz")):
        packed = contents(raw.name, io.BytesIO(raw.data)).values()
        return any(isinstance(file, RawFile) and _is_ray(file.data) for file in packed)
    return _is_ray(raw.data)


def _is_ray(data: bytes) -> bool:
    return any(word in data for word in _RAY)


def _rendered(
    chart: _Chart, tree: Tree, values: Sequence[str], version: Sequence[str], seconds: float
) -> RenderedChart | None:
    about = _about(chart, tree)
    made = any(path.startswith(_MADE_OF) for path in chart.paths) or about.get("dependencies")
    if about.get("type") == "library" or not made:
        return None
    helm = find_tool("helm")
    if helm is None:
        return _left(chart, "Helm chart, and helm is not installed")
    if seconds <= 0:
        return _left(chart, f"Helm chart that was not rendered: others took {SECONDS:g} s")
    try:
        with tempfile.TemporaryDirectory(prefix="raypolicy-", ignore_cleanup_errors=True) as folder:
            _copy(chart, tree, os.path.join(folder, "chart"))
            command = [
                helm,
                "template",
                _release(str(about.get("name"))),
                "./chart",
                "--namespace",
                NAMESPACE,
            ]
            command += ["--api-versions", _APIS, "--skip-tests", *version]
            for file in _values(values, folder):
                command += ["--values", file]
            printed = run_tool(command, folder, Limits(min(seconds, LIMITS.seconds)))
    except ToolError as error:
        words = str(error).rpartition("Error: ")[2].partition("\n\n")[0].replace(f"{folder}/", "")
        words = " ".join(words.split())[:_WORDS]
        return _left(chart, f"Helm chart that helm could not render: {words}")
    except _RefusedError as error:
        return _left(chart, f"Helm chart that was not rendered: {error}")
    except OSError as error:
        return _left(chart, f"Helm chart that was not rendered: {error.strerror}")
    consumed = (chart.path(path) for path in chart.paths if path.startswith(_MADE_OF))
    return RenderedChart(chart.name, tuple(_pieces(chart.name, printed)), frozenset(consumed))


def _left(chart: _Chart, reason: str) -> RenderedChart:
    return RenderedChart(chart.name, troubles=(CannotRead(chart.name, reason, harmless=True),))


def _about(chart: _Chart, tree: Tree) -> dict[str, Any]:
    """What Chart.yaml says; nothing where it can't be read."""
    from raypolicy.reader import read_yaml

    raw = tree.read(chart.path(CHART))
    source = decode(raw) if isinstance(raw, RawFile) else None
    documents = read_yaml(source) if isinstance(source, SourceFile) else []
    value = documents[0].value if documents else None
    return value if isinstance(value, dict) else {}


def _release(name: str) -> str:
    """The name of a release: the chart's, as far as helm accepts it."""
    return re.sub("[^a-z0-9-]", "-", name.lower())[:53].strip("-") or "release"


def _copy(chart: _Chart, tree: Tree, target: str) -> None:
    """The plain files of a chart into a folder. Raises _RefusedError."""
    left = MOST_BYTES
    for path in chart.paths:
        raw = _read(chart, tree, path)
        if raw is None:
            continue
        left -= len(raw.data)
        if left < 0:
            raise _RefusedError(f"larger than {MOST_BYTES // 1024 // 1024} MB")
        if {"", ".", ".."} & set(path.split("/")):
            raise _RefusedError(f"a name that leads out of it: {path}")
        copy = os.path.join(target, path)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        with open(copy, "xb") as file:
            file.write(raw.data)


def _read(chart: _Chart, tree: Tree, path: str) -> RawFile | None:
    raw = tree.read(chart.path(path))
    if isinstance(raw, CannotRead) and tree.on_disk:
        real = os.path.realpath(chart.path(path))
        if real.startswith(os.path.realpath(chart.directory or ".") + os.sep):
            raw = read_file(raw.name, real, follow=False) or raw
    if isinstance(raw, CannotRead):
        if path in _PROSE:
            return None
        raise _RefusedError(f"{raw.reason} {path}")
    return raw


def _values(files: Sequence[str], folder: str) -> Iterator[str]:
    """Copies of the user's files of values, by their names in the folder."""
    for number, path in enumerate(files):
        raw = read_file(path, path, follow=True)
        if not isinstance(raw, RawFile):
            raise UsageError(f"cannot read {path}")
        name = f"values-{number}.yaml"
        with open(os.path.join(folder, name), "xb") as file:
            file.write(raw.data)
        yield name


def _pieces(chart: str, printed: bytes) -> Iterator[RawFile]:
    """What each template made, as `helm template --show-only` prints it."""
    by_template: dict[str, list[bytes]] = {}
    for piece in re.split(_PIECE, printed):
        source = re.match(_SOURCE, piece)
        if source is not None:
            template = source[1].decode("utf-8", "surrogateescape").partition("/")[2]
            by_template.setdefault(template, []).append(b"---\n" + piece)
        elif piece.strip():
            by_template.setdefault("rendered.yaml", []).append(piece)
    for template, pieces in by_template.items():
        yield RawFile(f"{chart}{INSIDE}{template}", None, b"".join(pieces))


def _join(directory: str, path: str) -> str:
    return f"{directory}/{path}" if directory else path
