"""The JSON Schema (draft-07) of configurations, for editors. Not here: of rules (`ruleschema`).

It is made of the keys that the reader knows; names of rules are offered, and others allowed, since
a team may have rules of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from raypolicy.configkeys import KEYS, SINGLE, Key
from raypolicy.releases import kuberay_releases

Schema: TypeAlias = dict[str, Any]
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_NAME: Final = "^[a-z0-9-]+$"
_RELEASE: Final = r"^v?(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){1,2}(rc[0-9]+)?$"
_TYPES: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_RULE: Final = {"$ref": "#/definitions/rule"}


def config_schema(plans: Iterable[Mapping[str, Any]]) -> str:
    """The schema of `.raypolicy.yaml`, with the names of these prepared rules."""
    rules = sorted(plans, key=lambda plan: plan["id"])
    summaries = {plan["id"]: plan["summary"] for plan in rules}
    topics = {plan["topic"]: f"All rules about {plan['topic']}." for plan in rules}
    names = {**dict(sorted(topics.items())), **summaries}
    keys = {name: _of(key) for name, key in KEYS.items()}
    for name in SINGLE:
        keys[name] = {
            "markdownDescription": keys[name].pop("markdownDescription"),
            "oneOf": [keys[name]["items"], keys[name]],
        }
    own = keys["settings"]["additionalProperties"]
    known = {plan["id"]: _settings(plan) for plan in rules if plan["settings"]}
    keys["settings"] = {**keys["settings"], "properties": known, "additionalProperties": own}
    keys["target"]["properties"]["kuberay"]["examples"] = _minors()
    return text_of(
        {
            "title": "Configuration of raypolicy",
            "description": "A file `.raypolicy.yaml`.",
            "type": "object",
            "additionalProperties": False,
            "properties": keys,
            "definitions": {"rule": _named(names)},
        }
    )


def _of(key: Key) -> Schema:
    """The schema of a key."""
    meaning = {"markdownDescription": key.meaning} if key.meaning else {}
    if key.kind == "any":
        return meaning
    if key.kind == "rule":
        return _RULE
    if key.kind == "word":
        default = {"default": key.default} if key.default else {}
        return {**meaning, **of_words(key.words), **default}
    if key.kind == "release":
        return {**meaning, "type": "string", "pattern": _RELEASE}
    if key.kind == "table":
        below = {name: _of(each) for name, each in key.keys.items()}
        for name in key.needs:
            below[name]["minItems"] = 1
        required = {"required": list(key.needs)} if key.needs else {}
        return {
            **meaning,
            "type": "object",
            "additionalProperties": False,
            **required,
            "properties": below,
        }
    if key.of is None:
        return {**meaning, "type": "string", "minLength": 1}
    each = _of(key.of)
    if key.kind == "list":
        return {**meaning, "type": "array", "items": each}
    by_rule = {"propertyNames": _RULE} if key.of.kind == "word" else {}
    return {**meaning, "type": "object", **by_rule, "additionalProperties": each}


def of_words(words: Mapping[str, str]) -> Schema:
    """The schema of a text that is one of these words, each with its meaning."""
    return {"type": "string", "enum": list(words), "enumDescriptions": list(words.values())}


def _named(names: Mapping[str, str]) -> Schema:
    return {
        "markdownDescription": "The id of a rule, or a topic.",
        "anyOf": [of_words(names), {"type": "string", "pattern": _NAME}],
    }


def _settings(plan: Mapping[str, Any]) -> Schema:
    return {
        "markdownDescription": plan["summary"],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"type": _TYPES[type(value)], "default": value}
            for name, value in plan["settings"].items()
        },
    }


def _minors() -> list[str]:
    minors = (release.version.minor for release in reversed(kuberay_releases()))
    return list(dict.fromkeys("{}.{}".format(*minor) for minor in minors))


def text_of(schema: Schema) -> str:
    """A schema as the text of its file."""
    return json.dumps({"$schema": _DRAFT, **schema}, indent=2, ensure_ascii=False) + "\n"
