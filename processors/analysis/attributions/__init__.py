"""Attributions: who says what. Source, cue and content, found on the parse and by quotation marks."""
