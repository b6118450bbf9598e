"""Turns what may end a command early into one message that says what to look at next."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import OstfError


@contextmanager
def telling(lab: Lab, afterwards: str = "") -> Iterator[Progress]:
    """Progress for a command on a lab.

    Args:
        lab: Which is asked or changed.
        afterwards: A sentence on how to go on where the command stopped.

    Raises:
        OstfError: The lab did not come to what was awaited, its cloud said no, or the machine did.
    """
    progress = Progress(Console())
    # As Ctrl-C, so that what must be put back is put back.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with translated(lab, afterwards):
            yield progress
    except KeyboardInterrupt:
        if afterwards:
            progress.say(f"Interrupted. {afterwards}")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
        progress.close()


@contextmanager
def translated(lab: Lab, afterwards: str = "") -> Iterator[None]:
    """One error for what the lab, its cloud or the machine may answer, with what to look at; see ``telling``."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, _foreseen()):
            raise
        what = [str(error) or repr(error), *_where_to_look(lab)]
        if isinstance(error, PermissionError):
            what.append("A lab belongs to the user who made it, root as a rule.")
        raise OstfError("\n".join([*what, afterwards]).rstrip()) from error


def _foreseen() -> tuple[type[Exception], ...]:
    """A wait that ended, the machine's no, the cloud's no; whose client takes long to import, and may not have been."""
    if "openstack" not in sys.modules:
        return AssertionError, OSError
    from keystoneauth1.exceptions import ClientException
    from openstack.exceptions import SDKException

    return AssertionError, OSError, ClientException, SDKException


def _where_to_look(lab: Lab) -> list[str]:
    try:
        lab.layout.log.stat()
    except OSError:
        return []  # there is no such lab, or it is somebody else's
    return [
        *_failed_services(lab),
        f"Services: `ostf-dual lab status --name {lab.layout.name}`; logs: {lab.layout.log}",
    ]


def _failed_services(lab: Lab) -> list[str]:
    try:
        failed = [
            f"{each.name} ({each.state}: {each.detail})"
            for each in lab.supervisor.states()
            if each.has_failed
        ]
    except OstfError:
        return []  # the supervisor is not there yet, or no longer
    return [f"Services that failed: {', '.join(failed)}"] if failed else []
