"""One execution of the checks: its id, its journal, its results and its verdict."""
