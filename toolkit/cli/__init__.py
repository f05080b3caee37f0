"""The invoke tasks, one file an area: flags to feature to report to exit code. Only this layer prints."""
