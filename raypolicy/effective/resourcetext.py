"""The start parameter `resources`: what shell, Ray, KubeRay and autoscaler make of it.

Source: KubeRay `controllers/ray/common/pod.go`, convertParamMap and getResourcesMap; Ray
`python/ray/_private/utils.py`, parse_resources_json, and
`python/ray/autoscaler/_private/kuberay/autoscaling_config.py`, _get_custom_resources. Not here:
whether KubeRay puts another text in its place (`logical`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from raypolicy.startoptions import json_object
from raypolicy.tree import Unknown

_LOOKED_UP: Final = Unknown("the shell puts something else in it")


def word(text: str) -> str | Unknown | None:
    """What bash leaves of `--resources=TEXT`; None where that is not one word."""
    from raypolicy.effective.bashvalue import read  # few groups have any

    found = read(text)
    if found.fault is not None or re.search(r"^\{.*,.*\}", text.strip()):
        return None
    return _LOOKED_UP if found.value is None else found.value


def trimmed(text: str) -> str:
    """The text without the quotes and blanks around it, as KubeRay takes them off."""
    return text.strip("'\"` ")


def for_kuberay(text: str) -> dict[str, Any] | None:
    """What KubeRay reads: numbers by name, or null; None where it gives up, and adds no GPUs."""
    inner = trimmed(text)
    value = {} if inner == "null" else json_object(inner)
    numbers = (int, float, type(None))
    if value is None or not all(type(n) in numbers and n == n for n in value.values()):
        return None
    return value


def for_autoscaler(text: str) -> dict[str, Any] | None:
    """What Ray's autoscaler reads in the RayCluster: integers by name; None where it fails. It cuts
    off the first and the last character, whatever they are.
    """
    value = json_object(text[1:-1].replace("\\", ""))
    return value if value is not None and all(isinstance(n, int) for n in value.values()) else None


def python_object(text: str) -> dict[str, Any] | None:
    """What a text is in Python's notation once the quotes around it are off; None if no mapping."""
    import ast  # few texts are looked at

    try:
        value = ast.literal_eval(trimmed(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if type(value) is dict and all(type(key) is str for key in value) else None


def quoted(value: dict[str, Any]) -> str | None:
    """An object as all read it: JSON in single quotes with whole numbers; None where a number is
    not whole, or a name has what a shell reads otherwise.
    """
    import json

    numbers = {key: int(n) for key, n in value.items() if type(n) in (int, float) and n == n // 1}
    text = f"'{json.dumps(numbers)}'"
    whole = len(numbers) == len(value) and value and json_object(str(word(text))) == numbers
    return text if whole and for_autoscaler(text) == numbers else None
