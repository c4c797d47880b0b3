"""Makes the sample invoice, and others of the same layout: `python tests/samples/make_invoice.py`.

The companies, their numbers and their goods are invented. The same data always gives the same bytes.
"""

import datetime as dt
import io
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Self

import pdfplumber
from attrs import evolve, frozen
from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

FOLDER = Path(__file__).parent
HEADER = ("Item", "Description", "Quantity", "Unit price", "Amount")
ROWS_ON_FIRST_PAGE = 18

_SUMS = ("subtotal", "vat", "total")
_CENT = Decimal("0.01")
_COLUMNS = (38, 218, 60, 82, 82)  # points
_ALIGN = ("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT")
_MARGIN = 57
_ROW = 22
_FIRST_TABLE_TOP = 330
_INK, _PALE = (34, 48, 74), (228, 233, 242)
_DOTS_PER_INCH = 144  # legible, and small enough for a repository


@frozen
class Item:
    """One line of an invoice."""

    description: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """The price of all of them."""
        return self.quantity * self.unit_price


@frozen
class Company:
    """Seller or buyer."""

    name: str
    street: str
    city: str
    vat_id: str


_SELLER = Company("Lindenhof Instruments Ltd", "14 Harbour Quay", "Northport NP4 7QD", "GB 482 7719 03")
_BUYER = Company("Brightwater Analytical GmbH", "Industriestrasse 27", "70565 Stuttgart", "DE 318 554 902")


@frozen(kw_only=True)
class InvoiceData:
    """What an invoice says; the sums follow from the items."""

    number: str
    date: dt.date
    po_number: str
    items: tuple[Item, ...]
    days_to_pay: int = 30
    vat_percent: int = 20
    seller: Company = _SELLER
    buyer: Company = _BUYER
    currency: str = "EUR"

    @property
    def due_date(self) -> dt.date:
        """The last day to pay."""
        return self.date + dt.timedelta(days=self.days_to_pay)

    @property
    def subtotal(self) -> Decimal:
        """The sum of the items."""
        return sum((item.amount for item in self.items), Decimal())

    @property
    def vat(self) -> Decimal:
        """The tax on the subtotal."""
        return (self.subtotal * self.vat_percent / 100).quantize(_CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.subtotal + self.vat

    @property
    def fields(self) -> dict[str, str]:
        """The values as they stand on the first page and, the sums, on the last."""
        return {
            "invoice_number": self.number,
            "invoice_date": written_date(self.date),
            "due_date": written_date(self.due_date),
            "po_number": self.po_number,
            "seller": self.seller.name,
            "buyer": self.buyer.name,
            "vat_id": self.seller.vat_id,
            "subtotal": self.money(self.subtotal),
            "vat": self.money(self.vat),
            "total": self.money(self.total),
        }

    @property
    def pages(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The rows of each page's table, header included."""
        rows = tuple(_row(number, item) for number, item in enumerate(self.items, 1))
        first, second = rows[:ROWS_ON_FIRST_PAGE], rows[ROWS_ON_FIRST_PAGE:]
        return tuple((HEADER, *page) for page in (first, second) if page)

    def with_items(self, count: int, *, number: str | None = None) -> Self:
        """Return the same invoice with the first `count` items, under another number if one is given."""
        return evolve(self, items=self.items[:count], number=number or self.number)

    def money(self, amount: Decimal) -> str:
        """Return an amount as the invoice writes it."""
        return f"{amount:,.2f} {self.currency}"


@frozen
class Truth:
    """Where a value stands on an invoice, in pixels of the page's image at 72 dpi."""

    label: str
    text: str
    page: int
    """Counts from 0."""
    xmin: int
    ymin: int
    xmax: int
    ymax: int


SAMPLE = InvoiceData(
    number="INV-2026-00417",
    date=dt.date(2026, 3, 12),
    po_number="PO-88213",
    items=(
        Item("pH electrode, gel filled", 4, Decimal("86.50")),
        Item("Conductivity cell, four ring", 2, Decimal("214.00")),
        Item("Calibration buffer pH 4.01, 500 ml", 12, Decimal("9.80")),
        Item("Calibration buffer pH 7.00, 500 ml", 12, Decimal("9.80")),
        Item("Calibration buffer pH 10.01, 500 ml", 6, Decimal("10.40")),
        Item("Benchtop meter, two channels", 1, Decimal("1389.00")),
        Item("Magnetic stirrer with hot plate", 2, Decimal("318.75")),
        Item("Stirring bars, set of ten", 3, Decimal("24.90")),
        Item("Dissolved oxygen sensor, optical", 1, Decimal("742.00")),
        Item("Sensor cap, pack of two", 2, Decimal("131.20")),
        Item("Electrode storage solution, 250 ml", 8, Decimal("12.60")),
        Item("Sample cup, 50 ml, pack of 100", 5, Decimal("17.35")),
        Item("Filter papers, 90 mm, pack of 100", 10, Decimal("8.15")),
        Item("Laboratory bottle, amber, 1 l", 24, Decimal("6.45")),
        Item("Pipette, adjustable, 100 to 1000 ul", 3, Decimal("198.00")),
        Item("Pipette tips, blue, rack of 96", 20, Decimal("7.95")),
        Item("Dispenser for bottles, 5 to 50 ml", 1, Decimal("264.30")),
        Item("Weighing boats, pack of 250", 4, Decimal("21.10")),
        Item("Thermometer, traceable to SI", 2, Decimal("94.00")),
        Item("Data cable, USB to RS-232", 2, Decimal("38.50")),
        Item("Bench software, single licence", 1, Decimal("450.00")),
        Item("Commissioning on site", 6, Decimal("112.00")),
        Item("Operator training, half a day", 1, Decimal("540.00")),
        Item("Insured freight", 1, Decimal("74.60")),
    ),
)


def written_date(day: dt.date) -> str:
    """Return a date as the invoice writes it: 12 March 2026."""
    return f"{day.day} {day:%B} {day.year}"


def make_invoice(data: InvoiceData) -> bytes:
    """Return the PDF of an invoice: one page, or two from 19 items on."""
    pdf = _Paper(data)
    pdf.add_page()
    pdf.letterhead()
    pdf.parties()
    pdf.details()
    pdf.set_y(_FIRST_TABLE_TOP)
    for number, page in enumerate(data.pages):
        if number:
            pdf.add_page()
        pdf.items(page)
    pdf.sums()
    pdf.terms()
    return bytes(pdf.output())


def make_picture(invoice: bytes, page: int = 0) -> bytes:
    """Return a page of an invoice as PNG, 2 pixels to a point."""
    file = io.BytesIO()
    with pdfplumber.open(io.BytesIO(invoice)) as pdf:
        pdf.pages[page].to_image(resolution=_DOTS_PER_INCH).original.convert("L").save(file, "PNG")
    return file.getvalue()


def truths_of(data: InvoiceData) -> tuple[Truth, ...]:
    """Return the boxes of the invoice's fields, found by reading the PDF back."""
    with pdfplumber.open(io.BytesIO(make_invoice(data))) as pdf:
        pages = [page.extract_words() for page in pdf.pages]
    return tuple(_truth(label, text, pages) for label, text in data.fields.items())


def _truth(label: str, text: str, pages: list[list[dict[str, Any]]]) -> Truth:
    """Return the first place of a text, of a sum the last."""
    parts = text.split()
    places = [
        (number, words[start : start + len(parts)])
        for number, words in enumerate(pages)
        for start in range(len(words) - len(parts) + 1)
        if [word["text"] for word in words[start : start + len(parts)]] == parts
    ]
    page, found = places[-1 if label in _SUMS else 0]
    return Truth(
        label,
        text,
        page,
        math.floor(min(word["x0"] for word in found)),
        math.floor(min(word["top"] for word in found)),
        math.ceil(max(word["x1"] for word in found)),
        math.ceil(max(word["bottom"] for word in found)),
    )


def _row(number: int, item: Item) -> tuple[str, ...]:
    return str(number), item.description, str(item.quantity), f"{item.unit_price:,.2f}", f"{item.amount:,.2f}"


class _Paper(FPDF):
    """An A4 sheet with the parts of an invoice."""

    def __init__(self, data: InvoiceData) -> None:
        super().__init__(unit="pt", format="A4")
        self.data = data
        self.set_compression(False)  # the bytes would depend on the version of zlib
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=60)
        self.set_creation_date(dt.datetime(data.date.year, data.date.month, data.date.day, tzinfo=dt.UTC))
        self.set_title(f"Invoice {data.number}")
        self.alias_nb_pages("{pages}")

    def header(self) -> None:
        """Repeat the seller's name and the number on the pages after the first."""
        if self.page_no() == 1:
            return
        self._write(_MARGIN, 40, f"{self.data.seller.name} \u00b7 {self.data.number}", size=8)
        self.set_y(70)

    def footer(self) -> None:
        """Number the page."""
        self.set_xy(_MARGIN, -45)
        self.set_font("Helvetica", size=8)
        self.cell(0, 10, f"Page {self.page_no()} of {{pages}}", align="C")

    def letterhead(self) -> None:
        """Write the seller's name and address across the top."""
        seller = self.data.seller
        with self.local_context(fill_color=_INK):
            self.rect(_MARGIN, 46, 26, 26, style="F")
        self._write(_MARGIN + 36, 48, seller.name, size=15, bold=True)
        self._write(_MARGIN + 36, 66, f"{seller.street}, {seller.city}", size=8)
        self._write(430, 50, "INVOICE", size=20, bold=True)
        self.set_draw_color(*_INK)
        self.line(_MARGIN, 86, 595 - _MARGIN, 86)

    def parties(self) -> None:
        """Write seller and buyer side by side."""
        for x, title, company in ((_MARGIN, "Seller", self.data.seller), (310, "Bill to", self.data.buyer)):
            self._write(x, 104, title, size=8, bold=True)
            for line, text in enumerate((company.name, company.street, company.city)):
                self._write(x, 118 + 13 * line, text, size=10)
            self._write(x, 161, f"VAT ID: {company.vat_id}", size=9)

    def details(self) -> None:
        """Write the pairs of label and value in two columns."""
        fields = self.data.fields
        pairs = (
            (_MARGIN, 200, "Invoice number:", fields["invoice_number"]),
            (_MARGIN, 218, "Invoice date:", fields["invoice_date"]),
            (_MARGIN, 236, "Due date:", fields["due_date"]),
            (310, 200, "PO number:", fields["po_number"]),
            (310, 218, "Payment terms:", f"{self.data.days_to_pay} days net"),
            (310, 236, "Currency:", self.data.currency),
        )
        for x, y, label, value in pairs:
            self._write(x, y, label, size=10, bold=True)
            self._write(x + 95, y, value, size=10)
        self._write(
            _MARGIN, 276, "Thank you for your order. We supply as agreed and invoice the following goods and", size=10
        )
        self._write(_MARGIN, 290, "services. Please quote the number of this invoice with your payment.", size=10)

    def items(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Draw one page's part of the table, with its header."""
        self.set_font("Helvetica", size=9)
        self.set_draw_color(*_INK)
        self.set_line_width(0.5)
        with self.table(
            rows,
            col_widths=_COLUMNS,
            width=sum(_COLUMNS),
            align="LEFT",
            text_align=_ALIGN,
            line_height=_ROW,
            headings_style=FontFace(emphasis="BOLD", fill_color=_PALE),
            cell_fill_mode=TableCellFillMode.NONE,
        ):
            pass

    def sums(self) -> None:
        """Write subtotal, tax and total below the table."""
        data = self.data
        top = self.get_y() + 14
        rows = (
            ("Subtotal", data.fields["subtotal"], False),
            (f"VAT {data.vat_percent}%", data.fields["vat"], False),
            ("Total", data.fields["total"], True),
        )
        for line, (label, value, bold) in enumerate(rows):
            self.set_font("Helvetica", style="B" if bold else "", size=11 if bold else 10)
            self.set_xy(335, top + 18 * line)
            self.cell(100, 18, label)
            self.cell(102, 18, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.line(335, top + 36, 537, top + 36)

    def terms(self) -> None:
        """Say how to pay."""
        self.set_y(self.get_y() + 30)
        self.set_font("Helvetica", size=9)
        self.multi_cell(
            0,
            13,
            "Please pay by bank transfer before the due date. The goods remain the property of the seller until they "
            "have been paid for in full. Prices do not include customs duties, which the buyer bears where they arise.",
        )

    def _write(self, x: float, y: float, text: str, *, size: float, bold: bool = False) -> None:
        self.set_font("Helvetica", style="B" if bold else "", size=size)
        self.set_text_color(0)
        self.set_xy(x, y)
        self.cell(0, size * 1.2, text)


def main() -> None:
    """Write the files beside this script."""
    invoice = make_invoice(SAMPLE)
    (FOLDER / "invoice.pdf").write_bytes(invoice)
    (FOLDER / "invoice-page-1.png").write_bytes(make_picture(invoice))


if __name__ == "__main__":
    main()
