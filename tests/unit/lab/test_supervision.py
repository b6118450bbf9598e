"""The supervisor's files, read by the supervisor itself."""

from pathlib import Path
from typing import Any

import pytest

from ostf_dual.deployers.lab.service import Node
from ostf_dual.deployers.lab.supervision import Program, Supervisor, main_file, node_file
from ostf_dual.errors import OstfError

ODD = Program(name="odd", argv=("/bin/odd", "100%", "%(name)s", "two words", "semi;colon"),
              environment=(("RATE", "50%"), ("FORMAT", "%(x)s a,b=c")))  # fmt: skip


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    for folder in ("etc/nodes", "log", "run", "var"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def read(inside: Path) -> Any:
    """The supervisor's own idea of the main file and all that it includes."""
    module = pytest.importorskip("supervisor.options", reason="supervisor is not installed: extra 'lab'")
    options = module.ServerOptions()
    options.here = str(inside)
    options.configfile = str(inside / "etc" / "supervisord.conf")
    return options.read_config(options.configfile)


def programs(supervisord: Any) -> dict[str, Any]:
    return {each.name: each for group in supervisord.process_group_configs for each in group.process_configs}


def test_every_node_is_a_group_whose_programs_wait_to_be_started(
    inside: Path, all_nodes: tuple[Node, ...]
) -> None:
    (inside / "etc" / "supervisord.conf").write_text(main_file(inside, {"PATH": "/bin"}))
    for node in all_nodes:
        text = node_file(inside, node.name, [each.program for each in node.services])
        (inside / "etc" / "nodes" / f"{node.name}.conf").write_text(text)

    supervisord = read(inside)

    groups = {
        each.name: {one.name for one in each.process_configs} for each in supervisord.process_group_configs
    }
    assert groups == {node.name: {each.program.name for each in node.services} for node in all_nodes}
    assert not any(each.autostart for each in programs(supervisord).values())
    assert {each.stdout_logfile for each in programs(supervisord).values()} == {
        f"{inside}/log/{each.program.name}.log" for node in all_nodes for each in node.services
    }


def test_signs_that_mean_something_to_the_supervisor_reach_the_program(inside: Path) -> None:
    (inside / "etc" / "supervisord.conf").write_text(main_file(inside, {"PATH": "/venv/bin:/bin"}))
    (inside / "etc" / "nodes" / "n.conf").write_text(node_file(inside, "n", [ODD]))

    supervisord = read(inside)
    program = programs(supervisord)["odd"]

    assert program.command == '/bin/odd 100% %(name)s "two words" "semi;colon"'
    assert program.environment == {"PATH": "/venv/bin:/bin", **dict(ODD.environment)}


def test_a_supervisor_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OstfError, match="supervisor does not answer"):
        Supervisor(tmp_path / "run").states()
