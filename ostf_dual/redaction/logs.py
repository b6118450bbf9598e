"""Log records that show no secret, whichever handler writes them."""

import logging
from typing import Any

from ostf_dual.redaction import redacted

_FORMATTER = logging.Formatter()


class ConcealingRecord(logging.LogRecord):
    """A record whose message and traceback are redacted as it is written."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.exc_info and self.exc_info[0] is not None:
            # Formatters take what is there already.
            self.exc_text = redacted(_FORMATTER.formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - logging's own name
        """The message, without what must not be shown."""
        return redacted(super().getMessage())


def conceal_logs() -> None:
    """Have every record of this process made so; a filter would miss the handlers that come later."""
    logging.setLogRecordFactory(ConcealingRecord)
