"""Where reports go: several in one run, files whole or not at all, what is told beforehand.

Not here: what the formats look like (one test file each).
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER, NAMING_RULE

from raypolicy import run
from raypolicy.cli import main
from raypolicy.formats import FORMATS


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in a repository, with a manifest that has a finding, and one that is suppressed."""
    rules = tmp_path / "rules" / "own"
    rules.mkdir(parents=True)
    (rules / "naming.yaml").write_text(NAMING_RULE)
    folder = tmp_path / "repository" / "deploy"
    folder.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (folder / "a.yaml").write_text(NAMED_CLUSTER % "one")
    hidden = NAMED_CLUSTER.replace("}", "}  # raypolicy: ignore[naming] known")
    (folder / "b.yaml").write_text(hidden % "two")
    monkeypatch.chdir(folder)
    return folder


def check(*arguments: str) -> Result:
    own = ["-r", "../../rules", "--select", "naming", "a.yaml", "b.yaml"]
    return CliRunner().invoke(main, ["check", *own, *arguments])


def test_all_formats_in_one_run_and_the_status_is_that_of_the_findings(here: Path) -> None:
    files = [f"-f{name}={name}.out" for name in FORMATS]
    result = check(*files)
    assert (result.exit_code, result.stdout) == (1, "")
    assert all((here / f"{name}.out").stat().st_size for name in FORMATS)
    assert check(*files, "--fail-on", "never").exit_code == 0


@pytest.mark.parametrize("name", ["text", "sarif", "html"])
def test_the_status_is_the_same_with_any_format(name: str, here: Path) -> None:
    assert check("-f", name).exit_code == 1
    assert check("-f", name, "--fail-on", "never").exit_code == 0


@pytest.mark.parametrize("name", ["sarif", "github", "gitlab", "junit", "markdown"])
def test_places_for_machines_begin_at_the_root_of_the_repository(name: str, here: Path) -> None:
    assert "deploy/a.yaml" in check("-f", name).stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["-f", "json=no/such/out.json"], "cannot write no/such/out.json: there is no directory "),
        (["-f", "json=folder"], "cannot write folder: it is a directory"),
        (["-f", "json=./a.yaml"], "cannot write ./a.yaml: it is what is to be audited"),
        (
            ["-f", "json=out", "-f", "text=./out"],
            "two formats go to out: each needs a file of its own",
        ),
        (
            ["-f", "json=out", "-f", "text=link"],
            "two formats go to out: each needs a file of its own",
        ),
    ],
)
def test_what_cannot_be_written_is_told_before_the_run(
    arguments: list[str], error: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "folder").mkdir()
    (here / "link").symlink_to("out")

    def never(*given: object, **more: object) -> None:
        raise AssertionError("the run was started")

    monkeypatch.setattr(run, "check", never)
    result = check(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert error in result.stderr
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("locked", "error"),
    [
        ("out.json", "cannot write out.json: it may not be written"),
        ("", "cannot write out.json: the directory "),
    ],
)
def test_missing_permissions_are_told_before_the_run(
    locked: str, error: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "out.json").write_text("old")
    real = os.access

    def access(path: str, mode: int) -> bool:
        """For root, who may run this, nothing is locked."""
        same = os.path.realpath(path) == str(here.resolve() / locked).rstrip("/")
        return real(path, mode) and not (same and mode == os.W_OK)

    monkeypatch.setattr(os, "access", access)
    result = check("-f", "json=out.json")
    assert result.exit_code == 2
    assert error in result.stderr
    assert (here / "out.json").read_text() == "old"


def test_a_report_that_fails_half_way_leaves_the_old_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "out.json").write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = check("-f", "json=out.json")
    assert result.exit_code == 2
    assert "cannot write out.json: No space left on device" in result.stderr
    assert (here / "out.json").read_text() == "old"
    assert sorted(path.name for path in here.iterdir()) == ["a.yaml", "b.yaml", "out.json"]


def test_a_file_keeps_its_mode_and_a_link_its_target(here: Path) -> None:
    (here / "real.json").write_text("old")
    (here / "real.json").chmod(0o640)
    (here / "link.json").symlink_to("real.json")
    check("-f", "json=link.json")
    assert (here / "link.json").is_symlink()
    assert json.loads((here / "real.json").read_text())["version"] == 1
    assert stat.S_IMODE((here / "real.json").stat().st_mode) == 0o640


def test_a_new_file_is_open_to_whom_the_umask_lets(here: Path) -> None:
    before = os.umask(0o027)
    try:
        check("-f", "json=out.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((here / "out.json").stat().st_mode) == 0o640


def test_a_pipe_is_written_into(here: Path) -> None:
    reader, writer = os.pipe()
    assert check("-f", f"text=/dev/fd/{writer}").exit_code == 1
    os.close(writer)
    with os.fdopen(reader) as stream:
        assert stream.read() == "a.yaml:3:18: error: one [naming]\n"


# Suppressed findings


@pytest.mark.parametrize("name", ["text", "json", "github"])
def test_suppressed_findings_are_listed_where_asked_for(name: str, here: Path) -> None:
    plain, asked = check("-f", name), check("-f", name, "--show-suppressed")
    assert asked.stdout == plain.stdout
    assert asked.exit_code == plain.exit_code
    said = asked.stderr.splitlines()
    assert said[0] == "b.yaml:3:18: suppressed by comment: two [naming] (known)"
    assert said[1:] == plain.stderr.splitlines()


def test_sarif_holds_suppressed_findings_where_asked_for(here: Path) -> None:
    def suppressions(*arguments: str) -> list[object]:
        [only] = json.loads(check("-f", "sarif", *arguments).stdout)["runs"]
        return [result.get("suppressions") for result in only["results"]]

    assert suppressions() == [None]
    marked = {"kind": "inSource", "status": "accepted", "justification": "known"}
    assert suppressions("--show-suppressed") == [[], [marked]]


def test_what_a_format_leaves_out_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from raypolicy.formats import sarif

    monkeypatch.setattr(sarif, "MAX_RESULTS", 0)
    result = check("-f", "sarif")
    assert result.exit_code == 1
    assert result.stderr.startswith("sarif: 1 of 1 findings are not in this log")
