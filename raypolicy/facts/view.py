"""What every view has in common, and how its words are listed. Not here: any single fact."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from raypolicy.bundle import Resource
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node
from raypolicy.values import Version

V = TypeVar("V", bound="View")
T = TypeVar("T")


class Owner(NamedTuple):
    """What all views of one resource share: the resource, and the releases it is judged for."""

    resource: Resource
    release: KubeRayRelease
    gates: tuple[str, ...] = ()
    kubernetes: Version | None = None


class View:
    """A part of a manifest under the name people have for it.

    Written fields keep their spelling and are read through `field`; what is derived is a `fact`.
    `fields` are the names the API has here, so that a misspelt one can be told; an `open` view may
    have any. A view that `stands_alone` is there even where its node is absent. What is `apart`
    may be written in another document than the view that leads to it. Without one of the keys
    `only_in` a document has no such view.
    """

    fields: ClassVar[frozenset[str]] = frozenset()
    open: ClassVar[bool] = False
    stands_alone: ClassVar[bool] = False
    apart: ClassVar[bool] = False
    only_in: ClassVar[frozenset[str]] = frozenset()
    __slots__ = ("__dict__", "node", "owner")

    def __init__(self, node: Node[Any], owner: Owner) -> None:
        self.node = node
        self.owner = owner

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.node!r})"

    def field(self, name: str) -> Node[Any]:
        """A written field of the manifest."""
        return self.node.get(name)


class fact(Generic[V, T]):
    """A property that is computed on first use and kept; its docstring is what `facts` prints."""

    def __init__(self, compute: Callable[[V], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.keys: frozenset[str] = frozenset()
        self.otherwise: object = None
        self.__doc__ = compute.__doc__

    def __get__(self, view: V, owner: type[V] | None = None) -> T:
        value = self.compute(view)
        view.__dict__[self.name] = value
        return value


class written(fact[V, T]):
    """A fact that is a place of the manifest itself, filled or not, so that a fix may change it."""


F = TypeVar("F", bound=fact[Any, Any])


def only_with(*keys: str, otherwise: object = None) -> Callable[[F], F]:
    """Declares a fact that is absent or empty in a document that has none of these keys, or has a
    certain value, so that rules that ask for anything else need not be asked there.
    """

    def declare(declared: F) -> F:
        declared.keys = frozenset(keys)
        declared.otherwise = otherwise
        return declared

    return declare


class Word(NamedTuple):
    """A fact as rules see it: what it leads to and what it means.

    `kind` is `value` (type is the type of the value), `view` (type is a View), `values` or `views`
    (a list of either, to be walked with `[*]`). `keys` are those of `only_with`,
    `otherwise` the value without any of them, None where it is absent then.
    """

    name: str
    kind: str
    type: Any
    meaning: str
    written: bool
    keys: frozenset[str]
    otherwise: object


def words(view: type[View]) -> dict[str, Word]:
    """The facts of a view by name, in the order they are defined."""
    return _words(view)  # type: ignore[arg-type]  # a class is hashable whatever its instances are


@cache
def _words(view: type[View]) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for owner in reversed(view.__mro__):
        for name, member in vars(owner).items():
            if isinstance(member, fact) and not name.startswith("_"):
                meaning = " ".join((member.__doc__ or "").split())
                kind, of = _kind(_returned(member.compute))
                is_written = isinstance(member, written)
                found[name] = Word(
                    name, kind, of, meaning, is_written, member.keys, member.otherwise
                )
    return found


def _returned(compute: Callable[..., Any]) -> Any:
    """What a fact's function returns; a view whose module is imported only where it is met has to
    be found first.
    """
    try:
        return get_type_hints(compute)["return"]
    except NameError:
        return get_type_hints(compute, localns=_views())["return"]


@cache
def _views() -> dict[str, Any]:
    """All views by name."""
    from importlib import import_module
    from pkgutil import iter_modules

    from raypolicy import facts

    for module in iter_modules(facts.__path__, "raypolicy.facts."):
        import_module(module.name)
    found, pending = {}, [View]
    while pending:
        for view in pending.pop().__subclasses__():
            found[view.__name__] = view
            pending.append(view)
    return found


def _kind(annotation: Any) -> tuple[str, Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        kind, of = _kind(arguments[0])
        return f"{kind}s", of
    if origin is Node:
        return "value", arguments[0]
    if isinstance(annotation, type) and issubclass(annotation, View):
        return "view", annotation
    raise TypeError(
        f"a fact has the type {annotation!r}; it must be a Node, a View or a tuple of them"
    )
