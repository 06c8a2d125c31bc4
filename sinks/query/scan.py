"""The signs of a query: where each word, phrase, range, operator and parenthesis begins and ends.

Scanning is our own because luqum's lexer misreads silently what analysts do write: `field:[-10 TO -5]` loses its signs,
`:>=-1` is an error, `a && b || !c` are five words, an address becomes a regular expression. What the signs add up to is
left to `language`; what a value means to `leaves`.
"""

from __future__ import annotations

import re
from typing import NoReturn

from sinks.query.fields import FIELDS, Field, nearest_fields
from sinks.query.tokens import AnyToken, Bare, BoostMark, Bound, Bracketed, FieldName, Operator, Quoted, Sign, refuse

MAX_LENGTH = 10_000
"""Characters of a query."""

EXISTS_FIELD = "_exists_"

_SPACE = re.compile(r"\s*")
_STOPS = frozenset('()"[]{}^~<>“”„')
_QUOTES = {'"': '"', "“": "”“", "”": "”“", "„": "”“"}
_BOOST = re.compile(r"\^(\d{1,4}(?:\.\d{1,4})?)", re.ASCII)
_TILDE = re.compile(r"~(\d{1,4}(?![\d.]))?", re.ASCII)
_COMPARE = re.compile(r"[<>]=?")
_RANGE = re.compile(
    r'([\[{])\s*("(?:[^"\\]|\\.)*"|[^\s"\[\]{}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s"\[\]{}]+)\s*([\]}])', re.DOTALL
)
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)


def scan(text: str) -> list[AnyToken]:
    """The tokens of a query; raises `QueryError` at the first that is outside the language."""
    if len(text) > MAX_LENGTH:
        refuse(
            text, MAX_LENGTH, f"it is {len(text):,} characters long, and {MAX_LENGTH:,} are allowed", "Split it in two."
        )
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens: list[AnyToken] = []
        # The field whose value or group we are in; one entry for each open parenthesis
        self._groups: list[Field | None] = []
        self._naming: FieldName | None = None  # a field's name was just read, its value must follow

    def run(self) -> list[AnyToken]:
        while True:
            self._skip_space()
            if self._at >= len(self._text):
                break
            if self._naming is not None:
                self._value(self._naming)
            else:
                self._next()
        if self._naming is not None:
            self._refuse(
                self._naming.start, "a field's value is missing", "Write field:value, or field:* for any value."
            )
        return self._tokens

    def _next(self) -> None:
        start, char = self._at, self._text[self._at]
        if self._text.startswith(("&&", "||"), start):
            self._operator("AND" if char == "&" else "OR", 2)
        elif char == "!":
            self._operator("NOT", 1)
        elif char == "(":
            self._groups.append(self._field)
            self._operator("(", 1)
        elif char == ")":
            if self._groups:
                self._groups.pop()
            self._operator(")", 1)
        elif char in "+-" and not self._is_signed_number():
            self._plus_or_minus(char)
        elif char in _QUOTES:
            self._quoted()
        elif char == "^":
            self._boost()
        elif char in "[{<>" and self._field is not None:
            self._range_or_comparison()
        elif char in "~[]{}<>:/":
            self._misplaced(char)
        else:
            self._word()

    def _value(self, name: FieldName) -> None:
        """What follows `field:`: a value, a phrase, a range, a comparison or a group; nothing else."""
        self._naming = None
        char = self._text[self._at]
        if char == "(":
            if name.field is None:
                self._refuse(self._at, "_exists_ takes one field", "Write _exists_:speakers or speakers:*.")
            self._groups.append(name.field)
            self._operator("(", 1)
            return
        if char == "/":
            self._misplaced(char)
        if char in ")!^~]}:" or self._text.startswith(("&&", "||"), self._at):
            self._refuse(self._at, "a field's value is missing", "Write field:value, or field:* for any value.")
        if char in "+-" and self._text[self._at + 1 : self._at + 2].isspace():
            self._refuse(self._at, "a field's value is missing", "Write field:value, or field:* for any value.")
        self._groups.append(name.field)  # the value is read as in a group of one
        if char in "[{<>":
            self._range_or_comparison()
        elif char in _QUOTES:
            self._quoted()
        else:
            self._word(value=True)
        self._groups.pop()
        if self._text[self._at : self._at + 1] in ("(", '"', "[", "{", "<", ">"):
            self._refuse(self._at, "the value goes on after a sign of the language", 'Put it in quotes: field:"…".')

    @property
    def _field(self) -> Field | None:
        return self._groups[-1] if self._groups else None

    def _is_signed_number(self) -> bool:
        """In a group of a number's field, a sign before a digit is the number's own."""
        following = self._text[self._at + 1 : self._at + 2]
        return self._field is not None and self._field.kind == "number" and (following.isdigit() or following == ".")

    def _plus_or_minus(self, char: str) -> None:
        if self._text[self._at + 1 : self._at + 2].strip() == "":
            self._refuse(
                self._at, f"“{char}” stands alone", 'Leave it out, or put the words into quotes: "iran - russia".'
            )
        self._operator("NOT" if char == "-" else "+", 1)

    def _operator(self, sign: Sign, length: int) -> None:
        self._tokens.append(Operator(self._at, self._at + length, sign))
        self._at += length

    def _boost(self) -> None:
        match = _BOOST.match(self._text, self._at)
        if match is None or not self._ends(match.end()):
            self._refuse(
                self._at,
                "^ takes a number after a word, a phrase or a parenthesis",
                "Write word^2, or \\^ for the sign.",
            )
        if not 0 < float(match[1]) <= 1000:
            self._refuse(self._at, "a boost is more than 0 and at most 1000")
        self._tokens.append(BoostMark(self._at, match.end(), float(match[1])))
        self._at = match.end()

    def _quoted(self) -> None:
        start, closing = self._at, _QUOTES[self._text[self._at]]
        chars: list[str] = []
        at = start + 1
        while at < len(self._text) and self._text[at] not in closing:
            at += self._text[at] == "\\"
            chars.append(self._text[at : at + 1])
            at += 1
        if at >= len(self._text):
            self._refuse(start, "the quotation mark is never closed", 'Close it, or write \\" for the sign.')
        self._at = at + 1
        slop = self._tilde()
        if slop == -1:
            self._refuse(self._at - 1, "~ after a phrase takes the number of moves allowed", 'Write "two words"~3.')
        self._tokens.append(Quoted(start, self._at, "".join(chars), slop))

    def _tilde(self) -> int | None:
        """The number after `~`, -1 where there is none, None without `~`."""
        if self._text[self._at : self._at + 1] != "~":
            return None
        match = _TILDE.match(self._text, self._at)
        if match is None or not self._ends(match.end(), "^"):
            self._refuse(self._at, "~ takes a whole number", 'Write word~1, "two words"~3, or \\~ for the sign.')
        self._at = match.end()
        return -1 if match[1] is None else int(match[1])

    def _ends(self, at: int, more: str = "") -> bool:
        """Whether a word may end here."""
        following = self._text[at : at + 1]
        return (
            not following or following.isspace() or following in "()" + more or self._text.startswith(("&&", "||"), at)
        )

    def _range_or_comparison(self) -> None:
        start = self._at
        compare = _COMPARE.match(self._text, start)
        if compare is not None:
            self._comparison(start, compare)
            return
        match = _RANGE.match(self._text, start)
        if match is None:
            self._refuse(start, "a range is not complete", "Write field:[a TO b], field:{a TO b} or field:[* TO b].")
        self._at = match.end()
        low, high = (self._bound(match[group], match.start(group)) for group in (2, 3))
        self._tokens.append(Bracketed(start, self._at, low, high, match[1] == "[", match[4] == "]"))

    def _comparison(self, start: int, compare: re.Match[str]) -> None:
        self._at = compare.end()
        begin = self._at
        if self._text[begin : begin + 1] == '"':
            self._quoted()
            token = self._tokens.pop()
            assert isinstance(token, Quoted)
            value = token.text
        else:
            text, wildcards = self._chars(colons=True)
            if not text or wildcards:
                self._refuse(start, "a comparison takes one value", "Write field:>=0.5, with no space after the sign.")
            value = text
        bound, unbound = Bound(begin, self._at, value), Bound(begin, begin, None)
        with_it = compare[0].endswith("=")
        if compare[0][0] == ">":
            self._tokens.append(Bracketed(start, self._at, bound, unbound, with_it, True))
        else:
            self._tokens.append(Bracketed(start, self._at, unbound, bound, True, with_it))

    def _bound(self, text: str, start: int) -> Bound:
        end = start + len(text)
        if text == "*":
            return Bound(start, end, None)
        if text.startswith('"'):
            text = text[1:-1]
        return Bound(start, end, _UNESCAPE.sub(r"\1", text))

    def _word(self, value: bool = False) -> None:
        start = self._at
        group = self._field
        # A colon belongs to a value (an address, a time), and within a group of values; elsewhere it ends a field's name
        in_values = group is not None and group.kind != "text"
        text, wildcards = self._chars(colons=value or in_values)
        if self._text[self._at : self._at + 1] == ":" and not (value or in_values):
            self._name(start, text)
            return
        if in_values and not value and text.partition(":")[0] in FIELDS and ":" in text:
            self._refuse(start, "a field stands inside the values of another", "Close the parenthesis first.")
        raw = self._text[start : self._at]
        if raw in ("AND", "OR", "NOT"):
            if value:
                self._refuse(
                    start, "a field's value is missing", f'Write field:value, or "{raw}" in quotes for the word.'
                )
            self._at = start
            self._operator(raw, len(raw))  # type: ignore[arg-type]
            return
        if not value and "=" in raw and raw.partition("=")[0] in FIELDS:
            self._refuse(start, "a field and its value are joined by a colon", f"Write {raw.replace('=', ':', 1)}.")
        if value and raw.startswith("="):
            self._refuse(start, "a value follows the colon at once", f"Leave out the “=”: {raw[1:]}.")
        star = self._wildcards(wildcards, text, start)
        fuzzy = self._tilde()
        if star and fuzzy is not None:
            self._refuse(start, "* and ~ do not go together")
        signed = raw[:1] in ("+", "-")
        self._tokens.append(Bare(start, self._at, text, star, fuzzy, signed))

    def _wildcards(self, wildcards: list[int], text: str, start: int) -> bool:
        """Whether the word is a prefix; any other wildcard is refused."""
        if not wildcards:
            return False
        if wildcards == [self._at - 1] and self._text[self._at - 1] == "*":
            return True
        where = wildcards[0]
        if where == start and text:
            self._refuse(where, "a word cannot begin with a wildcard: every word of the index would have to be read")
        self._refuse(where, "the only wildcard is * at the end of a word", "Write word*, or put the sign in quotes.")

    def _chars(self, colons: bool) -> tuple[str, list[int]]:
        """Read up to the next sign of the language: the characters, escapes resolved, and where wildcards stand."""
        chars: list[str] = []
        wildcards: list[int] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "\\":
                self._at += 1
                following = self._text[self._at : self._at + 1]
                if not following or following.isalnum():
                    self._refuse(self._at - 1, "a backslash stands before signs only", "Write \\\\ for a backslash.")
                chars.append(following)
            elif (
                char.isspace()
                or char in _STOPS
                or (char == ":" and not colons)
                or self._text.startswith(("&&", "||"), self._at)
            ):
                break
            elif char in "*?":
                wildcards.append(self._at)
            else:
                chars.append(char)
            self._at += 1
        return "".join(chars), wildcards

    def _name(self, start: int, text: str) -> None:
        raw = self._text[start : self._at]
        self._at += 1
        if raw == "*":
            if _ends_with_star(self._text, self._at):
                self._at += 1
                self._tokens.append(Bare(start, self._at, "", star=True))
                return
            self._refuse(start, "* is no field", "Write the word alone to search everywhere, or *:* for everything.")
        if self._field is not None:
            self._refuse(
                start,
                "a field stands inside the values of another",
                "Close the parenthesis first, or write \\: for the sign.",
            )
        if raw != EXISTS_FIELD and raw not in FIELDS:
            self._unknown(start, raw)
        self._naming = FieldName(start, self._at, FIELDS.get(raw))
        self._tokens.append(self._naming)

    def _unknown(self, start: int, name: str) -> NoReturn:
        near = nearest_fields(name)
        known = f"Did you mean {' or '.join(near)}?" if near else f"The fields are {', '.join(FIELDS)}."
        reason = f"there is no field “{name[:40]}”"
        if name.casefold() in ("http", "https"):
            known = "Write url.full:… for an address, url.domain:… for a site."
        self._refuse(start, reason, f"{known} For the sign itself write \\: or use quotes.")

    def _misplaced(self, char: str) -> NoReturn:
        last = self._tokens[-1] if self._tokens else None
        if char in "<>" and isinstance(last, Bare) and last.text in FIELDS:
            self._refuse(self._at, "a comparison follows the field's colon", f"Write {last.text}:{char}….")
        reasons = {
            "/": ("regular expressions are not searched for", "Use words, a prefix (word*), or quotes for a path."),
            ":": ("no field's name stands before the colon", "Write field:value, without a space before the colon."),
            "~": ("~ follows a word or a phrase", 'Write word~ or "two words"~3.'),
        }
        reason, hint = reasons.get(
            char, (f"“{char}” belongs to a range or comparison of a field", "Write field:[a TO b] or field:>=n.")
        )
        self._refuse(self._at, reason, hint)

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        assert match is not None
        self._at = match.end()

    def _refuse(self, position: int, reason: str, hint: str = "") -> NoReturn:
        refuse(self._text, position, reason, hint)


def _ends_with_star(text: str, at: int) -> bool:
    return text[at : at + 1] == "*" and (not text[at + 1 : at + 2] or text[at + 1].isspace() or text[at + 1] in ")^")
