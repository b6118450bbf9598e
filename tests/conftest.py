"""The tests' own lab: it stands beside a user's, is brought up once, and is taken down by the last of the lab tests."""

import os
import signal
import sys

import pytest
from rich.console import Console

from ostf_dual import redaction
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from ostf_dual.redaction.known import Known
from tests.machine import Machine

LAB = "tests"
_BEFORE = pytest.StashKey[Machine]()


def pytest_configure() -> None:
    """Take back what our children would inherit from whoever started us.

    That are the signals that are ignored (in the background, by nohup), and that no byte code is kept, as images of
    Python have it: a hundred children that compile each library anew take four times as long.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a secret in one test is a word in another."""
    monkeypatch.setattr(redaction, "_KNOWN", Known())


@pytest.fixture(scope="session")
def lab(pytestconfig: pytest.Config) -> Lab:
    """A lab that is up."""
    if os.geteuid() != 0:
        pytest.fail("the lab tests need root: run `make test-fast` for those that do not")
    found = Lab(LAB)
    if not found.is_up:
        pytestconfig.stash[_BEFORE] = Machine.now()
    progress = Progress(Console(stderr=True))
    try:
        found.up(progress)
    finally:
        progress.close()
    return found


@pytest.fixture(scope="session")
def machine_before(lab: Lab, pytestconfig: pytest.Config) -> Machine:  # noqa: ARG001 (it must have been asked for)
    """The machine before the lab came up."""
    if _BEFORE not in pytestconfig.stash:
        pytest.skip("the lab was up before these tests began: `ostf-dual lab down --name tests` first")
    return pytestconfig.stash[_BEFORE]
