"""The table of Go."""

from __future__ import annotations

from stoker_analyzers.braces.grammar import OUTER, OWN, WRITE, Grammar, Naming, Running, Writing
from stoker_analyzers.languages.base import words
from stoker_analyzers.languages.go import GO as LANGUAGE

_FUNCTIONS = words("function_declaration method_declaration func_literal")

_NAMING = Naming(
    names=words("identifier type_identifier"),
    roles={
        ("function_declaration", "name"): OUTER,
        ("type_spec", "name"): OUTER,
        ("type_alias", "name"): OUTER,
        ("type_parameter_declaration", "name"): OWN,
        ("parameter_declaration", "name"): OWN,
        ("variadic_parameter_declaration", "name"): OWN,
        ("var_spec", "name"): OWN,
        ("const_spec", "name"): OWN,
        ("short_var_declaration", "left"): OWN,
        ("range_clause", "left"): OWN,
        ("receive_statement", "left"): OWN,
        ("type_switch_statement", "alias"): OWN,
        ("assignment_statement", "left"): WRITE,
        ("inc_statement", ""): WRITE,
        ("dec_statement", ""): WRITE,
    },
    patterns={"expression_list": "", "parenthesized_expression": ""},
    scopes=_FUNCTIONS
    | words(
        "source_file block for_statement if_statement expression_switch_statement type_switch_statement "
        "expression_case type_case default_case communication_case type_spec type_alias function_type method_elem"
    ),
    functions=_FUNCTIONS | words("source_file"),
    tops=words("source_file"),
    unnamed=frozenset({("labeled_statement", "label"), ("qualified_type", "name")}),
    kinds=words("range_clause receive_statement"),
    late=words("short_var_declaration var_spec const_spec"),
    shared=True,
    through={"selector_expression": "operand", "index_expression": "operand", "slice_expression": "operand"},
    words=LANGUAGE.keywords | words("_ nil true false iota"),
)

_RUNNING = Running(
    types=words(
        "type_declaration parameter_list type_parameter_list type_arguments slice_type map_type array_type pointer_type "
        "function_type struct_type interface_type channel_type qualified_type import_declaration package_clause"
    ),
    same=words("parenthesized_expression expression_list literal_element"),
    reads=words("selector_expression index_expression slice_expression"),
    makes=words("composite_literal"),
    effects=words("send_statement type_assertion_expression"),
    calls={"call_expression": ("function", "arguments")},
    assigns=words("assignment_statement"),
    updates=words("inc_statement dec_statement"),
    short={"binary_expression": frozenset({"&&", "||"})},
    choices=frozenset(),
    branches=words("if_statement"),
    loops=words("for_statement"),
    heads={"expression_switch_statement": "value", "type_switch_statement": "value"},
    apart=words(
        "expression_switch_statement type_switch_statement select_statement expression_case type_case default_case "
        "communication_case labeled_statement go_statement defer_statement"
    ),
    blocks=words("source_file block statement_list"),
    wrappers=frozenset(),
    jumps=words("return_statement break_statement continue_statement goto_statement fallthrough_statement"),
    leaving=("return_statement", "continue_statement"),
    declares={
        "short_var_declaration": ("left", "right"),
        "var_spec": ("name", "value"),
        "const_spec": ("name", "value"),
    },
    silent=words(
        "expression_statement short_var_declaration var_declaration const_declaration empty_statement type_declaration "
        "import_declaration package_clause"
    ),
    early=words("function_declaration"),
    imports=words("import_declaration"),
    odd=words("<-"),
    open=True,
    opposites={"==": "!=", "!=": "=="},
)

_WRITING = Writing(
    variable="{} := {}",
    constant="const {} = {}",
    literals=words(
        "interpreted_string_literal raw_string_literal int_literal float_literal rune_literal binary_expression "
        "unary_expression parenthesized_expression"
    ),
    texts=words("interpreted_string_literal raw_string_literal"),
    constants=words("binary_expression unary_expression parenthesized_expression"),
    valued=words(
        "binary_expression call_expression selector_expression index_expression slice_expression unary_expression "
        "composite_literal type_conversion_expression"
    ),
    atoms=words(
        "identifier int_literal float_literal interpreted_string_literal raw_string_literal rune_literal call_expression "
        "selector_expression index_expression parenthesized_expression composite_literal nil true false"
    ),
    rigid=words("import_spec field_declaration const_spec"),
    bare=True,
    capitals=False,
    end="",
    unit="\t",
)

GO = Grammar(_NAMING, _RUNNING, _WRITING)
