"""When to poll a feed next, and what was missed: pure decisions over a feed's record. Nothing here waits, fetches or stores."""
