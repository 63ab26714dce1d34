"""Entrypoints of RayJobs as the shell of their submitter reads them. Not here: how (`effective`).

Source: KubeRay `controllers/ray/common/job.go`, BuildJobSubmitCommand, and `rayjob_controller.go`,
configureSubmitterContainer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from raypolicy.effective import entrypoint
from raypolicy.effective.variables import named
from raypolicy.facts.view import Owner, View, fact
from raypolicy.reader import embedded
from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import placeholder

_SHOWN: Final = 40  # characters
_OF_OPERATOR: Final = ("RAY_DASHBOARD_ADDRESS", "RAY_JOB_SUBMISSION_ID", "PYTHONUNBUFFERED")
_BLANKS: Final = " \t\n\r\v\f"


class Expansion(View):
    """Something in an entrypoint that a shell puts a value for; its node is what is written."""

    def __init__(self, node: Node[str], owner: Owner, defined: Node[str]) -> None:
        super().__init__(node, owner)
        self._defined = defined

    @fact
    def text(self) -> Node[str]:
        """What is written; unknown of `${X}`, which templates have as well."""
        return self.node.put(PLACEHOLDER) if self.node.value.startswith("${") else self.node

    @fact
    def defined(self) -> Node[str]:
        """The name of the variable, where the `env` of Ray's containers or env_vars of the runtime
        environment have it, and the submitter has not; else absent."""
        return self._defined


class Entrypoint(View):
    """The entrypoint, where a shell of the submitter's reads it first; its node is the text."""

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        cluster: tuple[Node[Any], ...],
        own: Node[Any],
        last: bool,
    ) -> None:
        """`cluster` are Ray's containers and, at last, the runtime environment; `own` is the
        submitter's container; `last`: nothing need follow the entrypoint.
        """
        super().__init__(node, owner)
        self._cluster = cluster
        self._own = own
        self._last = last

    @fact
    def fault(self) -> Node[str]:
        """Why the shell can't read the command that it is a part of, where it begins; absent where
        it can."""
        reading = self._reading
        if isinstance(reading, Node):
            return reading
        if reading.fault is not None:
            return self._part(*reading.fault[:2]).put(reading.fault.reason)
        if reading.comment is None or self._last:
            return self.node.put(ABSENT)
        place = self._part(reading.comment, reading.comment + 1)
        return place.put("`#` begins a comment, which takes in what the operator writes behind it")

    @fact
    def split(self) -> Node[str]:
        """The operator at which the shell ends the command that submits the job; absent if none."""
        reading = self._reading
        if isinstance(reading, Node) or not self.fault.absent or reading.split is None:
            return reading if isinstance(reading, Node) else self.node.put(ABSENT)
        written = self._part(*reading.split)
        return written if written.value != "\n" else written.put("the line break")

    @fact
    def remainder(self) -> Node[str]:
        """What stands behind that operator, the beginning of it where it is long."""
        reading = self._reading
        if isinstance(reading, Node) or reading.split is None:
            return self.split
        lines = self._text[reading.split.end :].split("\n")
        plain = (line.strip() for line in lines)
        first = next((line for line in plain if line and line[0] != "#"), "")
        return self.node.put(first if len(first) <= _SHOWN else f"{first[:_SHOWN]}…")

    @fact
    def wrapped(self) -> Node[str]:
        """The entrypoint as one word of `bash -c`; absent where it has single quotes itself."""
        quoted = "'" in self._text or isinstance(self._reading, Node)
        return self.node.put(ABSENT if quoted else f"bash -c '{self._text}'")

    @fact
    def redirections(self) -> tuple[Node[str], ...]:
        """The redirections before that operator, such as `> out.log`; copies of one stream to
        another and what goes to /dev/null are left out."""
        reading = self._reading
        if isinstance(reading, Node) or not self.fault.absent:
            return ()
        return tuple(self._part(*piece) for piece in reading.redirections)

    @fact
    def expansions(self) -> tuple[Expansion, ...]:
        """What the shell puts values for before that operator: variables, commands in brackets or
        backticks; the variables that the operator gives the submitter are left out."""
        reading = self._reading
        if isinstance(reading, Node) or not self.fault.absent:
            return ()
        return tuple(self._expansions(reading))

    def _expansions(self, reading: entrypoint.Reading) -> Iterator[Expansion]:
        for piece in reading.expansions:
            node = self._part(*piece)
            name = entrypoint.variable(node.value) or node.value[2:-1]
            set_here = name in _OF_OPERATOR or any(named(self._own, name))
            if name in _OF_OPERATOR or (set_here and node.value.startswith("$(")):
                continue  # Kubernetes fills in $(NAME)
            none: Node[str] = node.put(ABSENT)
            may_be_set = set_here or self._own.unknown or not self._own.get("envFrom").absent
            yield Expansion(node, self.owner, none if may_be_set else self._defined(name, none))

    def _defined(self, name: str, none: Node[str]) -> Node[str]:
        *containers, environment = self._cluster
        for container in containers:
            for entry in named(container, name):
                return entry.get("name")
        if type(environment.value) is str and "env_vars" in environment.value:
            documents = embedded(environment)
            value = documents[0].value if documents and documents[0].defect is None else None
            variables = value.get("env_vars") if type(value) is dict else None
            if type(variables) is dict and name in variables:
                return environment.put(name)
        return none

    @cached_property
    def _text(self) -> str:
        value = self.node.value
        return value.strip(_BLANKS) if type(value) is str else ""

    def _part(self, start: int, end: int) -> Node[str]:
        value = self.node.value
        before = len(value) - len(value.lstrip(_BLANKS))
        return self.node.part(before + start, before + end)

    @cached_property
    def _reading(self) -> entrypoint.Reading | Node[Any]:
        """What the shell makes of it; a node where that is unknown or there is nothing."""
        if type(self.node.value) is not str:
            return self.node.map(lambda _: None, "no text")
        if entrypoint.MARKS.isdisjoint(self._text):
            return entrypoint.Reading()
        if placeholder(self._text.replace("$", "")):  # shells know $X, too, but not {{ x }}
            return self.node.put(PLACEHOLDER)
        return entrypoint.read(self._text) or self.node.put(ABSENT)
