"""How kubectl reads scalars: tables that were checked against sigs.k8s.io/yaml v1.6.0."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from raypolicy.scalars import NotJson, key_text, resolve, resolve_key, resolve_tagged

CORE = "tag:yaml.org,2002:"

# value: the plain scalars that mean it, separated by spaces
PLAIN: list[tuple[object, str]] = [
    (True, "y Y yes Yes YES true True TRUE on On ON"),
    (False, "n N no No NO false False FALSE off Off OFF"),
    (None, "~ null Null NULL"),
    (0, "0 00 -0 +0 0_ 0x0 0o0 0b0 -0.0 0.0 .0 0. 0e5 1e-400 -1e-400 0_0 0e99999999999"),
    (1, "1 01 1. 1.0 1e0 +1 0x1 0b1 0B1 0b+1 1_ 1.0_0 10e-1 0b_1 0_b1"),
    (-1, "-1 -01 -1. -1.0 -0x1 -0b1 0b-1 -0o1 -_1 -1e0"),
    (3, "3 0b11 0B11 +0b11 0o3 03 0b1_1"),
    (8, "8 010 08 0_8 0o10 0O10 0b1000 +8 8.0 8e0 80e-1 0010 0x8"),
    (9, "9 09 011 9.0"),
    (15, "15 0o17 0O17 017 0xF 0XF 0xf +0xf 0_xF"),
    (31, "31 0x1F 0X1f 0x_1F 0x0000000000000000000000001f 037"),
    (511, "511 0777 0o777 +0777 0_777 00777"),
    (888, "888 0888"),
    (1000, "1000 1_000 1__000 1e3 1E3 1e+3 1E+3 1e03 1.0e3 1_0e2 1e0_3 .1e4"),
    (12000, "12e03 12e3 1.2e4 0.12e5"),
    (685230, "685_230 +685230 0x_0A_74_AE 02472256 0b1010_0111_0100_1010_1110"),
    (0.5, "0.5 .5 +.5 +0.5 5e-1 .5_0 0.5_0 +._5 .50 00.5 50.E-2"),
    (-0.5, "-.5 -0.5 -5E-1"),
    (0.55, ".5_5 .55"),
    (0.01, "1e-2 .01"),
    (1500000000, "1.5e9 1.5E+9"),
    (1e100, "1e100 1.0e+100 10000e96"),
    (1e20, "1e20 100000000000000000000 0100000000000000000000e0"),
    (1e21, "1e21 1000000000000000000000"),
    (10**18, "1e18 1000000000000000000 1_000_000_000_000_000_000.0"),
    # an integer where 64 bits hold it, a float beyond; Go prints a float with its shortest digits
    (9007199254740993, "9007199254740993"),
    (9007199254740992, "9007199254740993.0 9007199254740992"),
    (9223372036854775807, "9223372036854775807 0x7fffffffffffffff 0777777777777777777777"),
    (-9223372036854775808, "-9223372036854775808 -0x8000000000000000 -01000000000000000000000"),
    (9223372036854775000, "9223372036854775000 9223372036854774784.0 9.223372036854775e18"),
    (9223372036854775808.0, "9223372036854775808 9223372036854775807.0 0x8000000000000000"),
    (
        -9223372036854775808.0,
        "-9223372036854775809 -9223372036854775808.0 -9.223372036854775808e18",
    ),
    (
        18446744073709551616.0,
        """18446744073709551615 18446744073709551616 +18446744073709551615 0xffffffffffffffff
        01777777777777777777777 1.8446744073709551615e19 0_18446744073709551616""",
    ),
    (2e21, "02000000000000000000000 2e21"),  # too large for an octal number, so decimal
    (
        1.7976931348623157e308,
        "1.7976931348623157e308 1.7976931348623157E+308 17976931348623157e292",
    ),
    (5e-324, "5e-324 4.9e-324 3e-324"),
]

# plain scalars that are their own text
STRINGS = """
    1e400 -1e400 1.7976931348623159e308 .5e400
    0x 0X 0o 0O 0b 0B -0x +0b 0b2 0o8 0xG 0x1p3 0x1.8p1 -0b-1 --1 ++1 +-1 0b--1 0B-1 0B+1 00b1 00x1
    +0xffffffffffffffff -0xffffffffffffffff 0x10000000000000000 0o2000000000000000000000
    0b10000000000000000000000000000000000000000000000000000000000000000
    1:30 12:30:45 190:20:30 1:30.5 8265:8265 1.2.3 2.9.0 10.0.0.1 1e 1e+ e3 1e3.5 1e3e3 .e3 1.5.e3
    . .. ... .a ._5 .5_ .5__5 ._ .5_e3 .5e_3 .5e3_ -.a +. -. - + _ __ _1 -_ +_ +e1
    inf nan Inf NaN -inf +inf infinity .infinity .iNf .nAn +.nan -.nan
    yEs nO tRue TRue oN nULL nil none None t f T F o O yes! y1 y_ -y
    2024-01-01 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-1-1 2024-13-45 0000-00-00
    = << <<< -- --- ---- -a :a a:b // /tmp/ray 2Gi 500m 1Gi 0Gi 1k 1M 100% 5s 0.5s 1h30m
    rayproject/ray:2.9.0-py310-gpu 1٣ ٣ １ 1é
"""

NOT_JSON = ".inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF .nan .NaN .NAN"

# tag, text, value; a tag makes no difference between a plain and a quoted scalar
TAGGED: list[tuple[str, str, object]] = [
    *(
        (f"{CORE}str", text, text)
        for text in ("1", "", "y", "~", "null", ".inf", "2024-01-01", "x")
    ),
    *(
        (tag, text, text)
        for tag in ("!", "!foo", "x", f"{CORE}x")
        for text in ("1", "", "y", ".inf")
    ),
    *(
        (f"{CORE}{kind}", "1", "1")
        for kind in ("set", "map", "seq", "omap", "merge", "value", "INT")
    ),
    ("!!int", "1", "1"),
    (f"{CORE}merge", "<<", "<<"),
    (f"{CORE}int", "1", 1),
    (f"{CORE}int", "0x1F", 31),
    (f"{CORE}int", "010", 8),
    (f"{CORE}int", "1_000", 1000),
    (f"{CORE}int", "18446744073709551615", 18446744073709551616.0),
    (f"{CORE}float", "1", 1),
    (f"{CORE}float", "1.5", 1.5),
    (f"{CORE}float", "1e3", 1000),
    (f"{CORE}float", "9007199254740993", 9007199254740992),
    (f"{CORE}float", "9223372036854775807", 9223372036854775808.0),
    (f"{CORE}bool", "y", True),
    (f"{CORE}bool", "OFF", False),
    (f"{CORE}null", "", None),
    (f"{CORE}null", "~", None),
    (f"{CORE}null", "NULL", None),
    (f"{CORE}timestamp", "2024-02-29", "2024-02-29"),
    (f"{CORE}timestamp", "2001-1-2t3:4:5.678Z", "2001-1-2t3:4:5.678Z"),
    (f"{CORE}timestamp", "2001-12-14T21:59:43.10-05:00", "2001-12-14T21:59:43.10-05:00"),
    (f"{CORE}timestamp", "2001-12-14   21:59:43,10", "2001-12-14   21:59:43,10"),
    (f"{CORE}binary", "aGk=", "hi"),
    (f"{CORE}binary", "", ""),
    (f"{CORE}binary", "cmF5\r\nLmlv\nL3Yx", "ray.io/v1"),
    (f"{CORE}binary", "4oKs4oI=", "€\ufffd\ufffd"),
    (f"{CORE}binary", "7aCA", "\ufffd\ufffd\ufffd"),
]
REFUSED: list[tuple[str, str]] = [
    *((f"{CORE}int", text) for text in ("x", "", "~", "y", "1.0", "1e3", "1:30", "08", ".inf")),
    *((f"{CORE}int", text) for text in ("18446744073709551616", "2024-01-01")),
    *((f"{CORE}float", text) for text in ("x", "", "1e400", "1:30", "18446744073709551615")),
    *((f"{CORE}bool", text) for text in ("x", "", "1", "yEs")),
    *((f"{CORE}null", text) for text in ("x", "0", "none")),
    *(
        (f"{CORE}timestamp", text)
        for text in ("x", "", "1", "2023-02-29", "2024-13-01", "24-01-01")
    ),
    *((f"{CORE}timestamp", text) for text in ("2001-12-14 21:59:43 -5", "2001-12-14T21:59:43")),
    *((f"{CORE}timestamp", text) for text in ("2001-12-14T24:00:00Z", "2001-12-14 21:59:43Z")),
    *((f"{CORE}binary", text) for text in ("aGk", "aGk=x", "a_k=", "=", "aG k=", "aGk==", "é===")),
]

# a plain key and what JSON calls it; None: refused
KEYS: list[tuple[str, str | None]] = [
    ("a", "a"),
    ("y", "true"),
    ("N", "false"),
    ("off", "false"),
    ("8", "8"),
    ("010", "8"),
    ("08", "8"),
    ("0x1F", "31"),
    ("1_000", "1000"),
    ("-0", "0"),
    ("-0.0", "-0"),
    ("1.0", "1"),
    ("1.10", "1.1"),
    ("0.1", "0.1"),
    ("1e3", "1000"),
    ("1000000", "1000000"),
    ("1000000.0", "1e+06"),
    ("1e6", "1e+06"),
    ("08123456", "8.123456e+06"),
    ("12345678.9", "1.2345679e+07"),
    ("0.0001", "0.0001"),
    ("0.00001", "1e-05"),
    ("3.141592653589793", "3.1415927"),
    ("999999.96", "999999.94"),
    ("16777217.0", "1.6777216e+07"),
    ("1e-60", "0"),
    ("1e39", ".inf"),
    ("-1e39", "-.inf"),
    (".inf", ".inf"),
    ("-.INF", "-.inf"),
    (".NaN", ".nan"),
    ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", None),
    ("18446744073709551616", "1.8446744e+19"),
    ("1:30", "1:30"),
    ("2024-01-01", "2024-01-01"),
    ("=", "="),
    ("~", None),
    ("null", None),
]

# From fuzzing: a plain scalar, its value (JSON; = its own text), its name as a key (! refused).
FUZZED = [
    tuple(line.split("\t"))
    for line in Path(__file__)
    .with_name("data")
    .joinpath("scalars.tsv")
    .read_text("utf-8")
    .splitlines()
]
READ = [
    *((text, value) for value, texts in PLAIN for text in texts.split()),
    *((text, text) for text in STRINGS.split()),
    *((text, text if value == "=" else json.loads(value)) for text, value, _ in FUZZED),
]


def exactly(value: object) -> tuple[str, object]:
    """1, 1.0 and True are equal in Python, and are not here."""
    return type(value).__name__, value


@pytest.mark.parametrize(("text", "value"), READ)
def test_plain(text: str, value: object) -> None:
    assert exactly(resolve(text)) == exactly(value)


def test_plain_empty() -> None:
    assert resolve("") is None


@pytest.mark.parametrize("text", NOT_JSON.split())
def test_not_json(text: str) -> None:
    with pytest.raises(NotJson):
        resolve(text)
    with pytest.raises(NotJson):
        resolve_tagged(f"{CORE}float", text)


@pytest.mark.parametrize(("tag", "text", "value"), TAGGED)
def test_tagged(tag: str, text: str, value: object) -> None:
    assert exactly(resolve_tagged(tag, text)) == exactly(value)


@pytest.mark.parametrize(("tag", "text"), REFUSED)
def test_refused(tag: str, text: str) -> None:
    with pytest.raises(ValueError, match="!!"):
        resolve_tagged(tag, text)


@pytest.mark.parametrize(
    ("text", "key"), [*KEYS, *((text, None if key == "!" else key) for text, _, key in FUZZED)]
)
def test_plain_key(text: str, key: str | None) -> None:
    if key is None:
        with pytest.raises(ValueError, match="key"):
            resolve_key(text)
    else:
        assert resolve_key(text) == key


def test_tagged_key() -> None:
    assert resolve_key("1e6", f"{CORE}str") == "1e6"
    assert resolve_key("1000000", f"{CORE}float") == "1e+06"
    assert resolve_key("aGk=", f"{CORE}binary") == "hi"
    with pytest.raises(ValueError, match="null"):
        resolve_key("", f"{CORE}null")


@pytest.mark.parametrize(
    ("value", "text"),
    [("1", "1"), ("", ""), (True, "true"), (False, "false"), (8, "8"), (1.0, "1"), (-1.5, "-1.5")],
)
def test_key_text(value: object, text: str) -> None:
    assert key_text(value) == text


@pytest.mark.parametrize("value", [None, [], {}, 1 << 63, b"x"])
def test_no_key(value: object) -> None:
    with pytest.raises(ValueError, match="a mapping key cannot be"):
        key_text(value)


def test_size_costs_no_more_than_reading() -> None:
    long = 1_000_000
    for text in ("9" * 5000, "9" * long, "-" * long, "0x" + "f" * long, "1e" + "9" * long):
        assert resolve(text) == text
    assert resolve("0" * long + "7") == 7
    assert resolve("0x" + "0" * long + "7") == 7
    assert resolve("1" + "_" * long) == 1
    assert resolve("." + "3" * long) == 0.3333333333333333


def test_kubectl_agrees() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on PATH")
    sample = [text for text, _ in READ if is_plain(text)]
    assert len(sample) > 300
    head = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: a}\nspec:\n"
    manifest = head + "".join(f"  k{i}: {text}\n" for i, text in enumerate(sample))
    command = [kubectl, "annotate", "--local", "-f", "-", "x=y", "-o", "json"]
    answer = subprocess.run(command, input=manifest.encode(), capture_output=True, check=True)
    spec = json.loads(answer.stdout)["spec"]
    read = {text: exactly(as_kubectl_holds(spec[f"k{i}"])) for i, text in enumerate(sample)}
    assert {text: exactly(resolve(text)) for text in sample} == read


def is_plain(text: str) -> bool:
    try:
        events = list(yaml.parse(f"k: {text}\n"))
    except yaml.YAMLError:
        return False
    return len(events) == 8 and getattr(events[4], "value", None) == text


def as_kubectl_holds(value: object) -> object:
    """It prints a float64 that is a whole number as Python would print an int."""
    if type(value) is int and not -(1 << 63) <= value < 1 << 63:
        return float(value)
    return value
