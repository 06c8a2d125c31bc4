"""From hostile bytes to entries in plain text. It runs in a worker process that a deadline can kill."""
