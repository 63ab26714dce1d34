"""Where texts come from, grouped as they are applied. Not here: what they say (`bundle`)."""
