"""What is taken for a secret that is written out: tables of names, values and URLs."""

from __future__ import annotations

import pytest
from test_facts import model

from raypolicy.effective.secrets import assigned_secrets, is_plain, passwords_in_urls, sounds_secret

NAMES = {
    **dict.fromkeys(
        """HF_TOKEN HUGGING_FACE_HUB_TOKEN RAY_AUTH_TOKEN DB_PASSWORD redis-password PASSWORD
        AWS_SECRET_ACCESS_KEY WANDB_API_KEY OPENAI_APIKEY CLIENT_SECRET MY_PRIVATE_KEY
        AZURE_STORAGE_CONNECTION_STRING hf_token""".split(),
        True,
    ),
    **dict.fromkeys(
        """AWS_ACCESS_KEY_ID TOKENIZERS_PARALLELISM MAX_TOKEN EOS_TOKEN TOKEN_FILE PASSWORD_FILE
        AWS_WEB_IDENTITY_TOKEN_FILE SECRET_NAME API_KEY_HEADER KEY NUM_TOKENS PATH""".split(),
        False,
    ),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_name(name: str, expected: bool) -> None:
    assert sounds_secret(name) == expected


VALUES = [
    ("hf_aB3dE5gH7jK9", True),
    ("5241590000000000", True),
    ("n4Vb7qL2", True),
    ("", False),
    ("abc", False),
    (True, False),
    ("${TOKEN}", False),
    ("$TOKEN", False),
    ("$(TOKEN)", False),
    ("{{ .Values.token }}", False),
    ("<your token>", False),
    ("changeme", False),
    ("YOUR_HUGGINGFACE_TOKEN_HERE", False),
    ("my-example-token", False),
    ("xxxxxxxx", False),
    ("********", False),
    ("EMPTY", False),
    ("minioadmin", False),
    ("/var/run/secrets/token", False),
    ("vault:secret/data/ray#token", False),
    ("arn:aws:secretsmanager:eu-west-1:1:secret:x", False),
    ("ref+vault://secret", False),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_value(value: object, expected: bool) -> None:
    assert is_plain(value) == expected


URLS = [
    ("https://bot:n4Vb7qL2@github.com/a/b.zip", [("n4Vb7qL2", "github.com")]),
    ("clone https://ghp_aB3dE5gH7jK9aB3dE5@github.com/a x", [("ghp_aB3dE5gH7jK9aB3dE5", "github.com")]),
    ("redis://:n4Vb7qL2@redis:6379", [("n4Vb7qL2", "redis")]),
    ("https://github.com/a/b.zip", []),
    ("ssh://git@github.com/a", []),
    ("https://a.example:8080/@me", []),
    ("https://bot:${TOKEN}@github.com", []),
    ("postgres://u:$(PW)@db/x", []),
    ("postgres://user:changeme@db/x", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_url(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(text[start:end], host) for start, end, host in passwords_in_urls(text)]
    assert found == expected


LINES = [
    ("HF_TOKEN=n4Vb7qL2 python train.py", [("HF_TOKEN", "n4Vb7qL2")]),
    ("export A=1; export WANDB_API_KEY='n4Vb7qL2'; x", [("WANDB_API_KEY", "n4Vb7qL2")]),
    ("vllm serve m --api-key=n4Vb7qL2 --port=8000", [("api-key", "n4Vb7qL2")]),
    ("HF_TOKEN=$TOKEN python a.py --token=${T} --password=$(cat /p)", []),
    ("python a.py --max-token=4096 --tokenizer=abcd", []),
    ("curl https://a.example/?token=n4Vb7qL2", []),
    ("--serviceaccount=default HF_TOKEN=EMPTY", []),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_line(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(text[slice(*name)], text[slice(*value)]) for name, value in assigned_secrets(text)]
    assert found == expected


SERVICE = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: models}
spec:
  serveConfigV2: |
    applications:
    - runtime_env: {env_vars: {HF_TOKEN: n4Vb7qL2}}
      deployments:
      - ray_actor_options: {runtime_env: {env_vars: {A_SECRET: n4Vb7qL2, HF_TOKEN: n4Vb7qL2}}}
  rayClusterConfig:
    enableInTreeAutoscaling: true
    autoscalerOptions: {env: [{name: B_TOKEN, value: n4Vb7qL2}]}
    headGroupSpec:
      template:
        spec:
          initContainers: [{name: a, env: [{name: C_TOKEN, value: n4Vb7qL2}]}]
          containers: [{name: ray, env: [{name: D_TOKEN, value: n4Vb7qL2}]}]
    workerGroupSpecs:
    - groupName: w
      template: {spec: {containers: [{name: ray, env: [{name: D_TOKEN, value: n4Vb7qL2}]}]}}
"""


def test_each_secret_is_told_of_once_and_never_shown() -> None:
    found = model(SERVICE).root("plain_secrets")
    assert {(each.name.value, each.holder.value) for each in found} == {
        ("HF_TOKEN", "serveConfigV2"),
        ("A_SECRET", "serveConfigV2"),
        ("B_TOKEN", "autoscalerOptions"),
        ("C_TOKEN", "the head"),
        ("D_TOKEN", "the head"),
    }
    assert len(found) == 5
    assert all("n4Vb7qL2" not in str(each.node.value) for each in found)
