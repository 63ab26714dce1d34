"""The command of a Ray container, and what becomes of it. Not here: its options (`group`)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from raypolicy.effective import command, programs
from raypolicy.effective.ports import GCS, listening
from raypolicy.effective.shell import Command, Reading
from raypolicy.effective.start import GENERATED, START
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown


class OwnCommand(View):
    """The command and arguments of a Ray container; its node is the last of them, or the container
    where an annotation speaks of a command and none is written.
    """

    def __init__(
        self, container: Node[Any], owner: Owner, line: command.Line, params: Node[Any] | None
    ) -> None:
        args = container.get("args")
        written = container.get("command") if args.absent else args
        super().__init__(container if written.absent else written, owner)
        self._line = line
        self._params = params

    @fact
    def overwrites(self) -> Node[bool]:
        """Whether the annotation ray.io/overwrite-container-cmd says so."""
        return self.node.put(self._line.overwrites)

    @fact
    def empty(self) -> Node[bool]:
        """Whether neither a command nor arguments are written."""
        return self.node.put(not self._line.words and not self._line.reason)

    @fact
    def program(self) -> Node[str]:
        """The first word of a command that is run without KubeRay's shell, where it is more than a
        word and so no program's name; absent otherwise."""
        name = self._line.program
        several = len(name.split()) > 1 or GENERATED in name
        return self.node.put(name if self._line.alone and several else ABSENT)

    @fact
    def defect(self) -> Node[str]:
        """What keeps bash from reading on to KubeRay's `ray start`; absent where nothing does."""
        line = self._line
        if line.alone or self._reading is None:
            return self._none
        return self._maybe(command.defect(line.words, self._reading))

    @fact
    def blocking(self) -> Node[str]:
        """The command in front of `ray start` that never ends; absent where none is known."""
        line = self._line
        started = not line.alone or any(START in w or GENERATED in w for w in line.words)
        if self._reading is None or not started:
            return self._none
        return self._maybe(command.blocking(self._reading))

    @fact
    def lost(self) -> Node[str]:
        """The one word that an inner shell will run of its text, as KubeRay takes the quotes away;
        absent where it gets all that it was given."""
        line = self._line
        return self._none if line.alone or line.reason else self._maybe(command.lost(line.words))

    @fact
    def unseen_start(self) -> Node[str]:
        """A `ray start` of its own that KubeRay does not see, as it is written in two words."""
        start = self._unseen
        return self._none if start is None else self._maybe(programs.text_of(start))

    @fact
    def fails_twice(self) -> Node[bool]:
        """Whether KubeRay's own `ray start` fails after that one: it has no `--block`, and both are
        heads on one port."""
        start = self._unseen
        if start is None or programs.has(start, "--block") is not False:
            return self.node.put(False)
        port = programs.option(start, "--port") or str(GCS.default)
        head = programs.has(start, "--head") is True
        return self.node.put(head and str(self._gcs_port.value) == port)

    @fact
    def without_start(self) -> Node[bool]:
        """Whether it is left alone, and none of its commands is one that could start Ray."""
        line, reading = self._line, self._reading
        if not line.alone or reading is None or not line.words:
            return self.node.put(False)
        generated = any(GENERATED in word for word in line.words)
        return self.node.put(not generated and command.without_start(reading))

    @fact
    def own_start(self) -> Node[str]:
        """Its own `ray start`, where KubeRay leaves it alone; absent where none is sure to run."""
        start = self._own
        return self._none if start is None else self._maybe(programs.text_of(start))

    @fact
    def starts_head(self) -> Node[bool]:
        """Whether that has the option `--head`."""
        return self._has("--head")

    @fact
    def ends(self) -> Node[bool]:
        """Whether the container ends once that has started Ray: it has no `--block`, and nothing
        behind it stays."""
        start, reading = self._own, self._reading
        blocks = self._has("--block")
        if start is None or reading is None or blocks.value is not False:
            return blocks if blocks.unknown else self.node.put(False)
        return self.node.put(command.ends_after(reading, start))

    def _has(self, option: str) -> Node[bool]:
        found = None if self._own is None else programs.has(self._own, option)
        if self._own is None:
            return self._none
        return self.node.put(Unknown("a variable may hold it") if found is None else found)

    @property
    def _none(self) -> Node[Any]:
        reason = self._line.reason
        return self.node.put(Unknown(reason) if reason else ABSENT)

    def _maybe(self, text: str | None) -> Node[str]:
        return self.node.put(ABSENT if text is None else text)

    @property
    def _reading(self) -> Reading | None:
        return self._line.reading

    @cached_property
    def _own(self) -> Command | None:
        if not self._line.alone or self._reading is None:
            return None
        return command.own_start(self._reading)

    @cached_property
    def _unseen(self) -> Command | None:
        if self._line.alone or self._reading is None:
            return None
        return command.unseen_start(self._reading)

    @property
    def _gcs_port(self) -> Node[int]:
        return self._none if self._params is None else listening(GCS, self._params, False)
