"""What somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggested(word: str, known: Iterable[str]) -> str:
    """The end of a message on a word that is not known: the nearest that is, else all there are."""
    there = sorted(known)
    if near := get_close_matches(word, there, n=1):
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(there)}" if there else ""
