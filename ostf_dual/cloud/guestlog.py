"""What a TestVM says about itself: event lines on its console, and in the log that its TCP port hands out.

A line is ``TESTVM-NAME WORD... KEY=VALUE...``; ``fixtures/images/README.md`` lists the names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

EVENT_LOG_PORT = 7
SSH_PORT = 22

_EVENT = re.compile(r"\bTESTVM-([A-Z]+)((?: [^\r\n]*)?)")
# Boot loaders and kernels write colours, cursor moves and carriage returns between the lines.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1f\x7f]")
# What other images say once they are all the way up: getty's prompt, cloud-init's last line, sshd's banner.
_UP = re.compile(r"^\S+ login:|Cloud-init v\. \S+ finished\b|^SSH-\d", re.MULTILINE)
# After these nothing follows.
_HALT = re.compile(
    r"No bootable device|Kernel panic - not syncing|^grub rescue>|Operating System not found|^\(initramfs\)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line: its name, the words without a key, and the words with one."""

    name: str
    words: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    def __getitem__(self, key: str) -> str:
        """The value of a key; ``KeyError`` for a line without it."""
        return dict(self.fields)[key]

    def __str__(self) -> str:
        return " ".join(
            (f"TESTVM-{self.name}", *self.words, *(f"{key}={value}" for key, value in self.fields))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLog:
    """The events of one guest, oldest first.

    Attributes:
        source: Where they were read, for messages.
        text: What was read, without control characters.
    """

    source: str
    text: str
    events: tuple[Event, ...]

    @classmethod
    def parse(cls, text: str, source: str) -> "GuestLog":
        """Find the events in a console's text; what is not an event is left alone."""
        plain = _CONTROL.sub("", text)
        return cls(source=source, text=plain, events=tuple(_events(plain)))

    def last(self, name: str, *words: str, **fields: str) -> Event | None:
        """The newest event of this name that begins with these words and has these fields."""
        return next((event for event in reversed(self.events) if _matches(event, name, words, fields)), None)

    @property
    def proof(self) -> str | None:
        """What shows that an operating system is up: a TestVM says so, another image asks for a login."""
        if self.events:
            return str(ready) if (ready := self.last("READY")) else None
        return found[0].strip() if (found := _UP.search(self.text)) else None

    @property
    def halt(self) -> str | None:
        """What shows that none will ever be up; None: nothing does."""
        if self.events or self.proof:
            return None
        return found[0].strip() if (found := _HALT.search(self.text)) else None

    @property
    def disks(self) -> Mapping[str, int]:
        """The block devices that the guest sees now, name to size in bytes; empty before it said any."""
        blocks = self.last("BLOCK")
        pairs = (word.partition(":") for word in blocks.words) if blocks else ()
        return {name: int(sectors) * 512 for name, _, sectors in pairs if sectors.isdigit()}

    @property
    def tail(self) -> str:
        """The last line or two, for a message: what the console shows where the guest says nothing."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return " / ".join(lines[-2:])[-300:] or "nothing"

    def __str__(self) -> str:
        return f"{self.source}: {self.events[-1] if self.events else self.tail}"


def _events(text: str) -> Iterator[Event]:
    for name, rest in _EVENT.findall(text):
        words = rest.split()
        yield Event(
            name=name,
            words=tuple(word for word in words if "=" not in word),
            fields=tuple(
                (key, value) for key, mark, value in (word.partition("=") for word in words) if mark
            ),
        )


def _matches(event: Event, name: str, words: tuple[str, ...], fields: Mapping[str, str]) -> bool:
    return (
        event.name == name and event.words[: len(words)] == words and set(fields.items()) <= set(event.fields)
    )
