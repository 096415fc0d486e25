"""Shell scripts, read as Bash: functions without declared parameters, comments right above document."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader
from stoker_analyzers.symbols import Import, SymbolKind


class BashReader(Reader):
    """Reads shell scripts."""

    query = """
    (comment) @comment
    (function_definition) @function
    (program (variable_assignment name: (variable_name) @variable))
    (program (declaration_command (variable_assignment name: (variable_name) @variable)))
    (command name: (command_name) argument: (_)) @import
    """
    wrappers = frozenset({"variable_assignment", "declaration_command"})

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.VARIABLE:
            words = self.text(self.outer(node)).split()
            return SymbolKind.CONSTANT if words[0] == "readonly" or "-r" in words[:-1] else tag
        return super().kind(node, tag, name, around)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        return not name.startswith("_")

    def imports(self, node: Node) -> Iterator[Import]:
        if self.field(node, "name") in ("source", ".") and (path := self.field(node, "argument")):
            yield Import(path.strip("'\""), "*", "*", self.snapshot.span(node))


def _load() -> object:
    import tree_sitter_bash

    return tree_sitter_bash.language()


BASH = Language(
    id="shellscript",
    name="Bash",
    load=_load,
    read=BashReader.read,
    scoping=Scoping(
        bindings="""
        [(variable_assignment name: (variable_name) @name) (declaration_command (variable_name) @name)]
        (for_statement variable: (variable_name) @name)
        """,
        blocks=words("program function_definition subshell"),
        early=True,
    ),
    extensions=(".sh", ".bash", ".bats", ".ksh", ".zsh"),
    aliases=("bash", "sh", "shell"),
    ascii=True,
    filenames=(".bashrc", ".bash_profile", ".profile", ".bash_aliases", "PKGBUILD"),
    comments=CommentMarks(line="#", documentation=("#",)),
    keywords=words(
        "case coproc declare do done elif else esac exit export fi for function if in local readonly return select shift "
        "source then time trap typeset unset until while"
    ),
)
