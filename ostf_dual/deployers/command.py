"""Deploys by the commands that an environment names: whatever installer there is."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace

from ostf_dual.deployers import process
from ostf_dual.deployers.base import Action, Change, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Commands, Environment, Node, VMware
from ostf_dual.environment.expectations import completed
from ostf_dual.environment.model import Access
from ostf_dual.environment.secret import resolve, secrets_in
from ostf_dual.errors import InputError, OstfError
from ostf_dual.surroundings import passed_on

_ADDED = "OSTF_NODES_ADDED"
_REFUSE = "refuse"
_LINE = re.compile(rf"({'|'.join((*Action, _REFUSE))})\s+(.+?)\s*(?::\s+(.*))?", re.IGNORECASE)


class CommandDeployer:
    """Runs commands; where there is none for the plan, it goes by what was deployed last from this machine."""

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        """See ``Deployer.plan``."""
        commands = _commands(environment)
        if commands.access is None and environment.access is None:
            return Plan(refusals=("access: give it, or `commands.access`: else nobody can reach the cloud",))
        if commands.plan is None:
            memory = Memory(environment.name)
            last = memory.definition
            broken_off = memory.state is not None and last is None
            note = _BROKEN_OFF if broken_off else _BY_MEMORY
            return Plan(changes=(*_differences(last, environment), note))
        said = process.read(_program("plan", commands.plan, environment), progress.say)
        return parse_plan(said)

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        """See ``Deployer.deploy``."""
        commands = _commands(environment)
        plan = self.plan(environment, progress)
        if plan.refusals:
            raise InputError("\n  ".join(("the installer cannot carry this environment:", *plan.refusals)))
        # Without a plan of its own only the installer can tell that there is nothing to do.
        if commands.plan is None or not plan.is_empty:
            self._install(environment, progress)
        return _access(environment, progress)

    def destroy(self, environment: Environment, progress: Progress) -> None:
        """See ``Deployer.destroy``."""
        commands = _commands(environment)
        if commands.destroy is None:
            raise InputError("commands.destroy: not given, so only the installer itself can remove the cloud")
        program = _program("destroy", commands.destroy, environment)
        with progress.step("Remove the cloud: commands.destroy"), Memory(environment.name).doubted():
            process.run(program, progress.say)

    def _install(self, environment: Environment, progress: Progress) -> None:
        commands = _commands(environment)
        memory = Memory(environment.name)
        last = memory.definition
        added = _only_added(last, environment) if last and commands.add else ()
        name, argv = ("add", commands.add) if added and commands.add else ("deploy", commands.deploy)
        program = _program(name, argv, environment, {_ADDED: ",".join(added)} if added else {})
        with progress.step(f"Bring the cloud to its definition: commands.{name}"), memory.doubted():
            process.run(program, progress.say)


def parse_plan(text: str) -> Plan:
    """The plan that a command printed: `ACTION WHAT: DETAIL` or `refuse SENTENCE`; any other line is a change."""
    changes, refusals = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            changes.append(Change(action=Action.CHANGE, what=line))
        elif found[1].lower() == _REFUSE:
            refusals.append(line[len(_REFUSE) :].strip())
        else:
            changes.append(Change(action=Action(found[1].lower()), what=found[2], detail=found[3] or ""))
    return Plan(changes=tuple(changes), refusals=tuple(refusals))


def _commands(environment: Environment) -> Commands:
    if environment.commands is None:
        raise InputError("commands: the deployer `command` needs them, `deploy` at least")
    return environment.commands


def _access(environment: Environment, progress: Progress) -> Access:
    from ostf_dual.environment.load import parse_access  # pydantic

    commands = _commands(environment)
    if commands.access is None:
        assert environment.access is not None  # noqa: S101 - the plan refuses what has neither
        return completed(environment.access, environment)
    program = _program("access", commands.access, environment)
    with progress.step("Ask how the cloud is reached: commands.access"):
        try:
            said = process.read(program, progress.say)
            return completed(parse_access(said, "what commands.access printed", commands.cwd), environment)
        except InputError as error:
            # The cloud is deployed: this is no refusal.
            raise OstfError(str(error)) from None


def _program(
    name: str, argv: tuple[str, ...], environment: Environment, more: Mapping[str, str] | None = None
) -> process.Program:
    from ostf_dual.environment.written import environment_to_json  # pydantic

    commands = _commands(environment)
    secrets = [secret.env for secret in secrets_in(environment) if secret.env is not None]
    _conceal(environment)
    return process.Program(
        name=f"commands.{name}",
        argv=argv,
        cwd=commands.cwd,
        environment={**passed_on(*commands.variables, *secrets), **(more or {})},
        given=environment_to_json(environment),
        timeout_s=commands.timeout_s,
    )


def _conceal(environment: Environment) -> None:
    """Redact the definition's secrets in what the installer prints; no command is run for one to that end."""
    for secret in secrets_in(environment):
        if secret.command is None:
            with suppress(OstfError):  # it is the installer who needs it, and says so
                resolve(secret)


_BY_MEMORY = Change(
    action=Action.NOTE,
    what="commands.plan",
    detail="not given: compared with what was deployed last from this machine",
)
_BROKEN_OFF = Change(
    action=Action.NOTE,
    what="commands.plan",
    detail="not given, and the last deployment did not come to its end: nothing is taken for deployed",
)


def _differences(last: Environment | None, environment: Environment) -> Iterator[Change]:
    were, are = _by_name(last), _by_name(environment)
    for name, node in are.items():
        if name not in were:
            yield Change(action=Action.ADD, what=f"node {name}", detail=", ".join(node.roles))
        elif node != were[name]:
            yield Change(action=Action.CHANGE, what=f"node {name}", detail=", ".join(node.roles))
    for name in were.keys() - are.keys():
        yield Change(action=Action.REMOVE, what=f"node {name}")
    if last is None:
        return
    for each in fields(Environment):
        if each.name not in {"nodes", "commands"} and getattr(last, each.name) != getattr(
            environment, each.name
        ):
            yield Change(action=Action.CHANGE, what=each.name, detail="otherwise than deployed last")


def _only_added(last: Environment, environment: Environment) -> tuple[str, ...]:
    """The nodes that came since, where they and what they bring are all that differs."""
    were = _by_name(last)
    added = tuple(node.name for node in environment.nodes if node.name not in were)
    before = replace(last, nodes=(), commands=None)
    rest = replace(_without(environment, frozenset(added)), nodes=(), commands=None)
    are = _by_name(environment)
    stayed = all(are.get(name) == node for name, node in were.items())
    return added if stayed and rest == before else ()


def _without(environment: Environment, added: frozenset[str]) -> Environment:
    """The definition without the vSphere clusters of nodes, and the zones that had no others."""
    vmware = environment.vmware
    if vmware is None:
        return environment
    zones = []
    for zone in vmware.zones:
        kept = tuple(each for each in zone.clusters if each.target not in added)
        if kept or not zone.clusters:
            zones.append(replace(zone, clusters=kept))
    left = replace(vmware, zones=tuple(zones))
    return replace(environment, vmware=None if left == VMware(zones=()) else left)


def _by_name(environment: Environment | None) -> dict[str, Node]:
    return {node.name: node for node in environment.nodes} if environment else {}
