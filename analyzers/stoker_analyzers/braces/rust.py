"""The table of Rust."""

from __future__ import annotations

from stoker_analyzers.braces.grammar import OUTER, OWN, READ, WRITE, Grammar, Naming, Running, Writing
from stoker_analyzers.languages.base import words
from stoker_analyzers.languages.rust import RUST as LANGUAGE

_FUNCTIONS = words("function_item closure_expression")
_ITEMS = words("struct_item enum_item union_item type_item trait_item const_item static_item function_signature_item")

_NAMING = Naming(
    names=words("identifier type_identifier shorthand_field_identifier"),
    roles={
        ("function_item", "name"): OUTER,
        **{(each, "name"): OUTER for each in sorted(_ITEMS)},
        ("mod_item", "name"): OUTER,
        ("let_declaration", "pattern"): OWN,
        ("let_condition", "pattern"): OWN,
        ("parameter", "pattern"): OWN,
        ("closure_parameters", ""): OWN,
        ("for_expression", "pattern"): OWN,
        ("match_pattern", "condition"): READ,
        ("match_pattern", ""): OWN,
        ("type_parameter", "name"): OWN,
        ("const_parameter", "name"): OWN,
        ("use_as_clause", "alias"): OWN,
        ("assignment_expression", "left"): WRITE,
        ("compound_assignment_expr", "left"): WRITE,
    },
    patterns=dict.fromkeys(
        sorted(
            words(
                "tuple_pattern tuple_struct_pattern struct_pattern field_pattern slice_pattern ref_pattern mut_pattern "
                "reference_pattern or_pattern captured_pattern remaining_field_pattern"
            )
        ),
        "",
    ),
    scopes=_FUNCTIONS
    | _ITEMS
    | words(
        "source_file block for_expression match_arm if_expression while_expression impl_item mod_item declaration_list"
    ),
    functions=_FUNCTIONS | words("source_file"),
    tops=words("source_file declaration_list"),
    unnamed=frozenset(
        {
            ("scoped_identifier", "name"),
            ("scoped_type_identifier", "name"),
            ("label", ""),
            ("lifetime", ""),
            ("macro_invocation", "macro"),
            ("use_as_clause", "path"),
            ("field_initializer", "field"),
            ("enum_variant", "name"),
            ("attribute", ""),
            ("type_binding", "name"),
        }
    ),
    capitals=True,
    members=words("token_tree"),
    late=words("let_declaration let_condition"),
    rebinds=True,
    through={"field_expression": "value", "index_expression": "", "try_expression": ""},
    words=LANGUAGE.keywords | words("_ true false self Self super crate dyn try union yield"),
)

_RUNNING = Running(
    types=words(
        "type_arguments type_parameters lifetime reference_type generic_type primitive_type tuple_type array_type "
        "function_type where_clause struct_item enum_item union_item type_item attribute_item inner_attribute_item "
        "scoped_type_identifier abstract_type dynamic_type pointer_type visibility_modifier use_declaration"
    ),
    same=words("parenthesized_expression else_clause"),
    reads=words("field_expression index_expression unary_expression reference_expression"),
    makes=frozenset(),
    effects=words("try_expression await_expression macro_invocation yield_expression"),
    calls={"call_expression": ("function", "arguments")},
    assigns=words("assignment_expression compound_assignment_expr"),
    updates=frozenset(),
    short={"binary_expression": frozenset({"&&", "||"})},
    choices=frozenset(),
    branches=words("if_expression"),
    loops=words("for_expression while_expression loop_expression"),
    heads={"for_expression": "value", "match_expression": "value"},
    apart=words(
        "match_expression match_block match_arm match_pattern async_block unsafe_block const_block impl_item trait_item "
        "mod_item"
    ),
    blocks=words("source_file block declaration_list"),
    wrappers=words("else_clause"),
    jumps=words("return_expression break_expression continue_expression"),
    leaving=("return_expression", "continue_expression"),
    declares={"let_declaration": ("pattern", "value"), "const_item": ("name", "value")},
    silent=words("expression_statement let_declaration const_item empty_statement use_declaration"),
    early=words("function_item"),
    imports=words("use_declaration"),
    shells=words("expression_statement"),
    tails=True,
    open=True,
    opposites={"==": "!=", "!=": "=="},
)

_WRITING = Writing(
    variable="let {} = {};",
    constant="const {}: {} = {};",
    literals=words("string_literal raw_string_literal integer_literal float_literal char_literal"),
    texts=words("string_literal raw_string_literal"),
    constants=frozenset(),
    valued=words("binary_expression"),
    atoms=words(
        "identifier integer_literal float_literal string_literal char_literal boolean_literal call_expression field_expression "
        "index_expression parenthesized_expression macro_invocation"
    ),
    rigid=words("token_tree attribute_item match_pattern array_type attribute"),
    bare=True,
    camel=False,
)

RUST = Grammar(_NAMING, _RUNNING, _WRITING)
