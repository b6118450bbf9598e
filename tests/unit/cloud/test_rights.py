"""Who sees what admins see is told by Nova, and by nothing that is wrong with Nova."""

from types import SimpleNamespace
from typing import Any

import pytest
from keystoneauth1.exceptions import ConnectFailure
from requests import Response

from ostf_dual.cloud.rights import has_admin_rights, may_see_services
from ostf_dual.errors import OstfError

ILL = (404, 500, 503)


def connection(status: int | None, *roles: str) -> Any:
    """Whose Nova answers with a status; None: not at all."""

    def get(url: str, **_: object) -> Response:
        if status is None:
            raise ConnectFailure("refused")
        response = Response()
        response.status_code, response.url = status, url
        return response

    auth = SimpleNamespace(get_access=lambda _: SimpleNamespace(role_names=roles))
    return SimpleNamespace(compute=SimpleNamespace(get=get), session=SimpleNamespace(auth=auth))


@pytest.mark.parametrize(("status", "sees"), [(200, True), (401, False), (403, False)])
def test_nova_shows_its_services_or_refuses_whatever_the_roles_are_called(status: int, *, sees: bool) -> None:
    assert has_admin_rights(connection(status, "cloud_owner")) is sees
    assert has_admin_rights(connection(status, "admin")) is sees


@pytest.mark.parametrize("status", [*ILL, None])
def test_a_nova_that_is_ill_tells_nothing_and_the_roles_decide(status: int | None) -> None:
    with pytest.raises(OstfError, match="admin rights"):
        may_see_services(connection(status))

    assert has_admin_rights(connection(status, "member", "reader")) is False
    assert has_admin_rights(connection(status, "admin", "member")) is True
