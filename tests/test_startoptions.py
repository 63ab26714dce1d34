"""What the table of the options of `ray start` says, and that every row of it makes sense. Not here:
whether Ray agrees (`oracle`).
"""

from __future__ import annotations

import pytest

from raypolicy.releases import is_ray_release
from raypolicy.startoptions import (
    CHOICE,
    TYPES,
    StartOption,
    covers,
    is_forgotten,
    nearest,
    oldest,
    respelt,
    start_options,
)
from raypolicy.values import Version


def version(text: str) -> Version:
    parsed = Version.parse(text)
    assert parsed is not None, text
    return parsed


@pytest.mark.parametrize("option", start_options().values(), ids=lambda option: option.name)
def test_row_of_an_option(option: StartOption) -> None:
    assert respelt(option.name) == option.name
    assert option.type in (*TYPES, CHOICE)
    assert (option.type == CHOICE) is bool(option.choices)
    assert option.on_workers in ("", "abort", "ignore")
    assert not option.bytes or option.type == "int"
    for each in (option.since, option.until):
        assert each is None or is_ray_release(each) or each <= oldest()
    assert option.since is None or option.until is None or option.since < option.until


HAS = [
    ("num-cpus", "1.9.0", True),
    ("runtime-env-agent-port", "2.7.2", False),
    ("runtime-env-agent-port", "2.8.0", True),
    ("gcs-server-port", "2.47.1", True),
    ("gcs-server-port", "2.48.0", False),
    ("include-log-monitor", "2.40.0", False),
    ("include-log-monitor", "2.41.0", True),
    ("redis-port", "1.9.0", False),
]


@pytest.mark.parametrize(("name", "ray", "has"), HAS)
def test_a_release_has_an_option(name: str, ray: str, has: bool) -> None:
    assert start_options()[name].has(version(ray)) is has


def test_releases_that_the_table_speaks_of() -> None:
    assert [covers(version(text)) for text in ("1.8.0", "1.9.0", "2.60.1", "2.61.0")] == [False, True, True, False]  # fmt: skip
    assert is_forgotten(version("1.8.0"))
    assert not is_forgotten(version("2.61.0"))
    assert not is_forgotten(None)


SPELT = [
    ("num_cpus", "num-cpus"),
    ("--num-cpus", "num-cpus"),
    ("numCpus", "num-cpus"),
    ("numCPUs", "num-cpus"),
    ("NUM_CPUS", "num-cpus"),
    ("num--cpus", "num-cpus"),
    ("dashboardHost", "dashboard-host"),
    ("port", "port"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "written"), SPELT)
def test_a_name_in_the_notation_of_options(name: str, written: str) -> None:
    assert respelt(name) == written


NEAR = [
    ("dashbord-host", "dashboard-host"),
    ("num-cpu", "num-cpus"),
    ("object-store-mem", "object-store-memory"),
    ("metric-export-port", "metrics-export-port"),
    ("num-workers", None),
    ("ttl", None),
    ("memory-limit", None),
]


@pytest.mark.parametrize(("name", "option"), NEAR)
def test_the_nearest_option(name: str, option: str | None) -> None:
    assert nearest(name, start_options()) == option


TAKES = [
    ("num-cpus", "4 -1 +4 1_000", "4.5 500m 4Gi one 0x10 1e3 _1"),
    ("system-reserved-cpu", "1 1.5 .5 1e1", "one 1,5 500m"),
    ("include-dashboard", "true FALSE yes 0 n", "maybe 2"),
    ("log-style", "auto RECORD", "json"),
    ("resources", '{} {"a":1}', "[] 1 {a:1}"),
    ("node-name", "a 1", ""),
    ("block", "", "1 true"),
]


@pytest.mark.parametrize(("name", "good", "bad"), TAKES)
def test_what_an_option_takes(name: str, good: str, bad: str) -> None:
    option = start_options()[name]
    assert [value for value in good.split() if not option.takes(value)] == []
    assert [value for value in bad.split() if option.takes(value)] == []
