"""Forms as real clients write them are taken apart, and broken ones are refused."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.mock.http.multipart import parts_of

EDGE: Final = "multipart/form-data; boundary=XX"
PDF: Final = b"%PDF-1.7\r\n--X\n\r\n--XXY\r\n%%EOF"


def form(*lines: bytes, end: bytes = b"\r\n") -> bytes:
    return end.join([b"--XX", *lines, b"--XX--", b""])


def disposition(parameters: str) -> bytes:
    return b"Content-Disposition: form-data; " + parameters.encode()


def found(body: bytes, content_type: str = EDGE) -> list[tuple[str, str | None, str, bytes]]:
    return [
        (part.name, part.filename, part.content_type, body[part.start : part.end])
        for part in parts_of(body, content_type, 1_000)
    ]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ('name="file"; filename="a.pdf"', "a.pdf"),
        ("name=file; filename=a.pdf; filename*=utf-8''%e2%82%ac.pdf", "€.pdf"),
        ("name=\"file\"; filename*=UTF-8''%e2%82%ac%20a.pdf", "€ a.pdf"),
        ('name="file"; filename*=utf-8\'de\'%c3%a4.pdf; filename="a.pdf"', "ä.pdf"),
        ('name="file"; filename*0="a long "; filename*1="name.pdf"', "a long name.pdf"),
        ('name="file"; filename="Rechnung \u00e4\u20ac.pdf"', "Rechnung ä€.pdf"),
        ('name="file"; filename="a\\"b\\\\c.pdf"', 'a"b\\c.pdf'),
        ('name="file"; filename="C:\\scans\\a.pdf"', "C:\\scans\\a.pdf"),
        ('name="file"; filename="a;b=c.pdf"', "a;b=c.pdf"),
        ('name="file"; filename="a%22b.pdf"', "a%22b.pdf"),
        ('filename="a.pdf"; name="file"', "a.pdf"),
        ('NAME="file"; FileName="a.pdf"', "a.pdf"),
        ('name="file"; filename=""', ""),
    ],
)
def test_the_name_of_a_file_is_read_in_every_notation(parameters: str, name: str) -> None:
    body = form(disposition(parameters), b"Content-Type: application/pdf", b"", PDF)
    assert found(body) == [("file", name, "application/pdf", PDF)]


def test_a_name_that_is_not_utf_8_is_read_as_latin_1() -> None:
    head = disposition('name="file"; filename="x.pdf"').replace(b"x", b"\xe4")
    assert found(form(head, b"", PDF)) == [("file", "ä.pdf", "", PDF)]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("before", [b"", b"This is a multi-part message.\r\n", b"\r\n", b"a\n\n", b"--XXL\n"])
@pytest.mark.parametrize("after", [b"", b"bye\r\n--XX\r\n", b"\x00"])
def test_line_ends_preamble_and_epilogue_do_not_matter(end: bytes, before: bytes, after: bytes) -> None:
    text = disposition("name=a")
    body = before + form(text, b"", b"1", b"--XX", disposition("name=f; filename=x"), b"", PDF, end=end) + after
    assert found(body) == [("a", None, "", b"1"), ("f", "x", "", PDF)]


def test_headers_may_be_folded_or_unknown_or_in_any_case() -> None:
    head = (
        b'content-disposition:form-data;\r\n name="file";\r\n\tfilename="a.pdf"',
        b"Content-Transfer-Encoding: binary",
        b"CONTENT-TYPE: application/pdf",
        b"Content-Length: 5",
    )
    assert found(form(*head, b"", PDF)) == [("file", "a.pdf", "application/pdf", PDF)]


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/form-data; boundary="XX"',
        "Multipart/Form-Data; charset=utf-8; Boundary=XX",
        "multipart/form-data;boundary=XX ; a=b",
    ],
)
def test_the_boundary_may_be_quoted_and_among_others(content_type: str) -> None:
    assert found(form(disposition("name=a"), b"", b"1"), content_type) == [("a", None, "", b"1")]


def test_spaces_may_follow_a_boundary_and_the_last_line_may_be_open() -> None:
    body = b"--XX  \r\n" + disposition("name=a") + b"\r\n\r\n1\r\n--XX-- \t"
    assert found(body) == [("a", None, "", b"1")]


@pytest.mark.parametrize("content", [b"\r\n\r\n\r\n", b"\r\n\r\n"], ids=["usual", "one line end short"])
def test_a_part_may_be_empty(content: bytes) -> None:
    assert found(b"--XX\r\n" + disposition("name=a") + content + b"--XX--\r\n") == [("a", None, "", b"")]


def test_a_form_may_have_no_parts() -> None:
    assert found(b"--XX--\r\n") == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "boundary does not occur"),
        (b"no form", "boundary does not occur"),
        (b"x--XX\r\n", "boundary does not occur"),
        (b"--XX", "last boundary is missing"),
        (b"--XX\r\n", "last boundary is missing"),
        (form(disposition("name=a"), b"", b"1")[:-6], "last boundary is missing"),
        (form(disposition("name=a")), "no empty line"),
        (b"--XX\r\n--XX--\r\n", "no empty line"),
        (form(b"", b"1"), "no empty line|no Content-Disposition"),
        (form(b"nonsense", b"", b"1"), "not a header"),
        (form(b"Content-Type: text/plain", b"", b"1"), "no Content-Disposition"),
        (form(b"Content-Disposition: attachment; name=a", b"", b"1"), "no Content-Disposition"),
        (form(disposition("filename=a.pdf"), b"", b"1"), "no Content-Disposition"),
        (form(disposition("name=a"), b"X: " + b"x" * 70_000, b"", b"1"), "no empty line"),
        (
            form(*[disposition("name=a"), b"", b"1", b"--XX"] * 1_001, disposition("name=a"), b"", b"1"),
            "Too many fields",
        ),
    ],
)
def test_a_broken_form_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        found(body)


@pytest.mark.parametrize("parameter", ["", "; boundary=", "; x"])
def test_a_boundary_must_be_named(parameter: str) -> None:
    with pytest.raises(ValueError, match="boundary"):
        found(b"--XX--", f"multipart/form-data{parameter}")


@given(st.lists(st.binary(max_size=60).filter(lambda content: b"\r\n--XX" not in b"\r\n" + content), max_size=4))
def test_every_content_comes_back_byte_for_byte(contents: list[bytes]) -> None:
    lines = [line for content in contents for line in (b"--XX", disposition("name=f; filename=x"), b"", content)]
    assert [content for *_, content in found(b"\r\n".join([*lines, b"--XX--"]))] == contents


@given(
    st.binary(max_size=200),
    st.sampled_from([b"--XX", b"--XX\r\n", b"\n--XX--", b"Content-Disposition: form-data; name=a"]),
)
def test_any_bytes_are_a_form_or_a_value_error(noise: bytes, piece: bytes) -> None:
    for body in (piece + noise, noise + piece, noise + piece + b"\r\n\r\n" + noise + b"\r\n--XX--"):
        try:
            assert all(0 <= part.start <= part.end <= len(body) for part in parts_of(body, EDGE, 1_000))
        except ValueError:
            continue
