"""A RayJob's entrypoint as bash reads it amid the command that submits it. Not here: other texts
of a shell (`shell`), values of options (`bashvalue`).

The operator writes `… ray job submit … -- ENTRYPOINT ; fi ; ray job logs …` and gives that to
bash. All is read up to the first operator; behind it only quotes are followed.

Source: KubeRay `controllers/ray/common/job.go`, BuildJobSubmitCommand; the grammar of bash.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from raypolicy.effective.shell import closing

MARKS: Final = frozenset(";&|<>()#$`'\"\\\n")
"""Without any of these, the words of an entrypoint get to the cluster as they stand."""
_OPERATORS: Final = ("&&", "||", ";;", "|&", ";", "&", "|")
_REDIRECTIONS: Final = frozenset("< > >> >| <> <& >& &> &>> << <<<".split())
_BLANKS: Final = " \t"
_ENDS: Final = frozenset(" \t\n;&|()<>")
_LONGEST: Final = 20_000  # characters
_NAME_START: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Piece(NamedTuple):
    """Characters of the entrypoint, from start to end."""

    start: int
    end: int


class Fault(NamedTuple):
    """Why bash refuses the whole command, as the end of a sentence, and where that begins."""

    start: int
    end: int
    reason: str


class Reading(NamedTuple):
    """What bash makes of it.

    `split` is the operator that ends the command, `redirections` what it reads or writes
    meanwhile, `expansions` what it puts values for, each before that operator; `comment` is where
    a comment begins that goes on to the end of the text.
    """

    fault: Fault | None = None
    split: Piece | None = None
    redirections: tuple[Piece, ...] = ()
    expansions: tuple[Piece, ...] = ()
    comment: int | None = None


def read(text: str) -> Reading | None:
    """An entrypoint without blanks at its ends; None of one too long to be worth it."""
    return _Reader(text).run() if len(text) <= _LONGEST else None


def variable(text: str) -> str | None:
    """The name in `$NAME`, `${NAME}`; None of any other expansion."""
    name = text[1:].removeprefix("{").removesuffix("}")
    plain = name[:1] in _NAME_START and name.replace("_", "a").isalnum() and name.isascii()
    return name if plain and text[:1] == "$" and text[1:2] != "(" else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.inside = False  # a word
        self.fault: Fault | None = None
        self.split: Piece | None = None
        self.redirections: list[Piece] = []
        self.expansions: list[Piece] = []
        self.comment: int | None = None

    def run(self) -> Reading:
        text = self.text
        while self.at < len(text) and self.fault is None:
            char = text[self.at]
            if char in _BLANKS or text.startswith("\\\n", self.at):
                self.inside = self.inside and char == "\\"
                self.at += 1 if char in _BLANKS else 2
            elif char == "#" and not self.inside:
                self._skip_comment()
            elif char in "<>" or text.startswith("&>", self.at):
                if not self._redirect():
                    break
            elif char in ";&|\n":
                self._end_command()
            elif char in "()" and self.split is None:
                self.fault = Fault(self.at, self.at + 1, f"`{char}` is neither quoted nor escaped")
            elif char in "()":
                self.at, self.inside = self.at + 1, False
            else:
                self._skip_piece()
        fault = self.fault
        split = None if fault is not None else self.split
        pieces = tuple(self.redirections), tuple(self.expansions)
        return Reading(fault, split, *pieces, self.comment)

    def _skip_comment(self) -> None:
        end = self.text.find("\n", self.at)
        if end < 0:
            self.comment, end = self.at, len(self.text)
        self.at = end

    def _end_command(self) -> None:
        text, start = self.text, self.at
        newline = text[start] == "\n"
        found = "\n" if newline else next(o for o in _OPERATORS if text.startswith(o, start))
        self.at, self.inside = start + len(found), False
        rest = self._rest()
        if found == ";;" and self.split is None:
            self.fault = Fault(start, self.at, "`;;` belongs to a `case`")
        elif not newline and (not rest or (rest[0] in ";&|" and not rest.startswith("&>"))):
            self.fault = Fault(start, self.at, f"nothing follows `{found}`")
        elif self.split is None and (rest or not newline):
            self.split = Piece(start, self.at)

    def _rest(self) -> str:
        """What follows, blank lines and comments left out."""
        lines = (line.strip() for line in self.text[self.at :].split("\n"))
        return next((line for line in lines if line and line[0] != "#"), "")

    def _redirect(self) -> bool:
        """Over a redirection; False at a here-document, whose lines are no commands."""
        text, start = self.text, self.at
        while self.at < len(text) and text[self.at] in "<>&|":
            self.at += 1
        sign = text[start : self.at]
        if sign in ("<", ">") and text.startswith("(", self.at):
            end = closing(text, self.at)
            self._expanded(start, end, "`(` is never closed")
            return True
        while self.at < len(text) and text[self.at] in _BLANKS:
            self.at += 1
        begin = self.at
        while self.at < len(text) and text[self.at] not in _ENDS and self.fault is None:
            self._skip_piece()
        target = text[begin : self.at]
        self.inside = False
        if sign not in _REDIRECTIONS or not target or target[0] == "#":
            self.fault = self.fault or Fault(start, begin, f"nothing follows `{sign}`")
            return False
        if sign == "<<":
            self._skip_document(start, target.removeprefix("-"))
            return False
        copied = sign.endswith("&") and (target == "-" or target.isdigit())
        if self.split is None and not copied and target != "/dev/null":
            self.redirections.append(Piece(start, self.at))
        return self.fault is None

    def _skip_document(self, start: int, target: str) -> None:
        """The last line of the text is no end of a here-document: the operator goes on in it."""
        word = re.sub(r"[\\'\"]", "", target)
        lines = self.text[self.at :].split("\n")[1:-1]
        if not any(line.lstrip("\t") == word for line in lines):
            self.fault = Fault(start, self.at, "the here-document never ends")
        elif self.split is None:
            self.redirections.append(Piece(start, self.at))

    def _skip_piece(self) -> None:
        """Over a character of a word, or what is in quotes or substituted there."""
        text, start = self.text, self.at
        char, following = text[start], text[start + 1 : start + 2]
        self.inside = True
        if char == "\\":
            self.at = min(start + 2, len(text))
        elif char == "'":
            self._quoted(start, text.find("'", start + 1) + 1)
        elif char == '"':
            self._skip_double(start)
        elif char == "$" and following == "'":
            self._quoted(start, _ansi(text, start + 2))
        elif char in "$`":
            self._expand(start)
        else:
            self.at = start + 1

    def _quoted(self, start: int, end: int) -> None:
        if end <= 0:
            self.fault = Fault(start, start + 1, f"`{self.text[start]}` is never closed")
        self.at = end

    def _skip_double(self, start: int) -> None:
        text, self.at = self.text, start + 1
        while self.at < len(text) and self.fault is None:
            char = text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\":
                self.at += 2
            elif char in "$`":
                self._expand(self.at)
            else:
                self.at += 1
        self.fault = self.fault or Fault(start, start + 1, '`"` is never closed')

    def _expand(self, start: int) -> None:
        text, following = self.text, self.text[start + 1 : start + 2]
        if text[start] == "`":
            self._expanded(start, closing(text, start), "` is never closed")
        elif following and following in "({":
            self._expanded(start, closing(text, start + 1), f"`${following}` is never closed")
        elif following and following in _NAME_START:
            end = start + 2
            while text[end : end + 1].isalnum() or text[end : end + 1] == "_":
                end += 1
            self._expanded(start, end, "")
        elif following and following in "0123456789@*#?$!-":
            self._expanded(start, start + 2, "")
        else:
            self.at = start + 1

    def _expanded(self, start: int, end: int, otherwise: str) -> None:
        if end < 0:
            self.fault = Fault(start, start + 1, otherwise)
        elif self.split is None:
            self.expansions.append(Piece(start, end))
        self.at, self.inside = end, True


def _ansi(text: str, at: int) -> int:
    """Behind the end of what began with `$'`; 0 if there is none."""
    while at < len(text):
        if text[at] == "'":
            return at + 1
        at += 2 if text[at] == "\\" else 1
    return 0
