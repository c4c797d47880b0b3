"""The names of fields: how invoices and orders write them, and the plain form in which names are compared."""

import re

from nanonets_sdk.mock.learning.model import Shape
from nanonets_sdk.mock.reading.layout.page import Word

_EDGES = " .:;,*()[]{}<>|_-\N{EN DASH}\N{EM DASH}\"'"
_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+|[^\W\d_]+|#")

_CALLED: dict[str, tuple[str, ...]] = {
    "invoice number": (
        "invoice number", "invoice no", "invoice nr", "invoice num", "invoice #", "invoice#", "invoice id", "inv no",
        "tax invoice no", "bill number", "bill no", "invoice", "rechnungsnummer", "rechnungsnr", "rechnung nr",
        "numéro de facture", "facture n°", "número de factura", "fattura n",
    ),
    "invoice date": (
        "invoice date", "date of invoice", "date of issue", "issue date", "issued on", "issued", "billing date",
        "bill date", "rechnungsdatum", "date de facturation", "fecha de factura", "dated", "date", "datum",
    ),
    "due date": (
        "due date", "payment due date", "payment due", "date due", "due on", "due by", "due", "pay by", "payable by",
        "fälligkeitsdatum", "fällig am", "zahlbar bis", "date d'échéance", "fecha de vencimiento",
    ),
    "po number": (
        "po number", "po no", "po #", "po#", "po", "purchase order number", "purchase order no", "purchase order",
        "order number", "order no", "order #", "order id", "your order", "bestellnummer",
    ),
    "customer number": (
        "customer number", "customer no", "customer id", "customer #", "client number", "client id", "account number",
        "account no", "kundennummer", "kundennr",
    ),
    "vat id": (
        "vat id", "vat number", "vat no", "vat reg no", "vat registration number", "vatid", "vat-id", "ust-idnr",
        "ust-id", "tax id", "tax number", "gstin", "abn", "ein",
    ),
    "subtotal": (
        "subtotal", "sub total", "sub-total", "net total", "net amount", "total net", "total excl vat",
        "total excluding vat", "total before tax", "amount before tax", "zwischensumme", "nettobetrag", "sous-total",
    ),
    "vat": (
        "vat", "vat amount", "total vat", "tax", "sales tax", "tax amount", "total tax", "gst", "mwst", "ust", "tva",
        "iva",
    ),
    "total": (
        "grand total", "total due", "amount due", "total amount due", "balance due", "invoice total", "total amount",
        "total to pay", "amount payable", "total payable", "total incl vat", "total including vat", "total gross",
        "gross total", "total", "gesamtbetrag", "rechnungsbetrag", "gesamtsumme", "montant total", "total ttc",
        "importe total",
    ),
    "seller": ("seller", "seller name", "supplier", "vendor", "sold by", "from", "bill from", "issued by", "verkäufer"),
    "buyer": (
        "buyer", "buyer name", "bill to", "billed to", "sold to", "invoice to", "customer", "customer name", "client",
        "recipient", "käufer",
    ),
    "shipping address": ("ship to", "deliver to", "delivery address", "shipping address"),
    "currency": ("currency", "währung", "devise"),
    "payment terms": ("payment terms", "terms of payment", "terms", "zahlungsbedingungen"),
    "iban": ("iban",),
    "discount": ("discount", "rebate", "rabatt"),
    "shipping": ("shipping", "shipping cost", "freight", "delivery", "postage", "shipping and handling"),
}  # fmt: skip
_SAME: dict[str, str] = {
    "tax": "vat", "tax amount": "vat", "vat amount": "vat", "total tax": "vat",
    "total amount": "total", "amount due": "total", "grand total": "total", "invoice amount": "total",
    "invoice total": "total", "amount": "total", "total due": "total", "balance due": "total",
    "supplier": "seller", "supplier name": "seller", "vendor": "seller", "vendor name": "seller",
    "seller name": "seller", "merchant name": "seller",
    "customer": "buyer", "customer name": "buyer", "buyer name": "buyer", "bill to": "buyer", "client name": "buyer",
    "date": "invoice date", "payment due date": "due date",
    "order number": "po number", "purchase order": "po number", "purchase order number": "po number",
    "vat number": "vat id", "seller vat id": "vat id", "seller vat number": "vat id", "tax id": "vat id",
    "net amount": "subtotal", "sub total": "subtotal",
    "shipping cost": "shipping", "freight": "shipping",
}  # fmt: skip
_SHORT_FORMS = {"no": "number", "nr": "number", "num": "number", "#": "number", "inv": "invoice", "amt": "amount"}
_LAST_WORDS: dict[Shape, frozenset[str]] = {
    "identifier": frozenset({"number", "id", "code", "reference", "ref", "iban", "bic", "swift", "zip", "phone"}),
    "date": frozenset({"date", "datum", "day", "due"}),
    "money": frozenset({
        "total", "subtotal", "amount", "tax", "vat", "price", "sum", "balance", "fee", "discount", "shipping", "cost",
        "net", "gross", "gst",
    }),
}  # fmt: skip


_NAMES = frozenset(tuple(name.split()) for names in _CALLED.values() for name in names)


def plain(text: str) -> str:
    """Return a word without case, dots and punctuation at its ends.

    >>> [plain(word) for word in ("Number:", "P.O.", "(EUR)", "No.", "-")]
    ['number', 'po', 'eur', 'no', '']
    """
    return text.casefold().strip(_EDGES).replace(".", "")


def plain_words(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Return the plain forms of words, without those that are only punctuation."""
    return tuple(filter(None, (plain(word.text) for word in words)))


def parts_of_label(label: str) -> tuple[str, ...]:
    """Return the words of a label's name, however they are joined.

    >>> [parts_of_label(label) for label in ("invoice_number", "InvoiceDate", "VAT ID")]
    [('invoice', 'number'), ('invoice', 'date'), ('vat', 'id')]
    """
    return tuple(part.casefold() for part in _PARTS.findall(label))


def slug(words: tuple[str, ...]) -> str:
    """Return words as the name of a label.

    >>> slug(("vat", "id-no"))
    'vat_id_no'
    """
    return re.sub(r"\W+", "_", "_".join(words)).strip("_")


def names_of(label: str) -> tuple[tuple[str, ...], ...]:
    """Return the names that documents use for a label: its own name, then synonyms from the surest down."""
    own = parts_of_label(label)
    concept = _concept(label)
    known = tuple(tuple(name.split()) for name in _CALLED.get(concept, ()))
    # Many lines of an invoice have a total, so its other names are surer than its own.
    return tuple(dict.fromkeys((*known, own) if concept == "total" else (own, *known)))


def shape_of_label(label: str) -> Shape:
    """Return the shape that a label's name suggests."""
    parts = _concept(label).split()
    if not parts or "rate" in parts or "percent" in parts:
        return "text"
    shapes: list[Shape] = [shape for shape, words in _LAST_WORDS.items() if parts[-1] in words]
    return shapes[0] if shapes else "text"


def is_sum(label: str) -> bool:
    """Return whether a label is the total of a document, which is below all others."""
    return _concept(label) == "total"


def is_name(words: tuple[str, ...]) -> bool:
    """Return whether documents use these words as the name of a field."""
    return words in _NAMES


def _concept(label: str) -> str:
    name = " ".join(_SHORT_FORMS.get(part, part) for part in parts_of_label(label))
    return _SAME.get(name, name)
