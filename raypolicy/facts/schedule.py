"""Schedules of RayCronJobs, and their time zones. Not here: how they are read (`effective`)."""

from __future__ import annotations

from raypolicy import timezones
from raypolicy.effective import schedule
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import placeholder


class ScheduleFault(View):
    """A part of a schedule that the operator cannot read; its node is the part."""

    def __init__(
        self, node: Node[str], owner: Owner, fault: schedule.Fault, whole: Node[str]
    ) -> None:
        super().__init__(node, owner)
        self._fault = fault
        self._whole = whole

    @fact
    def text(self) -> Node[str]:
        """What is written."""
        return self.node

    @fact
    def part(self) -> Node[str]:
        """What it is for: hour, day of the week, … or the schedule as a whole."""
        return self.node.put(self._fault.part)

    @fact
    def reason(self) -> Node[str]:
        """Why it cannot be read."""
        return self.node.put(self._fault.reason)

    @fact
    def fitting(self) -> Node[str]:
        """The whole schedule with what must be meant instead; absent where that isn't clear."""
        fault, text = self._fault, self._whole.value
        if fault.meant is None:
            return self.node.put(ABSENT)
        return self.node.put(f"{text[: fault.start]}{fault.meant}{text[fault.end :]}")


class TimeZone(View):
    """The time zone of a RayCronJob; its node is the name."""

    @fact
    def unknown_name(self) -> Node[str]:
        """The name, if the operator knows no such zone."""
        name = self.node.value
        if type(name) is not str or not name or timezones.is_known(name):
            return self.node if self.node.unknown else self.node.put(ABSENT)
        return self.node.put(PLACEHOLDER) if placeholder(name) else self.node

    @fact
    def nearest(self) -> Node[str]:
        """The zone that must be meant by such a name."""
        name = self.unknown_name.known
        found = None if name is None else timezones.nearest(name)
        return self.node.put(ABSENT if found is None else found)

    @fact
    def fault(self) -> Node[str]:
        """What is wrong with such a name: there is no such zone, and which there is, if one must be
        meant."""
        name, nearest = self.unknown_name, self.nearest.known
        return name.map(lambda text: f"there is no time zone {text}{_meant(nearest)}", "")


def _meant(zone: str | None) -> str:
    return "" if zone is None else f", but there is {zone}"


def faults_of(written: Node[str], owner: Owner) -> tuple[ScheduleFault, ...]:
    """What is wrong with a schedule; of one in which TZ stands from 1.7 on nothing else is said."""
    text = written.value
    if type(text) is not str or placeholder(text):
        return ()
    zoned = not owner.release.has("cronjob-time-zone")
    if "TZ" in text and not zoned:
        return ()
    found = schedule.faults(text, zoned=zoned)
    return tuple(
        ScheduleFault(written.part(fault.start, fault.end), owner, fault, written)
        for fault in found
    )


def never_due(written: Node[str], owner: Owner) -> Node[str]:
    """A schedule that names no moment; absent if it does, or cannot be read."""
    text = written.map(lambda value: value if type(value) is str else None, "no text")
    if text.known is None or "TZ" in text.value or faults_of(written, owner):
        return text if text.known is None else text.put(ABSENT)
    return text if schedule.is_never(text.value) else text.put(ABSENT)


def interval(written: Node[str], owner: Owner) -> Node[int]:
    """Seconds between the closest runs of a schedule; absent if it can't be read, or has no two."""
    text = written.map(lambda value: value if type(value) is str else None, "no text")
    if text.known is None:
        return text  # type: ignore[return-value]  # no value, so of any type
    if "TZ" in text.value or faults_of(written, owner):
        return text.put(ABSENT)
    from raypolicy.effective.interval import shortest  # which needs a calendar

    seconds = shortest(text.value)
    return text.put(ABSENT if seconds is None else seconds)
