"""Writes observed calls down as tests that a person would accept in a review. Runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from stoker_analyzers.go.calls import rewritten
from stoker_analyzers.go.functions import Part
from stoker_server.features.testing.go.comparing import compared, failure
from stoker_server.features.testing.go.style import Style
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.wording import Message, is_basic, percent, titles_of
from stoker_server.features.testing.go.written import PINS, Written, free_name
from stoker_server.features.testing.observing import Kept

_RESERVED = frozenset({"name", "want", "wantErr", "t"})
_NOT_STRINGS = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`]*`)')


class Writer:
    """Writes tests of one function in a package's style."""

    def __init__(self, target: GoTarget, style: Style, explicit: str) -> None:
        """Write for a function.

        Args:
            target: The function.
            style: The package's ways.
            explicit: The type arguments that calls have to give.
        """
        self._target, self._style, self._explicit = target, style, explicit
        self._package = target.package.package

    @property
    def title(self) -> str:
        """What tests are called after ``Test``."""
        return self._target.title

    @property
    def inputs(self) -> Sequence[Part]:
        """What a test passes."""
        return self._target.inputs

    @property
    def results(self) -> Sequence[str]:
        """The types of what comes."""
        return self._target.results

    def compared(self, each: Kept, call: str) -> list[str]:
        """The call, and after it what is asked of its results."""
        return self._results(each, call, (percent(self._short(call)), ()), [])

    def write(self, calls: Sequence[Kept], taken: set[str]) -> list[Written]:
        """A table of those calls that fit one, and the others by themselves.

        Args:
            calls: What was observed.
            taken: The names that the package's tests have; those chosen here are added.
        """
        rows = [each for each in calls if self._fits_table(each)]
        kind = self.receiver_type(rows[0].plan.candidate.receiver) if rows else ""
        rows = [each for each in rows if self.receiver_type(each.plan.candidate.receiver) == kind]
        if len(rows) < 2 or not self._style.table:
            rows = []
        alone = [each for each in calls if each not in rows]
        found = [self._table(rows, free_name(f"Test{self._target.title}Pins", taken))] if rows else []
        for each in alone:
            word = "PinsPanic" if each.seen.kind == "raises" else "Pins"
            found.append(self._alone(each, free_name(f"Test{self._target.title}{word}", taken)))
        return found

    def receiver_type(self, receiver: str) -> str:
        """The type of what a method is called on."""
        made = self._target.package.functions.get(receiver.partition("(")[0])
        if made:
            return made.results[0].type
        said = self._target.function.receiver
        bare = self._target.concrete(said.type.lstrip("*")) if said else ""
        return f"*{bare}" if receiver.startswith("&") else bare

    def qualified(self, code: str) -> str:
        """Code as the test's package has to write it."""
        if not self._style.external:
            return code
        parts = _NOT_STRINGS.split(code)
        return "".join(part if number % 2 else self._outside(part) for number, part in enumerate(parts))

    def can_say(self, each: Kept) -> bool:
        """Whether the tests' package can name all that a call is made of and gives."""
        if not self._style.external:
            return True
        said = " ".join([each.plan.plain, each.seen.text, *each.seen.changed.values()])
        words = re.findall(r"(?<![\w.])[a-z_]\w*(?!\w|\s*:)", _NOT_STRINGS.sub("", said))
        return not self._names().intersection(words) and not re.search(r"[{,]\s*[a-z_]\w*:", said)

    def _names(self) -> frozenset[str]:
        return self._target.package.names | frozenset(self._target.package.types)

    def _outside(self, code: str) -> str:
        def said(found: re.Match[str]) -> str:
            known = found[0] in self._names() and found[0][:1].isupper()
            return f"{self._package}.{found[0]}" if known else found[0]

        return re.sub(r"(?<![\w.])[A-Za-z_]\w*(?!\w|\s*:)", said, code)

    def _fits_table(self, each: Kept) -> bool:
        return each.seen.kind != "raises" and not each.seen.changed and any(s.kind != "opaque" for s in each.seen.steps)

    # -- one call

    def _alone(self, each: Kept, name: str) -> Written:
        lines = self._panic(each) if each.seen.kind == "raises" else self._plain(each)
        comment = PINS.replace("today:", "today, a panic:") if each.seen.kind == "raises" else PINS
        source = "\n".join([f"// {name} {comment}", f"func {name}(t *testing.T) {{", *lines, "}", ""])
        return Written((name,), source, (each,))

    def _panic(self, each: Kept) -> list[str]:
        wanted, call = json.dumps(each.seen.text, ensure_ascii=False), self.qualified(each.plan.plain)
        said = json.dumps(f"{percent(self._short(call))} panics with %q, want %q")
        return [
            "defer func() {",
            f"if got, want := fmt.Sprint(recover()), {wanted}; got != want {{",
            f"t.Errorf({said}, got, want)",
            "}",
            "}()",
            call,
        ]

    def _plain(self, each: Kept) -> list[str]:
        seen, candidate = each.seen, each.plan.candidate
        lines, given = list[str](), list[str]()
        receiver = candidate.receiver
        if "receiver" in seen.changed:
            lines.append(f"receiver := {self.qualified(receiver)}")
            receiver = "receiver"
        for number, (part, argument) in enumerate(zip(self._target.inputs, candidate.arguments, strict=True)):
            code = self.qualified(argument.code)
            if f"w{number}" in seen.changed:
                name = part.name if part.name not in _RESERVED | {"got", "err"} else f"{part.name}Arg"
                lines.append(f"{name} := {code}")
                code = name
            given.append(f"{code}..." if part.variadic else code)
        call = self.call(receiver, given)
        lines += self.compared(each, call)
        for name, text in seen.changed.items():
            at = int(name[1:]) if name != "receiver" else -1
            shown = self._target.inputs[at].name if at >= 0 else "receiver"
            shown = f"{shown}Arg" if shown in _RESERVED | {"got", "err"} else shown
            said = Message(f"{percent(self._short(call))} leaves {shown} = %v, want ", (), "%v")
            lines += compared(self._target, self._style, shown, self.qualified(text), said, plain=False, named=True)
        return lines

    def call(self, receiver: str, given: Sequence[str]) -> str:
        """The call as it stands in a test."""
        name = f"{self._target.function.name}{self._explicit}"
        if self._target.function.receiver is None:
            return self._target.called(self.qualified(name), given)
        head = self.qualified(receiver)
        return self._target.called(f"{f'({head})' if head.startswith('&') else head}.{name}", given)

    def _short(self, call: str) -> str:
        return call if len(call) <= 60 else f"{self._target.qualified}()"

    # -- a table

    def _table(self, calls: Sequence[Kept], name: str) -> Written:
        target, row = self._target, self._style.row
        columns = [(self.field(part.name), f"[]{part.type}" if part.variadic else part.type) for part in target.inputs]
        method = target.function.receiver is not None
        if method:
            columns.insert(0, (self.field("receiver"), self.receiver_type(calls[0].plan.candidate.receiver)))
        wants = self._wants(calls)
        titles = titles_of(calls, method=method)
        lines = ["tests := []struct {", "name string"]
        lines += [f"{column} {self.qualified(said)}" for column, said in (*columns, *((w[0], w[1]) for w in wants))]
        lines += ["}{"]
        for title, each in zip(titles, calls, strict=True):
            codes = [argument.code for argument in each.plan.candidate.arguments]
            codes = [each.plan.candidate.receiver, *codes] if method else codes
            fields = [f"{column}: {self.qualified(code)}" for (column, _), code in zip(columns, codes, strict=True)]
            for column, _, at in wants:
                text = self._shown(each, at)
                fields += [f"{column}: {text}"] if text else []
            lines.append(f"{{name: {json.dumps(title)}, {', '.join(fields)}}},")
        given = [f"{row}.{column}" for column, _ in columns]
        receiver = given.pop(0) if method else ""
        call = self.call(receiver, [f"{g}..." if p.variadic else g for g, p in zip(given, target.inputs, strict=True)])
        body = self._results(calls[0], call, self._spoken(given), wants)
        lines += ["}", f"for _, {row} := range tests {{", f"t.Run({row}.name, func(t *testing.T) {{", *body, "})", "}"]
        source = "\n".join([f"// {name} {PINS}", f"func {name}(t *testing.T) {{", *lines, "}", ""])
        return Written(tuple(f"{name}/{rewritten(each)}" for each in titles), source, tuple(calls))

    def _spoken(self, given: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """How messages name a row's call: a format, and what goes into it."""
        inputs = self._target.inputs
        if not inputs or any("func(" in each.type or each.type.startswith("*") for each in inputs):
            return f"{self._target.qualified}()", ()
        verbs = ("%q" if each.type == "string" and not each.variadic else "%v" for each in inputs)
        return f"{self._target.qualified}({', '.join(verbs)})", tuple(given)

    def field(self, name: str) -> str:
        """What a parameter's column is called."""
        return f"{name}Arg" if name in _RESERVED or name.startswith("want") else name

    def _wants(self, calls: Sequence[Kept]) -> list[tuple[str, str, int]]:
        """The columns of what is expected: name, type, number of the result."""
        found = []
        values = 0
        for number, said in enumerate(self._target.results):
            steps = [each.seen.steps[number] for each in calls]
            if any(each.kind == "opaque" for each in steps):
                continue
            if said == "error":
                if any(each.text for each in steps):
                    found.append(("wantErr", "string", number))
                continue
            found.append((f"want{self._marked(number, values)}", said, number))
            values += 1
        return found

    def _marked(self, number: int, values: int) -> str:
        """What tells one result from the others."""
        named = self._target.result_names
        return named[number] if named else str(values or "")

    def _shown(self, each: Kept, at: int) -> str:
        step, said = each.seen.steps[at], self._target.results[at]
        if said == "rune" and step.text.isdigit() and chr(int(step.text)).isprintable():
            return "'" + chr(int(step.text)).replace("\\", "\\\\").replace("'", "\\'") + "'"
        return self.qualified(step.text)

    # -- what both share

    def _results(
        self, each: Kept, call: str, spoken: tuple[str, tuple[str, ...]], wants: Sequence[tuple[str, str, int]]
    ) -> list[str]:
        """The call, and what is asked of its results; in a table the wanted values are columns."""
        names, checks = list[str](), list[str]()
        columns = {at: f"{self._style.row}.{column}" for column, _, at in wants}
        values = 0
        for number, step in enumerate(each.seen.steps):
            if step.kind == "opaque":
                names.append("_")
            elif step.kind == "error":
                names.append("err")
                wanted = columns.get(number, "" if wants else step.text)
                checks = [*failure(self._style, spoken, wanted, in_table=number in columns), *checks]
            else:
                names.append(f"got{self._marked(number, values)}")
                verb = "%q" if step.type == "string" else "%v"
                said = Message(f"{spoken[0]} = {verb}, want ", spoken[1], verb)
                if number in columns:
                    checks += compared(
                        self._target,
                        self._style,
                        names[-1],
                        columns[number],
                        said,
                        plain=is_basic(step.type),
                        named=False,
                    )
                else:
                    want = self._shown(each, number)
                    checks += compared(
                        self._target, self._style, names[-1], want, said, plain=is_basic(step.type), named=True
                    )
                values += 1
        if not names:
            return [call]
        return [f"{', '.join(names)} {'=' if set(names) == {'_'} else ':='} {call}", *checks]
