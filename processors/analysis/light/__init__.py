"""The lighter path for languages without a parser: said and denied cues, and the escalating and de-escalating core by patterns."""

from processors.analysis.light.analyze import analyze_light

__all__ = ["analyze_light"]
