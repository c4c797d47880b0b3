"""One HTML page about a model, with plots and a table beside each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Final

from nanonets_sdk.evaluation.performance import Performance, check_precision, total_of
from nanonets_sdk.evaluation.plots import calibration_plot, percent, shares_plot, trade_plot
from nanonets_sdk.formats.html import policy_hash
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.shown import score_text

_STEPS: Final = (0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
_CIRCLE: Final = '<circle class="first" cx="9" cy="7" r="4"/>'
_RING: Final = '<path class="ring" d="M9 1l6 6l-6 6l-6-6z"/>'
_DIAMOND: Final = '<path class="second" d="M9 1l6 6l-6 6l-6-6z"/>'
_SQUARE: Final = '<rect class="first" x="4" y="2" width="10" height="10"/>'
_LINE: Final = '<path class="line" d="M0 7H18"/>'
_DASHES: Final = '<path class="ideal" d="M0 7H18"/>'
_QUALITY: Final = ("", "predicted", "expected", "precision", "recall", "exact", "normalised", "calibration error")


def evaluation_html(
    labels: Mapping[str, Performance],
    columns: Mapping[str, Performance],
    counts: Mapping[str, int],
    precision: float,
    title: str,
) -> str:
    """Return the page of an evaluation.

    Labels and titles come from strangers. They are escaped, and the content security policy allows nothing but the
    page's own style, by its hash.

    Args:
        labels: How well each label was predicted.
        columns: How well the cells of each column were predicted.
        counts: The numbers of documents and pages, by their names in `Evaluation`.
        precision: The precision that the thresholds reach.
        title: The title of the page.

    Raises:
        ValueError: The precision is not above 0 and up to 1.
    """
    check_precision(precision)
    style = (files("nanonets_sdk.evaluation") / "assets" / "evaluation.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {policy_hash(style)}; base-uri 'none'; form-action 'none'"
    fields = total_of(labels.values())
    sections = [
        _labels("Labels", "label", labels, fields, precision),
        _scores(fields, precision),
        _labels("Cells of tables, by column", "column", columns, total_of(columns.values()), precision),
        _each("Each label", labels, precision),
        _each("Each column", columns, precision),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"<title>{_text(title)}</title><style>{style}</style></head><body>"
        f"<header><h1>{_text(title)}</h1>{_summary(counts, fields)}</header><main>{''.join(sections)}</main>"
        "<footer>Precision is the share of predictions that are right, recall the share of expected values that were "
        "predicted right. A prediction is right if it means the same as what the person approved: case, whitespace and "
        "the form of amounts and dates do not count. Exact and normalised match are shares of the predictions that "
        "answer an expected value.</footer></body></html>\n"
    )


def _summary(counts: Mapping[str, int], fields: Performance) -> str:
    left_out = {
        "that nobody approved": counts["not_approved"],
        "whose reply lacks the approved values": counts["without_boxes"],
        "that came again": counts["repeated"],
    }
    told = [f"{number:,} {why}" for why, number in left_out.items() if number]
    tiles = {
        "precision": fields.precision,
        "recall": fields.recall,
        "exact match": fields.exact_match,
        "normalised match": fields.normalised_match,
        "calibration error": fields.calibration.error,
    }
    shown = "".join(f"<div><dt>{name}</dt><dd>{percent(share)}</dd></div>" for name, share in tiles.items())
    return (
        f"<p>{counts['documents']:,} approved documents with {counts['pages']:,} pages."
        + (f" Left out: {'; '.join(told)}." if told else "")
        + f"</p><dl>{shown}</dl>"
    )


def _labels(
    title: str, kind: str, performances: Mapping[str, Performance], total: Performance, precision: float
) -> str:
    if not performances:
        return ""
    columns = (kind, *_QUALITY[1:], f"threshold for {percent(precision)}", "let through")
    rows = [(label, *_quality(one), *_reached(one, precision)) for label, one in performances.items()]
    rows.append((f"all {kind}s", *_quality(total), *_reached(total, precision)))
    key = _key(_CIRCLE, "precision") + _key(_RING, "recall")
    plot = shares_plot([*performances.items()])
    return f"<section><h2>{title}</h2>{_figure(plot, key, columns, rows, title, 'wide')}</section>"


def _scores(performance: Performance, precision: float) -> str:
    if not performance.judged:
        return ""
    return (
        "<section><h2>Scores of all labels</h2>"
        "<p>If the scores mean what they say, each bar ends at the dashed line. Bars below it belong to predictions "
        f"that are worse than their scores.</p>{_calibration(performance)}"
        "<h3>What can pass without a look</h3><p>The higher the threshold, the fewer predictions pass, and the more of "
        f"these are right.</p>{_trade(performance, precision)}</section>"
    )


def _each(title: str, performances: Mapping[str, Performance], precision: float) -> str:
    parts = [
        f"<details><summary>{_text(label)}</summary>{_calibration(one)}{_trade(one, precision)}</details>"
        for label, one in performances.items()
        if one.judged
    ]
    return f"<section><h2>{title}</h2>{''.join(parts)}</section>" if parts else ""


def _calibration(performance: Performance) -> str:
    columns = ("score", "predictions", "average score", "right")
    rows = [
        (
            f"{one.low:.1f} to {one.high:.1f}",
            f"{one.count:,}",
            "\N{EN DASH}" if one.mean_score is None else score_text(one.mean_score),
            percent(one.accuracy),
        )
        for one in performance.calibration.bins
    ]
    key = _key(_SQUARE, "share that is right") + _key(_DIAMOND, "average score") + _key(_DASHES, "as the scores say")
    return _figure(calibration_plot(performance.calibration), key, columns, rows, "Calibration")


def _trade(performance: Performance, precision: float) -> str:
    columns = ("wanted precision", "threshold", "let through", "precision", "at least (95%)")
    rows: list[tuple[str, ...]] = []
    for wanted in sorted({*_STEPS, precision}):
        point = performance.threshold(wanted)
        reached = (percent(point.precision), percent(point.precision_at_least)) if point else ("not reached", "")
        rows.append((f"{wanted * 100:g}%", *_reached(performance, wanted), *reached))
    key = _key(_LINE, "precision") + _key(_DASHES, "wanted") + _key(_DIAMOND, "threshold")
    return _figure(trade_plot(performance, precision), key, columns, rows, "Thresholds")


def _quality(one: Performance) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.exact_match, one.normalised_match, one.calibration.error)
    return f"{one.found:,}", f"{one.expected:,}", *map(percent, shares)


def _reached(performance: Performance, precision: float) -> tuple[str, str]:
    point = performance.threshold(precision)
    return (f"{point.score:.10g}", percent(point.share)) if point else ("\N{EN DASH}", "0%")


def _figure(
    plot: str, key: str, columns: Sequence[str], rows: Iterable[Sequence[str]], name: str, layout: str = "beside"
) -> str:
    head = "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{_text(row[0])}</th>{"".join(f"<td>{_text(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<figure class="{layout}">{plot}'
        f'<div class="scroll" role="region" tabindex="0" aria-label="Figures: {_text(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"<figcaption>{key}</figcaption></figure>"
    )


def _key(mark: str, text: str) -> str:
    return f'<span class="key"><svg viewBox="0 0 18 14" aria-hidden="true">{mark}</svg>{text}</span>'


def _text(text: str) -> str:
    return escape(encodable(text))
