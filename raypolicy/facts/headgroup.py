"""The head group. Not here: what all groups have (`group`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import ports
from raypolicy.effective.names import check_name
from raypolicy.effective.start import BY_HAND
from raypolicy.facts.group import Group
from raypolicy.facts.view import fact, only_with, written
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import placeholder


class HeadGroup(Group):
    """The head group."""

    fields = frozenset(
        """enableIngress headService ingressOptions labels rayStartParams resources serviceType
        template""".split()
    )

    @fact
    def name(self) -> Node[str]:
        """The head group has no name in the manifest; it is called `head`."""
        return self.node.put("head", how=DEFAULTED)

    @fact
    def role(self) -> Node[str]:
        """head or worker."""
        return self.node.put("head")

    @only_with("enableIngress", otherwise=False)
    @fact
    def has_ingress(self) -> Node[bool]:
        """Whether the operator makes an Ingress for the dashboard; by default it makes none."""
        asked = self.field("enableIngress")
        if asked.absent:
            return asked.put(False, how=DEFAULTED)
        return asked.map(lambda value: value if type(value) is bool else None, "not a boolean")

    @fact
    def listening_gcs_port(self) -> Node[int]:
        """Where the GCS will listen: its start parameter, else 6379."""
        return self.listening(ports.GCS)

    @fact
    def listening_dashboard_port(self) -> Node[int]:
        """Where the dashboard will listen: its start parameter, else 8265."""
        return self.listening(ports.DASHBOARD)

    @fact
    def dashboard_host(self) -> Node[str]:
        """The start parameter `dashboard-host`; unknown where Ray is started by hand."""
        return self._parameter("dashboard-host")

    @fact
    def include_dashboard(self) -> Node[str]:
        """The start parameter `include-dashboard`; unknown where Ray is started by hand."""
        return self._parameter("include-dashboard")

    @written
    def closing_parameter(self) -> Node[Any]:
        """The start parameter that keeps others from the dashboard, `include-dashboard` that is off
        or `dashboard-host`; unknown where it may be both."""
        params = self.field("rayStartParams")
        switched, host = params.get("include-dashboard"), params.get("dashboard-host")
        off = str(switched.value).lower() in ("false", "0", "no", "off")
        local = host.value in ("127.0.0.1", "localhost", "::1")
        return host.put(Unknown("both")) if off and local else switched if off else host

    @only_with("nodeSelector", "nodeAffinity")
    @fact
    def spot(self) -> Node[str]:
        """The label by which its pod asks for nodes that the cloud may take back at any time (spot,
        preemptible); absent where it may also run on others."""
        from raypolicy.effective.spot import demanded

        return demanded(self.pod.node)

    @only_with("serviceAccountName")
    @fact
    def cut_account(self) -> Node[str]:
        """What becomes of the serviceAccountName that is written where the operator names the
        account of an autoscaler's head: its last 50 characters, the first of them a letter; absent
        where it stays as it is."""
        written = ports.text(self.pod.field("serviceAccountName"))
        if not isinstance(written.known, str) or placeholder(written.known):
            return written.put(ABSENT)
        left = check_name(written.known)
        return written.put(ABSENT if left == written.known else left)

    def _parameter(self, name: str) -> Node[str]:
        written = self.field("rayStartParams").get(name)
        by_hand = self.pod.ray_container.by_hand
        return written.put(BY_HAND) if by_hand else ports.text(written)
