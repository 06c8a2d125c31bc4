"""Push: WebSub subscriptions at the hubs of feeds, and what the hubs send. What is pushed is published as polls are."""
