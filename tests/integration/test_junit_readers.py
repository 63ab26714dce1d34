"""Our JUnit report as Jenkins' schema and another reader have it. Not here: its words (`test_junit`)."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml, Skipped  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]
from reported import HOSTILE, SAMPLE, UNREAD, hostile, many

from raypolicy.findings import Report
from raypolicy.formats import FORMATS, Style

pytestmark = pytest.mark.integration

CACHE = Path(__file__).parent / "node_modules/.cache"
SCHEMA = "junit-10.xsd"
PYTEST = "pytest==9.2.0"
"""Its source archive has a copy of the schema of Jenkins."""
REPORTS = {
    "nothing": Report(),
    "clean": Report(coverage=UNREAD),
    "a finding": Report((SAMPLE,), coverage=UNREAD),
    "many": many(5, 6, 7),
    "hostile": Report(tuple(map(hostile, HOSTILE))),
}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    kept = CACHE / SCHEMA
    if not kept.exists():
        folder = tmp_path_factory.mktemp("pytest")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command = [*pip, "--no-binary", "pytest", "--dest", str(folder), PYTEST]
        subprocess.run(command, check=True)
        [archive] = folder.glob("pytest-*.tar.gz")
        with tarfile.open(archive) as members:
            [name] = [name for name in members.getnames() if name.endswith(f"/{SCHEMA}")]
            file = members.extractfile(name)
            assert file is not None
            CACHE.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(file.read())
    return etree.XMLSchema(etree.parse(str(kept)))


def text_of(name: str) -> bytes:
    return FORMATS["junit"](REPORTS[name], Style()).encode()


@pytest.mark.parametrize("name", REPORTS)
def test_jenkins_schema(name: str, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(text_of(name)))


def test_the_schema_is_awake(schema: etree.XMLSchema) -> None:
    spoilt = text_of("a finding").replace(b"classname=", b"file=")
    assert not schema.validate(etree.fromstring(spoilt))


@pytest.mark.parametrize("name", REPORTS)
def test_another_reader_counts_the_same(name: str) -> None:
    read = JUnitXml.fromstring(text_of(name))
    outcomes = [outcome for suite in read for case in suite for outcome in case.result]
    report = REPORTS[name]
    failed = [each for each in outcomes if isinstance(each, Failure)]
    assert len(failed) == read.failures == len(report.findings)
    assert sorted(each.type for each in failed) == sorted(str(f.severity) for f in report.findings)
    skipped = sum(isinstance(each, Skipped) for each in outcomes)
    assert skipped == len(report.coverage.not_read) + report.coverage.nothing


def test_its_verdict_is_ours(tmp_path: Path) -> None:
    for name, status in (("clean", 0), ("a finding", 1)):
        path = tmp_path / "report.xml"
        path.write_bytes(text_of(name))
        command = [str(Path(sys.executable).parent / "junitparser"), "verify", str(path)]
        assert subprocess.run(command, check=False).returncode == status
