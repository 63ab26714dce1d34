"""Names, images and policies of containers. Not here: what has a module of its own."""

from __future__ import annotations

from typing import Final

from raypolicy.refusals.fault import Fault, Faults, Path, Written, choice, mappings, name, text

LISTS: Final = ("initContainers", "containers")
PULLS: Final = ("Always", "IfNotPresent", "Never")
_RESTARTS: Final = ("Always", "OnFailure", "Never")
_MESSAGES: Final = ("File", "FallbackToLogsOnError")
_RESIZES: Final = ("NotRequired", "RestartContainer")


def check(spec: Written, alone: bool, restart: str | None) -> Faults:
    """The containers of a pod's spec. `alone` says that the operator makes pods of it, not a Job;
    `restart` is the pod's restart policy in the end, None where that is not known.
    """
    names = {text(each.get("name")): at for each, at in mappings(spec, "containers", ())}
    for part in LISTS:
        for container, at in mappings(spec, part, ()):
            own = text(container.get("name"))
            if own == "":
                yield Fault((*at, "name"), "name", "is empty")
            elif own and part == "initContainers" and own in names:
                yield Fault((*at, "name"), "repeated name", "is that of a container, too")
            yield from name(container, "name", at, "name")
            yield from image(container, at, alone)
            yield from choice(container, "imagePullPolicy", PULLS, at, "pull policy")
            yield from choice(container, "terminationMessagePolicy", _MESSAGES, at, "setting")
            yield from choice(container, "restartPolicy", _RESTARTS, at, "setting", blank=False)
            if "resizePolicy" in container:
                yield from _resizes(container, at, restart)


def image(container: Written, at: Path, alone: bool) -> Faults:
    """The image of one container; `alone` as above."""
    written = container.get("image")
    if written in (None, ""):
        return (Fault((*at, "image"), "image", "is empty" if written == "" else "is missing"),)
    own = text(written) if alone else None
    if own is None or own == own.strip():
        return ()
    return (Fault((*at, "image"), "padded image", "has blanks at an end", own.strip()),)


def _resizes(container: Written, at: Path, restart: str | None) -> Faults:
    seen: set[object] = set()
    for policy, place in mappings(container, "resizePolicy", at):
        resource = text(policy.get("resourceName"))
        if resource is not None and resource in seen:
            yield Fault((*place, "resourceName"), "setting", "is there twice")
        seen.add(resource)
        yield from choice(policy, "resourceName", ("cpu", "memory"), place, "setting", blank=False)
        yield from choice(policy, "restartPolicy", _RESIZES, place, "setting", blank=False)
        if restart == "Never" and policy.get("restartPolicy") == "RestartContainer":
            said = "must be NotRequired in a pod whose restartPolicy is Never"
            yield Fault((*place, "restartPolicy"), "setting", said, "NotRequired")
