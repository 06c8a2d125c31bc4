"""On which line of a TOML file something stands, by its path in the parsed file. Used only where something is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a file: `("rule", 3, "examples", 0)`."""


class Lines:
    """The lines of a TOML file that can be parsed."""

    def __init__(self, data: bytes) -> None:
        import tree_sitter
        import tree_sitter_toml

        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._document(parser.parse(data).root_node)

    def of(self, path: Path) -> int:
        """The line of the longest part of the path that stands in the file, from 1."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _document(self, root: Any) -> None:
        for node in root.named_children:
            if node.type == "pair":
                self._pair(node, ())
            elif node.type in ("table", "table_array_element"):
                header, *pairs = node.named_children
                path = self._inside(_keys(header))
                if node.type == "table_array_element":
                    count = self._counts.get(path, 0)
                    self._counts[path] = count + 1
                    self._note(path, node)
                    path = (*path, count)
                self._note(path, node)
                for pair in pairs:
                    if pair.type == "pair":
                        self._pair(pair, path)

    def _inside(self, keys: Path) -> Path:
        """A header's path: where it names an array of tables on the way, its last table is meant."""
        path: Path = ()
        for i, key in enumerate(keys):
            path = (*path, key)
            if i < len(keys) - 1 and path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, node: Any, path: Path) -> None:
        key, value = node.named_children[0], node.named_children[-1]
        for name in _keys(key):
            path = (*path, name)
            self._note(path, node)
        self._value(value, path)

    def _value(self, node: Any, path: Path) -> None:
        if node.type == "array":
            for i, item in enumerate(child for child in node.named_children if child.type != "comment"):
                self._note((*path, i), item)
                self._value(item, (*path, i))
        elif node.type == "inline_table":
            for pair in node.named_children:
                if pair.type == "pair":
                    self._pair(pair, path)

    def _note(self, path: Path, node: Any) -> None:
        self._lines.setdefault(path, node.start_point[0] + 1)


def _keys(node: Any) -> Path:
    return tuple(_plain(node))


def _plain(node: Any) -> Iterator[str]:
    if node.type == "dotted_key":
        for child in node.named_children:
            yield from _plain(child)
    else:
        written = node.text.decode()
        yield next(iter(tomllib.loads(f"{written} = 0"))) if node.type == "quoted_key" else written
