"""How parts are put together: forms filled in, texts made of others, one laid over another.

Not here: what any of them is for.
"""

from __future__ import annotations

from typing import Any

from raypolicy.made.parts import Part, at, plain
from raypolicy.tree import ABSENT, INJECTED, OVERRIDDEN, Node, Unknown


def built(place: Node[Any], form: Any, how: str = INJECTED) -> Part:
    """A form as a part: plain scalars stand at the place, nodes are kept, None is left out."""
    if isinstance(form, Node):
        return form
    if type(form) is dict:
        return {key: built(place, each, how) for key, each in form.items() if each is not None}
    if type(form) is list:
        return [built(place, each, how) for each in form if each is not None]
    return place.put(form, how=how)


def text(form: str, *nodes: Node[Any], how: str = INJECTED) -> Node[str]:
    """A form such as `{}-head-svc` filled with texts, at the place of the first. Unknown if one of
    them is, or is no text; what is absent is empty.
    """
    first, *others = nodes
    words = []
    for node in nodes:
        value = "" if node.value is ABSENT else node.value
        if type(value) is Unknown:
            return first.put(value, *others, how=how)
        if type(value) is not str:
            return first.put(Unknown("not a text, as it should be"), *others, how=how)
        words.append(value)
    return first.put(form.format(*words), *others, how=how)


def injected(node: Node[Any]) -> Node[Any]:
    """What a node says, as the operator's own words."""
    return node.put(node.value, how=INJECTED)


def laid_over(below: Part, above: dict[str, Part]) -> dict[str, Part]:
    """A mapping with another laid over it. What it loses by that is overridden."""
    under = mapping(below)
    return {**under, **{key: _over(under.get(key), each) for key, each in above.items()}}


def _over(below: Part, above: Part) -> Part:
    if not isinstance(above, Node) or not isinstance(below, Node):
        return above
    same = type(below.value) is type(above.value) and below.value == above.value
    return below if same else below.put(above.value, how=OVERRIDDEN)


def mapping(part: Part) -> dict[str, Part]:
    """A part where it is a mapping; else an empty one."""
    return part if type(part) is dict else {}


def listed(part: Part) -> list[Part]:
    """A part where it is a list; else an empty one."""
    return part if type(part) is list else []


def leaf(part: Part, *keys: str | int) -> Node[Any] | None:
    """The scalar under the keys; None where there is none, or a container."""
    found = at(part, *keys)
    return found if isinstance(found, Node) else None


def filled(part: Part, *keys: str | int) -> Node[Any] | None:
    """The scalar under the keys unless it is the empty text, which Go takes for nothing."""
    found = leaf(part, *keys)
    return None if found is None or found.value == "" else found


def is_true(part: Part, *keys: str | int) -> bool:
    """Whether the boolean under the keys is there, and true."""
    found = at(part, *keys)
    return found is not None and plain(found) is True
