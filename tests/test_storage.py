"""Where volumes lie in the containers of pods: tables of facts.

Not here: the rules' own examples (`test_rules`), who shares a claim (`test_claims`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, cluster, model

from raypolicy.facts.storage import LogMount, Storage

RAY = "name: ray-head, image: 'rayproject/ray:2.9.0'"


def storage(spec: str, *, params: str = "{}", cluster_spec: str = "rayVersion: 2.9.0") -> Storage:
    """That of a head with this pod spec."""
    text = cluster(spec=cluster_spec, head=f"rayStartParams: {params}")
    whole, _, rest = text.partition("headGroupSpec:")
    head = f"headGroupSpec:\n    rayStartParams: {params}\n    template: {{spec: {{{spec}}}}}\n"
    workers = rest.partition("  workerGroupSpecs:")
    return model(f"{whole}{head}{workers[1]}{workers[2]}").clusters[0].head.pod.storage


def mounted(path: str, *, image: str = "rayproject/ray:2.9.0", volume: str = "emptyDir: {}") -> str:
    mount = f"volumeMounts: [{{name: v, mountPath: '{path}'}}]"
    container = f"containers: [{{name: a, image: '{image}', {mount}}}]"
    return f"{container}, volumes: [{{name: v, {volume}}}]"


HIDING = [
    # where something is mounted, whether it hides Python and Ray
    ("/home/ray", True),
    ("/home/ray/", True),
    ("/home//ray/.", True),
    ("/home", True),
    ("/home/ray/anaconda3", True),
    ("/home/ray/anaconda3/bin", True),
    ("/home/ray/anaconda3/envs", False),
    ("/home/ray/work", False),
    ("/home/raymond", False),
    ("/", False),
    ("${HOME}", False),
]


@pytest.mark.parametrize(("path", "hides"), HIDING, ids=[row[0] for row in HIDING])
def test_what_hides_ray(path: str, hides: bool) -> None:
    assert bool(storage(mounted(path)).hiding_mounts) is hides


IMAGES = [
    ("rayproject/ray-ml:2.9.0", True),
    ("mirror.example:5000/ray:2.9.0-py310", True),
    ("team/ray-training:7", False),
    ("${IMAGE}", False),
]


@pytest.mark.parametrize(("image", "known"), IMAGES, ids=[row[0] for row in IMAGES])
def test_in_which_images_it_is_known_where_ray_is(image: str, known: bool) -> None:
    assert bool(storage(mounted("/home/ray", image=image)).hiding_mounts) is known


SOURCES = [
    # a volume; what it is, whether it is empty at first
    ("configMap: {name: a}", [("configMap", True)]),
    ("ephemeral: {}", [("ephemeral", True)]),
    ("persistentVolumeClaim: {claimName: a}", [("persistentVolumeClaim", False)]),
    ("nfs: {server: a, path: /}", [("nfs", False)]),
    ("image: {reference: a}", []),
    ("emptyDir: {}, hostPath: {path: /}", []),
]


@pytest.mark.parametrize(("volume", "expected"), SOURCES, ids=[row[0] for row in SOURCES])
def test_what_is_mounted_over_ray(volume: str, expected: list[tuple[str, bool]]) -> None:
    found = storage(mounted("/home/ray", volume=volume)).hiding_mounts
    assert [(each.source.value, each.starts_empty.value) for each in found] == expected


def test_a_volume_that_is_filled_first_hides_nothing() -> None:
    filled = "initContainers: [{name: c, volumeMounts: [{name: v, mountPath: /new}]}], "
    assert storage(filled + mounted("/home/ray")).hiding_mounts == ()


def test_neither_does_one_beneath_another_that_brings_python_back() -> None:
    both = "[{name: v, mountPath: /home/ray}, {name: w, mountPath: /home/ray/anaconda3/envs}]"
    spec = f"containers: [{{{RAY}, volumeMounts: {both}}}], volumes: [{{name: v, emptyDir: {{}}}}]"
    assert storage(spec).hiding_mounts == ()


def sidecar(rays: str, other: str, *, image: str = "fluent-bit") -> str:
    return (
        f"containers: [{{{RAY}, volumeMounts: [{rays}]}}, "
        f"{{name: s, image: {image}, volumeMounts: [{other}]}}]"
    )


AT = "{name: %s, mountPath: %s}"
LOGS = [
    # Ray's mounts, the sidecar's; whether they share a volume, and Ray's
    (AT % ("a", "/tmp/ray"), AT % ("a", "/tmp/ray"), [(True, "a")]),
    (AT % ("a", "/tmp/ray"), AT % ("b", "/tmp/ray"), [(False, "a")]),
    (AT % ("a", "/tmp"), AT % ("a", "/tmp/ray"), [(True, "a")]),
    (AT % ("a", "/tmp/ray"), AT % ("a", "/tmp/ray/session_latest/logs"), [(True, "a")]),
    ("", AT % ("b", "/tmp/ray"), [(False, "none")]),
    (AT % ("a", "/tmp/ray"), AT % ("b", "/logs"), []),
    (AT % ("a", "/tmp/ray"), AT % ("b", "/tmp/rays"), []),
    (AT % ("'${X}'", "/tmp/ray"), AT % ("b", "/tmp/ray"), []),
    (AT % ("a", "/tmp/ray"), AT % ("'${X}'", "/tmp/ray"), []),
]


def shared(found: tuple[LogMount, ...]) -> list[tuple[object, object]]:
    return [(each.shared.value, each.rays_volume.value) for each in found]


@pytest.mark.parametrize(("rays", "other", "expected"), LOGS)
def test_who_sees_rays_logs(rays: str, other: str, expected: list[tuple[bool, str]]) -> None:
    assert shared(storage(sidecar(rays, other)).log_mounts) == expected


def test_a_second_ray_has_logs_of_its_own() -> None:
    text = sidecar("", AT % ("b", "/tmp/ray"), image="rayproject/ray:2.9.0")
    assert storage(text).log_mounts == ()


def test_logs_may_be_elsewhere() -> None:
    text = sidecar("", AT % ("b", "/tmp/ray"))
    assert storage(text, params="{temp-dir: /data}").log_mounts == ()


def test_kuberay_shares_the_logs_of_an_autoscaled_head() -> None:
    found = storage(
        sidecar("", AT % ("ray-logs", "/tmp/ray")), cluster_spec="enableInTreeAutoscaling: true"
    )
    assert shared(found.log_mounts) == [(True, "ray-logs")]


BOUNDED = [
    ("emptyDir: {sizeLimit: 1Gi}", "v"),
    ("emptyDir: {}", ABSENT_TEXT),
    ("hostPath: {path: /}", ABSENT_TEXT),
    ("persistentVolumeClaim: {claimName: a}", "v"),
]


@pytest.mark.parametrize(("volume", "name"), BOUNDED, ids=[row[0] for row in BOUNDED])
def test_what_bounds_rays_files(volume: str, name: str) -> None:
    found = storage(mounted("/tmp/ray", volume=volume))
    assert found.rays_volume.value == "v"
    assert (found.bounded_volume.known or ABSENT_TEXT) == name
