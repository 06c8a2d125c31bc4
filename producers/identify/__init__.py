"""Which entry is which article: canonical addresses, ids, revisions. Pure functions over what is already known."""
