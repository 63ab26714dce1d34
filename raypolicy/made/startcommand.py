"""The start parameters of a group as the operator completes them, and the `ray start` it makes of
them. Not here: which command the container gets (`container`).

Source: KubeRay `controllers/ray/common/pod.go`, updateRayStartParamsResources,
updateRayStartParamsLabels, setMissingRayStartParams, generateRayStartCommand,
addWellKnownAcceleratorResources, convertParamMap.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from raypolicy.effective import resourcetext
from raypolicy.effective.logical import ACCELERATORS, is_gpu, quantity
from raypolicy.effective.options import BARE, WITH_VALUE, written_as
from raypolicy.made.building import leaf, mapping, text
from raypolicy.made.gotext import approximate, as_json
from raypolicy.made.parts import Part, at
from raypolicy.made.plan import Plan
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import INJECTED, OVERRIDDEN, PLACEHOLDER, Node, Unknown
from raypolicy.values import Quantity

Parameters: TypeAlias = dict[str, Node[Any]]
_CHANCE: Final = Unknown("two of the group's resources stand for it: which one wins is chance")


def completed(
    group: dict[str, Part], release: KubeRayRelease, place: Node[Any], address: Node[str] | None
) -> Parameters:
    """The start parameters of a worker group, whose head is at `address`, or of the head itself."""
    written = mapping(group.get("rayStartParams"))
    params = {name: each for name, each in written.items() if isinstance(each, Node)}
    if release.has("group-resources"):
        _add_resources(params, mapping(group.get("resources")), release)
    if release.has("group-labels"):
        _add_labels(params, mapping(group.get("labels")))
    added: dict[str, Any] = {}
    if address is not None:
        added["address"] = address
    elif release.has("dashboard-host"):
        added["dashboard-host"] = "0.0.0.0"
    added["metrics-export-port"] = "8080"
    if release.has("dashboard-agent-listen-port"):
        added["dashboard-agent-listen-port"] = "52365"
    for name, value in added.items():
        if name not in params:
            params[name] = value if isinstance(value, Node) else place.put(value, how=INJECTED)
    if release.has("block-forced") or (release.has("block") and "block" not in params):
        put(params, "block", place.put("true", how=INJECTED))
    return params


def put(params: Parameters, name: str, value: Node[Any]) -> None:
    """Sets a parameter, and remembers where another was written."""
    old = params.get(name)
    if old is None:
        params[name] = value
    elif type(old.value) is not type(value.value) or old.value != value.value:
        params[name] = old.put(value.value, value, how=OVERRIDDEN)


def head_port(plan_spec: dict[str, Part], place: Node[Any]) -> Node[str]:
    """The port of the GCS, as the head's start parameters say."""
    written = leaf(plan_spec, "headGroupSpec", "rayStartParams", "port")
    return place.put("6379", how=INJECTED) if written is None else written


def _add_resources(params: Parameters, own: dict[str, Part], release: KubeRayRelease) -> None:
    numbers: dict[str, Any] = {}
    found: dict[str, list[Node[Any]]] = {}
    custom: Node[Any] | None = None
    for name, each in own.items():
        if not isinstance(each, Node):
            continue
        amount, lower = quantity(each), name.lower()
        if amount.known is None and amount.value is not PLACEHOLDER:
            continue  # the operator leaves out what it can't read
        if lower in ("cpu", "memory"):
            parameter = "num-cpus" if lower == "cpu" else "memory"
        elif is_gpu(lower, release):
            parameter = "num-gpus"
        else:
            custom = each
            numbers[name] = amount.value if amount.known is None else approximate(amount.known)
            continue
        found.setdefault(parameter, []).append(_whole(each))
    for parameter, nodes in found.items():
        several = len({repr(node.value) for node in nodes}) > 1
        put(params, parameter, nodes[0].put(_CHANCE, how=INJECTED) if several else nodes[0])
    if custom is not None:
        put(params, "resources", _as_text(custom, numbers))


def _as_text(place: Node[Any], numbers: dict[str, Any]) -> Node[str]:
    for value in numbers.values():
        if type(value) is Unknown:
            return place.put(value, how=INJECTED)
    return place.put(f"'{as_json(numbers)}'", how=INJECTED)


def _whole(node: Node[Any]) -> Node[str]:
    """A quantity rounded up, as a text."""
    amount = quantity(node)
    if amount.known is None:
        return amount.put(amount.value, how=INJECTED)
    return node.put(str(amount.known.ceil()), how=INJECTED)


def _add_labels(params: Parameters, labels: dict[str, Part]) -> None:
    pairs = [(name, each) for name, each in sorted(labels.items()) if isinstance(each, Node)]
    if pairs:
        form = ",".join(f"{_literal(name)}={{}}" for name, _ in pairs)
        put(params, "labels", text(form, *(each for _, each in pairs)))


def _literal(name: str) -> str:
    return name.replace("{", "{{").replace("}", "}}")


def start_command(
    plan: Plan, params: Parameters, resources: Part, head: bool, place: Node[Any]
) -> Node[str]:
    """The whole `ray start`; `resources` are those of the Ray container. Parameters that follow
    from its limits are put beside the others.
    """
    release = plan.release
    limits, requests = mapping(at(resources, "limits")), mapping(at(resources, "requests"))
    cpu = _nonzero(limits.get("cpu"))
    if cpu is None and release.has("num-cpus-from-request"):
        cpu = _nonzero(requests.get("cpu"))
    for name, amount in (("num-cpus", cpu), ("memory", _nonzero(limits.get("memory")))):
        if amount is not None and name not in params:
            params[name] = _whole(amount)
    _add_accelerators(plan, params, limits)
    words = [f"ray start {'--head ' if head else ''}"]
    nodes = []
    for name in sorted(params):
        node = params[name]
        if type(node.value) is not str:
            reason = node.value if node.unknown else Unknown("a start parameter is not a text")
            return place.put(reason, node, how=INJECTED)
        how = written_as(name, node.value, release)
        if how == WITH_VALUE:
            words.append(f" --{name}={node.value} ")
        elif how == BARE:
            words.append(f" --{name} ")
        nodes.append(node)
    return place.put("".join(words), *nodes, how=INJECTED)


def _nonzero(amount: Part) -> Node[Any] | None:
    """An amount that is there and isn't zero, or may not be."""
    if not isinstance(amount, Node):
        return None
    read = quantity(amount).known
    return None if read is not None and read.nano == 0 else amount


def _add_accelerators(plan: Plan, params: Parameters, limits: dict[str, Part]) -> None:
    release = plan.release
    known = {name: each for name in sorted(limits) if (each := _nonzero(limits[name])) is not None}
    inputs: dict[str, Any] | None = {}
    said = params.get("resources")
    if said is not None and release.has("accelerator-resources"):
        inputs = resourcetext.for_kuberay(said.value) if type(said.value) is str else None
    if inputs is None:
        return
    for name, each in known.items():
        if is_gpu(name, release):
            params.setdefault("num-gpus", _whole(each))
    if not release.has("accelerator-resources"):
        return
    if any(name in inputs for name in ACCELERATORS.values()):
        return
    for name, each in known.items():
        if name in ACCELERATORS:
            numbers = {key: float(value or 0) for key, value in inputs.items()}
            amount = quantity(each)
            numbers[ACCELERATORS[name]] = (
                amount.value if amount.known is None else _number(plan, amount.known)
            )
            put(params, "resources", _as_text(each, numbers))
            return


def _number(plan: Plan, amount: Quantity) -> float:
    """As near as Go gets; a cluster that was made has quantities as Go writes them, in thousandths
    where they are not whole.
    """
    anew = plan.creator != "RayCluster" and amount.nano % 10**9 and not amount.nano % 10**6
    return approximate(amount) if not anew else amount.nano // 10**6 * 0.001
