"""Texts that must have a form: which have it, and what somebody meant who wrote another."""

import pytest

from ostf_dual.environment.forms import fault_of_host, fault_of_regex, fault_of_service


@pytest.mark.parametrize(
    "host", ["vc.example.org", "vc", "10.0.0.1", "2001:db8::1", "[2001:db8::1]", "vc_1.example.org"]
)
def test_a_name_or_an_address_is_a_host(host: str) -> None:
    assert fault_of_host(host) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://vc.example.org/sdk", "; did you mean vc.example.org?"),
        ("vc.example.org/sdk", "; did you mean vc.example.org?"),
        ("vc.example.org:8443", "; did you mean vc.example.org?"),
        ("https://[2001:db8::1]:443/sdk", "; did you mean 2001:db8::1?"),
        (" vc.example.org", "; did you mean vc.example.org?"),
        ("https://", "path"),
        ("https://[::1", "path"),
        ("", "path"),
    ],
)
def test_a_url_is_no_host_and_what_was_meant_is_in_it(text: str, meant: str) -> None:
    told = fault_of_host(text)

    assert told is not None
    assert told.startswith("wanted a host name or an address alone")
    assert told.endswith(meant)


def test_a_password_in_a_url_is_not_told() -> None:
    assert "Hunter2" not in str(fault_of_host("https://root:Hunter2@vc.example.org/sdk"))


@pytest.mark.parametrize(
    ("regex", "meant"),
    [("*local*", "'.*local.*'"), ("ds[", r"'ds\\['"), ("(", r"'\\('"), ("a{99999999999}", r"'a\\{99999999999\\}'")],
)  # fmt: skip
def test_what_is_no_regular_expression_is_told_with_one_that_is(regex: str, meant: str) -> None:
    told = fault_of_regex(regex)

    assert told is not None
    assert told.startswith(f"{regex!r} is no regular expression: ")
    assert told.endswith(f"; did you mean {meant}?")


@pytest.mark.parametrize("regex", ["", ".*", "^nfs-[0-9]+$"])
def test_a_regular_expression_has_no_fault(regex: str) -> None:
    assert fault_of_regex(regex) is None


@pytest.mark.parametrize("service", ["nova-compute@a", "cinder-volume@a@vmdk", "nova-compute@a.example.org"])
def test_a_binary_on_a_host_is_a_service(service: str) -> None:
    assert fault_of_service(service) is None


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("nova-compute", "nova-compute@HOST"),
        ("@compute-1", "nova-compute@HOST"),
        ("nova-compute@", "nova-compute@HOST"),
        ("nova-compute:compute-1", "; did you mean nova-compute@compute-1?"),
        ("nova-compute compute-1", "; did you mean nova-compute@compute-1?"),
        ("cinder-volume / a", "; did you mean cinder-volume@a?"),
    ],
)
def test_what_names_no_service_is_told_with_the_form(text: str, end: str) -> None:
    told = fault_of_service(text)

    assert told is not None
    assert told.startswith(f"{text!r} names no service: wanted binary@host")
    assert told.endswith(end)
