"""The table of Java."""

from __future__ import annotations

from stoker_analyzers.braces.grammar import OUTER, OWN, WRITE, Grammar, Naming, Running, Writing
from stoker_analyzers.languages.base import words
from stoker_analyzers.languages.java import JAVA as LANGUAGE

_FUNCTIONS = words(
    "method_declaration constructor_declaration compact_constructor_declaration lambda_expression static_initializer"
)
_TYPES = words(
    "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration"
)
_BODIES = words("class_body interface_body enum_body enum_body_declarations annotation_type_body")

_NAMING = Naming(
    names=words("identifier type_identifier"),
    roles={
        **{(each, "name"): OUTER for each in sorted(_TYPES)},
        ("variable_declarator", "name"): OWN,
        ("formal_parameter", "name"): OWN,
        ("catch_formal_parameter", "name"): OWN,
        ("resource", "name"): OWN,
        ("enhanced_for_statement", "name"): OWN,
        ("instanceof_expression", "name"): OWN,
        ("lambda_expression", "parameters"): OWN,
        ("inferred_parameters", ""): OWN,
        ("type_pattern", ""): OWN,
        ("record_pattern_component", ""): OWN,
        ("type_parameter", ""): OWN,
        ("assignment_expression", "left"): WRITE,
        ("update_expression", ""): WRITE,
    },
    patterns={"parenthesized_expression": ""},
    scopes=_FUNCTIONS
    | _TYPES
    | _BODIES
    | words(
        "program block for_statement enhanced_for_statement catch_clause try_with_resources_statement switch_block "
        "switch_rule switch_block_statement_group constructor_body"
    ),
    functions=_FUNCTIONS | words("program"),
    tops=_BODIES | words("program"),
    unnamed=frozenset(
        {
            ("method_declaration", "name"),
            ("constructor_declaration", "name"),
            ("compact_constructor_declaration", "name"),
            ("method_invocation", "name"),
            ("field_access", "field"),
            ("scoped_identifier", ""),
            ("scoped_type_identifier", ""),
            ("labeled_statement", ""),
            ("break_statement", ""),
            ("continue_statement", ""),
            ("element_value_pair", "key"),
            ("marker_annotation", "name"),
            ("annotation", "name"),
            ("enum_constant", "name"),
            ("package_declaration", ""),
            ("import_declaration", ""),
        }
    ),
    members=words("method_reference"),
    methods=True,
    late=words("variable_declarator"),
    words=LANGUAGE.keywords | words("true false null var record yield sealed permits _"),
)

_RUNNING = Running(
    types=words(
        "type_arguments type_parameters modifiers marker_annotation annotation import_declaration package_declaration "
        "generic_type array_type integral_type floating_point_type boolean_type void_type scoped_type_identifier throws "
        "superclass super_interfaces dimensions"
    ),
    same=words("parenthesized_expression"),
    reads=words("field_access array_access method_reference"),
    makes=words("array_creation_expression array_initializer lambda_expression"),
    effects=words("object_creation_expression explicit_constructor_invocation assert_statement cast_expression"),
    calls={"method_invocation": ("name", "arguments")},
    assigns=words("assignment_expression"),
    updates=words("update_expression"),
    short={"binary_expression": frozenset({"&&", "||"})},
    choices=words("ternary_expression"),
    branches=words("if_statement"),
    loops=words("for_statement enhanced_for_statement while_statement do_statement"),
    heads={"enhanced_for_statement": "value", "switch_expression": "condition"},
    apart=_BODIES
    | words(
        "switch_expression switch_block switch_block_statement_group switch_rule try_statement try_with_resources_statement "
        "catch_clause finally_clause resource_specification labeled_statement synchronized_statement"
    ),
    blocks=words("program block constructor_body"),
    wrappers=frozenset(),
    jumps=words("return_statement throw_statement break_statement continue_statement yield_statement"),
    leaving=("return_statement", "continue_statement"),
    declares={"variable_declarator": ("name", "value")},
    silent=words("expression_statement local_variable_declaration import_declaration package_declaration"),
    imports=words("import_declaration"),
    opposites={"==": "!=", "!=": "=="},
    open=True,
)

_WRITING = Writing(
    variable="{} {} = {};",
    constant="private static final {} {} = {};",
    literals=words(
        "string_literal decimal_integer_literal hex_integer_literal decimal_floating_point_literal character_literal "
    ),
    texts=words("string_literal"),
    constants=frozenset(),
    valued=words(
        "binary_expression unary_expression method_invocation field_access array_access cast_expression string_literal "
        "instanceof_expression object_creation_expression ternary_expression"
    ),
    atoms=words(
        "identifier string_literal decimal_integer_literal character_literal method_invocation field_access array_access "
        "parenthesized_expression this true false null_literal"
    ),
    rigid=words("annotation marker_annotation annotation_argument_list switch_label text_block"),
)

JAVA = Grammar(_NAMING, _RUNNING, _WRITING)
