"""The small messy monorepo of ``examples/messy`` as a repository of its own, and the truth about its troubles."""
