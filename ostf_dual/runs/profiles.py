"""How much is checked."""

PROFILES = ("quick", "smoke", "full")
"""Each holds the ones before it. Any other profile of a check runs only when named."""
SYSTEM = "system"
"""Of scenarios that deploy clouds of their own: their environment file is a definition."""


def holds(profile: str, other: str) -> bool:
    """Whether a run of ``profile`` asks the checks of profile ``other``."""
    if profile in PROFILES and other in PROFILES:
        return PROFILES.index(other) <= PROFILES.index(profile)
    return profile == other


def quicker(profile: str) -> str | None:
    """The next quicker profile; None where there is none."""
    place = PROFILES.index(profile) if profile in PROFILES else 0
    return PROFILES[place - 1] if place else None
