"""What is understood about articles: names, attributions, events, escalation; and the Faust worker around it."""
