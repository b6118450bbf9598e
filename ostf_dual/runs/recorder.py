"""What a check tells of itself while it runs."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ostf_dual.runs.result import Evidence, Step


class Recorder:
    """Collects the steps and the evidence of one check."""

    def __init__(self) -> None:
        self._steps: dict[int, Step] = {}
        self._begun = 0
        self._open: list[int] = []
        self._evidence: list[Evidence] = []
        self.current: str = ""
        """Number and title of the step that is under way; the failing one after a failure."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """In the order in which they began."""
        return tuple(self._steps[number] for number in sorted(self._steps))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """In the order in which it was given."""
        return tuple(self._evidence)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A numbered step around what it names."""
        self._begun += 1
        number, outer = self._begun, self.current
        self.current = f"{number}: {title}"
        started_at, begin = datetime.now(UTC), time.monotonic()
        passed = False
        self._open.append(number)
        try:
            yield
            passed = True
            self.current = outer
        finally:
            self._open.pop()
            self._steps[number] = Step(
                number=number,
                title=title,
                passed=passed,
                started_at=started_at,
                duration_s=time.monotonic() - begin,
            )

    def attach(self, name: str, content: object) -> None:
        """Keep evidence with the step that is under way: text and bytes as they are, anything else as JSON."""
        match content:
            case str():
                media_type, body = "text/plain", content.encode()
            case bytes():
                media_type = "image/png" if content.startswith(b"\x89PNG") else "application/octet-stream"
                body = content
            case _:
                media_type = "application/json"
                body = json.dumps(content, indent=2, default=str).encode()
        step = self._open[-1] if self._open else None
        self._evidence.append(Evidence(name=name, media_type=media_type, content=body, step=step))
