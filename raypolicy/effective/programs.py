"""What simple commands are known to do: not to end, not to start Ray. Not here: how they follow one
another (`command`).
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.effective.shell import Command, Word

PIPES: Final = ("|", "|&")
_PREFIXES: Final = frozenset(("exec", "sudo", "nohup", "command", "time"))
_INERT: Final = frozenset(
    """apt apt-get cat cd chmod chown cp curl date df echo export false free hostname id ln ls mkdir
    mv nvidia-smi pip pip3 printf printenv pwd rm set sleep tail touch true ulimit umask uname unset
    wget whoami :""".split()
)
_JUPYTER: Final = frozenset(("lab", "notebook", "server"))
_LONG: Final = 700.0
"""Seconds of sleep that are as good as for ever: KubeRay's liveness probe kills after 630."""
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def has(command: Command, option: str) -> bool | None:
    """Whether the command has the option; None where a variable may hold it."""
    if any(word.text == option for word in command.words):
        return True
    return False if all(word.sure or word.text[:1] == "-" for word in command.words) else None


def option(command: Command, name: str) -> str | None:
    """The value of an option, `--port=1` or `--port 1`."""
    texts = [word.text for word in command.words]
    for index, text in enumerate(texts):
        if text.startswith(f"{name}="):
            return text[len(name) + 1 :]
        if text == name:
            return texts[index + 1] if index + 1 < len(texts) else ""
    return None


def blocks(command: Command) -> bool:
    if command.after in PIPES or command.before in (*PIPES, "||"):
        return False
    prefixes, words = _split(command)
    texts = [word.text for word in words]
    if not texts:
        return False
    if (prefixes and prefixes[-1] == "exec") or texts[0] == "exit":
        return words[0].sure and not starts(command)
    arguments = texts[1:]
    match base(texts[0]):
        case "sleep":
            return _seconds(arguments) >= _LONG
        case "tail":
            follows = any(re.match(r"-[a-zA-Z0-9]*[fF]|--follow", each) for each in arguments)
            return follows and any(not re.match(r"-|\d+$", each) for each in arguments)
        case "jupyter":
            return bool(arguments) and arguments[0] in _JUPYTER and _serves(arguments[1:])
        case "jupyter-lab" | "jupyter-notebook":
            return _serves(arguments)
        case "python" | "python3":
            return arguments[:2] == ["-m", "http.server"]
        case "sshd":
            return "-D" in arguments
    return False


def _serves(arguments: list[str]) -> bool:
    others = {"--version", "--help", "-h", "--generate-config", "--show-config"}
    return all(each.startswith("-") and each not in others for each in arguments)


def _seconds(arguments: list[str]) -> float:
    total = 0.0
    for each in arguments:
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{0,9})?)([smhd]?)", each)
        if each in ("infinity", "inf"):
            return _LONG
        if found is None:
            return 0.0
        total += float(found[1]) * _UNITS[found[2]]
    return total


def _split(command: Command) -> tuple[list[str], tuple[Word, ...]]:
    """The words that only stand before a command, and the command itself."""
    prefixes: list[str] = []
    words = command.words
    while words:
        text = words[0].text
        assigns = re.match(r"[A-Za-z_][A-Za-z0-9_]*=", text) is not None
        if not assigns and (text not in _PREFIXES or len(words) == 1):
            break
        if not assigns:
            prefixes.append(text)
        words = words[1:]
    return prefixes, words


def starts(command: Command) -> bool:
    texts = [word.text for word in _split(command)[1][:2]]
    return len(texts) == 2 and base(texts[0]) == "ray" and texts[1] == "start"


def inert(command: Command) -> bool:
    """Whether the command is known to do something else than to start Ray."""
    _, words = _split(command)
    if not words:
        return True
    return words[0].sure and (base(words[0].text) in _INERT or words[0].text == "exit")


def text_of(command: Command) -> str:
    return " ".join(word.text for word in command.words)


def base(text: str) -> str:
    return text.rpartition("/")[2]
