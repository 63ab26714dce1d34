"""What several integration checks share. Not here: any check."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from programs import ROOT, git


@pytest.fixture(scope="session", autouse=True)
def _git_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Git without what the user, or a hook that the checks may run in, has set."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT", "PREK"))]:
        del os.environ[name]
    config = tmp_path_factory.mktemp("git") / "config"
    config.write_text("[user]\nname = x\nemail = x@example.org\n[init]\ndefaultBranch = main\n")
    os.environ["GIT_CONFIG_GLOBAL"] = str(config)
    os.environ["GIT_CONFIG_NOSYSTEM"] = "1"
    # prek installs with uv, which trusts its own list of authorities, not the machine's, unless told.
    for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS"):
        os.environ.setdefault(name, "true")


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as it is now, committed to a repository of its own."""
    folder = tmp_path_factory.mktemp("source") / "raypolicy"
    for name in git(ROOT, "ls-files", "-z", "-co", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "as it is")
    return folder
