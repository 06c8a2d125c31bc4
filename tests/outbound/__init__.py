"""Calls to the outside."""
