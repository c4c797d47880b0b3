"""Plots as SVG, without scripts and colours of their own: classes are styled by the page, in light and in dark.

Each is 360 units wide, so that its text stays legible on a phone. Marks differ in shape as well as in colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from nanonets_sdk.evaluation.performance import Calibration, Performance, Threshold
from nanonets_sdk.formats.safe_text import encodable

_WIDTH: Final = 360
_LEFT: Final = 44
_RIGHT: Final = 350
_TOP: Final = 12
_SIDE: Final = 220
"""Height of the plots with two axes."""
_ROW: Final = 26
_LABELS: Final = 132
_LONGEST: Final = 18
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_POINTS: Final = 300


def percent(share: float | None) -> str:
    """Return a share for people, never rounded up to 100% or down to 0%."""
    if share is None:
        return "\N{EN DASH}"
    if 0 < share < 1:
        return f"{min(max(share * 100, 0.1), 99.9):.1f}%"
    return f"{share:.0%}"


def shares_plot(performances: Sequence[tuple[str, Performance]]) -> str:
    """Return precision and recall of each label: a circle and a diamond on one line a label."""
    height = _TOP + _ROW * len(performances) + 24
    parts = [_axis(x, _TOP, height - 22, f"{share:.0%}") for share, x in _across(_LABELS)]
    for row, (label, one) in enumerate(performances):
        y = _TOP + _ROW * row + _ROW / 2
        shown = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
        parts.append(_text(_LABELS - 10, y + 4, shown, "end"))
        both = [_x(share, _LABELS) for share in (one.precision, one.recall) if share is not None]
        parts += [f'<path class="link" d="M{min(both):.1f} {y}H{max(both):.1f}"/>'] if both else []
        if one.precision is not None:
            parts.append(f'<circle class="first" cx="{_x(one.precision, _LABELS):.1f}" cy="{y:g}" r="4"/>')
        # Drawn last and hollow, so that both are seen where they are the same.
        if one.recall is not None:
            parts.append(_diamond(_x(one.recall, _LABELS), y, "ring"))
    told = f"Precision and recall of {len(performances)} labels, from 0% to 100%. The table has the figures."
    return _svg("Precision and recall", told, height, parts)


def calibration_plot(calibration: Calibration) -> str:
    """Return a reliability diagram: the share that is right in each bin of scores, and how many there are."""
    bottom, room = _TOP + _SIDE, 46
    base = bottom + 28 + room
    parts = [*_shares_up(0.0), f'<path class="ideal" d="M{_LEFT} {bottom}L{_RIGHT} {_TOP}"/>']
    most = max((one.count for one in calibration.bins), default=0) or 1
    for one in calibration.bins:
        left, width = _x(one.low) + 2, _x(one.high) - _x(one.low) - 4
        height = room * one.count / most
        parts.append(_bar("count", left, width, base - height, height))
        if one.accuracy is not None and one.mean_score is not None:
            top = min(_y(one.accuracy), bottom - 1)
            parts.append(_bar("first", left, width, top, bottom - top))
            parts.append(_diamond(left + width / 2, _y(one.mean_score)))
    parts += [_text(x, bottom + 15, f"{share:g}", "middle") for share, x in _across(_LEFT)]
    parts.append(f'<path class="axis" d="M{_LEFT} {base}H{_RIGHT}"/>')
    parts.append(_text(_LEFT - 6, base - room + 9, f"{most}", "end"))
    told = f"Share of right predictions by score, of {calibration.count} in ten bins. The table has the figures."
    parts.append(_text((_LEFT + _RIGHT) / 2, base + 17, "score; below, number of predictions", "middle"))
    return _svg("Calibration", told, base + 24, parts)


def trade_plot(performance: Performance, precision: float) -> str:
    """Return the precision of what is let through against its share, with the wanted precision and its threshold."""
    curve, bottom = performance.curve, _TOP + _SIDE
    lowest = min((point.precision for point in curve), default=0.0)
    floor = 0.9 if min(lowest, precision) >= 0.9 else 0.5 if min(lowest, precision) >= 0.5 else 0.0  # noqa: PLR2004 - ends of the axis
    parts = [*_shares_up(floor)]
    parts += [_text(x, bottom + 15, f"{share:.0%}", "middle") for share, x in _across(_LEFT)]
    parts.append(_text((_LEFT + _RIGHT) / 2, bottom + 32, "share let through", "middle"))
    wanted = _y(precision, floor)
    parts.append(f'<path class="ideal" d="M{_LEFT} {wanted:.1f}H{_RIGHT}"/>')
    line = "L".join(f"{_x(point.share):.1f} {_y(point.precision, floor):.1f}" for point in _thinned(curve))
    parts += [f'<path class="line" d="M{line}"/>'] if line else []
    reached = performance.threshold(precision)
    if reached is not None:
        parts.append(_diamond(_x(reached.share), _y(reached.precision, floor)))
    told = f"Precision against the share let through. {percent(precision)} is the wanted precision, " + (
        "which no threshold reaches." if reached is None else f"reached for {percent(reached.share)}."
    )
    return _svg("Precision and share let through", told, bottom + 38, parts)


def _thinned(curve: Sequence[Threshold]) -> Sequence[Threshold]:
    step = max(1, len(curve) // _POINTS)
    return [*curve[:-1:step], *curve[-1:]]


def _svg(title: str, told: str, height: float, parts: Iterable[str]) -> str:
    about = f'role="img" aria-label="{escape(f"{title}. {told}")}"'
    return f'<svg viewBox="0 0 {_WIDTH} {height:g}" {about}><title>{escape(title)}</title>{"".join(parts)}</svg>'


def _shares_up(floor: float) -> Iterable[str]:
    """Yield a grid for shares on the upright axis, from a floor to 1."""
    for quarter in _QUARTERS:
        share = floor + (1 - floor) * quarter
        y = _y(share, floor)
        yield f'<path class="{"axis" if not quarter else "grid"}" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        yield _text(_LEFT - 6, y + 4, f"{share * 100:g}%", "end")


def _across(left: float) -> Iterable[tuple[float, float]]:
    return ((share, _x(share, left)) for share in _QUARTERS)


def _axis(x: float, top: float, bottom: float, text: str) -> str:
    return f'<path class="grid" d="M{x:.1f} {top}V{bottom:g}"/>' + _text(x, bottom + 16, text, "middle")


def _x(share: float, left: float = _LEFT) -> float:
    return left + (_RIGHT - 12 - left) * share


def _y(share: float, floor: float = 0.0) -> float:
    return _TOP + _SIDE * (1 - (share - floor) / (1 - floor))


def _bar(kind: str, x: float, width: float, y: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _diamond(x: float, y: float, kind: str = "second") -> str:
    return f'<path class="{kind}" d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7-7z"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(encodable(text))}</text>'
