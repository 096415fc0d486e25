"""Tests in the words of unittest, where a project has no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from stoker_server.features.testing.unittests import as_case, expressible, uses_unittest
from stoker_server.features.testing.writing import WrittenTest

TARGET: Any = SimpleNamespace(words="net_of")
CASE = "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"


def written(body: str, fixture: str = "") -> WrittenTest:
    return WrittenTest(
        "test_it", f"def test_it({fixture}):\n{body}", ("from a import net_of", "import pytest"), pins=True
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("    assert net_of(1) == 2\n", ["self.assertEqual(net_of(1), 2)"]),
        ("    assert net_of(1) is None\n", ["self.assertIsNone(net_of(1))"]),
        ("    assert net_of(1) is True\n", ["self.assertIs(net_of(1), True)"]),
        ("    assert net_of(1) == pytest.approx(0.1234567)\n", ["self.assertAlmostEqual(net_of(1), 0.1234567)"]),
        ("    rows = [1]\n\n    assert net_of(rows) == 2\n", ["rows = [1]", "", "self.assertEqual(net_of(rows), 2)"]),
        (
            '    with pytest.raises(ValueError, match="no"):\n        net_of(-1)\n',
            ['with self.assertRaisesRegex(ValueError, "no"):', "    net_of(-1)"],
        ),
        (
            "    with pytest.raises(ValueError):\n        net_of(-1)\n",
            ["with self.assertRaises(ValueError):", "    net_of(-1)"],
        ),
    ],
)
def test_an_assertion_in_unittests_words(body: str, lines: list[str]) -> None:
    case = as_case(TARGET, [written(body)], typed=True)
    assert case is not None
    head, method, *rest = case.source.splitlines()
    assert (head, method) == ("class TestNetOf(unittest.TestCase):", "    def test_it(self) -> None:")
    assert rest == [f"        {line}" if line else "" for line in lines]
    assert case.imports == ("import unittest", "from a import net_of")


def test_what_only_pytest_can_do_is_left_to_it() -> None:
    prints = written('    net_of(1)\n    assert capsys.readouterr().out == "1"\n', "capsys")
    close = written("    assert net_of(1) == pytest.approx([0.1234567])\n")
    plain = written("    assert net_of(1) == 2\n")
    assert expressible([prints, plain, close]) == [plain]
    assert as_case(TARGET, [prints, plain], typed=False) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([CASE], True),
        ([CASE, CASE.replace("unittest.TestCase", "TestCase")], True),
        ([], False),
        ([CASE, "def test_b():\n    pass\n"], False),
        ([CASE.replace("import unittest", "import pytest, unittest")], False),
        (["class"], False),
    ],
)
def test_a_suite_is_unittests_where_all_of_it_is(texts: list[str], expected: bool) -> None:
    assert uses_unittest(texts) is expected
