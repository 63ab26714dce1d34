"""Metadata of Ray's resources and their pods: names, labels, annotations. Not here: one (`tag`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from raypolicy import kubenames
from raypolicy.effective import names, podlabels, worthwhile
from raypolicy.effective.podlabels import ANNOTATION, LABEL
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

if TYPE_CHECKING:  # most metadata has nothing worth one
    from raypolicy.facts.tag import Tag

_DOMAIN: Final = "ray.io/"
HEADS: Final = ("head", "head group")


class Metadata(View):
    """Metadata of a resource of Ray's or of a pod template in it, or the `labels` of a group.

    `place` is RayCluster, RayJob, RayService, RayCronJob; head, worker, submitter; head group or
    worker group; `taken` says whether another resource has its name, in small letters and dashes.
    """

    fields = frozenset({"finalizers", "generateName", "namespace", "ownerReferences"})

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        place: str,
        group: Node[Any] | None = None,
        *,
        taken: bool = False,
    ) -> None:
        super().__init__(node, owner)
        self._place = place
        self._group = group
        self._taken = taken

    @fact
    def place(self) -> Node[str]:
        """Whose metadata it is."""
        return self.node.put(self._place)

    @fact
    def owner_kind(self) -> Node[str]:
        """The kind of the resource it is a part of."""
        return self.owner.resource.node.get("kind")

    @written
    def name(self) -> Node[str]:
        """The name that is written in it."""
        return self.node.get("name") if self._bears_names else self.node.put(ABSENT)

    @fact
    def owner_namespace(self) -> Node[str]:
        """The namespace of the resource it is a part of, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def name_length(self) -> Node[int]:
        """Characters of the resource's name; the five that follow a generateName are counted."""
        return names.length(self.node)

    @fact
    def longest_name(self) -> Node[int]:
        """Most characters that KubeRay lets the name of this kind have; absent where any may do."""
        longest = names.longest(self._place, self.owner.release)
        return self.node.put(ABSENT if longest is None else longest)

    @fact
    def name_fault(self) -> Node[str]:
        """Why the API server refuses the resource's name; absent if it doesn't."""
        return names.fault(self.node)

    @fact
    def name_misfit(self) -> Node[str]:
        """Why KubeRay refuses the resource's name, or that of what is made of it, although the API
        server doesn't; absent if it doesn't."""
        return names.misfit(self.node)

    @fact
    def fitting_name(self) -> Node[str]:
        """The name with dashes for what KubeRay does not take; unknown if taken or wrong."""
        if self._taken:
            return self.name.put(Unknown("it needs another name"))
        return self.name.map(kubenames.fitting, "it needs another name")

    @fact
    def labels(self) -> tuple[Tag, ...]:
        """Its labels."""
        return tuple(tag for tag in self._tags() if tag.form.value == LABEL)

    @fact
    def annotations(self) -> tuple[Tag, ...]:
        """Its annotations."""
        return tuple(tag for tag in self._tags() if tag.form.value == ANNOTATION)

    @fact
    def unquoted(self) -> tuple[Tag, ...]:
        """Labels and annotations whose value is no text."""
        return self._those(lambda form, key, value: not isinstance(value, str))

    @fact
    def invalid(self) -> tuple[Tag, ...]:
        """Labels and annotations that no object of Kubernetes may have."""
        return self._those(worthwhile.is_invalid)

    @fact
    def misspelt(self) -> tuple[Tag, ...]:
        """Labels and annotations that are almost those which KubeRay reads, and labels that are
        almost those of a queue."""
        made = self._place in ("RayCluster", "RayJob", "RayService")
        return self._those(lambda form, key, value: worthwhile.is_misspelt(form, key, made=made))

    @fact
    def misplaced(self) -> tuple[Tag, ...]:
        """Labels and annotations that are read, but not in this place or not in this form."""
        return self._those(self._is_misplaced)

    @fact
    def ineffective(self) -> tuple[Tag, ...]:
        """Labels and annotations that are read here, but whose value counts as none at all."""
        return self._those(self._is_ineffective)

    @fact
    def overwritten(self) -> tuple[Tag, ...]:
        """Labels of pods by which the operator finds them, and which have another value there."""
        if not self._of_pods:
            return ()
        found = self._those(lambda form, key, value: form == LABEL and key in podlabels.IDENTITY)
        return tuple(tag for tag in found if tag.differs)

    @fact
    def unselected(self) -> tuple[Tag, ...]:
        """Labels of the head pod by which the cluster's own Service looks for it, with another
        value than the Service looks for."""
        if self._place not in HEADS:
            return ()
        sought = {podlabels.IDENTIFIER, podlabels.CREATED_BY}
        if self._place == "head group":
            sought.add(podlabels.APPLICATION)
        found = self._those(lambda form, key, value: form == LABEL and key in sought)
        return tuple(tag for tag in found if tag.differs)

    @fact
    def unselected_by_owner(self) -> tuple[Tag, ...]:
        """Labels of the head pod's template for which the Service of the RayJob or RayService
        itself does not look."""
        own = podlabels.has_service_of_its_own(self.owner.resource.kind, self.owner.release)
        if self._place != "head" or not own:
            return ()
        return self._those(
            lambda form, key, value: (
                form == LABEL
                and key == podlabels.APPLICATION
                and value != podlabels.APPLICATION_NAME
                and isinstance(value, str)
                and not placeholder(value)
            )
        )

    @fact
    def handset(self) -> tuple[Tag, ...]:
        """Labels of a RayCluster that say who made it, which only the operator should write."""
        if self._place != "RayCluster":
            return ()
        start = "ray.io/originated-from-cr"
        return self._those(lambda form, key, value: form == LABEL and key.startswith(start))

    @property
    def _bears_names(self) -> bool:
        return not self._place.endswith(" group")

    @property
    def _of_pods(self) -> bool:
        return self._group is not None

    def _is_misplaced(self, form: str, key: str, value: Any) -> bool:
        lost = worthwhile.is_lost(self._place, form)
        if not lost and not key.startswith(_DOMAIN):
            return False
        from raypolicy import knownkeys

        if lost and knownkeys.foreign_key(key):
            return True
        known = knownkeys.user_key(key)
        if known is None or (known.since and known.since > self.owner.release.version):
            return False
        return form != known.form or self._place not in known.read_on

    def _is_ineffective(self, form: str, key: str, value: Any) -> bool:
        if not key.startswith(_DOMAIN):
            return False
        from raypolicy import knownkeys

        known = knownkeys.user_key(key)
        if known is None or not isinstance(value, str) or placeholder(value):
            return False
        return not known.has_effect(value) and not self._is_misplaced(form, key, value)

    def _parts(self) -> Iterator[tuple[str, Node[Any]]]:
        parts = [(LABEL, self.node)]
        if self._bears_names:
            parts = [(LABEL, self.node.get("labels")), (ANNOTATION, self.node.get("annotations"))]
        return (each for each in parts if type(each[1].value) is dict)

    def _those(self, wanted: Callable[[str, str, Any], bool]) -> tuple[Tag, ...]:
        """The tags that a look at form, key and value finds; most are not worth one."""
        return tuple(
            self._tag(form, part.get(key))
            for form, part, key, value in self._noticeable
            if wanted(form, key, value)
        )

    @cached_property
    def _noticeable(self) -> tuple[tuple[str, Node[Any], str, Any], ...]:
        """Form, mapping, key and value of the tags that any of the facts may be about."""
        everything = self._place == "RayCronJob"
        return tuple(
            (form, part, key, value)
            for form, part in self._parts()
            for key, value in part.value.items()
            if value is not None and (everything or worthwhile.is_noticeable(form, key, value))
        )

    def _tags(self) -> tuple[Tag, ...]:
        return tuple(
            self._tag(form, part.get(key))
            for form, part in self._parts()
            for key, value in part.value.items()
            if value is not None
        )

    def _tag(self, form: str, node: Node[Any]) -> Tag:
        from raypolicy.facts.tag import Context, Tag

        return Tag(node, self.owner, Context(form, self._place, self._group))
