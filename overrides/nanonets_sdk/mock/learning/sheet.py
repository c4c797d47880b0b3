"""A page as lines and phrases, and the texts on it that introduce values."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import define, frozen

from nanonets_sdk.mock.learning.vocabulary import is_name, plain
from nanonets_sdk.mock.reading.layout.lines import Line, lines_of, phrases_of
from nanonets_sdk.mock.reading.layout.page import Page, Word

_BELOW = 2.5  # of the text's height, from a label to the value below it
_NEXT_LINE = 0.8  # of the text's height, between two lines of one value
_LONGEST_NAME = 4  # words


@frozen
class Place:
    """The place of a text: the words `start` to `end` of a line."""

    line: Line
    start: int
    end: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the text."""
        return self.line.words[self.start : self.end]

    @property
    def after(self) -> tuple[Word, ...]:
        """The words that follow on the line."""
        return self.line.words[self.end :]


@define(slots=False)
class Sheet:
    """A page, prepared for lookups."""

    page: Page

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines from top to bottom."""
        return lines_of(self.page.words)

    @cached_property
    def phrases(self) -> tuple[Line, ...]:
        """The phrases of all lines."""
        return tuple(phrase for line in self.lines for phrase in phrases_of(line))

    @cached_property
    def _plain(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(plain(word.text) for word in line.words) for line in self.lines)

    def places_of(self, words: Sequence[str]) -> Iterator[Place]:
        """Yield the places of a text, given as plain words, except in table headers."""
        size = len(words)
        for line, strings in zip(self.lines, self._plain, strict=True):
            for start in range(len(strings) - size + 1):
                if strings[start : start + size] == tuple(words) and not self._is_in_header(line.words[start]):
                    yield Place(line, start, start + size)

    def right_of(self, place: Place, skipped: int = 0) -> tuple[Word, ...]:
        """Return the phrase after a text and `skipped` more words on its line, up to the next label."""
        if not place.after[skipped:]:
            return ()
        words = phrases_of(Line.of(place.after[skipped:]))[0].words
        # In "7 Date: 3 March" another label follows the value.
        for end, word in enumerate(words):
            if end and word.text.endswith(":") and any(map(str.isalpha, word.text)):
                return words[: start_of_label(words, end)]
        return words

    def below(self, place: Place) -> tuple[Word, ...]:
        """Return the nearest phrase below a text and aligned with it, as far as the text's neighbours leave room."""
        box = Line.of(place.words)
        near = [
            phrase
            for phrase in self.phrases
            if -0.5 * box.height <= phrase.ymin - box.ymax <= _BELOW * box.height
            and (box.overlaps(phrase) or abs(phrase.xmin - box.xmin) <= box.height)
        ]
        if not near:
            return ()
        nearest = min(near, key=lambda phrase: (phrase.ymin, abs(phrase.xmin - box.xmin)))
        # The values of labels side by side may be so close that they form a single phrase.
        phrases = phrases_of(place.line)
        left = max((phrase.xmax for phrase in phrases if phrase.xmax < box.xmin), default=float("-inf"))
        right = min((phrase.xmin for phrase in phrases if phrase.xmin > place.words[-1].xmax), default=float("inf"))
        return tuple(word for word in nearest.words if word.xmin < right and word.xmax > left)

    def continued(self, first: Line, lines: int) -> tuple[Word, ...]:
        """Return the words of a phrase and of up to `lines` - 1 phrases below it that start at the same x."""
        words, last = list(first.words), first
        for _ in range(lines - 1):
            for phrase in self.phrases:
                half, gap = last.height / 2, phrase.ymin - last.ymax
                if abs(phrase.xmin - last.xmin) <= half and -half <= gap <= _NEXT_LINE * last.height:
                    words += phrase.words
                    last = phrase
                    break
            else:
                break
        return tuple(words)

    def _is_in_header(self, word: Word) -> bool:
        return any(
            cell.xmin <= word.center_x <= cell.xmax and cell.ymin <= word.center_y <= cell.ymax
            for table in self.page.tables
            if len(table.header) > 2  # noqa: PLR2004 - a table of two columns may be a list of labels and values
            for cell in table.cells
            if cell.row == 1
        )


def start_of_label(words: Sequence[Word], end: int) -> int:
    """Return the start of the label whose last word, with a colon, is at `end`: a known name, or just that word."""
    strings = [plain(word.text) for word in words]
    starts = range(max(0, end + 1 - _LONGEST_NAME), end + 1)
    return next((start for start in starts if is_name(tuple(strings[start : end + 1]))), end)
