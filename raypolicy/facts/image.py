"""What a container image says of itself: its reference, and Ray, Python and device in it."""

from __future__ import annotations

import re
from typing import Any

from raypolicy import releases
from raypolicy.facts.view import View, fact
from raypolicy.images import ImageRef, RayTag, read_tag
from raypolicy.published import OWNER, never_released, unpublished_suffix
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown, placeless
from raypolicy.values import Version

_NOT_SAID = "the image does not say"


class Image(View):
    """A container's image."""

    @fact
    def _reference(self) -> Node[ImageRef]:
        return self.node.map(_parse, "not an image reference")

    @fact
    def _says(self) -> RayTag | None:
        reference = self._reference.known
        return None if reference is None else read_tag(reference, releases.is_ray_release)

    @fact
    def text(self) -> Node[str]:
        """The image as written."""
        return self.node

    @fact
    def registry(self) -> Node[str]:
        """Registry, docker.io where none is written."""
        return self._reference.map(lambda ref: ref.registry or "docker.io", _NOT_SAID)

    @fact
    def repository(self) -> Node[str]:
        """Repository without registry, tag and digest."""
        return self._reference.map(lambda ref: ref.repository, _NOT_SAID)

    @fact
    def tag(self) -> Node[str]:
        """Tag; `latest` where neither a tag nor a digest is written."""
        reference = self._reference.known
        if reference is None:
            return self._reference  # type: ignore[return-value]  # absent or unknown
        if reference.tag is not None:
            start = self.node.value.index(f":{reference.tag}", self.node.value.rfind("/") + 1) + 1
            return self.node.part(start, start + len(reference.tag))
        if reference.digest is not None:
            return self.node.put(ABSENT)
        return self.node.put("latest", how=DEFAULTED)

    @fact
    def digest(self) -> Node[str]:
        """Digest, where the image is pinned by one."""
        return self._part(lambda ref: ref.digest)

    @fact
    def floating(self) -> Node[str]:
        """`latest` or `nightly` where the tag is one that moves, or begins with one."""
        reference = self._reference.known
        if reference is None:
            return self._reference  # type: ignore[return-value]  # absent or unknown
        if reference.digest is not None:
            return self.node.put(ABSENT)
        tag = self.tag
        word = str(tag.value).split("-")[0]
        return tag.put(word if word in ("latest", "nightly") else ABSENT)

    @fact
    def ray_version(self) -> Node[Version]:
        """Ray release in the image, where its tag or its repository says so."""
        return self._said(lambda says: says.ray_version)

    @fact
    def ray_minor(self) -> Node[Version]:
        """Ray release in the image without its patch number."""
        return self.ray_version.map(Version.without_patch, _NOT_SAID)

    @fact
    def python_tag(self) -> Node[Version]:
        """Python that the tag names, `-py310` is 3.10; absent where it names none."""
        says = self._says
        if says is None:
            return self._reference  # type: ignore[return-value]  # absent or unknown
        return self.node.put(ABSENT if says.python is None else says.python)

    @fact
    def python_version(self) -> Node[Version]:
        """Python in the image: as the tag names it, else the default of that Ray release."""
        if self.python_tag.known is not None or self._says is None:
            return self.python_tag
        ray = self.ray_version.known
        if ray is None or not self._says.defaults:
            return self.node.put(Unknown(_NOT_SAID))
        python = releases.default_image_python(ray)
        return self.node.put(Unknown(_NOT_SAID) if python is None else python)

    @fact
    def shipped_pythons(self) -> Node[tuple[Version, ...]]:
        """Pythons that the Ray release in the image was built for."""
        ray = self.ray_version.known
        release = None if ray is None else releases.ray_release(ray)
        if release is None:
            return self.node.put(Unknown(_NOT_SAID))
        return placeless(release.pythons)

    @fact
    def last_published(self) -> Node[Version]:
        """The last minor release that Ray's own repository has images of; absent if it goes on."""
        last = None if self._published_in is None else self._published_in.last
        return self.repository.put(ABSENT if last is None else last)

    @fact
    def deprecated_since(self) -> Node[Version]:
        """The release from which on tags of Ray's own repository end in `.deprecated`; absent if
        they don't."""
        since = None if self._published_in is None else self._published_in.deprecated
        return self.repository.put(ABSENT if since is None else since)

    @fact
    def _published_in(self) -> releases.RayRepository | None:
        reference = self._reference.known
        if reference is None or reference.registry != "docker.io":
            return None
        own = reference.repository == f"{OWNER}/{reference.name}"
        return releases.ray_repositories().get(reference.name) if own else None

    @fact
    def unreleased(self) -> Node[Version]:
        """What a tag of Ray's own repositories names, if Ray never had it; else absent."""
        if self.tag.unknown:
            return self.tag  # type: ignore[return-value]  # unknown, so of any type
        version = None if self._own is None else self._own[1].ray_version
        return self.tag.put(version if version and never_released(version) else ABSENT)

    @fact
    def unpublished_suffix(self) -> Node[str]:
        """The end of a tag of Ray's own repositories that no image of that release has, `tpu`,
        `aarch64` or a CUDA such as `cu130`; else absent."""
        tag = self.tag
        if tag.unknown or tag.absent or self._own is None:
            return tag if tag.unknown else tag.put(ABSENT)
        suffix = unpublished_suffix(*self._own, tag.value)
        if suffix is None:
            return tag.put(ABSENT)
        at = self.node.value.index(f":{tag.value}") + f"{tag.value}-".index(f"-{suffix}-") + 2
        return self.node.part(at, at + len(suffix))

    @fact
    def deprecated_name(self) -> Node[str]:
        """The image as Ray's own repository has it where tags end in `.deprecated`; unknown where
        there is none of that release."""
        ray, since, last = (
            self.ray_minor.known,
            self.deprecated_since.known,
            self.last_published.known,
        )
        tag, version = str(self.tag.value), self.ray_version.known
        if not (ray and since and last and version and since <= version and ray <= last):
            return self.node.put(Unknown("there is no such image"))
        number, _, rest = tag.partition("-")
        return self._with_tag(f"{number}.deprecated-{rest}" if rest else f"{number}.deprecated")

    @fact
    def gpu_name(self) -> Node[str]:
        """The image with `gpu` for a CUDA that no image of that release has; else unknown."""
        suffix, tag = self.unpublished_suffix, str(self.tag.value)
        if suffix.known is None or not suffix.value.startswith("cu"):
            return self.node.put(Unknown("there is no such image"))
        words = ["gpu" if word == suffix.value else word for word in tag.split("-")]
        return self._with_tag("-".join(words))

    @fact
    def device(self) -> Node[str]:
        """cpu, gpu, tpu or a CUDA release such as cu121, where tag or repository say so."""
        return self._said(lambda says: says.device)

    @fact
    def without_cuda(self) -> Node[str]:
        """The image of Ray's own repository like this one but without CUDA, whose tag does not end
        in -gpu or -cu128; absent where there is none."""
        parts = self._parts
        left = [each for each in parts if not re.fullmatch("gpu|cu[0-9]+", each)]
        return self._with_tag("-".join(left if left != parts else ()))

    @fact
    def with_gpu(self) -> Node[str]:
        """The one with CUDA, whose tag ends in -gpu before the architecture; absent likewise."""
        parts = self._parts
        built_for = parts[-1:] if parts and parts[-1] == self.architecture.known else []
        names = parts[: len(parts) - len(built_for)]
        there = not names or self.device.known != "cpu" or names[-1] == "cpu"
        return self._with_tag("" if there else "-".join((*names, "gpu", *built_for)))

    @property
    def _parts(self) -> list[str]:
        """The parts of a tag of rayproject/ray on Docker Hub; none of any other image."""
        own = self._own
        is_ray = own is not None and own[0] == "ray" and self.tag.how != DEFAULTED
        return str(self.tag.known or "").split("-") if is_ray else []

    def _with_tag(self, tag: str) -> Node[str]:
        """The image with another tag for the one it has; absent where there is no other."""
        if not tag:
            return self.node.put(ABSENT)
        at = self.node.value.index(f":{self.tag.value}") + 1
        return self.node.put(f"{self.node.value[:at]}{tag}")

    @fact
    def architecture(self) -> Node[str]:
        """Architecture, where the tag names one."""
        return self._said(lambda says: says.architecture)

    @fact
    def short_version(self) -> Node[str]:
        """Two numbers with which a tag of Ray's own repositories begins, where those of all its
        releases have three; else absent."""
        tag, short = self.tag, self._own and re.match(r"[0-9]+\.[0-9]+(?=-|\Z)", self.tag.value)
        return tag.put(short[0] if short else ABSENT)

    @fact
    def only_for(self) -> Node[str]:
        """The one architecture of nodes it runs on: `arm64` where the tag says so, `amd64` for
        Ray's own images before those for several; else unknown."""
        if self.architecture.known is not None:
            return self.node.put("arm64")
        ray, own = self.ray_version.known, self._own
        single = own is not None and ray is not None and ray < releases.multi_platform_since()
        return self.node.put("amd64" if single else Unknown(_NOT_SAID))

    @fact
    def _own(self) -> tuple[str, RayTag] | None:
        """Name and tag of an image of rayproject's on Docker Hub that is not pinned by a digest."""
        reference, says = self._reference.known, self._says
        if reference is None or says is None or reference.registry != "docker.io":
            return None
        if reference.digest is not None or reference.repository != f"{OWNER}/{reference.name}":
            return None
        return reference.name, says

    def _part(self, choose: Any) -> Node[Any]:
        reference = self._reference
        if reference.known is None:
            return reference
        chosen = choose(reference.known)
        return self.node.put(ABSENT if chosen is None else chosen)

    def _said(self, choose: Any) -> Node[Any]:
        says = self._says
        if says is None:
            return self._reference
        chosen = choose(says)
        return self.node.put(Unknown(_NOT_SAID) if chosen is None else chosen)


def _parse(value: object) -> ImageRef | None:
    return ImageRef.parse(value) if type(value) is str else None
