"""Where people read: colours on a terminal that wants them, plain lines elsewhere."""

import io
import os
import sys
from typing import TextIO

from rich.console import Console

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
