"""Whoever reads what is told may go away: a closed pipe, a dropped ssh session. What is being done goes on."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import ECONNRESET, EIO, EPIPE
from typing import Any, TextIO, cast

_GONE = frozenset({EPIPE, ECONNRESET, EIO})
"""A closed pipe, a dropped connection, a terminal that is gone."""


def outliving(stream: TextIO | None) -> TextIO:
    """The same stream; once it cannot be written to any more, all that is written goes nowhere, and is no error.

    None, as Python has it where a standard stream was closed (``>&-``), is nowhere from the start.
    """
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - its user's, to its end
    return cast("TextIO", _Outliving(stream))


def outliving_copy(stream: TextIO | None) -> TextIO:
    """One of its own on a standard stream, whatever is captured or closed meanwhile; nowhere, where there is none.

    Half of a character that is none becomes "?": that must not end a run either.
    """
    if stream is None:
        return outliving(None)
    return outliving(os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8", errors="replace"))


def lost_by(stream: TextIO) -> OSError | None:
    """Why not all that was written has arrived, where it was no reader that went away: a full disk."""
    stream.flush()
    return getattr(stream, "lost", None)


class _Outliving:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost: OSError | None = None
        """Why not all was written, where it was no reader that went away: a full disk."""

    def write(self, text: str) -> int:
        with self._outlived():
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def flush(self) -> None:
        with self._outlived():
            self._stream.flush()

    def close(self) -> None:
        self.flush()
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @contextmanager
    def _outlived(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _GONE:
                self.lost = error
            with suppress(OSError):
                # What is still in its buffer is written once more at the end, which must not become the exit code.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)
