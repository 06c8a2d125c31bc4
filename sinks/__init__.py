"""Where results go: stored documents, search, alert rules, deliveries."""
