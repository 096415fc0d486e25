"""Where an import statement goes."""

from __future__ import annotations

import pytest

from stoker_analyzers.edits import replace
from stoker_analyzers.importing import place_import
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot


def placed(text: str, statement: str) -> str:
    found = place_import(Snapshot("file:///a.py", text, by_id("python")), statement, None)
    return replace("", text, [found]).files[0].apply(text) if text else found.text


@pytest.mark.parametrize(
    ("text", "statement", "expected"),
    [
        ("import os\nimport sys\n\nx = 1\n", "import re", "import os\nimport re\nimport sys\n\nx = 1\n"),
        ("import os\n\nx = 1\n", "from re import sub", "import os\nfrom re import sub\n\nx = 1\n"),
        ("import sys\n\nx = 1\n", "import os", "import os\nimport sys\n\nx = 1\n"),
        ("import os\n\nx = 1\n", "import attrs", "import os\n\nimport attrs\n\nx = 1\n"),
        ("import attrs\n\nx = 1\n", "import os", "import os\n\nimport attrs\n\nx = 1\n"),
        ("from .b import c\n", "import os", "import os\n\nfrom .b import c\n"),
        ("from __future__ import a\n\nx = 1\n", "import os", "from __future__ import a\n\nimport os\n\nx = 1\n"),
        ('"""Doc."""\n\n\ndef f(): ...\n', "import os", '"""Doc."""\n\nimport os\n\n\ndef f(): ...\n'),
        ("def f(): ...\n", "import os", "import os\n\n\ndef f(): ...\n"),
        ("\n\ndef f(): ...\n", "import os", "import os\n\n\ndef f(): ...\n"),
        ("#!/usr/bin/python\n\nx = 1\n", "import os", "#!/usr/bin/python\n\nimport os\n\nx = 1\n"),
        ("x = 1\r\n", "import os", "import os\r\n\r\nx = 1\r\n"),
        ("", "import os", "import os\n"),
        ("def f():\n    import re\n", "import os", "import os\n\n\ndef f():\n    import re\n"),
    ],
)  # fmt: skip
def test_the_place(text: str, statement: str, expected: str) -> None:
    assert placed(text, statement) == expected
