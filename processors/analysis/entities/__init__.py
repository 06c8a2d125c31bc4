"""Finds who and what a text names, each with an id: states, cities, organisations, people, weapons.

What they do and say is left to the events and attributions.
"""

from processors.analysis.entities.find import Entities, EntityFinder, Survey
from processors.analysis.entities.model import NamedSpan

__all__ = ["Entities", "EntityFinder", "NamedSpan", "Survey"]
