"""Commands in package scripts, shell scripts, recipes and tasks: what they run and need."""
