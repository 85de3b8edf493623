"""The table of features: docs/features.md says what the tests guard."""

import pytest

from tests import features


def test_markers_name_known_ids_only():
    wanted = features.checklist()
    for feature, tests in features.marked().items():
        assert feature in wanted, f"{feature} of {tests} is not in docs/checklist.tsv"


@pytest.mark.feature("A107")
def test_the_table_is_up_to_date_and_says_what_is_out_of_scope():
    shown = features.TABLE.read_text(encoding="utf-8")
    assert shown == features.table(), "run make features"
    for feature in ("W8", "S50", "D7", "D13"):
        assert f"\n| {feature} | {features.OUT_OF_SCOPE}: " in shown


def test_an_id_counts_for_functions_classes_and_modules(tmp_path, monkeypatch):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(
        'import pytest\npytestmark = [pytest.mark.feature("F1")]\n'
        '@pytest.mark.feature("F2", "F3")\nasync def test_a(): ...\ndef test_b(): ...\n'
        '@pytest.mark.feature("F2")\nclass TestC:\n    def test_d(self): ...\n    def helper(self): ...\n'
    )
    monkeypatch.setattr(features, "ROOT", tmp_path)
    a, b, d = "tests/test_x.py::test_a", "tests/test_x.py::test_b", "tests/test_x.py::TestC::test_d"
    assert features.marked() == {"F1": [a, b, d], "F2": [a, d], "F3": [a]}
