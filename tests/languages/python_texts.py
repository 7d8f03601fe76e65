"""The texts in Python code that a reader of a page may see, and that nothing translates.

A literal counts as a text where it reads like one: several words, or one that begins with a
capital letter. What programs and developers read is left out: docstrings, names of log events, SQL,
errors for the command line and the API.
"""

import ast
import re
from collections.abc import Iterator

TRANSLATORS = {
    "_", "counted", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
    "npgettext", "pgettext", "pgettext_lazy",
}  # fmt: skip
# Calls whose texts no reader of a page sees: who they are for, or what they match.
FOR_OTHERS = {
    "CommandError", "ImproperlyConfigured", "RawSQL", "TemplateSyntaxError", "add_argument",
    "TypeVar", "compile", "cursor", "execute", "getLogger", "get_logger", "namedtuple",
    "strftime", "strptime",
}  # fmt: skip
LOGGING = {"log", "logger", "logging"}
# Keyword arguments that are for developers (of a model), or of HTTP.
NOT_SHOWN = {"content_type", "headers", "help", "metavar", "name"}
OF_MODELS = re.compile(r"^(?:models\.\w+|ArrayField|MarkupField|GeneratedField)$")
WORDS = re.compile(r"\b(?:[A-Za-z]{2,}|[aA])[,;:]? (?:[a-z]{2,}|%\(|[A-Z\d]|\{)")
CAPITALISED = re.compile(r"^[A-Z][a-z]{2,}$")
SQL = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|WITH|CASE|ORDER BY|AND|ARRAY|DESC|SET|AS|"
    r"MATERIALIZED|EXISTS|IN|ON|LIMIT|VALUES)\b"
)
MARKUP = re.compile(r"<[^>]*>")
HTTP = re.compile(
    r"^[A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)+$|^(?:Vary|Link|Host|Location|Allow|Lax)$"
    r"|^\w+/[\w+.-]+;|^attachment;|^(?:private|public|no-cache),"
)
NAMES = re.compile(r"(?:[\w+-]+,?\s+){8,}[\w+-]+")  # a list of them, not a sentence


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each."""
    finder = Finder()
    finder.visit(ast.parse(source))
    yield from finder.found


class Finder(ast.NodeVisitor):
    """Walks the code of a file, and leaves out what is translated or is for others."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        if last in TRANSLATORS or last in FOR_OTHERS or OF_MODELS.match(called):
            return
        if called.partition(".")[0] in LOGGING:
            return
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in NOT_SHOWN:
                self.visit(keyword.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._note(node, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = "".join(
            str(each.value) if isinstance(each, ast.Constant) else "{}"
            for each in node.values
        )
        self._note(node, text)
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                self.visit(each.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)  # not the key

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._note(key, key.value)
            elif key is not None:
                self.visit(key)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:  # not the type, which may be in quotes
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if ast.unparse(node.targets[0]) != "__all__":
            self.visit(node.value)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        is_choice = any(ast.unparse(each).endswith("Choices") for each in node.bases)
        if not is_choice:  # tools/messages knows their labels
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name == "__str__":  # for developers
            return
        for each in [*node.decorator_list, *node.body]:
            self.visit(each)
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)

    def _note(self, node: ast.expr, text: str) -> None:
        plain = MARKUP.sub(" ", text).strip()
        if SQL.search(plain) or HTTP.match(plain):
            return
        if "_" in plain or (plain.islower() and NAMES.fullmatch(plain)):
            return
        if WORDS.search(plain) or CAPITALISED.match(plain):
            self.found.append((node.lineno, text))
