"""Random queries over random documents: every back-end gives the plain meaning's answer."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brinkwatch.errors import QueryError
from brinkwatch.models import ArticleDocument
from sinks.query import nodes
from sinks.query.language import parse
from sinks.query.leaves import MAX_PREFIX
from sinks.query.search_fields import SearchFields
from sinks.query.words import fold_keyword
from tests.sinks.query.backends import InMemoryTantivy, Plain, RealElasticsearch, fields_of
from tests.sinks.query.documents import at, document

WORDS = (
    "iran",
    "Iran's",
    "irán",
    "U.S.",
    "us",
    "russia",
    "3.5",
    "35",
    "f-16",
    "talks",
    "talk",
    "中国",
    "国",
    "中国人",
    "strike",
    "strikes",
    "and",
)
ACTORS = ("IRN", "RUS", "USA", "IRQ")
SCORES = ("-1", "-0.5", "0", "0.5", "1")
DATES = ("2026-09-01", "2026-09-06", "2026-09-06T12:00", "2026-09-06T12:00:00.000001", "now-4d", "2026")
LEVELS = ("none", "low", "elevated", "high", "severe")


def random_document(key: str, dice: random.Random) -> ArticleDocument:
    def text(most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(0, most)))

    score = dice.choice((None, *map(float, SCORES)))
    return document(
        key,
        title=text(4),
        summary=text(2),
        body=text(8),
        entity_names=tuple(text(2) for _ in range(dice.randint(0, 3))),
        authors=tuple(text(2) for _ in range(dice.randint(0, 2))),
        actors=tuple(dice.sample(ACTORS, dice.randint(0, 3))),
        dyads=tuple({"-".join(dice.sample(ACTORS, 2)) for _ in range(dice.randint(0, 2))}),
        score=score,
        level=None if score is None else dice.choice(LEVELS),
        revision=dice.randint(0, 3),
        truncated=dice.random() < 0.3,
        published=None
        if dice.random() < 0.2
        else at(dice.choice(("2026-09-01T00:00:00", "2026-09-06T12:00:00", "2026-09-06T12:00:00.000001"))),
    )


def documents(seed: int, count: int = 25) -> list[ArticleDocument]:
    dice = random.Random(seed)
    return [random_document(f"d{number}", dice) for number in range(count)]


texts = st.sampled_from(WORDS)
phrases = st.lists(texts, min_size=1, max_size=4).map(lambda words: f'"{" ".join(words)}"')
words = st.one_of(
    texts,
    phrases,
    st.tuples(phrases, st.integers(0, 3)).map(lambda pair: f"{pair[0]}~{pair[1]}"),
    st.sampled_from(("ir*", "str*", "tal*", "3.*", "US*", "strik~", "irna~", "russai~1", "strieks~2", "talks~1")),
)
bounds = st.sampled_from(("[{} TO {}]", "{{{} TO {}]", "[{} TO {}}}", "{{{} TO {}}}"))


def ranges(field: str, values: tuple[str, ...]) -> st.SearchStrategy[str]:
    value = st.sampled_from(values)
    ends = st.sampled_from((*values, "*"))
    return st.one_of(
        value.map(lambda each: f"{field}:{each}"),
        st.tuples(st.sampled_from((">", ">=", "<", "<=")), value).map(lambda pair: f"{field}:{pair[0]}{pair[1]}"),
        st.tuples(bounds, ends, ends).map(lambda given: f"{field}:{given[0].format(given[1], given[2])}"),
    )


leaves = st.one_of(
    words,
    st.tuples(st.sampled_from(("title", "body", "authors")), words).map(":".join),
    st.sampled_from(ACTORS).map("actors:{}".format),
    st.sampled_from(
        ("dyads:IRN-*", "dyads:ru*", "truncated:true", "_exists_:actors", "authors:*", "*:*", "language:en")
    ),
    ranges("escalation.score", SCORES),
    ranges("revision", ("0", "1", "2.5")),
    ranges("@timestamp", DATES),
    ranges("published", DATES),
    ranges("escalation.level", LEVELS),
)


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from((" ", " AND ", " OR ", " && ", " || ", " NOT ", " AND NOT ", " OR NOT ", " -"))
    return st.one_of(
        st.tuples(inner, sign, inner).map("".join),
        inner.map("({})".format),
        inner.map("NOT ({})".format),
        inner.map("({})^2.5".format),
        inner.map("!({})".format),
    )


queries = st.recursive(leaves, joined, max_leaves=8)


def parsed(query: str) -> nodes.Query | None:
    try:
        return parse(query)
    except QueryError as error:
        assert 0 <= error.position <= len(query)
        return None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), batch=st.lists(queries, min_size=1, max_size=10))
def test_tantivy_answers_any_query_as_it_is_meant(seed: int, batch: list[str]) -> None:
    found = fields_of(documents(seed))
    asked = [(text, query) for text in batch if (query := parsed(text)) is not None]
    answers = InMemoryTantivy(found).find([query for _, query in asked])
    meant = Plain(found).find([query for _, query in asked])
    assert dict(zip(asked, answers, strict=True)) == dict(zip(asked, meant, strict=True))


@pytest.mark.services
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 10_000), batch=st.lists(queries, min_size=100, max_size=150))
def test_elasticsearch_answers_any_query_as_it_is_meant(
    elasticsearch_service: Any, seed: int, batch: list[str]
) -> None:
    found = fields_of(documents(seed, count=60))
    asked = [(text, query) for text in batch if (query := parsed(text)) is not None]
    backend = RealElasticsearch(elasticsearch_service.url, found)
    try:
        answers = backend.find([query for _, query in asked])
    finally:
        backend.close()
    meant = Plain(found).find([query for _, query in asked])
    assert dict(zip(asked, answers, strict=True)) == dict(zip(asked, meant, strict=True))


CHARACTERS = [*sorted(set(string.printable.strip()) - set(string.ascii_uppercase)), " ", "ж", "中", "“", "😀"]


def keywords_with_every_sign() -> tuple[dict[str, SearchFields], list[nodes.Query]]:
    values = {str(place): fold_keyword(f"x{sign}y{place}") for place, sign in enumerate(CHARACTERS)}
    fields = {key: SearchFields({}, {"actors": (value,)}, {}, {}) for key, value in values.items()}
    return fields, [nodes.Prefix(value[: -len(key)], "actors") for key, value in values.items()]


def test_no_sign_in_a_prefix_means_anything_but_itself_to_tantivy() -> None:
    fields, prefixes = keywords_with_every_sign()
    assert InMemoryTantivy(fields).find(prefixes) == [{key} for key in fields]


@pytest.mark.parametrize("sign", ["a", ".", "é", "中", "😀"])
def test_tantivy_takes_the_longest_prefix_and_the_longest_word(sign: str) -> None:
    fields = {"d": SearchFields({"title": (sign * 100,)}, {"actors": (sign * 512,)}, {}, {})}
    queries: list[nodes.Query] = [
        nodes.Prefix(sign * MAX_PREFIX, "actors"), nodes.Prefix(sign * 100, "title"), nodes.Fuzzy(sign * 98, 2, "title"),
    ]  # fmt: skip
    assert InMemoryTantivy(fields).find(queries) == [{"d"}] * 3


@pytest.mark.services
def test_no_sign_in_a_prefix_means_anything_but_itself_to_elasticsearch(elasticsearch_service: Any) -> None:
    fields, prefixes = keywords_with_every_sign()
    longest = {"long": SearchFields({"title": ("😀" * 100,)}, {"actors": ("😀" * 512,)}, {}, {})}
    backend = RealElasticsearch(elasticsearch_service.url, fields | longest)
    try:
        assert backend.find(prefixes) == [{key} for key in fields]
        assert (
            backend.find([nodes.Prefix("😀" * MAX_PREFIX, "actors"), nodes.Fuzzy("😀" * 98, 2, "title")])
            == [{"long"}] * 2
        )
    finally:
        backend.close()


signs = st.text(alphabet=st.sampled_from('ab1 \t():"~^*?[]{}<>=!&|+-/\\.,TONRAD中国é“”'), max_size=40)


@settings(max_examples=1_500, deadline=None)
@given(signs)
def test_whatever_is_typed_is_understood_or_refused_with_a_place(text: str) -> None:
    parsed(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                "a",
                "title:a",
                "actors:a",
                '"a b"',
                "AND",
                "OR",
                "NOT",
                "!",
                "&&",
                "-a",
                "+a",
                "(",
                ")",
                "^2",
                "title:(",
                "~1",
            )
        ),
        max_size=14,
    )
)
def test_any_row_of_signs_is_understood_or_refused_with_a_place(row: list[str]) -> None:
    parsed(" ".join(row))
