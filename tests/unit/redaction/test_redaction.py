"""Secrets are taken out in every form, and words that are none stay."""

import base64
import json
import logging
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest

from ostf_dual.errors import InputError
from ostf_dual.redaction import conceal, is_concealed, redact, redacted
from ostf_dual.redaction.logs import ConcealingRecord
from ostf_dual.redaction.streams import concealing

HARD = "Zq$HOME 'one' \"two\" \\n <&>%41 ünï €Qz"
WAYS: tuple[Callable[[str], str], ...] = (
    str, repr, ascii, json.dumps, lambda value: json.dumps(json.dumps({"a": value})), lambda value: repr([value]),
    lambda value: json.dumps(value, ensure_ascii=False), escape, quote, quote_plus, lambda value: quote(value, safe=""),
    shlex.quote, lambda value: repr(value.encode()), lambda value: value.encode().decode("latin-1"),
)  # fmt: skip


@pytest.mark.parametrize("write", WAYS)
def test_a_known_secret_is_taken_out_however_it_is_written(write: Callable[[str], str]) -> None:
    conceal(HARD)

    shown = redacted(f"before {write(HARD)} after")

    assert "***" in shown
    assert not {"Zq", "HOME", "one", "41", "Qz"} & set(shown.replace("***", " ").split())
    assert "Zq" not in shown
    assert "Qz" not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_it_is_found_in_base64_wherever_it_begins(before: str, encode: Callable[[bytes], bytes]) -> None:
    conceal(HARD)

    shown = redacted(encode(f"{before}{HARD}".encode()).decode())

    assert "***" in shown
    assert len(shown) < 14


def test_its_beginning_and_end_are_found_where_the_middle_was_cut_out() -> None:
    conceal("correct horse battery staple")

    assert redacted("'correct horse ba...tery staple' …staple correct…") == "'***...***' …*** ***…"


def test_a_line_of_several_is_found_by_itself() -> None:
    conceal("first line of it\nsecond line of it\n")

    assert redacted("-> second line of it <-") == "-> *** <-"


@pytest.mark.parametrize("weak", ["", "a", "abc", "admin", "Password", " nova "])
def test_what_is_too_short_or_a_word_of_every_report_stays(weak: str) -> None:
    conceal(weak)

    assert (
        redacted(f"the admin of nova: abc, a Password, {weak}")
        == f"the admin of nova: abc, a Password, {weak}"
    )
    assert redacted(f'{{"password": "{weak or "x"}"}}') == '{"password": "***"}'


def test_a_short_one_is_taken_out_as_a_whole_word_only() -> None:
    conceal("zone1")

    assert redacted("zone1, zone12, azone1 and 'zone1'") == "***, zone12, azone1 and '***'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pass@host:5000/v3", "https://user:***@host:5000/v3"),
        ("mysql+pymysql://nova:pa$s@10.0.0.1/nova", "mysql+pymysql://nova:***@10.0.0.1/nova"),
        ("X-Auth-Token: gone", "X-Auth-Token: ***"),
        ("-H 'X-Auth-Token: {SHA256}abcdef'", "-H 'X-Auth-Token: {SHA256}abcdef'"),
        ("gAAAAABnQ1x_-" + "y" * 40 + "==.", "***."),
        ("{'adminPass': 'it\\'s', 'name': 'x'}", "{'adminPass': '***', 'name': 'x'}"),
        ('{\\"admin_password\\": \\"x y\\", 1}', '{\\"admin_password\\": \\"***\\", 1}'),
        ("wss://host/?path=%3Ftoken&token=ab-cd", "wss://host/?path=%3Ftoken&token=***"),
        ("host_password = a b c", "host_password = ***"),
        ("ran with OS_PASSWORD=a b", "ran with OS_PASSWORD=*** b"),
        ("<ns:password>a b</ns:password>", "<ns:password>***</ns:password>"),
        ("<graphics type='vnc' passwd='a b'/>", "<graphics type='vnc' passwd='***'/>"),
        ('vmware_soap_session="52a"; Path=/', 'vmware_soap_session="***"; Path=/'),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\na\nb", "***"),
        ("vcenters.0.password: is missing", "vcenters.0.password: is missing"),
        ("a secret is missing: set the environment variable X", "a secret is missing: set the environment variable X"),
        ("password   = Secret(env='X')", "password   = Secret(env='X')"),
        ("http://host/a:b@c no, 12:30 a@b", "http://host/a:b@c no, 12:30 a@b"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_taken_out_and_what_only_speaks_of_one_stays(
    text: str, shown: str
) -> None:
    assert redacted(text) == shown


@dataclass(frozen=True)
class Thing:
    name: str
    kept: tuple[bytes, ...]
    more: dict[str, str]


def test_values_are_redacted_to_their_depth_and_pictures_stay() -> None:
    conceal("hunter2hunter2")
    thing = Thing(
        "a hunter2hunter2", (b"x hunter2hunter2", b"\x89PNG hunter2hunter2"), {"k": "hunter2hunter2"}
    )

    assert redact(thing) == Thing("a ***", (b"x ***", b"\x89PNG hunter2hunter2"), {"k": "***"})


def test_an_error_shows_none_that_became_known_later() -> None:
    error = InputError("no hunter2hunter2 here")
    conceal("hunter2hunter2")

    assert str(error) == "no *** here"
    assert is_concealed("hunter2hunter2")


def test_a_log_shows_none_in_its_message_its_arguments_and_its_traceback() -> None:
    conceal("hunter2hunter2")
    stream = StringIO()
    logger = logging.getLogger("careless")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(ConcealingRecord)
    try:
        raise KeyError("hunter2hunter2")  # noqa: TRY301 - its traceback is what is logged
    except KeyError:
        logger.exception("%s and %r", "hunter2hunter2", {"a": "hunter2hunter2"})
    finally:
        logging.setLogRecordFactory(before)
        logger.removeHandler(handler)

    told = stream.getvalue()
    assert told.startswith("*** and {'a': '***'}\nTraceback")
    assert told.endswith("KeyError: '***'\n")


def test_a_stream_shows_none_and_is_otherwise_itself() -> None:
    conceal("hunter2hunter2")
    stream = StringIO()
    shown = concealing(stream)

    assert shown.write("hunter2hunter2!") == 15
    shown.writelines(["hunter2", "hunter2"])

    assert stream.getvalue() == "***!***"
    assert concealing(shown) is shown
    assert not shown.isatty()
