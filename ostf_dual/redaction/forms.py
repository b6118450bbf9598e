"""In which forms a value is written: as it is, and as JSON, XML, URLs, Python, shells and base64 have it."""

import base64
import json
import shlex
from collections.abc import Callable, Iterator
from html import escape as html_escape
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as xml_escape

LEAST_OF_A_LINE = 8
"""A line of a value with several is looked for by itself where it has so many characters."""

_LEAST_IN_BASE64 = 8
_LOSES = (0, 2, 3)
"""So many characters of base64 hang also on what stands before, by the bytes before it modulo 3."""


def forms(value: str) -> frozenset[str]:
    """Every form of a value, the value itself among them; two encodings deep, as JSON in a log of Python's."""
    plain = {value, value.strip(), *_lines(value), *_misread(value)}
    once = {_written(write, each) for each in plain for write in _WRITERS}
    twice = {_written(write, each) for each in once for write in _WRITERS}
    return frozenset((plain | once | twice | set(_in_base64(value))) - {""})


def _lines(value: str) -> Iterator[str]:
    lines = value.splitlines()
    if len(lines) > 1:
        yield from (each for each in map(str.strip, lines) if len(each) >= LEAST_OF_A_LINE)


def _misread(value: str) -> Iterator[str]:
    """As it looks where its bytes were taken for another encoding's."""
    raw = value.encode(errors="surrogateescape")
    yield raw.decode("latin-1")
    # Only where enough of it is left to be told from a row of question marks.
    if sum(each.isascii() and each.isalnum() for each in value) >= LEAST_OF_A_LINE:
        yield raw.decode("ascii", errors="replace")
        yield value.encode("ascii", errors="replace").decode()


def _in_base64(value: str) -> Iterator[str]:
    """Wherever in the encoded bytes it begins: ``user:password`` is encoded as one."""
    raw = value.encode(errors="surrogateescape")
    for before, loses in enumerate(_LOSES):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(bytes(before) + raw).decode()
            certain = encoded[loses : (before + len(raw)) * 8 // 6]
            if len(certain) >= _LEAST_IN_BASE64:
                yield certain


def _written(write: Callable[[str], str], value: str) -> str:
    try:
        return write(value)
    except UnicodeError:  # bytes of an environment variable that are no text
        return value


def _json_ascii(value: str) -> str:
    return json.dumps(value)[1:-1]


def _json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _python(value: str) -> str:
    return repr(value)[1:-1]


def _python_bytes(value: str) -> str:
    return repr(value.encode())[2:-1]


def _python_ascii(value: str) -> str:
    return ascii(value)[1:-1]


def _xml_attribute(value: str) -> str:
    return xml_escape(value, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#09;"})


def _xml_ascii(value: str) -> str:
    return xml_escape(value).encode("ascii", "xmlcharrefreplace").decode()


def _url(value: str) -> str:
    return quote(value, safe="")


def _url_path(value: str) -> str:
    return quote(value)


def _url_user(value: str) -> str:
    return quote(value, safe="!$&'()*+,;=")


def _shell(value: str) -> str:
    return shlex.quote(value).strip("'")


def _escaped_quotes(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')


_WRITERS: tuple[Callable[[str], str], ...] = (
    _json_ascii, _json, _python, _python_bytes, _python_ascii, xml_escape, _xml_attribute, _xml_ascii, html_escape,
    _url, _url_path, _url_user, quote_plus, _shell, _escaped_quotes,
)  # fmt: skip
