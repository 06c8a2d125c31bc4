"""Article pages: whether a page may and should be fetched, what stands on it, and what becomes of its text."""
