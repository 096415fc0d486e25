"""The tables, by language identifier. Another language is another table here."""

from __future__ import annotations

from collections.abc import Mapping

from stoker_analyzers.languages.base import words
from stoker_analyzers.mutants.kinds import Kinds

_COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&"}
_ASSIGNING = {f"{old}=": f"{new}=" for old, new in _ARITHMETIC.items()}
_LOGICAL = {"&&": "||", "||": "&&"}

_ECMA = Kinds(
    binary=words("binary_expression augmented_assignment_expression"),
    operators={
        **_COMPARISONS,
        **_ARITHMETIC,
        **_ASSIGNING,
        **_LOGICAL,
        "===": "!==",
        "!==": "===",
        "**": "*",
        ">>>": "<<",
        "??": "&&",
        "??=": "&&=",
        "||=": "&&=",
        "&&=": "||=",
    },
    prefixes=words("unary_expression"),
    dropped=words("! - ~"),
    words={"true": "false", "false": "true"},
    numbers=words("number"),
    texts=words("string"),
    conditions=words("if_statement while_statement ternary_expression"),
    returns=words("return_statement"),
    nothing="return undefined;",
    statements=words("expression_statement"),
    raises=words("throw_statement"),
    effects=words("call_expression assignment_expression await_expression update_expression"),
    jumps={"break_statement": "continue;", "continue_statement": "break;"},
    arguments=words("arguments"),
    opaque=words(
        "type_annotation type_arguments type_parameters class_body class_declaration "
        "interface_declaration type_alias_declaration regex jsx_element jsx_self_closing_element"
    ),
)

_GO = Kinds(
    binary=words("binary_expression assignment_statement"),
    operators={**_COMPARISONS, **_ARITHMETIC, **_ASSIGNING, **_LOGICAL, "&^": "&"},
    prefixes=words("unary_expression"),
    dropped=words("! - ^"),
    words={"true": "false", "false": "true"},
    numbers=words("int_literal float_literal"),
    texts=words("interpreted_string_literal"),
    conditions=words("if_statement for_clause"),
    statements=words("expression_statement assignment_statement"),
    effects=words("call_expression expression_list"),
    removed="{}",
    jumps={"break_statement": "continue", "continue_statement": "break"},
    opaque=words("type_declaration import_declaration"),
)

_RUST = Kinds(
    binary=words("binary_expression compound_assignment_expr"),
    operators={**_COMPARISONS, **_ARITHMETIC, **_ASSIGNING, **_LOGICAL},
    words={"true": "false", "false": "true"},
    numbers=words("integer_literal float_literal"),
    texts=words("string_literal"),
    conditions=words("if_expression while_expression"),
    statements=words("expression_statement"),
    effects=words("call_expression assignment_expression compound_assignment_expr"),
    jumps={"break_expression": "continue", "continue_expression": "break"},
    opaque=words("attribute_item type_arguments array_type use_declaration const_item static_item"),
    values={"field_initializer": "value", "shorthand_field_initializer": "", "arguments": ""},
    default="Default::default()",
)
"""What does not compile is left out later, when the compiler has said so."""

_JAVA = Kinds(
    binary=words("binary_expression assignment_expression"),
    operators={**_COMPARISONS, **_ARITHMETIC, **_ASSIGNING, **_LOGICAL, ">>>": "<<"},
    prefixes=words("unary_expression"),
    dropped=words("! - ~"),
    words={"true": "false", "false": "true"},
    numbers=words("decimal_integer_literal decimal_floating_point_literal"),
    texts=words("string_literal"),
    conditions=words("if_statement while_statement ternary_expression"),
    returns=words("return_statement"),
    nothing="return null;",
    statements=words("expression_statement"),
    raises=words("throw_statement"),
    effects=words("method_invocation assignment_expression update_expression"),
    jumps={"break_statement": "continue;", "continue_statement": "break;"},
    arguments=words("argument_list"),
    opaque=words("type_arguments type_parameters annotation marker_annotation class_declaration record_declaration"),
)
"""What the compiler refuses of it, as ``return null;`` for a number, is dropped where the mutants are compiled."""

TABLES: Mapping[str, Kinds] = {
    **dict.fromkeys(("javascript", "typescript", "typescriptreact"), _ECMA),
    "go": _GO,
    "rust": _RUST,
    "java": _JAVA,
}
"""What is changed in each language."""
