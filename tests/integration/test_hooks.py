"""Commits that pre-commit and prek let through or stop. Not here: what a check finds."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from programs import COUNTED, ROOT, git, tool

from raypolicy.prepared import TABLES

pytestmark = pytest.mark.integration

GOOD = (ROOT / "fixtures/sound-cluster/cluster.yaml").read_text()
BAD = (ROOT / "fixtures/quickstart/ray.yaml").read_text()
FOUND = (
    "{}:44:22: error: small runs Python 3.9, its head 3.10: it cannot join [worker-python-mismatch]"
)
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"
TOOLS = ("pre-commit", "prek")


class Outcome(NamedTuple):
    """What a command came to; what it printed is cleared of colours."""

    passed: bool
    output: str


class Project(NamedTuple):
    """A repository with the hooks installed."""

    folder: Path
    tool: str
    rev: str

    def configure(self, hooks: str, above: str = "") -> None:
        repo = f"- {{repo: '{self.rev.partition('@')[0]}', rev: {self.rev.partition('@')[2]}, hooks: [{hooks}]}}\n"
        self.put({".pre-commit-config.yaml": f"{above}repos:\n{repo}"})
        git(self.folder, "add", ".pre-commit-config.yaml")

    def put(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def stage(self, files: dict[str, str]) -> None:
        self.put(files)
        git(self.folder, "add", "--", *files)

    def commit(self, *arguments: str, where: Path | None = None) -> Outcome:
        return outcome("git", "commit", "-m", "change", *arguments, where=where or self.folder)

    def run(self, *arguments: str) -> Outcome:
        return outcome(str(tool(self.tool)), "run", *arguments, where=self.folder)


def outcome(*command: str, where: Path) -> Outcome:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=900)
    return Outcome(done.returncode == 0, re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr))


@pytest.fixture(scope="module", autouse=True)
def _homes(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Environments of hooks are made once for all checks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRE_COMMIT_HOME", str(tmp_path_factory.mktemp("pre-commit")))
        patch.setenv("PREK_HOME", str(tmp_path_factory.mktemp("prek")))
        yield


@pytest.fixture(params=TOOLS)
def project(request: pytest.FixtureRequest, source: Path, tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    rev = git(source, "rev-parse", "HEAD").strip()
    project = Project(folder, request.param, f"file://{source}@{rev}")
    project.configure("{id: raypolicy}")
    git(folder, "commit", "-qm", "begin")
    subprocess.run([tool(request.param), "install"], cwd=folder, check=True, capture_output=True)
    return project


def test_a_broken_manifest_stops_the_commit(project: Project) -> None:
    project.stage(
        {"clusters/a.yaml": BAD, "clusters/b.yaml": GOOD.replace("name: ", "name: b-", 1)}
    )
    passed, output = project.commit()
    assert not passed
    assert FOUND.format("clusters/a.yaml") in output
    assert f"2 files, 2 Ray resources in 1 bundle: {COUNTED}" in output
    assert "exit code: 1" in output


def test_a_sound_manifest_does_not(project: Project) -> None:
    project.stage({"clusters/a.yaml": GOOD})
    assert project.commit().passed


WITHOUT_RAY = {
    "no manifest": {"README.md": "a\n"},
    "other manifests": {"a.yaml": OTHER, "b.json": "{}\n", "x/Kustomization": "resources: [a.yaml]\n"},
    "an empty file": {"a.yaml": ""},
    "what the configuration excludes": {"generated/a.yaml": BAD},
    "what would be an option": {"--config=evil.yaml": "", "--help.yaml": ""},
}  # fmt: skip


@pytest.mark.parametrize("case", WITHOUT_RAY)
def test_a_commit_without_ray_passes(case: str, project: Project) -> None:
    project.put({".raypolicy.yaml": "exclude: [generated]\n"})
    project.stage(WITHOUT_RAY[case])
    passed, output = project.commit()
    assert passed, output


def test_names_that_mean_something_to_a_shell(project: Project) -> None:
    names = [
        "with space.yaml",
        "ümläut/日本.YML",
        "$(touch pwned).yaml",
        "a'b\"c.json",
        "x/-f.yaml",
    ]
    project.stage({name: BAD for name in names if not name.endswith("json")})
    project.stage({names[3]: "{}"})
    passed, output = project.commit()
    assert not passed
    assert output.count("[worker-python-mismatch]") == 4
    assert all(FOUND.format(name) in output for name in names if not name.endswith("json"))
    assert not (project.folder / "pwned").exists()


@pytest.mark.parametrize(
    ("staged", "unstaged"), [(GOOD, BAD), (BAD, GOOD)], ids=["sound", "broken"]
)
def test_what_is_staged_counts(staged: str, unstaged: str, project: Project) -> None:
    project.stage({"a.yaml": staged})
    project.put({"a.yaml": unstaged})
    assert project.commit().passed == (staged == GOOD)
    assert (project.folder / "a.yaml").read_text() == unstaged


WAYS = {
    "all that is known": ["-a"],
    "files named": ["a.yaml"],
    "pathspecs taken literally": [],
}


@pytest.mark.parametrize("hook", ["raypolicy", "raypolicy-all"])
@pytest.mark.parametrize("way", WAYS)
def test_ways_to_commit(way: str, hook: str, project: Project) -> None:
    """Each gives hooks another environment: a temporary index, variables of git's."""
    project.configure(f"{{id: {hook}}}")
    project.stage({"a.yaml": GOOD})
    assert project.commit().passed
    project.put({"a.yaml": BAD})
    command = ["git", "commit", "-m", "change", *WAYS[way]]
    if way == "pathspecs taken literally":
        git(project.folder, "add", "a.yaml")
        command.insert(1, "--literal-pathspecs")
    passed, output = outcome(*command, where=project.folder)
    assert not passed
    assert FOUND.format("a.yaml") in output


@pytest.mark.parametrize("hook", ["raypolicy", "raypolicy-all"])
def test_a_linked_work_tree(hook: str, project: Project) -> None:
    project.configure(f"{{id: {hook}}}")
    project.stage({"only/in/main.yaml": GOOD})
    assert project.commit().passed
    project.put({"only/in/main.yaml": BAD})
    linked = project.folder.parent / "linked"
    git(project.folder, "worktree", "add", "-q", "../linked")
    below = linked / "clusters"
    below.mkdir()
    (below / "a.yaml").write_text(GOOD.replace("name: ", "name: a-", 1))
    git(linked, "add", "-A")
    passed, output = project.commit(where=below)
    assert passed, output
    (below / "b.yaml").write_text(BAD)
    git(linked, "add", "-A")
    passed, output = project.commit(where=below)
    assert not passed
    assert FOUND.format("clusters/b.yaml") in output
    assert "main.yaml" not in output


@pytest.mark.parametrize("hook", ["raypolicy", "raypolicy-all"])
def test_only_what_a_commit_brings(hook: str, project: Project) -> None:
    """In a linked work tree, where git tells hooks which repository is meant."""
    project.stage({"clusters/a.yaml": BAD})
    project.configure(f"{{id: {hook}, args: [--diff-base, HEAD]}}")
    git(project.folder, "commit", "-qnm", "as it was")
    linked = project.folder.parent / "linked"
    git(project.folder, "worktree", "add", "-q", "../linked")
    file = linked / "clusters/a.yaml"
    file.write_text(f"# A comment\n{BAD}")
    git(linked, "add", "-A")
    passed, output = project.commit(where=linked)
    assert passed, output
    file.write_text(BAD.replace("containerPort: 10001", 'containerPort: "10001"'))
    (linked / "clusters/b.yaml").write_text(BAD.replace("name: dev", "name: other"))
    git(linked, "add", "-A")
    passed, output = project.commit(where=linked)
    assert not passed
    assert FOUND.format("clusters/b.yaml") in output
    assert FOUND.format("clusters/a.yaml") not in output


def test_what_lies_beside_a_file_is_context(project: Project) -> None:
    """A name is looked up in the files beside; what is wrong with those is not told."""
    job = "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {{name: j}}\nspec: {{entrypoint: x, clusterSelector: {{ray.io/cluster: {}}}}}\n"
    project.stage({"a/cluster.yaml": BAD.replace("name: dev", "name: trainer")})
    git(project.folder, "commit", "-qnm", "as it was")
    project.stage(
        {"a/job.yaml": job.format("trainer").replace("name: j", "name: j, namespace: ml")}
    )
    passed, output = project.commit()
    assert passed, output
    project.stage(
        {"a/job.yaml": job.format("trianer").replace("name: j", "name: j, namespace: ml")}
    )
    _, output = project.run("raypolicy", "--verbose")
    assert re.findall(r"^ *(\S+?):\d+:\d+: ", output, re.MULTILINE) == ["a/job.yaml"]
    assert "trainer" in output


def test_kustomizations_are_for_the_hook_of_everything(project: Project) -> None:
    project.configure("{id: raypolicy, args: [--fail-on, warning]}")
    overlay = "resources: [../base]\nimages: [{name: rayproject/ray, newTag: latest}]\n"
    tree = {
        "base/a.yaml": GOOD,
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "production/kustomization.yaml": overlay,
    }
    project.stage(tree)
    passed, output = project.commit()
    assert passed, output
    project.configure("{id: raypolicy-all, args: [--fail-on, warning]}")
    project.stage({"other.yaml": OTHER})
    passed, output = project.commit()
    assert not passed
    assert re.search(r"^ *production/kustomization.yaml:2:\d+: warning: .*\[moving-tag\]$", output, re.MULTILINE), output  # fmt: skip


def test_the_hook_of_everything(project: Project) -> None:
    project.configure("{id: raypolicy-all, args: [--select, worker-python-mismatch]}")
    project.stage({"clusters/a.yaml": BAD})
    git(project.folder, "commit", "-qnm", "as it was")
    project.stage({"README.md": "a\n"})
    assert project.commit().passed, "nothing that it could read has changed"
    project.stage({"b.yaml": OTHER})
    passed, output = project.commit()
    assert not passed
    assert FOUND.format("clusters/a.yaml") in output
    project.configure("{id: raypolicy-all, args: [jobs]}")
    project.stage({"jobs/a.yaml": ""})
    passed, output = project.commit()
    assert passed, output


def test_thousands_of_files(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """They come in several calls: each tells what is in its own files, and looks up the others."""
    count = 5000
    names = [f"teams/team-{n // 50:03}/applications/manifest-{n:05}.yaml" for n in range(count)]
    files = dict.fromkeys(names, OTHER)
    files |= {name: GOOD.replace("name: ", f"name: c{n}-", 1) for n, name in enumerate(names) if n % 50 == 10}  # fmt: skip
    broken = names[3::500]
    files |= dict.fromkeys(broken, BAD)
    project.put(files)
    git(project.folder, "add", "-A")
    begin = time.perf_counter()
    passed, output = project.run("raypolicy")
    taken = time.perf_counter() - begin
    assert not passed
    found = re.findall(r"^ *(\S+?):\d+:\d+: .* \[worker-python-mismatch\]$", output, re.MULTILINE)
    assert sorted(found) == broken
    told = re.findall(r"^ *(\S+?):\d+:\d+: ", output, re.MULTILINE)
    assert set(told) == set(broken), "files that are sound are silent in every call"
    calls = re.findall(r"^ *(\d+) files?, ", output, re.MULTILINE)
    assert sum(map(int, calls)) == count
    if project.tool == "pre-commit":
        assert len(calls) > 1
    with capsys.disabled():
        print(f"\n{project.tool}: {count} files in {len(calls)} calls: {taken:.1f} s")


def test_the_environment_is_prepared(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook is built from a git revision, and starts as quickly as an installed wheel."""
    project.stage({"a.yaml": GOOD})
    assert project.commit().passed
    from os import environ

    home = Path(environ["PRE_COMMIT_HOME" if project.tool == "pre-commit" else "PREK_HOME"])
    [package] = {path.parent for path in home.glob("**/site-packages/raypolicy/__main__.py")}
    kept = {path.stem: path.stat().st_mtime_ns for path in (package / "data").glob("*.prepared")}
    assert set(kept) == {*TABLES} | {"catalogue", "prose"}
    [version] = package.glob("../raypolicy-*.dist-info/METADATA")
    assert max(kept.values()) <= version.stat().st_mtime_ns, "not prepared when first run"


@pytest.mark.parametrize("name", TOOLS)
def test_to_try_it(name: str, source: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.yaml").write_text(BAD)
    git(tmp_path, "add", "-A")
    command = (str(tool(name)), "try-repo", str(source), "raypolicy", "--all-files", "--verbose")
    passed, output = outcome(*command, where=tmp_path)
    assert not passed
    assert FOUND.format("a.yaml") in output


JUDGES = {
    "pre-commit": ("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"),
    "prek": ("prek", "validate-manifest", ".pre-commit-hooks.yaml"),
    "zizmor": ("zizmor", "--offline", "--no-progress", "--collect=pre-commit", "."),
}


@pytest.mark.parametrize("judge", JUDGES)
def test_the_manifest(judge: str, source: Path) -> None:
    name, *arguments = JUDGES[judge]
    passed, output = outcome(str(tool(name)), *arguments, where=source)
    assert passed, output
