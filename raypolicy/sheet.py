"""The model printed: each fact, its value, how and where it came about. Not here: the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from raypolicy.facts.view import View, words
from raypolicy.model import Model
from raypolicy.origins import Origins
from raypolicy.roots import ROOTS
from raypolicy.tree import ABSENT, Node, Unknown

Place: TypeAlias = Callable[[Node[Any]], str]


def sheet(model: Model) -> dict[str, Any]:
    """Everything rules can see of a bundle, as plain data for JSON."""
    seen: set[int] = set()
    place = places(model)
    found = {name: [_view(view, seen, place) for view in model.root(name)] for name in ROOTS}
    return {name: views for name, views in found.items() if views}


def lines(model: Model) -> Iterator[str]:
    """The same for people: a line a fact, nested as the views are."""
    for name, views in sheet(model).items():
        for index, view in enumerate(views):
            yield f"{name}[{index}]  {view['resource']}".rstrip() + f"  {view['place']}"
            yield from _lines(view["facts"], 1)


def _lines(facts: dict[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    width = max((len(name) for name, fact in facts.items() if "how" in fact), default=0)
    for name, fact in facts.items():
        if "how" in fact:
            origins = "".join(f", {place}" for place in fact["origins"])
            where = f"{fact['how']}  {fact['place']}{origins}" if fact["place"] else fact["how"]
            yield f"{indent}{name:{width}}  {_shown(fact)}  ({where})"
        elif "items" in fact:
            for index, item in enumerate(fact["items"]):
                if "how" in item:
                    yield from _lines({f"{name}[{index}]": item}, depth)
                    continue
                again = "  (told above)" if item.get("same") else ""
                yield f"{indent}{name}[{index}]  {item['place']}{again}"
                yield from _lines(item["facts"], depth + 1)
        else:
            again = "  (told above)" if fact.get("same") else ""
            yield f"{indent}{name}  {fact['place']}{again}"
            yield from _lines(fact["facts"], depth + 1)


def _shown(fact: dict[str, Any]) -> str:
    match fact["state"]:
        case "absent":
            return "-"
        case "unknown":
            return f"? {fact['reason']}"
    value = fact["value"]
    if isinstance(value, dict | list):
        return (
            f"{{… {len(value)}}}" if isinstance(value, dict) else f"[{', '.join(map(str, value))}]"
        )
    if isinstance(value, bool):
        return str(value).lower()
    first, *more = str(value).splitlines() or [""]
    return f"{first} …" if more else first


def _view(view: View, seen: set[int], place: Place) -> dict[str, Any]:
    """A view with its facts; one that was told already is only referred to."""
    told: dict[str, Any] = {"resource": view.owner.resource.title, "place": place(view.node)}
    if id(view) in seen:
        return {**told, "facts": {}, "same": True}
    seen.add(id(view))
    facts: dict[str, Any] = {}
    for word in words(type(view)).values():
        found = getattr(view, word.name)
        if isinstance(found, tuple):
            facts[word.name] = {
                "items": [
                    _view(each, seen, place) if isinstance(each, View) else _fact(each, place)
                    for each in found
                ]
            }
        elif isinstance(found, View):
            facts[word.name] = _view(found, seen, place)
        else:
            facts[word.name] = _fact(found, place)
    return {**told, "facts": facts}


def _fact(node: Node[Any], place: Place) -> dict[str, Any]:
    value = node.value
    told: dict[str, Any] = {"state": "known", "value": _plain(value)}
    if value is ABSENT:
        told = {"state": "absent", "value": None, "how": "absent"}
    elif type(value) is Unknown:
        told = {"state": "unknown", "value": None, "reason": value.reason}
    told.setdefault("how", node.how)
    told["place"] = place(node)
    told["origins"] = [place(origin) for origin in node.origins]
    return told


def places(model: Model) -> Place:
    """How the place of a node is told: `path:line:column`, in a source where it was rendered."""
    bundle = model.bundle
    origins = None if bundle.rendered is None else Origins(bundle.rendered, bundle.documents)

    def place(node: Node[Any]) -> str:
        if not node.placed:
            return ""
        span = node.span if origins is None else origins.place(node.span).span
        line, column = span.first
        return f"{span.source.name}:{line}:{column}"

    return place


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [_plain(each) for each in value]
    return str(value)
