"""The only pytest code: ``pytest scenarios --os-cloud NAME``. Without a cloud it keeps out of the way.

Installed as a pytest plugin, so it is imported by every pytest of the environment: what costs time to import
(rich, openstacksdk) is imported when there is a cloud to check.
"""

import pytest

from ostf_dual.errors import InputError
from ostf_dual.plugin.checks import MARKER, check_of
from ostf_dual.plugin.options import add_options, is_wanted, read_request


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hooks that a test of this plugin puts fakes behind."""
    from ostf_dual.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take part where a cloud is to be checked, or the checks are to be listed."""
    config.addinivalue_line("markers", MARKER)
    if _is_listing(config):
        from ostf_dual.plugin.listing import Listing

        listing = Listing(config.option.ostf_explain, as_json=config.option.ostf_json)
        config.pluginmanager.register(listing, "ostf_dual.listing")
    elif is_wanted(config):
        _take_part(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Checks without a cloud are a mistake, not a pass and not a skip."""
    idle = not is_wanted(config) and not _is_listing(config)
    if idle and not config.option.collectonly and any(check_of(item) for item in items):
        raise pytest.UsageError("these checks need a cloud: give --os-cloud NAME or --ostf-environment FILE")


def _is_listing(config: pytest.Config) -> bool:
    return bool(config.option.ostf_list or config.option.ostf_explain)


def _take_part(config: pytest.Config) -> None:
    from ostf_dual.plugin import concealing, fixtures, real
    from ostf_dual.plugin.run import RUN, Run
    from ostf_dual.plugin.terminal import open_view, quieten
    from ostf_dual.redaction.logs import conceal_logs
    from ostf_dual.redaction.variables import conceal_variables

    conceal_variables()
    conceal_logs()
    config.pluginmanager.register(concealing, "ostf_dual.concealing")
    try:
        request = read_request(config)
    except InputError as error:
        raise pytest.UsageError(str(error)) from None
    quieten(config)
    run = Run(config, request, open_view)
    config.stash[RUN] = run
    config.pluginmanager.register(real, "ostf_dual.real")
    config.pluginmanager.register(fixtures, "ostf_dual.fixtures")
    config.pluginmanager.register(run, "ostf_dual.run")
