"""Charts rendered by the real helm. Not here: what is made of its output (`test_charts`)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from raypolicy.cli import main

pytestmark = pytest.mark.integration

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: train\nversion: 1.0.0\n",
    "values.yaml": "image: {tag: 2.9.0-py310}\nqueue: small\n",
    "templates/_names.tpl": '{{- define "train.name" -}}{{ .Release.Name }}-ray{{- end }}\n',
    "templates/ray.yaml": """\
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: {{ include "train.name" . }}
  namespace: {{ .Release.Namespace }}
spec:
  headGroupSpec:
    rayStartParams: {}
    template:
      spec:
        containers:
        - name: ray-head
          image: "rayproject/ray:{{ .Values.image.tag }}"
""",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("helm") is None:
        pytest.fail("helm is missing: `make test-integration` brings it along")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["check", "-v", "--select", "moving-tag", *arguments])
    assert result.exit_code in (0, 1), result.stderr
    return result


def test_defaults_and_values(here: Path) -> None:
    put(here / "train", CHART)
    put(here, {"prod.yaml": "image: {tag: 2.9.0}\n", "dev.yaml": "image: {tag: latest}\n"})
    plain = run("train")
    assert plain.stdout == ""
    assert "3 files, 1 Ray resource in 1 bundle" in plain.stderr
    last_wins = run("train", "--values", "prod.yaml", "--values", "dev.yaml")
    assert last_wins.stdout.startswith("train!/templates/ray.yaml:15:34: warning: ")
    assert run("train", "--values", "dev.yaml", "--values", "prod.yaml").stdout == ""


def test_lines_are_those_of_helm_template(here: Path) -> None:
    put(here / "train", {**CHART, "templates/a.yaml": "kind: ConfigMap\napiVersion: v1\n"})
    put(here, {"dev.yaml": "image: {tag: latest}\n"})
    command = ["helm", "template", "train", "train", "-f", "dev.yaml", "-s", "templates/ray.yaml"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, line, column, _ = run("train", "--values", "dev.yaml").stdout.split(":", 3)
    assert printed.splitlines()[int(line) - 1][int(column) - 1 :].startswith("latest")


def test_where_it_will_be_installed_is_not_known(here: Path) -> None:
    put(here / "train", CHART)
    result = CliRunner().invoke(main, ["facts", "train"])
    assert "RayCluster $NAMESPACE/train-ray" in result.stdout


def test_a_cluster_with_kuberay_is_assumed(here: Path) -> None:
    text = CHART["templates/ray.yaml"]
    for each in ("ray.io/v1", "ray.io/v1/RayCluster"):
        guarded = f'{{{{ if .Capabilities.APIVersions.Has "{each}" }}}}\n{text}{{{{ end }}}}\n'
        put(here / "train", {**CHART, "templates/ray.yaml": guarded})
        assert "1 Ray resource" in run("train").stderr


def test_a_release_of_kubernetes_is_told_to_helm(here: Path) -> None:
    text = CHART["templates/ray.yaml"]
    guard = '{{ if semverCompare "~1.31" .Capabilities.KubeVersion.Version }}\n%s{{ end }}\n'
    put(here / "train", {**CHART, "templates/ray.yaml": guard % text})
    for version in ("1.31", "1.31.4", "v1.31.0"):
        assert "1 Ray resource" in run("train", "--target-kubernetes", version).stderr
    assert "0 Ray resources" in run("train", "--target-kubernetes", "1.30").stderr
    put(here, {".raypolicy.yaml": "target: {kubernetes: '1.31'}\n"})
    assert "1 Ray resource" in run("train").stderr


def test_hooks_are_audited_tests_are_not(here: Path) -> None:
    hook = "apiVersion: ray.io/v1\nkind: RayJob\nmetadata:\n  name: %s\n  annotations: {helm.sh/hook: %s}\nspec: {}\n"
    files = {f"templates/{name}.yaml": hook % (name, name) for name in ("pre-install", "test")}
    put(here / "train", {**CHART, **files})
    assert "2 Ray resources" in run("train").stderr


def test_parts(here: Path) -> None:
    part = {f"charts/part/{name}": text for name, text in CHART.items()}
    umbrella = {"Chart.yaml": "apiVersion: v2\nname: umbrella\nversion: 1.0.0\n"}
    put(here / "all", {**part, **umbrella, "values.yaml": "train: {image: {tag: latest}}\n"})
    assert run("all").stdout.startswith("all!/charts/train/templates/ray.yaml:15:34: warning: ")


def test_a_packed_chart(here: Path) -> None:
    put(here / "train", {**CHART, "values.yaml": "image: {tag: latest}\n"})
    subprocess.run(["helm", "package", "train"], capture_output=True, check=True)
    assert run("train-1.0.0.tgz").stdout.startswith(
        "train-1.0.0.tgz!/train!/templates/ray.yaml:15:"
    )


NEED = "dependencies: [{name: redis, version: 1.0.0, repository: 'https://charts.example.com'}]\n"
REASONS = {
    "a dependency that is not there": (
        {"Chart.yaml": CHART["Chart.yaml"] + NEED},
        "missing in charts/ directory: redis",
    ),
    "a value that is required": (
        {"templates/x.yaml": '{{ required "which queue?" .Values.nothing }}'},
        "which queue?",
    ),
    "values that the schema refuses": (
        {"values.schema.json": '{"properties": {"queue": {"type": "integer"}}}'},
        "queue",
    ),
    "a template that is none": ({"templates/x.yaml": "{{ if }}"}, "missing value for if"),
    "the environment": ({"templates/x.yaml": '{{ env "HOME" }}'}, 'function "env" not defined'),
    "a template without end": (
        {"templates/x.yaml": '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}'},
        "error calling include",
    ),
    "all memory": ({"templates/x.yaml": "{{ repeat 2000000000 (repeat 9 .Chart.Name) }}"}, ""),
}


@pytest.mark.parametrize("case", REASONS)
def test_what_helm_cannot_render(case: str, here: Path) -> None:
    files, words = REASONS[case]
    put(here / "train", {**CHART, **files})
    [line] = [line for line in run("train").stderr.splitlines() if line.startswith("train: ")]
    assert line.startswith("train: not read: Helm chart that helm could not render: ")
    assert words in line
    assert "goroutine" not in line


def test_files_outside_are_not_to_be_had(here: Path) -> None:
    (here / "secret").write_text("latest")
    reading = {
        "templates/x.yaml": '# {{ .Files.Get "../../secret" }}{{ .Files.Get "/etc/passwd" }}\n'
    }
    text = CHART["templates/ray.yaml"].replace(".Values.image.tag", '.Files.Get "../secret"')
    put(here / "train", {**CHART, **reading, "templates/ray.yaml": text})
    result = run("train")
    assert "latest" not in result.stdout
    (here / "train/link").symlink_to("../secret")
    assert "not rendered: symbolic link link" in run("train").stderr
