"""Single labels and annotations. Not here: which of them are worth a word (`metadata`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy import knownkeys, kubenames
from raypolicy.effective import podlabels
from raypolicy.effective.podlabels import LABEL
from raypolicy.effective.start import OVERWRITE
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder


class Context(NamedTuple):
    """Where a tag is written: as label or annotation, whose metadata it is, of which group."""

    form: str
    place: str
    group: Node[Any] | None


class Tag(View):
    """A label or an annotation; its node is the value."""

    def __init__(self, node: Node[Any], owner: Owner, context: Context) -> None:
        super().__init__(node, owner)
        self._context = context

    @fact
    def name(self) -> Node[str]:
        """Its key."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The value as written."""
        return self.node

    @fact
    def form(self) -> Node[str]:
        """label or annotation."""
        return self.node.put(self._context.form)

    @fact
    def text(self) -> Node[str]:
        """The value as a text: a number as it is written, a boolean as true or false."""
        value = self.node.value
        if isinstance(value, str):
            return self.node
        if isinstance(value, bool):
            return self.node.put("true" if value else "false")
        written = self.node.span.text
        number = isinstance(value, int | float) and written[:1] not in "'\""
        return self.node.put(written if number else Unknown("not a plain value"))

    @fact
    def fault(self) -> Node[str]:
        """Why no object may have it; absent if it may. Of annotations only the key matters."""
        name, value = self.name.value, self.node.value
        if placeholder(name):
            return self.name.put(Unknown("unresolved placeholder"))
        label = self._context.form == LABEL
        fault = kubenames.key_fault(name if label else name.lower())
        if fault is not None:
            return self.node.at_key(fault)
        if not label or not isinstance(value, str):
            return self.node.put(ABSENT)
        if placeholder(value):
            return self.node.put(Unknown("unresolved placeholder"))
        fault = kubenames.label_value_fault(value)
        return self.node.put(ABSENT if fault is None else fault)

    @fact
    def meant(self) -> Node[str]:
        """The value with an effect that a value without one must be meant for: `true` of `yes`,
        600 of `10m`; unknown where that cannot be told, or another command would be run."""
        known, value = knownkeys.user_key(self.name.value), self.node.value
        told = known is not None and isinstance(value, str) and known.name != OVERWRITE
        meant = known.meant(value) if known and told else None
        return self.node.put(Unknown("it can mean anything") if meant is None else meant)

    @written
    def home(self) -> Node[Any]:
        """The place where it would be read: in this metadata, or in that of the resource; unknown
        where there is none, or something is written already."""
        known, resource = knownkeys.user_key(self.name.value), self.owner.resource
        nowhere = self.node.put(Unknown("there is no such place"))
        if known is None and resource.kind in knownkeys.RESOURCES:
            home = resource.node.get("metadata", "labels", self.name.value)
            return home if home.absent and knownkeys.foreign_key(self.name.value) else nowhere
        if known is None or known.name == OVERWRITE or self.node.parent is None:
            return nowhere
        if resource.kind in known.read_on:
            metadata = resource.node.get("metadata")
        elif self._context.place in known.read_on and self.node.parent.parent is not None:
            metadata = self.node.parent.parent
        else:
            return nowhere
        home = metadata.get(f"{known.form}s", self.name.value)
        return home if home.absent else nowhere

    @fact
    def nearest(self) -> Node[str]:
        """The key that KubeRay or the keeper of a queue reads and this one is almost; absent if it
        is near none."""
        name = self.name.value
        near: Any = knownkeys.nearest_key(name) or knownkeys.nearest_foreign(name) or ABSENT
        return self.node.at_key(near)

    @fact
    def respelt(self) -> Node[str]:
        """The same, unknown for the key that would have another command run."""
        near = self.nearest
        return near.put(Unknown("it changes the command")) if near.value == OVERWRITE else near

    @fact
    def belongs(self) -> Node[str]:
        """Where it would be read, in words; absent for a key that isn't known."""
        known = knownkeys.user_key(self.name.value)
        if known is not None:
            form, places = known.form, known.read_on
        elif knownkeys.foreign_key(self.name.value):
            form, places = LABEL, knownkeys.RESOURCES
        else:
            return self.node.put(ABSENT)
        said = [f"a {place}" if place[0].isupper() else f"the {place} template" for place in places]
        listed = " or ".join(filter(None, (", ".join(said[:-1]), said[-1])))
        return self.node.at_key(f"{form}s of {listed}")

    @fact
    def operators(self) -> Node[str]:
        """The value that the operator gives this label on pods, or looks for on the head pod."""
        resource, group = self.owner.resource, self._context.group
        name, owner = self.name.value, resource.node.get("metadata", "name")
        if group is None or self._context.form != LABEL:
            return self.node.put(ABSENT)
        head = self._context.place.startswith("head")
        if name in podlabels.IDENTITY:
            return podlabels.identity(name, resource.kind, owner, None if head else group)
        return podlabels.sought(name, resource.kind, owner, group) if head else owner.put(ABSENT)

    @property
    def differs(self) -> bool:
        """Whether its value is sure to be another than the operator's; a name with random letters
        is sure to be.
        """
        mine, other = self.node.value, self.operators
        if not isinstance(mine, str) or placeholder(mine) or other.absent:
            return False
        if other.unknown:
            made = self.owner.resource.kind != "RayCluster"
            return made and self.name.value in (podlabels.CLUSTER, podlabels.IDENTIFIER)
        return mine != other.value and not placeholder(str(other.value))
