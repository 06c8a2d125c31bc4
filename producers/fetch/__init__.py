"""Fetching over HTTP within limits, and the guard that keeps every connection out of private networks."""
