"""Image classification distinguishes what looks different."""

import io
import random

import pytest
from PIL import Image, ImageDraw

from nanonets_sdk.mock.learning.pictures import PictureRules, classify, learn_pictures
from nanonets_sdk.mock.reading import UnreadableFile

Colour = tuple[int, int, int]
RED, BLUE, GREEN = (200, 40, 40), (40, 60, 200), (40, 160, 70)


def png(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def drawn(shape: str, colour: Colour, seed: int, size: int = 120) -> Image.Image:
    """Return a shape on white; its place and size vary a little with the seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(image)
    x, y = (size * (0.5 + chance.uniform(-0.06, 0.06)) for _ in range(2))
    r = size * chance.uniform(0.24, 0.32)
    box = (x - r, y - r, x + r, y + r)
    if shape == "disc":
        pen.ellipse(box, fill=colour)
    elif shape == "stripes":
        for line in range(0, size, size // 6):
            pen.rectangle((0, line, size, line + size // 14), fill=colour)
    else:
        pen.rectangle((size * 0.05, y - r / 3, size * 0.95, y + r / 3), fill=colour)
    return image


@pytest.mark.parametrize(
    "looks",
    [
        {"red": ("disc", RED), "blue": ("disc", BLUE), "green": ("disc", GREEN)},
        {"disc": ("disc", BLUE), "stripes": ("stripes", BLUE), "bar": ("bar", BLUE)},
    ],
    ids=["by colour", "by shape"],
)
def test_different_pictures_are_told_apart(looks: dict[str, tuple[str, Colour]]) -> None:
    examples = [(name, png(drawn(*look, seed))) for name, look in looks.items() for seed in range(4)]
    rules = learn_pictures(examples)
    unseen = [(name, png(drawn(*look, seed, 200))) for name, look in looks.items() for seed in range(50, 60)]
    assert [classify(rules, content)[0][0] for _, content in unseen] == [name for name, _ in unseen]


def two() -> PictureRules:
    return learn_pictures([("red", png(drawn("disc", RED, 1))), ("blue", png(drawn("bar", BLUE, 1)))])


def test_every_category_has_a_probability_and_the_likeliest_comes_first() -> None:
    shares = classify(two(), png(drawn("bar", BLUE, 7)))
    assert [category for category, _ in shares] == ["blue", "red"]
    assert shares[0][1] > 0.8
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert all(0 <= share <= 1 for _, share in shares)


def test_a_picture_unlike_every_example_has_an_uncertain_class() -> None:
    sure = classify(two(), png(drawn("bar", BLUE, 7)))[0][1]
    unsure = classify(two(), png(Image.effect_noise((90, 90), 60)))[0][1]
    assert unsure < sure


def test_a_jpeg_is_classified_like_the_png_of_the_same_picture() -> None:
    image = drawn("bar", BLUE, 9, 600)
    as_png, as_jpeg = classify(two(), png(image)), classify(two(), png(image, "JPEG"))
    assert [category for category, _ in as_png] == [category for category, _ in as_jpeg]
    assert as_jpeg[0][1] == pytest.approx(as_png[0][1], abs=0.05)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_kind_of_pixels_is_classified(mode: str) -> None:
    image = Image.new("I;16", (30, 20)) if mode == "I;16" else drawn("disc", RED, 3).convert(mode)
    assert len(classify(two(), png(image))) == 2


def test_transparent_pixels_are_treated_as_white_paper() -> None:
    clear = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    assert classify(two(), png(clear)) == classify(two(), png(Image.new("RGB", (120, 120), "white")))


def test_rules_survive_a_json_round_trip() -> None:
    assert PictureRules.from_json(two().to_json()) == two()


def test_without_examples_there_is_nothing_to_choose_from() -> None:
    assert classify(learn_pictures([]), png(drawn("disc", RED, 1))) == ()


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", png(drawn("disc", RED, 1))[:200]], ids=["empty", "PDF", "cut off"]
)
def test_a_file_that_is_not_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        classify(two(), content)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="pixels"):
        classify(two(), png(Image.new("1", (8000, 8000))))
