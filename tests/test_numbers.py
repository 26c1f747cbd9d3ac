"""What the characters of a VALUE say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao_nlp.meaning.numbers import Habit, is_compound, parse_compound, readings


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("05", (5.0,)),
        ("0,5", (0.5,)),
        ("0.315", (0.315,)),
        ("61,5", (61.5,)),
        ("71.04", (71.04,)),
        ("1.234,5", (1234.5,)),
        ("1,234.5", (1234.5,)),
        ("4.215.600.350", (4_215_600_350.0,)),
        ("4,215,600", (4_215_600.0,)),
        ("1.234", (1234.0, 1.234)),
        ("8,315", (8.315, 8315.0)),
        ("2322", (2322.0,)),
        ("12.34.56", ()),
        ("1.234.56,7", ()),
        ("12a", ()),
        ("1 234", (1234.0,)),
        ("0.123.456", ()),
        ("1.23.456", ()),
        ("1.234,567.8", ()),
        ("12,345.67", (12345.67,)),
        ("", ()),
        ("9" * 41, ()),
    ],
)
def test_readings(surface, expected):
    assert readings(surface) == expected


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("17 tỷ 320 triệu", 17_320_000_000),
        ("18 tỷ 75 triệu", 18_075_000_000),
        ("3 tỷ 4", 3_400_000_000),
        ("2 tỷ 350", 2_350_000_000),
        ("1 tỷ 250 triệu 500 nghìn", 1_250_500_000),
        ("3 triệu rưỡi", 3_500_000),
        ("1,5 tỷ 20 triệu", 1_520_000_000),
        ("17 TỶ 320 triệu", 17_320_000_000),
        ("2 tỉ 5 tr", 2_005_000_000),
        ("1 tỷ, 20 triệu 5 nghìn", 1_020_005_000),
        ("3 nghìn 5", 3500),
        ("3 nghìn 52", 3052),
        ("1.250 tỷ 300 triệu", 1_250_300_000_000),
    ],
)
def test_compounds_are_in_their_base_unit(surface, expected):
    assert is_compound(surface)
    assert parse_compound(surface) == expected


def test_a_compound_whose_scales_do_not_descend_has_no_reading():
    assert parse_compound("5 triệu 3 tỷ") is None


def test_a_scaled_number_alone_is_no_compound():
    assert not is_compound("17 tỷ")


def test_vietnamese_convention_decides_where_a_document_shows_no_habit():
    habit = Habit()
    assert habit.read("1.234") == 1234
    assert habit.read("8,315") == 8.315


def test_what_is_counted_is_whole():
    assert Habit().read("8,315", whole=True) == 8315
    assert Habit().read("1.064", whole=True) == 1064


def test_a_document_that_writes_english_numbers_is_read_so():
    habit = Habit.of(["71.04", "12.5", "88.64", "1,234,567", "1,150.5"])
    assert habit.read("8,315") == 8315
    assert habit.read("5.219") == 5.219


@given(st.integers(0, 10**12))
def test_thousands_by_points_read_back(number):
    assert readings(f"{number:,}".replace(",", "."))[0] == number


@given(st.text(alphabet="0123456789., ", max_size=30))
def test_any_characters_give_a_number_or_none(surface):
    number = Habit().read(surface)
    assert number is None or number >= 0
