"""`--rev`: a git revision is audited as the work tree would be, and nothing is touched.

Real repositories, made here. Not here: what a walk of the disk finds (`test_check`).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER as RAY
from samples import NAMING_RULE as RULE

from raypolicy.cli import main
from raypolicy.config import Options
from raypolicy.inputs import git as git_module
from raypolicy.inputs import revision
from raypolicy.inputs.files import RawFile
from raypolicy.run import check

pytestmark = pytest.mark.usefixtures("plain_git")


@pytest.fixture
def repo(plain_git: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which is also the working directory."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (tmp_path / "named.yaml").write_text(RULE)
    monkeypatch.chdir(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RAY % path.stem)


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def run(*arguments: str) -> Result:
    rules = os.environ["HOME"] + "/../named.yaml"
    return CliRunner().invoke(main, ["check", "-r", rules, "--select", "named", *arguments])


def options(rev: str) -> Options:
    rule = os.environ["HOME"] + "/../named.yaml"
    return Options(rules=(rule,), select=("named",), rev=rev)


def paths(result: Result) -> list[str]:
    assert result.exit_code in (0, 1), result.stderr
    return [line.split(":")[0] for line in result.stdout.splitlines()]


# What is read


def test_the_same_as_the_work_tree_would_bring(repo: Path) -> None:
    put(repo, "a.yaml", "x/b.yml", "x/y/c.json", ".github/d.yaml", "e.txt", "x/Kustomization")
    commit(repo)
    plain, at_rev = run("-f", "json"), run("--rev", "HEAD", "-f", "json")
    assert json.loads(plain.stdout) == json.loads(at_rev.stdout)
    assert len(json.loads(plain.stdout)["findings"]) == 5


def test_the_past_and_other_branches(repo: Path) -> None:
    put(repo, "old.yaml")
    first = commit(repo)
    git(repo, "tag", "-a", "v1", "-m", "x")
    (repo / "old.yaml").unlink()
    put(repo, "new.yaml")
    commit(repo)
    put(repo, "later.yaml")
    for rev in ("HEAD~1", first, first[:10], "v1", "main~1", "v1^{tree}"):
        assert paths(run("--rev", rev)) == ["old.yaml"], rev
    assert paths(run("--rev", "HEAD")) == ["new.yaml"]


def test_nothing_is_touched(repo: Path) -> None:
    put(repo, "a.yaml")
    commit(repo)
    put(repo, "staged.yaml", "untracked.yaml")
    git(repo, "add", "staged.yaml")
    (repo / "a.yaml").write_text("changed: true\n")
    before = {p: p.stat().st_mtime_ns for p in sorted(repo.rglob("*"))}
    assert paths(run("--rev", "HEAD")) == ["a.yaml"]
    assert before == {p: p.stat().st_mtime_ns for p in sorted(repo.rglob("*"))}


def test_paths_are_seen_from_the_working_directory(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repo, "a.yaml", "x/b.yaml", "x/y/c.yaml", "xy/d.yaml")
    commit(repo)
    monkeypatch.chdir(repo / "x")
    assert paths(run("--rev", "HEAD")) == ["b.yaml", "y/c.yaml"]
    assert paths(run("--rev", "HEAD", "y", "../a.yaml")) == ["../a.yaml", "y/c.yaml"]
    assert paths(run("--rev", "HEAD", str(repo / "xy"))) == ["../xy/d.yaml"]
    assert paths(run("--rev", "HEAD", "..", "--exclude", "y")) == [
        "../a.yaml", "../xy/d.yaml", "b.yaml"
    ]  # fmt: skip


def test_a_file_that_is_named_may_have_any_ending(repo: Path) -> None:
    put(repo, "a.txt")
    commit(repo)
    (repo / "a.txt").unlink()
    assert paths(run("--rev", "HEAD", "a.txt", "./a.txt")) == ["a.txt"]


def test_a_bare_repository(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "x/a.yaml")
    commit(repo)
    git(tmp_path, "clone", "-q", "--bare", "repo", "bare.git")
    monkeypatch.chdir(tmp_path / "bare.git")
    assert paths(run("--rev", "main")) == ["x/a.yaml"]
    assert paths(run("--rev", "main", "x")) == ["x/a.yaml"]


def test_a_linked_work_tree(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "x/a.yaml")
    commit(repo)
    git(repo, "worktree", "add", "-q", "../linked", "-b", "other")
    monkeypatch.chdir(tmp_path / "linked/x")
    assert paths(run("--rev", "main")) == ["a.yaml"]


def test_within_a_hook_git_says_where_the_repository_is(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repo, "a.yaml")
    commit(repo)
    monkeypatch.setenv("GIT_DIR", str(repo / ".git"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert paths(run("--rev", "HEAD")) == ["a.yaml"]


def test_names_of_any_bytes(repo: Path) -> None:
    names = [b"caf\xe9.yaml", b"a\nb.yaml", "ü.yaml".encode(), b'"q\\.yaml', b"-x.yaml", b" .yaml"]
    for name in names:
        (repo / os.fsdecode(name)).write_text(RAY % "a")
    commit(repo)
    report = check(["."], options("HEAD"))
    assert {os.fsencode(f.span.source.name) for f in report.findings} == set(names)


def test_patches_of_kustomize_are_told_from_resources(repo: Path) -> None:
    put(repo, "base/a.yaml", "base/patch.yaml")
    (repo / "base/kustomization.yaml").write_text(
        "resources: [a.yaml]\npatches: [{path: patch.yaml}]\n"
    )
    commit(repo)
    for name in ("patch.yaml", "kustomization.yaml"):
        (repo / "base" / name).unlink()
    result = run("--rev", "HEAD")
    assert paths(result) == ["base/a.yaml"]
    assert "1 kustomize patch" in result.stderr


def test_many_files_larger_than_a_pipe(repo: Path) -> None:
    for number in range(120):
        (repo / f"f{number}.yaml").write_text(RAY % f"c{number}" + f"# {'x' * 99_000}\n")
    commit(repo)
    assert len(paths(run("--rev", "HEAD"))) == 120


def test_files_are_read_in_any_order(repo: Path) -> None:
    for number in range(60):
        (repo / f"f{number}.yaml").write_text(f"a: {number % 7}\n")
    commit(repo)
    found = revision.find_at("HEAD", ["."])
    for step in (1, 7, 11, 59, 13, 1):
        for number in range(60):
            name = f"f{number * step % 60}.yaml"
            raw = found.tree.read(str(repo / name))
            assert isinstance(raw, RawFile)
            assert raw == RawFile(name, None, f"a: {number * step % 60 % 7}\n".encode())
    assert found.tree.read(str(repo / "none.yaml")) is None
    found.close()


# What isn't


def test_links_submodules_and_pointers_are_said(repo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    put(other, "inner.yaml")
    commit(other)
    git(repo, "submodule", "--quiet", "add", "../other", "sub")
    put(repo, "a.yaml")
    (repo / "link.yaml").symlink_to("a.yaml")
    (repo / "lfs.yaml").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
    )
    commit(repo)
    result = run("--rev", "HEAD", "-v")
    assert paths(result) == ["a.yaml"]
    for line in ("link.yaml: not read: symbolic link", "sub: not read: submodule", "lfs.yaml: not read: git LFS pointer"):  # fmt: skip
        assert line in result.stderr.splitlines()
    assert "link.yaml: not read: symbolic link" in run("--rev", "HEAD", "link.yaml", "-v").stderr


def test_a_huge_file_is_left_out(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "a.yaml", "c.yaml")
    (repo / "b.yaml").write_text(RAY % "b" + "# x\n" * 500)
    commit(repo)
    monkeypatch.setattr(git_module, "MOST_BYTES", 1024)
    report = check(["."], options("HEAD"))
    assert [f.span.source.name for f in report.findings if f.rule.id == "named"] == [
        "a.yaml",
        "c.yaml",
    ]
    assert report.coverage.files == 3


def test_what_a_partial_clone_lacks_is_said_and_not_fetched(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repo, *(f"f{number}.yaml" for number in range(40)))
    commit(repo)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo}", "part")
    monkeypatch.chdir(tmp_path / "part")
    git(tmp_path / "part", "checkout", "HEAD", "--", "f7.yaml")
    before = git(tmp_path / "part", "count-objects", "-v")
    report = check(["."], options("HEAD"))
    assert git(tmp_path / "part", "count-objects", "-v") == before
    assert [f.span.source.name for f in report.findings if f.rule.id == "named"] == ["f7.yaml"]
    assert (report.coverage.files, report.coverage.documents) == (40, 40)


def test_a_damaged_object_is_said_and_the_others_are_read(repo: Path) -> None:
    put(repo, *(f"f{number:02}.yaml" for number in range(30)))
    commit(repo)
    oid = git(repo, "rev-parse", "HEAD:f11.yaml")
    path = repo / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"x\x9c damaged")
    report = check(["."], options("HEAD"))
    names = [f.span.source.name for f in report.findings if f.rule.id == "named"]
    assert names == [f"f{number:02}.yaml" for number in range(30) if number != 11]
    assert report.coverage.files == 30


def test_a_repository_with_longer_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sha256"
    folder.mkdir()
    git(folder, "init", "-q", "--object-format=sha256")
    (tmp_path / "named.yaml").write_text(RULE)
    put(folder, *(f"f{number}.yaml" for number in range(30)))
    commit(folder)
    monkeypatch.chdir(folder)
    assert len(paths(run("--rev", "HEAD"))) == 30


def test_nothing_that_a_repository_configures_is_run(repo: Path, tmp_path: Path) -> None:
    put(repo, "a.yaml")
    (repo / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    commit(repo)
    evil = f"touch {tmp_path}/run"
    names = "core.fsmonitor core.pager core.editor core.sshCommand core.askPass filter.evil.smudge filter.evil.clean diff.evil.textconv diff.external core.alternateRefsCommand uploadpack.packObjectsHook alias.cat-file alias.ls-tree"  # fmt: skip
    for name in names.split():
        git(repo, "config", name, f"!{evil}" if name.startswith("alias") else evil)
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        path = repo / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{evil}\n")
        path.chmod(0o755)
    assert paths(run("--rev", "HEAD")) == ["a.yaml"]
    assert not (tmp_path / "run").exists()


# What the user got wrong

WRONG = [
    (("--rev", "nope"), "no such revision here: nope"),
    (("--rev", ""), "no such revision here: "),
    (("--rev=-x",), "not a revision: '-x'"),
    (("--rev=--all",), "not a revision: '--all'"),
    (("--rev", "^HEAD"), "no such revision here: ^HEAD"),
    (("--rev", "HEAD..HEAD"), "no such revision here: HEAD..HEAD"),
    (("--rev", "HEAD:a.yaml"), "neither a commit nor a tree, or not here: HEAD:a.yaml"),
    (("--rev", "0" * 40), f"neither a commit nor a tree, or not here: {'0' * 40}"),
    (("--rev", "HEAD", "none.yaml"), "no such file or directory in HEAD: none.yaml"),
    (("--rev", "HEAD", "k.tgz"), "an archive in a revision is not opened: k.tgz"),
    (("--rev", "HEAD", ".."), "not in the repository: .."),
    (("--rev", "HEAD", "-"), "it does not go with standard input"),
    (("--rev", "HEAD", "--fix"), "it does not go with --fix"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_misuse(arguments: tuple[str, ...], words: str, repo: Path) -> None:
    put(repo, "a.yaml", "k.tgz")
    commit(repo)
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_repository_without_commits(repo: Path) -> None:
    assert "no such revision here: HEAD" in run("--rev", "HEAD").stderr


def test_no_repository(tmp_path: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = run("--rev", "HEAD")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not in a git repository" in result.stderr


def test_no_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = run("--rev", "HEAD")
    assert result.exit_code == 2
    assert "--rev needs git" in result.stderr


def test_a_repository_of_somebody_else(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "a.yaml")
    commit(repo)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    result = run("--rev", "HEAD")
    assert result.exit_code == 2
    assert "repository of another user" in result.stderr
    assert "safe.directory" in result.stderr


def test_facts_of_a_revision(repo: Path) -> None:
    put(repo, "a.yaml")
    commit(repo)
    (repo / "a.yaml").unlink()
    result = CliRunner().invoke(main, ["facts", "--rev", "HEAD", "a.yaml"])
    assert result.exit_code == 0, result.stderr
    assert "RayCluster a" in result.stdout
