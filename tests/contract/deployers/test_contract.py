"""What every deployer promises. Who is tried: `DEPLOYERS` in conftest."""

import pytest

from ostf_dual.deployers import deployment
from ostf_dual.deployers.base import Action, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.environment import rules
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError
from tests.contract.deployers.subject import Subject


def plan(subject: Subject, environment: Environment) -> Plan:
    with subject.progress() as progress:
        return subject.deployer.plan(environment, progress)


def deploy(subject: Subject, environment: Environment) -> Access:
    with subject.progress() as progress:
        return subject.deployer.deploy(environment, progress)


def destroy(subject: Subject) -> None:
    with subject.progress() as progress:
        subject.deployer.destroy(subject.environment, progress)


def test_a_plan_touches_nothing(subject: Subject) -> None:
    before = subject.seen()

    found = plan(subject, subject.environment)

    assert found.is_empty is subject.changes_nothing
    assert not found.refusals
    assert subject.seen() == before


def test_what_was_deployed_differs_in_nothing(subject: Subject) -> None:
    access = deploy(subject, subject.environment)
    there = subject.seen()

    assert access.cloud
    assert plan(subject, subject.environment).is_empty
    assert deploy(subject, subject.environment) == access
    assert subject.seen() == there


def test_one_node_more_is_one_thing_to_add(subject: Subject) -> None:
    deploy(subject, subject.environment)
    (new,) = {each.name for each in subject.more.nodes} - {each.name for each in subject.environment.nodes}

    changes = [each for each in plan(subject, subject.more).changes if each.action is not Action.NOTE]

    assert [(each.action, each.what) for each in changes] == [(Action.ADD, f"node {new}")]
    if subject.changes_nothing:
        with pytest.raises(InputError, match=new):
            deploy(subject, subject.more)
    else:
        deploy(subject, subject.more)
        assert plan(subject, subject.more).is_empty


def test_what_it_cannot_carry_is_refused_with_a_reason_and_nothing_is_touched(subject: Subject) -> None:
    before = subject.seen()
    found = plan(subject, subject.beyond)

    with pytest.raises(InputError) as caught:
        deploy(subject, subject.beyond)

    assert not found.is_empty
    assert subject.why in str(caught.value)
    assert subject.seen() == before
    if not subject.changes_nothing:
        assert any(subject.why in each for each in found.refusals)


def test_to_destroy_what_is_not_there_is_no_error(subject: Subject) -> None:
    deploy(subject, subject.environment)

    destroy(subject)
    gone = subject.seen()
    destroy(subject)

    assert subject.seen() == gone
    if not subject.changes_nothing:
        assert not plan(subject, subject.environment).is_empty


def test_a_secret_is_in_no_output_and_in_no_file(subject: Subject) -> None:
    if not subject.secret:
        pytest.skip("its definition has no secret")
    with subject.progress() as progress:
        told = [
            deployment.plan(subject.environment, progress, subject.deployer),
            deployment.deploy(subject.environment, progress, subject.deployer),
        ]
    memory = Memory(subject.environment.name)

    kept = [each.read_text() for each in memory.folder.iterdir()]
    assert memory.definition == subject.environment
    assert subject.secret not in "\n".join((repr(told), subject.output.getvalue(), *kept))


def test_a_definition_that_breaks_rules_never_reaches_it(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = rules.Rule(id="roles", says="", source="the spec")
    broken = rule.broken("nodes.compute-1.roles", "roles conflict")
    monkeypatch.setattr(rules, "problems", lambda _: (broken,))
    before = subject.seen()

    for call in (deployment.plan, deployment.deploy):
        with subject.progress() as progress, pytest.raises(InputError, match=r"nodes.compute-1.roles: roles"):
            call(subject.environment, progress, subject.deployer)

    assert subject.seen() == before
    assert subject.output.getvalue() == ""
    assert not Memory(subject.environment.name).folder.exists()
