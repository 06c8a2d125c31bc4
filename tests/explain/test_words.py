"""Why a text has its level, in words: who did what to whom, in what sense, and who says so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from brinkwatch import explain
from brinkwatch.models import Actor, Analysis, Attribution, Entity, Escalation, Event, Mention, Source, Span, TextSpan
from brinkwatch.models.analysis import EventType, Modality

HOUSE = Path(__file__).parents[2]
DATA = HOUSE / "processors" / "analysis" / "data"


class Sentence:
    """An analysis of one sentence with one event, written by hand around the words of the text."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.text, self.language = text, language
        self.entities: list[Entity] = []
        self.said: tuple[Attribution, ...] = ()

    def at(self, words: str) -> tuple[int, int]:
        start = self.text.index(words)
        return start, start + len(words)

    def entity(self, id: str, name: str, *mentions: str, form: str = "name", kind: str = "GPE") -> Sentence:
        found = [
            Mention(start=start, end=end, text=self.text[start:end], form=form)  # type: ignore[arg-type]
            for start, end in map(self.at, mentions)
        ]
        self.entities.append(Entity(id=id, type=kind, name=name, mentions=tuple(found)))  # type: ignore[arg-type]
        return self

    def actor(self, words: str, id: str | None = None) -> Actor:
        start, end = self.at(words)
        return Actor(id=id, start=start, end=end, text=words)

    def speaker(self, words: str, id: str | None = None, name: str | None = None) -> Sentence:
        start, end = self.at(words)
        source = Source(id=id, name=name or words, start=start, end=end)
        self.said = (Attribution(source=source, cue=None, content=Span(start=0, end=len(self.text))),)
        return self

    def event(
        self, rule: str, code: str, trigger: str, source: tuple[Actor, ...] = (), target: tuple[Actor, ...] = (),
        modality: str = "asserted", counts: dict[str, int] | None = None, framing: str | None = None,
    ) -> Event:  # fmt: skip
        kind, _, mode = code.partition("/")
        start, end = self.at(trigger)
        framed = None
        if framing is not None:
            a, b = self.at(framing)
            framed = TextSpan(start=a, end=b, text=framing)
        return Event(
            type=kind, mode=mode or None, quad=4, intensity=-5.0, source=source, target=target,
            modality=modality, escalation="escalation", attribution=0 if self.said else None,
            trigger=TextSpan(start=start, end=end, text=trigger), framing=framed,
            sentence=Span(start=0, end=len(self.text)), counts=counts or {}, rule=rule,
        )  # type: ignore[arg-type]  # fmt: skip

    def told(
        self, rule: str, code: str, trigger: str, source: tuple[Actor, ...] = (), target: tuple[Actor, ...] = (),
        modality: str = "asserted", counts: dict[str, int] | None = None, framing: str | None = None,
    ) -> str:  # fmt: skip
        event = self.event(rule, code, trigger, source, target, modality, counts, framing)
        return explain.describe(self.analysis((event,)), event)

    def analysis(self, events: tuple[Event, ...] = (), escalation: Escalation | None = None) -> Analysis:
        calm = Escalation(score=0.0, level="none", direction=None, because=())
        return Analysis(
            language=self.language, coverage="full" if self.language == "en" else "light", truncated=False,
            entities=tuple(self.entities), attributions=self.said, events=events,
            escalation=escalation or calm, rules_version="t",
        )  # fmt: skip


def test_who_did_what_to_whom_in_the_words_of_the_text() -> None:
    s = Sentence("Kenyan jets bombed a Somali camp.")
    s.entity("KEN", "Kenya", "Kenyan", form="adjective").entity("SOM", "Somalia", "Somali", form="adjective")
    told = s.told(
        "assault.aerial",
        "ASSAULT/aerial",
        "bombed",
        (s.actor("Kenyan jets", "KEN"),),
        (s.actor("a Somali camp", "SOM"),),
    )
    assert told == "Kenyan jets attacked a Somali camp from the air (“bombed”), said to have happened"


def test_who_reports_it_is_named() -> None:
    s = Sentence("Chad struck Sudan, a diplomat said.").entity("TCD", "Chad", "Chad").entity("SDN", "Sudan", "Sudan")
    s.speaker("a diplomat")
    told = s.told("assault.strike", "ASSAULT", "struck", (s.actor("Chad", "TCD"),), (s.actor("Sudan", "SDN"),))
    assert told == "Chad struck Sudan, according to a diplomat"


@pytest.mark.parametrize(
    ("modality", "told"),
    [
        ("asserted", "Chad struck Sudan, by its own account"),
        ("intended", "Chad said it would strike Sudan (“struck”)"),
        ("hypothetical", "Chad said it could strike Sudan (“struck”)"),
        ("negated", "Chad said it did not strike Sudan (“struck”)"),
        ("denied", "Chad denied striking Sudan"),
    ],
)
def test_an_actor_speaks_for_itself(modality: str, told: str) -> None:
    s = Sentence("Chad struck Sudan.").entity("TCD", "Chad", "Chad").entity("SDN", "Sudan", "Sudan")
    s.speaker("Chad", "TCD")
    said = s.told(
        "assault.strike", "ASSAULT", "struck", (s.actor("Chad", "TCD"),), (s.actor("Sudan", "SDN"),), modality
    )
    assert said.replace(" (“struck”)", "") == told.replace(" (“struck”)", "")


def test_a_denial_never_reads_as_the_deed() -> None:
    s = Sentence("Kigali's envoy denied that Rwanda crossed into Congo.")
    s.entity("RWA", "Rwanda", "Rwanda").entity("COD", "Democratic Republic of the Congo", "Congo")
    actors = ((s.actor("Rwanda", "RWA"),), (s.actor("Congo", "COD"),))
    told = s.told("mobilize.intransitive", "MOBILIZE/troops", "crossed", *actors, "denied")
    assert told == "it is denied that Rwanda advanced towards the Democratic Republic of the Congo (“crossed”)"
    s.speaker("Kigali's envoy")
    told = s.told("mobilize.intransitive", "MOBILIZE/troops", "crossed", *actors, "denied")
    assert told.startswith("Kigali's envoy denied that Rwanda advanced")


def test_a_threat_says_what_is_threatened_and_no_modality_beside_it() -> None:
    s = (
        Sentence("Iran threatens to close the canal of Oman.")
        .entity("IRN", "Iran", "Iran")
        .entity("OMN", "Oman", "Oman")
    )
    target = (s.actor("the canal of Oman", "OMN"),)
    told = s.told(
        "threaten:coerce.restrict", "THREATEN/restrict", "close", (s.actor("Iran", "IRN"),), target, "intended"
    )
    assert told == "Iran threatened to place restrictions on the canal of Oman (“close”)"


def test_a_deed_to_come_that_was_coded_a_threat_is_not_told_as_done() -> None:
    s = Sentence("Ethiopia plans to seize Assab.").entity("ETH", "Ethiopia", "Ethiopia")
    told = s.told(
        "assault.seize", "THREATEN/violence", "seize", (s.actor("Ethiopia", "ETH"),), (s.actor("Assab"),), "intended"
    )
    assert told == "Ethiopia threatened to take Assab by force (“seize”)"


def test_what_is_asked_for_is_a_call() -> None:
    s = Sentence("The United Nations called for a truce in Libya.")
    s.entity("org:un", "United Nations", "United Nations", kind="ORG").entity("LBY", "Libya", "Libya")
    told = s.told(
        "request:retreat.ceasefire", "REQUEST/yield", "truce",
        (s.actor("United Nations", "org:un"),), (s.actor("Libya", "LBY"),), "requested",
    )  # fmt: skip
    assert told == "the United Nations called on Libya to declare or keep a ceasefire (“truce”)"


def test_a_call_for_change_does_not_say_which_deed_is_wanted() -> None:
    s = Sentence("Togo called for an end to the raid.").entity("TGO", "Togo", "Togo")
    told = s.told("request:assault.attack", "REQUEST/change", "raid", (s.actor("Togo", "TGO"),), modality="requested")
    assert told == "Togo called for a change of course (“raid”)"


def test_another_time_is_said_to_be_one() -> None:
    s = Sentence("The film recalls how Japan bombed Darwin.").entity("JPN", "Japan", "Japan")
    told = s.told("assault.aerial", "ASSAULT/aerial", "bombed", (s.actor("Japan", "JPN"),), modality="historical")
    assert told == "Japan attacked from the air (“bombed”), of another time"


def test_what_somebody_is_accused_of_is_told_as_an_accusation() -> None:
    s = Sentence("Ottawa accused Chad of bombing Sudan.").entity("CAN", "Canada", "Ottawa", form="metonym")
    s.entity("TCD", "Chad", "Chad").entity("SDN", "Sudan", "Sudan")
    accuse = s.event("accuse.accuse", "ACCUSE", "accused", (s.actor("Ottawa", "CAN"),), (s.actor("Chad", "TCD"),))
    chad, sudan = (s.actor("Chad", "TCD"),), (s.actor("Sudan", "SDN"),)
    bombing = s.event("assault.aerial", "ASSAULT/aerial", "bombing", chad, sudan)
    analysis = s.analysis((accuse, bombing))
    assert explain.describe(analysis, bombing) == "Canada accused Chad of attacking Sudan from the air (“bombing”)"
    assert explain.describe(analysis, accuse) == "Canada accused Chad"


def test_words_that_say_where_somebody_was_are_kept_and_words_that_say_nothing_are_not() -> None:
    s = Sentence("Agents killed an exile in Vienna; the movement denied it.").entity("AUT", "Austria")
    told = s.told("assault.kill", "ASSAULT/targeted", "killed", (), (s.actor("an exile in Vienna", "AUT"),))
    assert told == "an unnamed actor killed an exile in Vienna, said to have happened"
    told = s.told("assault.kill", "ASSAULT/targeted", "killed", (), (s.actor("the movement", "AUT"),))
    assert told == "an unnamed actor killed people from Austria, said to have happened"


def test_a_deed_that_is_itself_the_word_of_saying_has_no_reporter() -> None:
    s = Sentence("Peru recalled its envoy.").entity("PER", "Peru", "Peru").speaker("Peru", "PER")
    start, end = s.at("recalled")
    s.said = (msgspec.structs.replace(s.said[0], cue=TextSpan(start=start, end=end, text="recalled")),)
    told = s.told("sanction.recall", "SANCTION/withdraw", "recalled", (s.actor("Peru", "PER"),))
    assert told == "Peru recalled envoys or staff, said to have happened"


def test_nobody_agrees_with_a_city() -> None:
    s = Sentence("Rivals in Chad signed a truce in Jeddah.").entity("TCD", "Chad", "Chad")
    s.entity("SAU", "Saudi Arabia").entity("geonames:105343", "Jeddah", "Jeddah")
    jeddah = (s.actor("Jeddah", "SAU"), s.actor("Jeddah", "geonames:105343"))
    told = s.told("agree.truce", "AGREE", "signed", (s.actor("Chad", "TCD"),), jeddah)
    assert told == "Chad agreed to a truce or settlement (“signed”), said to have happened"


def test_pronouns_seats_and_capitals_are_named_by_what_they_stand_for() -> None:
    s = Sentence("BEIRUT shelled its forces near Tyre.")
    s.entity("LBN", "Lebanon", "BEIRUT", form="metonym").entity("ISR", "Israel")
    told = s.told(
        "assault.heavy", "ASSAULT/heavy-weapons", "shelled",
        (s.actor("BEIRUT", "LBN"),), (s.actor("its forces near Tyre", "ISR"),),
    )  # fmt: skip
    assert told == "Lebanon attacked Israel with heavy weapons (“shelled”), said to have happened"


def test_a_bare_state_is_not_killed_its_people_are() -> None:
    s = Sentence("Raiders killed Mali.").entity("MLI", "Mali", "Mali")
    told = s.told("assault.kill", "ASSAULT/targeted", "killed", (s.actor("Raiders"),), (s.actor("Mali", "MLI"),))
    assert told == "Raiders killed people from Mali, said to have happened"


def test_numbers_of_victims_stand_beside_the_deed_but_not_of_a_denied_one() -> None:
    s = Sentence("Shells hit Goma and killed 1200.")
    counts = {"killed": 1200, "weapons": 3}
    told = s.told("assault.strike", "ASSAULT", "hit", (s.actor("Shells"),), counts=counts)
    assert told == "Shells struck (“hit”, 1,200 killed), said to have happened"
    assert "1,200" not in s.told("assault.strike", "ASSAULT", "hit", (s.actor("Shells"),), (), "denied", counts)


def test_the_judgement_of_the_text_is_quoted() -> None:
    s = Sentence("Serbia sent tanks, a major escalation.").entity("SRB", "Serbia", "Serbia")
    told = s.told(
        "mobilize.troops", "MOBILIZE/troops", "sent", (s.actor("Serbia", "SRB"),), framing="a major escalation"
    )
    assert told.endswith("; the words “a major escalation” judge it")


def test_other_languages_are_told_by_the_names_of_entities_and_their_own_verb() -> None:
    s = Sentence("Россия обстреляла Украину", language="ru")
    s.entity("RUS", "Russia", "Россия").entity("UKR", "Ukraine", "Украину")
    told = s.told(
        "ru.assault.strike", "ASSAULT", "обстреляла", (s.actor("Россия", "RUS"),), (s.actor("Украину", "UKR"),)
    )
    assert told == "Russia attacked Ukraine (“обстреляла”), said to have happened"


def test_long_names_are_cut_between_words() -> None:
    long = "the parliamentary commission for the investigation of incidents at the northern border"
    s = Sentence(f"Chad attacked, {long} said.").entity("TCD", "Chad", "Chad").speaker(long)
    told = s.told("assault.attack", "ASSAULT", "attacked", (s.actor("Chad", "TCD"),))
    assert told == "Chad attacked, according to the parliamentary commission for the investigation of…"


def test_names_with_braces_and_brackets_break_nothing() -> None:
    s = Sentence("Group {x} [a|b] attacked camp {target} [c|d].")
    told = s.told(
        "threaten:assault.attack", "THREATEN/violence", "attacked",
        (s.actor("Group {x} [a|b]"),), (s.actor("camp {target} [c|d]"),),
    )  # fmt: skip
    assert told == "Group {x} [a|b] threatened to attack camp {target} [c|d]"


def test_a_capital_that_only_opens_the_sentence_goes() -> None:
    s = Sentence("Masked men attacked.")
    assert s.told("assault.attack", "ASSAULT", "attacked", (s.actor("Masked men"),)).startswith("masked men attacked")


def test_a_dateline_is_no_speaker() -> None:
    s = Sentence("MINSK, 4 May (Agency - Chad attacked.").entity("TCD", "Chad", "Chad").speaker("MINSK, 4 May (Agency")
    told = s.told("assault.attack", "ASSAULT", "attacked", (s.actor("Chad", "TCD"),))
    assert told == "Chad attacked, said to have happened"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    s = Sentence("Chad vexed Sudan.").entity("TCD", "Chad", "Chad").entity("SDN", "Sudan", "Sudan")
    told = s.told("vex.vex", "VEX/hard", "vexed", (s.actor("Chad", "TCD"),), (s.actor("Sudan", "SDN"),))
    assert "coded VEX/hard to Sudan" in told


def test_names_only_is_never_shown_as_calm() -> None:
    analysis = Sentence("…", "ja").analysis()
    names = Analysis(**{**{f: getattr(analysis, f) for f in analysis.__struct_fields__}, "coverage": "names"})
    assert explain.why(names).startswith("Names only") and "calm" in explain.why(names)


def test_what_only_may_ease_tension_is_not_said_to_do_so() -> None:
    s = Sentence("Chad struck Sudan.").entity("TCD", "Chad", "Chad")
    for modality, words in (("asserted", "None: tension eases; "), ("hypothetical", "None: tension may ease; ")):
        event = s.event(
            "retreat.ceasefire", "RETREAT/ceasefire", "struck", (s.actor("Chad", "TCD"),), modality=modality
        )
        eased = Escalation(score=0.0, level="none", direction="de-escalation", because=(0,))
        assert explain.why(s.analysis((event,), eased)).startswith(words)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "{", "[", "…"])
def test_names_of_no_letters_break_nothing(name: str) -> None:
    s = Sentence(f"{name}Chad attacked.").speaker("Chad", name=name or " ")
    actor = Actor(id=None, start=0, end=len(name), text=name)
    assert "attacked" in s.told("assault.attack", "ASSAULT", "attacked", (actor,), (actor,))


# ------------------------------------------------------------------------------------------------ the tables


@pytest.mark.parametrize("modality", get_args(Modality))
def test_every_deed_reads_as_a_sentence_in_every_sense(modality: str) -> None:
    s = Sentence("Chad vexed Sudan, a diplomat said.").entity("TCD", "Chad", "Chad").entity("SDN", "Sudan", "Sudan")
    chad, sudan = (s.actor("Chad", "TCD"),), (s.actor("Sudan", "SDN"),)
    codes = [("x.x", code) for code in explain.words().deeds]
    codes += [(f"{frame}:{rule}", "ASSAULT") for frame in explain.words().built for rule in explain.words().rules]
    codes += [(rule, f"{rule.partition('.')[0].upper()}/none") for rule in explain.words().rules]
    for rule, code in codes:
        for target in ((), sudan):
            told = s.told(rule, code, "vexed", chad, target, modality)
            assert not re.search(r"[{}\[\]|]|  | ,| ;|\(\)", told), told
            assert "Chad" in told, told


def test_every_type_and_mode_has_words() -> None:
    plover = tomllib.loads((DATA / "events" / "plover.toml").read_text("utf-8"))
    codes = {
        code for kind, entry in plover.items() for code in (kind, *(f"{kind}/{m}" for m in entry.get("modes", ())))
    }
    assert set(get_args(EventType)) <= codes == set(explain.words().deeds)


def test_every_event_rule_has_words_of_its_own_type() -> None:
    rules = {
        rule["name"]: rule["type"]
        for path in (DATA / "events" / "rules").glob("*.toml")
        for rule in tomllib.loads(path.read_text("utf-8"))["rule"]
    }
    words = explain.words().rules
    assert set(rules) == {name for name in words if ":" not in name}
    for name, row in words.items():
        if isinstance(row, str):
            assert row in explain.words().deeds and row.partition("/")[0] == rules[name], name


def test_the_modalities_are_called_as_the_console_calls_them() -> None:
    console = tomllib.loads((HOUSE / "brinkwatch" / "console" / "data" / "words.toml").read_text("utf-8"))["modality"]
    senses = explain.words().senses
    assert set(senses) == set(console) == set(get_args(Modality))
    for modality, sense in senses.items():
        assert sense.alone.endswith(console[modality]) or console[modality] in sense.alone, modality


def test_no_table_speaks_in_codes() -> None:
    table = explain.words()
    texts = [part for row in (*table.deeds.values(), *table.rules.values()) if not isinstance(row, str) for part in row]
    assert not [text for text in texts if re.search(r"[A-Z]{3}", text)]
