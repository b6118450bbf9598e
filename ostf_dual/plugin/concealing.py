"""What pytest itself shows, without secrets: tracebacks with their arguments and locals, captured logs, warnings."""

import warnings
from collections.abc import Generator

import pytest
from _pytest._code.code import ExceptionRepr
from _pytest._io import TerminalWriter

from ostf_dual.redaction import redacted


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test's report, after everybody else had a hand in it."""
    report = yield
    _conceal(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Likewise a module's that cannot be loaded."""
    report = yield
    _conceal(report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_internalerror(excrepr: ExceptionRepr) -> None:
    """A traceback that whoever prints it next gets in this form."""
    shown = redacted(str(excrepr))

    def print_shown(writer: TerminalWriter) -> None:
        writer.write(shown)

    excrepr.toterminal = print_shown  # type: ignore[assignment,method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """A warning, which may be a thread's whole traceback."""
    told = str(warning_message.message)
    if (shown := redacted(told)) != told:
        warning_message.message = warning_message.category(shown)


def _conceal(report: pytest.TestReport | pytest.CollectReport) -> None:
    report.sections = [(name, redacted(text)) for name, text in report.sections]
    if report.longrepr is None or isinstance(report.longrepr, tuple):
        return  # a skip: its reason is a result of ours
    told = report.longreprtext
    # In form and colour where there is nothing to take out.
    if (shown := redacted(told)) != told:
        report.longrepr = shown
