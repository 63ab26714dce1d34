"""The init container in which a worker waits for the head.

Source: KubeRay `controllers/ray/common/pod.go`, DefaultWorkerPodTemplate.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.added import WAITING
from raypolicy.effective.injected import WAIT
from raypolicy.made.building import built, text
from raypolicy.made.environment import added_to
from raypolicy.made.parts import Part
from raypolicy.made.plan import Plan
from raypolicy.made.secured import as_injected, like_ray
from raypolicy.tree import Node

_DOCS: Final = "https://docs.ray.io/en/master/cluster/kubernetes/troubleshooting.html"
_OLD_DOCS: Final = "https://github.com/ray-project/kuberay/blob/master/docs/guidance/FAQ.md"
_SCRIPT: Final = """
					SECONDS=0
					while true; do
						if (( SECONDS <= 120 )); then
							if ray health-check --address {}:{} > /dev/null 2>&1; then
								echo "GCS is ready."
								break
							fi
							echo "$SECONDS seconds elapsed: Waiting for GCS to be ready."
						else
							if ray health-check --address {}:{}; then
								echo "GCS is ready. Any error messages above can be safely ignored."
								break
							fi
							echo "$SECONDS seconds elapsed: Still waiting for GCS to be ready. For troubleshooting, refer to the FAQ at DOCS."
						fi
						sleep 5
					done
				"""  # noqa: E501 - the operator's own words


def add_wait(
    plan: Plan, pod: dict[str, Part], ray: dict[str, Part], head: Node[str], port: Node[str]
) -> None:
    """Puts it behind the init containers of the template. It has the environment and the mounts of
    the Ray container, as they are written.
    """
    if not plan.release.has("wait-gcs-ready"):
        return
    docs = _DOCS if plan.release.has("troubleshooting-link") else _OLD_DOCS
    script = text(_SCRIPT.replace("DOCS", docs), head, port, head, port)
    form: dict[str, Any] = {
        "name": WAIT,
        **like_ray(ray),
        "command": ["/bin/bash", "-lc" if plan.release.has("login-shell") else "-c", "--"],
        "args": [script],
        "resources": WAITING,
    }
    for key in ("env", "volumeMounts"):
        if key in ray:
            form[key] = as_injected(ray[key])
    added_to(pod, "initContainers").append(built(plan.place, form))
