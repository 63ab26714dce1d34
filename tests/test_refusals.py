"""What Kubernetes would refuse in a pod's spec: a field, a value, what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from raypolicy.refusals import (
    containers,
    handlers,
    hostports,
    mounts,
    placement,
    podmeta,
    security,
    services,
    settings,
    volumes,
)
from raypolicy.refusals.fault import Fault

Checks = Callable[[dict[str, Any]], Iterable[Fault]]


def of_containers(spec: dict[str, Any]) -> Iterable[Fault]:
    return containers.check(spec, alone=True, restart=None)


def one(**fields: Any) -> dict[str, Any]:
    return {"containers": [{"name": "ray", "image": "rayproject/ray:2.52.0", **fields}]}


@pytest.mark.parametrize(
    ("check", "spec", "told"),
    [
        pytest.param(of_containers, one(), [], id="nothing"),
        pytest.param(
            of_containers,
            one(imagePullPolicy="always"),
            [("containers", 0, "imagePullPolicy")],
            id="choice",
        ),
        pytest.param(
            of_containers, one(imagePullPolicy=""), [], id="an empty choice is the default"
        ),
        pytest.param(of_containers, one(imagePullPolicy="$POLICY"), [], id="placeholder"),
        pytest.param(of_containers, one(imagePullPolicy=3), [], id="of no type that it may have"),
        pytest.param(
            lambda spec: hostports.check(spec, "worker"),
            {
                "hostNetwork": True,
                "containers": [{"name": "ray"}, {"name": "x", "ports": [{"containerPort": 8080}]}],
            },
            [("containers", 1, "ports", 0, "containerPort")],
            id="the port of the metrics is on the node, too",
        ),
        pytest.param(
            handlers.check,
            one(livenessProbe={"httpGet": {"port": "8265"}}),
            [("containers", 0, "livenessProbe", "httpGet", "port")],
            id="a number in quotes",
        ),
        pytest.param(
            placement.check,
            {"tolerations": [{"key": "gpu", "operator": "Exists", "value": "true"}]},
            [("tolerations", 0, "value")],
            id="a value beside Exists",
        ),
        pytest.param(
            security.check,
            {"securityContext": {"runAsUser": -1}},
            [("securityContext", "runAsUser")],
            id="a user below zero",
        ),
        pytest.param(
            settings.network, {"hostAliases": [{"ip": "1.2.3.04"}]}, [], id="a leading zero"
        ),
        pytest.param(
            lambda spec: volumes.check(spec, alone=True),
            {
                "volumes": [
                    {"name": "x"},
                    {"name": "y", "configMap": {"name": "c", "defaultMode": 644}},
                ]
            },
            [("volumes", 1, "configMap", "defaultMode")],
            id="a decimal mode; no source is an emptyDir",
        ),
        pytest.param(
            lambda spec: volumes.check(spec, alone=True),
            {
                "volumes": [
                    {"name": "x", "persistentVolumeClaim": {}},
                    {"name": "y", "persistentVolumeClaim": {"claimName": ""}},
                    {"name": "z", "secret": {}},
                ]
            },
            [
                ("volumes", 1, "persistentVolumeClaim", "claimName"),
                ("volumes", 2, "secret", "secretName"),
            ],
            id="missing where the schema asks for it is not said again",
        ),
        pytest.param(
            of_containers,
            one(resizePolicy=[{"resourceName": "$A"}, {"resourceName": "$B"}]),
            [],
            id="two placeholders are not the same",
        ),
    ],
)
def test_places(check: Checks, spec: dict[str, Any], told: list[tuple[str | int, ...]]) -> None:
    assert [each.path for each in check(spec)] == told


def test_what_is_meant_is_said_where_it_is_plain() -> None:
    (mode,) = volumes.check(
        {"volumes": [{"name": "y", "secret": {"secretName": "s", "defaultMode": 644}}]}, alone=True
    )
    assert mode.meant == 0o644


ODD = ({"x": None}, ["x"], [["x"]], None, 7, True)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_names_of_any_type_are_read(odd: object) -> None:
    """What the schema refuses; a set or a mapping of names may not fall over it."""
    spec = {
        **one(name=odd, ports=[{"containerPort": 1, "hostPort": 1, "protocol": odd}]),
        "volumes": [{"name": odd}],
        "hostNetwork": True,
    }
    ports = [{"port": 1, "nodePort": 30001, "protocol": odd}]
    service = {"ports": ports, "ipFamilies": [odd, odd]}
    metadata = {"annotations": {"container.apparmor.security.beta.kubernetes.io/x": "unconfined"}}
    assert list(hostports.check(spec, "head")) == []
    assert list(podmeta.check(metadata, spec)) == []
    assert list(services.check(service, None)) == []
    assert mounts.volumes_of(spec, tuple).written == {}
