"""The steps of action.yml, run as a runner of GitHub's does. Not here: formats (`test_formats`)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from programs import COUNT, COUNTED, ROOT, git, tool

pytestmark = pytest.mark.integration

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
BAD = (ROOT / "fixtures/quickstart/ray.yaml").read_text()
GOOD = (ROOT / "fixtures/sound-cluster/cluster.yaml").read_text()
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
UPLOAD = "github/codeql-action/upload-sarif"


class Run(NamedTuple):
    """What came of the action: the exit status of its last step, all that was printed, the files
    that it wrote to, its outputs, and what was handed to the upload, if it was to take place.
    """

    status: int
    log: str
    summary: str
    outputs: dict[str, str]
    uploaded: dict[str, str] | None


class Runner(NamedTuple):
    """As much of a runner as the action needs."""

    home: Path
    action: Path
    workspace: Path

    def __call__(self, **inputs: str) -> Run:
        values = {f"inputs.{name}": each["default"] for name, each in ACTION["inputs"].items()}
        values |= {f"inputs.{name.replace('_', '-')}": text for name, text in inputs.items()}
        values["github.action_path"] = str(self.action)
        summary = self.home / "summary"
        summary.write_text("# What an earlier command said\n")
        status, log, uploaded = 0, "", None
        for step in ACTION["runs"]["steps"]:
            if "uses" in step:
                name, _, rest = step["if"].partition(" && ")
                assert name == "always()"
                if condition(rest, values):
                    uploaded = {k: filled(v, values) for k, v in step["with"].items()}
                continue
            if status:
                continue
            outputs = self.home / "outputs"
            outputs.write_text("")
            done = self.shell(step, values, outputs, summary)
            status, log = done.returncode, log + done.stdout + done.stderr
            for line in outputs.read_text().splitlines():
                name, _, value = line.partition("=")
                values[f"steps.{step['id']}.outputs.{name}"] = value
        given = {name: filled(each["value"], values) for name, each in ACTION["outputs"].items()}
        return Run(status, log, summary.read_text(), given, uploaded)

    def shell(
        self, step: dict[str, Any], values: dict[str, str], outputs: Path, summary: Path
    ) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        script = self.home / "step.sh"
        script.write_text(step["run"])
        environment = {
            **os.environ,
            **{name: filled(text, values) for name, text in step["env"].items()},
            "RUNNER_TEMP": str(self.home),
            "RUNNER_OS": "Linux",
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(
            command,
            cwd=self.workspace,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )


def filled(text: str, values: dict[str, str]) -> str:
    return EXPRESSION.sub(lambda match: values.get(match[1], ""), text)


def condition(text: str, values: dict[str, str]) -> bool:
    """Of comparisons with a text, joined by `&&`."""
    parts = [re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", part) for part in text.split(" && ")]
    assert all(parts)
    return all((values.get(m[1], "") == m[3]) == (m[2] == "==") for m in parts if m)


@pytest.fixture(scope="module")
def first(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runner, Run]:
    """The first run of a job, which installs raypolicy in the directory for what is temporary; in
    a workspace with modules that are not to be run. Many a repository has a directory called venv.
    """
    folder = tmp_path_factory.mktemp("job")
    (folder / "temp dir").mkdir()
    runner = Runner(folder / "temp dir", source, folder / "workspace")
    trap = "from pathlib import Path\nPath('pwned').touch()\n"
    traps = ("venv/__init__.py", "pip.py", "yaml.py", "click.py", "raypolicy.py", "sitecustomize.py")  # fmt: skip
    put(runner, {**dict.fromkeys(traps, trap), "a.yaml": GOOD})
    return runner, runner()


@pytest.fixture(scope="module")
def home(first: tuple[Runner, Run]) -> Path:
    return first[0].home


@pytest.fixture
def runner(home: Path, source: Path, tmp_path: Path) -> Runner:
    workspace = tmp_path / "work space"
    workspace.mkdir()
    git(workspace, "init", "-q")
    return Runner(home, source, workspace)


def put(runner: Runner, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = runner.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def results(run: Run) -> list[tuple[str, str]]:
    """Files and rules in the SARIF that was uploaded."""
    assert run.uploaded is not None
    [log] = json.loads(Path(run.uploaded["sarif_file"]).read_text())["runs"]
    return [
        (one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], one["ruleId"])
        for one in log["results"]
    ]


def unsuppressed(run: Run) -> list[tuple[str, str]]:
    """The same without what is only listed as known."""
    assert run.uploaded is not None
    [log] = json.loads(Path(run.uploaded["sarif_file"]).read_text())["runs"]
    hidden = [bool(one.get("suppressions")) for one in log["results"]]
    return [each for each, known in zip(results(run), hidden, strict=True) if not known]


def test_findings(runner: Runner) -> None:
    put(runner, {"clusters/a.yaml": BAD})
    run = runner()
    assert run.status == 1
    assert re.search(r"^::error [^\n]*file=clusters/a.yaml,line=44,[^\n]*::small runs Python 3.9", run.log, re.MULTILINE)  # fmt: skip
    assert f"\n1 file, 1 Ray resource in 1 bundle: {COUNTED}" in run.log
    assert ("clusters/a.yaml", "worker-python-mismatch") in results(run)
    assert run.outputs == {
        "exit-code": "1",
        "sarif-file": (run.uploaded or {})["sarif_file"],
    }
    assert run.uploaded is not None and run.uploaded["category"] == "raypolicy"
    assert run.outputs["sarif-file"].startswith(str(runner.home))
    assert run.summary.startswith("# What an earlier command said\n")
    assert "worker-python-mismatch" in run.summary
    assert {path.name for path in runner.workspace.iterdir()} == {".git", "clusters"}


def test_none(runner: Runner) -> None:
    put(runner, {"a.yaml": GOOD})
    run = runner()
    assert run.status == 0, run.log
    assert results(run) == []
    assert "::error" not in run.log


def test_without_upload(runner: Runner) -> None:
    put(runner, {"a.yaml": BAD})
    run = runner(upload_sarif="false")
    assert (run.status, run.uploaded) == (1, None)
    assert Path(run.outputs["sarif-file"]).is_file()


def test_what_was_set(runner: Runner) -> None:
    files = {"a b/x.yaml": BAD, "c/y.yaml": BAD, "d/z.yaml": BAD}
    put(runner, {**files, "set.yaml": "ignore: [worker-python-mismatch]\n"})
    run = runner(
        paths="a b\n\nc\n",
        config="set.yaml",
        fail_on="never",
        args="--min-severity\nwarning\n--target-kuberay=1.4\n",
        category="staging",
    )
    assert run.status == 0, run.log
    found = results(run)
    assert {path.replace("%20", " ") for path, _ in found} == {"a b/x.yaml", "c/y.yaml"}
    assert not {rule for _, rule in found} & {"worker-python-mismatch", "many-small-pods"}
    assert run.uploaded is not None and run.uploaded["category"] == "staging"


def test_what_was_there_before(runner: Runner) -> None:
    put(runner, {"a.yaml": BAD})
    git(runner.workspace, "add", "-A")
    git(runner.workspace, "commit", "-qm", "as it was")
    put(runner, {"b.yaml": BAD.replace("name: dev", "name: other")})
    run = runner(diff_base="HEAD")
    assert run.status == 1
    assert {path for path, _ in unsuppressed(run)} == {"b.yaml"}
    assert runner(diff_base="HEAD", paths="a.yaml").status == 0
    program = next(runner.home.glob("raypolicy-*/bin/raypolicy"))
    command = [program, "check", "--write-baseline", "known.json"]
    subprocess.run(command, cwd=runner.workspace, check=True, capture_output=True)
    assert runner(baseline="known.json").status == 0
    put(runner, {"c.yaml": BAD.replace("name: dev", "name: third")})
    assert runner(baseline="known.json").status == 1


WRONG = {
    "no such file": ({"paths": "nowhere"}, "no such file or directory: nowhere"),
    "no such option": ({"args": "--selct=x"}, "No such option"),
    "no such severity": ({"fail_on": "always"}, "'always' is not one of"),
    "options that are none": ({"args": "--select moving-tag"}, "No such option"),
}


@pytest.mark.parametrize("case", WRONG)
def test_misuse(case: str, runner: Runner) -> None:
    put(runner, {"a.yaml": GOOD})
    inputs, words = WRONG[case]
    run = runner(**inputs)
    assert run.status == 2
    assert words in run.log
    assert run.outputs == {"exit-code": "2", "sarif-file": ""}
    assert run.uploaded is None


def test_nothing_to_audit(runner: Runner) -> None:
    run = runner()
    assert run.status == 3
    assert "nothing to audit" in run.log


HOSTILE = ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "-rf", "--help", "* ?", "a\\", "'"]  # fmt: skip


@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[2], "--help"])
@pytest.mark.parametrize("name", ["paths", "config", "fail-on", "baseline", "diff-base", "args"])
def test_inputs_are_never_run(name: str, text: str, runner: Runner) -> None:
    put(runner, {"a.yaml": BAD})
    run = runner(**{name: text})
    assert not (runner.workspace / "pwned").exists()
    if (name, text) != ("args", "--help"):
        assert run.status == 2, run.log


def test_every_input_arrives(runner: Runner) -> None:
    """As it was given: a directory that is called so is audited."""
    for text in HOSTILE:
        put(runner, {f"{text}/a.yaml": BAD})
        run = runner(paths=text)
        assert run.status == 1, text
        assert len(results(run)) == COUNT, text


def test_modules_in_what_is_audited_are_not_run(first: tuple[Runner, Run]) -> None:
    runner, run = first
    assert run.status == 0, run.log
    assert not (runner.workspace / "pwned").exists()


def test_names_of_files_command_nothing(runner: Runner) -> None:
    put(runner, {"::error::x/Chart.yaml": "", "::error::x/templates/a.yaml": "{{ ray.io/v1 }}"})
    put(runner, {"::error::x/b.yaml": "{{ ray.io/ }}: {{\n", "a.yaml": BAD})
    run = runner(args="-v\n--kustomize=never")
    token = re.search(r"^::stop-commands::(\w{12})$", run.log, re.MULTILINE)
    assert token is not None
    told, _, rest = run.log.partition(token[0])
    stopped, _, after = rest.partition(f"::{token[1]}::\n")
    assert all(re.match("::(error|warning|notice) ", line) for line in told.splitlines() if line.startswith("::"))  # fmt: skip
    assert "not read" in stopped or "Ray resource" in stopped
    assert "::" not in after


def test_an_old_python(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    run = runner()
    assert run.status == 1
    assert "::error title=raypolicy::Python 3.11 or later is needed" in run.log
    assert run.uploaded is None


def test_nothing_is_pasted_into_a_script() -> None:
    steps = ACTION["runs"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    assert {name for step in steps for name in step.get("env", {})} >= {"PATHS", "ARGS"}
    [uses] = [step["uses"] for step in steps if "uses" in step]
    assert re.fullmatch(rf"{UPLOAD}@[0-9a-f]{{40}}", uses)


JUDGES = {
    "the schema": ("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"),
    "zizmor": ("zizmor", "--offline", "--no-progress", "--persona=pedantic", "action.yml"),
    "shellcheck": ("shellcheck", "action.sh"),
}


@pytest.mark.parametrize("judge", JUDGES)
def test_judges_have_no_complaint(judge: str) -> None:
    name, *arguments = JUDGES[judge]
    done = subprocess.run([tool(name), *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
