"""Ray's autoscaler: its version, and what depends on it. Not here: its access (`access`).

Source: KubeRay `controllers/ray/utils/validation.go`, ValidateRayClusterSpec,
validateWorkerGroupIdleTimeout and validateWorkerGroupPriority; `util.go`, IsAutoscalingV2Enabled.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.origin import kept
from raypolicy.effective.variables import literal, named, ray_container
from raypolicy.facts.taken import Taken, group_name, variables
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, Node, Unknown

SWITCH: Final = "RAY_enable_autoscaler_v2"
_ON: Final = ("1", "true")


class GroupSetting(View):
    """A number that is written for the autoscaler; its node is that number."""

    def __init__(self, node: Node[int], owner: Owner, holder: str) -> None:
        super().__init__(node, owner)
        self._holder = holder

    @fact
    def holder(self) -> Node[str]:
        """What it is written for: a worker group by its name, or autoscalerOptions."""
        return self.node.put(self._holder)

    @fact
    def number(self) -> Node[int]:
        """The number."""
        return self.node.map(lambda value: value if type(value) is int else None, "no number")


class Autoscaler(View):
    """`autoscalerOptions` of a cluster, and what is written for the autoscaler elsewhere."""

    fields = frozenset(
        """args command env envFrom idleTimeoutSeconds image imagePullPolicy resources
        securityContext upscalingMode version volumeMounts""".split()
    )
    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, spec: Node[Any]) -> None:
        super().__init__(node, owner)
        self._spec = spec

    @only_with("env")
    @fact
    def switch(self) -> Node[str]:
        """The variable RAY_enable_autoscaler_v2 of the head: its value, empty where it has none of
        its own."""
        entry = self.switch_entry
        if entry.absent:
            return entry
        text, value = literal(entry), entry.get("value")
        said = entry.get("name") if value.absent else value
        return said.put(Unknown("the variable's value is not known") if text is None else text)

    @written
    def switch_entry(self) -> Node[Any]:
        """The entry of that variable."""
        head = ray_container(self._spec.get("headGroupSpec"))
        return next(named(head, SWITCH), head.put(ABSENT))

    @fact
    def runs_v2(self) -> Node[bool]:
        """Whether the operator takes the autoscaler for v2, by the version or by the variable."""
        written = kept(self.node, "version")
        version = written.map(lambda text: text if type(text) is str else None, "no version")
        if version.value == "v2":
            return version.put(True)
        switch = self.switch
        if switch.value in _ON:
            return switch.put(True)
        doubt = next((each for each in (version, switch) if each.unknown), None)
        return self.node.put(False) if doubt is None else doubt.put(doubt.value)

    @only_with("idleTimeoutSeconds")
    @fact
    def idle_timeouts(self) -> tuple[GroupSetting, ...]:
        """Seconds after which a worker is idle: of autoscalerOptions, and of worker groups."""
        general = self.field("idleTimeoutSeconds")
        if general.absent or general.unknown:
            return self.group_timeouts
        return (GroupSetting(general, self.owner, "autoscalerOptions"), *self.group_timeouts)

    @only_with("idleTimeoutSeconds")
    @fact
    def group_timeouts(self) -> tuple[GroupSetting, ...]:
        """Those of worker groups."""
        return self._of_groups("idleTimeoutSeconds")

    @only_with("priority")
    @fact
    def priorities(self) -> tuple[GroupSetting, ...]:
        """The priorities of worker groups, but for zero, which is none."""
        found = self._of_groups("priority")
        return tuple(each for each in found if each.node.value != 0)

    @only_with("env")
    @fact
    def taken_variables(self) -> tuple[Taken, ...]:
        """Variables of autoscalerOptions whose value is KubeRay's to say."""
        name = "KUBERAY_GEN_AUTOSCALER_START_CMD"
        return tuple(variables(self.node, self.owner, "the autoscaler", name))

    def _of_groups(self, field: str) -> tuple[GroupSetting, ...]:
        return tuple(
            GroupSetting(node, self.owner, group_name(group))
            for group in self._spec.get("workerGroupSpecs").items()
            if type(group.value) is dict
            for node in (kept(group, field),)
            if not node.absent
        )
