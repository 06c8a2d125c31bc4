"""Keeping the knowledge: checking its files, counting them, running their examples. Nothing here is needed to analyse a text."""
