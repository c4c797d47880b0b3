"""Printed digits, spaces and signs, as the plain characters they mean."""

# Unicode's compatibility normalisation (NFKC) would do most of this, and too much: it turns the footnote mark of `100¹`
# into a digit, and `12½` into 121 halves. So the characters that printed numbers are made of are listed here.

from __future__ import annotations

import unicodedata
from typing import Final

_LONGEST: Final = 64
_SPACES: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}"
# Marks that set the direction of writing surround signs and currencies in Arabic and Hebrew. They have no width.
_DIRECTIONS: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_WIDE_SYMBOLS: Final = "\N{FULLWIDTH POUND SIGN}\N{FULLWIDTH YEN SIGN}\N{FULLWIDTH WON SIGN}"
_PLAIN: Final = {
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _DIRECTIONS), None),
    **dict(zip(map(ord, _WIDE_SYMBOLS), "£¥₩", strict=True)),
    # Full-width forms repeat ASCII from `!` to `~`.
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    ord("\N{MINUS SIGN}"): "-",
    ord("\N{RIGHT SINGLE QUOTATION MARK}"): "'",
}


def plain(text: str) -> str | None:
    r"""Return a printed number or date in plain characters.

    Decimal digits of any script become ASCII. Superscripts, fractions and other numerals stay as they are, and so do
    tabs and line breaks inside the text: what they separate is not one number.

    Returns:
        The text without the whitespace around it; None if it is longer than any number or date, or mixes digits of
        two scripts.

    Examples:
        >>> plain("\uff11\uff0c\uff12\uff13\uff14\u00a0€"), plain("١٢٣"), plain("100¹"), plain("1٢")
        ('1,234 €', '123', '100¹', None)
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.isascii():
        return text
    text = text.translate(_PLAIN).strip()
    digits = {character: unicodedata.decimal(character) for character in text if character.isdecimal()}
    zeros = {ord(character) - value for character, value in digits.items()}
    return (
        None if len(zeros) > 1 else text.translate({ord(character): str(value) for character, value in digits.items()})
    )
