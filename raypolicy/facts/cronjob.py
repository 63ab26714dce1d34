"""RayCronJobs. Not here: the RayJobs that they make (`job`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raypolicy.effective.gates import runs_cronjobs
from raypolicy.facts.job import Job
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, Node

if TYPE_CHECKING:  # few have them
    from raypolicy.facts.schedule import ScheduleFault, TimeZone


class CronJob(View):
    """A RayCronJob's spec."""

    fields = frozenset({"jobTemplate", "schedule", "suspend", "timeZone"})

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def job(self) -> Job:
        """The RayJob that it makes at every turn."""
        return Job(self.field("jobTemplate"), self.owner)

    @fact
    def runs(self) -> Node[bool]:
        """Whether the operator works on RayCronJobs: it must have a feature gate, RayCronJob,
        which is off by default."""
        return self.node.put(runs_cronjobs(self.owner.gates))

    @only_with("schedule")
    @fact
    def zone_in_schedule(self) -> Node[str]:
        """TZ in the schedule, where it stands."""
        written = self.field("schedule")
        at = written.value.find("TZ") if type(written.value) is str else -1
        return written.put(ABSENT) if at < 0 else written.part(at, at + 2)

    @only_with("schedule")
    @fact
    def schedule_faults(self) -> tuple[ScheduleFault, ...]:
        """What the operator cannot read in the schedule."""
        from raypolicy.facts.schedule import faults_of

        return faults_of(self.field("schedule"), self.owner)

    @only_with("schedule")
    @fact
    def never_due(self) -> Node[str]:
        """The schedule, if it names no moment, such as the 31st of February."""
        from raypolicy.facts.schedule import never_due

        return never_due(self.field("schedule"), self.owner)

    @only_with("schedule")
    @fact
    def interval(self) -> Node[int]:
        """Seconds between those two runs of the schedule that come closest."""
        from raypolicy.facts.schedule import interval

        return interval(self.field("schedule"), self.owner)

    @fact
    def makes_up(self) -> Node[bool]:
        """Whether the operator makes up for each run that it missed, one after the other, instead
        of one at most: from 1.7 on."""
        return self.node.put(self.owner.release.has("every-missed-run"))

    @fact
    def has_zones(self) -> Node[bool]:
        """Whether this release of KubeRay has timeZone."""
        return self.node.put(self.owner.release.has("cronjob-time-zone"))

    @only_with("timeZone")
    @fact
    def time_zone(self) -> TimeZone:
        """timeZone, where this release of KubeRay has it."""
        from raypolicy.facts.schedule import TimeZone

        written = self.field("timeZone")
        has = self.owner.release.has("cronjob-time-zone")
        return TimeZone(written if has else written.put(ABSENT), self.owner)
