"""What a RayJob wants deleted once it has ended. Not here: how that is read (`effective`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import deletion
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node


class DeletionChoice(View):
    """A policy that is chosen, in a rule or beside onSuccess or onFailure; its node is its name."""

    def __init__(self, node: Node[str], owner: Owner, in_rule: bool) -> None:
        super().__init__(node, owner)
        self._in_rule = in_rule

    @fact
    def policy(self) -> Node[str]:
        """The policy: DeleteCluster, DeleteWorkers, DeleteSelf or DeleteNone."""
        return self.node

    @fact
    def in_rule(self) -> Node[bool]:
        """Whether it is that of an entry of deletionRules."""
        return self.node.put(self._in_rule)


class DeletionRule(View):
    """An entry of deletionRules; `first` is the policy of the one it repeats, `before` the entry
    for the same status that deletes the next smaller part.
    """

    fields = frozenset({"condition", "policy"})

    def __init__(
        self, entry: deletion.Entry, owner: Owner, first: Node[str] | None, before: Node[Any] | None
    ) -> None:
        super().__init__(entry.node, owner)
        self._entry = entry
        self._first = first
        self._before = before

    @fact
    def status(self) -> Node[str]:
        """The status it waits for, of the job or of its deployment."""
        return self._entry.status

    @fact
    def ttl(self) -> Node[int]:
        """Seconds it waits then; none by default."""
        return self._entry.ttl

    @fact
    def earlier(self) -> Node[str]:
        """The policy of an earlier entry, if status and policy are the same."""
        return self._entry.policy.put(ABSENT) if self._first is None else self._first

    @fact
    def smaller(self) -> Node[str]:
        """The policy of the entry for the same status that deletes the next smaller part, as
        workers are of a cluster, and a cluster of all."""
        before = self._before
        return self._entry.policy.put(ABSENT) if before is None else before.get("policy")

    @fact
    def smaller_ttl(self) -> Node[int]:
        """Seconds that that one waits; absent where there is none."""
        if self._before is None:
            return self._entry.ttl.put(ABSENT)
        written = self._before.get("condition", "ttlSeconds")
        return written.put(0) if written.absent else written


class Deletion(View):
    """`deletionStrategy` of a RayJob, or `deletionPolicy` before KubeRay 1.5."""

    fields = frozenset({"deletionRules", "onFailure", "onSuccess"})

    def __init__(
        self, node: Node[Any], owner: Owner, selects: Node[bool], autoscaling: Node[Any]
    ) -> None:
        super().__init__(node, owner)
        self._selects = selects
        self._autoscaling = autoscaling

    @fact
    def field_name(self) -> Node[str]:
        """The field, by its name."""
        return self.node.at_key(str(self.node.key))

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for it is on: by default, from 1.6 on."""
        on = self.owner.release.has("deletion-policy") or deletion.GATE in self.owner.gates
        return self.node.at_key(on)

    @fact
    def autoscaling(self) -> Node[bool]:
        """Whether the job's cluster has the autoscaler."""
        return self._autoscaling

    @fact
    def choices(self) -> tuple[DeletionChoice, ...]:
        """All policies that are chosen."""
        found = [(entry.policy, True) for entry in deletion.entries(self.node)]
        found += [(node, False) for node in deletion.halves(self.node) if not node.absent]
        return tuple(DeletionChoice(node, self.owner, in_rule) for node, in_rule in found)

    @fact
    def sees_deployment(self) -> Node[bool]:
        """Whether something is deleted where the deployment of the RayJob fails and its job has no
        end, as at a deadline: by a rule for jobDeploymentStatus, or by deletionPolicy. Absent where
        nothing ever is."""
        if type(self.node.value) is str:  # deletionPolicy is for any end
            return self.node.at_key(True)
        found = [
            entry.status.key == "jobDeploymentStatus" and entry.policy.value != "DeleteNone"
            for entry in deletion.entries(self.node)
        ]
        nothing = all(each.policy.value == "DeleteNone" for each in self.choices)
        doubt = next((each.policy for each in self.choices if each.policy.unknown), None)
        said: object = ABSENT if nothing else any(found)
        value: Any = said if doubt is None else doubt.value
        return self.node.at_key(value)

    @fact
    def first_rule(self) -> Node[Any]:
        """deletionRules, if there are any."""
        rules = self.node.get("deletionRules") if type(self.node.value) is dict else self.node
        return rules if type(rules.value) is list and rules.value else rules.put(ABSENT)

    @fact
    def unset_halves(self) -> tuple[Node[Any], ...]:
        """onSuccess and onFailure, where no policy is written in them."""
        if type(self.node.value) is not dict:
            return ()
        written = (self.node.get(name) for name in ("onSuccess", "onFailure"))
        return tuple(
            each.at_key(str(each.key))
            for each in written
            if type(each.value) is dict and each.get("policy").absent
        )

    @fact
    def rules(self) -> tuple[DeletionRule, ...]:
        """The entries of deletionRules, those left out that cannot be carried out at all."""
        seen: dict[tuple[Any, Any], deletion.Entry] = {}
        sound: list[tuple[deletion.Entry, Node[str] | None]] = []
        for entry in deletion.entries(self.node):
            key = (entry.status.key, entry.status.value), entry.policy.value
            texts = type(entry.status.value) is type(entry.policy.value) is str
            if not texts or self._is_refused(entry.policy.value):
                continue
            first = seen.setdefault(key, entry)
            sound.append((entry, None if first is entry else first.policy))
        return tuple(
            DeletionRule(entry, self.owner, first, None if first else _before(entry, seen))
            for entry, first in sound
        )

    def _is_refused(self, policy: Any) -> bool:
        selected = self._selects.value is True and policy in deletion.OF_CLUSTERS
        return selected or (self._autoscaling.value is True and policy == "DeleteWorkers")


def _before(entry: deletion.Entry, seen: dict[Any, deletion.Entry]) -> Node[Any] | None:
    """The entry for the same status with the policy that comes right before, of those there are."""
    if entry.policy.value not in deletion.ORDER:
        return None
    place = deletion.ORDER.index(str(entry.policy.value))
    for policy in reversed(deletion.ORDER[:place]):
        found = seen.get(((entry.status.key, entry.status.value), policy))
        if found is not None:
            return found.node
    return None
