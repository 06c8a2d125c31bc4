"""`knowledge check` refuses what is wrong, with its line and the way out, and never falls over a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.analysis import layers
from processors.analysis.curation.check import our_files, problems
from processors.analysis.curation.formats import FORMATS, LightFile
from processors.analysis.curation.positions import Lines, Path
from processors.analysis.entities.load import laid_rows
from processors.analysis.knowledge import Rule, expand
from processors.analysis.layers import Overlay, parsed
from processors.analysis.light.rules import Language, Words

OURS = our_files().files

RULE = """# a rule
[[rule]]
name = "a.b"
type = "AID"
mode = "military"
verbs = ["zap"]
examples = [
  { text = "Peru zapped Chile.", source = "PER" },
]
counter = ["The cook zapped the soup."]
"""
ROWS = """[[group]]
type = "ORG"
kind = "party"
rows = [
  # the first
  { name = "First", state = "PER" },
  { name = "Second", state = "CHL", since = 1990, until = 2000 },
]
"""
LIGHT = """[[rule]]
name = "es.a"
type = "AID"
trigger = "x(?:y)"
examples = [{ text = "Perú xy Chile." }]
counter = ["Xy."]
"""
FRAMING = """[[framing]]
name = "a"
direction = "escalation"
pattern = "brink"
examples = ["On the brink."]
counter = ["On the bridge."]
"""


def found(**files: str) -> list[tuple[str, int, str, str]]:
    overlay = Overlay("mine", {name.replace("__", "/") + ".toml": text.encode() for name, text in files.items()})
    return [(p.file.removeprefix("mine/"), p.line, p.what, p.hint) for p in problems(overlay)]


def test_our_own_files_are_well() -> None:
    assert [str(p) for p in problems(our_files(), ours=True)] == []


def test_good_files_of_a_user_are_well() -> None:
    assert found(events__rules__mine=RULE, entities__mine=ROWS, light__es=LIGHT, escalation__framing=FRAMING) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "hint"),
    [
        ('type = "AID"', 'type = "ADI"', 4, "`ADI` is no value of `type`", "`AID`"),
        ('type = "AID"\n', "", 2, "'a.b': `type` is missing", "type = …"),
        ('mode = "military"', 'mode = "militry"', 5, "no mode of AID", "`military`"),
        ('mode = "military"', 'when = "allways"', 5, "`allways`", "`always`"),
        ('mode = "military"', 'escalatoin = "escalation"', 5, "`escalatoin` is no field", "`escalation`"),
        ('mode = "military"', 'escalation = "up"', 5, "`up`", "de-escalation, escalation"),
        ('mode = "military"', "reciprocal = 1", 5, "`reciprocal` is a number, not true or false", "true or false"),
        ('mode = "military"', 'not_in = ["labor"]', 5, "`labor`", "`labour`"),
        ('verbs = ["zap"]', 'verbs = "zap"', 6, "`verbs` is text, not a list", "Write a list"),
        ('verbs = ["zap"]', 'verbs = ["zap", 3]', 6, "item of `verbs` is a number", "quotation marks"),
        ('verbs = ["zap"]', 'verbs = ["zap",\n"@trops"]', 7, "no word class", "`@troops`"),
        ('verbs = ["zap"]', 'object = ["soup"]', 2, "has no trigger", "verbs"),
        ('source = "PER"', 'source = "PRX"', 8, "`PRX` is the code of no state", "alpha-3"),
        ('source = "PER"', 'sorce = "PER"', 8, "`sorce` is no field", "`source`"),
        ('counter = ["The cook zapped the soup."]', "", 2, "has no counter-example", "`counter`"),
        ('{ text = "Peru zapped Chile.", source = "PER" },', "", 2, "has no example", "`examples`"),
        ('mode = "military"', 'mode = "military', 5, "no TOML", "Correct the line"),
        ('name = "a.b"', 'name = "a.b"\nname = "b"', 4, "no TOML", "Correct the line"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_line(old: str, new: str, line: int, what: str, hint: str) -> None:
    assert old in RULE
    [(file, at, said, way)] = found(events__rules__mine=RULE.replace(old, new))
    assert (file, at) == ("events/rules/mine.toml", line)
    assert what in said and hint in way


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('type = "ORG"', 'type = "ORGS"', 2, "`ORGS`"),
        ('kind = "party"', 'kind = "partie"', 3, "`partie`"),
        ('state = "CHL"', 'state = "CHI"', 7, "`CHI` is the code of no state"),
        ("until = 2000", "until = 1980", 7, "ends before it begins"),
        ('"Second"', '"First"', 7, "there already"),
        ("since = 1990", 'sp = ["Segundo"]', 7, "`sp` is no field"),
        ('"PER" }', '"PER", all = [""] }', 6, "empty"),
        ('kind = "party"', 'kind = "party"\nsource = "A list"', 1, "licence"),
        ('state = "PER" }', 'kind = "seat" }', 6, "seat of no state"),
        ('{ name = "First"', '{ nam = "First"', 6, "`nam`"),
    ],
)
def test_a_mistake_in_names_is_told_with_its_line(old: str, new: str, line: int, what: str) -> None:
    assert old in ROWS
    told = found(entities__mine=ROWS.replace(old, new))
    assert any(at == line and what in said for _, at, said, _ in told), told


@pytest.mark.parametrize(
    ("file", "text", "line", "what"),
    [
        ("light__es", LIGHT.replace("(?:y)", "(?:y"), 4, "no regular expression"),
        ("light__es", LIGHT.replace("x(?:y)", "x?"), 4, "finds the empty text"),
        ("light__es", '[words]\nquiet = "(a"', 2, "no regular expression"),
        ("light__es", '[words]\nquite = "a"', 2, "`quite`"),
        ("light__pt", LIGHT, 1, "`said` is missing"),
        ("light__pt", LIGHT + '[words]\nsaid = "x"', 7, "`denied` is missing"),
        ("light__xx", LIGHT, 1, "no language"),
        ("escalation__framing", FRAMING.replace("brink", "br[ink"), 4, "no regular expression"),
        ("escalation__framing", FRAMING.replace('"escalation"', '"up"'), 3, "`up`"),
        ("escalation__framing", FRAMING.replace('examples = ["On the brink."]', ""), 1, "no example"),
        ("escalation__framing", FRAMING.replace("counter", "# counter"), 1, "no counter-example"),
        ("escalation__score", "[types]\nAIDD = 0.3", 2, "`AIDD`"),
        ("escalation__score", "[levels]\nlow = 0.9", 1, "do not rise"),
        ("escalation__score", "relief = 0.1\n[types]\nAID = 3", 3, "outside"),
        ("escalation__score", "relief = 'a lot'", 1, "`relief` is text, not a number"),
        ("events__plover", "[AID]\nquad = 7\nscore = 1", 2, "`quad`"),
        ("events__plover", "[AID]\nquad = 2\nscore = 1\nmodes = { a = 11 }", 4, "outside the scale"),
        ("events__classes", 'a = ["@b"]\nb = ["@a"]', 1, "contains itself"),
        ("events__classes", 'a = ["x"]\nb = [\n"@c"]', 3, "`@c`"),
        ("events__operators", '[[operator]]\nname = "x"\neffect = "denny"', 3, "`denny`"),
        ("attributions__cues", '[[cue]]\nname = "x"\nverbs = ["opine"]', 1, "no example"),
        ("attributions__wording", 'sayd = ["opined"]', 1, "`sayd`"),
        ("entities__states", '[en]\nUSX = ["Usonia"]', 2, "`USX`"),
        ("entities__states", '[eng]\nUSA = ["Usonia"]', 1, "`eng`"),
        ("entities__demonyms", '[en]\nUSX = ["Usonian"]', 2, "`USX`"),
        ("entities__offices", '[ships]\nUSS = "USX"', 2, "`USX`"),
        ("entities__offices", '[heads]\nminstry = ["Office"]', 2, "`minstry`"),
        ("languages__profiles", '[coverage]\nlight = ["pt"]', 2, "no patterns"),
        ("languages__profiles", '[coverage]\nfull = ["es"]', 2, "English alone"),
        ("languages__profiles", '[coverage]\nhalf = ["es"]', 2, "`half`"),
        ("event__rules__mine", RULE, 1, "Nothing reads"),
        ("events__rule", RULE, 1, "Nothing reads"),
    ],
)
def test_a_mistake_in_another_file_is_told_with_its_line(file: str, text: str, line: int, what: str) -> None:
    told = found(**{file: text})
    assert any(at == line and what in said for _, at, said, _ in told), told


def test_every_mistake_is_told_not_the_first_alone() -> None:
    text = RULE.replace('"AID"', '"ADI"').replace("verbs", "verb") + LIGHT
    assert len(found(events__rules__a=text, entities__b=ROWS.replace("PER", "PRR").replace("CHL", "CHH"))) >= 5


def test_two_rules_of_one_name_in_a_folder_are_refused() -> None:
    [(file, line, what, _)] = found(events__rules__a=RULE, events__rules__b="\n" + RULE)
    assert (file, line) == ("events/rules/b.toml", 4)
    assert "there already, in events/rules/a.toml" in what


def test_one_thing_in_two_files_of_names_is_refused_but_two_things_of_one_name_are_not() -> None:
    [(file, line, what, _)] = found(entities__a=ROWS, entities__b="\n" + ROWS.replace("Second", "Third"))
    assert (file, line) == ("entities/b.toml", 7) and "there already, in entities/a.toml" in what
    assert found(entities__a=ROWS, entities__b=ROWS.replace('"ORG"', '"WEAPON"')) == []


def test_what_we_do_not_have_cannot_be_switched_off() -> None:
    off = '[[rule]]\nname = "assault.drome"\nenabled = false'
    [(_, line, what, hint)] = found(events__rules__a=off)
    assert line == 2 and "assault.drome" in what and "assault.drone" in hint
    assert found(events__rules__a=off.replace("drome", "drone")) == []
    assert found(events__rules__a=off.replace("drome", "drone").replace("false", '"no"'))[0][1] == 3
    assert found(attributions__cues='[[cue]]\nname = "deny"\nenabled = false') == []
    assert found(entities__a=ROWS.replace('"First", state = "PER"', '"Interpol", enabled = false')) == []


def test_a_file_with_nothing_in_it_yet_is_well() -> None:
    assert found(events__rules__a="# later\n", entities__a="", light__es="") == []


def test_a_file_that_is_not_utf8_is_told_with_its_line() -> None:
    [problem] = problems(Overlay("mine", {"entities/a.toml": b"# a\n# caf\xe9\n"}))
    assert (problem.line, "UTF-8" in problem.what) == (2, True)


def test_a_byte_order_mark_does_not_matter() -> None:
    assert problems(Overlay("mine", {"entities/a.toml": b"\xef\xbb\xbf" + ROWS.encode()})) == []


# ------------------------------------------------------------------------------------------------ lines


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from leaves(inner, (*path, i))
    else:
        yield path, value


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_value_is_on_the_line_that_is_told(name: str) -> None:
    lines, text = Lines(OURS[name]), OURS[name].decode().splitlines()
    for path, value in leaves(parsed(OURS[name], name)):
        line = text[lines.of(path) - 1]
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        assert any(written in line for written in (str(value), escaped, str(value).lower())), (path, line[:80])


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1), (("b", "c"), 2), (("b", "d e"), 3), (("t", "x"), 6), (("t", "in", "y"), 8), (("l", 0, "v"), 10),
        (("l", 0, "m", 1, "w"), 14), (("l", 1, "v"), 16), (("l", 1, "w", 1, "z", 0), 18), (("l", 9, "v"), 9), (("q",), 1),
    ],
)  # fmt: skip
def test_lines_are_found_in_every_way_that_toml_is_written(path: Path, line: int) -> None:
    text = """a = 1
b.c = 2
b."d e" = 3
long = '''
x'''
t.x = 1
[t.in]
y = [1, 2]
[[l]]
v = 1
[[l.m]]
w = 1
[[l.m]]
w = 2
[[l]]
v = 2
w = [ # a note
  { }, { z = ["u"] },
]
"""
    assert Lines(text.encode()).of(path) == line


def read(overlay: Overlay) -> None:
    """As the analyzer reads, without keeping it."""
    classes = msgspec.convert(layers.table("events/classes.toml", overlay), dict[str, tuple[str, ...]])
    for rule in msgspec.convert(layers.gathered("events/rules", "rule", overlay), tuple[Rule, ...]):
        expand((*rule.verbs, *rule.nouns, *rule.object, *rule.not_object), classes)
    for name in layers.names("light", overlay):
        table = layers.table(name, overlay)
        file = msgspec.convert(table, LightFile)
        Language(name, msgspec.convert(table["words"], Words), file.rule, file.classes)
    for framing in layers.table("escalation/framing.toml", overlay)["framing"]:
        re.compile(framing["pattern"])
    laid_rows(overlay)
    for kind in FORMATS:
        if "*" not in kind.pattern and "?" not in kind.pattern and not kind.by_language:
            msgspec.convert(layers.table(kind.pattern, overlay), kind.kind)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_with_a_piece_cut_out_is_told_or_can_be_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(n for n in OURS if len(OURS[n]) < 20_000)))
    whole = OURS[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    other = data.draw(st.sampled_from([b"", b"x", b"= 3\n", b"[", b'"', b"[[rule]]\n", b"name = 3\n"]))
    overlay = Overlay("mine", {name: whole[:start] + other + whole[end:]})
    found = problems(overlay)
    assert all(problem.line >= 1 and problem.what and problem.hint for problem in found)
    if not found:
        read(overlay)


FIELDS = sorted(
    {key for name in OURS for path, _ in leaves(parsed(OURS[name], name)) for key in path if isinstance(key, str)}
)
VALUES = st.recursive(
    st.sampled_from(["x", "", "IRN", "@x", "(", "escalation", 3, -1.5, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    return "[" + ", ".join(map(written, value)) + "]" if isinstance(value, list) else json.dumps(value)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(OURS)), data=st.data())
def test_whatever_stands_in_a_file_is_told_or_can_be_read(name: str, data: st.DataObject) -> None:
    top = list(parsed(OURS[name], name))
    table = data.draw(st.dictionaries(st.sampled_from(top) | st.sampled_from(FIELDS), VALUES, max_size=4))
    other = data.draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3))
    files = {name: table, "events/classes.toml": other}
    texts = {n: "".join(f"{json.dumps(k)} = {written(v)}\n" for k, v in t.items()).encode() for n, t in files.items()}
    overlay = Overlay("mine", texts)
    found = problems(overlay)
    assert all(problem.line >= 1 and problem.what and problem.hint for problem in found)
    if not found:
        read(overlay)
