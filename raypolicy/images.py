"""Image references, and what they say of Ray. Not here: which releases there are (`releases`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from raypolicy.values import Version

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_REGISTRY = rf"(?:{_HOST}(?:\.{_HOST})*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?"
_REPOSITORY = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"
_LONGEST_NAME = 255
_LONGEST = 1024


class ImageRef(NamedTuple):
    """A container image reference, in its parts.

    `registry` is `docker.io` where none is written, `repository` is the path without it, `tag` and
    `digest` (with its algorithm) are as written, None when absent.
    """

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    def __str__(self) -> str:
        registry = "" if self.registry == "docker.io" else self.registry + "/"
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{registry}{self.repository}{tag}{digest}"

    @property
    def name(self) -> str:
        """The last part of the repository, `ray` of `quay.io/modh/ray`."""
        return self.repository.rpartition("/")[2]

    @staticmethod
    def parse(text: str) -> ImageRef | None:
        """The reference that the whole text is, None if it breaks Docker's grammar (upper case in
        the repository, a placeholder, a bad digest), see github.com/distribution/reference.
        """
        return _image(text) if len(text) <= _LONGEST else None


@lru_cache(4096)
def _image(text: str) -> ImageRef | None:
    rest, at, digest = text.partition("@")
    if at and not re.fullmatch(_DIGEST, digest):
        return None
    name, tag = rest, ""
    if (colon := rest.rfind(":")) > rest.rfind("/"):
        name, tag = rest[:colon], rest[colon + 1 :]
        if not _TAG.fullmatch(tag):
            return None
    registry, slash, repository = name.partition("/")
    if not slash or not ("." in registry or ":" in registry or registry == "localhost"):
        registry, repository = "docker.io", name
    if len(repository) > _LONGEST_NAME or not _REPOSITORY.fullmatch(repository):
        return None
    if registry != "docker.io" and not re.fullmatch(_REGISTRY, registry):
        return None
    if registry == "index.docker.io":
        registry = "docker.io"
    return ImageRef(registry, repository, tag or None, digest or None)


class RayTag(NamedTuple):
    """What an image's name and tag say of the Ray inside; None where they say nothing.

    `device` is `cpu`, `gpu`, `tpu`, a CUDA release such as `cu121` or a ROCm one such as `rocm62`.
    `floating` is `latest` or `nightly` while the reference may name another image tomorrow;
    nightly builds of one `commit` are still called `nightly`. With `defaults`, what isn't written
    is what Ray's own builds of that release have: its default Python, and `device` is filled in.
    """

    ray_version: Version | None = None
    python: Version | None = None
    device: str | None = None
    architecture: str | None = None
    floating: str | None = None
    commit: str | None = None
    variant: str | None = None
    deprecated: bool = False
    defaults: bool = False


# The tags that Ray's CI gives: ray-project/ray, ci/ray_ci/automation/push_ray_image.py and
# image_tags_lib.py.
_PUBLISHED = re.compile(
    r"""
    (?: (?P<version>[0-9]+\.[0-9]+\.[0-9]+(?:rc[0-9]+)?) (?:\.(?P<build>[0-9a-f]{6}))?
        (?P<deprecated>\.deprecated)?
      | (?P<floating>latest|nightly) (?:\.[0-9]{6}\.(?P<night>[0-9a-f]{6}))?
      | (?:pr-[0-9]+\.)? (?P<commit>[0-9a-f]{6})
    )
    (?:-(?P<variant>extra))?
    (?:-py(?P<python>3[0-9]{1,2}))?
    (?:-(?P<device>cpu|gpu|tpu|cu[0-9]{2,3}))?
    (?:-(?P<architecture>aarch64))?
    """,
    re.VERBOSE,
)
# Kept as text, to be compiled when the first custom image comes.
_FLOATING = r"(latest|nightly)(?:[.-]|\Z)"
_LEADING = r"v?([0-9]+\.[0-9]+\.[0-9]+)(?=[-_]|\Z)"
_NAMED = r"(?<![0-9A-Za-z])ray[-_]?v?([0-9]+\.[0-9]+\.[0-9]+)(?![0-9]|\.[0-9])"
_PYTHON = r"(?<![0-9A-Za-z])py(?:thon)?(3\.?[0-9]{1,2})(?![0-9A-Za-z]|\.[0-9])"
_DEVICE = r"(?<![0-9A-Za-z.])(cpu|gpu|tpu|cu[0-9]{2,3}|rocm[0-9]{2})(?![0-9A-Za-z.])"
_ARCHITECTURE = r"(?<![0-9A-Za-z])(aarch64|arm64)(?![0-9A-Za-z])"
RAY_NAMES = frozenset({"ray", "ray-ml", "ray-llm"})
_DEFAULT_DEVICE = {"ray": "cpu", "ray-ml": "gpu"}


@lru_cache(4096)
def read_tag(image: ImageRef, known: Callable[[Version], bool]) -> RayTag:
    """What the image's name and tag say of Ray; `known` tells whether a version is a Ray release.

    A version counts where the repository is rayproject's or a mirror of it, or where it is a known
    release and the image is named `ray`, `ray-ml` or `ray-llm`, or says `ray` just before it. App
    versions, which often look like Ray's, are never taken for one.
    """
    tag = image.tag or ("latest" if image.digest is None else "")
    published = _PUBLISHED.fullmatch(tag) if image.name in RAY_NAMES else None
    read = _published(image, published, known) if published else None
    read = read or _custom(image, tag, known)
    return read if image.digest is None else read._replace(floating=None)


def _published(
    image: ImageRef, tag: re.Match[str], known: Callable[[Version], bool]
) -> RayTag | None:
    ours = ("/" + image.repository).endswith("/rayproject/" + image.name)
    version = Version.parse(tag["version"] or "")
    if tag["version"] and not (version and version.minor >= (1, 0) and (ours or known(version))):
        return None
    if tag["commit"] and not ours:  # six digits are more likely somebody's date or build number
        return None
    return RayTag(
        ray_version=version,
        python=_python(tag["python"]),
        device=tag["device"] or (_DEFAULT_DEVICE.get(image.name) if ours else None),
        architecture=tag["architecture"],
        floating=tag["floating"],
        commit=tag["build"] or tag["night"] or tag["commit"],
        variant=tag["variant"],
        deprecated=tag["deprecated"] is not None,
        defaults=ours and image.name in _DEFAULT_DEVICE,
    )


def _custom(image: ImageRef, tag: str, known: Callable[[Version], bool]) -> RayTag:
    texts = (image.name, tag)
    versions = {match[1] for text in texts for match in re.finditer(_NAMED, text)}
    if image.name in RAY_NAMES and (leading := re.match(_LEADING, tag)):
        versions.add(leading[1])
    version = Version.parse(versions.pop()) if len(versions) == 1 else None
    if version and not known(version):
        version = None
    floating = re.match(_FLOATING, tag)
    return RayTag(
        ray_version=version,
        python=_python(_only(_PYTHON, texts)),
        device=_only(_DEVICE, texts) if version else None,
        architecture="aarch64" if _only(_ARCHITECTURE, texts) else None,
        floating=floating[1] if floating else None,
    )


def _only(pattern: str, texts: tuple[str, ...]) -> str | None:
    """What the pattern finds in the texts, if that is one thing."""
    found = {match[1] for text in texts for match in re.finditer(pattern, text)}
    return found.pop() if len(found) == 1 else None


def _python(digits: str | None) -> Version | None:
    """3.10 of `310` or `3.10`."""
    return Version.parse(f"3.{digits[1:].lstrip('.')}") if digits else None
