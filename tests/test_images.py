"""What image references consist of, and what they say of Ray, as tables."""

from __future__ import annotations

import time

import pytest

from raypolicy.images import ImageRef, RayTag, read_tag
from raypolicy.releases import is_ray_release

SHA = "sha256:" + "0123456789abcdef" * 4
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def parse(text: str) -> ImageRef:
    image = ImageRef.parse(text)
    assert image is not None, text
    return image


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("ray", "docker.io", "ray", None, None),
        ("ray:2.9.0", "docker.io", "ray", "2.9.0", None),
        ("rayproject/ray", "docker.io", "rayproject/ray", None, None),
        ("rayproject/ray:2.9.0", "docker.io", "rayproject/ray", "2.9.0", None),
        ("docker.io/rayproject/ray:2.9.0", "docker.io", "rayproject/ray", "2.9.0", None),
        ("index.docker.io/rayproject/ray", "docker.io", "rayproject/ray", None, None),
        ("quay.io/modh/ray", "quay.io", "modh/ray", None, None),
        (f"quay.io/modh/ray@{SHA}", "quay.io", "modh/ray", None, SHA),
        (f"rayproject/ray:2.9.0@{SHA}", "docker.io", "rayproject/ray", "2.9.0", SHA),
        ("localhost/ray:1", "localhost", "ray", "1", None),
        ("localhost:5000/ray", "localhost:5000", "ray", None, None),
        ("registry:5000/ray", "registry:5000", "ray", None, None),
        ("registry:5000/a/b/ray:x", "registry:5000", "a/b/ray", "x", None),
        ("192.168.87.35:5000/ray:v1", "192.168.87.35:5000", "ray", "v1", None),
        ("[::1]:5000/ray:v1", "[::1]:5000", "ray", "v1", None),
        ("Registry.Example.COM/ray", "Registry.Example.COM", "ray", None, None),
        ("a/b/c/d:e", "docker.io", "a/b/c/d", "e", None),
        ("a__b/c--d.e_f:T_a.g-1", "docker.io", "a__b/c--d.e_f", "T_a.g-1", None),
        ("ray:" + "t" * 128, "docker.io", "ray", "t" * 128, None),
    ],
)
def test_reference(
    text: str, registry: str, repository: str, tag: str | None, digest: str | None
) -> None:
    assert parse(text) == (registry, repository, tag, digest)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "ray ",
            " ray",
            "ray\n",
            "ray:",
            ":tag",
            "ray@",
            "/ray",
            "ray/",
            "a//b",
            "ray:a b",
        ],
        *["Ray", "ghcr.io/OWNER/ray:1", "OWNER/ray", "rayproject/Ray:2.9.0", "gcr.io/PROJECT_ID/x"],
        *["ray:2.9.0+cpu", "ray:-x", "ray:.x", "ray:" + "t" * 129, "a___b", "-ray", "ray-", "a._b"],
        *["ray@sha256:abc", "ray@2.9.0", f"ray@{SHA}0", f"ray@{SHA.upper()}", f"@{SHA}"],
        *[
            "https://quay.io/modh/ray",
            "user@host/ray",
            "ray:2.9.0:gpu",
            "re_g.io/ray",
            "a.io:x/ray",
        ],
        *["$IMAGE", "${REGISTRY}/ray:2.9.0", "rayproject/ray:${TAG}", "rayproject/ray:$TAG"],
        *["{{ .Values.image }}", "__IMAGE__", "<repo>/ray:1", "ráy", "r" * 256, "a/" * 5000 + "b"],
    ],
)
def test_not_a_reference(text: str) -> None:
    assert ImageRef.parse(text) is None


def test_reference_is_printed_as_people_write_it() -> None:
    for text in ("rayproject/ray:2.9.0", f"quay.io/modh/ray@{SHA}", f"a/ray:1@{SHA}", "ray"):
        assert str(parse(text)) == text
    assert str(parse("docker.io/rayproject/ray")) == "rayproject/ray"
    assert parse("quay.io/modh/ray:1").name == "ray"


def said(tag: RayTag) -> str:
    """What a tag says, in one line: `2.9.0 py3.10 gpu aarch64 …`, a `*` for Ray's own defaults."""
    parts = (
        tag.ray_version,
        f"py{tag.python}" if tag.python else None,
        tag.device,
        tag.architecture,
        tag.floating,
        f"@{tag.commit}" if tag.commit else None,
        tag.variant,
        "deprecated" if tag.deprecated else None,
        "*" if tag.defaults else None,
    )
    return " ".join(str(part) for part in parts if part)


OURS = [
    ("rayproject/ray:2.9.0", "2.9.0 cpu *"),
    ("docker.io/rayproject/ray:2.9.0", "2.9.0 cpu *"),
    ("rayproject/ray:2.9.0-py310", "2.9.0 py3.10 cpu *"),
    ("rayproject/ray:2.9.0-py39", "2.9.0 py3.9 cpu *"),
    ("rayproject/ray:2.9.0-gpu", "2.9.0 gpu *"),
    ("rayproject/ray:2.9.0-cpu", "2.9.0 cpu *"),
    ("rayproject/ray:2.9.0-py310-gpu", "2.9.0 py3.10 gpu *"),
    ("rayproject/ray:2.9.0-py310-cu121", "2.9.0 py3.10 cu121 *"),
    ("rayproject/ray:2.10.0-aarch64", "2.10.0 cpu aarch64 *"),
    ("rayproject/ray:2.53.0-py312-cu129-aarch64", "2.53.0 py3.12 cu129 aarch64 *"),
    ("rayproject/ray:2.54.0-extra-py311-cu128", "2.54.0 py3.11 cu128 extra *"),
    ("rayproject/ray:2.57.0-py310-tpu", "2.57.0 py3.10 tpu *"),
    ("rayproject/ray:1.9.0-py38-cpu", "1.9.0 py3.8 cpu *"),
    ("rayproject/ray:1.0.1", "1.0.1 cpu *"),
    ("rayproject/ray:2.9.0rc0", "2.9.0rc0 cpu *"),
    ("rayproject/ray:9.9.9-py312", "9.9.9 py3.12 cpu *"),
    ("rayproject/ray:2.48.0.914af0-py312", "2.48.0 py3.12 cpu @914af0 *"),
    ("rayproject/ray", "cpu latest *"),
    ("rayproject/ray:latest", "cpu latest *"),
    ("rayproject/ray:latest-gpu", "gpu latest *"),
    ("rayproject/ray:latest-py39-cu118", "py3.9 cu118 latest *"),
    ("rayproject/ray:nightly", "cpu nightly *"),
    ("rayproject/ray:nightly-py312-tpu", "py3.12 tpu nightly *"),
    ("rayproject/ray:nightly.240501.abc123-py310", "py3.10 cpu nightly @abc123 *"),
    ("rayproject/ray:880797-py37-cpu", "py3.7 cpu @880797 *"),
    ("rayproject/ray:pr-1234.abcdef-py310", "py3.10 cpu @abcdef *"),
    ("rayproject/ray:2.43.0-vllm_0.7.3", "2.43.0"),
    ("rayproject/ray:2.9.0-custom", "2.9.0"),
    ("rayproject/ray:2.9.0.dev0", ""),
    ("rayproject/ray:2.9.0.1", ""),
    ("rayproject/ray:2.9", ""),
    ("rayproject/ray:0.8.7", ""),
    ("rayproject/ray:dev", ""),
    (f"rayproject/ray@{SHA}", ""),
    (f"rayproject/ray:2.9.0-py310@{SHA}", "2.9.0 py3.10 cpu *"),
    (f"rayproject/ray:latest@{SHA}", "cpu *"),
    ("rayproject/ray-ml:2.9.0", "2.9.0 gpu *"),
    ("rayproject/ray-ml:2.9.0-cpu", "2.9.0 cpu *"),
    ("rayproject/ray-ml:2.9.0-py310", "2.9.0 py3.10 gpu *"),
    ("rayproject/ray-ml:latest", "gpu latest *"),
    ("rayproject/ray-ml:2.33.0.914af0-py311", "2.33.0 py3.11 gpu @914af0 *"),
    ("rayproject/ray-ml:2.46.0.0e19ea-py39-cpu", "2.46.0 py3.9 cpu @0e19ea *"),
    ("rayproject/ray-ml:2.49.2.deprecated", "2.49.2 gpu deprecated *"),
    ("rayproject/ray-ml:2.41.0.deprecated-py311-gpu", "2.41.0 py3.11 gpu deprecated *"),
    ("rayproject/ray-llm:2.56.0-py312-cu130", "2.56.0 py3.12 cu130"),
    ("rayproject/ray-llm:2.52.0", "2.52.0"),
    ("rayproject/autoscaler", "latest"),
]
MIRRORS = [
    ("registry.k8s.local:5000/rayproject/ray:2.5.0", "2.5.0 cpu *"),
    (f"{ECR}/docker-hub/rayproject/ray:2.46.0-py311-gpu", "2.46.0 py3.11 gpu *"),
    ("us-docker.pkg.dev/p/remote/rayproject/ray-ml:2.9.3", "2.9.3 gpu *"),
    ("notrayproject/ray:2.9.0", "2.9.0"),
]
OTHERS = [
    ("quay.io/modh/ray:2.47.1-py311-cu121", "2.47.1 py3.11 cu121"),
    ("quay.io/modh/ray:2.47.1-py311-rocm62", "2.47.1 py3.11 rocm62"),
    ("quay.io/modh/ray:2.55.1-py312-cu129-th081", "2.55.1 py3.12 cu129"),
    (f"quay.io/modh/ray@{SHA}", ""),
    ("quay.io/rhoai/ray:2.23.0-py39-cu121", "2.23.0 py3.9 cu121"),
    ("quay.io/rhoai/ray:2.35.0-py311-cu121-torch24-fa26", "2.35.0 py3.11 cu121"),
    ("quay.io/project-codeflare/ray:2.5.0-py38-cu116", "2.5.0 py3.8 cu116"),
    ("quay.io/project-codeflare/ray:latest-py39-cu118", "py3.9 cu118 latest"),
    ("anyscale/ray:2.44.1-slim-py311-cu128", "2.44.1 py3.11 cu128"),
    ("anyscale/ray:2.46.0-py312-cu128", "2.46.0 py3.12 cu128"),
    ("anyscale/ray-llm:0.5.0", ""),
    ("anyscale/ray-llm:latest", "latest"),
    ("anyscale/image/rayllm:1.6.1-py311-cu124", "py3.11"),
    ("cnapcloud/ray-llm:2.55.1-py312-cpu-aarch64", "2.55.1 py3.12 cpu aarch64"),
    (f"{ECR}/ray-llm:2.49.2-py311-cu128", "2.49.2 py3.11 cu128"),
    (f"{ECR}/ray:serve-ml-cuda-v1.0", ""),
    (f"{ECR}/ray:serve-ml-cpu-v1.1.0", ""),
    ("openeuler/ray:2.40.0-oe2403sp3", "2.40.0"),
    ("rayproject.io/ray:v2.44.1", "2.44.1"),
    ("corp/ray:2.9.0", "2.9.0"),
    ("corp/ray:1.2.0", ""),
    ("corp/ray:v0.3.0", ""),
    ("corp/ray:3.4.5-py311", "py3.11"),
    ("corp/ray:202401", ""),
    ("corp/ray:v9", ""),
    ("public.ecr.aws/data-on-eks/ray2.22.0-py310-mistral7b-neuron:latest", "2.22.0 py3.10 latest"),
    ("public.ecr.aws/data-on-eks/ray2.11.0-py310-gpu-stablediffusion:v1", "2.11.0 py3.10 gpu"),
    ("public.ecr.aws/data-on-eks/vllm-ray2.32.0-inf2-llama3:latest", "2.32.0 latest"),
    ("public.ecr.aws/data-on-eks/ray-serve-inf2-llama2:latest", "latest"),
    (
        "ghcr.io/foundation-model-stack/base:ray2.1.0-py38-gpu-pytorch1.12.0cu116-20221213-193103",
        "2.1.0 py3.8 gpu",
    ),
    ("corp/app:ray-2.9.0-python3.10", "2.9.0 py3.10"),
    ("corp/app:1.4-ray_v2.9.3", "2.9.3"),
    ("corp/app:ray2.9.0.1", ""),
    ("corp/app:ray2.13.0", ""),
    ("corp/xray2.9.0:1", ""),
    ("corp/ray2.9.0:ray2.10.0", ""),
    ("corp/ray2.9.0-gpu:cu121", "2.9.0"),
    ("corp/app:2.9.0", ""),
    ("corp/surg-rl:v0.3.0", ""),
    ("corp/dogbooth:0.0.1-gpu", ""),
    ("ray-cluster:2.52.0", ""),
    ("corp/ray-enhanced:2.52.0", ""),
    ("corp/model-service:2.54.0-gpu", ""),
    ("kuberay/operator:v1.3.0", ""),
    ("vllm/vllm-openai:v0.8.5", ""),
    ("vllm/vllm-openai", "latest"),
    ("nvcr.io/nvidia/vllm:26.02-py3", ""),
    ("corp/app:v2-latest", ""),
    ("corp/app:nightly-arm64", "aarch64 nightly"),
    ("corp/app:1.0-py39", "py3.9"),
    ("corp/app-py39:1.0-py310", ""),
]


@pytest.mark.parametrize(("text", "expected"), OURS + MIRRORS + OTHERS)
def test_tag(text: str, expected: str) -> None:
    assert said(read_tag(parse(text), is_ray_release)) == expected


@pytest.mark.parametrize("part", ["a", "a-", "a.", "a/", "0", "ray", "ray2.9.0-", "py3", "-"])
def test_hostile_texts_take_no_time(part: str) -> None:
    start = time.process_time()
    for length in (1024, 100_000):
        text = part * (length // len(part))
        for image in (ImageRef.parse(text), ImageRef.parse("a:" + text[:128])):
            if image:
                read_tag(image, is_ray_release)
    assert time.process_time() - start < 1
