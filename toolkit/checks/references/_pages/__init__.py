"""Pages for people: the commands that they tell their reader to type, and what of it no clone has."""
