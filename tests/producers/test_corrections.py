"""An article that calls itself corrected or withdrawn is known as such; one that writes of corrections is not."""

from __future__ import annotations

import pytest

from producers.identify.corrections import notice_of
from producers.parse.model import ParsedEntry

PLAIN = "The ministry published its figures for August. " * 30


@pytest.mark.parametrize(
    ("entry", "notice"),
    [
        (ParsedEntry(title="CORRECTION: Veldania recalls envoy"), "correction"),
        (ParsedEntry(title="CORRECTED-Veldania recalls envoy from Norrland"), "correction"),
        (
            ParsedEntry(title="(Corrects paragraph 3)", summary="Corrects spelling of the name in paragraph 3"),
            "correction",
        ),
        (
            ParsedEntry(title="Envoy recalled", body=PLAIN + "This story has been corrected to show the right date."),
            "correction",
        ),
        (
            ParsedEntry(title="Envoy recalled", body="An earlier version of this article misstated the rank. " + PLAIN),
            "correction",
        ),
        (
            ParsedEntry(title="Gesandter abberufen", body=PLAIN + "In einer früheren Version hieß es, er sei General."),
            "correction",
        ),
        (ParsedEntry(title="Исправление: посол отозван"), "correction"),
        (ParsedEntry(title="تصحيح: استدعاء السفير"), "correction"),
        (ParsedEntry(title="WITHDRAWN: Envoy recalled"), "retraction"),
        (ParsedEntry(title="Envoy recalled", summary="This story has been withdrawn."), "retraction"),
        (ParsedEntry(title="Dépêche annulée : l'ambassadeur rappelé"), "retraction"),
        (ParsedEntry(title="Ministry issues correction of its August figures"), None),
        (ParsedEntry(title="Troops withdrawn: what comes next", body=PLAIN), None),
        (ParsedEntry(title="House of correction", body=PLAIN + " The warden said so. " + PLAIN * 2), None),
        (ParsedEntry(), None),
    ],
)
def test_a_notice_is_known_by_its_words_and_their_place(entry: ParsedEntry, notice: str | None) -> None:
    assert notice_of(entry) == notice
