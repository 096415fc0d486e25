"""Sets the blank lines round a function that rope has extracted; whether it does the same is for a check to say."""

from __future__ import annotations

import re


def spaced(text: str, new: str, name: str) -> str:
    """The new text with as many blank lines round a new function of the module as the file has between others."""
    lines = new.split("\n")
    at = next(
        (number for number, line in enumerate(lines) if re.match(rf"(async )?def {re.escape(name)}\(", line)), None
    )
    if at is None:
        return new
    below = r"(?=@|def |async def |class )"
    one, two = (len(re.findall(rf"\S\n{blank}{below}", text)) for blank in ("\n", "\n\n"))
    blank = [""] * (1 if one > two else 2)
    end = next((number for number in range(at + 1, len(lines)) if re.match(r"[^\s)]", lines[number])), len(lines))
    before, body, after = lines[:at], lines[at:end], lines[end:]
    for part in (before, body):
        while part and not part[-1].strip():
            part.pop()
    return "\n".join([*before, *blank, *body, *([*blank, *after] if any(after) else [""])])
