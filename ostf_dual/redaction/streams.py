"""A text stream that shows no secret."""

from typing import TYPE_CHECKING, Any, TextIO, cast

from ostf_dual.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable


def concealing(stream: TextIO) -> TextIO:
    """The same stream, each text redacted as it is written: the last net, for what is printed in one piece."""
    return stream if isinstance(stream, _Concealing) else cast("TextIO", _Concealing(stream))


class _Concealing:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(redacted(text))
        return len(text)

    def writelines(self, lines: "Iterable[str]") -> None:
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
