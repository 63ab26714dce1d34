"""Documents that cannot be read: what is said of them where the cause is plain."""

from __future__ import annotations

import pytest
from test_facts import fact

CRONJOB = "apiVersion: ray.io/v1\nkind: RayCronJob\nspec:\n"
QUOTES = "a value that begins with {} has to be in quotes"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("  schedule: * * * * *\n", QUOTES.format("*")),
        ("  schedule: */5 * * * *\n", QUOTES.format("*")),
        ("  schedule: @daily\n", QUOTES.format("@")),
        ("  args:\n  - @daily\n", QUOTES.format("@")),
        ("  schedule: [@daily]\n", "cannot start any token"),
        ("  schedule: *daily\n", "no anchor is called"),
        ("  schedule: '* * * * *'\n", "absent"),
        ("\tschedule: a\n", "cannot start any token"),
    ],
)
def test_why_it_cannot_be_read(written: str, said: str) -> None:
    assert said in fact(CRONJOB + written, "defect", root="documents")
