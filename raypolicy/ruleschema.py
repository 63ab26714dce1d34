"""The JSON Schema (draft-07) of a rule file, for editors. Not here: the reader (`rulefile`).

It says what can be said of one file: that paths lead somewhere is known when a rule is loaded.
"""

from __future__ import annotations

from typing import Final

from raypolicy.clause import OPERATORS, TESTS
from raypolicy.configkeys import SEVERITIES
from raypolicy.roots import ROOTS
from raypolicy.rulefile import EXAMPLE_KEYS, KEYS, PROFILES, REFUSERS, REQUIRED
from raypolicy.schemas import Schema, of_words, text_of

_EDITS: Final = ("set", "rename", "remove", "insert")
_ONE_OF: Final = {"oneOf": [{"required": ["value"]}, {"required": ["to"]}]}
"""What is inserted is written down, or a fact."""
_CLAUSES: Final = {"$ref": "#/definitions/clauses"}
_PATH: Final = {"type": "string", "minLength": 1}
_ABOUT: Final[dict[str, str]] = {
    "summary": "What the rule finds, in a few words.",
    "severity": "How bad a finding is.",
    "why": "Why it matters; a few sentences.",
    "help": "How to mend it.",
    "see": "Sources: addresses of pages.",
    "profile": "`pedantic`: sound advice that many good manifests break; runs only when asked for.",
    "refused_by": "Who refuses such a manifest; left out, it is advice or a fault at run time.",
    "security": "For a security rule: how bad it is, from 0.1 to 10.0.",
    "releases": "Clauses about `target`: for other releases the rule is off.",
    "given": "Names and the paths they take, in order; a path starts at a root or an earlier name.",
    "when": "Clauses that say where the rule asks at all.",
    "require": "Clauses that must hold; the first false one is the finding.",
    "at": "The path to point at; else it is the left operand of the false clause.",
    "message": "What a finding says; paths stand in braces.",
    "fix": "Edits that make a finding go away.",
    "settings": "Names and their defaults, read as `settings.NAME`; a configuration may set them.",
    "examples": "The tests of the rule: at least one `pass` and one `fail`.",
}
_ABOUT_EXAMPLE: Final[dict[str, str]] = {
    "pass": "A manifest without a finding.",
    "fail": "A manifest with findings; faulty lines end in `# <-`.",
    "fixed": "The manifest above after the fix.",
    "target": "The release of KubeRay that it is judged for, in quotes.",
    "gates": "Feature gates of the operator that are on, with blanks between.",
    "mandatory": "Rules and topics that nothing hides, with blanks between.",
    "require": "What a suppression must say, with blanks between.",
    "kubernetes": "The release of Kubernetes that it is judged for, in quotes.",
}


def rule_schema() -> str:
    """The schema of a rule file."""
    shapes = _shapes()
    schema: Schema = {
        "title": "Rule of raypolicy",
        "description": "A rule file; its name is the id of the rule, its folder the topic.",
        "type": "object",
        "additionalProperties": False,
        "required": list(REQUIRED),
        "anyOf": [{"required": ["when"]}, {"required": ["require"]}],
        "properties": {
            key: {"markdownDescription": _ABOUT[key], **shapes.get(key, {"type": "string"})}
            for key in KEYS
        },
        "definitions": {"clauses": _clauses(), "edit": _edit()},
    }
    return text_of(schema)


def _shapes() -> dict[str, Schema]:
    """What keys take that do not take a text."""
    edit = {"$ref": "#/definitions/edit"}
    return {
        "severity": of_words(SEVERITIES),
        "see": {"type": "array", "items": {"type": "string"}},
        "profile": {"enum": list(PROFILES), "default": PROFILES[0]},
        "refused_by": {"enum": list(REFUSERS)},
        "security": {"type": "number", "minimum": 0.1, "maximum": 10.0},
        "releases": {"allOf": [_CLAUSES]},
        "given": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {**_PATH, "examples": [f"{root}[*]" for root in ROOTS]},
            "defaultSnippets": [{"label": "cluster", "body": {"cluster": "clusters[*]"}}],
        },
        "when": {"allOf": [_CLAUSES]},
        "require": {"allOf": [_CLAUSES]},
        "at": _PATH,
        "fix": {"oneOf": [edit, {"type": "array", "items": edit}]},
        "settings": {"type": "object"},
        "examples": {"type": "array", "items": _example()},
    }


def _clauses() -> Schema:
    operators = "|".join(OPERATORS)
    clause = rf"(^\S+\s+({'|'.join(TESTS)})\s*$)|(\S ({operators}) +\S)"
    listed = {"type": "array", "minItems": 1, "items": _CLAUSES}
    alternatives = {
        "type": "object",
        "additionalProperties": False,
        "required": ["any"],
        "properties": {"any": {"markdownDescription": "One of them is enough.", **listed}},
    }
    return {
        "markdownDescription": "`PATH OP OPERAND`, `PATH exists` or `PATH missing`; a list means "
        f"all of them, `any:` one of them. OP is {', '.join(f'`{each}`' for each in OPERATORS)}.",
        "oneOf": [{"type": "string", "pattern": clause}, listed, alternatives],
    }


def _edit() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{
                edit: {"markdownDescription": "A path to what changes.", **_PATH} for edit in _EDITS
            },
            "to": {"markdownDescription": "The new value: a path, or a literal."},
            "value": {"markdownDescription": "What is put there, as YAML."},
            "safe": {
                "markdownDescription": "Whether it cannot change what runs.",
                "type": "boolean",
                "default": False,
            },
        },
        "oneOf": [{"required": [edit]} for edit in _EDITS],
        "dependencies": {"set": ["to"], "rename": ["to"], "insert": _ONE_OF},
    }


def _example() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {"markdownDescription": _ABOUT_EXAMPLE[key], "type": "string"}
            for key in EXAMPLE_KEYS
        },
        "oneOf": [{"required": ["pass"]}, {"required": ["fail"]}],
        "defaultSnippets": [{"label": "fail", "body": {"fail": "|\n  $0  # <-\n"}}],
    }
