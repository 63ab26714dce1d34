"""Which labels and annotations something may have to be said of. Not here: what (`metadata`)."""

from __future__ import annotations

from typing import Any, Final

from raypolicy import kubenames
from raypolicy.effective import podlabels
from raypolicy.effective.podlabels import ANNOTATION, LABEL
from raypolicy.values import placeholder

_QUEUES: Final = ("/queue-name", "/queue", "/app-id", "/priority-class")
"""How keys of other projects end that are read as labels."""

_PROJECTS: Final = ("kueue.", "volcano.sh/", "scheduling.volcano.sh/", "yunikorn.", "kai.")
"""How keys begin that others than KubeRay read."""


def is_noticeable(form: str, key: str, value: Any) -> bool:
    """Whether it is worth a closer look; most are not."""
    return (
        type(value) is not str
        or "ray" in key
        or (form == ANNOTATION and key.endswith(_QUEUES))
        or (form == LABEL and key.startswith(_PROJECTS))
        or key in (podlabels.APPLICATION, podlabels.CREATED_BY)
        or is_invalid(form, key, value)
    )


def is_invalid(form: str, key: str, value: Any) -> bool:
    """As Tag.fault, without a view for what is in order; placeholders are told apart there."""
    if kubenames.key_fault(key if form == LABEL else key.lower()) is not None:
        return not placeholder(key)
    faulty = form == LABEL and isinstance(value, str) and kubenames.label_value_fault(value)
    return bool(faulty) and not placeholder(str(value))


def is_misspelt(form: str, key: str, *, made: bool) -> bool:
    """Whether it is almost a key that KubeRay reads or, of what makes clusters, a label of a queue
    or batch scheduler."""
    foreign = made and form == LABEL and key.startswith(_PROJECTS)
    if not foreign and "ray" not in key:
        return False
    from raypolicy import knownkeys

    near = knownkeys.nearest_foreign if foreign else knownkeys.nearest_key
    return near(key) is not None


def is_lost(place: str, form: str) -> bool:
    """Whether a key of another project would be lost in a place: all that a RayCronJob has, and
    annotations of the others; on pods it may be read."""
    made = place in ("RayCluster", "RayJob", "RayService")
    return place == "RayCronJob" or (made and form == ANNOTATION)
