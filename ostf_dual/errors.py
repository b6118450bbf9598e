"""What can go wrong, told apart by what the reader can do about it.

"No" from the cloud is an ``AssertionError``: the check *failed*. Everything here means that we could not ask
(the check is *broken*), or that there was nothing to ask (the three subclasses of ``NotAskedError``).
"""

from ostf_dual.redaction import redacted


class OstfError(Exception):
    """We could not ask. The message says what was wanted, what was found and what to look at next.

    It is made of others' words too, which may repeat what they were given: secrets are taken out of it.
    """

    def __str__(self) -> str:
        return redacted(super().__str__())


class RefusedError(OstfError):
    """The cloud answers that whoever asks has no right to: it will say the same when asked again."""


class InputError(OstfError):
    """What the user gave cannot be used: a file, an option, a name. Exit code 4."""


class NotAskedError(OstfError):
    """A question that has no answer here, for a stated reason. Never a pass, never a failure."""

    outcome: str


class NotConfiguredError(NotAskedError):
    """There is no access to the witness that a check needs; the message names the missing key."""

    outcome = "not_configured"


class UnsupportedError(NotAskedError):
    """This driver or release cannot do it, by a table that names its source."""

    outcome = "unsupported"


class NotDeployedError(NotAskedError):
    """The cloud has no such service."""

    outcome = "not_deployed"
