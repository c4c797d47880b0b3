"""A page's words as lines and phrases, and the texts that introduce values on it."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import define, frozen

from nanonets_sdk.mock.learning.plain import plain
from nanonets_sdk.mock.learning.vocabulary import is_name
from nanonets_sdk.mock.reading.layout.lines import Line, lines_of, phrases_of
from nanonets_sdk.mock.reading.layout.page import Page, Word

_BELOW = 2.5  # heights of the text from a label to the value below it
_NEXT_LINE = 0.8  # height of the text between two lines of one value
_LONGEST_NAME = 4  # words


@frozen
class Place:
    """Where a text stands: the words `start` to `end` of a line."""

    line: Line
    start: int
    end: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The text's own words."""
        return self.line.words[self.start : self.end]

    @property
    def after(self) -> tuple[Word, ...]:
        """What follows on the line."""
        return self.line.words[self.end :]


@define(slots=False)
class Sheet:
    """A page, prepared for looking things up."""

    page: Page

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """From the top down."""
        return lines_of(self.page.words)

    @cached_property
    def phrases(self) -> tuple[Line, ...]:
        """The phrases of all lines."""
        return tuple(phrase for line in self.lines for phrase in phrases_of(line))

    @cached_property
    def _plain(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(plain(word.text) for word in line.words) for line in self.lines)

    def places_of(self, words: Sequence[str]) -> Iterator[Place]:
        """Yield where a text of plain words stands, table headers left out."""
        size = len(words)
        for line, texts in zip(self.lines, self._plain, strict=True):
            for start in range(len(texts) - size + 1):
                if texts[start : start + size] == tuple(words) and not self._is_in_header(line.words[start]):
                    yield Place(line, start, start + size)

    def right_of(self, place: Place, skipped: int = 0) -> tuple[Word, ...]:
        """Return the phrase after a text on its line, `skipped` words left out, up to the next label."""
        words = place.after[skipped:]
        if not words:
            return ()
        return until_next_label(phrases_of(Line.of(words))[0].words)

    def below(self, place: Place) -> tuple[Word, ...]:
        """Return the nearest phrase below a text and flush with it, as far as the text's neighbours leave it room."""
        box = Line.of(place.words)
        near = [
            phrase
            for phrase in self.phrases
            if -0.5 * box.height <= phrase.ymin - box.ymax <= _BELOW * box.height
            and (_overlap(phrase, box.xmin, box.xmax) > 0 or abs(phrase.xmin - box.xmin) <= box.height)
        ]
        if not near:
            return ()
        nearest = min(near, key=lambda phrase: (phrase.ymin, abs(phrase.xmin - box.xmin)))
        left, right = _room(place)
        return tuple(word for word in nearest.words if word.xmin < right and word.xmax > left)

    def continued(self, first: Line, lines: int) -> tuple[Word, ...]:
        """Return the words of a phrase and of up to `lines` - 1 phrases set flush below it."""
        words, last = list(first.words), first
        for _ in range(lines - 1):
            following = next((phrase for phrase in self.phrases if _follows(phrase, last)), None)
            if following is None:
                break
            words += following.words
            last = following
        return tuple(words)

    def _is_in_header(self, word: Word) -> bool:
        x, y = (word.xmin + word.xmax) / 2, (word.ymin + word.ymax) / 2
        return any(
            cell.xmin <= x <= cell.xmax and cell.ymin <= y <= cell.ymax
            for table in self.page.tables
            if len(table.header) > 2  # noqa: PLR2004 - a table of two columns may be a list of labels and values
            for cell in table.cells
            if cell.row == 1
        )


def _room(place: Place) -> tuple[float, float]:
    """Return where the phrase before a text ends and the one after it begins."""
    phrases = phrases_of(place.line)
    before = (phrase.xmax for phrase in phrases if phrase.xmax < place.words[0].xmin)
    after = (phrase.xmin for phrase in phrases if phrase.xmin > place.words[-1].xmax)
    return max(before, default=float("-inf")), min(after, default=float("inf"))


def until_next_label(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words before the one that begins another label, as in "7 Date: 3 March"."""
    for place, word in enumerate(words):
        if place and word.text.endswith(":") and any(map(str.isalpha, word.text)):
            return tuple(words[: start_of_label(words, place)])
    return tuple(words)


def start_of_label(words: Sequence[Word], end: int) -> int:
    """Return where the label begins whose last word, with a colon, is at `end`: a known name, or that word alone."""
    texts = [plain(word.text) for word in words]
    starts = range(max(0, end + 1 - _LONGEST_NAME), end + 1)
    return next((start for start in starts if is_name(tuple(texts[start : end + 1]))), end)


def _overlap(phrase: Line, xmin: int, xmax: int) -> int:
    return min(phrase.xmax, xmax) - max(phrase.xmin, xmin)


def _follows(phrase: Line, last: Line) -> bool:
    gap = phrase.ymin - last.ymax
    return abs(phrase.xmin - last.xmin) <= last.height / 2 and -last.height / 2 <= gap <= _NEXT_LINE * last.height
