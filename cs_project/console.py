"""How the console looks and what its navigation holds (M6)."""

UNFOLD: dict[str, object] = {}
