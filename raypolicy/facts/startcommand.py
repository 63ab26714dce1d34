"""The `ray start` that KubeRay writes for a group, and what in it goes wrong with Ray or bash. Not
here: a start parameter by itself (`startparameter`), CPUs, GPUs and memory (`group`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from raypolicy.effective import startports
from raypolicy.effective.options import BARE, DROPPED, WITH_VALUE, forced, written_as
from raypolicy.effective.ports import text as as_text
from raypolicy.facts.startparameter import BrokenParameter, StartParameter
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.startoptions import (
    FLAG,
    TEXT,
    StartOption,
    covers,
    is_forgotten,
    is_sound,
    oldest,
)
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import Version, placeholder

if TYPE_CHECKING:  # few groups name any ports
    from raypolicy.facts.claimedport import ClaimedPort

_NOT_COVERED: Final = Unknown("the options of this Ray release are not known")


class Setting(NamedTuple):
    """What else decides how a group's Ray is started. `resources` is the start parameter of that
    name, unknown where KubeRay writes another.
    """

    role: str
    by_hand: bool
    autoscaling: Node[bool]
    ray_version: Node[Version]
    resources: Node[str]


class StartCommand(View):
    """What KubeRay's `ray start` of a group is made of; its node is rayStartParams. Where Ray is
    started by hand, or the container's command takes KubeRay's from a variable, all lists are
    empty; so they are for a Ray older than 1.9."""

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, setting: Setting) -> None:
        super().__init__(node, owner)
        self._setting = setting

    @fact
    def ray_version(self) -> Node[Version]:
        """The Ray release whose `ray start` it is: that of the image, else rayVersion; unknown
        where its options are not known."""
        version = self._setting.ray_version
        known = version.known
        return version if known is None or covers(known) else version.put(_NOT_COVERED)

    @fact
    def text(self) -> Node[str]:
        """All of it, as KubeRay puts it into the variable KUBERAY_GEN_RAY_START_CMD."""
        from raypolicy.made.generated import start_text  # no rule asks as yet

        owner = self.owner
        return start_text(owner.resource, owner.release, owner.gates, self.node)

    @only_with("address")
    @fact
    def address(self) -> Node[str]:
        """The start parameter `address`, where KubeRay passes it."""
        written = self.node.get("address")
        return written.put(ABSENT) if self._silent else as_text(written)

    @only_with("rayStartParams")
    @fact
    def unknown_options(self) -> tuple[StartParameter, ...]:
        """Parameters that no Ray release has an option for, as far as the releases are known."""
        ray = self._setting.ray_version.known
        if ray is not None and not covers(ray):
            return ()
        return tuple(p for p in self._passed if p.option is None and not placeholder(p.key))

    @only_with("rayStartParams")
    @fact
    def later_options(self) -> tuple[StartParameter, ...]:
        """Parameters whose option came with a later Ray release than that of the group."""
        ray = self.ray_version.known
        return () if ray is None else self._those(lambda option: (option.since or ray) > ray)

    @only_with("rayStartParams")
    @fact
    def former_options(self) -> tuple[StartParameter, ...]:
        """Parameters whose option is gone in the Ray release of the group; where that is unknown,
        those whose option is gone in all."""
        ray = self.ray_version.known or oldest()
        return self._those(lambda option: option.until is not None and option.until <= ray)

    @only_with("rayStartParams")
    @fact
    def refused_on_workers(self) -> tuple[StartParameter, ...]:
        """Parameters of a worker group with which Ray starts on a head only."""
        return self._those(lambda option: option.on_workers == "abort", role="worker")

    @only_with("rayStartParams")
    @fact
    def idle_on_workers(self) -> tuple[StartParameter, ...]:
        """Parameters of a worker group that Ray reads on a head only."""
        return self._those(lambda option: option.on_workers == "ignore", role="worker")

    @only_with("block", "no-monitor")
    @fact
    def overridden(self) -> tuple[StartParameter, ...]:
        """Flags that are not `true` here, but that KubeRay passes all the same."""
        return tuple(p for p in self._entries if self._forced(p) and p.said != "true")

    @only_with("rayStartParams")
    @fact
    def dropped(self) -> tuple[StartParameter, ...]:
        """Parameters that take a value, and that KubeRay leaves out because it is `false`."""
        return tuple(p for p in self._entries if self._takes_value(p) and self._as(p) == DROPPED)

    @only_with("rayStartParams")
    @fact
    def bare(self) -> tuple[StartParameter, ...]:
        """Parameters that take a value, and that KubeRay passes without because it is `true`."""
        return tuple(p for p in self._entries if self._takes_value(p) and self._as(p) == BARE)

    @only_with("rayStartParams")
    @fact
    def broken(self) -> tuple[BrokenParameter, ...]:
        """Parameters at which bash ends too early; JSON that begins with a bare brace left out,
        since bash makes something else of it anyway."""
        if not self._passed:
            return ()
        from raypolicy.effective.bashvalue import read

        found = []
        for each in self._passed:
            fault = None if each.bare_json or placeholder(each.told) else read(each.told).fault
            if fault is not None:
                found.append(BrokenParameter(each.node, self.owner, fault))
        return tuple(found)

    @only_with("rayStartParams")
    @fact
    def misfits(self) -> tuple[StartParameter, ...]:
        """Parameters whose value is not what the option takes, once bash has read it."""
        return tuple(p for p in self._passed if self._as(p) == WITH_VALUE and not _fits(p))

    @only_with(*startports.OPTIONS)
    @fact
    def double_ports(self) -> tuple[ClaimedPort, ...]:
        """Written ports that another part of Ray has as well, written or by default."""
        if not self._ports_asked:
            return ()
        from raypolicy.facts.claimedport import ClaimedPort

        return tuple(
            ClaimedPort(claim.port, self.owner, claim, other, self._worker_ports)
            for claim, other in startports.double_claims(self.node, self._head)
        )

    @only_with(*startports.OPTIONS)
    @fact
    def ports_among_workers(self) -> tuple[ClaimedPort, ...]:
        """Ports that lie within those for worker processes, where either is written."""
        if not self._ports_asked:
            return ()
        from raypolicy.facts.claimedport import ClaimedPort

        return tuple(
            ClaimedPort(blamed, self.owner, claim, None, self._worker_ports)
            for claim, blamed in startports.among_worker_ports(self.node, self._head)
        )

    @fact
    def first_worker_port(self) -> Node[int]:
        """The first port for worker processes: the start parameter, else 10002."""
        return self._worker_ports[0]

    @fact
    def last_worker_port(self) -> Node[int]:
        """The last port for worker processes: the start parameter, else 19999."""
        return self._worker_ports[1]

    @only_with("min-worker-port", "max-worker-port")
    @fact
    def written_worker_port(self) -> Node[int]:
        """The end of that range that is written, the last if both are, where KubeRay passes it."""
        first, last = self._worker_ports
        found = last if last.how != DEFAULTED else first
        return found.put(ABSENT) if found.how == DEFAULTED or self._silent else found

    @property
    def _head(self) -> bool:
        return self._setting.role == "head"

    @property
    def _silent(self) -> bool:
        return self._setting.by_hand or is_forgotten(self._setting.ray_version.known)

    @property
    def _ports_asked(self) -> bool:
        return startports.asked(self.node) and not self._silent

    @cached_property
    def _worker_ports(self) -> tuple[Node[int], Node[int]]:
        return startports.worker_ports(self.node)

    @cached_property
    def _entries(self) -> tuple[StartParameter, ...]:
        """The entries that are texts and not replaced by KubeRay, without those that are sound in
        any case."""
        if self._silent:
            return ()
        replaced = {"resources"} if self._setting.resources.unknown else set()
        if self.owner.release.has("group-labels"):
            replaced.add("labels")  # KubeRay refuses the whole cluster
        return tuple(
            StartParameter(node, self.owner, self.ray_version)
            for name, node in self.node.entries()
            if type(node.value) is str
            and name not in replaced
            and not is_sound(name, node.value, self._setting.role == "worker")
        )

    @cached_property
    def _passed(self) -> tuple[StartParameter, ...]:
        """Those that reach `ray start` as they are written."""
        return tuple(p for p in self._entries if self._as(p) != DROPPED and not self._forced(p))

    def _those(
        self, chosen: Callable[[StartOption], bool], role: str | None = None
    ) -> tuple[StartParameter, ...]:
        if role is not None and role != self._setting.role:
            return ()
        return tuple(p for p in self._passed if p.option is not None and chosen(p.option))

    def _as(self, parameter: StartParameter) -> str:
        return written_as(parameter.key, parameter.told, self.owner.release)

    def _forced(self, parameter: StartParameter) -> bool:
        autoscaling = self._setting.autoscaling.value is True
        return forced(parameter.key, self._setting.role, autoscaling, self.owner.release)

    def _takes_value(self, parameter: StartParameter) -> bool:
        return parameter.option is not None and parameter.option.type != FLAG


def _fits(parameter: StartParameter) -> bool:
    """Whether the option takes what it gets; so it does where only bash knows what that is."""
    option = parameter.option
    if option is None or option.type == TEXT or parameter.bare_json or placeholder(parameter.told):
        return True
    from raypolicy.effective.bashvalue import read

    value = read(parameter.told).value
    return value is None or option.takes(value)
