"""Where people read: colours on a terminal that wants them, plain lines elsewhere."""

import io
import os
import sys
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ostf_dual.redaction.streams import concealing

PLAIN_WIDTH = 120
"""Columns where the output is not a terminal, unless ``$COLUMNS`` says otherwise."""


def open_console(stream: TextIO | None = None) -> Console:
    """A console on the stream, else on standard output; it shows no secret."""
    stream = stream or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # an ASCII terminal shows "?"; it must not end a run
    width = None if stream.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(file=concealing(stream), highlight=False, width=width)


def print_text(console: Console, text: Text, *, indent: int = 0) -> None:
    """Wrapped under its indentation on a terminal; elsewhere a line stays whole, for whoever looks for words in it."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
        return
    for line in text.split("\n", allow_blank=True):
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)
