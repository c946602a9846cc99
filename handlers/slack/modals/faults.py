"""Pure: what is wrong with what was typed into a window."""

from __future__ import annotations

from pbx.errors import Refusal

Typed = dict[str, str]  # by the input's name; several choices with commas between them


class Faults(Refusal):
    """What is wrong with what was typed: a sentence for each input."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__("; ".join(sentences.values()))
        self.sentences = sentences
