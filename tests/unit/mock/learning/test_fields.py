"""Fields are learnt from three examples, and predicted from names alone or from colons."""

import datetime as dt
import time
from collections.abc import Sequence
from decimal import Decimal

import pytest
from tests.samples.make_invoice import SAMPLE, Company, InvoiceData, Item, make_invoice, truths_of

from handmade_pdfs import written
from nanonets_sdk.mock.learning import Annotation, Guess, Rules, discover, learn, predict, rules_for
from nanonets_sdk.mock.learning.shapes import shape_of
from nanonets_sdk.mock.learning.vocabulary import parts_of_label
from nanonets_sdk.mock.reading import Page, Reader, Reading

LABELS = tuple(SAMPLE.fields)


def invoice(number: str, day: dt.date, order: str, items: int, seller: str, buyer: str) -> InvoiceData:
    return InvoiceData(
        number=number,
        date=day,
        po_number=order,
        items=SAMPLE.items[:items],
        seller=Company(seller, "3 Weir Road", "Weirford WF1 1AA", "GB 111 2222 33"),
        buyer=Company(buyer, "8 Ferry Lane", "Ferrytown", "FR 12 345678901"),
    )


TRAINING = (
    invoice("INV-7", dt.date(2026, 1, 2), "PO-1", 3, "Weir Ltd", "Ferry Buyers Inc"),
    invoice("INV-2025-1", dt.date(2025, 12, 24), "4711", 8, "Very Long Named Supplies Company Ltd", "X GmbH"),
    invoice("A/99", dt.date(2024, 5, 6), "PO-77777", 12, "Ostrava Parts", "Quarry and Sons"),
)
FOURTH = invoice("INV-2026-000123", dt.date(2026, 11, 30), "PO-5-66", 17, "Grand Total Trading Co", "Elsewhere plc")


def example(data: InvoiceData, reader: Reader) -> list[tuple[Page, list[Annotation]]]:
    truths = truths_of(data)
    return [
        (page, [Annotation(t.label, t.text, t.xmin, t.ymin, t.xmax, t.ymax) for t in truths if t.page == page.number])
        for page in reader.read(make_invoice(data)).pages
    ]


def found(rules: Rules, reading: Reading) -> dict[str, str]:
    return {guess.label: guess.text for page in reading.pages for guess in predict(rules, page)}


@pytest.fixture(scope="module")
def trained(reader: Reader) -> Rules:
    return learn(LABELS, [page for data in TRAINING for page in example(data, reader)])


def page_of(reader: Reader, *texts: tuple[float, float, str]) -> Page:
    return reader.read(written(*texts)).pages[0]


def marked(page: Page, label: str, text: str) -> Annotation:
    parts = text.split()
    words = next(
        page.words[start : start + len(parts)]
        for start in range(len(page.words))
        if [word.text for word in page.words[start : start + len(parts)]] == parts
    )
    return Annotation(label, text, words[0].xmin, words[0].ymin, words[-1].xmax, words[-1].ymax)


@pytest.mark.parametrize("label", LABELS)
def test_three_examples_are_enough_to_find_on_a_fourth_the(label: str, trained: Rules, reader: Reader) -> None:
    assert found(trained, reader.read(make_invoice(FOURTH)))[label] == FOURTH.fields[label]


@pytest.mark.parametrize("label", LABELS)
def test_what_was_learnt_on_one_page_holds_on_two_for_the(label: str, trained: Rules, reader: Reader) -> None:
    assert found(trained, reader.read(make_invoice(SAMPLE)))[label] == SAMPLE.fields[label]


def test_a_predicted_box_is_where_the_value_is(trained: Rules, reader: Reader) -> None:
    guesses = {
        guess.label: guess for page in reader.read(make_invoice(FOURTH)).pages for guess in predict(trained, page)
    }
    for truth in truths_of(FOURTH):
        if truth.label != "seller":  # stands on the invoice twice
            guess = guesses[truth.label]
            assert abs(guess.xmin - truth.xmin) + abs(guess.ymin - truth.ymin) + abs(guess.xmax - truth.xmax) <= 6


def test_scores_lie_between_nought_and_one(trained: Rules, reader: Reader) -> None:
    scores = [guess.score for page in reader.read(make_invoice(FOURTH)).pages for guess in predict(trained, page)]
    assert all(0 < score <= 1 for score in scores)


def test_rules_survive_a_json_round_trip(trained: Rules) -> None:
    assert Rules.from_json(trained.to_json()) == trained


def test_a_page_of_another_kind_has_no_values(trained: Rules, reader: Reader) -> None:
    letter = page_of(reader, (60, 400, "Dear neighbours, the party is on Friday."), (60, 420, "Bring your own chairs."))
    assert predict(trained, letter) == ()


def test_a_page_without_words_has_no_values(trained: Rules) -> None:
    assert predict(trained, Page(0, 595, 842, 0, (), (), "the page is blank")) == ()


def test_a_value_below_its_anchor_is_learnt(reader: Reader) -> None:
    pages = [
        page_of(reader, (60, y, "Reference"), (60, y + 14, value), (300, y, "Clerk"), (300, y + 14, "Front desk"))
        for y, value in ((100, "R-1"), (160, "R-22"), (130, "R-333"))
    ]
    rules = learn(
        ["ref"], [(page, [marked(page, "ref", v)]) for page, v in zip(pages, ("R-1", "R-22", "R-333"), strict=True)]
    )
    unseen = page_of(
        reader, (60, 500, "Reference"), (60, 514, "R-4444"), (300, 500, "Clerk"), (300, 514, "Back office")
    )
    assert [guess.text for guess in predict(rules, unseen)] == ["R-4444"]


def test_a_value_without_an_anchor_is_found_by_its_place(reader: Reader) -> None:
    pages = [page_of(reader, (60, 60, name), (60, 300, "Some text")) for name in ("Weir Ltd", "Ostrava Parts", "X")]
    names = ("Weir Ltd", "Ostrava Parts", "X")
    rules = learn(["company"], [(page, [marked(page, "company", n)]) for page, n in zip(pages, names, strict=True)])
    unseen = page_of(reader, (60, 62, "Hollowfield Fixings Ltd"), (60, 300, "Other text"))
    assert [guess.text for guess in predict(rules, unseen)] == ["Hollowfield Fixings Ltd"]


def test_a_value_of_several_lines_comes_out_whole(reader: Reader) -> None:
    def page(name: str, street: str, city: str) -> Page:
        return page_of(
            reader, (60, 100, "Deliver to"), (60, 113, name), (60, 126, street), (60, 139, city), (60, 190, "Goods")
        )

    first = page("Weir Ltd", "3 Weir Road", "Weirford")
    box = marked(first, "address", "Weir Ltd")
    last = marked(first, "address", "Weirford")
    whole = Annotation("address", "", 60, box.ymin, 130, last.ymax)
    rules = learn(["address"], [(first, [whole])])
    guesses = predict(rules, page("Hollowfield Fixings Ltd", "1 Mill Road", "Hollowfield"))
    assert [guess.text for guess in guesses] == ["Hollowfield Fixings Ltd 1 Mill Road Hollowfield"]


@pytest.mark.parametrize(
    ("values", "unseen"),
    [
        (("12 March 2026", "1 May 2025", "24 December 2024"), "30 November 2027"),
        (("1,234.50 EUR", "7.00 EUR", "99.95 EUR"), "12,000,000.00 EUR"),
        (("$1.00", "$22.00", "$1,333.00"), "$4,444.44"),
        (("Weir Ltd", "X", "Ostrava Parts and Tools"), "Hollowfield Fixings Ltd"),
        (("GB 482 7719 03", "DE 318 554 902", "FR 12 345"), "AT 999 888 777"),
    ],
)
@pytest.mark.parametrize("follows", ["", "Page: 1"], ids=["last on its line", "before another label"])
def test_a_value_of_several_words_comes_out_whole_and_nothing_else(
    values: Sequence[str], unseen: str, follows: str, reader: Reader
) -> None:
    def page(value: str) -> Page:
        return page_of(reader, (60, 100, f"Entry: {value} {follows}"), (60, 130, "Thank you for your order."))

    rules = learn(["entry"], [(p, [marked(p, "entry", v)]) for v in values for p in (page(v),)])
    assert [guess.text for guess in predict(rules, page(unseen))] == [unseen]


def test_an_annotation_of_a_page_without_words_still_teaches_the_place(reader: Reader) -> None:
    blank = Page(0, 595, 842, 0, (), (), "no text layer and no OCR engine installed")
    rules = learn(["company"], [(blank, [Annotation("company", "Weir Ltd", 58, 50, 140, 64)])])
    assert [guess.text for guess in predict(rules, page_of(reader, (60, 60, "Ostrava Parts")))] == ["Ostrava Parts"]


def test_a_category_without_examples_is_found_by_its_name(reader: Reader) -> None:
    page = page_of(reader, (60, 100, "Entry: 7"), (60, 120, "Due date: 2 April 2026"))
    rules = learn(["entry", "due_date"], [(page, [marked(page, "entry", "7")])])
    assert {guess.label: guess.text for guess in predict(rules, page)} == {"entry": "7", "due_date": "2 April 2026"}


def test_without_examples_labels_are_found_by_name() -> None:
    assert learn(LABELS, []) == rules_for(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_without_training_the_sample_yields_the(label: str, reader: Reader) -> None:
    assert found(rules_for(LABELS), reader.read(make_invoice(SAMPLE)))[label] == SAMPLE.fields[label]


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("invoice_number", "Invoice number: A-1", "A-1"),
        ("invoice_number", "Invoice No. A-1", "A-1"),
        ("invoice_number", "Invoice # 1001", "1001"),
        ("invoice_number", "INVOICE NR: 2026/7", "2026/7"),
        ("InvoiceNumber", "Invoice no A-1", "A-1"),
        ("invoice_date", "Date of issue: 2026-03-12", "2026-03-12"),
        ("invoice_date", "Date: March 3, 2026", "March 3, 2026"),
        ("due_date", "Payment due 2 April 2026", "2 April 2026"),
        ("po_number", "P.O. No.: 88213", "88213"),
        ("vat_id", "VAT Reg. No. GB 482 7719 03", "GB 482 7719 03"),
        ("total", "Total due: $34.65", "$34.65"),
        ("total_amount", "Amount due (EUR): 1,234.50", "1,234.50"),
        ("tax", "VAT 19 %: 19.00 EUR", "19.00 EUR"),
        ("total", "Gesamtbetrag: 1.234,50 EUR", "1.234,50 EUR"),
        ("favourite_colour", "Favourite colour: light blue", "light blue"),
    ],
)
def test_a_label_is_found_by_what_documents_call_it(label: str, text: str, value: str, reader: Reader) -> None:
    page = page_of(reader, (60, 100, text), (60, 400, "Thank you."))
    assert [(guess.label, guess.text) for guess in predict(rules_for([label]), page)] == [(label, value)]


TOTALS = ((330, 500, "Subtotal"), (450, 500, "100.00 EUR"), (330, 518, "VAT"), (450, 518, "20.00 EUR"))


@pytest.mark.parametrize(
    "lines",
    [
        (*TOTALS, (330, 536, "Total"), (450, 536, "120.00 EUR")),
        ((330, 480, "Total"), (450, 480, "120.00 EUR"), *TOTALS),
        (*TOTALS, (330, 536, "Total net"), (450, 536, "100.00 EUR"), (330, 554, "Total"), (450, 554, "120.00 EUR")),
        (*TOTALS, (330, 536, "Grand total"), (450, 536, "120.00 EUR"), (330, 560, "Total weight"), (450, 560, "7.00")),
        ((330, 480, "Total"), (450, 480, "90.00 EUR"), *TOTALS, (330, 536, "Total"), (450, 536, "120.00 EUR")),
    ],
    ids=["at the end", "at the beginning", "after a net total", "before a weight", "after the sum of a part"],
)
def test_the_total_is_the_grand_total(lines: tuple[tuple[float, float, str], ...], reader: Reader) -> None:
    assert [guess.text for guess in predict(rules_for(["total"]), page_of(reader, *lines))] == ["120.00 EUR"]


def test_a_column_called_total_is_not_the_total(reader: Reader) -> None:
    items = InvoiceData(
        number="1", date=dt.date(2026, 1, 2), po_number="2", items=(Item("Bolt", 2, Decimal("5.00")),), vat_percent=0
    )
    reading = reader.read(make_invoice(items))
    assert found(rules_for(["amount", "total"]), reading)["total"] == "10.00 EUR"


@pytest.mark.parametrize("label", ["seller", "buyer", "invoice_date", "total"])
def test_prose_yields_no(label: str, reader: Reader) -> None:
    lines = (
        "The seller bears no risk after the date of delivery, and the buyer pays",
        "the total price from then on, invoice or not, customer or client, as due.",
    )
    page = page_of(reader, *((60.0, 100.0 + 13 * number, line) for number, line in enumerate(lines)))
    assert predict(rules_for([label]), page) == ()


def texts(guesses: Sequence[Guess]) -> list[tuple[str, str]]:
    return [(guess.label, guess.text) for guess in guesses]


def test_colons_show_the_labels_of_any_page(reader: Reader) -> None:
    page = reader.read(make_invoice(SAMPLE)).pages[0]
    assert texts(discover(page)) == [
        ("vat_id", "GB 482 7719 03"),
        ("vat_id", "DE 318 554 902"),
        ("invoice_number", "INV-2026-00417"),
        ("po_number", "PO-88213"),
        ("invoice_date", "12 March 2026"),
        ("payment_terms", "30 days net"),
        ("due_date", "11 April 2026"),
        ("currency", "EUR"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Colour: light blue",), [("colour", "light blue")]),
        (("Serial no.: 7 Due date: 3 March 2026",), [("serial_no", "7"), ("due_date", "3 March 2026")]),
        (("Address:", "1 Mill Road"), [("address", "1 Mill Road")]),
        (("We ship, as was agreed with all of you in May, the following: bolts",), []),
        (("No colon here",), []),
        (("12: 30",), []),
        (("Name:",), []),
    ],
)
def test_a_label_ends_with_a_colon_and_its_value_follows(
    lines: Sequence[str], expected: list[tuple[str, str]], reader: Reader
) -> None:
    page = page_of(reader, *((60.0, 100.0 + 14 * number, line) for number, line in enumerate(lines)))
    assert texts(discover(page)) == expected


def test_learning_and_predicting_take_milliseconds(trained: Rules, reader: Reader) -> None:
    page = reader.read(make_invoice(FOURTH)).pages[0]
    started = time.process_time()  # of the processor: the machine may have other work
    for _ in range(10):
        predict(trained, page)
    assert (time.process_time() - started) / 10 < 0.05


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["12 March 2026", "2026-01-02"], "date"),
        (["12.00", "EUR 7"], "money"),
        (["4711", "815"], "identifier"),
        (["A-1", "INV 7"], "identifier"),
        (["30 days net"], "text"),
        ([], "text"),
    ],
)
def test_the_shape_is_the_narrowest_that_fits_all_values(values: list[str], shape: str) -> None:
    assert shape_of(values) == shape


@pytest.mark.parametrize("label", ["", "-", "ß", "総額", "a" * 500])
def test_any_label_has_rules(label: str, reader: Reader) -> None:
    assert predict(rules_for([label]), reader.read(make_invoice(SAMPLE)).pages[0]) == ()
    assert parts_of_label(label) is not None
