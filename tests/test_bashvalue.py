"""How a value is read by bash, compared with bash itself where it is there."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from raypolicy.effective.bashvalue import read

GOOD = [
    # a text behind `--option=`, and the value that the option gets
    ("8", "8"),
    ("", ""),
    ("0.0.0.0", "0.0.0.0"),
    ("8 ", "8"),
    ("8\n", "8"),
    ("'a b'", "a b"),
    ('"a b"', "a b"),
    ("a\\ b", "a b"),
    ("'a'b\"c\"", "abc"),
    ("'{\"Custom\": 1}'", '{"Custom": 1}'),
    ('"{\\"Custom\\": 1}"', '{"Custom": 1}'),
    ('{\\"Custom\\":1}', '{"Custom":1}'),
    ('"{"Custom": 1}"', "{Custom: 1}"),
    ('{"Custom":1}', "{Custom:1}"),
    ('"a\\nb"', "a\\nb"),
    ("'a\nb'", "a\nb"),
    ("a#b", "a#b"),
    ("a$", "a$"),
    ('"a$"', "a$"),
    ("http://a:1/b?c=*", "http://a:1/b?c=*"),
]
VAGUE = [
    "$MY_POD_IP",
    "${MY_POD_IP}",
    "$(hostname -i)",
    "`hostname -i`",
    "\"$(hostname -I | tr -d ' ' | sed 's/\\./-/g').svc.local\"",
    "$((4 * 2))",
    "$(echo $(nproc) ')')",
    '"a `b c` d"',
    '"$(echo "$(hostname)" \\")"',
    "$'a b'",
    # more follows, and it does no harm
    "8 --verbose",
    "8 > /tmp/log",
    "8 2>&1",
]
FAULTS = [
    # and the part that spoils it
    ("a b", "b"),
    (" 8", "8"),
    ('{"Custom": 1}', "1}"),
    ("8 # CPUs", "# CPUs"),
    ("a;b", ";"),
    ("a && b", "&"),
    ("a|b", "|"),
    ("a>b", ">"),
    ("a(b)", "("),
    ("a\nb", "b"),
    ("8\n--verbose", "--verbose"),
    ("'a", "'"),
    ("it's", "'"),
    ('"a', '"'),
    ("$(a", "$"),
    ("${a", "$"),
    ("`a", "`"),
    ('"$(a"', '"'),
]


@pytest.mark.parametrize(("text", "value"), GOOD)
def test_one_value(text: str, value: str) -> None:
    assert read(text) == (value, None)


@pytest.mark.parametrize("text", VAGUE)
def test_a_value_that_only_bash_knows(text: str) -> None:
    assert read(text) == (None, None)


@pytest.mark.parametrize(("text", "part"), FAULTS)
def test_a_value_that_ends_too_early(text: str, part: str) -> None:
    value, fault = read(text)
    assert value is None
    assert fault is not None
    assert text[slice(*fault)] == part


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(("text", "value"), GOOD)
def test_bash_reads_the_same(text: str, value: str) -> None:
    # As KubeRay writes it, in an empty folder of no interest to `*`.
    command = ["bash", "-c", f"printf '[%s]' --option={text.rstrip()}  --next"]
    done = subprocess.run(command, cwd="/proc/self/fd", capture_output=True, text=True, check=True)
    assert done.stdout == f"[--option={value}][--next]"


def test_reading_takes_linear_time() -> None:
    for text in ("'" * 99_999, '"' * 99_999, "$(" * 50_000, "\\" * 99_999, "$(\"'" * 25_000):
        read(text)
