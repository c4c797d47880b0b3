"""Amounts: read in exactly one way, or not at all."""
# ruff: noqa: RUF001 - printed amounts hold characters that look like others

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import cast

import pytest
from babel import Locale
from babel.numbers import format_currency, format_decimal, get_decimal_symbol
from hypothesis import example, given
from hypothesis import strategies as st

from nanonets_sdk import Field
from nanonets_sdk.formats.amounts import DecimalMark, parse_decimal
from printed_locales import LOCALES

READ = {
    "0": "0",
    "007": "7",
    "12.5": "12.5",
    "12,5": "12.5",
    "1234,567": "1234.567",
    "1.2345": "1.2345",
    "0,123": "0.123",
    "1.234,56": "1234.56",
    "1,234.56": "1234.56",
    "1,234.567": "1234.567",
    "1.234.567": "1234567",
    "1 234 567": "1234567",
    "1 234,567": "1234.567",
    "1\u00a0234,50": "1234.50",
    "1\u202f234,50": "1234.50",
    "1'234'567.89": "1234567.89",
    "1’234": "1234",
    "1,23,456.78": "123456.78",
    "12,34,567": "1234567",
    "٣٬٤٥٦٫٧٨": "3456.78",
    "१२,३४,५६७.५": "1234567.5",
    "９，２４５．２２": "9245.22",
    "￥１２": "12",
    "-5": "-5",
    "- 12.50": "-12.50",
    "\u22125": "-5",
    "\u200e-5": "-5",
    "1,234.50-": "-1234.50",
    "1.234,50 €-": "-1234.50",
    "(12.00)": "-12.00",
    "($1,234.50)": "-1234.50",
    "$(12.00)": "-12.00",
    "(12.00) €": "-12.00",
    "CHF-1’234.56": "-1234.56",
    "€ -1.234,56": "-1234.56",
    "USD 1,234.50": "1234.50",
    "EUR12.50": "12.50",
    "12.50 EUR": "12.50",
    "US$ 5": "5",
    "1 234,80 $US": "1234.80",
    "1 234,50 kr.": "1234.50",
    "Rs. 1,200/-": "1200",
    "1,200.50/-": "1200.50",
    " 100.00\n": "100.00",
}

NOT_READ = {
    "nothing": "",
    "no digits": "EUR",
    "one thousand two hundred or one point two": "1,200",
    "the same with a point": "1.200",
    "filled up with zeros, or grouped": "01,234",
    "a space before the mark": "7 ,50",
    "a space before the mark and a currency": "12 ,00 €",
    "a space after the mark": "7. 50",
    "two spaces": "1  234",
    "two lines": "2\n100.00",
    "two cells": "1\t234",
    "a vertical tab": "1\v234",
    "a line separator": "1\u2028234",
    "a footnote": "1,234.50¹",
    "a square": "10²",
    "a subscript": "10₂",
    "a fraction": "12½",
    "a circled digit": "①",
    "a roman numeral": "Ⅷ",
    "digits of two scripts": "1٢",
    "a letter behind": "100x",
    "a letter in front": "x100",
    "a unit": "5 kg",
    "hexadecimal": "0x1F",
    "an exponent": "1e5",
    "underscores": "1_000",
    "infinity": "Infinity",
    "not a number": "NaN",
    "signalling": "sNaN",
    "a percentage": "19%",
    "a permille": "19‰",
    "cents": "50 ¢",
    "two signs": "--5",
    "a sign in parentheses": "(-5)",
    "a sign at both ends": "-5-",
    "a plus, as of a telephone number": "+49 170 123",
    "an open parenthesis": "(5",
    "a closed parenthesis": "5)",
    "credit": "1,234.50 CR",
    "debit": "1,234.50 DR",
    "no fraction behind the mark": "100.",
    "no number before the mark": ".50",
    "a dash for the fraction": "12.-",
    "groups of two": "10.10.10.10",
    "groups of two and three": "1.23.456",
    "a group of two at the end": "1,234,56",
    "four digits before a group": "1234,567.89",
    "a group of four": "1,2345.6",
    "two grouping characters": "1.234 567",
    "two fractions": "1,5.5",
    "two numbers": "1.50 2.50",
    "a date": "2026-03-12",
    "longer than any amount": "1" * 65,
}


@pytest.mark.parametrize("text", READ)
def test_an_amount_with_one_reading_is_read(text: str) -> None:
    assert parse_decimal(text) == Decimal(READ[text])


@pytest.mark.parametrize("case", NOT_READ)
def test_a_text_that_is_not_one_amount_is_not_read(case: str) -> None:
    assert parse_decimal(NOT_READ[case]) is None


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("1,200", ".", "1200"),
        ("1,200", ",", "1.200"),
        ("1.200", ",", "1200"),
        ("1,234.50", ",", None),
        ("1 234.50", ",", None),
        ("1,200/-", ",", "1200"),
        ("01,234", ",", None),
        ("١٬٢٣٤", ",", "1234"),
    ],
)
def test_a_known_decimal_mark_decides_what_the_text_leaves_open(
    text: str, mark: DecimalMark, amount: str | None
) -> None:
    assert parse_decimal(text, mark) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("mark", ["", ";", "٫", ".,"])
def test_a_decimal_mark_that_is_not_one_is_refused_by_name(mark: str) -> None:
    field = Field("total", "1", None, None, 0)
    with pytest.raises(ValueError, match="decimal_mark must be"):
        field.as_decimal(decimal_mark=cast("DecimalMark", mark))


def test_no_digit_is_lost_in_a_context_of_low_precision() -> None:
    digits = "123456789" * 6
    with decimal.localcontext(prec=3):
        assert parse_decimal(f"-{digits}") == Decimal(f"-{digits}")
        assert str(parse_decimal(f"({digits})")) == f"-{digits}"


def test_a_strict_field_says_what_it_holds() -> None:
    with pytest.raises(ValueError, match="field 'total' is not an amount, or ambiguous: '12 ,00'"):
        Field("total", "12 ,00", None, None, 0).as_decimal(strict=True)


amounts = st.decimals(-(10**9), 10**9, places=2)
fractions = st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 4)).map(
    lambda pair: Decimal(pair[0]).scaleb(-pair[1])
)


@given(amounts, st.sampled_from(LOCALES), st.sampled_from(["EUR", "USD", "INR"]), st.booleans(), st.booleans())
def test_an_amount_of_any_locale_is_read_as_itself_or_not_at_all(
    amount: Decimal, locale: str, currency: str, accounting: bool, latin: bool
) -> None:
    text = format_currency(
        amount,
        currency,
        locale=locale,
        format_type="accounting" if accounting else "standard",
        numbering_system="latn" if latin else "default",
    )
    assert parse_decimal(text) in {None, amount}


@given(fractions, st.sampled_from(LOCALES), st.booleans())
@example(Decimal(1200), "en", True)
@example(Decimal("1.2"), "de", True)
@example(Decimal(-123456789), "en_IN", False)
def test_a_number_of_any_locale_is_read_once_its_decimal_mark_is_known(
    number: Decimal, locale: str, latin: bool
) -> None:
    system = "latn" if latin else "default"
    text = format_decimal(number, locale=locale, decimal_quantization=False, numbering_system=system)
    assert parse_decimal(text) in {None, number}
    mark = get_decimal_symbol(Locale.parse(locale), numbering_system=system)
    if mark in {".", ","}:
        assert parse_decimal(text, cast("DecimalMark", mark)) == number


@given(st.text(st.sampled_from("0123456789٣१²½①.,'’٫٬ \u00a0\u202f-−+()/=€$%EekKr_x\t\n"), max_size=10))
@example("12 ,00")
def test_no_text_of_digits_and_marks_raises_or_gains_a_digit(text: str) -> None:
    for mark in (None, ".", ","):
        amount = parse_decimal(text, mark)
        if amount is not None:
            assert amount.is_finite()
            assert len(amount.as_tuple().digits) <= sum(map(str.isdecimal, text))


@given(st.text(max_size=24))
def test_no_text_at_all_raises(text: str) -> None:
    amount = parse_decimal(text)
    assert amount is None or any(map(str.isdecimal, text))
