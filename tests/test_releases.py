"""What the tables of releases say, and that every row of them makes sense."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest

from raypolicy import releases
from raypolicy.prepared import table
from raypolicy.releases import (
    default_image_python,
    image_suffixes,
    is_ray_release,
    kuberay,
    kuberay_releases,
    newest_ray,
    ray_release,
    ray_releases,
    ray_repositories,
)
from raypolicy.values import Version

DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")


def version(text: str) -> Version:
    parsed = Version.parse(text)
    assert parsed is not None, text
    return parsed


@pytest.mark.parametrize("release", ray_releases(), ids=lambda release: str(release.version))
def test_row_of_a_ray_release(release: releases.RayRelease) -> None:
    assert DAY.fullmatch(release.released)
    minors = [python.minor[1] for python in release.pythons]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert release.image_python in release.pythons
    for python in release.image_pythons or (release.image_python,):
        assert python in release.pythons
    if release.image_pythons:
        assert release.image_python in release.image_pythons
    assert release.version.text.count(".") == 2


def test_ray_releases_are_sorted_and_distinct() -> None:
    versions = [release.version for release in ray_releases()]
    assert all(a < b for a, b in pairwise(versions))
    first = {
        release.version: release.released
        for release in ray_releases()
        if not release.version.release[2]
    }
    assert list(first.values()) == sorted(first.values())
    assert newest_ray().version == versions[-1]


@pytest.mark.parametrize(
    ("text", "wheels", "image"),
    [
        ("1.9.0", "3.6 3.9", "3.7"),
        ("1.13.0", "3.6 3.10", "3.7"),
        ("2.4.0", "3.6 3.11", "3.7"),
        ("2.5.0", "3.7 3.11", "3.7"),
        ("2.6.3", "3.7 3.11", "3.8"),
        ("2.8.0", "3.8 3.11", "3.8"),
        ("2.9.0", "3.8 3.11", "3.8"),
        ("2.10.0", "3.8 3.11", "3.8"),
        ("2.11.0", "3.9 3.11", "3.9"),
        ("2.31.0", "3.9 3.12", "3.9"),
        ("2.46.0", "3.9 3.13", "3.9"),
        ("2.51.2", "3.9 3.13", "3.9"),
        ("2.52.0", "3.10 3.13", "3.10"),
        ("2.60.0", "3.10 3.14", "3.10"),
    ],
)
def test_pythons(text: str, wheels: str, image: str) -> None:
    release = ray_release(version(text))
    assert release is not None
    assert f"{release.pythons[0]} {release.pythons[-1]}" == wheels
    assert str(default_image_python(version(text))) == image


@pytest.mark.parametrize(
    "text", ["2.13.0", "2.25.0", "2.9.4", "1.0.1", "0.8.7", "3.0.0", "2.9.0rc0"]
)
def test_never_released(text: str) -> None:
    assert not is_ray_release(version(text))
    assert ray_release(version(text)) is None
    assert default_image_python(version(text)) is None


def test_two_parts_name_the_first_release() -> None:
    release = ray_release(version("2.9"))
    assert release is not None
    assert str(release.version) == "2.9.0"


def test_images() -> None:
    by_version = {str(release.version): release for release in ray_releases()}
    assert [str(python) for python in by_version["2.52.0"].image_pythons or ()] == [
        "3.10",
        "3.11",
        "3.12",
    ]
    assert by_version["2.6.3"].image_pythons is None
    assert by_version["2.54.0"].image_pythons is None
    assert "cu121" in (by_version["2.47.1"].image_cuda or ())
    assert by_version["2.53.0"].image_cuda is None
    assert not by_version["2.6.0"].image_python_sure
    assert by_version["2.9.0"].image_python_sure
    for suffix, since in image_suffixes().items():
        assert is_ray_release(since), suffix
        for release in ray_releases():
            if suffix in (release.image_cuda or ()):
                assert since <= release.version


def test_repositories() -> None:
    repositories = ray_repositories()
    assert set(repositories) == {"ray", "ray-ml", "ray-llm"}
    assert str(repositories["ray-ml"].deprecated) == "2.31.0"
    assert str(repositories["ray-ml"].last) == "2.49"
    assert repositories["ray"].deprecated is None
    assert [name for name, repository in repositories.items() if repository.aarch64] == ["ray"]


@pytest.mark.parametrize("release", kuberay_releases(), ids=str)
def test_row_of_a_kuberay_release(release: releases.KubeRayRelease) -> None:
    assert DAY.fullmatch(release.released)
    assert is_ray_release(release.sample_ray)
    assert kuberay(str(release)) == kuberay(f"v{release}") == release


def test_kuberay_releases_are_sorted() -> None:
    assert all(a.version < b.version for a, b in pairwise(kuberay_releases()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, "1.7.0"),
        ("1.7", "1.7.0"),
        ("v1.7", "1.7.0"),
        ("v1.6.2", "1.6.2"),
        ("1.6.0", "1.6.0"),
        ("1.6", "1.6.2"),
        ("1.5", "1.5.2"),
        ("1.0", "1.0.0"),
        ("0.5", "0.5.2"),
    ],
)
def test_target(text: str | None, found: str) -> None:
    assert str(kuberay(text)) == found


@pytest.mark.parametrize(
    "text", ["", "1", "2.0", "1.8", "1.6.9", "latest", "vv1.6", "0.5.1", " 1.7", "1.7.0rc0"]
)
def test_unknown_target(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"unknown KubeRay release .*; known are 0\.3, .*1\.6, 1\.7$"
    ):
        kuberay(text)


@pytest.mark.parametrize(
    ("behaviour", "without", "having"),
    [
        ("dashboard-host", "0.5.0", "0.5.2"),
        ("block", "0.4.0", "0.5.0"),
        ("metrics-service-port", "0.4.0", "0.5.0"),
        ("dashboard-agent-listen-port", "1.0.0", "1.1.0"),
        ("headless-head-service", "1.1.1", "1.2.0"),
        ("gcs-server-port-name", "1.2.2", "1.3.0"),
        ("num-cpus-from-request", "1.2.2", "1.3.0"),
        ("accelerator-resources", "1.2.2", "1.3.0"),
        ("num-gpus-from-mig", "1.3.2", "1.4.0"),
        ("truncated-names", "1.4.0", "1.3.2"),
        ("raycluster-infix", "1.4.0", "1.3.2"),
        ("checked-names", "1.3.2", "1.4.0"),
        ("fixed-head-pod-name", "1.4.2", "1.4.1"),
        ("group-resources", "1.4.2", "1.5.0"),
        ("group-labels", "1.4.2", "1.5.0"),
        ("rayjob-head-service", "1.4.2", "1.5.0"),
        ("token-auth", "1.5.0", "1.5.1"),
        ("serve-prefix-ports", "1.5.2", "1.6.0"),
        ("http-probes", "1.5.2", "1.6.0"),
    ],
)
def test_behaviour(behaviour: str, without: str, having: str) -> None:
    assert not kuberay(without).has(behaviour)
    assert kuberay(having).has(behaviour)


def test_every_behaviour_begins_and_ends_with_a_release() -> None:
    known = {release.version for release in kuberay_releases()}
    rows = table("kuberay-releases")["behaviours"]
    for name, row in rows.items():
        assert set(row) <= {"since", "until", "source"}, name
        assert re.fullmatch(r"(?:controllers|apis|pkg)/\S+\.go:[0-9]+", row["source"]), name
        dates = [version(row[key]) for key in ("since", "until") if key in row]
        assert set(dates) <= known, name
        assert dates == sorted(dates), name
        assert any(release.has(name) for release in kuberay_releases()), name


def test_a_misspelt_behaviour_is_an_error() -> None:
    with pytest.raises(KeyError):
        kuberay().has("headles-head-service")


def test_every_row_has_a_source_and_a_known_confidence() -> None:
    rows = table("ray-releases")
    dated = [row for name in ("image_python", "image_pythons", "image_cuda") for row in rows[name]]
    for row in [*dated, *rows["image_suffixes"].values()]:
        assert is_ray_release(version(row["since"]))
        assert row.get("confidence", "medium") == "medium"
        assert "source" in row or set(row) == {"since"}
    for name in ("image_python", "image_pythons", "image_cuda"):
        since = [version(row["since"]) for row in rows[name]]
        assert since == sorted(set(since))
        assert since[0] == ray_releases()[0].version


def test_tables_load_quickly() -> None:
    def load() -> float:
        for cached in (table, releases._ray, releases._kuberay, releases._behaviours):
            cached.cache_clear()
        start = time.perf_counter()
        newest_ray()
        kuberay().has("dashboard-host")
        return time.perf_counter() - start

    assert min(load() for _ in range(5)) < 0.02


@pytest.mark.parametrize(
    ("release", "lowest"),
    [("0.5.2", None), ("1.0", "2.0.1"), ("1.2", "2.8.0"), ("1.3", "2.38.0"), ("1.7", "2.38.0")],
)
def test_the_lowest_ray_that_a_release_supports(release: str, lowest: str | None) -> None:
    assert kuberay(release).lowest_ray == (None if lowest is None else version(lowest))
