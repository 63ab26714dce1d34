"""The families of what Kubernetes refuses to create, and the rules that say it beforehand.

A family is known by an error of the oracle: the role of the object, the field, the type of the
error, its text. `family` takes one apart; the first family that matches is the error's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_POD: Final = r"(?:spec\.template\.)?spec"
_CONTAINER: Final = rf"{_POD}\.(?:init|ephemeral)?[cC]ontainers\[\d+\]"
_VOLUME: Final = rf"{_POD}\.volumes\[\d+\]"
_HANDLER: Final = r"(?:exec|httpGet|tcpSocket|grpc|sleep)"
_PROBE: Final = rf"{_CONTAINER}\.(?:liveness|readiness|startup)Probe"
_HOOK: Final = rf"{_CONTAINER}\.lifecycle\.(?:preStop|postStart)"
_CONTEXT: Final = rf"(?:{_POD}|{_CONTAINER})\.securityContext"
_AMOUNT: Final = rf"{_CONTAINER}\.resources\.(?:limits|requests)"
_FILE: Final = r"(?:items\[\d+\]|sources\[\d+\]\.downwardAPI|downwardAPI)"
_SERVICES: Final = r".*-?service(?:/.*)?"
_PODS: Final = r"head-pod|worker-pod/.*|submitter-job|redis-cleanup-job"


class Family(NamedTuple):
    """Patterns of whole fields, parts of texts, roles and types; the empty ones match all."""

    rules: frozenset[str]
    field: str
    text: str = ""
    type: str = ""
    roles: str = _PODS


def _of(rules: str, field: str, text: str = "", type: str = "", roles: str = _PODS) -> Family:
    return Family(frozenset(rules.split()), field, text, type, roles)


FAMILIES: Final[dict[str, Family]] = {
    "ephemeral containers": _of("unfit-pod-setting", rf"{_POD}\.ephemeralContainers.*"),
    "names of containers": _of(
        "unfit-container-name", rf"{_CONTAINER}\.name", type="FieldValue(Invalid|Required)"
    ),
    "names of containers, twice": _of(
        "repeated-init-container-name reserved-container-name",
        rf"{_CONTAINER}\.name",
        type="FieldValueDuplicate",
    ),
    "images, missing": _of("missing-image", rf"{_CONTAINER}\.image", type="FieldValueRequired"),
    "images, padded": _of("padded-image", rf"{_CONTAINER}\.image"),
    "pull policies": _of("unknown-pull-policy", rf"{_CONTAINER}\.imagePullPolicy"),
    "settings of containers": _of(
        "unfit-container-setting",
        rf"{_CONTAINER}\.(terminationMessagePolicy|restartPolicy|resizePolicy)(\[.*)?",
    ),
    "numbers of ports": _of("port-out-of-range", rf"{_CONTAINER}\.ports\[\d+\]\.containerPort"),
    "names of ports, twice": _of(
        "duplicate-port-name", rf"{_CONTAINER}\.ports\[\d+\]\.name", type="FieldValueDuplicate"
    ),
    "names of ports": _of("unfit-port-name", rf"{_CONTAINER}\.ports\[\d+\]\.name"),
    "protocols of ports": _of("unknown-port-protocol", rf"{_CONTAINER}\.ports\[\d+\]\.protocol"),
    "ports of the node": _of(
        "taken-host-port", rf"({_CONTAINER}|{_POD}\.initContainers\[\d+\])\.ports\[\d+\]\.hostPort"
    ),
    "names of variables": _of(
        "unfit-env-name", rf"{_CONTAINER}\.(env\[\d+\]\.name|envFrom\[\d+\]\.prefix)"
    ),
    "sources of variables": _of(
        "env-source-count", rf"{_CONTAINER}\.(env\[\d+\]\.valueFrom|envFrom)"
    ),
    "fields of the pod in variables": _of(
        "unreadable-pod-field",
        rf"{_CONTAINER}\.env\[\d+\]\.valueFrom\.(fieldRef|resourceFieldRef)(\..*)?",
    ),
    "keys and names in variables": _of(
        "unfit-env-reference",
        rf"{_CONTAINER}\.(env\[\d+\]\.valueFrom\.(configMap|secret)KeyRef|envFrom\[\d+\]\..*Ref)\..*",
    ),
    "mounts without volume": _of(
        "mount-without-volume",
        rf"{_CONTAINER}\.volume(Mounts|Devices)\[\d+\]\.name",
        type="FieldValue(NotFound|Required)",
    ),
    "mounts": _of("unfit-mount", rf"{_CONTAINER}\.volumeMounts.*"),
    "devices": _of(
        "unfit-volume-device unfit-mount clashing-host-setting", rf"{_CONTAINER}\.volumeDevices.*"
    ),
    "number of sources of volumes": _of(
        "volume-source-count",
        rf"{_VOLUME}.*",
        text="must specify a volume type|may not specify more than 1 volume type|fieldRef and "
        "resourceFieldRef can not|one of fieldRef and resourceFieldRef is required",
    ),
    "names of volumes": _of("unfit-volume-name", rf"{_VOLUME}\.name"),
    "modes of files": _of("file-mode-out-of-range", rf"{_VOLUME}\..*(defaultMode|\.mode)"),
    "fields of the pod in volumes": _of(
        "unreadable-pod-file", rf"{_VOLUME}\..*(fieldRef|resourceFieldRef)(\..*)?"
    ),
    "files in volumes": _of(
        "unfit-volume-file",
        rf"{_VOLUME}\..*(items\[\d+\]\.(key|path)|downwardAPI\.path|projected(\.path)?)",
    ),
    "ephemeral claims": _of("unfit-ephemeral-claim", rf"{_VOLUME}\.ephemeral.*"),
    "sources of volumes": _of("unfit-volume-source", rf"{_VOLUME}\..*"),
    "extended resources, unequal": _of(
        "extended-resource-mismatch", rf"{_AMOUNT}", text="must be equal to .* limit of"
    ),
    "requests above limits": _of(
        "request-above-limit",
        rf"{_AMOUNT}",
        text="must be less than or equal to",
    ),
    "extended resources without limit": _of(
        "extended-resource-without-limit", rf"{_AMOUNT}", text="Limit must be set"
    ),
    "extended resources, fractions": _of(
        "fractional-extended-resource",
        rf"({_AMOUNT}|{_POD}\.overhead\.limits)\[.*\]",
        text="must be an integer",
    ),
    "huge pages": _of(
        "unfit-hugepages", rf"{_CONTAINER}\.resources.*", text="(?i)hugepages require|multiple of"
    ),
    "amounts below zero": _of(
        "negative-amount",
        rf"({_CONTAINER}\.resources|{_POD}\.overhead).*",
        text="must be greater than or equal to 0",
    ),
    "claims of devices": _of(
        "unfit-resource-claim",
        rf"({_CONTAINER}\.resources\.claims|{_POD}\.resourceClaims)\[.*",
    ),
    "resources of whole pods": _of(
        "unfit-pod-resource negative-amount unfit-hugepages",
        rf"{_POD}\.resources\..*",
    ),
    "names of resources": _of(
        "unfit-resource-name", rf"({_AMOUNT}|{_POD}\.overhead\.limits)\[.*\]"
    ),
    "probes and hooks of init containers": _of(
        "init-container-probe", rf"{_CONTAINER}\.\w+", text="may not be set for init containers"
    ),
    "handlers of probes": _of(
        "probe-handler-count",
        rf"{_PROBE}(\.{_HANDLER})?",
        text="must specify a handler type|may not specify more than 1 handler type",
    ),
    "probes": _of("unfit-probe", rf"{_PROBE}\..*"),
    "hooks": _of("unfit-hook", rf"{_HOOK}(\..*)?"),
    "users and groups": _of(
        "user-out-of-range",
        rf"{_CONTEXT}\.(runAsUser|runAsGroup|fsGroup|supplementalGroups\[\d+\])",
    ),
    "privileges": _of(
        "contradictory-privileges", _CONTEXT, text="cannot set `allowPrivilegeEscalation` to false"
    ),
    "security profiles": _of(
        "unfit-security-profile", rf"{_CONTEXT}\.(seccompProfile|appArmorProfile)\..*"
    ),
    "sysctls": _of("unfit-sysctl", rf"{_POD}\.securityContext\.sysctls.*"),
    "what is shared with the node": _of(
        "clashing-host-setting",
        rf"{_POD}\.(HostPID|HostIPC|hostNetwork|securityContext\.shareProcessNamespace)",
    ),
    "security settings": _of(
        "unfit-security-setting",
        rf"{_CONTEXT}\.(procMount|fsGroupChangePolicy|supplementalGroupsPolicy|seLinuxChangePolicy)",
    ),
    "tolerations": _of("unfit-toleration", rf"{_POD}\.tolerations.*"),
    "node selectors": _of("unfit-node-selector", rf"{_POD}\.nodeSelector.*"),
    "affinities": _of("unfit-affinity", rf"{_POD}\.affinity\..*"),
    "spread constraints": _of("unfit-spread-constraint", rf"{_POD}\.topologySpreadConstraints.*"),
    "names of hosts": _of("unfit-hostname", rf"{_POD}\.(hostname|subdomain|hostnameOverride)"),
    "DNS": _of("unfit-dns-config", rf"{_POD}\.(dnsPolicy|dnsConfig).*"),
    "host aliases": _of("unfit-host-alias", rf"{_POD}\.hostAliases.*"),
    "restart policy of the submitter": _of(
        "submitter-restart-policy", r"spec\.template\.spec\.restartPolicy"
    ),
    "a submitter without containers": _of(
        "submitter-without-containers", "", text="index out of range", type="Panic", roles="rayjob"
    ),
    "settings of pods": _of(
        "unfit-pod-setting",
        rf"{_POD}\.(restartPolicy|activeDeadlineSeconds|serviceAccountName|nodeName|priorityClassName"
        r"|runtimeClassName|preemptionPolicy|os|readinessGates|schedulingGates|ephemeralContainers"
        r")[^a-zA-Z]?.*",
    ),
    "annotations of pods": _of(
        "unfit-pod-annotation",
        r"(spec\.template\.)?metadata\.(annotations[.\[].*|annotations|finalizers\[\d+\])",
        text="32bit|AppArmor|seccomp|mirror|container not found|Too long|finalizer name|tolerations",
    ),
    "finalizers of Services": _of(
        "unfit-service-setting unfit-serve-service", r"metadata\.finalizers.*", roles=_SERVICES
    ),
    "labels of Services": _of(
        "unfit-service-setting unfit-serve-service",
        r"metadata\.(labels|annotations)",
        roles=_SERVICES,
    ),
    "backoff of the submitter": _of(
        "negative-submitter-backoff", r"spec\.backoffLimit", roles="submitter-job"
    ),
    "labels of pods": _of(
        "invalid-pod-label unfit-group-name",
        r"(spec\.template\.)?(metadata\.)?(labels|annotations).*",
    ),
    "names of pods": _of("unfit-group-name unfit-pod-setting", r"metadata\.(name|generateName)"),
    "names of Services": _of("unfit-service-name", r"metadata\.name", roles=_SERVICES),
    "names of Services' ports, missing": _of(
        "nameless-service-port",
        r"spec\.ports\[\d+\]\.name",
        type="FieldValueRequired",
        roles=_SERVICES,
    ),
    "Services' ports, twice": _of(
        "duplicate-service-port metrics-port-clash unfit-serve-service",
        r"spec\.ports\[\d+\](\.name)?",
        type="FieldValueDuplicate",
        roles=_SERVICES,
    ),
    "types of Services": _of(
        "invalid-service-type misspelt-service-type unfit-serve-service",
        r"spec\.type",
        roles=_SERVICES,
    ),
    "Services' ports": _of(
        "unfit-service-port unfit-serve-service port-out-of-range unfit-port-name",
        r"spec\.ports\[\d+\]\..*",
        roles=_SERVICES,
    ),
    "storage of the GCS": _of("unfit-gcs-storage", r"spec\..*", roles="gcs-pvc"),
    "the Service for Serve, without a port": _of(
        "missing-serve-port",
        "(spec.ports)?",
        text="spec.ports: Required value|Please specify (a|the) port named",
        roles=".*serve-service|raycluster|rayservice",
    ),
    "accounts of role bindings": _of(
        "unfit-pod-setting", r"subjects\[\d+\]\.name", roles="role-binding"
    ),
    "settings of Services": _of(
        "unfit-service-setting unfit-serve-service", r"spec.*", roles=_SERVICES
    ),
    "Ingresses": _of("unfit-ingress", r"spec.*", roles="ingress"),
    "containers of the cluster that is made, twice": _of(
        "reserved-container-name",
        "",
        text=r"containers\[\d+\]: Duplicate value",
        roles="raycluster|rayjob",
    ),
}


ELSEWHERE: Final = (
    # admission gives every pod an account before it is judged
    r"must not be specified when serviceAccountName is not set",
    # a server allows them as a rule, as networks and storage on nodes need them
    r"disallowed by cluster policy",
    # settings that only some releases of Kubernetes have
    r"\.fileKeyRef|restartPolicyRules|when restart rules are used",
    # storage whose drivers are gone from Kubernetes
    r"\.(iscsi|cinder|azureDisk|quobyte)\.",
    # no Ray of KubeRay runs on Windows
    r"^\S*windowsOptions|hostProcess containers",
    # 1.36 and later only
    r"must not have leading 0s|IPv4-mapped|bits set beyond|'RestartContainer' for non-sidecar",
    # of what the server's networks have, and of what cannot be known of them
    r"as indicated by `ipFamilies|not in the valid range",
    # what the containers of a pod ask for in sum is not counted
    r"aggregate container",
    # what comes of a Service that has been refused
    r"head service IP is empty",
    # the allocator gives it a number
    r"spec\.healthCheckNodePort: Required value",
)
"""Texts of errors that are left out: a whole API server never comes to them, as other parts of it
act before, or not all servers do."""


def family(role: str, field: str, type: str, text: str) -> str | None:
    """The family of an error, None for one that belongs to none."""
    for name, each in FAMILIES.items():
        if (
            re.fullmatch(each.roles, role)
            and re.fullmatch(each.field, field)
            and re.search(each.type, type)
            and re.search(each.text, text)
        ):
            return name
    return None


def families(errors: Iterable[tuple[str, str, str, str]]) -> set[str | None]:
    """The families of a resource's errors (role, field, type, text)."""
    told = (each for each in errors if not any(re.search(text, each[3]) for text in ELSEWHERE))
    return {family(*each) for each in told}


def besides(found: Iterable[str | None]) -> set[str]:
    """Those of some families that only come of another one of them, so that they need not be told:
    a volume that is refused is missing where it is mounted.
    """
    first = set(found)
    return {each for cause, also in _BESIDES for each in also if cause in first and each in first}


_BESIDES: Final = (
    *((each, ("mounts without volume",)) for each in FAMILIES if "volumes" in each),
    ("ephemeral claims", ("mounts without volume",)),
    ("modes of files", ("mounts without volume",)),
    ("names of Services", ("Ingresses",)),
    ("amounts below zero", ("sources of volumes",)),
    ("names of resources", ("extended resources, fractions", "extended resources without limit")),
    ("Services' ports, twice", ("ports of the node",)),
    ("types of Services", ("settings of Services", "Services' ports")),
)
