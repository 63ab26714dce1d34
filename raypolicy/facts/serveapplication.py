"""Applications of a serveConfigV2 and their deployments. Not here: what is around them.

Source: Ray `python/ray/serve/schema.py`, ServeApplicationSchema, DeploymentSchema and the
validators of ServeDeploySchema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.rayoption import meant_for, ray_of
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import Owner, View, fact
from raypolicy.prepared import version_of
from raypolicy.tree import ABSENT, DEFAULTED, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder, plain_text

if TYPE_CHECKING:
    from raypolicy.facts.servedemand import Model, ReplicaDemand

_STRICT: Final = version_of("2.55")
"""The Ray that has pydantic 2 judge num_replicas before it is turned into a number."""
_NAME: Final = "default"
_ROUTE: Final = "/"


class ServeApplication(View):
    """An application of a serveConfigV2."""

    fields = frozenset(
        """args autoscaling_policy external_scaler_enabled host import_path
        logging_config port runtime_env""".split()
    )
    apart = True

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        clusters: tuple[Cluster, ...],
        earlier: tuple[ServeApplication, ...],
    ) -> None:
        super().__init__(node, owner)
        self._clusters = clusters
        self._earlier = earlier

    @fact
    def name(self) -> Node[str]:
        """Its name, `default` where none is written."""
        written = self.node.get("name")
        if written.absent:
            return self._default("name", _NAME)
        return written.map(plain_text, "no text")

    @fact
    def route_prefix(self) -> Node[str]:
        """The path that it is reached by, `/` where none is written; absent for null."""
        written = self.node.get("route_prefix")
        if written.absent and "route_prefix" not in self.node.value:
            return self._default("route_prefix", _ROUTE)
        return written.map(plain_text, "no text")

    @fact
    def namesake(self) -> Node[str]:
        """The name of an earlier application, if it is the same."""
        return self._same("name")

    @fact
    def same_route(self) -> Node[str]:
        """The route prefix of an earlier application, if it is the same."""
        return self._same("route_prefix")

    @fact
    def own_address(self) -> tuple[Setting, ...]:
        """`host` and `port`, which only Serve as a whole has."""
        found = (self.node.get(name) for name in ("host", "port"))
        return tuple(Setting(each, self.owner) for each in found if not each.absent)

    @fact
    def route_fault(self) -> Node[str]:
        """Why Serve refuses the route prefix; absent where it doesn't."""
        route = self.route_prefix
        return route.put(ABSENT if route.known is None else _route_fault(route.known) or ABSENT)

    @fact
    def path_fault(self) -> Node[str]:
        """Why Serve refuses the import path, or can import nothing by it; absent where neither."""
        written = self.node.get("import_path")
        if written.absent and meant_for(self.node, "import_path", "application") is None:
            return self.node.put("there is none")
        if type(written.value) is not str or placeholder(written.value):
            return written.put(ABSENT if written.known is None else Unknown("no known text"))
        return written.put(_path_fault(written.value) or ABSENT)

    @fact
    def deployments(self) -> tuple[ServeDeployment, ...]:
        """The deployments that it gives settings to."""
        return tuple(
            ServeDeployment(item, self.owner, self._clusters)
            for item in self.node.get("deployments").items()
            if type(item.value) is dict
        )

    @fact
    def models(self) -> tuple[Model, ...]:
        """The language models that an application of Ray's own serves, `ray.serve.llm`."""
        from raypolicy.facts.servedemand import models

        return tuple(models(self.node, self.owner, self._clusters))

    def _default(self, name: str, value: str) -> Node[str]:
        slip = meant_for(self.node, name, "application")
        if slip is not None:
            return slip.put(Unknown("a misspelt key"))
        return self.node.put(value, how=DEFAULTED)

    def _same(self, fact: str) -> Node[str]:
        here: Node[str] = getattr(self, fact)
        for each in self._earlier if here.known is not None else ():
            there: Node[str] = getattr(each, fact)
            if there.known == here.known:
                return there
        return here.put(here.value if here.unknown else ABSENT)


class ServeDeployment(View):
    """Settings of a deployment in a serveConfigV2."""

    fields = frozenset(
        """autoscaling_config max_ongoing_requests max_replicas_per_node name
        placement_group_bundles placement_group_strategy ray_actor_options user_config""".split()
    )
    apart = True

    def __init__(self, node: Node[Any], owner: Owner, clusters: tuple[Cluster, ...]) -> None:
        super().__init__(node, owner)
        self._clusters = clusters

    @fact
    def namesake(self) -> Node[str]:
        """The name of an earlier deployment of the application, if it is the same."""
        name, listed = self.node.get("name"), self.node.parent
        if type(name.value) is not str or listed is None:
            return name.put(name.value if name.unknown else ABSENT)
        if placeholder(name.value):
            return name.put(PLACEHOLDER)
        alike = (each.get("name") for each in listed.items() if type(each.value) is dict)
        first = next((each for each in alike if each.value == name.value), name)
        return name.put(ABSENT) if first.path == name.path else first

    @fact
    def fixed_replicas(self) -> Node[int]:
        """num_replicas, where it is a number."""
        written = self.node.get("num_replicas")
        if type(written.value) is int or written.known is None:
            return written
        return written.put(Unknown("templated") if placeholder(str(written.value)) else ABSENT)

    @fact
    def replicas_fault(self) -> Node[str]:
        """What num_replicas must be instead; absent where Serve takes it, as it takes a number in
        quotes before Ray 2.55."""
        written = self.node.get("num_replicas")
        value = written.value
        if isinstance(value, str) and (value.isdigit() or placeholder(value)):
            ray = ray_of(self._clusters, self.node)
            if ray.known is None or ray.known < _STRICT or not value.isdigit():
                return written.put(Unknown("not known whether Serve takes it"))
        if written.known is None or value == "auto" or (type(value) is int and value > 0):
            return written.put(written.value if written.unknown else ABSENT)
        return written.put("a number above 0, or auto")

    @fact
    def demands(self) -> tuple[ReplicaDemand, ...]:
        """What one replica asks of one node: itself, or each of its placement group's bundles."""
        from raypolicy.facts.servedemand import demands

        return tuple(demands(self.node, self.owner, self._clusters))


def _route_fault(route: str) -> str | None:
    if placeholder(route):
        return None
    if not route.startswith("/"):
        return "it must begin with /"
    if len(route) > 1 and route.endswith("/"):
        return "it must not end with /"
    return "it must have no braces" if "{" in route or "}" in route else None


def _path_fault(path: str) -> str | None:
    """As import_path_format_valid judges, and later, on the cluster, Python of what is a file."""
    if path.count(":") > 1:
        return "it has more than one colon"
    sign = ":" if ":" in path else "."
    if sign not in path:
        return "there is no colon or dot between module and application"
    if path.rfind(sign) in (0, len(path) - 1):
        return f"nothing stands on one side of the {'colon' if sign == ':' else 'dot'}"
    module = path.rpartition(sign)[0]
    if "/" in module:
        return "a module is written with dots, not with slashes"
    is_file = path.endswith(".py") or module.endswith(".py")
    return "a module is written without .py" if is_file else None
