"""Who waits for a cloud is told so, and what for."""

import socket
from pathlib import Path
from threading import Event

import pytest

from ostf_dual.cli import patience
from ostf_dual.cli.checkup import check_up
from ostf_dual.cli.commands import discover
from ostf_dual.cli.patience import patiently
from ostf_dual.cloud import login
from ostf_dual.cloud.login import LoginError
from ostf_dual.waiting import wait_until


def test_what_takes_long_is_told_with_its_time_until_it_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(patience, "_SILENCE_S", 0.02)
    told = ""

    def said() -> str:
        nonlocal told
        told += capsys.readouterr().err
        return told

    with patiently("logging in to cloud one"):
        wait_until(said, lambda text: text.count("\n") > 1, what="two words", timeout_s=10)
    done = said()
    Event().wait(0.2)  # ten words' time

    assert said() == done
    assert all(line.startswith("… logging in to cloud one (") for line in told.splitlines())


@pytest.mark.parametrize("command", ["discover", "doctor"])
def test_a_cloud_that_does_not_answer_is_told_to_be_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(login, "_FIRST_ANSWER_S", 1.0)
    monkeypatch.setattr(patience, "_SILENCE_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v3"
        auth = f"{{auth_url: '{url}', username: u, password: correct-horse, project_name: p}}"
        (tmp_path / "clouds.yaml").write_text(f"clouds: {{one: {{auth: {auth}}}}}\n")
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))

        if command == "discover":
            with pytest.raises(LoginError, match="no answer"):
                discover("one", None, as_json=True)
        else:
            check_up("one", None, as_json=True)

    assert "… logging in to cloud one (" in capsys.readouterr().err
