"""Where articles come from: the feed registry, polling, fetching, parsing, identity, publishing."""
