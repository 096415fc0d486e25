"""How a Go test compares what came with what is wanted, in the package's own way. Runs nothing."""

from __future__ import annotations

import json

from stoker_server.features.testing.go.style import Style
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.wording import Message


def failure(style: Style, spoken: tuple[str, tuple[str, ...]], wanted: str, *, in_table: bool) -> list[str]:
    """What is asked of an error; ``wanted`` is empty where there is none."""
    checker, (shown, given) = style.compares, spoken
    if checker in ("assert", "require"):
        none, some = f"{checker}.NoError(t, err)", f"{checker}.EqualError(t, err, {wanted})"
        if in_table:
            return [f'if {wanted} == "" {{', none, "} else {", some, "}"]
        return [some if wanted else none]
    said = json.dumps(f"{shown} error = %v, want %q", ensure_ascii=False)
    if in_table:
        condition = f'err == nil && {wanted} != "" || err != nil && err.Error() != {wanted}'
        return [f"if {condition} {{", f"t.Errorf({', '.join([said, *given, 'err', wanted])})", "}"]
    if not wanted:
        said = json.dumps(f"{shown} error: %v", ensure_ascii=False)
        return ["if err != nil {", f"t.Fatalf({', '.join([said, *given, 'err'])})", "}"]
    return [f"if want := {wanted}; err == nil || err.Error() != want {{", f"t.Errorf({said}, err, want)", "}"]


def compared(
    target: GoTarget, style: Style, got: str, want: str, said: Message, *, plain: bool, named: bool
) -> list[str]:
    """One comparison; ``named`` where what is wanted is a value and no column."""
    checker = style.compares
    if checker in ("assert", "require"):
        return [f"{checker}.EqualValues(t, {want}, {got})" if named else f"{checker}.Equal(t, {want}, {got})"]
    if named and (plain or want == "nil"):
        condition = got if want == "false" else f"!{got}" if want == "true" else f"{got} != {want}"
        return [f"if {condition} {{", f"t.Errorf({said.ending(want, got)})", "}"]
    if plain:
        return [f"if {got} != {want} {{", f"t.Errorf({said.asking(got, want)})", "}"]
    if named:  # a composite literal needs brackets in the head of an if
        head = f"if want := ({want}); !reflect.DeepEqual({got}, want) {{"
        return [head, f"t.Errorf({said.asking(got, 'want')})", "}"]
    if checker == "cmp" and not target.package.fields:  # it panics at fields that are not exported
        head = f'if diff := cmp.Diff({want}, {got}); diff != "" {{'
        return [head, f"t.Errorf({said.differing()})", "}"]
    return [f"if !reflect.DeepEqual({got}, {want}) {{", f"t.Errorf({said.asking(got, want)})", "}"]
