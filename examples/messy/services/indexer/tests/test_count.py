import unittest

from indexer.count import Lines, by_kind


class CountTest(unittest.TestCase):
    def test_kinds_are_counted(self):
        self.assertEqual(by_kind(Lines("mint\nburn\n\nmint\nnoise\n")), {"mint": 2, "burn": 1})

    def test_nothing_is_nothing(self):
        self.assertEqual(by_kind(Lines("")), {})
