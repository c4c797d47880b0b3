"""PDFs put together object by object or line by line, so that a test decides on every byte that matters."""

from __future__ import annotations

from fpdf import FPDF


def assembled(objects: list[bytes]) -> bytes:
    """Return a PDF of numbered objects, the first of them the catalogue."""
    file = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return file + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def one_page(content: bytes, resources: bytes = b"<< >>", box: bytes = b"[0 0 200 200]", *more: bytes) -> bytes:
    """Return a PDF of one page; its content is object 4, and `more` starts at object 5."""
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources %s >>" % (box, resources),
            content,
            *more,
        ]
    )


def sheet(*texts: tuple[float, float, str], font: str = "Helvetica") -> FPDF:
    """Return an A4 page with strings at the given points, in 10 point type."""
    paper = FPDF(unit="pt", format="A4")
    paper.add_page()
    paper.set_font(font, size=10)
    for x, y, text in texts:
        paper.text(x, y, text)
    return paper


def written(*texts: tuple[float, float, str], font: str = "Helvetica") -> bytes:
    """Return the file of a `sheet`."""
    return bytes(sheet(*texts, font=font).output())
