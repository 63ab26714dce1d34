"""KubeRay's own code asked about manifests: a process of the oracle and its answers. Not here: how it is built
(`oracle/`), what raypolicy makes of the same manifests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TextIO

ORACLE = Path(__file__).parents[2] / "oracle"
KNOWN = ("1.7.0", "1.6.2", "1.5.1", "1.4.2", "1.3.2")
"""The releases that `oracle/releases` has the modules of, newest first."""
BUILT = Path(os.environ.get("ORACLE_BUILT", ORACLE / ".built"))


class CreationError(NamedTuple):
    """One refusal of one object that the operator would create; `kind` is the field error's type."""

    role: str
    field: str
    kind: str
    text: str


class Verdict(NamedTuple):
    """What the gates say about one document; None where a gate did not run."""

    kind: str
    name: str
    error: str
    """Why the document was not judged; empty where it was."""
    schema: tuple[str, ...] | None
    pruned: tuple[str, ...]
    webhook: tuple[str, ...] | None
    operator: tuple[str, ...] | None
    creation: tuple[CreationError, ...] | None
    objects: dict[str, Any]
    """What the operator would create, by role."""


class Oracle(NamedTuple):
    """One KubeRay release with the given feature gates, such as `RayCronJob=true`."""

    release: str
    gates: tuple[str, ...] = ()

    def judge(self, texts: Iterable[str]) -> Iterator[Verdict]:
        """The verdict of each text, in order; each text is one YAML document. Raises RuntimeError where it is not."""
        given = list(texts)
        command = [str(binary(self.release)), "-feature-gates", ",".join(self.gates)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            Thread(target=_feed, args=(process.stdin, given), daemon=True).start()
            for index, text in enumerate(given):
                answer = json.loads(process.stdout.readline() or "{}")
                if answer.get("index") != index:
                    raise RuntimeError(f"the oracle has no answer for document {index}: {text!r}")
                yield verdict(answer)


def _feed(stdin: TextIO, texts: Sequence[str]) -> None:
    """Write the stream, beside the reading: the oracle works while its last answer is looked at."""
    with suppress(BrokenPipeError, ValueError), stdin:  # nobody may want the rest
        for text in texts:
            stdin.write(f"{text}\n---\n")


def available(release: str) -> str | None:
    """Why the release cannot be asked; None where it can."""
    path = binary(release)
    return None if path.exists() else f"{path.name} is not built: run oracle/build.sh {release}"


def binary(release: str) -> Path:
    """Where the build script puts the program of a release."""
    return BUILT / f"oracle-{release}"


def feature_gates(release: str) -> frozenset[str]:
    """The feature gates that the operator of a release knows; it does not start with another."""
    source = binary(release).with_name(f"kuberay-{release}") / "pkg/features/features.go"
    return frozenset(re.findall(r'featuregate\.Feature = "(\w+)"', source.read_text()))


def verdict(answer: dict[str, Any]) -> Verdict:
    """One line of the oracle's output, read."""
    gates = answer["gates"]
    creation = gates["creation"]
    return Verdict(
        kind=answer["kind"],
        name=answer["name"],
        error=answer["error"],
        schema=errors(gates["schema"]),
        pruned=tuple(gates["schema"]["pruned"]),
        webhook=errors(gates["webhook"]),
        operator=errors(gates["operator"]),
        creation=tuple(
            CreationError(error["role"], error["field"], error["type"], error["text"])
            for error in creation["errors"]
        )
        if creation["ran"]
        else None,
        objects={each["role"]: each["object"] for each in answer["objects"]},
    )


def errors(gate: dict[str, Any]) -> tuple[str, ...] | None:
    """The errors of a gate; None where it did not run."""
    return tuple(gate["errors"]) if gate["ran"] else None
