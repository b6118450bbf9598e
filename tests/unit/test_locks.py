"""Locks: one holder at a time, free again when the holder ends, however it ends."""

import subprocess
import sys
from pathlib import Path

from ostf_dual.locks import held, is_taken
from ostf_dual.waiting import wait_until

HOLD = """
import sys
from pathlib import Path
from ostf_dual.locks import held
with held(Path(sys.argv[1])) as is_ours:
    print(is_ours, flush=True)
    sys.stdin.read()
"""


def test_the_second_is_refused_at_once_and_may_when_the_first_is_done(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "cloud.lock"

    with held(path) as first, held(path) as second:
        assert (first, second) == (True, False)
    with held(path) as third:
        assert third


def test_a_holder_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cloud.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        with held(path) as is_ours:
            assert not is_ours
        child.kill()

    assert not wait_until(lambda: is_taken(path), lambda taken: not taken, what="the lock", timeout_s=10)
