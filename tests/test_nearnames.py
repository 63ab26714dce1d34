"""Which names are almost which others, as tables: slips, and what kustomize puts around a name."""

from __future__ import annotations

from collections import Counter

import pytest

from raypolicy.nearnames import NearNames, is_near, same_letters, without_hash

SLIPS = [
    ("one letter too few", "trainer", "traner", True),
    ("one too many", "trainer", "trainner", True),
    ("one mistaken", "trainer", "trainet", True),
    ("two exchanged", "trainer", "trianer", True),
    ("two apart exchanged", "trainer", "rrainet", False),
    ("two letters", "trainer", "trai", False),
    ("a digit is a sibling's", "worker-1", "worker-2", False),
    ("a short word is another word", "team-a", "team-b", False),
    ("two exchanged in a word of four", "head", "haed", True),
    ("two exchanged in a later word of four", "dev-head-svc", "dev-haed-svc", True),
    ("one mistaken in a word of four", "prod", "prov", False),
    ("one too few of four", "prod", "prd", False),
    ("two exchanged of three", "dev", "dve", False),
    ("a short word is a stage", "dev", "def", False),
    ("a plural is a sibling", "ca-bundle", "ca-bundles", False),
    ("a plural in the first word", "trainer-config", "trainers-config", False),
    ("an s that is no plural", "train-class", "train-classs", True),
    ("an s within a word", "trainer", "tsrainer", True),
    ("a sign behind a short word", "ray-cluster", "raycluster", False),
    ("a whole word", "train-config", "train", False),
    ("a slip in the second word", "train-config", "train-cofnig", True),
    ("the same", "trainer", "trainer", False),
]


@pytest.mark.parametrize(("why", "one", "other", "near"), SLIPS, ids=[row[0] for row in SLIPS])
def test_slips(why: str, one: str, other: str, near: bool) -> None:
    assert is_near(one, other) is is_near(other, one) is near


HASHES = [
    ("app-config-5h2k9m2b7g", "app-config"),
    ("app-config-5h2k9m2b7", "app-config-5h2k9m2b7"),  # nine characters
    ("app-config-5h2k9m2b7a", "app-config-5h2k9m2b7a"),  # an a is made a 6 of
    ("app-config-5H2k9m2b7g", "app-config-5H2k9m2b7g"),
    ("app5h2k9m2b7g", "app5h2k9m2b7g"),
    ("a-bbbbbbbbbb-cccccccccc", "a-bbbbbbbbbb"),
]


@pytest.mark.parametrize(("name", "bare"), HASHES)
def test_what_a_name_is_without_its_hash(name: str, bare: str) -> None:
    assert without_hash(name) == bare


NEAREST = [
    ("a slip", "trianer", "trainer other", "trainer"),
    ("two are as near", "trainer", "trainee trainex", None),
    ("a hash", "code", "code-8mfh7g2k5t other", "code-8mfh7g2k5t"),
    ("two hashes", "code", "code-8mfh7g2k5t code-6b4hk2ct9d", None),
    ("another hash", "code-6b4hk2ct9d", "code-8mfh7g2k5t", "code-8mfh7g2k5t"),
    ("a hash that is there no longer", "code-6b4hk2ct9d", "code other", "code"),
    ("a prefix that others have", "code", "dev-code dev-other", "dev-code"),
    ("a prefix that nothing else has", "code", "dev-code other", None),
    ("an ending that others have", "code", "code-v2 other-v2", "code-v2"),
    ("a prefix and a hash", "code", "dev-code-8mfh7g2k5t dev-other", "dev-code-8mfh7g2k5t"),
    ("a prefix, an ending and a hash", "code", "dev-code-eu-8mfh7g2k5t dev-x-eu", "dev-code-eu-8mfh7g2k5t"),
    ("a prefix, a hash, and the hash of a sibling", "code", "dev-code-8mfh7g2k5t dev-codec-6b4hk2ct9d", "dev-code-8mfh7g2k5t"),
    ("a slip and an ending", "submiter", "submitter-a other-a", None),
    ("a slip, a prefix and a hash", "trianing", "dev-training-8mfh7g2k5t dev-other", None),
    ("a slip and an ending that nothing else has", "submiter", "submitter-a other", None),
    ("a slip in a short word, and an ending", "traner", "trainer-a other-a", None),
    ("a slip and two that may be meant", "submiter", "submitter-a submitter-b x-a x-b", None),
    ("a part of a word", "code", "decode dev-encode", None),
    ("the name has a prefix, the others none", "dev-code", "code", None),
    ("nothing near", "code", "other", None),
    ("no names", "code", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "names", "near"), NEAREST, ids=[r[0] for r in NEAREST])
def test_nearest(why: str, name: str, names: str, near: str | None) -> None:
    assert NearNames(names.split(), Counter(names.split())).nearest(name) == near


LETTERS = [
    ("signs", "hf.api_key", "hf-api-key other", "hf-api-key"),
    ("capitals", "HF_TOKEN", "hf-token", "hf-token"),
    ("two", "hf-token", "HF_TOKEN hf_token", None),
    ("none", "hf-token", "other", None),
    ("signs alone", "-", "_", None),
]


@pytest.mark.parametrize(("why", "name", "names", "same"), LETTERS, ids=[r[0] for r in LETTERS])
def test_the_same_letters(why: str, name: str, names: str, same: str | None) -> None:
    assert same_letters(name, names.split()) == same


def test_a_prefix_counts_that_objects_of_other_kinds_have() -> None:
    assert (
        NearNames(["dev-code"], Counter(["dev-code", "dev-cluster"])).nearest("code") == "dev-code"
    )
    assert NearNames(["dev-code"]).nearest("code") is None


def test_among_very_many_names_a_slip_says_nothing() -> None:
    names = [f"trainer-{number}x" for number in range(301)]
    assert NearNames(names[:300]).nearest("trainre-7x") == "trainer-7x"
    assert NearNames(names).nearest("trainre-7x") is None
    assert NearNames([*names, "code-8mfh7g2k5t"]).nearest("code") == "code-8mfh7g2k5t"
