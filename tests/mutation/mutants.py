"""Which small harmful changes there are to a module: mutmut's operators where they pay, and some of our own for SQL."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

Operator = Callable[[Any], Iterable[cst.CSTNode]]


@dataclass(frozen=True)
class Mutant:
    """A module's text with one change, and `before` it; `line` and `last_line` are where the changed code stood."""

    path: str
    line: int
    last_line: int
    text: str
    before: str

    @property
    def id(self) -> str:
        return hashlib.sha256(f"{self.path}\n{self.text}".encode()).hexdigest()[:16]

    def compiles(self) -> bool:
        try:
            compile(self.text, "a mutant", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        return True

    @property
    def diff(self) -> str:
        lines = difflib.unified_diff(self.before.splitlines(), self.text.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


# What is done to a statement of the database: each pattern once, wherever it stands.
SQL_EDITS: tuple[tuple[str, str], ...] = (
    (r"LOCK TABLE[^;]*;", ""),
    (r" <= ", " < "),
    (r" >= ", " > "),
    (r" < ", " <= "),
    (r" > ", " >= "),
    (r"(?<=\w) = (?=[?%:\w])", " <> "),
    (r" AND ", " OR "),
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bNOT NULL\b", ""),
    (r"\bUNIQUE\b", ""),
    (r"\bAUTOINCREMENT\b", ""),
    (r"\bDISTINCT ", ""),
    (r"\bOR IGNORE ", ""),
    (r"ORDER BY [\w., ]+", ""),
    (r" DESC\b", ""),
    (r" \+ 1\b", ""),
    (r"\bMAX\(", "MIN("),
    (r"\bmax\(", "min("),
    (r"=ON\b", "=OFF"),
    (r"=FULL\b", "=OFF"),
    (r"\(TRUNCATE\)", "(PASSIVE)"),
)
SQL = re.compile(r"SELECT|INSERT|UPDATE |DELETE FROM|WHERE|ORDER BY| AND |PRAGMA|CREATE |LOCK |VACUUM|HAVING")
# Their arguments say how something is made, not what is done; what tables are made of, migrations are held to.
LEFT_ALONE = frozenset(
    {
        "TypeVar",
        "ParamSpec",
        "cast",
        "Table",
        "Column",
        "Index",
        "getLogger",
        "get_logger",
        "ConfigDict",
        "click.option",
        "click.command",
    }
)
# `tests/web/test_translations.py` reads the sources for what they are given, and asks that each text has its Dutch.
TRANSLATED = frozenset({"_", "gettext", "lazy_gettext", "ngettext"})
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def _sql(text: str) -> Iterator[str]:
    if SQL.search(text):
        for pattern, instead in SQL_EDITS:
            for found in re.finditer(pattern, text):
                yield text[: found.start()] + instead + text[found.end() :]


def strings(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    body = node.raw_value
    start = len(node.prefix) + len(node.quote)
    before, after = node.value[:start], node.value[len(node.value) - len(node.quote) :]
    if SQL.search(body):
        for changed in _sql(body):
            yield node.with_changes(value=f"{before}{changed}{after}")
    elif body and not re.search(r"\s", body):
        # A sentence is for people; a word without a space is a key, a name or a code.
        yield node.with_changes(value=f"{before}XX{body}{after}")


def parts_of_strings(node: cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    for changed in _sql(node.value):
        yield node.with_changes(value=changed)


def keyword_arguments(node: cst.Call) -> Iterator[cst.CSTNode]:
    for nth, argument in enumerate(node.args):
        # `strict` guards against mistakes of ours that no test can make.
        if argument.keyword and argument.keyword.value != "strict":
            yield node.with_changes(args=[*node.args[:nth], *node.args[nth + 1 :]])


def condition(test: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """The opposite; comparisons and combinations have operators of their own."""
    if not isinstance(test, cst.Comparison | cst.BooleanOperation | cst.UnaryOperation):
        yield cst.UnaryOperation(cst.Not(), test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))


SMALL = (
    m.Expr(m.Call() | m.Yield())
    | m.Raise()
    | m.Del()
    | m.Return(value=None)
    | m.Assign(targets=[m.AssignTarget(m.Attribute() | m.Subscript())])
    | m.AugAssign(target=m.Attribute() | m.Subscript())
)


def statement(node: cst.BaseSmallStatement) -> Iterator[cst.CSTNode]:
    """Leave a statement out that does something: a call, a raise, what changes an attribute or an item."""
    if m.matches(node, SMALL):
        yield cst.Pass()


# A little more patience, a name that is used by its name everywhere: neither does any harm.
_PLAIN = m.SimpleString() | m.Integer() | m.Float()
SETTINGS = m.Assign(
    targets=[m.AtLeastN(m.AssignTarget(m.Name(m.MatchIfTrue(str.isupper)) | m.Tuple()), n=1)],
    value=_PLAIN | m.Tuple([m.AtLeastN(m.Element(_PLAIN), n=1)]),
) | m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])
# So many of so many, in seconds mostly.
PRODUCT = m.Assign(
    targets=[m.AssignTarget(m.Name(m.MatchIfTrue(str.isupper)))],
    value=m.BinaryOperation(left=m.Integer(), operator=m.Multiply(), right=m.Integer()),
)
# Of what nothing has happened to yet, whoever folds its first event says anew.
UNBORN = m.AnnAssign(target=m.Name("version"), value=m.Integer("0"))

LAST = m.Index(m.UnaryOperation(m.Minus(), m.Integer("1")))
ENDS = LAST | m.Index(m.Integer("0"))


def last_and_first(node: cst.Index) -> Iterator[cst.CSTNode]:
    if m.matches(node, ENDS):
        yield node.with_changes(value=cst.parse_expression("0" if m.matches(node, LAST) else "-1"))


def names(node: cst.Name) -> Iterator[cst.CSTNode]:
    if node.value in NAMES:
        yield node.with_changes(value=NAMES[node.value])


OPERATORS: tuple[tuple[type[cst.CSTNode], Operator], ...] = (
    (cst.BaseNumber, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.Call, mutators.operator_unsymmetrical_string_methods_swap),
    (cst.Lambda, mutators.operator_lambda),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.Match, mutators.operator_match),
    (cst.SimpleString, strings),
    (cst.FormattedStringText, parts_of_strings),
    (cst.Call, keyword_arguments),
    (cst.BaseSmallStatement, statement),
    (cst.Index, last_and_first),
    (cst.Name, names),
)


class _Places(cst.CSTVisitor):
    """The nodes that may be changed: code that runs, and neither imports, annotations, decorators nor sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, list[Operator]]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom | cst.Assert | cst.Param):
            return isinstance(node, cst.Param) and self._default(node)
        if isinstance(node, cst.Arg) and node.keyword and node.keyword.value == "strict":
            return False
        if isinstance(node, cst.ClassDef):
            node.body.visit(self)
            return False
        if m.matches(node, m.Expr(m.SimpleString() | m.ConcatenatedString() | m.Ellipsis())):
            return False
        if isinstance(node, cst.Call) and cst.Module([]).code_for_node(node.func) in LEFT_ALONE:
            return False
        if m.matches(node, m.If(test=m.Name("TYPE_CHECKING")) | SETTINGS | PRODUCT | UNBORN):
            return False
        self.found.append((node, [operator for kind, operator in OPERATORS if isinstance(node, kind)]))
        if isinstance(node, cst.If | cst.While | cst.CompIf | cst.IfExp):
            self.found.append((node.test, [condition]))
        if isinstance(node, cst.Call) and m.matches(node.func, m.Name(m.MatchIfTrue(TRANSLATED.__contains__))):
            for argument in node.args:
                if not isinstance(argument.value, cst.SimpleString):
                    argument.visit(self)
            return False
        # What a refusal says is a sentence; that it is raised has its own operator. So has a number that picks.
        return not isinstance(node, cst.Raise) and not m.matches(node, ENDS)

    def _default(self, node: cst.Param) -> bool:
        # A number is how much of something there is where nobody says it.
        if node.default is not None and not isinstance(node.default, cst.BaseNumber):
            node.default.visit(self)
        return False


def mutants(path: str, text: str) -> list[Mutant]:
    """Every change to a module, in the order of its lines."""
    return [mutant for mutant in drafts(path, text) if mutant.compiles()]


def drafts(path: str, text: str) -> list[Mutant]:
    """The same, with those that are no Python: to find that out takes far longer than to make them."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    places = _Places()
    wrapper.module.visit(places)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    found: dict[str, Mutant] = {}
    for node, operators in places.found:
        if not operators or node not in positions:
            continue
        place = positions[node]
        start = starts[place.start.line - 1] + place.start.column
        end = starts[place.end.line - 1] + place.end.column
        bare = wrapper.module.code_for_node(node) != text[start:end]
        for changed in (new for operator in operators for new in operator(node)):
            code = wrapper.module.code_for_node(changed)
            mutated = text[:start] + (code.strip() if bare else code) + text[end:]
            if mutated != text and mutated not in found:
                found[mutated] = Mutant(path, place.start.line, place.end.line, mutated, text)
    return sorted(found.values(), key=lambda mutant: mutant.line)
