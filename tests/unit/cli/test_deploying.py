"""`ostf-dual deploy`: what a definition breaks is told with its lines, before anything is asked or touched."""

from pathlib import Path

import pytest

from ostf_dual.__main__ import main
from ostf_dual.deployers.memory import remembered

BROKEN = """\
name: broken
release: "2024.2"
deployer: lab
hypervisor: qemu
high_availability: {mode: simple}
nodes:
  - {name: controller, roles: [controller]}
  - {name: compute, roles: [compute, vcenter-compute]}
"""


@pytest.mark.parametrize("options", [(), ("--plan",), ("--plan", "--json")])
def test_a_definition_that_breaks_rules_is_refused_with_its_lines(
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("sys.argv", ["ostf-dual", "deploy", str(file), *options])

    with pytest.raises(SystemExit) as ended:
        main()

    told = capsys.readouterr().err
    assert ended.value.code == 4
    assert f"{file} cannot be used:" in told
    assert (
        "line 8, nodes.1.roles: node compute: role vcenter-compute cannot share a node with compute" in told
    )
    assert remembered() == ()
