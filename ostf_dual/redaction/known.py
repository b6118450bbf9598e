"""Secrets that are known by value."""

import re
from collections.abc import Iterable, Mapping
from threading import Lock

from ostf_dual.redaction.forms import forms
from ostf_dual.redaction.looks import MASK

SHORTEST = 4
"""What has fewer characters stands in too many words."""

CERTAIN = 8
"""What has fewer is taken out as a whole word only."""

WORDS = frozenset(
    {
        *("admin", "administrator", "cinder", "cloud", "compute", "controller", "default", "demo"),
        *("glance", "guest", "gnocchi", "health", "keystone", "kvm", "lab", "libvirt", "member"),
        *("neutron", "none", "nova", "openstack", "ostf", "password", "placement", "project", "public"),
        *("qemu", "root", "secret", "server", "service", "stack", "test", "user", "vcenter", "vmware"),
        *("volume", "zone"),
    }
)
"""Passwords that are words of every report."""

_CUT = re.compile(r"\.\.\.|…")


class Known:
    """Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forms: dict[str, frozenset[str]] = {}
        self._net: _Net | None = None

    def add(self, value: str) -> None:
        """Take this out from now on, unless it is too short or a word of ours."""
        bare = value.strip()
        if value in self._forms or len(bare) < SHORTEST or bare.casefold() in WORDS:
            return
        with self._lock:
            self._forms[value], self._net = forms(value), None

    def without(self, text: str) -> str:
        """The text with all of them taken out, also those of which a shortened text shows the beginning or the end."""
        if not self._forms:
            return text
        with self._lock:  # woven when it is needed: secrets come in bundles
            net = self._net = self._net or _Net(self._forms)
        return net.without(text)


class _Net:
    """A pattern of every form of the values."""

    def __init__(self, values: Mapping[str, frozenset[str]]) -> None:
        found = {form for forms in values.values() for form in forms if len(form) >= SHORTEST}
        of_long = {form for value, forms in values.items() if len(value.strip()) >= CERTAIN for form in forms}
        certain = {form for form in found & of_long if len(form) >= CERTAIN}
        # The longest first, or a part of it would leave the rest.
        parts = [*map(re.escape, _longest_first(certain)), *map(_as_word, _longest_first(found - certain))]
        self._pattern = re.compile("|".join(parts))
        self._beginnings, self._ends = _Beginnings(certain), _Beginnings(form[::-1] for form in certain)

    def without(self, text: str) -> str:
        """The text with all of them taken out."""
        return self._without_ends(self._pattern.sub(MASK, text))

    def _without_ends(self, text: str) -> str:
        """As pytest shows ``'the beginni...and the end'`` for a long value."""
        kept, last = [], 0
        for cut in _CUT.finditer(text):
            before = text[last : cut.start()]
            after = text[cut.end() : cut.end() + self._beginnings.longest]
            begun, ended = self._beginnings.at_the_end_of(before), self._ends.at_the_end_of(after[::-1])
            kept += [before[: len(before) - begun], MASK if begun else "", cut[0], MASK if ended else ""]
            last = cut.end() + ended
        return "".join((*kept, text[last:]))


class _Beginnings:
    """Finds beginnings of forms where a text ends."""

    def __init__(self, forms: Iterable[str] = ()) -> None:
        self._forms = tuple(forms)
        self.longest = max(map(len, self._forms), default=0)
        first = "|".join({re.escape(form[:SHORTEST]) for form in self._forms})
        self._first = re.compile(f"(?={first})")  # they may overlap

    def at_the_end_of(self, text: str) -> int:
        """How many characters of a form a text ends with; 0 where they are too few to mean it."""
        text = text[-self.longest :] if self.longest else ""
        starts = (found.start() for found in self._first.finditer(text))
        return next((len(text) - at for at in starts if self._has_beginning(text[at:])), 0)

    def _has_beginning(self, text: str) -> bool:
        return any(form.startswith(text) for form in self._forms)


def _longest_first(found: set[str]) -> list[str]:
    return sorted(found, key=lambda form: (-len(form), form))


def _as_word(form: str) -> str:
    begins = r"(?<!\w)" if form[0].isalnum() else ""
    ends = r"(?!\w)" if form[-1].isalnum() else ""
    return f"{begins}{re.escape(form)}{ends}"
