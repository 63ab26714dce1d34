"""Start parameters: the entries of rayStartParams. Not here: which of them `ray start` will not
take (`startcommand`).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.knownkeys import MEANT
from raypolicy.startoptions import (
    BOOL,
    CHOICE,
    FLAG,
    FLOAT,
    INT,
    JSON,
    TEXT,
    StartOption,
    start_options,
)
from raypolicy.startoptions import nearest as nearest_option
from raypolicy.startoptions import respelt as option_of
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Quantity, Version, placeholder

_JSON_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}
_TAKES: Final = {
    FLAG: "no value",
    BOOL: "true or false",
    INT: "a whole number",
    FLOAT: "a number",
    TEXT: "a text",
    JSON: "a JSON object",
}


class StartParameter(View):
    """An entry of rayStartParams; its node is the value."""

    def __init__(self, node: Node[Any], owner: Owner, ray_version: Node[Version]) -> None:
        super().__init__(node, owner)
        self._ray_version = ray_version

    @property
    def option(self) -> StartOption | None:
        """The option of that name; no word of rules."""
        return start_options().get(self.key)

    @property
    def key(self) -> str:
        """The name as it is written; no word of rules either."""
        return str(self.node.key)

    @property
    def told(self) -> str:
        """The text that is written; empty for anything else."""
        value = self.node.value
        return value if type(value) is str else ""

    @property
    def said(self) -> str:
        """The same in small letters."""
        return self.told.lower()

    @property
    def bare_json(self) -> bool:
        """Whether it is the JSON of `resources` without quotes for bash."""
        return self.node.key == "resources" and self.told.lstrip().startswith("{")

    @fact
    def name(self) -> Node[str]:
        """The option of `ray start`, without dashes."""
        return self.node.at_key(self.key)

    @written
    def value(self) -> Node[Any]:
        """The value as written."""
        return self.node

    @fact
    def type(self) -> Node[str]:
        """The type the value has in JSON: string, integer, number, boolean, array or object."""
        value = self.node.value
        default = "array" if type(value) is list else "object"
        return self.node.put(_JSON_TYPES.get(type(value), default))

    @fact
    def text(self) -> Node[str]:
        """The value as a text: a whole number in plain digits, or as it is written where the option
        takes any text; a boolean as true or false."""
        value = self.node.value
        if isinstance(value, str | list | dict):
            return self.node
        if isinstance(value, bool):
            return self.node.put("true" if value else "false")
        written = self.node.span.text
        if self.option is not None and self.option.type == TEXT and written[:1] not in "'\"":
            return self.node.put(written)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
            value = int(value)
        whole = type(value) is int and value.bit_length() < 64
        return self.node.put(str(value) if whole else Unknown("no option takes such a number"))

    @fact
    def substitution(self) -> Node[str]:
        """The value, where bash puts what a command says, or works out, in its place: `$(nproc)`;
        else absent."""
        value = self.node.known
        asked = type(value) is str and ("$(" in value or "`" in value)
        return self.node if asked or self.node.unknown else self.node.put(ABSENT)

    @fact
    def ray_version(self) -> Node[Version]:
        """The Ray release whose `ray start` is judged by: that of the image, else rayVersion."""
        return self._ray_version

    @fact
    def takes(self) -> Node[str]:
        """What the option takes: no value, a whole number, a text …; absent if there is no such."""
        option = self.option
        if option is None:
            return self.name.put(ABSENT)
        choice = f"one of {', '.join(option.choices)}"
        return self.name.put(choice if option.type == CHOICE else _TAKES[option.type])

    @fact
    def since(self) -> Node[Version]:
        """The Ray release that brought the option; absent where it was always there."""
        return self.name.put(ABSENT if self.option is None else self.option.since or ABSENT)

    @fact
    def until(self) -> Node[Version]:
        """The first Ray release without the option; absent where it is still there."""
        return self.name.put(ABSENT if self.option is None else self.option.until or ABSENT)

    @fact
    def respelt(self) -> Node[str]:
        """The option that the name is in another notation: `num-cpus` of `num_cpus`, `--num-cpus`
        or `numCPUs`; absent where it is none, or that one is written as well."""
        meant = option_of(self.key)
        known = self.option is None and meant in start_options()
        return self.name.put(meant if known and not self._beside(meant) else ABSENT)

    @fact
    def nearest(self) -> Node[str]:
        """The option that a name which is none comes near to; absent where there is no such."""
        name, ray = self.key, self._ray_version.known
        if self.option is not None or placeholder(name):
            return self.name.put(ABSENT)
        options = start_options().values()
        current = [o.name for o in options if (o.has(ray) if ray else o.until is None)]
        meant = nearest_option(name, current)
        return self.name.put(ABSENT if meant is None or self._beside(meant) else meant)

    @fact
    def in_bytes(self) -> Node[str]:
        """The number of bytes that a quantity such as 4Gi is, for options that count bytes; absent
        where the value is no such quantity, or not a whole number of bytes."""
        option, value = self.option, self.node.value
        quantity = Quantity.parse(value) if type(value) is str else None
        if option is None or not option.bytes or quantity is None or quantity.nano % 10**9:
            return self.node.put(ABSENT)
        return self.node.put(str(quantity.ceil()))

    @fact
    def in_words(self) -> Node[str]:
        """`yes` or `no` for an option that takes true or false, which KubeRay would make a flag of;
        unknown for any other option."""
        words = {"true": "yes", "false": "no"}
        takes = self.option is not None and self.option.type == BOOL
        word = words.get(self.said) if takes else None
        return self.node.put(Unknown("it takes another value") if word is None else word)

    @fact
    def as_flag(self) -> Node[str]:
        """`true` or `false` for a word such as `yes` or `0` that a flag has; else unknown."""
        option = self.option
        word = MEANT.get(self.said.strip()) if option and option.type == FLAG else None
        return self.node.put(Unknown("it takes another value") if word is None else word)

    @fact
    def as_json(self) -> Node[str]:
        """A mapping that an option takes as JSON, as such a text in quotes for the shell; unknown
        for anything else."""
        value = self.node.value
        if type(value) is not dict or self.option is None or self.option.type != JSON:
            return self.node.put(Unknown("the option takes no such thing"))
        import json

        text = json.dumps(value, ensure_ascii=False, default=str)
        return self.node.put(Unknown("it has a quote in it") if "'" in text else f"'{text}'")

    def _beside(self, name: str) -> bool:
        """Whether another entry has this name."""
        return self.node.parent is not None and not self.node.parent.get(name).absent


class BrokenParameter(View):
    """A start parameter at which bash ends too early; its node is the value."""

    def __init__(self, node: Node[Any], owner: Owner, fault: tuple[int, int]) -> None:
        super().__init__(node, owner)
        self._fault = fault

    @fact
    def name(self) -> Node[str]:
        """The option of `ray start`, without dashes."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The value as written."""
        return self.node

    @fact
    def quoted(self) -> Node[str]:
        """The value in quotes for the shell; unknown where it has quotes or backslashes of its own,
        or the option takes no such text."""
        text, option = str(self.node.value), start_options().get(str(self.node.key))
        if set(text) & set("'\"\\`$") or "\n" in text or option is None or not option.takes(text):
            return self.node.put(Unknown("it needs another value"))
        return self.node.put(f"'{text}'")

    @fact
    def fault(self) -> Node[str]:
        """The part of the value that ends it, or the whole command, for bash."""
        return self.node.part(*self._fault)
