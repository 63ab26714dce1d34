"""Real manifests, in the folder that RAYPOLICY_CORPUS names: no crash, no file lost, and the
findings that people have reviewed.

`expected/corpus.txt` has a line for each finding in KubeRay's own samples, its place and its rule,
`expected/kustomizations.txt` those of what the kustomizations are built to; `UPDATE=1 pytest`
rewrites them. No text of the manifests is copied: they are other people's.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from samples import Agrees

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped_rules
from raypolicy.config import Options
from raypolicy.findings import Report, Severity
from raypolicy.fix import apply
from raypolicy.formats import FORMATS, Style
from raypolicy.inputs.batches import batches
from raypolicy.inputs.kustomize import builder
from raypolicy.inputs.walk import SUFFIXES
from raypolicy.run import check, models
from raypolicy.sheet import lines

CORPUS = os.environ.get("RAYPOLICY_CORPUS", "")
SAMPLES = "ray/ray-project__kuberay/ray-operator/config/samples/"
EXPECTED = Path(__file__).parent / "expected" / "corpus.txt"
pytestmark = pytest.mark.skipif(
    not Path(CORPUS or "nowhere").is_dir(), reason="RAYPOLICY_CORPUS names no folder of manifests"
)


@pytest.fixture
def _there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS)


@pytest.fixture(scope="module")
def report() -> Report:
    """Everything, under every rule."""
    here = os.getcwd()
    os.chdir(CORPUS)
    try:
        return check(["."], Options(profile="pedantic"), today="2026-01-01")
    finally:
        os.chdir(here)


@pytest.mark.usefixtures("_there")
def test_every_file_is_read_or_accounted_for(report: Report) -> None:
    wanted = {
        Path(directory, name).as_posix()
        for directory, folders, names in os.walk(".")
        for name in names
        if name.endswith(SUFFIXES)
    }
    visible = {name for name in wanted if not any(part.startswith(".") for part in Path(name).parts[:-1])}  # fmt: skip
    assert report.coverage.files == len(visible)
    for batch in batches(["."]):
        if batch.quiet:
            continue
        bundle = make_bundle(batch.name, batch.files, batch.troubles)
        documents = [*bundle.documents, *(r.node.document for r in bundle.resources)]
        seen = {document.source.name for document in documents}
        seen |= {name for name, _ in bundle.left_out}
        seen |= {
            text.source.name if hasattr(text, "source") else text.name for text in bundle.plain
        }
        assert {file.name for file in batch.files} <= seen


def test_each_reason_for_not_reading_a_file_is_one_we_know(report: Report) -> None:
    known = {
        "Helm template",
        "template",
        "kustomization not built",
        "kustomize patch",
        "not YAML",
        "symbolic link",
    }
    reasons = {reason for _, reason in report.coverage.not_read}
    assert {reason for reason in reasons if not reason.startswith("ray.io/")} <= known


@pytest.mark.usefixtures("_there")
def test_lookalikes_are_no_resources_and_have_no_findings() -> None:
    found = check(["lookalike"], Options(profile="pedantic"))
    assert (found.coverage.resources, found.findings) == (0, ())


@pytest.mark.usefixtures("_there")
def test_manifests_without_ray_have_no_findings() -> None:
    found = check(["plain"], Options(profile="pedantic"))
    assert (found.coverage.resources, found.findings, found.unknown) == (0, (), ())


def test_findings_in_kuberays_samples_are_those_that_were_reviewed(report: Report, agrees: Agrees) -> None:  # fmt: skip
    found = [
        f"{finding.span.source.name}:{finding.span.first.line} {finding.rule.id}\n"
        for finding in report.findings
        if finding.span.source.name.startswith(SAMPLES)
    ]
    agrees(EXPECTED, "".join(found))


def test_what_many_samples_do_is_advice(report: Report) -> None:
    """What more than a tenth of KubeRay's own samples would show is a note, or asked for, and the
    rule file says why.
    """
    hit = {(f.rule, f.span.source.name) for f in report.findings if SAMPLES in f.span.source.name}
    samples = [*Path(CORPUS, SAMPLES).rglob("*.yaml")]
    often = Counter(rule for rule, _ in hit)
    loud = [
        f"{rule.id} in {count} of {len(samples)}"
        for rule, count in often.items()
        if count > len(samples) / 10 and rule.severity > Severity.NOTE and rule.profile == "default"
    ]
    assert len(samples) > 50
    assert loud == []
    files = {path.stem: path.read_text("utf-8") for path in shipped_rules().rglob("*.yaml")}
    many = [rule.id for rule, count in often.items() if count > len(samples) / 10]
    assert len(many) > 10
    said = re.compile("^# (a note|pedantic), for ", re.MULTILINE)
    assert [rule for rule in many if not said.search(files[rule])] == []


@pytest.mark.skipif(builder() is None, reason="neither kustomize nor kubectl is here")
@pytest.mark.usefixtures("_there")
def test_findings_in_kustomizations_are_those_that_were_reviewed(agrees: Agrees) -> None:
    """Every kustomization of the corpus that has a Ray resource, built: the places are sources'."""
    rows = Path("kustomizations.tsv").read_text().splitlines()[1:]
    trees = [row.split("\t")[0] for row in rows]
    found = [
        f"{f.span.source.name}:{f.span.first.line} {f.rule.id}: {f.message}"
        f"\n    in {', '.join(map(str, f.rendered))}\n"
        for f in check(trees, today="2026-01-01").findings
        if f.rendered
    ]
    agrees(EXPECTED.with_name("kustomizations.txt"), "".join(found))


def test_places_are_inside_their_lines(report: Report) -> None:
    for finding in report.findings:
        spans = [finding.span, *(related.span for related in finding.related)]
        for span in spans:
            assert span.first.line == span.last.line or span.text.endswith("\n"), finding.message
            assert 0 <= span.start <= span.end <= len(span.source.text)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_prints_the_report(form: str, report: Report) -> None:
    for style in (Style(), Style(colour=True, width=60)):
        text = FORMATS[form](report, style)
        assert text.endswith("\n")
        assert ("\x1b[" in text) <= style.colour


def test_fixes_apply(report: Report) -> None:
    fixed = apply(report.findings, unsafe=True)
    assert all(each.applied or each.skipped for each in fixed)


@pytest.mark.usefixtures("_there")
def test_all_facts_can_be_told() -> None:
    """Every word of the language, on the resources of every third bundle: none raises."""
    told = sum(1 for model in islice(models(["ray"], None), 0, None, 3) for _ in lines(model))
    assert told > 10_000
