"""Relative imports of JavaScript and TypeScript: the files that they name are there, or are known not to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_analyzers.naming.model import Question, Where
from stoker_analyzers.naming.relative import look_up_imports

FILES = {
    "src/app.ts": "",
    "src/shapes.ts": "",
    "src/view.tsx": "",
    "src/styles.module.css": "",
    "src/parts/index.ts": "",
    "data.json": "{}",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "w", FILES)


def asked(root: Path, text: str, file: str = "src/app.ts") -> dict[str, Where]:
    question = Question(f"// before\n{text}\n", 10, 10 + len(text), str(root / file) if file else "", str(root))
    found = look_up_imports(question)
    assert all(question.text[each.at :].startswith(each.name) for each in found)
    return {each.name: each.where for each in found}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("import { a } from './shapes'", Where.WORKSPACE),
        ("import { a } from './shapes.js'", Where.WORKSPACE),
        ("import './view'", Where.WORKSPACE),
        ("import s from './styles.module.css'", Where.WORKSPACE),
        ("import { a } from './parts'", Where.WORKSPACE),
        ("import data from '../data.json'", Where.WORKSPACE),
        ("export * from './parts/index'", Where.WORKSPACE),
        ("const a = require('./shapes')", Where.WORKSPACE),
        ("import { a } from './shaeps'", Where.MISSING),
        ("import type {\n  A,\n  B,\n} from '../parts'", Where.MISSING),
        ("export { a } from './parts/inner'", Where.MISSING),
        ("const a = require('./shaeps')", Where.MISSING),
        ("const a = await import('./nowhere/shapes')", Where.MISSING),
        ("import a from './shaeps?raw'", Where.UNDECIDED),
        ("import type { PageData } from './$types'", Where.UNDECIDED),
        ("import { a } from './generated/client'", Where.UNDECIDED),
    ],
)
def test_the_file_is_there_or_is_not(root: Path, text: str, where: Where) -> None:
    assert list(asked(root, text).values()) == [where]


def test_a_statement_that_the_user_began_is_looked_at_and_the_next_one_is_not(root: Path) -> None:
    text = "import { a } from './shaeps'\nimport { b } from './shaeps2'\n"
    begun = text.index("shaeps")
    found = look_up_imports(Question(text, begun, text.index("'", begun) + 1, str(root / "src/app.ts"), str(root)))
    assert [each.name for each in found] == ["./shaeps"]


def test_packages_and_aliases_are_left_alone(root: Path) -> None:
    assert asked(root, "import React from 'react'\nimport { a } from '@/shapes'\nconst p = './nowhere'") == {}


def test_a_project_with_several_roots_and_a_document_without_a_file_are_undecided(root: Path) -> None:
    assert asked(root, "import { a } from './shaeps'", file="") == {"./shaeps": Where.UNDECIDED}
    (root / "tsconfig.json").write_text('{"compilerOptions": {"rootDirs": ["src", "made"]}}')
    assert asked(root, "import { a } from './shaeps'") == {"./shaeps": Where.UNDECIDED}
