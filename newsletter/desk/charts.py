"""Charts as SVG that needs no script: a line over days, and bars with their labels. Pure.

One hue, the last value and the highest said at the line, the dates at both ends; the page has a table of the same
numbers. Sizes are in the units of the viewBox, which a style sheet scales.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 160
TOP, BOTTOM, SIDE = 4, 2, 2  # room for the stroke


@dataclass(frozen=True, slots=True)
class Point:
    """A day's value, and where it stands in the chart."""

    day: date
    value: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A chart of one value over days. `path` and `area` are SVG path data; `base` is the y of nothing."""

    points: tuple[Point, ...]
    path: str
    area: str
    most: int
    base: float = HEIGHT - BOTTOM

    @property
    def highest(self) -> Point:
        return max(self.points, key=lambda point: point.value)


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with its label; `share` is its length in per cent of the longest."""

    label: str
    value: int
    share: float


def line(values: Sequence[tuple[date, int]]) -> Line | None:
    """The chart of these days, in order; None where there are fewer than two. The scale begins at nothing."""
    if len(values) < 2:
        return None
    most = max(1, *(value for _day, value in values))
    step = (WIDTH - 2 * SIDE) / (len(values) - 1)
    points = tuple(
        Point(day, value, round(SIDE + place * step, 1), round(_height(value, most), 1))
        for place, (day, value) in enumerate(values)
    )
    path = "M" + " L".join(f"{point.x} {point.y}" for point in points)
    base = HEIGHT - BOTTOM
    return Line(points, path, f"{path} L{points[-1].x} {base} L{points[0].x} {base} Z", most)


def bars(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Bars in the order given."""
    most = max((value for _label, value in values), default=0) or 1
    return tuple(Bar(label, value, round(100 * value / most, 1)) for label, value in values)


def _height(value: int, most: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / most
