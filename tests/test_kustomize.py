"""Kustomizations built by the tool that is installed: what is audited, and where findings are told.

The differential test builds every kustomization of the corpus with the tool itself.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from raypolicy.cli import main
from raypolicy.config import Options
from raypolicy.findings import Report
from raypolicy.inputs.closure import closure_of
from raypolicy.inputs.kustomize import build, builder
from raypolicy.inputs.tools import Limits, ToolError
from raypolicy.inputs.trees import on_disk
from raypolicy.run import check

BUILDER = builder()
needs_builder = pytest.mark.skipif(BUILDER is None, reason="neither kustomize nor kubectl is here")
CORPUS = Path(os.path.abspath(os.environ.get("RAYPOLICY_CORPUS") or "nowhere"))
FIXTURES = Path(__file__).parent.parent / "fixtures"

BASE = {
    "base/kustomization.yaml": "resources: [ray.yaml]\nconfigMapGenerator: [{name: code, literals: [a=b]}]\n",
    "base/ray.yaml": """\
# the cluster of all stages
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: dev
spec:
  rayVersion: 2.52.0  # as the image
  headGroupSpec:
    template:
      spec:
        containers:
        - name: ray-head
          image: rayproject/ray:2.52.0
          resources: {limits: {cpu: 2, memory: 8Gi}}
""",
}
MISMATCH = Options(select=("ray-version-mismatch",))


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(report: Report) -> list[str]:
    """Each finding's file and line, and what was rendered."""
    return [
        f"{f.span.source.name}:{f.span.first.line} in {', '.join(map(str, f.rendered))}"
        for f in report.findings
    ]


# The same as the tool


def trees() -> list[Path]:
    listed = CORPUS / "kustomizations.tsv"
    rows = listed.read_text().splitlines()[1:] if listed.is_file() else []
    built = [row.split("\t")[0] for row in rows if row.split("\t")[1] == "yes"]
    return [*(CORPUS / name for name in built), FIXTURES / "overlay" / "production"]


@needs_builder
@pytest.mark.parametrize("tree", trees(), ids=lambda path: "/".join(path.parts[-4:]))
def test_what_is_built_is_what_the_tool_builds(tree: Path) -> None:
    assert BUILDER is not None
    expected = subprocess.run([*BUILDER, str(tree)], capture_output=True, check=True).stdout
    roots = [str(CORPUS), str(FIXTURES)]
    rendered = build(closure_of(str(tree), on_disk(roots)), BUILDER, "x")
    assert rendered.text.data == expected
    assert all(origin.path or origin.generated_in for origin in rendered.origins)


@needs_builder
def test_origins_that_the_user_asks_for_stay(folder: Path) -> None:
    files = {**BASE, "over/kustomization.yaml": "resources: [../base]\nbuildMetadata: [originAnnotations]\n"}  # fmt: skip
    write(folder, files)
    assert BUILDER is not None
    expected = subprocess.run([*BUILDER, "over"], capture_output=True, check=True).stdout
    rendered = build(closure_of(str(folder / "over"), on_disk([str(folder)])), BUILDER, "over")
    assert rendered.text.data == expected
    assert b"config.kubernetes.io/origin" in expected
    assert [path.name for path in folder.rglob("*")] == [path.name for path in folder.rglob("*")]


@needs_builder
def test_nothing_of_the_users_is_changed(folder: Path) -> None:
    write(folder, {**BASE, "over/kustomization.yaml": "resources: [../base]\n"})
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    check(["."])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


# Where a finding is told

PLACES = {
    # an overlay, and where the version that is wrong is told: the rayVersion, then the image
    "written in the base": (
        {"base/ray.yaml": BASE["base/ray.yaml"].replace("ray:2.52.0", "ray:2.9.0")},
        "namePrefix: a-",
        ("base/ray.yaml:7", "base/ray.yaml:13"),
    ),
    "an image of the overlay": (
        {},
        "images: [{name: rayproject/ray, newTag: 2.9.0}]",
        ("base/ray.yaml:7", "over/kustomization.yaml:2"),
    ),
    "a JSON patch in the kustomization": (
        {},
        "patches:\n- target: {kind: RayCluster}\n  patch: |\n    - op: replace\n      path: /spec/rayVersion\n      value: 2.9.0",
        ("over/kustomization.yaml:7", "base/ray.yaml:13"),
    ),
    "a JSON patch in a file": (
        {"over/p.yaml": "- op: replace\n  path: /spec/rayVersion\n  value: 2.9.0\n"},
        "patches: [{path: p.yaml, target: {kind: RayCluster}}]",
        ("over/p.yaml:3", "base/ray.yaml:13"),
    ),
    "a strategic merge patch": (
        {"over/p.yaml": "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec:\n  rayVersion: 2.9.0\n"},
        "patches: [{path: p.yaml}]",
        ("over/p.yaml:5", "base/ray.yaml:13"),
    ),
}  # fmt: skip


@needs_builder
@pytest.mark.parametrize(("files", "text", "expected"), PLACES.values(), ids=PLACES)
def test_where_a_finding_is_told(
    files: dict[str, str], text: str, expected: tuple[str, str], folder: Path
) -> None:
    over = {"over/kustomization.yaml": f"resources: [../base]\n{text}\n"}
    write(folder, {**BASE, **files, **over})
    (finding,) = check(["."], MISMATCH).findings
    (related,) = finding.related
    assert [f"{s.source.name}:{s.first.line}" for s in (finding.span, related.span)] == [*expected]
    assert [str(each) for each in finding.rendered] == ["over"]


@needs_builder
def test_an_item_of_a_list_is_told_at_its_first_line(folder: Path) -> None:
    ray = BASE["base/ray.yaml"].replace("          resources: {limits: {cpu: 2, memory: 8Gi}}\n", "          args: [x]\n")  # fmt: skip
    write(
        folder, {**BASE, "base/ray.yaml": ray, "over/kustomization.yaml": "resources: [../base]\n"}
    )
    (finding,) = check(["."], Options(select=("missing-resources",))).findings
    line, column = finding.span.first
    assert (finding.span.source.name, line, column) == ("base/ray.yaml", 12, 11)


@needs_builder
def test_what_overlays_share_is_told_once(folder: Path) -> None:
    wrong = BASE["base/ray.yaml"].replace("ray:2.52.0", "ray:2.9.0")
    over = {f"{name}/kustomization.yaml": "resources: [../base]\n" for name in ("one", "two")}
    over["two/kustomization.yaml"] += "nameSuffix: -b\n"
    write(folder, {**BASE, "base/ray.yaml": wrong, **over})
    assert places(check(["."], MISMATCH)) == ["base/ray.yaml:7 in one, two"]
    over["two/kustomization.yaml"] += "images: [{name: rayproject/ray, newTag: 2.52.0}]\n"
    write(folder, over)
    assert places(check(["."], MISMATCH)) == ["base/ray.yaml:7 in one"]


@needs_builder
def test_what_overlays_share_is_told_once_whatever_they_call_it(folder: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: tokens}\n"
    ray = BASE["base/ray.yaml"] + "          envFrom: [{secretRef: {name: tokens}}]\n"
    base = {"base/kustomization.yaml": "resources: [ray.yaml, secret.yaml]\n", "base/ray.yaml": ray}
    over = {f"{name}/kustomization.yaml": f"resources: [../base]\nnamePrefix: {name}-\n" for name in ("one", "two")}  # fmt: skip
    write(folder, {**base, "base/secret.yaml": secret, **over})
    report = check(["."], Options(select=("misspelt-config-name",)))
    assert places(report) == ["base/ray.yaml:15 in one, two"]
    assert "one-tokens is probably meant" in report.findings[0].message


@needs_builder
def test_overlays_that_are_wrong_in_ways_of_their_own_are_told_apart(folder: Path) -> None:
    over = {
        f"{name}/kustomization.yaml": "resources: [../base]\n"
        f"images: [{{name: rayproject/ray, newTag: {tag}}}]\n"
        for name, tag in (("one", "2.9.0"), ("two", "2.46.0"), ("three", "2.46.0"))
    }
    write(folder, {**BASE, **over})
    told = {each.message.rpartition(" ")[2]: each for each in check(["."], MISMATCH).findings}
    assert {tag: [*map(str, each.rendered)] for tag, each in told.items()} == {
        "2.9.0": ["one"],
        "2.46.0": ["three", "two"],
    }


@needs_builder
def test_what_two_containers_have_from_one_place_is_told_once(folder: Path) -> None:
    worker = """\
  workerGroupSpecs:
  - groupName: small
    template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.52.0"}]}}
"""
    latest = "resources: [../base]\nimages: [{name: rayproject/ray, newTag: latest}]\n"
    ray = BASE["base/ray.yaml"] + worker
    write(folder, {**BASE, "base/ray.yaml": ray, "over/kustomization.yaml": latest})
    report = check(["."], Options(select=("moving-tag",)))
    assert places(report) == ["over/kustomization.yaml:2 in over"]


@needs_builder
def test_a_place_that_cannot_be_known_is_near_and_says_so(folder: Path) -> None:
    replacement = (
        "resources: [../base, map.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: versions, fieldPath: data.ray}\n"
        "  targets: [{select: {kind: RayCluster}, fieldPaths: [spec.rayVersion]}]\n"
    )  # fmt: skip
    versions = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: versions}\ndata: {ray: 2.9.0}\n"
    write(folder, {**BASE, "over/kustomization.yaml": replacement, "over/map.yaml": versions})
    (told,) = places(check(["."], MISMATCH))
    assert re.fullmatch(r"base/ray.yaml:7 in over \(line \d+ as rendered\)", told)


@needs_builder
def test_comments_of_the_source_suppress(folder: Path) -> None:
    text = BASE["base/ray.yaml"].replace("ray:2.52.0", "ray:2.9.0")
    text = text.replace("# as the image", "# raypolicy: ignore[ray-version-mismatch] soon")
    write(folder, {**BASE, "base/ray.yaml": text, "over/kustomization.yaml": "resources: [../base]\n"})  # fmt: skip
    report = check(["."], MISMATCH)
    assert [each.reason for each in report.suppressed] == ["soon"]
    assert report.findings == ()
    write(folder, {"more/kustomization.yaml": "resources: [../base]\n"})
    ((finding, reason, *_),) = check(["."], MISMATCH).suppressed
    assert (reason, [str(each) for each in finding.rendered]) == ("soon", ["more", "over"])


UNQUOTED = BASE["base/ray.yaml"].replace("  headGroupSpec:\n", "  headGroupSpec:\n    rayStartParams: {num-cpus: 0}\n")  # fmt: skip


@needs_builder
def test_a_safe_fix_is_kept_where_the_source_says_the_value(folder: Path) -> None:
    write(folder, {**BASE, "base/ray.yaml": UNQUOTED, "over/kustomization.yaml": "resources: [../base]\n"})  # fmt: skip
    (finding,) = check(["."], Options(select=("unquoted-start-parameter",))).findings
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert (edit.span.source.name, edit.span.text, edit.text) == ("base/ray.yaml", "0", '"0"')


@needs_builder
def test_a_fix_that_may_speak_of_one_overlay_alone_is_not_kept(folder: Path) -> None:
    over = {"over/kustomization.yaml": "resources: [../base]\nimages: [{name: rayproject/ray, newTag: 2.46.0}]\n"}  # fmt: skip
    write(folder, {**BASE, **over})
    (finding,) = check(["."], MISMATCH).findings
    assert finding.fix is None


@needs_builder
def test_a_fix_is_kept_if_all_overlays_have_the_finding(folder: Path) -> None:
    over = {f"{name}/kustomization.yaml": "resources: [../base]\n" for name in ("one", "two")}
    write(folder, {**BASE, "base/ray.yaml": UNQUOTED, **over})
    options = Options(select=("unquoted-start-parameter",))
    (finding,) = check(["."], options).findings
    assert finding.fix is not None
    patch = '- {op: replace, path: /spec/headGroupSpec/rayStartParams/num-cpus, value: "1"}'
    over["two/kustomization.yaml"] += f"patches:\n- target: {{kind: RayCluster}}\n  patch: |\n    {patch}\n"  # fmt: skip
    write(folder, over)
    (finding,) = check(["."], options).findings
    assert finding.fix is None


# What is audited


@needs_builder
def test_files_of_a_kustomization_are_not_audited_twice(folder: Path) -> None:
    write(folder, {**BASE, "base/beside.yaml": BASE["base/ray.yaml"].replace("dev", "beside")})
    report = check(["."])
    covered = report.coverage
    assert (covered.files, covered.resources, covered.bundles, covered.not_read) == (3, 2, 2, ())


@needs_builder
def test_a_component_is_no_bundle_of_its_own(folder: Path) -> None:
    part = {"part/kustomization.yaml": "kind: Component\npatches: [{path: a.yaml}]\n"}
    patch = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec: {rayVersion: 2.9.0}\n"
    over = {"over/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n"}
    write(folder, {**BASE, **part, "part/a.yaml": patch, **over})
    report = check(["."], MISMATCH)
    assert places(report) == ["part/a.yaml:4 in over"]
    assert report.coverage.bundles == 1


@needs_builder
def test_a_remote_base_is_told_and_the_rest_is_built(folder: Path) -> None:
    address = "https://github.com/ray-project/kuberay//ray-operator/config/default?ref=v1.7.0"
    write(folder, {**BASE, "over/kustomization.yaml": f"resources: ['{address}', ../base]\n"})
    report = check(["."])
    assert report.coverage.not_read == ((address, "remote base"),)
    assert (report.coverage.resources, report.findings) == (1, ())


def test_kustomize_never_audits_files_as_they_are_written(folder: Path) -> None:
    write(folder, {**BASE, "over/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\n"})
    covered = check(["."], Options(kustomize="never")).coverage
    assert covered.resources == 1
    assert [reason for _, reason in covered.not_read] == ["kustomization, not built as asked"]


def run(*arguments: str) -> tuple[int, str, str]:
    from click.testing import CliRunner

    result = CliRunner().invoke(main, ["check", "--no-config", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_without_a_tool_the_files_are_audited_and_it_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {**BASE, "over/kustomization.yaml": "resources: [../base]\n"})
    monkeypatch.setenv("PATH", str(folder))
    status, _, said = run(".")
    assert (status, "neither kustomize nor kubectl is installed" in said) == (0, True)
    status, _, said = run("over")
    assert (status, "neither kustomize nor kubectl is installed" in said) == (3, True)


# Elsewhere than on the disk


def packed(folder: Path) -> list[str]:
    """The tree as an archive."""
    subprocess.run(["tar", "czf", "../k.tgz", "."], cwd=folder, check=True)
    return ["../k.tgz"]


def committed(folder: Path) -> list[str]:
    """The tree as a revision, of which nothing is left in the work tree."""
    for command in ("init -q", "add -A", "-c user.email=a@b -c user.name=a commit -q -m x"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    for path in folder.rglob("*.yaml"):
        path.unlink()
    return ["--rev", "HEAD"]


@needs_builder
@pytest.mark.parametrize(("kept", "before"), [(packed, "../k.tgz!/"), (committed, "")])
def test_in_an_archive_and_in_a_revision(
    kept: Callable[[Path], list[str]], before: str, folder: Path
) -> None:
    patch = "patches: [{path: p.yaml, target: {kind: RayCluster}}]\nresources: [../base]\n"
    version = "- {op: replace, path: /spec/rayVersion, value: 2.50.0}\n"
    write(folder, {**BASE, "over/kustomization.yaml": patch, "over/p.yaml": version})
    where = kept(folder)
    _, out, said = run("--select", "ray-version-mismatch", "-v", *where)
    assert out.startswith(f"{before}over/p.yaml:1:"), out + said
    assert "1 Ray resource in 1 bundle" in said
    _, _, said = run("--kustomize", "never", "-v", *where)
    line = f"{before}over/kustomization.yaml: not read: kustomization, not built as asked"
    assert line in said.splitlines()


# Hostile trees: each is told, the others are audited


@needs_builder
@pytest.mark.parametrize("entry", ["../../../etc", "../over", "../loop.yaml", "gone.yaml"])
def test_a_tree_that_cannot_be_built_does_not_hide_the_others(entry: str, folder: Path) -> None:
    wrong = BASE["base/ray.yaml"].replace("ray:2.52.0", "ray:2.9.0")
    write(
        folder,
        {
            **{name.replace("base", "good"): text for name, text in BASE.items()},
            "good/ray.yaml": wrong,
            "over/kustomization.yaml": f"resources: [ray.yaml, '{entry}']\n",
            "over/ray.yaml": wrong,
        },
    )
    (folder / "loop.yaml").symlink_to("loop.yaml")
    status, told, said = run(".", "-f", "text")
    assert status == 1 or "gone" in entry
    assert "over/kustomization.yaml:1:23" in told
    assert "good/ray.yaml:7:15" in told
    assert "over/ray.yaml:7:15" in told, "as it is written"
    assert "1 kustomization not built" in said


def test_a_kustomization_that_is_not_yaml_is_told(folder: Path) -> None:
    write(folder, {**BASE, "base/kustomization.yaml": "resources: [\n"})
    status, told, said = run(".", "-f", "text")
    assert status == 1
    assert "base/kustomization.yaml:2:1: error: cannot be read" in told
    assert "1 kustomization not built" in said
    assert "1 Ray resource" in said, "it is audited as it is written"


@needs_builder
def test_a_manifest_that_cannot_be_read_is_told_once(folder: Path) -> None:
    write(folder, {**BASE, "base/ray.yaml": BASE["base/ray.yaml"] + "  a: [\n"})
    _, told, _ = run(".", "-f", "text")
    assert told.count(": error: ") == 1
    assert "base/ray.yaml:16:1: error: cannot be read" in told


@needs_builder
def test_charts_of_a_kustomization_are_not_inflated(folder: Path) -> None:
    chart = (
        "helmCharts: [{name: kuberay-operator, repo: https://ray-project.github.io/kuberay-helm}]\n"
    )
    write(folder, {**BASE, "over/kustomization.yaml": f"resources: [../base]\n{chart}"})
    status, told, said = run(".", "-f", "text")
    assert (status, told) == (0, "")
    assert "1 kustomization with Helm charts, not built" in said


def test_a_circle_without_a_top_is_told(folder: Path) -> None:
    files = {f"{one}/kustomization.yaml": f"resources: [ray.yaml, ../{other}]\n" for one, other in ("ab", "ba")}  # fmt: skip
    files |= {f"{name}/ray.yaml": BASE["base/ray.yaml"] for name in "ab"}
    write(folder, files)
    status, told, said = run(".", "-f", "text")
    assert status == 1
    assert "b/kustomization.yaml:1:23: error: this kustomization cannot be built: ../a leads in a circle of bases" in told  # fmt: skip
    assert "2 Ray resources" in said, "they are audited as they are written"


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> tuple[str, ...]:
    path = folder / "bin" / "kustomize"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")
    return (str(path), "build")


FAILURES = {
    "hangs": ("sleep 60 & sleep 60", "took longer than 0.2 s"),
    "prints a gigabyte": ("yes", "printed more than 1 MB"),
    "complains a lot": ("yes >&2 & sleep 0.05; kill $!; exit 1", "y y y"),
    "fails without a word": ("exit 7", "ended with 7"),
}


@pytest.mark.parametrize(("program", "words"), FAILURES.values(), ids=FAILURES)
def test_a_renderer_is_kept_within_limits(
    program: str, words: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, BASE)
    command = fake(folder, monkeypatch, program)
    found = closure_of(str(folder / "base"), on_disk([str(folder)]))
    with pytest.raises(ToolError, match=words):
        build(found, command, "base", Limits(seconds=0.2, output=1 << 20))


def test_a_renderer_that_fails_is_told_with_its_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, BASE)
    fake(folder, monkeypatch, "echo \"Error: no matches for Id in '$2/ray.yaml'\" >&2; exit 1")
    status, told, said = run("base", "-f", "text")
    assert status == 1
    assert "base/kustomization.yaml:1:1: error: this kustomization cannot be built: kustomize says: no matches for Id in 'base/ray.yaml'" in told  # fmt: skip
    assert "1 kustomization not built" in said


def test_what_kubectl_logs_is_told_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, BASE)
    logged = (
        r'E1125 22:34:05.612345    9497 run.go:72] "command failed" err="no \"x\"\nin ray.yaml"'
    )
    fake(folder, monkeypatch, f"cat >&2 <<'EOF'\n{logged}\nEOF\nexit 1")
    _, told, _ = run("base", "-f", "text")
    assert 'kustomize says: no "x" in ray.yaml' in told


def test_a_renderer_has_no_network_and_no_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    write(folder, BASE)
    monkeypatch.setenv("SECRET_TOKEN", "x")
    command = fake(folder, monkeypatch, 'echo "home: $HOME"; echo "proxy: $https_proxy"; echo "token: $SECRET_TOKEN"')  # fmt: skip
    rendered = build(closure_of(str(folder / "base"), on_disk([str(folder)])), command, "base")
    lines = dict(line.split(": ", 1) for line in rendered.text.data.decode().splitlines())
    assert lines["proxy"] == "http://127.0.0.1:9"
    assert lines["token"] == ""
    assert lines["home"] not in ("", os.path.expanduser("~"))
