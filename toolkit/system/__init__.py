"""The only folder that touches the world: processes, files, git, the platform, the clock."""
