"""The nodes: what may not clash, leak or be left open, whatever else changes."""

import configparser
import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml

from ostf_dual.deployers.lab.configuration import ini
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.service import Node

FORMATS_OF_THEIR_OWN = {"rabbitmq.conf", "libvirtd.conf", "dnsmasq.conf"}
PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w.\[\]']*\}|\bNone\b|<[A-Za-z_]+ object|TODO|CHANGE_?ME")


def oslo_files(nodes: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        for name, text in node.files.items():
            if name.endswith((".conf", ".ini")) and name not in FORMATS_OF_THEIR_OWN:
                yield f"{node.name}/{name}", text


def parsed(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=True, default_section="none")
    parser.read_string(text)
    return parser


def test_every_program_has_a_name_of_its_own(all_nodes: tuple[Node, ...]) -> None:
    names = Counter(service.program.name for node in all_nodes for service in node.services)

    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_has_an_open_placeholder(all_nodes: tuple[Node, ...]) -> None:
    found = {
        f"{node.name}/{name}": match[0]
        for node in all_nodes
        for name, text in node.files.items()
        if (match := PLACEHOLDER.search(text))
    }

    assert found == {}


def test_every_oslo_file_parses_with_no_option_given_twice(all_nodes: tuple[Node, ...]) -> None:
    read = {name: parsed(text) for name, text in oslo_files(all_nodes)}

    assert {"controller/nova.conf", "controller/ml2.ini", "compute-vcenter/nova.conf"} <= read.keys()
    assert all(parser.sections() for parser in read.values())


def test_every_json_and_yaml_file_parses(all_nodes: tuple[Node, ...]) -> None:
    for node in all_nodes:
        for name, text in node.files.items():
            if name.endswith(".json"):
                assert json.loads(text), name
            if name.endswith(".yaml"):
                assert yaml.safe_load(text), name


def test_every_file_that_a_program_is_given_is_written(all_nodes: tuple[Node, ...]) -> None:
    written = {f"/run/lab/etc/{node.name}/{name}" for node in all_nodes for name in node.files}
    read = {
        word.partition("=")[2] or word
        for node in all_nodes
        for service in node.services
        for word in " ".join(service.program.argv).split()
        if "/run/lab/etc/" in word
    }

    assert read - written == set()


def test_no_password_is_in_what_a_process_listing_shows(
    all_nodes: tuple[Node, ...], lab_record: Record
) -> None:
    secrets = set(lab_record.passwords.values())
    shown = [
        f"{service.program.argv} {service.program.environment}"
        for node in all_nodes
        for service in node.services
    ]

    assert [each for each in shown if any(secret in each for secret in secrets)] == []


def test_no_password_is_in_a_nodes_repr(all_nodes: tuple[Node, ...], lab_record: Record) -> None:
    told = repr(all_nodes)

    assert not [name for name, secret in lab_record.passwords.items() if secret in told]


def test_a_nodes_services_report_under_its_name(all_nodes: tuple[Node, ...]) -> None:
    hosts = {name: parser["DEFAULT"].get("host") for name, text in oslo_files(all_nodes) if (parser := parsed(text))
             if parser.has_section("DEFAULT") and name.endswith(("nova.conf", "cinder.conf"))}  # fmt: skip

    assert len(hosts) >= 6
    assert {name: host for name, host in hosts.items() if host != name.partition("/")[0]} == {}


def test_every_listener_of_the_machine_is_on_its_loopback(
    all_nodes: tuple[Node, ...], lab_record: Record
) -> None:
    told = "\n".join(node.files.get("haproxy.cfg", "") for node in all_nodes)
    listening = re.findall(r"^\s*bind (\S+)", told, re.MULTILINE)

    assert {f"127.0.0.1:{port}" for port in lab_record.ports.values()} <= set(listening)
    assert all(each.startswith("127.0.0.1:") for each in listening)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ({"a": {"x": "1", "y": "p=q"}, "b": {"z": "%d"}}, "[a]\nx = 1\ny = p=q\n\n[b]\nz = %d\n"),
        ({"a": {}, "b": {"z": ""}}, "[b]\nz = \n"),
        ({"a": {"x": ("1", "2")}}, "[a]\nx = 1\nx = 2\n"),
        ({}, ""),
    ],
)
def test_an_ini_file_holds_what_was_given_and_no_empty_section(
    file: dict[str, dict[str, str | tuple[str, ...]]], text: str
) -> None:
    assert ini(file) == text
