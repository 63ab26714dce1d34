"""Builds a kustomization with the tool that is installed. Not here: what it is made of (`closure`).

It is built from a copy of the files it names, so that nothing else can be read, and nothing of the
user's is changed: the copy asks for origin annotations, which are taken out of what is printed.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import tempfile
from typing import Any, Final

from raypolicy.inputs.closure import Closure
from raypolicy.inputs.files import RawFile
from raypolicy.inputs.kustomization import RESOURCE, Kustomization
from raypolicy.inputs.rendered import DocumentOrigin, Rendered
from raypolicy.inputs.tools import LIMITS, Limits, ToolError, find_tool, run_tool

_KEY: Final = "config.kubernetes.io/origin"
_ANNOTATION: Final = rf"    {_KEY}: \|\n((?:      .*\n)+)"  # the annotation, and what it says
_EMPTY: Final = r"(?m)^  annotations:\n(?!    )"
_SAID: Final = r"(?m)^ +(path|configuredIn): (.+)$"
_LOGGED: Final = r'[EWIF]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] "command failed" err="(.*)"'
_MOST_WORDS: Final = 700
_FIRST: Final = 150
_ASKED: Final = "originAnnotations"


def builder() -> tuple[str, ...] | None:
    """The command that builds a kustomization, but for its directory; None if none is installed."""
    kustomize = find_tool("kustomize")
    if kustomize is not None:
        return (kustomize, "build")
    kubectl = find_tool("kubectl")
    return None if kubectl is None else (kubectl, "kustomize")


def build(
    closure: Closure, command: tuple[str, ...], shown: str, limits: Limits = LIMITS
) -> Rendered:
    """What kustomize makes of a kustomization. Raises ToolError with what it says if it fails."""
    top = posixpath.commonpath(list(closure.parts))
    for path in closure.files:
        top = posixpath.commonpath([top, posixpath.dirname(path)])
    with tempfile.TemporaryDirectory(prefix="raypolicy-") as copy:
        real = os.path.realpath(copy)
        for path, data in _copied(closure):
            target = os.path.join(real, posixpath.relpath(path, top))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(data)
        where = os.path.normpath(os.path.join(real, posixpath.relpath(closure.folder, top)))
        try:
            printed = run_tool([*command, where], where, limits)
        except ToolError as error:
            base = posixpath.normpath(posixpath.join(shown, posixpath.relpath(top, closure.folder)))
            raise ToolError(_in_our_words(str(error), real, base)) from None
    return _rendered(closure, printed, shown)


def _copied(closure: Closure) -> list[tuple[str, bytes]]:
    """The files of the copy; the kustomizations without what lies elsewhere."""
    copied = {path: file.data for path, file in closure.files.items()}
    remote = {id(fault.node.document) for fault in closure.faults if fault.remote}
    for folder, part in closure.parts.items():
        if folder == closure.folder or id(part.root.document) in remote:
            gone = [f.node.path for f in closure.faults if f.node.document is part.root.document]
            copied[part.path] = _changed(part, gone, ask=folder == closure.folder)
    return list(copied.items())


def _changed(part: Kustomization, gone: list[tuple[Any, ...]], *, ask: bool) -> bytes:
    """A kustomization without some items of its lists, as JSON, which is YAML; one to `ask` is told
    to say where its documents come from.
    """
    content = {
        key: [item for at, item in enumerate(value) if (key, at) not in gone]
        if isinstance(value, list)
        else value
        for key, value in part.root.value.items()
    }
    asked = content.get("buildMetadata") or []
    if ask and _ASKED not in asked:
        content["buildMetadata"] = [*asked, _ASKED]
    return json.dumps(content).encode()


def _rendered(closure: Closure, printed: bytes, shown: str) -> Rendered:
    part = closure.parts[closure.folder]
    keep = _ASKED in (part.root.get("buildMetadata").known or ())
    texts: list[str] = []
    origins: list[DocumentOrigin] = []
    starts: list[int] = []
    at = 0
    for text in re.split(r"(?m)^(?=---\n)", printed.decode("utf-8", "replace")):
        said = re.search(_ANNOTATION, text)
        origins.append(_origin(said[1] if said else "", closure.folder))
        if said and not keep:
            text = re.sub(_EMPTY, "", text[: said.start()] + text[said.end() :], count=1)
        texts.append(text)
        starts.append(at)
        at += len(text)
    file = RawFile(part.source.name, None, "".join(texts).encode())
    plain = frozenset({RESOURCE})
    changing = frozenset(path for path, uses in closure.uses.items() if uses != plain)
    sources = closure.files
    return Rendered(shown, file, part.path, tuple(starts), tuple(origins), sources, changing)


def _origin(said: str, folder: str) -> DocumentOrigin:
    found = dict(re.findall(_SAID, said))
    if "repo:" in said or not found:
        return DocumentOrigin()
    paths = {key: posixpath.normpath(posixpath.join(folder, path)) for key, path in found.items()}
    return DocumentOrigin(paths.get("path", ""), paths.get("configuredIn", ""))


def _in_our_words(said: str, copy: str, base: str) -> str:
    """What the tool says, in one line, with the user's paths for those of the copy. kubectl may say
    it as a line of a log; where it is long, the cause stands at the end.
    """
    logged = re.fullmatch(_LOGGED, said)
    if logged is not None:
        said = logged[1].replace(r"\n", "\n").replace(r"\"", '"').replace(r"\\", "\\")
    said = said.removeprefix("error: ")
    said = said.replace(copy + os.sep, "" if base == "." else f"{base}/").replace(copy, base)
    said = " ".join(line.strip() for line in said.splitlines() if line.strip())
    return said if len(said) <= _MOST_WORDS else f"{said[:_FIRST]} … {said[_FIRST - _MOST_WORDS :]}"
