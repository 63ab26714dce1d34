"""The autoscaler beside Ray in the head pod, and what else its being there changes.

Source: KubeRay `controllers/ray/common/pod.go`, DefaultHeadPodTemplate, BuildAutoscalerContainer,
mergeAutoscalerOverrides, setAutoscalerV2EnvVars; `utils/util.go`, IsAutoscalingEnabled.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.added import AUTOSCALING
from raypolicy.effective.injected import AUTOSCALER
from raypolicy.effective.names import check_name, written
from raypolicy.made.building import (
    built,
    filled,
    injected,
    is_true,
    laid_over,
    leaf,
    listed,
    mapping,
)
from raypolicy.made.environment import added_to, of_field, put_variables
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.secured import as_injected, has_tls, with_tls, with_token
from raypolicy.tree import INJECTED, Node

_COMMAND: Final = (
    "ray kuberay-autoscaler --cluster-name $(RAY_CLUSTER_NAME)"
    " --cluster-namespace $(RAY_CLUSTER_NAMESPACE)"
)
_ADDED: Final = ("env", "envFrom", "volumeMounts")
_INSTEAD: Final = ("resources", "image", "imagePullPolicy", "securityContext")
_WORDS: Final = ("command", "args")


def scales(plan: Plan) -> bool:
    """Whether the cluster has one."""
    return is_true(plan.spec, "enableInTreeAutoscaling")


def version(plan: Plan) -> str:
    """`v1` or `v2` as autoscalerOptions says; nothing where it says nothing, or goes unheard."""
    named = value(plan.spec, "autoscalerOptions", "version")
    return named if type(named) is str and plan.release.has("autoscaler-v2") else ""


def autoscaler_place(plan: Plan) -> Node[Any]:
    """What brings the autoscaler."""
    return leaf(plan.spec, "enableInTreeAutoscaling") or plan.place


def add_autoscaler(plan: Plan, pod: dict[str, Part], ray: dict[str, Part]) -> None:
    """Puts the autoscaler into the head pod, and what belongs to it."""
    place = autoscaler_place(plan)
    own = filled(pod, "serviceAccountName")
    account = injected(plan.name) if own is None else own
    pod["serviceAccountName"] = written(account).map(check_name, "")
    added_to(pod, "containers").append(_container(plan, ray, place))
    if version(plan) == "v2":
        put_variables(ray, place, RAY_enable_autoscaler_v2="true")
    elif version(plan) == "v1" and plan.release.has("autoscaler-v1-named"):
        put_variables(ray, place, RAY_enable_autoscaler_v2="false")


def never_restart(plan: Plan, pod: dict[str, Part]) -> None:
    """Version 2 wants pods that aren't restarted, whatever the template says."""
    if scales(plan) and version(plan) == "v2":
        place = leaf(plan.spec, "autoscalerOptions", "version") or plan.place
        pod.update(laid_over(pod, {"restartPolicy": place.put("Never", how=INJECTED)}))


def _container(plan: Plan, ray: dict[str, Part], place: Node[Any]) -> dict[str, Part]:
    login = plan.release.has("login-shell")
    form = {
        "name": AUTOSCALER,
        "image": as_injected(ray["image"]) if "image" in ray else None,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/bash", "-lc" if login else "-c", "--"],
        "args": [_COMMAND],
        "resources": AUTOSCALING,
    }
    container: dict[str, Part] = built(place, form)
    put_variables(
        container,
        place,
        RAY_CLUSTER_NAME=of_field("metadata.labels['ray.io/cluster']"),
        RAY_CLUSTER_NAMESPACE=of_field("metadata.namespace"),
        RAY_HEAD_POD_NAME=of_field("metadata.name"),
        KUBERAY_CRD_VER="v1",
    )
    if plan.release.has("autoscaler-command"):
        put_variables(container, place, KUBERAY_GEN_AUTOSCALER_START_CMD=_COMMAND)
    with_token(container, plan.name, plan.spec, plan.release, place)
    if has_tls(plan):
        with_tls(plan, container)
    _merge(plan, container, mapping(at(plan.spec, "autoscalerOptions")))
    return container


def _merge(plan: Plan, container: dict[str, Part], options: dict[str, Part]) -> None:
    for name in _INSTEAD:
        if name in options:
            container[name] = options[name]
    for name in _ADDED:
        if listed(options.get(name)):
            added_to(container, name).extend(listed(options[name]))
    if plan.release.has("autoscaler-command"):
        for name in _WORDS:
            if listed(options.get(name)):
                container[name] = options[name]
