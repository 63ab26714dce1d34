"""Which operator a bundle installs beside Ray's objects. Not here: what that does (`releases`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from raypolicy.bundle import Bundle
from raypolicy.reader import Chunk

_IMAGE: Final = "kuberay/operator:"
# Kept as text, to be compiled when first needed.
_RELEASE: Final = r"kuberay/operator:v?(\d+\.\d+\.\d+)"
_GATES: Final = r"(?m)^[^#\n]*--feature-gates[= \"',]+([A-Za-z=,]+)"


class Installed(NamedTuple):
    """The release of the operator, where it is just one, and the feature gates it is started
    with."""

    release: str | None = None
    gates: tuple[str, ...] = ()


def installed(bundle: Bundle) -> Installed:
    """What the texts of a bundle with the operator's image say of it."""
    texts = list(_texts(bundle))
    if not texts:
        return Installed()
    releases = {each for text in texts for each in re.findall(_RELEASE, text)}
    gates = dict.fromkeys(
        gate.removesuffix("=true")
        for text in texts
        for listed in re.findall(_GATES, text)
        for gate in listed.split(",")
        if gate.endswith("=true")
    )
    return Installed(releases.pop() if len(releases) == 1 else None, tuple(gates))


def _texts(bundle: Bundle) -> Iterator[str]:
    sources = {document.source.name: document.source for document in bundle.documents}
    for text in bundle.plain:
        if isinstance(text, Chunk):
            sources[text.source.name] = text.source
        elif _IMAGE.encode() in text.data:
            yield text.data.decode("utf-8", "replace")
    yield from (source.text for source in sources.values() if _IMAGE in source.text)
