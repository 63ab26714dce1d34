"""What versions, quantities and placeholders are, as tables."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import pairwise

import pytest

from raypolicy.values import Quantity, Version, placeholder


def version(text: str) -> Version:
    parsed = Version.parse(text)
    assert parsed is not None, text
    return parsed


def quantity(value: object) -> Quantity:
    parsed = Quantity.parse(value)
    assert parsed is not None, value
    return parsed


@pytest.mark.parametrize("text", ["2.9.0", "2.10", "3.10", "3.10.13", "0.5.2", "2.9.0rc1", "1.7"])
def test_version_is_printed_as_written(text: str) -> None:
    assert str(version(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *["", "2", "2.", "2.9.", "2.9.0.", "2.9.0.1", "v2.9.0", "-2.9", "+2.9", "2,9", "2.09.0"],
        *["2.9.0-rc1", "2.9.0rc", "2.9.0.dev0", "3.0.0.dev0", "2.9.0+cpu", "2.6.1-py310", "2.9.x"],
        *["latest", "${V}", "２.9.0", "2024.01.05", "1234567.0", "2." + "9" * 5000],
        *[" 2.9.0", "2.9.0 ", "2.9.0\n"],
    ],
)
def test_not_a_version(text: str) -> None:
    assert Version.parse(text) is None


def test_versions_are_ordered_by_number() -> None:
    texts = [
        "0.5.2",
        "1.13.0",
        "2.1",
        "2.9.0rc0",
        "2.9.0rc2",
        "2.9.0rc10",
        "2.9",
        "2.9.1",
        "2.10",
        "2.10.3",
    ]
    assert [str(v) for v in sorted(map(version, reversed(texts)))] == texts
    assert all(version(a) < version(b) for a, b in pairwise(texts))


def test_missing_parts_are_zero() -> None:
    assert version("2.9") == version("2.9.0")
    assert hash(version("2.9")) == hash(version("2.9.0"))
    assert version("2.9.0rc1") != version("2.9.0")
    assert version("2.9") <= version("2.9.0") <= version("2.9")
    assert version("2.9.3").minor == (2, 9)


GI = 1024**3


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0", 0),
        ("1", 1),
        ("00", 0),
        ("007", 7),
        ("+5", 5),
        ("-5", -5),
        ("5.", 5),
        (".5", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        ("5.Gi", 5 * GI),
        ("500m", Fraction(1, 2)),
        ("1500m", Fraction(3, 2)),
        ("100u", Fraction(1, 10_000)),
        ("1n", Fraction(1, 10**9)),
        ("1k", 1000),
        ("1M", 10**6),
        ("1G", 10**9),
        ("1T", 10**12),
        ("1P", 10**15),
        ("1E", 10**18),
        ("1Ki", 1024),
        ("8Mi", 8 * 1024**2),
        ("0.5Gi", GI // 2),
        ("1.5Gi", 3 * GI // 2),
        ("2Ti", 2 * 1024**4),
        ("1Pi", 1024**5),
        ("1Ei", 1024**6),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1e+3", 1000),
        ("12e-3", Fraction(12, 1000)),
        ("1e18", 10**18),
        # more than nine decimals are rounded away from zero, binary amounts are capped
        ("0.1n", Fraction(1, 10**9)),
        ("-0.1n", Fraction(-1, 10**9)),
        ("0.0000000001", Fraction(1, 10**9)),
        ("10Ei", 2**63 - 1),
        ("-10Ei", -(2**63 - 1)),
        # YAML gives numbers, too
        (4, 4),
        (-1, -1),
        (0.5, Fraction(1, 2)),
        (1000.0, 1000),
        (1e22, 10**22),
        (1e-7, Fraction(1, 10**7)),
    ],
)
def test_quantity(value: object, amount: Fraction | int) -> None:
    assert quantity(value).value == amount


@pytest.mark.parametrize(
    "value",
    [
        *["1K", "1ki", "1mi", "1gi", "1GI", "1GB", "1Gib", "1Kii", "1nn", "1mm", "1e", "1e1.5"],
        *["+", "-", ".", "Ki", "m", "e3", "1.2.3", "1,5", "0x10", "1_000", "1e999999999"],
        *["", " 1", "1 ", "1 Gi", "1\n", "１", "$CPU", "${CPU}", "1/2", "Inf", "NaN", "9" * 65],
        *[True, False, None, [], {}, float("nan"), float("inf"), 10**70],
    ],
)
def test_not_a_quantity(value: object) -> None:
    assert Quantity.parse(value) is None


def test_quantities_are_compared_by_amount_and_printed_as_written() -> None:
    assert quantity("2") == quantity("2000m") == quantity(2)
    assert hash(quantity("1Gi")) == hash(quantity("1024Mi"))
    assert quantity("999M") < quantity("1Gi") <= quantity("1Gi") < quantity("1.1Gi")
    assert (str(quantity("1.50Gi")), str(quantity(4)), str(quantity(0.5))) == ("1.50Gi", "4", "0.5")
    assert str(quantity(1000.0)) == "1000"


@pytest.mark.parametrize(
    ("text", "whole"), [("500m", 1), ("1500m", 2), ("2", 2), ("0", 0), ("-1500m", -1), ("1n", 1)]
)
def test_ceil(text: str, whole: int) -> None:
    assert quantity(text).ceil() == whole


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${RAY_VERSION}", "${RAY_VERSION}"),
        ("${ray_version}-py310", "${ray_version}"),
        ("${IMAGE:-rayproject/ray:2.9.0}", "${IMAGE:-rayproject/ray:2.9.0}"),
        ("${A}${B}:${C}", "${A}"),
        ("$VLLM_IMAGE", "$VLLM_IMAGE"),
        ("gcr.io/$PROJECT/ray", "$PROJECT"),
        ("{{ .Values.image }}", "{{ .Values.image }}"),
        ("{{.Image}}", "{{.Image}}"),
        ("${{ github.sha }}", "{{ github.sha }}"),
        ("%{ if gpu }", "%{ if gpu }"),
        ("%{~ endif ~}", "%{~ endif ~}"),
        ("__REPLICAS__", "__REPLICAS__"),
        ("img:__APP_TAG__", "__APP_TAG__"),
        ("<name>", "<name>"),
        ("<DOCKER_REPO>/chatbot:1.0", "<DOCKER_REPO>"),
        ("gs://<your bucket>/x", "<your bucket>"),
        ("gcr.io/<<PROJECT>>/x", "<PROJECT>"),
        ("PLACEHOLDER_TAG", "PLACEHOLDER_TAG"),
        ("ray:PLACEHOLDER", "PLACEHOLDER"),
        ("gcr.io/YOUR_PROJECT/ray", "YOUR_PROJECT"),
        ("first <a> then ${B}", "<a>"),
    ],
)
def test_placeholder(text: str, found: str) -> None:
    assert placeholder(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rayproject/ray:2.9.0",
        "$(POD_IP)",
        "$$HOME",
        "$${HOME}",
        "$1 $? $$ 5$",
        "${}",
        '{"a": {"b": 1}}',
        "{}",
        "if a < b and c > d",
        "a <= b >= c",
        "a <b",
        "1 < 2 > 0",
        "echo < in > out",
        "List<String>",
        "</a/b>",
        "__init__",
        "__name__",
        "a__b__c",
        "%{http_code}",
        "100%",
        "MY_PLACEHOLDER",
        "PLACEHOLDERS",
        "YOUR",
    ],
)
def test_no_placeholder(text: str) -> None:
    assert placeholder(text) is None


@pytest.mark.parametrize(
    "part",
    ["${", "${a", "$", "{{", "{{ ", "<a", "<a ", "%{if ", "__A_", "_", "YOUR_", "PLACEHOLDER_"],
)
def test_placeholders_are_searched_in_linear_time(part: str) -> None:
    text = part * (1_000_000 // len(part)) + "é"
    start = time.process_time()
    placeholder(text)
    assert time.process_time() - start < 3
