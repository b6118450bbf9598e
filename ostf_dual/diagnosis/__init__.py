"""Why a check failed: evidence gathered from every source at once, and rules that name the most likely cause."""
