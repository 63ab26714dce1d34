"""What the operator would make of the resources of a bundle, shown. Not here: what it makes
(`made`), how YAML is laid out (`yamltext`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.asmeant import without_echoes
from raypolicy.bundle import Resource
from raypolicy.effective.gates import runs_cronjobs
from raypolicy.findings import Finding, Severity
from raypolicy.formats.style import printable
from raypolicy.made import objects
from raypolicy.made.parts import Made, Part, leaves, plain
from raypolicy.model import Model
from raypolicy.ruleset import RuleSet
from raypolicy.sheet import Place, places
from raypolicy.tree import ABSENT, DEFAULTED, OVERRIDDEN, WRITTEN, Node, Unknown
from raypolicy.yamltext import document, scalar

REFUSERS: Final = {
    "api-server": "the API server",
    "webhook": "KubeRay's webhook",
    "operator": "the operator",
    "pod-creation": "the API server, once the operator creates pods or Services",
}


class Preview(NamedTuple):
    """A resource of Ray's and what is made of it. `refused` are the findings, errors only, that say
    why some gate doesn't let it pass; if there are any, `made` is what would come of it otherwise.
    `place` tells where a node is written, empty for nowhere; `reason` why nothing is made, as the
    end of a sentence, empty where that is not plain.
    """

    resource: Resource
    refused: tuple[Finding, ...]
    made: tuple[Made, ...]
    place: Place
    reason: str = ""


def previews(model: Model, gates: RuleSet) -> Iterator[Preview]:
    """What is made of each resource of Ray's; `gates` are the rules that know what is refused."""
    aim = model.target.owner
    found = without_echoes(gates.run(model).findings, model, gates)
    place = places(model)
    for resource in model.bundle.ray:
        refused = tuple(each for each in found if _of(each, resource))
        made = tuple(objects(resource, aim.release, aim.gates))
        yield Preview(resource, refused, made, place, _reason(resource, aim.gates))


def _reason(resource: Resource, gates: tuple[str, ...]) -> str:
    """Why nothing is made, where a feature gate of the operator is all that is missing."""
    if resource.kind != "RayCronJob" or runs_cronjobs(gates):
        return ""
    return ": its feature gate RayCronJob is off; --feature-gate RayCronJob shows it on"


def refusing(plans: Iterable[dict[str, Any]]) -> RuleSet:
    """The rules among prepared ones that know what a gate refuses."""
    from raypolicy.rule import Rule

    return RuleSet(
        [
            Rule(plan, {}, fixes=False)
            for plan in plans
            if plan["refused_by"] and plan["severity"] == "error"
        ]
    )


def lines(shown: Preview) -> Iterator[str]:
    """A preview for people: YAML documents that kubectl can read, each field with a comment."""
    title = printable(shown.resource.title)
    yield f"# {title}  {printable(_line(shown.place(shown.resource.node)))}".rstrip()
    told = (_refusal(each) for each in shown.refused)
    yield from dict.fromkeys(told)  # what aliases stand for is there more than once
    if not shown.made:
        yield f"# the operator makes nothing of it{shown.reason}"
        return
    if shown.refused:
        yield "# what follows is what it would make otherwise"
    for role, part in shown.made:
        yield "---"
        yield f"# {printable(role)} of {title}"
        yield from document(part, lambda node: how(node, shown.place))


def _refusal(finding: Finding) -> str:
    by = REFUSERS[str(finding.rule.refused_by)]
    return f"# refused by {by}: {printable(finding.message)} [{finding.rule.id}]"


def sheet(shown: Preview) -> dict[str, Any]:
    """The same for programs: plain data for JSON. A value that can't be known is null."""
    return {
        "resource": shown.resource.title,
        "place": shown.place(shown.resource.node),
        "refused": [each.message for each in shown.refused],
        "objects": [
            {
                "role": role,
                "object": _known(plain(part)),
                "fields": [_field(path, leaf, shown.place) for path, leaf in leaves(part)],
            }
            for role, part in shown.made
        ],
    }


def how(node: Node[Any], place: Place) -> str:
    """How a value came about, in a few words."""
    if type(node.value) is Unknown:
        return f"unknown: {node.value.reason}"
    if node.how == WRITTEN:
        return f"written {_line(place(node))}".rstrip()
    if node.how == OVERRIDDEN:
        old = _below(node)
        where = f" at {_line(place(node))}" if node.written and place(node) else ""
        return f"overridden{f': {scalar(old)}' if old is not None else ''}{where}"
    return node.how if node.how == DEFAULTED else "injected"


def _field(path: tuple[Any, ...], leaf: Part, place: Place) -> dict[str, Any]:
    """A field by its JSON pointer."""
    pointer = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in path)
    if not isinstance(leaf, Node):
        return {"path": pointer, "how": "injected", "place": ""}
    unknown = type(leaf.value) is Unknown
    found = "unknown" if unknown else how(leaf, lambda _: "").partition(":")[0]
    where = place(leaf) if leaf.written and leaf.parent is not None else ""
    reason = {"reason": leaf.value.reason} if unknown else {}
    return {"path": pointer, "how": found, "place": where, **reason}


def _below(node: Node[Any]) -> object:
    """The scalar that is written where another value was put over it; None where there is none."""
    above = node.parent.value if node.parent is not None and node.written else None
    old = above[node.key] if isinstance(above, dict | list) else None  # type: ignore[index]
    return None if isinstance(old, dict | list) else old


def _known(value: Any) -> Any:
    if type(value) is dict:
        return {key: _known(each) for key, each in value.items()}
    if type(value) is list:
        return [_known(each) for each in value]
    return None if type(value) is Unknown or value is ABSENT else value


def _line(place: str) -> str:
    """`path:line` of a place."""
    return place.rpartition(":")[0]


def _of(finding: Finding, resource: Resource) -> bool:
    """Whether a finding is an error about something in the resource."""
    span, whole = finding.span, resource.node.span
    return (
        finding.severity is Severity.ERROR
        and span.source is whole.source
        and whole.start <= span.start <= whole.end
    )
