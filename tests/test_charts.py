"""Helm charts: which are rendered, what they are made of, what findings in them say.

A script stands in for helm, so that it need not be here; `integration/test_helm` has the real one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER as RAY
from samples import NAMING_RULE as RULE

from raypolicy.cli import main
from raypolicy.inputs import charts

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in for helm is a script")

HELM = """\
import json, os, sys
from pathlib import Path
with open(%r, "a") as log:
    print(json.dumps({"arguments": sys.argv[1:], "files": sorted(str(p) for p in Path(".").rglob("*") if p.is_file())}), file=log)
chart = Path(sys.argv[3])
if (chart / "fail").exists():
    sys.exit("Error: " + (chart / "fail").read_text().replace("HERE", os.getcwd()))
for path in sorted(chart.rglob("*.yaml")):
    if "templates" in path.parts:
        for text in path.read_text().replace("{{ .Release.Name }}", sys.argv[2]).split("---\\n"):
            print("---")
            print("# Source: the-chart/" + str(path.relative_to(chart)))
            print(text, end="")
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "named.yaml").write_text(RULE)
    (tmp_path / "bin").mkdir()
    helm = tmp_path / "bin/helm"
    helm.write_text(f"#!{sys.executable} -SE\n{HELM % str(tmp_path / 'log')}")
    helm.chmod(0o755)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    return tmp_path / "here"


def run(*arguments: str) -> Result:
    own = ["-r", str(Path("../named.yaml").resolve()), "--select", "named"]
    result = CliRunner().invoke(main, ["check", *own, "-v", *arguments])
    assert result.exit_code in (0, 1), result.stderr
    return result


def found(result: Result) -> list[str]:
    """The findings as `path:line: message`."""
    lines = [line.rpartition(" [")[0].split(":") for line in result.stdout.splitlines()]
    return [f"{path}:{line}:{message}" for path, line, _, _, message in lines]


def calls(here: Path) -> list[dict[str, list[str]]]:
    log = here.parent / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


TEMPLATE = RAY % "{{ .Release.Name }}"
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: the-chart\nversion: 1.0.0\n",
    "values.yaml": "image: rayproject/ray:2.9.0\n",
    "templates/ray.yaml": TEMPLATE,
    "templates/_helpers.tpl": "{{- define \"x\" }}{{ end }}",
}  # fmt: skip


def test_a_chart_is_rendered(here: Path) -> None:
    put(here / "charts/ray", CHART)
    put(here, {"plain.yaml": RAY % "plain"})
    result = run(".")
    assert found(result) == ["charts/ray!/templates/ray.yaml:5: the-chart", "plain.yaml:3: plain"]
    assert "4 files, 2 Ray resources in 2 bundles: 2 errors" in result.stderr
    [call] = calls(here)
    assert call["arguments"][:3] == ["template", "the-chart", "./chart"]
    assert call["files"] == sorted(f"chart/{name}" for name in CHART)


@pytest.mark.parametrize("path", ["ray", "./ray", "ray/", ".", "../here"])
def test_however_it_is_named(path: str, here: Path) -> None:
    put(here / "ray", CHART)
    result = run(path)
    assert [line.partition("!")[2] for line in found(result)] == [
        "/templates/ray.yaml:5: the-chart"
    ]
    assert "not read" not in result.stderr


def test_the_working_directory_may_be_a_chart(here: Path) -> None:
    put(here, CHART)
    assert found(run()) == [".!/templates/ray.yaml:5: the-chart"]


def test_lines_are_those_of_what_its_template_makes(here: Path) -> None:
    """As `helm template --show-only` prints them."""
    two = f"{RAY % 'one'}---\n# comment\n{RAY % 'two'}"
    put(here / "ray", {**CHART, "templates/a.yaml": two})
    assert found(run(".")) == [
        "ray!/templates/a.yaml:5: one",
        "ray!/templates/a.yaml:13: two",
        "ray!/templates/ray.yaml:5: the-chart",
    ]


def test_what_a_comment_in_a_template_hides(here: Path) -> None:
    text = TEMPLATE.replace("kind:", "# raypolicy: ignore[named] r\nkind:").replace("metadata: {name:", "metadata:\n  # raypolicy: ignore[named] r\n  {name:")  # fmt: skip
    put(here / "ray", {**CHART, "templates/ray.yaml": text})
    assert "1 finding suppressed" in run(".").stderr


def test_values(here: Path, tmp_path: Path) -> None:
    put(here / "ray", CHART)
    put(here, {"prod.yaml": "a: 1\n", "-f.yaml": "b: 2\n"})
    run("ray", "--values", "prod.yaml", "--values", "./-f.yaml")
    [call] = calls(here)
    at = call["arguments"].index("--values")
    assert call["arguments"][at:] == ["--values", "values-0.yaml", "--values", "values-1.yaml"]
    assert {"values-0.yaml", "values-1.yaml"} <= set(call["files"])


def test_values_that_are_not_there(here: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--values", "none.yaml"])
    assert result.exit_code == 2
    assert "'none.yaml' does not exist" in result.stderr


def test_values_that_nobody_wants(here: Path) -> None:
    put(here, {"a.yaml": RAY % "a", "prod.yaml": "a: 1\n"})
    result = CliRunner().invoke(main, ["check", "--values", "prod.yaml", "a.yaml"])
    assert result.exit_code == 2
    assert "no Helm chart that speaks of Ray is here" in result.stderr


def test_without_helm_it_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_tool", lambda *names: None)
    put(here / "ray", {**CHART, "templates/ray.yaml": TEMPLATE + "  {{ if .Values.x }}\n"})
    result = run(".")
    assert found(result) == []
    assert "2 files not read (1 Helm chart, and helm is not installed, 1 Helm template)" in result.stderr  # fmt: skip
    assert "ray: not read: Helm chart, and helm is not installed" in result.stderr


def test_what_helm_says_is_said(here: Path) -> None:
    put(here / "ray", {**CHART, "fail": "HERE/chart/templates/x.yaml:\n  no value\x1b[2J"})
    result = run(".")
    assert "1 Helm chart that helm could not render" in result.stderr.splitlines()[-1]
    assert "ray: not read: Helm chart that helm could not render: chart/templates/x.yaml: no value" in result.stderr  # fmt: skip
    assert "\x1b" not in result.output


NOT_OURS = {
    "no word of Ray": {**CHART, "templates/ray.yaml": "kind: Pod\n"},
    "a library": {**CHART, "Chart.yaml": CHART["Chart.yaml"] + "type: library\n"},
    "no templates": {name: text for name, text in CHART.items() if "templates" not in name},
}


@pytest.mark.parametrize("case", NOT_OURS)
def test_charts_that_are_not_rendered(case: str, here: Path) -> None:
    put(here / "ray", NOT_OURS[case])
    run(".")
    assert calls(here) == []


SPEAKERS = {
    "a dependency": {"Chart.yaml": CHART["Chart.yaml"] + "dependencies: [{name: ray-cluster}]\n"},
    "a helper": {"templates/_x.tpl": "ray.io/v1"},
    "a value": {"values.yaml": "api: ray.io/v1\n"},
    "other values": {"values-prod.yaml": "api: ray.io/v1\n"},
    "a part": {"charts/sub/templates/x.yaml": TEMPLATE},
}


@pytest.mark.parametrize("case", SPEAKERS)
def test_charts_that_speak_of_ray(case: str, here: Path) -> None:
    put(here / "ray", {**CHART, "templates/ray.yaml": "kind: Pod\n", **SPEAKERS[case]})
    run(".")
    assert len(calls(here)) == 1


def test_parts_are_rendered_with_their_chart_only(here: Path) -> None:
    part = {f"charts/sub/{name}": text for name, text in CHART.items()}
    put(here / "ray", {**CHART, **part})
    put(here / "ray/examples/other", CHART)
    assert len(found(run("."))) == 2 + 1 + 1  # the part, and a chart that merely lies there
    assert sorted(len(call["files"]) for call in calls(here)) == [4, 12]


@pytest.mark.parametrize(
    ("name", "release"),
    [("Ray_Cluster", "ray-cluster"), ("--debug", "debug"), ("x" * 80, "x" * 53), ("'?'", "release"), ("{a: b}", "a---b"), ("", "none")],
)  # fmt: skip
def test_the_name_of_the_release(name: str, release: str, here: Path) -> None:
    put(here / "ray", {**CHART, "Chart.yaml": f"name: {name}\n"})
    run(".")
    [call] = calls(here)
    assert call["arguments"][1].strip("-") == call["arguments"][1]
    if name != "{a: b}" and name:
        assert call["arguments"][1] == release


def test_a_chart_that_has_no_sense(here: Path) -> None:
    put(here / "ray", {**CHART, "Chart.yaml": "[\0"})
    run(".")
    assert len(calls(here)) == 1


def test_excluded_charts_are_left_alone(here: Path) -> None:
    put(here / "ray", CHART)
    put(here, {"a.yaml": RAY % "a"})
    assert found(run(".", "--exclude", "ray")) == ["a.yaml:3: a"]
    assert calls(here) == []


def test_nothing_is_fixed_in_what_was_rendered(here: Path) -> None:
    put(here / "ray", CHART)
    put(here, {"a.yaml": RAY % "a"})
    result = run(".", "--fix")
    assert (
        "ray!/templates/ray.yaml: not fixed: it is packed or rendered, not a file" in result.stderr
    )
    assert (here / "ray/templates/ray.yaml").read_text() == TEMPLATE
    assert "+++ b/ray" not in run(".", "--diff").stdout


# Where charts come from


def test_in_an_archive(here: Path, tmp_path: Path) -> None:
    put(here / "ray", CHART)
    subprocess.run(["tar", "czf", "../ray-1.0.0.tgz", "ray"], cwd=here, check=True)
    assert found(run("../ray-1.0.0.tgz")) == [
        "../ray-1.0.0.tgz!/ray!/templates/ray.yaml:5: the-chart"
    ]


def test_in_a_git_revision(here: Path) -> None:
    put(here / "ray", CHART)
    for command in ("init -q", "add -A", "-c user.email=a@b -c user.name=a commit -q -m x"):
        subprocess.run(["git", *command.split()], cwd=here, check=True)
    (here / "ray/templates/ray.yaml").unlink()
    assert found(run("--rev", "HEAD")) == ["ray!/templates/ray.yaml:5: the-chart"]
    assert [call["files"] for call in calls(here)] == [sorted(f"chart/{name}" for name in CHART)]


def test_parts_that_are_packed_are_looked_into(here: Path, tmp_path: Path) -> None:
    put(tmp_path / "sub", CHART)
    put(here / "ray", {**CHART, "templates/ray.yaml": "kind: Pod\n", "charts/README.md": ""})
    pack = ["tar", "czf", str(here / "ray/charts/sub-1.0.0.tgz"), "-C", str(tmp_path), "sub"]
    subprocess.run(pack, check=True)
    run(".")
    assert len(calls(here)) == 1


# Charts that mean harm


def refusal(result: Result) -> str:
    [line] = [line for line in result.stderr.splitlines() if line.startswith("ray: not read: ")]
    return line.removeprefix("ray: not read: Helm chart that was not rendered: ")


@pytest.mark.parametrize(
    "name", ["templates/x.yaml", "files/x", "values.yaml", "charts/sub", "crds"]
)
@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "../../secret", "nowhere"])
def test_links_that_leave_it(name: str, target: str, here: Path, tmp_path: Path) -> None:
    put(here / "ray", {name: text for name, text in CHART.items() if name != "values.yaml"})
    put(tmp_path, {"secret": "s"})
    (here / "ray" / name).parent.mkdir(exist_ok=True)
    (here / "ray" / name).symlink_to(target)
    assert refusal(run(".")) == f"symbolic link {name}"
    assert calls(here) == []


def test_links_that_stay_are_followed(here: Path) -> None:
    put(here / "ray", {**CHART, "files/a.yaml": TEMPLATE})
    (here / "ray/templates/x.yaml").symlink_to("../files/a.yaml")
    assert len(found(run("."))) == 2
    assert "chart/templates/x.yaml" in calls(here)[0]["files"]


def test_a_readme_that_is_a_link_does_no_harm(here: Path) -> None:
    put(here / "ray", CHART)
    (here / "ray/README.md").symlink_to("../../README.md")
    assert len(found(run("."))) == 1
    assert "chart/README.md" not in calls(here)[0]["files"]


def test_a_chart_that_is_a_link_is_not_followed(here: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", CHART)
    (here / "ray").symlink_to("../elsewhere")
    put(here, {"a.yaml": RAY % "a"})
    assert found(run(".")) == ["a.yaml:3: a"]


def test_a_pipe_in_a_chart(here: Path) -> None:
    put(here / "ray", CHART)
    os.mkfifo(here / "ray/x")
    assert refusal(run(".")) == "not a plain file x"


def test_a_chart_that_is_too_large(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_BYTES", 1024)
    put(here / "ray", {**CHART, "files/model": "x" * 2000})
    assert refusal(run(".")) == "larger than 0 MB"


def test_time_for_all_charts_has_an_end(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "SECONDS", -1.0)
    put(here / "ray", CHART)
    assert refusal(run(".")) == "others took -1 s"


def test_names_in_a_hostile_revision_do_not_leave_the_copy(here: Path, tmp_path: Path) -> None:
    """Git itself would not check out a tree that has `..` in it, but lists it."""

    def git(*arguments: str, text: bytes = b"") -> str:
        done = subprocess.run(["git", *arguments], cwd=here, input=text, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    def tree(entries: dict[str, tuple[str, str]]) -> str:
        data = b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(oid)
            for name, (mode, oid) in entries.items()
        )
        return git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", text=data)

    git("init", "-q")
    blob = git("hash-object", "-w", "--stdin", text=TEMPLATE.encode())
    meta = git("hash-object", "-w", "--stdin", text=CHART["Chart.yaml"].encode())
    up = tree({"evil.yaml": ("100644", blob)})
    inside = tree({"..": ("40000", up), "ray.yaml": ("100644", blob)})
    top = tree({"Chart.yaml": ("100644", meta), "templates": ("40000", inside)})
    result = run("--rev", tree({"ray": ("40000", top)}))
    assert (
        "ray: not read: Helm chart that was not rendered: a name that leads out of it"
        in result.stderr
    )
    assert calls(here) == []


def test_nothing_is_left_behind(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(charts.tempfile, "tempdir", str(temporary))
    put(here / "ray", CHART)
    put(here / "bad", {**CHART, "fail": "x"})
    run(".")
    assert len(calls(here)) == 2
    assert os.listdir(temporary) == []
