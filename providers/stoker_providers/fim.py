"""How each family of code models is asked to fill in the middle, for servers that take the model's own tokens as the prompt.

Sources: the model cards and papers of the families, named at each. Nothing here talks to a server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import splitext

from stoker_providers.base import FillInTheMiddle


@dataclass(frozen=True, slots=True)
class FimTemplate:
    """The tokens of one family.

    Attributes:
        family: The family's name.
        form: The prompt, with ``{prefix}`` and ``{suffix}``.
        file: What stands before another file's text, with ``{path}``; empty where the family was not trained on several files:
            their text then comes first in the prefix, each below a comment with its path.
        inside: Whether other files' text belongs into the prefix.
        stops: Tokens that end the answer, for servers that write them out.
    """

    family: str
    form: str
    file: str
    stops: tuple[str, ...]
    inside: bool = False

    def prompt(self, request: FillInTheMiddle) -> str:
        """The text that is sent."""
        extra = "".join(self._file(span.called, span.text) for span in request.extra)
        if extra:
            extra += self._header(request.prefix.called)
        before, between, after = re.split(r"\{prefix\}|\{suffix\}", self.form)
        first, second = request.prefix.text, request.suffix.text
        if self.inside:
            first, extra = extra + first, ""
        if self.form.index("{suffix}") < self.form.index("{prefix}"):
            first, second = second, first
        return f"{extra}{before}{first}{between}{second}{after}"

    def _file(self, path: str, text: str) -> str:
        return f"{self._header(path)}{text.rstrip()}\n"

    def _header(self, path: str) -> str:
        return self.file.format(path=path) if self.file else f"{commented(path)}\n"


def commented(path: str) -> str:
    """A comment line that names a file, in the file's own language."""
    return f"{'#' if splitext(path)[1] in _HASHED else '//'} {path}"


_HASHED = frozenset(
    ".py .pyi .pyw .ipynb .jl .rb .sh .bash .zsh .toml .yaml .yml .r .pl .ex .exs .nix .cmake .tf".split()  # noqa: SIM905
)
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
_STARCODER = FimTemplate(  # StarCoder (arXiv 2305.06161), which has no file separator
    "starcoder",
    "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    "",
    ("<|endoftext|>", "<file_sep>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
    inside=True,
)
_STARCODER_2 = FimTemplate(  # StarCoder 2 (arXiv 2402.19173), the repository's files one after the other
    "starcoder2", _STARCODER.form, "<file_sep>{path}\n", _STARCODER.stops
)
_CODELLAMA = FimTemplate(  # Code Llama (arXiv 2308.12950), prefix first; the spaces belong to the tokens
    "codellama", "<PRE> {prefix} <SUF>{suffix} <MID>", "", ("<EOT>", " <EOT>", "</s>"), inside=True
)
_DEEPSEEK = (
    FimTemplate(  # the model card of DeepSeek-Coder: a file begins with #PATH; the bars and low line are U+FF5C, U+2581
        "deepseek",
        "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
        "#{path}\n",
        ("<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
        inside=True,
    )
)
_CODESTRAL = FimTemplate(  # mistral-common's FIM encoding: the suffix comes first; files are divided as Continue does
    "codestral", "[SUFFIX]{suffix}[PREFIX]{prefix}", "+++++ {path}\n", ("</s>", "[SUFFIX]", "[PREFIX]"), inside=True
)
_GRANITE = FimTemplate(  # Granite Code Models (arXiv 2405.04324) and the tokenizers of Granite 3: StarCoder's tokens
    "granite",
    _STARCODER.form,
    "",
    ("<|endoftext|>", "<|end_of_text|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
    inside=True,
)
_GRANITE_4 = FimTemplate(  # the tokenizer of Granite 4
    "granite-4",
    _QWEN.form,
    "",
    ("<|end_of_text|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>"),
    inside=True,
)

_BY_NAME = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (r"qwen[\d.]*-?coder|codeqwen", _QWEN),
        (r"starcoder-?2", _STARCODER_2),
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
