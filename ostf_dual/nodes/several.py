"""Asking several hosts the same thing at the same time, when some of them may not answer."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Generic, TypeVar

from ostf_dual.errors import NotAskedError, OstfError

P = TypeVar("P")
T = TypeVar("T")

AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies(Generic[T]):
    """What hosts said.

    Attributes:
        answers: By host, in the order in which they were given.
        silence: Of hosts that could not be asked, the reason.
    """

    answers: Mapping[str, T]
    silence: Mapping[str, OstfError]

    @property
    def unasked(self) -> str:
        """Which hosts could not be asked, and why: the names first, since a long message is cut at its end."""
        every = len(self.answers) + len(self.silence)
        reasons = "; ".join(f"{host}: {error}" for host, error in self.silence.items())
        return (
            f"{len(self.silence)} of {every} hosts could not be asked ({', '.join(self.silence)}): {reasons}"
        )

    def require_all(self) -> None:
        """Nothing where every host has answered.

        Raises:
            NotAskedError: There is nothing to ask on one of them.
            OstfError: The others could not be asked.
        """
        for error in self.silence.values():
            if isinstance(error, NotAskedError):
                raise error
        if self.silence:
            raise OstfError(self.unasked)


def ask_each(
    hosts: Mapping[str, P], question: Callable[[P], T], *, enough: Callable[[T], bool] = lambda _: False
) -> Replies[T]:
    """Put a question to each host; one that cannot be asked keeps none of the others from answering.

    Args:
        hosts: By name.
        question: What is asked; its ``OstfError`` is kept as the host's silence.
        enough: Whether an answer makes all further ones needless; hosts that are still silent then are neither
            waited for nor told of.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, min(AT_ONCE, len(hosts))))
    asked = {pool.submit(question, host): name for name, host in hosts.items()}
    answers: dict[str, T] = {}
    silence: dict[str, OstfError] = {}
    try:
        for done in as_completed(asked):
            name = asked[done]
            try:
                answers[name] = done.result()
            except OstfError as error:
                silence[name] = error
            else:
                if enough(answers[name]):
                    break
    finally:
        # Not waited for: a host that is switched off takes as long as its shell's patience.
        pool.shutdown(wait=False, cancel_futures=True)
    return Replies(
        answers={name: answers[name] for name in hosts if name in answers},
        silence={name: silence[name] for name in hosts if name in silence},
    )
