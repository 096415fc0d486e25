"""The table of JavaScript and TypeScript."""

from __future__ import annotations

from stoker_analyzers.braces.grammar import HOISTED, OUTER, OWN, WRITE, Grammar, Naming, Running, Writing
from stoker_analyzers.languages.base import words
from stoker_analyzers.languages.javascript import KEYWORDS

FUNCTIONS = words(
    "function_declaration generator_function_declaration function_expression generator_function arrow_function "
    "method_definition class_static_block"
)
_CLASSES = words("class_declaration abstract_class_declaration class")
_TYPED = words("interface_declaration type_alias_declaration enum_declaration internal_module")

_NAMING = Naming(
    names=words(
        "identifier shorthand_property_identifier shorthand_property_identifier_pattern type_identifier undefined"
    ),
    roles={
        ("variable_declarator", "name"): OWN,
        **{(each, "name"): OUTER for each in ("function_declaration", "generator_function_declaration")},
        **{(each, "name"): OUTER for each in ("class_declaration", "abstract_class_declaration", *sorted(_TYPED))},
        **{(each, "name"): OWN for each in ("function_expression", "generator_function", "class")},
        ("formal_parameters", ""): OWN,
        ("required_parameter", "pattern"): OWN,
        ("optional_parameter", "pattern"): OWN,
        ("arrow_function", "parameter"): OWN,
        ("catch_clause", "parameter"): OWN,
        ("for_in_statement", "left"): OWN,
        ("import_clause", ""): OWN,
        ("namespace_import", ""): OWN,
        ("import_specifier", "name"): OWN,
        ("import_specifier", "alias"): OWN,
        ("import_require_clause", ""): OWN,
        ("type_parameter", "name"): OWN,
        ("mapped_type_clause", "name"): OWN,
        ("infer_type", ""): OWN,
        ("function_signature", "name"): HOISTED,
        ("assignment_expression", "left"): WRITE,
        ("augmented_assignment_expression", "left"): WRITE,
        ("update_expression", "argument"): WRITE,
    },
    patterns={
        "array_pattern": "",
        "object_pattern": "",
        "pair_pattern": "value",
        "assignment_pattern": "left",
        "object_assignment_pattern": "left",
        "rest_pattern": "",
        "parenthesized_expression": "",
        "non_null_expression": "",
    },
    scopes=FUNCTIONS
    | _CLASSES
    | words(
        "program statement_block for_statement for_in_statement catch_clause switch_body interface_declaration "
        "type_alias_declaration function_signature method_signature function_type call_signature construct_signature "
        "abstract_method_signature constructor_type index_signature conditional_type"
    ),
    functions=FUNCTIONS | words("program public_field_definition field_definition"),
    tops=words("program"),
    unnamed=frozenset(
        {
            ("nested_identifier", "property"),
            ("nested_type_identifier", "name"),
            ("export_specifier", "alias"),
            ("jsx_attribute", ""),
            ("meta_property", ""),
            ("index_signature", "name"),
        }
    ),
    hoisting=words("variable_declaration"),
    kinds=words("for_in_statement"),
    aliased=words("import_specifier"),
    words=KEYWORDS
    | words("enum await yield let static implements interface package private protected public arguments eval"),
    odd=r"\beval\s*\(|\bwith\s*\(",
)

_RUNNING = Running(
    types=words(
        "type_annotation type_arguments type_parameters interface_declaration type_alias_declaration implements_clause "
        "accessibility_modifier override_modifier type_predicate_annotation asserts_annotation"
    ),
    same=words("parenthesized_expression non_null_expression else_clause"),
    reads=words("member_expression subscript_expression spread_element"),
    makes=words("array object regex class"),
    effects=words("await_expression yield_expression"),
    calls={"call_expression": ("function", "arguments"), "new_expression": ("constructor", "arguments")},
    assigns=words("assignment_expression augmented_assignment_expression"),
    updates=words("update_expression"),
    short={"binary_expression": frozenset({"&&", "||", "??"})},
    choices=words("ternary_expression"),
    branches=words("if_statement"),
    loops=words("for_statement for_in_statement while_statement do_statement"),
    heads={"for_statement": "initializer", "for_in_statement": "right", "switch_statement": "value"},
    apart=words(
        "switch_statement switch_case switch_default try_statement catch_clause finally_clause labeled_statement "
        "with_statement class_body field_definition public_field_definition assignment_pattern object_assignment_pattern"
    ),
    blocks=words("program statement_block class_static_block"),
    wrappers=words("else_clause"),
    jumps=words("return_statement throw_statement break_statement continue_statement"),
    leaving=("return_statement", "continue_statement"),
    declares={"variable_declarator": ("name", "value")},
    silent=words("expression_statement lexical_declaration variable_declaration empty_statement"),
    early=words("function_declaration generator_function_declaration"),
    imports=words("import_statement"),
    odd=words("delete"),
    closed=r"^\s*(?:import|export)\b|\brequire\s*\(|\bmodule\.exports\b|\bexports\.",
    opposites={"===": "!==", "!==": "===", "==": "!=", "!=": "=="},
)

_WRITING = Writing(
    variable="const {} = {};",
    constant="const {} = {};",
    literals=words("string number template_string binary_expression unary_expression parenthesized_expression"),
    texts=words("string template_string"),
    constants=words("binary_expression unary_expression parenthesized_expression"),
    valued=words(
        "array await_expression binary_expression call_expression member_expression new_expression number object string "
        "subscript_expression template_string ternary_expression unary_expression regex"
    ),
    atoms=words(
        "identifier number string template_string array call_expression member_expression subscript_expression "
        "parenthesized_expression this regex true false null undefined"
    ),
    loose=True,
    dollars=True,
    unit="  ",
    rigid=words("jsx_attribute enum_assignment literal_type import_attribute decorator"),
)

ECMA = Grammar(_NAMING, _RUNNING, _WRITING)
