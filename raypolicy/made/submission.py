"""The command that submits a RayJob's entrypoint, as the shell gets it. Not here: who runs it
(`submitters`).

Source: KubeRay `controllers/ray/common/job.go`, BuildJobSubmitCommand and what it calls;
`rayjob_controller.go`, initRayJobStatusIfNeed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from raypolicy.effective.submission import RESTARTS
from raypolicy.made.building import filled, leaf, text
from raypolicy.made.gotext import as_json, decimal, quoted
from raypolicy.made.parts import Part, at, plain, value
from raypolicy.reader import read_yaml
from raypolicy.releases import KubeRayRelease
from raypolicy.source import SourceFile
from raypolicy.tree import INJECTED, Node, Unknown
from raypolicy.values import Version

Word: TypeAlias = str | Node[Any]
"""A piece of a command, known by itself or written somewhere."""

_PYTHON: Final = (
    'python -c "import urllib.request; '
    "r=urllib.request.urlopen('{}', timeout=10); exit(0 if b'success' in r.read() else 1)\""
)
_WGET: Final = "wget --tries 1 -T 10 -q -O- {} | grep success"
_HEALTH: Final = "/api/gcs_healthz"
_SILENT: Final = (">/dev/null", "2>&1")
_BLANK: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
)
_BLANKS: Final = _BLANK + "\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go takes for blank."""
_METADATA: Final = (2, 6)
_SEMVER: Final = r"v?\d+(\.\d+){0,2}"


def submission_id(job: Part, owner: Node[str]) -> Node[str]:
    """What Ray knows the job by: jobId, or the name of the RayJob and random letters."""
    return filled(job, "jobId") or text("{}-xxxxx", owner)


def submit_command(
    job: Part, owner: Node[str], dashboard: Node[str], release: KubeRayRelease
) -> Node[str] | None:
    """The command of the submitter pod, for the spec of a RayJob called `owner`, whose dashboard is
    at an address such as `dev-head-svc.ml.svc.cluster.local:8265`. None where the operator fails to
    make it.
    """
    known = dashboard.known or ""
    address = dashboard if known.startswith("http://") else text("http://{}", dashboard)
    known = address.known or ""
    wait = _wait(_PYTHON.format(known + _HEALTH), known) if release.has("submitter-waits") else []
    return _command(job, submission_id(job, owner), address, wait, release, again=True)


def sidecar_command(
    job: Part, owner: Node[str], port: Node[int], release: KubeRayRelease, gates: tuple[str, ...]
) -> Node[str] | None:
    """The command of the submitter beside the head's Ray container, whose dashboard is at a port of
    the same pod. None where the operator fails to make it.
    """
    if port.known is None:
        return port.put(port.value, how=INJECTED)
    address, health = f"http://127.0.0.1:{port.known}", f"http://localhost:{port.known}{_HEALTH}"
    wait = _wait((_PYTHON if release.has("python-wait") else _WGET).format(health), address)
    again = release.has("sidecar-restart") and RESTARTS in gates
    to = port.put(address, how=INJECTED)
    return _command(job, submission_id(job, owner), to, wait, release, again=again)


def _wait(asks: str, address: str) -> list[Word]:
    said = quoted(f"Waiting for Ray Dashboard GCS to become healthy at {address} ...")
    return ["until", asks, *_SILENT, ";", "do", "echo", said, ";", "sleep", "2", ";", "done", ";"]


def _command(
    job: Part,
    number: Node[str],
    address: Node[str],
    wait: list[Word],
    release: KubeRayRelease,
    *,
    again: bool,
) -> Node[str] | None:
    """`again`: it may run more than once, and asks first whether the job is there already."""
    entrypoint = leaf(job, "entrypoint") or address.put("")
    options = _options(job, number, release)
    if options is None:
        return None
    to: list[Word] = ["--address", address]
    submit: list[Word] = ["ray", "job", "submit", *to, *(["--no-wait"] if again else []), *options]
    submit += ["--", _made_of(entrypoint, _stripped, "not a text"), ";"]
    if again:
        asked: list[Word] = ["if", "!", "ray", "job", "status", *to, number, *_SILENT, ";", "then"]
        submit = [*asked, *submit, "fi", ";", "ray", "job", "logs", *to, "--follow", number]
    return _joined(entrypoint, [*wait, *submit])


def _options(job: Part, number: Node[str], release: KubeRayRelease) -> list[Word] | None:
    """What comes before the entrypoint; None where the operator fails to make it."""
    words: list[Word] = []
    environment = filled(job, "runtimeEnvYAML")
    if environment is not None:
        words += ["--runtime-env-json", _made_of(environment, _as_json, "not YAML")]
    metadata = at(job, "metadata")
    if metadata and (at(job, "rayClusterSpec") or release.has("metadata-without-version")):
        if not _takes_metadata(at(job, "rayClusterSpec"), release):
            return None
        words += ["--metadata-json", quoted(as_json(plain(metadata)))]
    words += ["--submission-id", number]
    for field, option in (
        ("entrypointNumCpus", "--entrypoint-num-cpus"),
        ("entrypointNumGpus", "--entrypoint-num-gpus"),
    ):
        amount = value(job, field)
        if type(amount) in (int, float) and amount > 0:
            words += [option, decimal(amount)]
    resources = filled(job, "entrypointResources")
    if resources is not None:
        words += ["--entrypoint-resources", _made_of(resources, quoted, "not a text")]
    return words


def _takes_metadata(cluster: Part, release: KubeRayRelease) -> bool:
    """Whether the operator is sure enough that Ray has the option."""
    if not cluster:
        return True
    written = value(cluster, "rayVersion") or ""
    if written == "" and release.has("metadata-without-version"):
        return True
    if type(written) is not str or re.fullmatch(_SEMVER, written) is None:
        return False
    read = Version.parse(written.removeprefix("v"))
    return read is not None and read.minor >= _METADATA


def _made_of(node: Node[Any], form: Callable[[str], str | None], otherwise: str) -> Node[str]:
    """A text in another form, taken by the letter: the shell knows `${X}` too."""
    found = form(node.value) if type(node.value) is str else None
    return node.put(Unknown(otherwise) if found is None else found)


def _stripped(written: str) -> str:
    return written.strip(_BLANKS)


def _as_json(written: str) -> str | None:
    """YAML as JSON in quotes, as Go writes both; None where that can't be told."""
    documents = read_yaml(SourceFile("", written))
    if documents and documents[0].defect is not None:
        return None
    return quoted(as_json(documents[0].value if documents else None))


def _joined(place: Node[Any], words: list[Word]) -> Node[str]:
    """The words with blanks between them; unknown if one of them is."""
    nodes = [word for word in words if isinstance(word, Node)]
    for node in nodes:
        if node.unknown or type(node.value) is not str:
            reason = node.value if node.unknown else Unknown("not a text, as it should be")
            return place.put(reason, *nodes, how=INJECTED)
    line = " ".join(word if isinstance(word, str) else word.value for word in words)
    return place.put(line, *dict.fromkeys(nodes), how=INJECTED)
