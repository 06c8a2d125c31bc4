"""What a query means, and what is refused, where and why."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from brinkwatch.errors import QueryError
from sinks.query.fields import FIELDS
from sinks.query.language import parse, skeleton, within
from sinks.query.nodes import (
    And,
    Boost,
    Everything,
    Fuzzy,
    Moment,
    Not,
    Numbers,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Times,
    Word,
)
from sinks.query.scan import scan

A, B, C, D = (Word(letter) for letter in "abcd")

MEANINGS: dict[str, Query] = {
    "": Everything(),
    "*:*": Everything(),
    "a": A,
    "a b": And((A, B)),
    "a b OR c": Or((And((A, B)), C)),
    "a OR b c": Or((A, And((B, C)))),
    "a AND b OR c AND d": Or((And((A, B)), And((C, D)))),
    "a OR b AND NOT c": Or((A, And((B, Not(C))))),
    "NOT a b": And((Not(A), B)),
    "NOT a OR b": Or((Not(A), B)),
    "NOT (a b)": Not(And((A, B))),
    "NOT NOT a": A,
    "!!a": A,
    "a && b || !c": Or((And((A, B)), Not(C))),
    "a&&b||c": Or((And((A, B)), C)),
    "a -b": And((A, Not(B))),
    "+a +b": And((A, B)),
    "(a b) (c d)": And((A, B, C, D)),
    "a(b OR c)": And((A, Or((B, C)))),
    "a AND (b OR (c AND d))": And((A, Or((B, And((C, D)))))),
    "((((a))))": A,
    "and or not": And((Word("and"), Word("or"), Word("not"))),
    "a TO b": And((A, Word("to"), B)),
    '"a b"': Phrase(("a", "b")),
    '"a b"~2': Phrase(("a", "b"), 2),
    '"a"': A,
    '"a \\"b\\" c"': Phrase(("a", "b", "c")),
    "F-16": Phrase(("f", "16")),
    "2026年": Phrase(("2026", "年"), unfinished=True),
    "中": Prefix("中"),
    "a\\:b": Phrase(("a", "b")),
    "\\(a": A,
    "\\-a": A,
    "mis*": Prefix("mis"),
    "word~": Fuzzy("word", 1),
    "strike~": Fuzzy("strike", 2),
    "strike~1": Fuzzy("strike", 1),
    "strike~0": Word("strike"),
    "a^2": Boost(A, 2.0),
    '"a b"~3^0.5': Boost(Phrase(("a", "b"), 3), 0.5),
    "strike~1^3": Boost(Fuzzy("strike", 1), 3.0),
    "(a b)^2 c": And((Boost(And((A, B)), 2.0), C)),
    "NOT a^2": Not(Boost(A, 2.0)),
    "title:a": Word("a", "title"),
    "title: a": Word("a", "title"),
    "title:a:b": Phrase(("a", "b"), field="title"),
    "title:(a OR b c)": Or((Word("a", "title"), And((Word("b", "title"), Word("c", "title"))))),
    "title:(a)^2 b": And((Boost(Word("a", "title"), 2.0), B)),
    "title:a b": And((Word("a", "title"), B)),
    "-title:a": Not(Word("a", "title")),
    "actors:IRN": Term("irn", "actors"),
    'speakers:"Sean Savett"': Term("sean savett", "speakers"),
    "speakers:sean\\ savett": Term("sean savett", "speakers"),
    "actors:(IRN -RUS)": And((Term("irn", "actors"), Not(Term("rus", "actors")))),
    "dyads:IRN-*": Prefix("irn-", "dyads"),
    "url.full:https://x.example:80/a-b": Term("https://x.example:80/a-b", "url_full"),
    "url.full:(https://x.example OR https://y.example)": Or((Term("https://x.example", "url_full"), Term("https://y.example", "url_full"))),
    "speakers:*": Term("speakers", "present"),
    "_exists_:speakers": Term("speakers", "present"),
    "escalation.level:>=high": Or((Term("high", "escalation_level"), Term("severe", "escalation_level"))),
    "escalation.level:>high": Term("severe", "escalation_level"),
    "escalation.score:[-10 TO -5]": Numbers("escalation_score", -10.0, -5.0),
    "escalation.score:>=-1": Numbers("escalation_score", -1.0, None),
    "escalation.score:<-1": Numbers("escalation_score", None, -1.0, include_high=False),
    "escalation.score:-1": Numbers("escalation_score", -1.0, -1.0),
    "escalation.score:(-1 OR .5)": Or((Numbers("escalation_score", -1.0, -1.0), Numbers("escalation_score", 0.5, 0.5))),
    "escalation.score:{* TO 1e1}": Numbers("escalation_score", None, 10.0, include_high=False),
    "published:now-24h": Times("published", Moment(-86_400_000_000, True), Moment(-86_399_999_999, True)),
    "published:>=1970-01-02": Times("published", Moment(86_400_000_000)),
    "published:>1970": Times("published", Moment(365 * 86_400_000_000)),
    "published:1970-01-01T00:00:01.5+00:00": Times("published", Moment(1_500_000), Moment(1_600_000)),
    "published:[1972 TO 1972]": Times("published", Moment(730 * 86_400_000_000), Moment(1096 * 86_400_000_000)),
    'published:["1970-01-01T01:00:00+01:00" TO *]': Times("published", Moment(0)),
}  # fmt: skip


@pytest.mark.parametrize("query", MEANINGS)
def test_a_query_means_this(query: str) -> None:
    assert parse(query) == MEANINGS[query]


REFUSALS: dict[str, tuple[int, str]] = {
    # fields
    "lvel:high": (0, "no field “lvel”"),
    "a level:high": (2, "Did you mean escalation.level"),
    "modality:denied": (0, "Did you mean modalities"),
    "timestamp:2026": (0, "Did you mean @timestamp"),
    "Iran: missiles": (0, "The fields are"),
    "https://x.example": (0, "url.full:"),
    "title:": (0, "value is missing"),
    "title:AND": (6, "value is missing"),
    "title:)": (6, "value is missing"),
    "title:!a": (6, "value is missing"),
    "title:-a": (6, "sign stands before"),
    "actors:-IRN": (7, "sign stands before"),
    "title:(body:a)": (7, "inside the values of another"),
    "actors:(speakers:a)": (8, "inside the values of another"),
    "title:body:(a)": (11, "goes on after a sign"),
    ":a": (0, "no field's name"),
    "title :a": (6, "no field's name"),
    "*:a": (0, "* is no field"),
    "_exists_:nothing": (9, "no field “nothing”"),
    "_exists_:(title body)": (9, "takes one field"),
    "actors=IRN": (0, "joined by a colon"),
    "actors:=IRN": (7, "Leave out the “=”"),
    'actors:""': (7, "value is missing"),
    "url.full:https://x/Foo_(bar)": (23, "goes on after a sign"),
    "escalation.level:hihg": (17, "Did you mean high"),
    "event.types:zz*": (12, "is never “zz”"),
    "truncated:yes": (10, "true or false"),
    # words
    "–": (0, "no word in it"),
    "a & b": (2, "no word in it"),
    '"…"': (0, "no word in it"),
    "a - b": (2, "stands alone"),
    "a\\": (1, "backslash"),
    "\\u0041": (0, "backslash"),
    # wildcards and regular expressions
    "*foo": (0, "begin with a wildcard"),
    "?foo": (0, "begin with a wildcard"),
    "fo*o": (2, "only wildcard"),
    "who?": (3, "only wildcard"),
    "fo**": (2, "only wildcard"),
    "f*": (0, "at least 2"),
    "dyads:I*": (6, "at least 2"),
    "F-16*": (0, "a prefix is one word"),
    "U.S.*": (0, "follows a letter"),
    "/re.*/": (0, "regular expressions"),
    "title:/re/": (6, "regular expressions"),
    "mis*~1": (0, "do not go together"),
    # phrases, fuzzy words, boosts
    '"a b': (0, "never closed"),
    '"a b"~': (5, "number of moves"),
    '"a b"~1.5': (5, "whole number"),
    '"a b"~21': (0, "at most 20"),
    '"a b a"~2': (0, "twice"),
    "word~0.8": (4, "whole number"),
    "us~": (0, "at least three"),
    "iran~2": (0, "at most 1"),
    "strike~3": (0, "at most 2"),
    "F-16~": (0, "several"),
    "actors:IRN~": (7, "whole values"),
    "(a b)~2": (5, "follows a word"),
    "a^": (1, "takes a number"),
    "a^x": (1, "takes a number"),
    "a^0": (1, "more than 0"),
    "a^1001": (1, "at most 1000"),
    "^2": (0, "follows a word"),
    "a^2^3": (1, "takes a number"),
    "a ^2 ^3": (5, "follows a word"),
    # operators and parentheses
    "AND a": (0, "nothing before"),
    "a AND": (2, "nothing after"),
    "a &&": (2, "&& has nothing after"),
    "a OR OR b": (5, "nothing before"),
    "a OR AND b": (5, "nothing before"),
    "NOT": (0, "nothing after"),
    "a NOT": (2, "nothing after"),
    "(a OR) b": (3, "nothing after"),
    "a OR +b": (5, "beside OR"),
    "++a": (1, "+ stands before"),
    "()": (1, "nothing in these"),
    "(a": (0, "never closed"),
    "a)": (1, "never opened"),
    "(" * 3_000 + "a" + ")" * 3_000: (50, "50 parentheses"),
    "(" * 3_000: (50, "50 parentheses"),
    "NOT " * 2_000 + "a": (8_000, "24 deep"),
    "!" * 3_000 + "a": (3_000, "24 deep"),
    # ranges and values
    "[a TO b]": (0, "of a field"),
    ">5": (0, "of a field"),
    "escalation.score>5": (16, "Write escalation.score:>"),
    "escalation.score:> 5": (17, "one value"),
    "escalation.score:[1 2]": (17, "not complete"),
    "escalation.score:[1 TO 2": (17, "not complete"),
    "escalation.score:[5 TO 1]": (17, "nothing lies within"),
    "escalation.score:{1 TO 1]": (17, "nothing lies within"),
    "escalation.score:[one TO 2]": (18, "“one” is no number"),
    "escalation.score:high": (17, "“high” is no number"),
    "escalation.score:1e999": (17, "is no number"),
    "escalation.score:0.*": (17, "not a word"),
    "revision:>=NaN": (11, "is no number"),
    "title:[a TO b]": (6, "no order"),
    "actors:>=IRN": (7, "no order"),
    "published:yesterday": (10, "is no date"),
    "published:2026-02-30": (10, "is no date"),
    "published:2026-13": (10, "is no date"),
    "published:now/d": (10, "is no date"),
    "published:now-5y": (10, "is no date"),
    "published:2026-01-01T10:00+99:00": (10, "is no date"),
    "published:[2026-02 TO 2026-01]": (10, "nothing lies within"),
    "escalation.level:[high TO low]": (17, "nothing lies within"),
    # costs
    "a" * 10_001: (10_000, "10,001 characters"),
    " ".join(f"w{number}" for number in range(251)): (1_140, "1,000 look-ups"),
    '"a b c d e"~9': (0, "1,000 look-ups"),
    "url.full:" + "x" * 201 + "*": (9, "at most 200"),
}


@pytest.mark.parametrize("query", REFUSALS, ids=lambda query: query[:30])
def test_a_query_outside_the_language_is_refused_with_its_place_and_reason(query: str) -> None:
    position, reason = REFUSALS[query]
    with pytest.raises(QueryError) as refused:
        parse(query)
    assert refused.value.position == position
    assert reason in str(refused.value)
    assert refused.value.exit_status == 2


def test_a_refusal_shows_what_stands_at_the_place_and_a_way_out() -> None:
    with pytest.raises(QueryError) as refused:
        parse("iran AND levle:high")
    assert str(refused.value).startswith(
        "The query is refused at character 10, “levle:high”: there is no field “levle”. Did"
    )


def test_lone_surrogates_are_no_part_of_any_word() -> None:
    assert parse("iran\ud800 a") == And((Word("iran"), A))


def test_luqum_sees_names_and_operators_only() -> None:
    query = 'a && !title:"b:c"~2^2 || escalation.score:[-1 TO 2] (-url.full:https://x /)'.replace(" /", "")
    assert skeleton(scan(query)) == "t0 AND NOT f3: t4 ^2.0000 OR f7: t8 AND ( NOT f11: t12 )"


def test_queries_are_parsed_in_many_threads_at_once() -> None:
    queries = list(MEANINGS) * 20
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(parse, queries)) == [MEANINGS[query] for query in queries]


def test_a_search_is_narrowed_to_its_times() -> None:
    since = dt.datetime(1970, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert within(A, None, None) == A
    assert within(A, since, None) == And((A, Times("timestamp", Moment(0))))
    assert within(A, None, since) == And((A, Times("timestamp", None, Moment(0))))


def test_every_field_can_be_asked_for() -> None:
    examples = {"text": "word", "keyword": "value", "number": "1", "date": "2026", "boolean": "true"}
    for name, field in FIELDS.items():
        parse(f"{name}:{field.values[0] if field.values else examples[field.kind]}")
        parse(f"NOT {name}:*")
    assert len({field.index for field in FIELDS.values()}) == len(FIELDS)
