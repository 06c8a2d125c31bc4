"""An event on its way from the words to the answer: what the steps hand on to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from brinkwatch.models import Actor
from brinkwatch.models.analysis import Direction, EventType, Modality
from processors.analysis.events.reading import Reading
from processors.analysis.knowledge import Rule
from processors.analysis.syntax import Sentence, Token


@dataclass
class Coded:
    """An event on its way: still with its tokens, and with the direction that the words alone give it."""

    rule: Rule
    name: str
    type: EventType
    mode: str | None
    trigger: Token
    sentence: Sentence
    source: list[Actor]
    target: list[Actor]
    modality: Modality
    direction: Direction | None
    when: str
    theme: Token | None = None
    reading: Reading = field(default_factory=Reading)
    anaphor: bool = False

    @property
    def background(self) -> bool:
        """Told in passing, as known: behind what the sentence says, and no reason for a text's level of its own."""
        return self.reading.background
