"""A shell's text read as far as it can be without a shell. Not here: what its commands do.

Simple commands and the operators between them are told apart; control structures, functions and
subshells are noticed, not followed. Every step moves forward, so the reading takes linear time.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_RESERVED: Final = frozenset(
    """if then elif else fi for while until case esac do done { } [[ function select coproc
    !""".split()
)
_OPERATORS: Final = ("&&", "||", ";;", "|&", ";", "&", "|", "\n")
_BLANKS: Final = " \t"
_ENDS: Final = frozenset(" \t\n;&|()<>")
_LONGEST: Final = 20_000  # characters


class Word(NamedTuple):
    """A word without its quotes; not `sure` where the shell puts a value into it."""

    text: str
    sure: bool


class Command(NamedTuple):
    """A simple command, without its redirections, and the operators before and after it."""

    words: tuple[Word, ...]
    before: str
    after: str


class Reading(NamedTuple):
    """What a text holds. `plain` where it is nothing but simple commands; `ending` is the operator
    that a following `&&` would clash with, or `#` where a comment would swallow what follows.
    """

    commands: tuple[Command, ...]
    plain: bool
    ending: str


def read(text: str) -> Reading | None:
    """The commands of a text; None where its quotes don't close, a here-document is in it, or it is
    too long to be worth it.
    """
    reader = _Reader(text)
    return reader.reading() if len(text) <= _LONGEST and reader.run() else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.plain = True
        self.words: list[Word] = []
        self.commands: list[Command] = []
        self.before = ""
        self.comment = False
        self.redirected = False
        self.target = False  # whether the next word is that of a redirection

    def reading(self) -> Reading:
        begun = bool(self.words) or self.redirected
        ending = "" if begun else self.before
        if self.comment:
            ending = "#"
        elif not begun and not self.commands and self.plain:
            ending = ending or ";"
        self._finish("")
        return Reading(tuple(self.commands), self.plain, ending)

    def run(self) -> bool:
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char in _BLANKS or text.startswith("\\\n", self.at):
                self.at += 1 if char in _BLANKS else 2
            elif char == "#":
                self._skip_comment()
            elif char in "<>" or text.startswith("&>", self.at):
                if text.startswith("<<", self.at) and not text.startswith("<<<", self.at):
                    return False
                self._redirect()
            elif char in "()":
                self.plain = False
                self._finish("\n" if char == "(" else "")
                self.at += 1
            elif char in ";&|\n":
                self._operator()
            elif not self._word():
                return False
        return True

    def _skip_comment(self) -> None:
        end = self.text.find("\n", self.at)
        self.comment = end < 0
        self.at = len(self.text) if end < 0 else end

    def _redirect(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in "<>&|":
            self.at += 1
        self.redirected = self.target = True

    def _operator(self) -> None:
        found = next(each for each in _OPERATORS if self.text.startswith(each, self.at))
        self.at += len(found)
        if found == "\n" and not self.words and not self.redirected:
            self.before = self.before or found  # an empty line, or one that goes on
            return
        self._finish(found)

    def _finish(self, operator: str) -> None:
        if self.words:
            self.commands.append(Command(tuple(self.words), self.before, operator))
            self.words = []
        self.before = operator
        self.redirected = self.target = False

    def _word(self) -> bool:
        text, parts, sure, quoted = self.text, [""], True, False
        while self.at < len(text) and text[self.at] not in _ENDS:
            char = text[self.at]
            end = self.at + 1
            if char == "\\":
                end = self.at + 2
                parts.append("" if text[self.at + 1 : end] == "\n" else text[self.at + 1 : end])
            elif char in "'\"":
                end = closing(text, self.at)
                part = text[self.at + 1 : end - 1]
                sure = sure and (char == "'" or not ("$" in part or "`" in part))
                quoted = True
                parts.append(part)
            elif char == "`" or text.startswith(("$(", "${"), self.at):
                end = closing(text, self.at if char == "`" else self.at + 1)
                sure = False
                parts.append(text[self.at : end])
            else:
                sure = sure and char not in "$*?"
                parts.append(char)
            if end <= self.at:
                return False
            self.at = end
        self._add(Word("".join(parts), sure), quoted)
        return True

    def _add(self, word: Word, quoted: bool) -> None:
        redirects = self.text[self.at : self.at + 1] in ("<", ">")
        if self.target:
            self.target = False
            return
        if word.text.isdigit() and not quoted and redirects:  # as in 2>file
            return
        if not self.words and not quoted and word.text in _RESERVED:
            self.plain = False
        self.words.append(word)


_OPEN: Final = {"(": ")", "{": "}", "'": "'", '"': '"', "`": "`"}


def closing(text: str, start: int) -> int:
    """Behind the character that closes the quote or bracket at `start`; -1 if there is none."""
    stack = [_OPEN[text[start]]]
    at = start + 1
    while at < len(text):
        char, inner = text[at], stack[-1]
        if inner == "'":
            at = text.find("'", at)
            if at < 0:
                return -1
            stack.pop()
        elif char == "\\":
            at += 1
        elif char == inner:
            stack.pop()
        elif inner == '"':
            if text.startswith(("$(", "${"), at):
                at += 1
                stack.append(_OPEN[text[at]])
            elif char == "`":
                stack.append(char)
        elif char in "'\"" or (char == "(" and inner == ")") or text.startswith("${", at):
            at += text.startswith("${", at)
            stack.append(_OPEN[text[at]])
        elif char == "`":
            stack.append(char)
        at += 1
        if not stack:
            return at
    return -1
