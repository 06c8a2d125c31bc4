"""The query language: one parser, one definition of a word, and the same answer from every back-end.

Stores and alert rules use what stands in `language`, `search_fields`, `elastic` and `tantivy_index`; storing and
delivering are left to them.
"""
