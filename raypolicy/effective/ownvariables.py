"""Environment variables that the operator sets whatever is written. Not here: those it only adds.

Source: KubeRay `controllers/ray/common/pod.go`, setContainerEnvVars: its own are put behind those
of the template, and Kubernetes takes the last of one name.
"""

from __future__ import annotations

from typing import Final

from raypolicy.releases import KubeRayRelease

_ALL: Final = {
    "RAY_CLUSTER_NAME": ("cluster-name-variable", "the name of the RayCluster"),
    "RAY_CLUSTER_NAMESPACE": ("cluster-namespace-variable", "the namespace of the pod"),
    "RAY_CLOUD_INSTANCE_ID": ("node-type-variables", "the name of the pod"),
    "RAY_NODE_TYPE_NAME": ("node-type-variables", "the name of the group"),
    "KUBERAY_GEN_RAY_START_CMD": ("node-type-variables", "the `ray start` of the group"),
}
_HEAD: Final = {
    "RAY_USAGE_STATS_EXTRA_TAGS": ("node-type-variables", "the tags of KubeRay alone"),
}
_WORKER: Final = {
    "FQ_RAY_IP": ("fq-ray-ip", "the address of the head Service"),
    "RAY_IP": ("fq-ray-ip", "the name of the head Service"),
}


def instead(name: str, role: str, release: KubeRayRelease) -> str | None:
    """What the Ray container of a head or worker gets under the name; None where the template's own
    value stands.
    """
    behaviour, value = {**_ALL, **(_HEAD if role == "head" else _WORKER)}.get(name, ("", ""))
    return value if behaviour and release.has(behaviour) else None
