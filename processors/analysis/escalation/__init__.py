"""Escalation: which way each event points, the framing that judges it, and the documented score of a text."""
