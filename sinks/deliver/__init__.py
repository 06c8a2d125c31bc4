"""Alerts to people: webhooks with signatures, retried for days, each delivered once."""
