from audit import longest


def test_largest_first(tmp_path):
    (tmp_path / "small").write_text("a")
    (tmp_path / "large").write_text("aaa")
    assert longest(tmp_path, 1) == [("large", 3)]
