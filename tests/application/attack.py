"""What can be worked out: numbers of people that are known within bounds, taken together as whole numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import highspy

from domain.suppression import ROUNDED_TO, SMALLEST_GROUP, Shown

Unknown = Hashable


@dataclass
class Attack:
    """Sums of unknown numbers, none of them less than nothing, and what is known of each sum."""

    known: list[tuple[Mapping[Unknown, int], float, float]] = field(default_factory=list)

    def between(self, numbers: Mapping[Unknown, int], least: float, most: float) -> None:
        self.known.append((numbers, least, most))

    def exactly(self, numbers: Mapping[Unknown, int], value: int) -> None:
        self.between(numbers, value, value)

    def no_more(self, part: Unknown, whole: Unknown) -> None:
        self.between({whole: 1, part: -1}, 0, highspy.kHighsInf)

    def told(self, numbers: Iterable[Unknown], shown: Shown) -> None:
        """A page tells a number, rounded; that one is hidden says that it is not nothing."""
        of, half = dict.fromkeys(numbers, 1), ROUNDED_TO // 2
        if shown is None:
            if len(of) == 1:
                self.between(of, 1, highspy.kHighsInf)
        elif shown == 0:
            self.exactly(of, 0)
        else:
            self.between(of, max(shown - half, SMALLEST_GROUP), shown + half)

    def determined(
        self, truth: Mapping[Unknown, int], wanted: Mapping[Hashable, Mapping[Unknown, int]]
    ) -> set[Hashable]:
        """Which of these sums can have one value alone, given all that is known. The truth tells one solution, so a sum
        of another value in any other is not determined."""
        names = sorted({name for numbers, _, _ in self.known for name in numbers}, key=repr)
        at = {name: nth for nth, name in enumerate(names)}
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        for _ in names:
            solver.addVariable(lb=0, ub=1_000, type=highspy.HighsVarType.kInteger)
        for numbers, least, most in self.known:
            solver.addRow(least, most, len(numbers), [at[name] for name in numbers], list(map(float, numbers.values())))
        real = {key: sum(truth[name] * times for name, times in of.items()) for key, of in wanted.items()}
        left = {key for key, of in wanted.items() if of.keys() <= at.keys()}
        for key in sorted(left, key=repr):
            for sign in (1, -1):
                if key not in left:
                    break
                for name in names:
                    solver.changeColCost(at[name], float(sign * wanted[key].get(name, 0)))
                solver.run()
                assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "the truth is a solution"
                found = [round(value) for value in solver.getSolution().col_value]
                left -= {
                    other
                    for other in left
                    if sum(found[at[name]] * times for name, times in wanted[other].items()) != real[other]
                }
        return left
