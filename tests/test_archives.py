"""Archives named on the command line: read without unpacking, hostile ones within limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import stat
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER as RAY
from samples import NAMING_RULE, UNREADABLE_RULE

from raypolicy.cli import main
from raypolicy.inputs import archives, tarmembers, zipmembers
from raypolicy.inputs.files import CannotRead, RawFile

RULES = {
    "named": NAMING_RULE,
    "unreadable": UNREADABLE_RULE,
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in RULES.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*arguments: str) -> Result:
    own = ["-r", "../named.yaml", "-r", "../unreadable.yaml", "--select", "named,unreadable"]
    result = CliRunner().invoke(main, ["check", *own, "-v", *arguments])
    assert result.exit_code in (0, 1, 3), result.stderr
    return result


def found(result: Result) -> list[str]:
    """The findings as `path: message`."""
    lines = [line.rpartition(" [")[0] for line in result.stdout.splitlines()]
    return [f"{line.split(':')[0]}: {line.split(': ', 2)[2]}" for line in lines]


def tar(files: dict[str, str | bytes | tarfile.TarInfo]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, value in files.items():
            if isinstance(value, tarfile.TarInfo):
                archive.addfile(value)
                continue
            data = value.encode() if isinstance(value, str) else value
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


FILES = {"a.yaml": RAY % "a", "x/y/b.yml": RAY % "b", "x/c.txt": RAY % "c", "./d.json": RAY % "d"}
KINDS: dict[str, Callable[[], bytes]] = {
    "k.tar": lambda: tar(dict(FILES)),
    "k.tgz": lambda: gzip.compress(tar(dict(FILES))),
    "k.tar.gz": lambda: gzip.compress(tar(dict(FILES))),
    "k.TAR.XZ": lambda: lzma.compress(tar(dict(FILES))),
    "k.tar.bz2": lambda: bz2.compress(tar(dict(FILES))),
    "k.zip": lambda: zipped(FILES),
    "stored.zip": lambda: zipped(FILES, zipfile.ZIP_STORED),
    "nothing-in-the-name": lambda: zipped(FILES),
    "tar-by-content": lambda: tar(dict(FILES)),
    "release-1.2.3": lambda: gzip.compress(tar(dict(FILES))),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind(name: str, here: Path) -> None:
    (here / name).write_bytes(KINDS[name]())
    expected = [f"{name}!/a.yaml: a", f"{name}!/d.json: d", f"{name}!/x/y/b.yml: b"]
    assert found(run(name)) == expected
    assert sorted(os.listdir(here)) == [name]


def test_one_by_itself_each_once_beside_files(here: Path) -> None:
    (here / "in").mkdir()
    (here / "in/k.tgz").write_bytes(KINDS["k.tgz"]())
    (here / "in/z.yaml").write_text(RAY % "z")
    assert found(run("in/k.tgz", "in", "./in/k.tgz", "--exclude", "x"))[1:] == [
        "in/k.tgz!/d.json: d",
        "in/z.yaml: z",
    ]


def test_one_that_lies_about_is_not_opened(here: Path) -> None:
    (here / "k.tgz").write_bytes(KINDS["k.tgz"]())
    assert run(".").exit_code == 3


def test_one_inside_another_is_not_opened(here: Path) -> None:
    (here / "k.zip").write_bytes(tar({"inner.tar": tar(dict(FILES)), "a.yaml": RAY % "a"}))
    assert found(run("k.zip")) == ["k.zip!/a.yaml: a"]


def test_a_manifest_is_no_archive_whatever_it_holds(here: Path) -> None:
    (here / "a.yaml").write_bytes(gzip.compress((RAY % "a").encode()))
    assert "a.yaml!" not in run("a.yaml").output


def test_patches_of_kustomize_are_told_from_resources(here: Path) -> None:
    kustomization = "resources: [a.yaml]\npatches: [{path: p.yaml}]\n"
    files = {"x/a.yaml": RAY % "a", "x/p.yaml": RAY % "p", "x/kustomization.yaml": kustomization}
    (here / "k.zip").write_bytes(zipped(files))
    result = run("k.zip")
    assert found(result) == ["k.zip!/x/a.yaml: a"]
    assert "k.zip!/x/p.yaml: not read: kustomize patch" in result.stderr


def test_no_fix_is_written(here: Path) -> None:
    (here / "k.zip").write_bytes(before := zipped({"a.yaml": RAY % "a"}))
    (here / "b.yaml").write_text(RAY % "b")
    result = run("k.zip", "b.yaml", "--fix")
    assert "k.zip!/a.yaml: not fixed: it is packed or rendered, not a file" in result.stderr
    assert (here / "k.zip").read_bytes() == before
    assert "2.10.0" in (here / "b.yaml").read_text()
    assert "k.zip" not in run("k.zip", "--diff").stdout


# Members that mean harm


def link(kind: bytes, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo("b.yaml")
    info.type, info.linkname = kind, target
    return info


def device(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("b.yaml")
    info.type, info.devmajor, info.devminor = kind, 1, 5
    return info


MEMBERS: dict[str, tarfile.TarInfo] = {
    "symbolic link": link(tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": link(tarfile.LNKTYPE, "a.yaml"),
    "not a plain file": device(tarfile.CHRTYPE),
}


@pytest.mark.parametrize("reason", MEMBERS)
def test_what_is_no_plain_file_in_a_tar(reason: str, here: Path) -> None:
    (here / "k.tar").write_bytes(tar({"a.yaml": RAY % "a", "b.yaml": MEMBERS[reason]}))
    result = run("k.tar")
    assert found(result) == ["k.tar!/a.yaml: a"]
    assert f"k.tar!/b.yaml: not read: {reason}" in result.stderr


NAMES = ["/etc/a.yaml", "../a.yaml", "x/../../a.yaml", "C:/a.yaml", "c:a.yaml", "x\\..\\..\\a.yaml", "\\a.yaml"]  # fmt: skip


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_out(name: str, kind: str, here: Path) -> None:
    files = {name: RAY % "evil", "b.yaml": RAY % "b"}
    (here / "k").write_bytes(tar(dict(files)) if kind == "tar" else zipped(files))
    result = run("k")
    assert found(result) == ["k!/b.yaml: b"]
    assert "not read: a name that leads out of the archive" in result.stderr


def test_links_and_encrypted_members_of_a_zip(here: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link.yaml")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("secret.yaml", RAY % "s")
        archive.writestr("a.yaml", RAY % "a")
    data = bytearray(out.getvalue())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            if b"secret" in data[place : place + 60]:
                data[place + offset] |= 1
    (here / "k.zip").write_bytes(data)
    result = run("k.zip")
    assert found(result) == ["k.zip!/a.yaml: a"]
    assert "k.zip!/link.yaml: not read: symbolic link" in result.stderr
    assert "k.zip!/secret.yaml: not read: encrypted" in result.stderr


# Archives that are damaged, cut off or too large: the good part is audited, the rest is said


def truncations() -> dict[str, bytes]:
    plain = tar({"a.yaml": RAY % "a" + "# x\n" * 5000, "b.yaml": os.urandom(40_000)})
    packed = gzip.compress(plain)
    return {
        "plain, in a file": plain[:30_000],
        "plain, between files": plain[: plain.index(b"b.yaml")],
        "gz": packed[: len(packed) // 2],
        "xz": lzma.compress(plain)[:-2000],
    }


@pytest.mark.parametrize("case", ["plain, in a file", "plain, between files", "gz", "xz"])
def test_cut_off(case: str, here: Path) -> None:
    (here / "k.tar").write_bytes(truncations()[case])
    first, *rest = found(run("k.tar"))
    assert first.startswith("k.tar: cut off")
    assert rest == ["k.tar!/a.yaml: a"]


def test_damaged_in_the_middle(here: Path) -> None:
    data = bytearray(tar({"a.yaml": RAY % "a", "b.yaml": RAY % "b", "c.yaml": RAY % "c"}))
    place = data.index(b"b.yaml")
    data[place + 100 : place + 400] = b"\xff" * 300
    (here / "k.tar").write_bytes(data)
    assert found(run("k.tar")) == ["k.tar: damaged: a header that is none", "k.tar!/a.yaml: a"]


def test_a_damaged_member_of_a_zip(here: Path) -> None:
    data = bytearray(zipped({"a.yaml": RAY % "a", "b.yaml": RAY % "b"}, zipfile.ZIP_STORED))
    data[data.index(b"name: a") + 6] ^= 1
    (here / "k.zip").write_bytes(data)
    result = found(run("k.zip"))
    assert result[0].startswith("k.zip!/a.yaml: damaged: Bad CRC-32")
    assert result[1:] == ["k.zip!/b.yaml: b"]


NO_ARCHIVES = {
    "k.zip": b"PK\3\4 and no more",
    "k.tar": b"not a tar file" * 100,
    "k.tgz": gzip.compress((RAY % "a").encode()),
    "k.tar.xz": b"\xfd7zXZ\0" + b"\1" * 50,
    "empty.tar": b"",
    "k.tar.bz2": b"BZh9 no",
    "k.tar.zst": b"\x28\xb5\x2f\xfd\0\0",
}


@pytest.mark.parametrize("name", NO_ARCHIVES)
def test_no_archive_at_all(name: str, here: Path) -> None:
    (here / name).write_bytes(NO_ARCHIVES[name])
    (here / "a.yaml").write_text(RAY % "a")
    result = found(run(name, "a.yaml"))
    assert result[0] == "a.yaml: a"
    assert len(result) == 2
    assert result[1].startswith(f"{name}: ")


def test_an_archive_that_cannot_be_read(here: Path) -> None:
    (here / "k.tar").symlink_to("nowhere")
    assert "k.tar" in run("k.tar").output


def bomb(kind: str) -> bytes:
    """More zeros than anyone wants beside a good file."""
    zeros = 300 << 20
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.yaml", RAY % "a")
            with archive.open("b.yaml", "w") as member:
                for _ in range(zeros >> 20):
                    member.write(bytes(1 << 20))
        return out.getvalue()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
        head = tar({"a.yaml": RAY % "a"})
        packed.write(head[: 512 + 512])
        info = tarfile.TarInfo("b.yaml" if kind == "gz" else "b.bin")
        info.size = zeros
        packed.write(info.tobuf())
        for _ in range(zeros >> 20):
            packed.write(bytes(1 << 20))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["zip", "gz", "gz, in no manifest"])
def test_bombs(kind: str, here: Path) -> None:
    (here / "k").write_bytes(bomb(kind))
    start = time.monotonic()
    assert found(run("k")) == ["k: more than 256 MB; the rest was not read", "k!/a.yaml: a"]
    assert time.monotonic() - start < 20


def test_too_many_members(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 50)
    files = {f"f{number}.txt": "" for number in range(50)} | {"a.yaml": RAY % "a"}
    for data in (tar(dict(files)), zipped(files)):
        (here / "k").write_bytes(data)
        assert found(run("k")) == ["k: more than 50 files; the rest was not read"]


def test_a_list_of_members_that_is_too_long(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipmembers, "_MOST_LISTED", 70_000)
    (here / "k").write_bytes(zipped({f"{'x' * 60}{number}": "" for number in range(1000)}))
    assert found(run("k")) == ["k: its list of files is too long"]


def hostile_headers() -> dict[str, bytes]:
    """Tar headers that make naive readers loop, recurse, or ask for all memory."""

    def header(kind: bytes, size: int, name: str = "b.yaml") -> bytes:
        info = tarfile.TarInfo(name)
        info.type, info.size = kind, size
        return info.tobuf(tarfile.GNU_FORMAT)

    negative = bytearray(header(tarfile.REGTYPE, 0))
    negative[124:136] = b"\xff" * 10 + b"\xf8\x00"
    total = sum(negative[:148]) + sum(negative[156:512]) + 8 * 32
    negative[148:156] = b"%06o\0 " % total
    digits = header(tarfile.XHDTYPE, 15 * 1024) + b"1" * 15 * 1024
    chain = (header(tarfile.XGLTYPE, 512) + b"11 path=abc".ljust(512, b"\0")) * 3000
    return {
        "negative size": bytes(negative),
        "a long name of 8 GB": header(tarfile.GNUTYPE_LONGNAME, 8 << 30),
        "attributes of 8 GB": header(tarfile.XHDTYPE, 8 << 30),
        "digits": digits * 3,
        "a chain of global headers": chain,
        "a chain of long names": (header(tarfile.GNUTYPE_LONGNAME, 1) + bytes(512)) * 3000,
        "a sparse file of 1 TB": header(tarfile.GNUTYPE_SPARSE, 1 << 40),
    }


@pytest.mark.parametrize("case", hostile_headers())
def test_hostile_headers(case: str, here: Path) -> None:
    good = tar({"a.yaml": RAY % "a"})[: 512 + 512]
    (here / "k.tar").write_bytes(good + hostile_headers()[case])
    start = time.monotonic()
    first, *rest = found(run("k.tar"))
    assert first.startswith("k.tar: ")
    assert rest == ["k.tar!/a.yaml: a"]
    assert time.monotonic() - start < 20


def test_unpacking_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarmembers, "SECONDS", -1.0)
    files = archives.contents("k", io.BytesIO(tar(dict(FILES))))
    assert files == {"": CannotRead("k", "more than -1 s to unpack; the rest was not read")}


@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_are_an_answer(kind: str) -> None:
    """Whatever is changed in an archive, nothing but a reason comes of it."""
    good, chance = KINDS[kind](), random.Random(kind)
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for file in archives.contents("k", io.BytesIO(data)).values():
            assert isinstance(file, RawFile | CannotRead)
