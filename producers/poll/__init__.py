"""Polling: one feed from fetch to schedule, and the loop that does so for all of them."""
