"""Names that the operator derives, and what becomes of group names. Not here: how (`effective`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from raypolicy import kubenames
from raypolicy.effective import names
from raypolicy.effective.podlabels import HEAD_GROUP
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, WRITTEN, Node, Unknown
from raypolicy.values import placeholder

if TYPE_CHECKING:  # most names are short and plain
    from raypolicy.effective import derived

_SERVICES: Final = ("head Service", "Serve Service")
_SHORT: Final = 24
"""Letters of cluster and group that always fit into the name of a pod, random ones beside them."""
_REPLICA: Final = len("-xxxxx")
"""What names of replicas with several hosts have behind the group's name."""


class DerivedName(View):
    """The name of an object that the operator makes; its node is what the name comes from."""

    def __init__(self, made: derived.Made, owner: Owner) -> None:
        super().__init__(made.name, owner)
        self._made = made

    @fact
    def object(self) -> Node[str]:
        """What has the name: head Service, Ingress, head pod …"""
        return self._made.name.put(self._made.object)

    @fact
    def name(self) -> Node[str]:
        """The name; of a pod, what stands before its random letters."""
        return self._made.name

    @fact
    def uncut(self) -> Node[str]:
        """The name that one would expect from the resource's, were it not cut."""
        return self._made.uncut

    @fact
    def fault(self) -> Node[str]:
        """Why no Service can have the name that is written for it; absent of names that are made,
        and where nothing is wrong."""
        name = self.name
        if name.how != WRITTEN or not self._made.object.startswith(_SERVICES):
            return name.put(ABSENT)
        return name.map(_service_name_fault, "") if isinstance(name.known, str) else name

    @fact
    def fitting(self) -> Node[str]:
        """The name with dashes for what no Service may have in it; unknown if that won't do."""
        return self.name.map(kubenames.fitting, "it needs another name")

    @property
    def is_cut(self) -> bool:
        name = self.name.known
        return name is not None and name != self.uncut.known


class WorkerName(View):
    """The name of a worker group, and what becomes of it; its node is the name."""

    def __init__(self, group: Node[Any], hosts: Node[int], owner: Owner) -> None:
        super().__init__(group.get("groupName"), owner)
        self._hosts = hosts

    @fact
    def name(self) -> Node[str]:
        """The name."""
        return self.node

    @fact
    def pod_prefix(self) -> Node[str]:
        """What the names of its pods begin with, before random letters."""
        resource = self.owner.resource
        owner = resource.node.get("metadata", "name")
        from_cluster = names.cluster(resource.kind, owner)
        from raypolicy.effective import derived

        return derived.pod_prefix(from_cluster, self.node, self.owner.release)

    @fact
    def shown(self) -> Node[str]:
        """What is left of it in the names of its pods, where a long cluster's name comes first."""
        resource = self.owner.resource
        owner = resource.node.get("metadata", "name")
        known = [node.value for node in (owner, self.node) if type(node.value) is str]
        if len(known) == 2 and all(map(kubenames.plain, known)) and sum(map(len, known)) < _SHORT:
            return self.node
        from raypolicy.effective import derived

        return derived.shown(resource.kind, owner, self.node, self.owner.release)

    @fact
    def reserved(self) -> Node[bool]:
        """Whether the operator calls the head's own group by it."""
        return self.node.map(lambda name: name == HEAD_GROUP, "")

    @fact
    def fault(self) -> Node[str]:
        """Why no pod can bear it in its name and labels; absent if pods can."""
        name: Any = self.node.known
        if not isinstance(name, str):
            return self.node if self.node.absent else self.node.put(Unknown("not a text"))
        if kubenames.plain(name):
            return self.node.put(ABSENT)
        if placeholder(name):
            return self.node.put(Unknown("unresolved placeholder"))
        fault = kubenames.label_value_fault(name) or self._too_long_for_replicas(name)
        if fault is None:
            resource = self.owner.resource
            owner = resource.node.get("metadata", "name")
            from raypolicy.effective import derived

            fault = derived.pod_name_fault(resource.kind, owner, self.node, self.owner.release)
        return self.node.put(ABSENT if fault is None else fault)

    @fact
    def fitting(self) -> Node[str]:
        """The name with dashes for what pods may not have in theirs; unknown if that won't do, or
        another group has it."""
        made = self.node.map(kubenames.fitting, "it needs another name")
        group = self.node.parent
        beside = () if group is None or group.parent is None else group.parent.items()
        taken = any(made.known == other.get("groupName").value for other in beside)
        if made.known is None or taken or made.value == HEAD_GROUP:
            return made.put(Unknown("it needs another name"))
        return (
            made if self._too_long_for_replicas(made.value) is None else made.put(Unknown("long"))
        )

    def _too_long_for_replicas(self, name: str) -> str | None:
        """Pods of replicas with several hosts have a label of the group's name and six letters."""
        several = (self._hosts.known or 1) > 1
        if several and self.owner.release.has("multi-host-indexing"):
            longest = kubenames.LONGEST_LABEL - _REPLICA
            if len(name) > longest:
                return (
                    f"has {len(name)} characters, more than the {longest} that several hosts allow"
                )
        return None


def _service_name_fault(text: str) -> Any:
    return kubenames.dns_label_fault(text) or ABSENT
