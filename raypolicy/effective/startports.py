"""Ports that a node of Ray claims for itself when it starts, and where two claims meet. Not here:
what the Service shows (`ports`).

Source: Ray `python/ray/_private/parameter.py`, update_pre_selected_port, alike from 1.9 to 2.60;
KubeRay's defaults from `controllers/ray/common/pod.go`, setMissingRayStartParams.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.tree import DEFAULTED, Node
from raypolicy.values import whole_number

_DEFAULTS: Final = {
    "port": 6379,
    "object-manager-port": 0,
    "node-manager-port": 0,
    "ray-client-server-port": 10001,
    "dashboard-port": 8265,
    "dashboard-agent-grpc-port": 0,
    "dashboard-agent-listen-port": 52365,
    "runtime-env-agent-port": 0,
    "metrics-export-port": 8080,
}
"""Ports of one process each, 0 for any that is free. `port` is the head's."""
_FIRST: Final = ("min-worker-port", 10002)
_LAST: Final = ("max-worker-port", 19999)
_LIST: Final = "worker-port-list"
OPTIONS: Final = frozenset({*_DEFAULTS, _FIRST[0], _LAST[0], _LIST})
"""Options that claim ports."""


class Claim(NamedTuple):
    """A port that an option claims, written or by default."""

    option: str
    port: Node[int]
    written: bool


def asked(start_params: Node[Any]) -> bool:
    """Whether any port is written; the defaults do not meet."""
    return type(start_params.value) is dict and not OPTIONS.isdisjoint(start_params.value)


def worker_ports(start_params: Node[Any]) -> tuple[Node[int], Node[int]]:
    """The first and the last port for worker processes."""
    return _number(start_params, *_FIRST), _number(start_params, *_LAST)


def double_claims(start_params: Node[Any], head: bool) -> Iterator[tuple[Claim, Claim]]:
    """A written port, and the one of another option that has the same number."""
    seen: dict[int, Claim] = {}
    for claim in _claims(start_params, head):
        number = claim.port.known or 0
        other = seen.setdefault(number, claim)
        if number and other is not claim:
            yield (claim, other) if claim.written else (other, claim)


def among_worker_ports(start_params: Node[Any], head: bool) -> Iterator[tuple[Claim, Node[Any]]]:
    """A port of one process within those for worker processes, and the option to blame: its own if
    it is written, else an end of the range (once).
    """
    first, last = worker_ports(start_params)
    lowest, highest = first.known, last.known
    if lowest is None or highest is None or not start_params.get(_LIST).absent:
        return
    end = last if last.how != DEFAULTED else first
    blamed = False
    for claim in _claims(start_params, head):
        number = claim.port.known or 0
        if not number or not lowest <= number <= highest:
            continue
        if claim.written:
            yield claim, claim.port
        elif end.how != DEFAULTED and not blamed:
            blamed = True
            yield claim, end


def holder(number: int, start_params: Node[Any], head: bool) -> str | None:
    """The option of the process of Ray that will listen on a port; None where none is known to."""
    claims = _claims(start_params, head)
    return next((each.option for each in claims if each.port.known == number), None)


def _claims(start_params: Node[Any], head: bool) -> Iterator[Claim]:
    for option, default in _DEFAULTS.items():
        if head or option != "port":
            port = _number(start_params, option, default)
            yield Claim(option, port, port.how != DEFAULTED)


def _number(start_params: Node[Any], option: str, default: int) -> Node[int]:
    written = start_params.get(option)
    if written.absent:
        return written.put(default, how=DEFAULTED)
    return written.map(whole_number, "not a whole number in a text")
