import pytest
import requests
from keystoneauth1 import exceptions as keystone
from openstack import exceptions as sdk

from ostf_dual.cloud.asking import Answer, answer_of, asking, told, without_query
from ostf_dual.errors import NotDeployedError, OstfError


def refusal(status: int, url: str) -> sdk.HttpException:
    response = requests.Response()
    response.status_code = status
    response.headers["x-openstack-request-id"] = "req-1"
    response.request = requests.Request("GET", url).prepare()
    return sdk.HttpException("nope", response=response, details="the words of the service")


def test_a_refusal_is_told_with_status_url_words_and_request_id_and_without_the_query() -> None:
    with pytest.raises(OstfError) as caught, asking("the images"):
        raise refusal(503, "https://user:secret@c:9292/v2/images?sig=secret")

    message = str(caught.value)
    assert message == (
        "the images: HTTP 503 from GET https://c:9292/v2/images: the words of the service (request req-1)"
    )
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_the_catalogue_lacks_is_not_deployed() -> None:
    with pytest.raises(NotDeployedError, match="no such endpoint"), asking("the volumes"):
        raise keystone.EndpointNotFound


def test_no_connection_is_told_without_the_history_of_urllib3() -> None:
    error = keystone.ConnectFailure(
        "Unable to establish connection to https://c/v3: HTTPSConnectionPool(host='c', port=443): Max retries"
        " exceeded with url: /v3 (Caused by NewConnectionError('Connection refused'))"
    )

    assert told(error).endswith("connection to https://c/v3: NewConnectionError: 'Connection refused'")


def test_what_is_not_the_sdks_goes_through() -> None:
    with pytest.raises(ZeroDivisionError), asking("something"):
        _ = 1 / 0


def test_an_answer_is_a_value_or_the_reason_for_none() -> None:
    def refuse() -> str:
        raise OstfError("because")

    answer = answer_of(refuse)

    assert answer.or_else("other") == "other"
    for _ in range(2):
        with pytest.raises(OstfError, match="because"):
            answer.get()
    assert Answer(value=()).get() == ()


def test_urls_are_shown_without_what_may_be_secret() -> None:
    assert without_query("https://u:p@host:1/a/b?c=d#e") == "https://host:1/a/b"
