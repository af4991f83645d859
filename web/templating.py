"""Jinja for pages with thousands of cells: what a template calls is called, and what is markup already is shown."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from flask.templating import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Call, Expr
from markupsafe import Markup, escape


class _Direct(CodeGenerator):
    """Calls without a look at whether somebody wants the context handed to him: nothing that we give templates does."""

    def visit_Call(self, node: Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - the name that is looked for
        if any(iskeyword(named.key) for named in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        given = [("", argument) for argument in (*node.args, *node.kwargs)]
        given += [(stars, many) for stars, many in (("*", node.dyn_args), ("**", node.dyn_kwargs)) if many is not None]
        self.visit(node.node, frame)
        self.write("(")
        for stars, argument in given:
            self.write(stars)
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class Templates(Environment):
    """Flask's environment with calls that cost less, and rows whose columns are found at once."""

    code_generator_class = _Direct

    @staticmethod
    def shown(value: Any) -> str:
        return value if type(value) is Markup else escape(value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def compile_all(environment: Environment) -> None:
    """Compile every template now: threads that meet one first at the same moment would each compile it."""
    for name in environment.list_templates(extensions=("html",)):
        environment.get_template(name)
