"""The signals by which a run is ended from outside: each is an interrupt, and clean-up is done."""

import signal
from types import FrameType


def ends() -> tuple[signal.Signals, ...]:
    """Those that are heeded: a dropped terminal's too, unless somebody (``nohup``) said not to."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGTERM, signal.SIGHUP)


def heed_ends() -> None:
    """Take them as Ctrl-C, and once only.

    They come in pairs: a service's end is sent to each of its processes, and is forwarded to us besides. The second
    one must not cost the clean-up that the first one began; Ctrl-C still ends that.
    """
    for number in ends():
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in ends():
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
