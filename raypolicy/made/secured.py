"""What token authentication and mTLS put into pods. Not here: the Secrets themselves.

Source: KubeRay `controllers/ray/common/pod.go`, configureTokenAuth, SetContainerTokenAuthEnvVars,
AddRayTokenVolume, configureTLS, SetContainerTLSConfig.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.injected import WAIT
from raypolicy.effective.names import check_name
from raypolicy.made.building import built, filled, injected, is_true, leaf, listed, mapping
from raypolicy.made.environment import added_to, of_field, put_missing, put_variables
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import INJECTED, Node

MTLS: Final = "RayClusterMTLS"
WAIT_FOR_TLS: Final = "wait-for-tls-ip-san"
_TOKEN: Final = "ray-token"
_TOKEN_AT: Final = "/var/run/secrets/ray.io/serviceaccount"
_TLS: Final = "ray-tls"
_TLS_AT: Final = "/etc/ray/tls"
_FILES: Final = {
    "RAY_USE_TLS": "1",
    "RAY_TLS_SERVER_CERT": f"{_TLS_AT}/tls.crt",
    "RAY_TLS_SERVER_KEY": f"{_TLS_AT}/tls.key",
    "RAY_TLS_CA_CERT": f"{_TLS_AT}/ca.crt",
}
_SMALL: Final = {"cpu": "50m", "memory": "64Mi"}
_WAITING: Final = f"""CERT="{_TLS_AT}/tls.crt"
if [ -z "${{POD_IP}}" ]; then
  POD_IP=$(hostname -i 2>/dev/null | awk '{{print $1}}')
fi
if ! command -v openssl >/dev/null 2>&1; then
  echo "openssl not found; cannot verify IP SAN" >&2
  exit 1
fi
echo "Waiting for TLS cert to include IP SAN for ${{POD_IP}}..."
while true; do
  if openssl x509 -in "${{CERT}}" -noout -text 2>/dev/null | grep -qE "IP Address:${{POD_IP}}([^0-9.]|$)"; then
    echo "TLS cert now includes IP SAN for ${{POD_IP}}"
    exit 0
  fi
  echo "IP SAN for ${{POD_IP}} not yet in cert, retrying in 5s..."
  sleep 5
done"""  # noqa: E501 - the operator's own words


def asks_token(spec: dict[str, Part], release: KubeRayRelease) -> bool:
    """Whether Ray in the cluster asks for a token."""
    return value(spec, "authOptions", "mode") == "token" and release.has("token-auth")


def with_token(
    container: dict[str, Part],
    cluster: Node[str],
    spec: dict[str, Part],
    release: KubeRayRelease,
    place: Node[Any],
) -> None:
    """Gives a container the token, if the cluster's spec has it ask for one."""
    if not asks_token(spec, release):
        return
    place = leaf(spec, "authOptions", "mode") or place
    options = mapping(spec.get("authOptions"))
    put = put_missing if release.has("k8s-token-auth") else put_variables
    put(container, place, RAY_AUTH_MODE="token")
    if by_kubernetes(spec, release):
        place = leaf(options, "enableK8sTokenAuth") or place
        put(container, place, RAY_ENABLE_K8S_TOKEN_AUTH="true")
        _mounted(container, place, _TOKEN, _TOKEN_AT, by_path=False)
        return
    named = filled(options, "secretName") if release.has("k8s-token-auth") else None
    secret = cluster.map(check_name, "") if named is None else named
    reference = {"secretKeyRef": {"name": injected(secret), "key": "auth_token"}}
    put(container, place, RAY_AUTH_TOKEN=reference)


def by_kubernetes(spec: dict[str, Part], release: KubeRayRelease) -> bool:
    """Whether the token is that of the service account."""
    return is_true(spec, "authOptions", "enableK8sTokenAuth") and release.has("k8s-token-auth")


def secure(plan: Plan, pod: dict[str, Part], head: bool) -> None:
    """What both put into the pod, whose Ray container is the first."""
    ray = mapping(at(pod, "containers", 0))
    waits = [each for each in listed(pod.get("initContainers")) if value(each, "name") == WAIT]
    if asks_token(plan.spec, plan.release):
        with_token(ray, plan.name, plan.spec, plan.release, plan.place)
        if by_kubernetes(plan.spec, plan.release):
            place = leaf(plan.spec, "authOptions", "enableK8sTokenAuth") or plan.place
            sources = [{"serviceAccountToken": {"path": "token"}}]
            _volume(pod, place, _TOKEN, {"projected": {"sources": sources}})
        for each in waits:
            with_token(each, plan.name, plan.spec, plan.release, plan.place)
    if has_tls(plan):
        _tls(plan, pod, ray, waits, head)


def has_tls(plan: Plan) -> bool:
    """Whether Ray's processes talk to one another by mTLS: a gate that is off by default."""
    by_gate = MTLS in plan.gates and plan.release.has("mtls")
    return by_gate and is_true(plan.spec, "tlsOptions", "enabled")


def with_tls(plan: Plan, container: dict[str, Part]) -> None:
    """Gives a container the certificates."""
    place = leaf(plan.spec, "tlsOptions", "enabled") or plan.place
    put_missing(container, place, **_FILES)
    _mounted(container, place, _TLS, _TLS_AT, by_path=True)


def _tls(
    plan: Plan, pod: dict[str, Part], ray: dict[str, Part], waits: list[Part], head: bool
) -> None:
    place = leaf(plan.spec, "tlsOptions", "enabled") or plan.place
    role = "head" if head else "worker"
    name = plan.name.map(lambda text: f"ray-{role}-secret-{text}", "")
    _volume(pod, place, _TLS, {"secret": {"secretName": name.put(name.value, how=INJECTED)}})
    for each in (ray, *waits):
        with_tls(plan, each)
    waiting = added_to(pod, "initContainers")
    if any(value(each, "name") == WAIT_FOR_TLS for each in waiting):
        return
    form = {
        "name": WAIT_FOR_TLS,
        **like_ray(ray),
        "command": ["sh", "-c"],
        "args": [_WAITING],
        "env": [{"name": "POD_IP", "valueFrom": of_field("status.podIP")}],
        "volumeMounts": [{"name": _TLS, "mountPath": _TLS_AT, "readOnly": True}],
        "resources": {"limits": _SMALL, "requests": _SMALL},
    }
    waiting.insert(0, built(place, form))


def like_ray(ray: dict[str, Part]) -> dict[str, Part]:
    """What an init container has as the Ray container has it: image and security context."""
    names = ("image", "imagePullPolicy", "securityContext")
    return {name: as_injected(ray[name]) for name in names if name in ray}


def as_injected(part: Part) -> Part:
    """A copy whose leaves the operator has put there."""
    if isinstance(part, Node):
        return injected(part)
    if type(part) is dict:
        return {key: as_injected(each) for key, each in part.items()}
    return [as_injected(each) for each in part]


def _mounted(
    container: dict[str, Part], place: Node[Any], name: str, path: str, by_path: bool
) -> None:
    mounts = added_to(container, "volumeMounts")
    for each in mounts:
        if value(each, "name") == name or (by_path and value(each, "mountPath") == path):
            return
    mounts.append(built(place, {"name": name, "mountPath": path, "readOnly": True}))


def _volume(pod: dict[str, Part], place: Node[Any], name: str, source: dict[str, Any]) -> None:
    volumes = added_to(pod, "volumes")
    if not any(value(each, "name") == name for each in volumes):
        volumes.append(built(place, {"name": name, **source}))
