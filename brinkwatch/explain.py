"""Why a text has its level, in words: for alerts, the console and the command line. Pure functions over an analysis."""

from __future__ import annotations

from brinkwatch.models import Analysis


def why(analysis: Analysis) -> str:
    """One sentence on why the level is what it is."""
    if analysis.escalation.level is None:
        return "Not read: there are no rules for this language."
    if not analysis.escalation.because:
        return "Nothing escalating was found."
    events = [analysis.events[i] for i in analysis.escalation.because]
    return "; ".join(f"{event.type} ({event.modality}): {event.trigger.text}" for event in events) + "."


def evidence(analysis: Analysis, text: str) -> str | None:
    """The words of the sentence that shows it, None where there is none."""
    if not analysis.escalation.because:
        return None
    span = analysis.events[analysis.escalation.because[0]].sentence
    return " ".join(text[span.start : span.end].split())
