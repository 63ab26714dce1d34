"""What breaks the schema of Ray's objects: facts about each place. Not here: which (`schema`).

Source: KubeRay `ray-operator/config/crd/bases/` at each tag.
"""

from __future__ import annotations

from typing import Any

from raypolicy.facts.subject import subject
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.schema import meant
from raypolicy.schema.fields import V1, Part, Step, at, part, root
from raypolicy.schema.telling import dotted, expectation, type_word
from raypolicy.schema.walk import DUPLICATE, ENUM, NO_KIND, REQUIRED, TYPE, UNKNOWN_FIELD, Fault
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Version, plain_number, whole_number


class Violation(View):
    """A place where an object of Ray's breaks the schema that KubeRay's release has of it; its node
    is the value, or where a field is missing.
    """

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, fault: Fault, number: int) -> None:
        super().__init__(node, owner)
        self._fault = fault
        self._number = number

    @fact
    def fault(self) -> Node[str]:
        """What it breaks: `unknown field`, `type`, `enum`, `too low`, `too high`, `too short`,
        `too long`, `form`, `required`, `duplicate`, `clash` (with another field), `incomplete`
        (of fields one or the other must be there), `no spec`, `no kind` (that KubeRay has)."""
        return self.node.put(self._fault.kind)

    @fact
    def subject(self) -> Node[str]:
        """What is concerned, of a start parameter, a label or annotation, the Ray version, a group
        resource, a fraction, an amount, a container port, a group name, a generated name, the
        containers of a group, and a field that only ray.io/v1 has; absent for anything else, and
        for all but containers in a cluster beside a selector, which is never made."""
        if self._is_unknown and self._in_v1:
            return self.node.put("v1 field")
        found = subject(self._fault, self.node.value, self._holder)
        if found is None or (found != "containers" and self._in_unmade):
            return self.node.put(ABSENT)
        return self.node.put(found)

    @fact
    def name(self) -> Node[str]:
        """The name of the field; of an item, that of the list."""
        keys = [step for step in self._fault.path if type(step) is str]
        return self.node.at_key(keys[-1] if keys else self.owner.resource.kind)

    @written
    def value(self) -> Node[Any]:
        """The value as written."""
        return self.node

    @fact
    def holder(self) -> Node[str]:
        """What the field is written in: `headGroupSpec`, `containers[0]`, `spec`, the kind."""
        above = self._fault.path[:-1]
        named = [index for index, step in enumerate(above) if type(step) is str]
        return self.node.at_key(dotted(above[named[-1] :]) if named else self.owner.resource.kind)

    @fact
    def path(self) -> Node[str]:
        """Where it is in the object, `spec.workerGroupSpecs[0].replicas`."""
        return self.node.put(dotted(self._fault.path))

    @fact
    def type(self) -> Node[str]:
        """The type of what is written: text, whole number, number with a fraction, boolean, list or
        mapping; absent where nothing is written."""
        value = self.node.value
        return self.node.put(ABSENT if value is ABSENT else type_word(value))

    @fact
    def expected(self) -> Node[str]:
        """What the schema says instead: a type, the values it allows, a bound, a length, the form,
        the fields that are needed or that exclude it."""
        return self.node.put(expectation(self._fault) or ABSENT)

    @fact
    def first(self) -> Node[Any]:
        """What an item is told apart by, where an earlier item of the list has the same; absent for
        anything that is no such item."""
        if self._fault.kind != DUPLICATE:
            return self.node.put(ABSENT)
        return self._told_apart(self._object.get(*self._fault.expected))

    @fact
    def repeated(self) -> Node[Any]:
        """The same, in the item itself."""
        return self.node.put(ABSENT) if self.first.absent else self._told_apart(self.node)

    @fact
    def key(self) -> Node[str]:
        """The names of what items of the list are told apart by: `mountPath`, `containerPort and
        protocol`."""
        return self.node.put(ABSENT if self.first.absent else " and ".join(self._keys) or "value")

    # What was meant

    @fact
    def nearest(self) -> Node[str]:
        """The field that an unknown one is a slip of, in its letters, their case or its signs; the
        value or kind that one which is not allowed is, but for its case or a slip."""
        if self._fault.kind in (ENUM, NO_KIND):
            return self.node.put(
                meant.nearest_value(self.node.value, self._fault.expected) or ABSENT
            )
        return self._at_key(self._guess.slip)

    @fact
    def alike(self) -> Node[str]:
        """The field that an unknown one is like, where it is no slip of one and no other release
        has it: one of which it is a part; where there is none of its name nearby, one that is
        spelt much the same or takes just what it holds."""
        return self._at_key(self._guess.alike)

    @fact
    def elsewhere(self) -> Node[str]:
        """Where else in the object there is a field of this name that would take the value, of an
        unknown one that is neither a slip of a field here nor like one: `workerGroupSpecs[]`;
        several joined by `or`."""
        return self._at_key(" or ".join(self._guess.places) or None)

    @fact
    def wrapped(self) -> Node[str]:
        """The name of what an unknown field is written in, where all it holds belongs right there:
        `jobTemplate` of a `spec` in it."""
        return self._at_key(self.holder.value if self._guess.wraps else None)

    @fact
    def meant_by(self) -> Node[str]:
        """The unknown field beside a missing one that is a slip of its name, or like it."""
        if self._fault.kind == REQUIRED:
            here, holder = self._above, self._holder
            for name in holder.keys() - here.get("properties", {}).keys():
                if self._key in (meant.slip(name, here, holder), meant.alike(name, here, holder)):
                    return self._object.get(*self._fault.path[:-1], name).at_key(name)
        return self.node.put(ABSENT)

    @fact
    def since(self) -> Node[Version]:
        """The first later release of KubeRay that has the unknown field."""
        return self._at_key(self._span.since)

    @fact
    def until(self) -> Node[Version]:
        """The release of KubeRay from which on the unknown field is gone."""
        return self._at_key(self._span.until)

    @fact
    def text(self) -> Node[str]:
        """A number or boolean as the text it is written as, where a text is expected."""
        value, written = self.node.value, self.node.span.text
        plain = isinstance(value, int | float) and written[:1] not in "'\"!&*"
        wanted = self._fault.kind == TYPE and self._fault.expected == "string"
        return self.node.put(written if plain and wanted else ABSENT)

    @fact
    def number(self) -> Node[float]:
        """A text as the number it is, where such a number is expected."""
        value = self.node.value
        whole = self._read("integer", whole_number(value))
        return self.node.put(
            whole if whole is not ABSENT else self._read("number", plain_number(value))
        )

    @fact
    def boolean(self) -> Node[bool]:
        """A text as true or false, where that is expected."""
        value = self.node.value
        read = {"true": True, "false": False}.get(value.lower()) if type(value) is str else None
        return self.node.put(self._read("boolean", read))

    @property
    def as_meant(self) -> dict[tuple[Step, ...], tuple[Step, ...]]:
        """Where in the document an unknown field, or what it holds, stands, and where it was meant
        to be; nothing where that is not plain."""
        path, guess = self.node.path, self._guess
        name = guess.slip or guess.alike
        if name is not None:
            return {path: (*path[:-1], name)}
        if guess.wraps:
            return {(*path, key): (*path[:-1], key) for key in self.node.value}
        found = [*guess.places.values()]
        if len(found) != 1 or found[0].count(0) > self._fault.path.count(0):
            return {}
        return {path: (*path[: len(path) - len(self._fault.path)], *found[0])}

    @fact
    def _guess(self) -> meant.Guess:
        if not self._is_unknown or self._span != meant.Span(None, None):
            return meant.Guess()
        return meant.guess(self._number, self._fault.path, self._holder)

    @property
    def _is_unknown(self) -> bool:
        return self._fault.kind == UNKNOWN_FIELD

    def _at_key(self, found: object) -> Node[Any]:
        return self.node.put(ABSENT) if found is None else self.node.at_key(found)

    def _read(self, wanted: str, value: object) -> object:
        asked = self._fault.kind == TYPE and self._fault.expected == wanted
        return value if asked and value is not None else ABSENT

    @property
    def _keys(self) -> list[str]:
        keys: list[str] = self._above.get("x-kubernetes-list-map-keys", [])
        return keys

    def _told_apart(self, item: Node[Any]) -> Node[Any]:
        part = item.get(self._keys[0]) if self._keys else item
        return item if part.absent else part

    @property
    def _key(self) -> str:
        return str(self._fault.path[-1])

    @property
    def _object(self) -> Node[Any]:
        return self.owner.resource.node

    @property
    def _holder(self) -> dict[str, Any]:
        holder = self.node.parent.value if self.node.parent is not None else {}
        return holder if type(holder) is dict else {}

    @property
    def _above(self) -> Part:
        number = at(self._number, self._fault.path[:-1])
        return {} if number is None else part(number)

    @property
    def _in_unmade(self) -> bool:
        path = self._fault.path
        if "rayClusterSpec" not in path:
            return False
        selector = self._object.get(*path[: path.index("rayClusterSpec")], "clusterSelector")
        return not selector.absent and selector.value != {}

    @property
    def _in_v1(self) -> bool:
        resource = self.owner.resource
        if resource.api_version == V1:
            return False
        there = root(V1, resource.kind, self.owner.release.version)
        return at(there, self._fault.path) is not None

    @fact
    def _span(self) -> meant.Span:
        resource, release = self.owner.resource, self.owner.release.version
        if not self._is_unknown:
            return meant.Span(None, None)
        return meant.span(resource.api_version, resource.kind, self._fault.path, release)
