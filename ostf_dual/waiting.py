"""The one place that waits."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryError, Retrying, retry_if_not_result, stop_before_delay, wait_exponential

T = TypeVar("T")


class WaitTimeoutError(AssertionError):
    """The cloud kept answering, and never as wanted: a failure, not a breakage."""

    def __init__(self, what: str, timeout_s: float, last: str) -> None:
        super().__init__(f"waited {timeout_s:g} s for {what}; last seen: {last}")
        self.what, self.timeout_s, self.last = what, timeout_s, last


def wait_until(
    read: Callable[[], T],
    done: Callable[[T], bool],
    *,
    what: str,
    timeout_s: float,
    describe: Callable[[T], str] = repr,
    first_pause_s: float = 0.25,
    longest_pause_s: float = 2.0,
) -> T:
    """Read until ``done`` says so, with pauses that grow from ``first_pause_s`` to ``longest_pause_s``.

    An error of ``read`` is not an answer and goes to the caller at once.

    Args:
        read: Asks for the present state.
        done: Whether that state ends the waiting, well or ill ("ERROR" ends a wait for "ACTIVE" too).
        what: What is awaited, to follow the words "waited 30 s for".
        timeout_s: No read is started later than this after the first.
        describe: How to tell the last state in the message.
        first_pause_s: Pause after the first read.
        longest_pause_s: Bound of the pauses; keep it well under what an operator would notice.

    Returns:
        The first state that ``done`` accepts.

    Raises:
        WaitTimeoutError: There was none in time.
    """
    retrying = Retrying(
        retry=retry_if_not_result(done),
        wait=wait_exponential(multiplier=first_pause_s, exp_base=1.5, max=longest_pause_s),
        stop=stop_before_delay(timeout_s),
    )
    try:
        return retrying(read)
    except RetryError as error:
        last = error.last_attempt.result()
        raise WaitTimeoutError(what, timeout_s, describe(last)) from None
