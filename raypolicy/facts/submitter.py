"""The pod that submits a RayJob: a command of its own, what it lacks beside the head. Not here: the
entrypoint (`entrypoint`).

Source: KubeRay `controllers/ray/rayjob_controller.go`, configureSubmitterContainer; `common/job.go`
GetSubmitterTemplate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from raypolicy.effective.variables import named
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import placeholder

_SUBMITS: Final = r"\bray\s+job\s+submit\b"
_ADDRESSES: Final = ("RAY_API_SERVER_ADDRESS", "RAY_ADDRESS")
_OF_PODS: Final = ("imagePullSecrets", "tolerations", "nodeSelector", "securityContext")


class OwnSubmission(View):
    """A command that the submitter has of its own, so that the operator writes none; its node is
    the container, absent where there is no such command."""

    def __init__(self, node: Node[Any], owner: Owner, entrypoint: Node[str]) -> None:
        super().__init__(node, owner)
        self._entrypoint = entrypoint

    @fact
    def command(self) -> Node[str]:
        """The command, where it submits a job by `ray job submit`; absent otherwise."""
        place = self.node.get("command")
        listed = type(place.value) is list or place.absent
        if not listed or placeholder(self._text.replace("$", "")):  # shells know $X, too
            return place.put(PLACEHOLDER)
        return place.put(self._text if re.search(_SUBMITS, self._text) else ABSENT)

    @fact
    def numbered(self) -> Node[bool]:
        """Whether it gives the job a number."""
        said = any(option in self._text for option in ("--submission-id", "--job-id"))
        return self._known(said)

    @fact
    def addressed(self) -> Node[bool]:
        """Whether it says to which cluster: by an option, or by a variable of Ray's."""
        in_text = any(word in self._text for word in ("--address", *(f"{n}=" for n in _ADDRESSES)))
        if in_text or any(named(self.node, *_ADDRESSES)):
            return self._known(True)
        more = self.node.get("envFrom")
        return self._known(more.value if more.unknown else not more.absent)

    @fact
    def has_entrypoint(self) -> Node[bool]:
        """Whether the job's entrypoint is in it, or there is none."""
        if self._entrypoint.value in (ABSENT, ""):
            return self._entrypoint.put(True)
        if self.node.absent:
            return self.node
        written = self._entrypoint.value
        if type(written) is not str or placeholder(written) or self.command.unknown:
            return self._entrypoint.put(PLACEHOLDER)
        return self._entrypoint.put(" ".join(written.split()) in " ".join(self._text.split()))

    def _known(self, value: object) -> Node[bool]:
        command = self.command
        return command.put(command.value if command.known is None else value)

    @cached_property
    def _text(self) -> str:
        parts = (*self.node.get("command").items(), *self.node.get("args").items())
        return " ".join(str(part.value) for part in parts)


class SubmitterGap(View):
    """Something that the head pod has and the submitter has not; its node is the head's."""

    def __init__(self, node: Node[Any], owner: Owner, submitter: Pod, head: Pod) -> None:
        super().__init__(node, owner)
        self._submitter = submitter
        self._head = head

    @fact
    def name(self) -> Node[str]:
        """The field of the pod: imagePullSecrets, tolerations, nodeSelector, securityContext."""
        return self.node.at_key(str(self.node.key))

    @fact
    def secret(self) -> Node[str]:
        """The first of imagePullSecrets."""
        return self.node.get(0, "name") if self.node.key == "imagePullSecrets" else self.name

    @fact
    def pulls_alike(self) -> Node[bool]:
        """Whether the submitter's image comes from where the head's comes from, and from elsewhere
        than Ray's own repositories; no if it has a service account, which may have a secret."""
        head = self._head.ray_container.image
        own = self._submitter.ray_container.image
        image = head if own.node.absent else own
        if not self._submitter.field("serviceAccountName").absent:
            return self.node.put(False)
        for each in (image.registry, image.repository, head.registry, head.repository):
            if each.known is None:
                return self.node.put(each.value)
        on_hub = image.registry.value == "docker.io"
        official = on_hub and image.repository.value.startswith("rayproject/")
        same = _folder(image.repository.value) == _folder(head.repository.value)
        alike = image.registry.value == head.registry.value and same and not official
        return self.node.put(alike)


def gaps(head: Pod, submitter: Pod, owner: Owner) -> Iterator[SubmitterGap]:
    """What a submitter lacks, where nothing at all is written for it there."""
    for name in _OF_PODS:
        written, own = head.field(name), submitter.field(name)
        if written.known and own.absent:
            yield SubmitterGap(written, owner, submitter, head)


def _folder(repository: str) -> str:
    return repository.rpartition("/")[0]
