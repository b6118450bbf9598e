"""The rules as a table, made from the data that they go by: what, from where, for which releases."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from ostf_dual.environment.release import FUEL_RELEASES, Release, RuleBook
from ostf_dual.environment.roles import ANY, CONFLICTS, ROLES
from ostf_dual.environment.rules import RULES, Rule, nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule, or one of the rows of data that a rule goes by.

    Attributes:
        rule: The rule's id.
        test: The id of its case in tests/unit/environment/rules/test_table.py.
    """

    rule: str
    says: str
    source: str
    holds_for: str
    is_warning: bool
    test: str


def table() -> tuple[Row, ...]:
    """A row for each rule; where a rule goes by pairs of roles or by a role's numbers, a row for each of these."""
    return tuple(chain.from_iterable(_PIECES.get(rule.id, _whole)(rule) for rule in RULES))


def _whole(rule: Rule) -> Iterator[Row]:
    yield _row(rule, "", rule.says, rule.source, rule.holds_for)


def _conflicts(rule: Rule) -> Iterator[Row]:
    for each in CONFLICTS:
        other = "any other role" if each.other == ANY else each.other
        says, span = (
            f"{each.role} does not share a node with {other}.",
            _span(each.book, each.since, each.until),
        )
        yield _row(rule, f"{each.role}+{each.other}", says, each.source, span)


def _releases(rule: Rule) -> Iterator[Row]:
    for role in ROLES:
        if role.since or role.until or role.fuel_only:
            span = _span(RuleBook.FUEL if role.fuel_only else None, role.since, role.until)
            yield _row(rule, role.name, f"There is role {role.name}.", role.source, span)


def _least(rule: Rule) -> Iterator[Row]:
    for role in ROLES:
        if role.least:
            yield _row(rule, role.name, f"{role.name}: {role.least} at least.", role.source, "")


def _most(rule: Rule) -> Iterator[Row]:
    for role in ROLES:
        for most, without in ((role.most, ""), (role.most_when_simple, " without high availability")):
            if most is not None:
                yield _row(rule, role.name, f"{role.name}: {most} at most{without}.", role.source, "")


def _recommended(rule: Rule) -> Iterator[Row]:
    for role in ROLES:
        if role.recommended:
            says = f"{role.name}: {role.recommended} are recommended with high availability."
            yield _row(rule, role.name, says, role.source, "")


_PIECES: Mapping[str, Callable[[Rule], Iterator[Row]]] = {
    nodes.CONFLICT.id: _conflicts,
    nodes.ROLE_OF_RELEASE.id: _releases,
    nodes.LEAST.id: _least,
    nodes.MOST.id: _most,
    nodes.RECOMMENDED.id: _recommended,
}


def _row(rule: Rule, piece: str, says: str, source: str, holds_for: str) -> Row:
    return Row(
        rule=rule.id,
        says=says,
        source=source,
        holds_for=holds_for or "all",
        is_warning=rule.is_warning,
        test=f"{rule.id}:{piece}" if piece else rule.id,
    )


def _span(book: RuleBook | None, since: Release | None, until: Release | None) -> str:
    """As a person would say it: `Fuel 8.0 and later`."""
    if since is None and until is None:
        return f"{book}" if book else ""
    first, last = FUEL_RELEASES[0], FUEL_RELEASES[-1]
    begin = ".".join(map(str, since)) if since else first
    end = ".".join(map(str, until)) if until else last
    told = f"Fuel {begin}" if begin == end else f"Fuel {begin} to {end}"
    return told if book else f"{told}, OpenStack"
