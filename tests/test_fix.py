"""Fixes applied together, shown and written. Not here: which edits a change makes (`test_edits`)."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from raypolicy.edits import Change, edits_for
from raypolicy.findings import Finding, Fix, RuleInfo, Severity
from raypolicy.fix import Fixed, NotWrittenError, apply, diff, write
from raypolicy.reader import read_yaml
from raypolicy.source import Edit, SourceFile, Span
from raypolicy.tree import root_of

RULE = RuleInfo("a-rule", "topic", "Something is wrong", Severity.ERROR, "Mend it.")


def finding(
    source: SourceFile,
    op: Any,
    *path: str | int,
    to: Any = None,
    safe: bool = True,
    document: int = 0,
) -> Finding:
    """A finding at a place, with a fix there."""
    node = root_of(read_yaml(source)[document]).get(*path)
    edits = edits_for([Change(op, node, to)])
    assert edits is not None
    edits = tuple(Edit(Span(source, e.span.start, e.span.end), e.text) for e in edits)
    return Finding(RULE, Severity.ERROR, f"{op} {path}", node.span, fix=Fix("Mend", safe, edits))


def raw(source: SourceFile, start: int, end: int, text: str) -> Finding:
    span = Span(source, start, end)
    return Finding(RULE, Severity.ERROR, "raw", span, fix=Fix("Mend", True, (Edit(span, text),)))


def fixed(*findings: Finding, unsafe: bool = False) -> Fixed:
    (one,) = apply(findings, unsafe=unsafe)
    return one


def test_all_fixes_of_a_file() -> None:
    source = SourceFile("x.yaml", "a: 1\nb: 2 # b\n---\nc: 3\n")
    done = fixed(
        finding(source, "set", "c", to=4, document=1),
        finding(source, "set", "a", to="x"),
        finding(source, "remove", "b"),
    )
    assert done.text == "a: x\n---\nc: 4\n"
    assert [one.message for one in done.applied] == ["set ('a',)", "remove ('b',)", "set ('c',)"]
    assert done.skipped == ()


def test_unsafe_ones_only_when_asked_for() -> None:
    source = SourceFile("x.yaml", "a: 1\nb: 2\n")
    both = (finding(source, "set", "a", to=2), finding(source, "set", "b", to=3, safe=False))
    assert fixed(*both).text == "a: 2\nb: 2\n"
    assert fixed(*both, unsafe=True).text == "a: 2\nb: 3\n"
    assert apply(both[1:], unsafe=False) == []


def test_findings_without_a_fix() -> None:
    source = SourceFile("x.yaml", "a: 1\n")
    assert apply([finding(source, "set", "a", to=2)._replace(fix=None)], unsafe=True) == []


def test_several_files_stay_apart() -> None:
    one, other = SourceFile("x", "a: 1\n"), SourceFile("y", "a: 1\n")
    done = apply([finding(other, "set", "a", to=2), finding(one, "set", "a", to=3)], unsafe=False)
    assert [(f.source.name, f.text) for f in done] == [("x", "a: 3\n"), ("y", "a: 2\n")]


def test_one_file_read_twice_is_one_file() -> None:
    text = "a: 1\nb: 1\n"
    one, other = (SourceFile("x", text, path="/x") for _ in range(2))
    done = fixed(
        finding(one, "set", "a", to=2),
        finding(other, "set", "a", to=2),
        finding(other, "set", "b", to=2),
    )
    assert done.text == "a: 2\nb: 2\n"
    assert len(done.applied) == 3
    changed = SourceFile("x", "b: 1\n", path="/x")
    done = fixed(finding(one, "set", "a", to=2), finding(changed, "set", "b", to=3))
    assert done.text == "a: 2\nb: 1\n"
    assert [skip.reason for skip in done.skipped] == ["the file has changed while it was read"]


def test_the_first_of_overlapping_fixes_wins() -> None:
    source = SourceFile("x.yaml", "a:\n  b: 1\nc: 1\n")
    done = fixed(finding(source, "set", "a", "b", to=2), finding(source, "remove", "a"))
    assert done.text == "a:\n  b: 2\nc: 1\n" or done.text == "c: 1\n"
    assert [skip.reason for skip in done.skipped] == ["it overlaps with another fix"]


def test_the_same_fix_twice_is_applied_once() -> None:
    source = SourceFile("x.yaml", "a:\n- x\n")
    done = fixed(*[finding(source, "insert", "a", 1, to="z")] * 2)
    assert done.text == "a:\n- x\n- z\n"
    assert len(done.applied) == 2


def test_keys_for_one_mapping() -> None:
    source = SourceFile("x.yaml", "r:\n  l:\n    c: 1\n")
    done = fixed(
        finding(source, "set", "z", to=5),
        finding(source, "set", "r", "m", to=4),
        finding(source, "set", "r", "l", "d", to=2),
        finding(source, "set", "r", "l", "e", to=3),
    )
    assert done.text == "r:\n  l:\n    c: 1\n    d: 2\n    e: 3\n  m: 4\nz: 5\n"
    assert done.skipped == ()


def test_fixes_that_have_to_be_made_anew_to_go_together() -> None:
    source = SourceFile("x.yaml", "m:\n  a: 1\n  # b\n  b: 1\nc: {}\n")
    done = fixed(
        finding(source, "remove", "m", "a"),
        finding(source, "remove", "m", "b"),
        finding(source, "set", "c", "d", to=1),
        finding(source, "set", "c", "e", to=1),
        finding(source, "set", "new", "d", to=1),
        finding(source, "set", "new", "e", to=1),
    )
    assert done.text == "m: {}\n  # b\nc: {d: 1, e: 1}\nnew:\n  d: 1\n  e: 1\n"
    assert len(done.applied) == 6 and done.skipped == ()


def test_all_items_of_a_list() -> None:
    text = "a: 1\n---\nl:\n- x\n- y\n- z\nk: [1, 2]\n"
    source = SourceFile("x.yaml", text)
    places: list[tuple[str | int, ...]] = [("l", 0), ("l", 2), ("k", 1), ("k", 0), ("l", 1)]
    done = fixed(*(finding(source, "remove", *path, document=1) for path in places))
    assert done.text == "a: 1\n---\nl: []\nk: []\n"
    assert len(done.applied) == 5


def test_a_key_is_renamed_and_removed() -> None:
    source = SourceFile("x.yaml", "m:\n  a: 1\n")
    done = fixed(finding(source, "rename", "m", "a", to="b"), finding(source, "remove", "m", "a"))
    assert done.text in ("m:\n  b: 1\n", "m: {}\n")
    assert [skip.reason for skip in done.skipped] == ["it overlaps with another fix"]


def test_what_is_put_below_something_removed() -> None:
    source = SourceFile("x.yaml", "e:\n  o:\n    y1: 1\n  l:\n    x: 1\n")
    done = fixed(finding(source, "remove", "e", "l"), finding(source, "set", "e", "l", "z", to=2))
    assert len(done.applied) == len(done.skipped) == 1
    assert done.text in ("e:\n  o:\n    y1: 1\n", "e:\n  o:\n    y1: 1\n  l:\n    x: 1\n    z: 2\n")


def test_a_fix_that_breaks_the_file_is_skipped() -> None:
    source = SourceFile("x.yaml", "a: 1\nb: 2\n---\nc: 1\n")
    done = fixed(
        raw(source, 3, 4, "["),
        finding(source, "set", "b", to=3),
        raw(source, 5, 6, "a"),
        raw(source, 9, 10, " "),
    )
    assert done.text == "a: 1\nb: 3\n---\nc: 1\n"
    assert {skip.reason for skip in done.skipped} == {"the file could not be read afterwards"}
    assert len(done.skipped) == 3


def test_a_fix_in_two_files_is_skipped() -> None:
    one, other = SourceFile("x", "a: 1\n"), SourceFile("y", "a: 1\n")
    first, second = (finding(source, "set", "a", to=2) for source in (one, other))
    assert first.fix and second.fix
    both = first._replace(fix=first.fix._replace(edits=first.fix.edits + second.fix.edits))
    assert [skip.reason for skip in fixed(both).skipped] == ["it changes more than one file"]


def test_a_fix_in_two_documents() -> None:
    source = SourceFile("x.yaml", "a: 1\n---\na: 1\n---\nb: 1\n")
    first, second = (finding(source, "set", "a", to=2, document=i) for i in (0, 1))
    assert first.fix and second.fix
    both = first._replace(fix=first.fix._replace(edits=first.fix.edits + second.fix.edits))
    done = fixed(both, finding(source, "set", "b", to=2, document=2))
    assert done.text == "a: 2\n---\na: 2\n---\nb: 2\n"


def test_a_broken_document_beside() -> None:
    source = SourceFile("x.yaml", "a: 1\n---\nb: [\n")
    assert fixed(finding(source, "set", "a", to=2)).text == "a: 2\n---\nb: [\n"


# Shown


def test_diff(tmp_path: Path) -> None:
    text = "a: 1\nb: \u2028 2\r\nc: 3\nd: 4\ne: 5\nf: 6"
    source = SourceFile("x/y.yaml", text)
    done = fixed(finding(source, "set", "f", to=7), finding(source, "set", "a", to=2))
    shown = diff(done)
    assert shown.startswith("--- a/x/y.yaml\n+++ b/x/y.yaml\n@@ -1,6 +1,6 @@\n-a: 1\n+a: 2\n")
    assert shown.count("\\ No newline at end of file\n") == 2
    (tmp_path / "f").write_bytes(text.encode())
    (tmp_path / "p").write_bytes(shown.replace("x/y.yaml", "f").encode())
    subprocess.run(["git", "apply", "p"], cwd=tmp_path, check=True)
    assert (tmp_path / "f").read_bytes() == done.text.encode()


def test_diff_of_a_file_with_a_line_break_in_its_name(tmp_path: Path) -> None:
    source = SourceFile('x"\n\\.yaml', "a: 1\n")
    shown = diff(fixed(finding(source, "set", "a", to=2)))
    (tmp_path / source.name).write_text(source.text)
    (tmp_path / "p").write_text(shown)
    subprocess.run(["git", "apply", "p"], cwd=tmp_path, check=True)
    assert (tmp_path / source.name).read_text() == "a: 2\n"


def test_diff_of_nothing() -> None:
    source = SourceFile("x", "a: 1\n")
    assert diff(Fixed(source, source.text, (), ())) == ""


# Written


def on_disk(path: Path, data: bytes, encoding: str = "utf-8") -> SourceFile:
    path.write_bytes(data)
    return SourceFile(
        path.name, data.decode(encoding).removeprefix("\ufeff"), path=str(path), encoding=encoding
    )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a: 1\n", "utf-8"),
        (b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "utf-8-sig"),
        (b"\xef\xbb\xbfa: 1\r\nb: 2", "utf-8"),
        (b"\xff\xfe" + "a: 1\nb: ä\n".encode("utf-16-le"), "utf-16"),
        (b"\xfe\xff" + "a: 1\nb: ä\n".encode("utf-16-be"), "utf-16"),
        ("a: 1\nb: ä".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_every_other_byte_stays(tmp_path: Path, data: bytes, encoding: str) -> None:
    source = on_disk(tmp_path / "x.yaml", data, encoding)
    write(fixed(finding(source, "set", "a", to=2)))
    codec = "utf-16-be" if data[:1] == b"\xfe" else "utf-16-le" if "16" in encoding else "utf-8"
    assert (tmp_path / "x.yaml").read_bytes() == data.replace("1".encode(codec), "2".encode(codec))
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_mode_stays(tmp_path: Path) -> None:
    source = on_disk(tmp_path / "x.yaml", b"a: 1\n")
    (tmp_path / "x.yaml").chmod(0o754)
    write(fixed(finding(source, "set", "a", to=2)))
    assert stat.S_IMODE((tmp_path / "x.yaml").stat().st_mode) == 0o754


def test_changed_meanwhile(tmp_path: Path) -> None:
    source = on_disk(tmp_path / "x.yaml", b"a: 1\n")
    done = fixed(finding(source, "set", "a", to=2))
    (tmp_path / "x.yaml").write_bytes(b"a: 1 \n")
    with pytest.raises(NotWrittenError, match=r"x\.yaml: it has changed since it was read"):
        write(done)
    assert (tmp_path / "x.yaml").read_bytes() == b"a: 1 \n"


def test_gone_meanwhile(tmp_path: Path) -> None:
    source = on_disk(tmp_path / "x.yaml", b"a: 1\n")
    done = fixed(finding(source, "set", "a", to=2))
    (tmp_path / "x.yaml").unlink()
    with pytest.raises(NotWrittenError, match=r"x\.yaml: No such file"):
        write(done)


def test_symbolic_link(tmp_path: Path) -> None:
    on_disk(tmp_path / "x.yaml", b"a: 1\n")
    link = tmp_path / "link.yaml"
    link.symlink_to("x.yaml")
    source = SourceFile("link.yaml", "a: 1\n", path=str(link))
    with pytest.raises(NotWrittenError, match=r"link\.yaml: it is a symbolic link"):
        write(fixed(finding(source, "set", "a", to=2)))
    assert (tmp_path / "x.yaml").read_bytes() == b"a: 1\n"
    assert link.is_symlink()


def test_failure_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = on_disk(tmp_path / "x.yaml", b"a: 1\n")
    done = fixed(finding(source, "set", "a", to=2))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotWrittenError, match="No space left"):
        write(done)
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]
    assert (tmp_path / "x.yaml").read_bytes() == b"a: 1\n"


def test_streams_are_not_written() -> None:
    with pytest.raises(NotWrittenError, match="stdin: not a file"):
        write(fixed(finding(SourceFile("stdin", "a: 1\n"), "set", "a", to=2)))


def test_nothing_is_written_when_nothing_was_fixed(tmp_path: Path) -> None:
    source = on_disk(tmp_path / "x.yaml", b"a: 1\n")
    (tmp_path / "x.yaml").write_bytes(b"b: 1\n")
    write(Fixed(source, source.text, (), ()))
    assert (tmp_path / "x.yaml").read_bytes() == b"b: 1\n"
