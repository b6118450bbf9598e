"""What is said of a service that died."""

from pathlib import Path

from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.start import last_words


def test_the_end_of_its_log_is_shown_with_its_path(tmp_path: Path) -> None:
    layout = Layout(name="one", cache=tmp_path, state=tmp_path)
    layout.log.mkdir()
    path = layout.log / "haproxy.log"
    path.write_bytes(b"".join(b"line %d \xff\n" % number for number in range(30)))

    told = last_words(layout, "haproxy")

    assert f"service haproxy died at its start; its log {path} ends:" in told
    assert [line.split()[1] for line in told.splitlines()[1:]] == [str(number) for number in range(20, 30)]


def test_a_service_without_a_word_is_told_too(tmp_path: Path) -> None:
    layout = Layout(name="one", cache=tmp_path, state=tmp_path)

    assert "wrote nothing" in last_words(layout, "haproxy")
