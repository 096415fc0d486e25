"""How each family of code models is asked to fill in the middle, for servers that take the model's own tokens as the prompt.

Sources: the model cards and papers of the families, named at each. Nothing here talks to a server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_providers.base import FillInTheMiddle


@dataclass(frozen=True, slots=True)
class FimTemplate:
    """The tokens of one family.

    Attributes:
        family: The family's name.
        form: The prompt, with ``{prefix}`` and ``{suffix}``.
        file: What stands before another file's text, with ``{path}``; empty where the family knows no such token.
        stops: Tokens that end the answer, for servers that write them out.
    """

    family: str
    form: str
    file: str
    stops: tuple[str, ...]

    def prompt(self, request: FillInTheMiddle) -> str:
        """The text that is sent. Where the family has no token for files, other files' text simply comes first."""
        extra = "".join(self._file(span.path or "", span.text) for span in request.extra)
        if self.file and extra:
            extra += self.file.format(path=request.prefix.path or "")
        before, between, after = re.split(r"\{prefix\}|\{suffix\}", self.form)
        first, second = request.prefix.text, request.suffix.text
        if self.form.index("{suffix}") < self.form.index("{prefix}"):
            first, second = second, first
        return f"{extra}{before}{first}{between}{second}{after}"

    def _file(self, path: str, text: str) -> str:
        return f"{self.file.format(path=path)}{text.rstrip()}\n"


_QWEN = FimTemplate(  # Qwen2.5-Coder technical report (arXiv 2409.12186), file-level and repository-level form
    "qwen",
    "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    "<|file_sep|>{path}\n",
    (
        "<|endoftext|>",
        "<|im_end|>",
        "<|file_sep|>",
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|fim_pad|>",
    ),
)
_STARCODER = FimTemplate(  # StarCoder 2 (arXiv 2402.19173); the first StarCoder has no file separator
    "starcoder",
    "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    "",
    ("<|endoftext|>", "<file_sep>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
)
_CODELLAMA = FimTemplate(  # Code Llama (arXiv 2308.12950), prefix first; the spaces belong to the tokens
    "codellama", "<PRE> {prefix} <SUF>{suffix} <MID>", "", ("<EOT>", " <EOT>", "</s>")
)
_DEEPSEEK = FimTemplate(  # the model card of DeepSeek-Coder; the bars and the low line are U+FF5C and U+2581
    "deepseek",
    "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
    "",
    ("<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
)
_CODESTRAL = FimTemplate(  # mistral-common's FIM encoding: the suffix comes first
    "codestral", "[SUFFIX]{suffix}[PREFIX]{prefix}", "", ("</s>", "[SUFFIX]", "[PREFIX]")
)
_GRANITE = FimTemplate(  # Granite Code Models (arXiv 2405.04324) and the tokenizers of Granite 3: StarCoder's tokens
    "granite",
    _STARCODER.form,
    "",
    ("<|endoftext|>", "<|end_of_text|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
)
_GRANITE_4 = FimTemplate(  # the tokenizer of Granite 4
    "granite-4",
    _QWEN.form,
    "",
    ("<|end_of_text|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>"),
)

_BY_NAME = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (r"qwen[\d.]*-?coder|codeqwen", _QWEN),
        (r"starcoder", _STARCODER),
        (r"code-?llama", _CODELLAMA),
        (r"deepseek-?coder", _DEEPSEEK),
        (r"codestral", _CODESTRAL),
        (r"granite-?4", _GRANITE_4),
        (r"granite", _GRANITE),
    )
)


def template_for(model: str) -> FimTemplate | None:
    """The tokens for a model's name, such as ``Qwen/Qwen2.5-Coder-7B`` or ``starcoder2:3b``; ``None`` if they are not known."""
    name = model.lower().replace("_", "-")
    return next((template for pattern, template in _BY_NAME if pattern.search(name)), None)
