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
    "modes of files": _of("file-mode-out-of-range", rf"{_VOLUME}\..*([mM]ode)"),
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
        "request-above-limit memory-above-limit",
        rf"{_AMOUNT}",
        text="must be less than or equal to",
    ),
    "extended resources without limit": _of(
        "extended-resource-without-limit", rf"{_AMOUNT}", text="Limit must be set"
    ),
    "extended resources, fractions": _of(
        "fractional-extended-resource", rf"{_AMOUNT}\[.*\]", text="must be an integer"
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
    "names of resources": _of("unfit-resource-name", rf"{_AMOUNT}\[.*\]"),
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
        "user-out-of-range", rf"{_CONTEXT}\.(runAsUser|runAsGroup|fsGroup|supplementalGroups.*)"
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
    "names of hosts": _of("unfit-hostname", rf"{_POD}\.(hostname|subdomain)"),
    "DNS": _of("unfit-dns-config", rf"{_POD}\.(dnsPolicy|dnsConfig).*"),
    "host aliases": _of("unfit-host-alias", rf"{_POD}\.hostAliases.*"),
    "restart policy of the submitter": _of(
        "submitter-restart-policy", r"spec\.template\.spec\.restartPolicy"
    ),
    "settings of pods": _of(
        "unfit-pod-setting",
        rf"{_POD}\.(restartPolicy|activeDeadlineSeconds|serviceAccountName|nodeName|priorityClassName"
        r"|runtimeClassName|preemptionPolicy|os|readinessGates|schedulingGates|ephemeralContainers"
        r")[^a-zA-Z]?.*",
    ),
    "labels of pods": _of(
        "invalid-pod-label unfit-group-name", r"(spec\.template\.)?metadata\.(labels|annotations).*"
    ),
    "names of pods": _of("unfit-group-name", r"metadata\.(name|generateName)"),
    "names of Services": _of("unfit-service-name", r"metadata\.name", roles=_SERVICES),
    "names of Services' ports, missing": _of(
        "nameless-service-port",
        r"spec\.ports\[\d+\]\.name",
        type="FieldValueRequired",
        roles=_SERVICES,
    ),
    "Services' ports, twice": _of(
        "duplicate-service-port metrics-port-clash",
        r"spec\.ports\[\d+\](\.name)?",
        type="FieldValueDuplicate",
        roles=_SERVICES,
    ),
    "types of Services": _of(
        "invalid-service-type misspelt-service-type", r"spec\.type", roles=_SERVICES
    ),
    "Services' ports": _of(
        "unfit-service-port port-out-of-range unfit-port-name",
        r"spec\.ports\[\d+\]\..*",
        roles=_SERVICES,
    ),
    "settings of Services": _of("unfit-service-setting", r"spec.*", roles=_SERVICES),
}


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
    """The families of a resource's errors (role, field, type, text).

    A volume that is refused is missing where it is mounted; that mount is not told besides.
    """
    found = {family(*each) for each in errors}
    if found & {each for each in FAMILIES if "volumes" in each or each in ("ephemeral claims",)}:
        found.discard("mounts without volume")
    return found
