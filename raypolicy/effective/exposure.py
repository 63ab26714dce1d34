"""Who a head Service or Ingress lets in: what keeps strangers out. Not here: ports (`ports`).

Source: KubeRay `controllers/ray/common/service.go`, `job.go` and `ingress.go` for the annotations
that each object gets; Ray's docs on token authentication; the annotations are those of the clouds'
own controllers and of the usual Ingress controllers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.gates import TOKEN_AUTH
from raypolicy.effective.origin import kept
from raypolicy.effective.podlabels import has_service_of_its_own
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DEFAULTED, PLACEHOLDER, Node, Unknown
from raypolicy.values import Version, placeholder

# Annotations that keep a load balancer private: any value counts but those that switch it off.
_PRIVATE_SERVICE: Final = frozenset({
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal-subnet",
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/azure-allowed-service-tags",
    "service.beta.kubernetes.io/load-balancer-source-ranges",
    "service.beta.kubernetes.io/oci-load-balancer-internal",
    "oci-network-load-balancer.oraclecloud.com/internal",
    "service.beta.kubernetes.io/openstack-internal-load-balancer",
    "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid",
})  # fmt: skip
# Annotations that do so with one of these values.
_PRIVATE_VALUES: Final = {
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": ("intranet",),
    "service.beta.kubernetes.io/alicloud-loadbalancer-address-type": ("intranet",),
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": ("private",),
}
_AWS_TYPE: Final = "service.beta.kubernetes.io/aws-load-balancer-type"
_AWS_PRIVATE_TYPES: Final = ("external", "nlb-ip")  # unless their scheme says otherwise
_AWS_SCHEME: Final = "service.beta.kubernetes.io/aws-load-balancer-scheme"

_INGRESS_WORDS: Final = (
    "auth-", "/auth", "oauth", "whitelist", "allowlist", "allow-list", "white-list",
    "inbound-cidrs", "middlewares", "konghq.com/plugins", "use-private-ip", "security-policy",
)  # fmt: skip
_BEHIND: Final = ("cloud.google.com/backend-config", "beta.cloud.google.com/backend-config")
"""Annotations of a Service whose object may ask for a login before it: Google's IAP."""
_ALB_SCHEME: Final = "alb.ingress.kubernetes.io/scheme"
REWRITE: Final = "nginx.ingress.kubernetes.io/rewrite-target"
INGRESS_CLASS: Final = "kubernetes.io/ingress.class"


def authenticated(
    spec: Node[Any], container: Node[Any], ray: Node[Version], release: KubeRayRelease
) -> Node[bool]:
    """Whether Ray asks for a token: by authOptions, or by a variable of the head's container."""
    mode = kept(spec, "authOptions").get("mode") if release.has("token-auth") else spec.put(ABSENT)
    if mode.unknown:
        return mode
    if mode.value == "token":
        return mode.put(True)
    if type(mode.value) is str and placeholder(mode.value):
        return mode.put(PLACEHOLDER)
    for variable in container.get("env").items():
        if variable.get("name").value == "RAY_AUTH_MODE":
            asked = variable.get("value").map(lambda text: text == "token", "")
            old = ray.known is not None and ray.known.release < TOKEN_AUTH
            return asked.put(False) if old or asked.absent else asked
    return mode.put(False)


def asks_for_certificate(spec: Node[Any], container: Node[Any]) -> Node[bool]:
    """Whether Ray's gRPC ports, all but the dashboard, ask for a certificate.

    Source: Ray `python/ray/_private/tls_utils.py`, add_port_to_grpc_server.
    """
    options = kept(spec, "tlsOptions")
    if not options.absent:
        return options.put(True)
    for variable in container.get("env").items():
        if variable.get("name").value == "RAY_USE_TLS":
            asked = variable.get("value").map(lambda text: str(text).lower() in ("1", "true"), "")
            return asked.put(Unknown("a value from elsewhere")) if asked.absent else asked
    return spec.put(False)


def restriction(kind: str, spec: Node[Any], head: Node[Any], release: KubeRayRelease) -> Node[str]:
    """What keeps strangers away from a head Service of the type LoadBalancer, if anything.

    The Service that bears the name of a RayJob or RayService gets none of headServiceAnnotations.
    """
    policy = kept(spec, "networkPolicy")
    if not policy.absent:
        return policy.put("networkPolicy")
    twofold = has_service_of_its_own(kind, release)
    found = None if twofold else next(_private(spec.get("headServiceAnnotations")), None)
    return found or service_restriction(head.get("headService"))


def service_restriction(service: Node[Any]) -> Node[str]:
    """The same of a Service as it is written."""
    for field in ("loadBalancerSourceRanges", "loadBalancerClass"):
        listed = service.get("spec", field)
        if not listed.absent and listed.value not in ([], ""):
            return listed.put(field)
    return private(service.get("metadata", "annotations"))


def private(annotations: Node[Any]) -> Node[str]:
    """The annotation that makes a load balancer an internal one, if any does."""
    return next(_private(annotations), annotations.put(ABSENT))


def _private(annotations: Node[Any]) -> Iterator[Node[str]]:
    if type(annotations.value) is str and placeholder(annotations.value):
        yield annotations.put(PLACEHOLDER)
    for name, node in annotations.entries():
        values: tuple[str, ...] | None = _PRIVATE_VALUES.get(name)
        values = () if name in _PRIVATE_SERVICE else values
        if name == _AWS_TYPE and annotations.get(_AWS_SCHEME).value != "internet-facing":
            values = _AWS_PRIVATE_TYPES
        text = str(node.known).lower() if isinstance(node.known, str | bool | int) else ""
        if values is None or text in ("", "false"):
            continue
        if placeholder(text):
            yield node.put(PLACEHOLDER)
        elif not values or text in values:
            yield node.at_key(name)


def ingress_restriction(spec: Node[Any], annotations: Node[Any]) -> Node[str]:
    """What keeps strangers away from the dashboard's Ingress, if anything."""
    policy = kept(spec, "networkPolicy")
    if not policy.absent:
        return policy.put("networkPolicy")
    own = guard(annotations, annotations.get(INGRESS_CLASS))
    return own.either(before_service(spec, spec.get("headGroupSpec", "headService")))


def before_service(spec: Node[Any], service: Node[Any]) -> Node[str]:
    """What a Service has asked of an Ingress in front of it: a login, maybe. `spec` is that of the
    cluster for which the operator makes it, absent for one that is written."""
    written = service.get("metadata", "annotations")
    for some in (spec.get("headServiceAnnotations"), written):
        for name in _BEHIND:
            if not some.get(name).absent:
                return some.get(name).at_key(name)
    return written.put(ABSENT)


def guard(annotations: Node[Any], of_class: Node[Any]) -> Node[str]:
    """What the annotations and the class of an Ingress say about who is let in, if anything."""
    if annotations.unknown or type(annotations.value) is str:
        return annotations.put(PLACEHOLDER)
    for name, node in annotations.entries():
        if any(word in name for word in _INGRESS_WORDS) and node.value not in ("none", "false", ""):
            return node.at_key(name)
        if name == _ALB_SCHEME and node.value != "internet-facing":
            return node.at_key(name)
    text = of_class.value
    if type(text) is not str:
        return annotations.put(ABSENT)
    if placeholder(text):
        return of_class.put(PLACEHOLDER)
    unset = text == "alb" and annotations.get(_ALB_SCHEME).absent
    return of_class.put(text if sounds_private(text) or unset else ABSENT)


def sounds_private(text: object) -> bool:
    """Whether the name of a class says that it is for known people only."""
    return type(text) is str and any(word in text for word in ("internal", "private", "tailscale"))


def ingress_path(head: Node[Any], release: KubeRayRelease) -> Node[str]:
    """The path of the Ingress that a head group asks for; absent where it asks for none."""
    asked = head.get("enableIngress")
    if asked.value is not True:
        return asked.put(asked.value if asked.unknown else ABSENT)
    if not release.has("ingress-options"):
        return asked.put("/<cluster>/(.*)", how=DEFAULTED)
    written = kept(head, "ingressOptions").get("path")
    if written.absent:
        return written.put("/", how=DEFAULTED)
    return written.map(lambda value: value if type(value) is str else None, "no text")
