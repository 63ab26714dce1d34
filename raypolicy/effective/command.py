"""What a Ray container runs, its own command and arguments included. Not here: how text is read.

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod and convertCmdToString. A command that is
not left alone is joined, two blanks between its words and no quotes around them, and
` && ulimit -n …; ray start …` is put behind it, as one text for bash. What follows says only what
is sure: a script may do anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective.programs import PIPES, base, blocks, inert, starts, text_of
from raypolicy.effective.shell import Command, Reading, Word, read
from raypolicy.effective.start import GENERATED, START, overwritten, starts_ray
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node
from raypolicy.values import placeholder

_SHELLS: Final = frozenset(("sh", "bash", "dash", "ash", "zsh"))
_CONTROL: Final = frozenset(("if", "for", "while", "until", "case", "select", "function", "{"))


class Line(NamedTuple):
    """The command and arguments of a Ray container.

    `alone` where KubeRay leaves them as they are, `overwrites` where an annotation tells it to;
    `words` are those written. `reading` is what a shell will make of them, or the one command where
    there is no shell; None where that cannot be told, `reason` says why.
    """

    alone: bool
    overwrites: bool
    words: tuple[str, ...]
    program: str
    reading: Reading | None
    reason: str


def line(container: Node[Any], release: KubeRayRelease) -> Line | None:
    """What the container runs; None where nothing is written and nothing tells KubeRay to go."""
    command = [word.value for word in container.get("command").items()]
    items = [*command, *(word.value for word in container.get("args").items())]
    overwrites = overwritten(container, release)
    if not items and not overwrites:
        return None
    words = tuple(item for item in items if type(item) is str)
    alone = overwrites or starts_ray(container)
    program = words[0] if command and len(words) == len(items) else ""
    if len(words) < len(items):
        return Line(alone, overwrites, words, "", None, "not all of its words are texts")
    if any(placeholder(word.replace("$", "")) for word in words):
        return Line(alone, overwrites, words, "", None, "unresolved placeholder")
    reading = _alone(words) if alone and command else None if alone else read(joined(words))
    return Line(alone, overwrites, words, program, reading, "")


def joined(words: tuple[str, ...]) -> str:
    """The text that KubeRay makes of the words."""
    return "".join(f" {word} " for word in words)


def _alone(words: tuple[str, ...]) -> Reading | None:
    script = script_of(words)
    if script is not None:
        return read(script)
    return Reading((Command(tuple(Word(word, True) for word in words), "", ""),), True, "")


def script_of(words: tuple[str, ...]) -> str | None:
    """The text that the words give to a shell: what follows `bash -c`."""
    if not words or base(words[0]) not in _SHELLS:
        return None
    takes = False
    rest = iter(words[1:])
    for word in rest:
        if word in ("-o", "+o"):
            next(rest, None)
        elif re.fullmatch(r"[-+][A-Za-z]+", word):
            takes = takes or "c" in word
        elif word != "--" and not word.startswith("--"):
            return word if takes else None
    return None


def _bare(words: tuple[str, ...]) -> str:
    """The text given to a shell, where taking its quotes away matters: not where it has quotes of
    its own, or a first line that is empty or a comment.
    """
    script = (script_of(words) or "").lstrip(" \t")
    return "" if script[:1] in ("'", '"', "\n", "#") else script


def lost(words: tuple[str, ...]) -> str | None:
    """The one word that a shell will take for the whole text that it was given, since KubeRay joins
    words without quotes; None where it gets what was meant.
    """
    script = _bare(words)
    found = read(script)
    if found is None or not found.commands:
        return None
    first = found.commands[0].words
    harmless = len(first) == 1 or first[0].text == "echo" or first[0].text in _CONTROL
    return None if harmless else first[0].text


def defect(words: tuple[str, ...], reading: Reading) -> str | None:
    """What keeps bash from reading the text on to the `ray start` that KubeRay puts behind it: an
    operator or a comment at its end, a control structure whose first word goes to another shell.
    """
    if reading.ending == "#":
        return "a comment at the end"
    if reading.ending:
        return (
            "a line break at the end" if reading.ending == "\n" else f"{reading.ending} at the end"
        )
    if all(word.isspace() or not word for word in words):
        return "an empty text"
    first = _bare(words).split(None, 1)[:1]
    if first and first[0] in _CONTROL and not reading.plain:
        return f"{first[0]} without quotes around it"
    return None


def unseen_start(reading: Reading) -> Command | None:
    """A `ray start` that KubeRay doesn't see, as it is written in two words or with two blanks."""
    return (
        next((each for each in reading.commands if starts(each)), None) if reading.plain else None
    )


def own_start(reading: Reading) -> Command | None:
    """The `ray start` of a text that KubeRay leaves alone, if it is the only one and will run."""
    found = [each for each in reading.commands if starts(each)] if reading.plain else []
    sure = len(found) == 1 and found[0].before in ("", ";", "\n", "&&", "&")
    return found[0] if sure and found[0].after not in PIPES else None


def ends_after(reading: Reading, start: Command) -> bool:
    """Whether nothing behind the command keeps the container alive."""
    index = reading.commands.index(start)
    rest = reading.commands[index + 1 :]
    quiet = all(inert(each) and not blocks(each) for each in rest)
    return start.after in ("", ";", "\n", "&&", "||") and quiet


def without_start(reading: Reading) -> bool:
    """Whether none of the commands is one that could start Ray."""
    return reading.plain and all(inert(each) for each in reading.commands)


def blocking(reading: Reading) -> str | None:
    """The first command that keeps a shell from what follows, a `ray start` of its own or the one
    that KubeRay puts behind it; None where none is sure to.
    """
    if not reading.plain:
        return _endless(reading)
    for commands in _lists(reading):
        if commands[-1].after == "&":
            continue
        for each in commands:
            if starts(each) or GENERATED in text_of(each):
                return None
            if blocks(each):
                return text_of(each)
            if not inert(each):
                break
    return None


def _endless(reading: Reading) -> str | None:
    """A loop without an end that is the whole text."""
    texts = [[word.text for word in each.words] for each in reading.commands]
    words = [word for text in texts for word in text]
    if len(texts) < 3 or texts[0] not in (["while", "true"], ["while", ":"], ["until", "false"]):
        return None
    inside = texts[1][:1] == ["do"] and texts[-1] == ["done"] and words.count("done") == 1
    leaves = {"break", "exit", "return", "exec", "kill"} & set(words)
    back = reading.commands[-1].after == "&"
    mentions = any(
        START in text_of(each) or GENERATED in text_of(each) for each in reading.commands
    )
    if inside and not leaves and not back and not mentions:
        return f"{' '.join(texts[0])}; do …"
    return None


def _lists(reading: Reading) -> Iterator[list[Command]]:
    found: list[Command] = []
    for each in reading.commands:
        found.append(each)
        if each.after in (";", "&", "\n", ""):
            yield found
            found = []
    if found:
        yield found
