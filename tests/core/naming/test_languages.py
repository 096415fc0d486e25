"""Names in other languages than Python: what is there is found, what is known not to be is refused, the rest is offered."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_analyzers.languages import by_path
from stoker_analyzers.naming.languages import files
from stoker_analyzers.naming.languages.others import look_up_other
from stoker_analyzers.naming.model import LOOKED_UP, Finding, Question, Where

FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n\nrequire github.com/acme/tools v1.0.0\n",
    "shop.go": """\
package shop

import (
	"fmt"

	"example.com/shop/money"
)

type Basket struct {
	owner string
	items []string
}

func area(width int, height int) int { return width * height }

func (basket *Basket) count() int {
	total := len(basket.items)
	fmt.Println(money.Format(total))
	// <|>
	return total
}
""",
    "rest.go": "package shop\n\nfunc helper() int { return 1 }\n",
    "money/money.go": 'package money\n\nfunc Format(cents int) string { return "" }\n',
    "package.json": '{"name": "shop", "dependencies": {"react": "18"}}',
    "node_modules/react/index.js": "",
    "src/shapes.ts": "export function area(width: number) { return width }\nexport const unit = 1\n",
    "src/all.ts": "export * from './shapes'\n",
    "src/app.ts": """\
import * as shapes from './shapes'
import * as all from './all'

export class Circle {
  #secret = 1
  constructor(private radius: number) {}
  grow(factor: number) {
    const { radius } = this
    // <|>
    return radius * factor
  }
}
""",
    "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\n',
    "src/lib.rs": """\
mod money;

enum Shape {
    Circle,
    Square,
}

fn area(width: u32, height: u32) -> u32 { width * height }

fn main() {
    let total = area(1, 2);
    // <|>
}

#[cfg(test)]
mod tests {
    use super::*;
}
""",
    "src/money.rs": "pub fn format_cents() {}\n",
    "src/made.rs": "make_all!(one, two);\nfn main() {\n    // <|>\n}\n",
    "java/shop/Basket.java": """\
package shop;

import money.Coin;

class Basket extends Base {
    private int total;

    int count(int factor) {
        // <|>
        return total * factor;
    }
}
""",
    "java/shop/Base.java": "package shop;\n\nclass Base {\n    int inherited;\n}\n",
    "java/money/Coin.java": "package money;\n\npublic class Coin {\n    public static int of(int cents) { return cents; }\n}\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "w", FILES)


def asked(root: Path, file: str, code: str) -> tuple[Finding, ...]:
    text, language = FILES[file], by_path(file)
    before, after = text.split("// <|>")
    whole = before + code + after
    assert language is not None
    question = Question(whole, len(before), len(before) + len(code), str(root / file), str(root), language=language.id)
    return look_up_other(question)


def imported(root: Path, file: str, code: str) -> tuple[Finding, ...]:
    """The same at the top of a file."""
    language = by_path(file)
    assert language is not None
    text = code + FILES[file].replace("// <|>", "")
    return look_up_other(Question(text, 0, len(code), str(root / file), str(root), language=language.id))


GO, TS, RS, JAVA = "shop.go", "src/app.ts", "src/lib.rs", "java/shop/Basket.java"


@pytest.mark.parametrize(
    ("file", "code", "name", "where"),
    [
        (GO, "x := total", "total", None),
        (GO, "use(total)", "total", Where.FILE),
        (GO, "use(helper())", "helper", Where.WORKSPACE),
        (GO, "use(len(total))", "len", Where.ENVIRONMENT),
        (GO, "print(totla)", "totla", Where.MISSING),
        (GO, "print(totla)\n\ttotla := 1", "totla", Where.FILE),
        (GO, "print(strings.Split(a, b))", "strings", Where.UNDECIDED),
        (GO, "print(money.Format(1))", "money.Format", Where.WORKSPACE),
        (GO, "print(money.Fromat(1))", "money.Fromat", Where.MISSING),
        (GO, "print(fmt.Prinln(1))", "fmt.Prinln", Where.UNDECIDED),
        (GO, "print(basket.items)", "basket.items", Where.FILE),
        (GO, "print(basket.itmes)", "basket.itmes", Where.MISSING),
        (GO, "print(area(1, 2))", "area", Where.FILE),
        (GO, "print(area(1, 2, 3))", "a 3-argument area", Where.MISSING),
        (GO, "print(area(helper()))", "area", Where.FILE),
        (TS, "use(factor)", "factor", Where.FILE),
        (TS, "console.log(1)", "console", Where.ENVIRONMENT),
        (TS, "console.log(fatcor)", "fatcor", Where.MISSING),
        (TS, "typeof fatcor", "fatcor", None),
        (TS, "console.log(google.maps)", "google", Where.MISSING),
        (TS, "shapes.area(1)", "shapes.area", Where.WORKSPACE),
        (TS, "shapes.aera(1)", "shapes.aera", Where.MISSING),
        (TS, "all.aera(1)", "all.aera", Where.UNDECIDED),
        (TS, "console.log(this.#secret)", "#secret", Where.FILE),
        (TS, "console.log(this.#secert)", "#secert", Where.MISSING),
        (TS, "console.log(this.radius)", "this.radius", Where.FILE),
        (TS, "console.log(this.raduis)", "this.raduis", Where.MISSING),
        (TS, "this.raduis = 1", "this.raduis", Where.MISSING),
        (RS, "use_it(total);", "total", Where.FILE),
        (RS, "drop(totla);", "totla", Where.MISSING),
        (RS, "println!(totla);", "totla", None),
        (RS, "drop(area(1));", "a 1-argument area", Where.MISSING),
        (RS, "drop(Shape::Circle);", "Shape::Circle", Where.FILE),
        (RS, "drop(Shape::Cirlce);", "Shape::Cirlce", Where.MISSING),
        (RS, "drop(Shape::default());", "Shape::default", Where.UNDECIDED),
        (RS, "crate::money::format_cents();", "crate::money::format_cents", Where.WORKSPACE),
        (RS, "crate::money::fromat_cents();", "crate::money::fromat_cents", Where.MISSING),
        ("src/made.rs", "drop(three);", "three", Where.UNDECIDED),
        (JAVA, "use(total);", "total", Where.FILE),
        (JAVA, "this.use(inherited);", "inherited", Where.UNDECIDED),
        (JAVA, "this.use(totla);", "totla", Where.MISSING),
        (JAVA, "use(1);", "use", Where.MISSING),
        (JAVA, "System.out.println(Coin.of(1));", "Coin.of", Where.WORKSPACE),
        (JAVA, "System.out.println(Coin.fo(1));", "Coin.fo", Where.MISSING),
    ],
)
def test_a_name_is_there_or_not_or_can_t_be_told(
    root: Path, file: str, code: str, name: str, where: Where | None
) -> None:
    found = asked(root, file, code)
    assert {each.name: each.where for each in found}.get(name) == where, found


@pytest.mark.parametrize(
    ("file", "code", "where"),
    [
        (GO, 'import "example.com/shop/money"\n', Where.WORKSPACE),
        (GO, 'import "example.com/shop/moeny"\n', Where.MISSING),
        (GO, 'import "example.com/shop/genpb"\n', Where.UNDECIDED),
        (GO, 'import "github.com/acme/toosl"\n', Where.UNDECIDED),
        (TS, "import { area } from './shapes'\n", Where.WORKSPACE),
        (TS, "import { aera } from './shapes'\n", Where.MISSING),
        (TS, "import { aera } from './all'\n", Where.UNDECIDED),
        (TS, "import React from 'react'\n", Where.ENVIRONMENT),
        (TS, "import React from 'raect'\n", Where.MISSING),
        (TS, "import fs from 'node:fs'\n", Where.ENVIRONMENT),
        (TS, "import fs from 'node:fss'\n", Where.MISSING),
        (TS, "import fs from 'virtual:fs'\n", Where.UNDECIDED),
        (RS, "use crate::money;\n", Where.FILE),
        (RS, "use crate::moeny;\n", Where.MISSING),
        (RS, "use serde::moeny;\n", Where.UNDECIDED),
        ("java/shop/Base.java", "package shop;\nimport money.Coin;\n", Where.WORKSPACE),
        ("java/shop/Base.java", "package shop;\nimport money.Cion;\n", Where.MISSING),
        ("java/shop/Base.java", "package shop;\nimport monye.Coin;\n", Where.UNDECIDED),
    ],
)
def test_an_import_is_there_or_not_or_can_t_be_told(root: Path, file: str, code: str, where: Where) -> None:
    found = imported(root, file, code)
    assert found
    assert found[0].where == where, found


def test_what_may_bring_names_along_leaves_them_undecided(root: Path) -> None:
    def of(file: str, code: str) -> Where:
        return next(each.where for each in asked(root, file, code) if each.name == "unheard")

    assert of(GO, "print(unheard)") is Where.MISSING
    (root / "more.go").write_text("package shop\n// unheard\n", encoding="utf-8")
    assert of(GO, "print(unheard)") is Where.UNDECIDED, "another file of the package spells it"
    (root / "more.go").write_text("package shop\n\n//go:generate make it\n", encoding="utf-8")
    assert of(GO, "print(unheard)") is Where.UNDECIDED, "a generator may write it"
    assert of(TS, "console.log(unheard)") is Where.MISSING
    types = root / "node_modules" / "@types" / "unheard" / "index.d.ts"
    types.parent.mkdir(parents=True)
    types.write_text("declare var unheard: any\n", encoding="utf-8")
    assert of(TS, "console.log(unheard)") is Where.UNDECIDED, "an installed package declares it"
    types.unlink()
    (root / ".eslintrc.json").write_text('{"globals": {"unheard": "readonly"}}', encoding="utf-8")
    files._below.cache_clear()
    assert of(TS, "console.log(unheard)") is Where.UNDECIDED, "the linter's settings name it"
    (root / ".eslintrc.json").unlink()
    (root / "package.json").write_text('{"devDependencies": {"unplugin-auto-import": "1"}}', encoding="utf-8")
    assert of(TS, "console.log(unheard)") is Where.UNDECIDED, "the project imports by itself"


def test_every_language_that_is_said_to_be_looked_up_is(root: Path) -> None:
    for language in LOOKED_UP - {"python"}:
        text = "use(a.b(c))\n"
        assert look_up_other(Question(text, 0, len(text), str(root / "x"), str(root), language=language)) is not None
    assert look_up_other(Question("a", 0, 1, language="ruby")) == ()
