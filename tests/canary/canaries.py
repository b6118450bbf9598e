"""Secrets that can be told wherever they turn up, whatever they were encoded in, and whatever was cut off them."""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HARD = "$HOME 'one' \"two\" \\n {three} <&>%41; `ünï €` "


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret of one place. Its ends are letters and digits, which no encoding but base64 changes."""

    place: str

    @property
    def head(self) -> str:
        """How it begins."""
        return "Qz" + sha256(self.place.encode()).hexdigest()[:10]

    @property
    def tail(self) -> str:
        """How it ends."""
        return sha256(self.place.encode()).hexdigest()[-10:] + "zQ"

    @property
    def value(self) -> str:
        """All of it: what shells, YAML, JSON, XML, URLs and Python have to quote, and what is not ASCII."""
        return f"{self.head}{_HARD}{self.tail}"

    @property
    def lines(self) -> str:
        """The same over two lines."""
        return f"{self.head}{_HARD}\n{_HARD}{self.tail}"

    @property
    def plain(self) -> str:
        """One that may stand in a URL or a header."""
        return f"{self.head}.$!~{self.tail}"

    def is_in(self, content: bytes) -> bool:
        """Whether any end of it is there, as it is or within base64."""
        ends = (self.head.encode(), self.tail.encode())
        if any(end in content for end in ends):
            return True
        return any(
            end in raw for found in _BASE64.finditer(content) for raw in _decoded(found[0]) for end in ends
        )


def _decoded(run: bytes) -> list[bytes]:
    """What a run of base64's characters says, from each of its first four characters on."""
    standard = run.translate(bytes.maketrans(b"-_", b"+/"))
    shifted = (standard[skip:] for skip in range(4))
    return [base64.b64decode(each[: len(each) // 4 * 4]) for each in shifted]
