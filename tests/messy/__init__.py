"""The small messy monorepo of ``examples/messy`` as a repository of its own, and the truth about its troubles."""

import pytest

pytest.register_assert_rewrite("tests.messy.family")  # it compares for the tests, and has to say what differs
