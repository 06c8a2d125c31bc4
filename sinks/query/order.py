"""Whether the tokens of a query stand where they can: operators between operands, parentheses in pairs.

luqum would refuse the same, but could neither name the place in the query nor say what to do.
"""

from __future__ import annotations

from typing import NoReturn

from sinks.query.tokens import AnyToken, BoostMark, FieldName, Operator, refuse

MAX_PARENTHESES = 50
"""Parentheses within parentheses."""


def check_order(text: str, tokens: list[AnyToken]) -> None:
    """Refuse, at its place, the first token that has no business there."""
    order = _Order(text)
    for token in tokens:
        order.take(token)
    order.end()


class _Order:
    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[int] = []
        self._before: AnyToken | None = None
        self._complete = False  # whether an operand ends here: a query may stop, an AND or OR may follow

    def take(self, token: AnyToken) -> None:
        match token:
            case Operator():
                self._operator(token)
            case BoostMark():
                if not self._complete or isinstance(self._before, BoostMark):
                    self._refuse(
                        token, "^ follows a word, a phrase or a parenthesis", "Write word^2, or \\^ for the sign."
                    )
            case _:
                self._complete = not isinstance(token, FieldName)
        self._before = token

    def end(self) -> None:
        if self._open:
            hint = "Close it, or write \\( for the sign."
            refuse(self._text, self._open[-1], "this parenthesis is never closed", hint)
        if not self._complete:
            self._missing(None)

    def _operator(self, token: Operator) -> None:
        match token.sign:
            case "AND" | "OR" as sign:
                if not self._complete:
                    self._refuse(
                        token, f"{sign} has nothing before it", f'Write "{sign.lower()}" in quotes for the word.'
                    )
            case "+":
                if isinstance(self._before, Operator) and self._before.sign in ("NOT", "+"):
                    self._refuse(token, "+ stands before a word or a parenthesis only", "Leave it out.")
            case "(":
                self._open.append(token.start)
                if len(self._open) > MAX_PARENTHESES:
                    self._refuse(
                        token, f"more than {MAX_PARENTHESES} parentheses stand in each other", "Leave some out."
                    )
            case ")":
                if not self._open:
                    self._refuse(token, "this parenthesis was never opened", "Write \\) for the sign.")
                if not self._complete:
                    self._missing(token)
                self._open.pop()
        self._complete = token.sign == ")"

    def _missing(self, closing: Operator | None) -> NoReturn:
        before = self._before
        if isinstance(before, Operator) and before.sign != "(":
            sign = self._text[before.start : before.end]
            self._refuse(before, f"{sign} has nothing after it", "Leave it out, or put it in quotes.")
        place = closing.start if closing is not None else len(self._text)
        refuse(self._text, place, "there is nothing in these parentheses", "Leave them out.")

    def _refuse(self, token: AnyToken, reason: str, hint: str) -> NoReturn:
        refuse(self._text, token.start, reason, hint)
