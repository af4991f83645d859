"""The drawing of paths: steps beneath each other, and lines from one to the next; drawn by components/path_graph.html.

Steps stand in their usual order, so that the drawing of one team can be laid beside that of another. What skips steps
goes around on the right; what comes in another order than usual goes back on the left, in a broken line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.paths import Waiting

TOP, PITCH, BOX = 24.0, 64.0, 34.0
LEFT, RIGHT, WIDTH = 230.0, 470.0, 900.0
# How far a line goes out for each step that it passes over.
OUT = 42.0
THICKEST, THINNEST = 7.0, 1.0
# More lines, and none could be followed; the table has all.
MOST_LINES = 18


@dataclass(frozen=True, slots=True)
class Node:
    """A step: its code, how many reached it, and at what height it stands."""

    step: str
    clients: int
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """From one step to another: its path, how thick it is, where its numbers stand and on which side of that place;
    `back`: against the usual order."""

    waiting: Waiting
    path: str
    thick: float
    x: float
    y: float
    anchor: str
    back: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """The whole drawing; `left_out` counts the lines that stand in the table alone."""

    nodes: Sequence[Node]
    lines: Sequence[Line]
    height: float
    left_out: int


def graph(order: Sequence[str], reached: Mapping[str, int], between: Sequence[Waiting]) -> Graph | None:
    """The drawing of these steps and of the lines between them; None where no line can be drawn."""
    nodes = [Node(step, reached[step], TOP + PITCH * nth) for nth, step in enumerate(s for s in order if s in reached)]
    place = {node.step: nth for nth, node in enumerate(nodes)}
    drawable = [each for each in between if each.before in place and each.at in place]
    drawn = sorted(drawable, key=lambda each: -each.clients)[:MOST_LINES]
    if not drawn:
        return None
    most = drawn[0].clients
    lines = [_line(each, nodes[place[str(each.before)]].y, nodes[place[each.at]].y, most) for each in drawn]
    return Graph(nodes, lines, TOP + PITCH * len(nodes), len(between) - len(drawn))


def _line(waiting: Waiting, start: float, end: float, most: int) -> Line:
    thick = round(THINNEST + (THICKEST - THINNEST) * waiting.clients / most, 1)
    passed = abs(end - start) / PITCH
    middle = (start + end + BOX) / 2
    if end > start and passed == 1:
        x = (LEFT + RIGHT) / 2
        return Line(waiting, f"M{x} {start + BOX}V{end - 5}", thick, x + 10, middle + 4, "start", back=False)
    back = end < start
    edge, out, anchor = (LEFT, -OUT, "end") if back else (RIGHT, OUT, "start")
    tip = edge - 5 if back else edge + 5
    # Lines leave a step below its middle and arrive above it, so that one can be told from the other.
    leaves, arrives = (start + BOX * 0.3, end + BOX * 0.7) if back else (start + BOX * 0.7, end + BOX * 0.3)
    bend = edge + min(passed, 9) * out
    path = f"M{edge} {leaves:.1f}C{bend:.1f} {leaves:.1f} {bend:.1f} {arrives:.1f} {tip} {arrives:.1f}"
    return Line(waiting, path, thick, round(edge + 0.75 * (bend - edge) + out / 8, 1), middle, anchor, back)
