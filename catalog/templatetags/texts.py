"""Texts of pages in the language of the reader: Django's tags, faster for what never changes.

A page has hundreds of texts without a variable. Django looks each of them up again for every page;
here a text is kept with its node, one for each language.
"""

import json
from collections.abc import Iterable, Sized
from functools import lru_cache
from typing import Any

from django import template
from django.template import TemplateSyntaxError
from django.template.base import Node, Parser, Token, render_value_in_context
from django.templatetags import i18n
from django.utils import translation
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import DjangoTranslation

from catalog.sentences import PARTS
from catalog.sentences import sentence as sentence_of

register = template.Library()
PLAIN = "en"  # the language of the texts in the code
SCRIPTS = "djangojs"  # the catalogue with the texts of the scripts


class FixedText(Node):
    """A text without a variable, rendered once for each language."""

    child_nodelists = ()

    def __init__(self, node: Node) -> None:
        self.node = node
        self.known: dict[str | None, str] = {}

    def render(self, context: Any) -> SafeString:
        language = translation.get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = self.node.render(context)
        return SafeString(text)


class Sentence(Node):
    """A text with variables: its translation is looked up once for each language."""

    child_nodelists = ()

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.text, self.names = node.render_token_list(node.singular)
        self.given = node.extra_context
        self.known: dict[str | None, str] = {}

    def render(self, context: Any) -> SafeString:
        language = translation.get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = translation.gettext(self.text)
        values = {name: self._value(name, context) for name in self.names}
        return SafeString(text % values)

    def _value(self, name: str, context: Any) -> str:
        if name in self.given:
            value = self.given[name].resolve(context)
        else:
            value = context.get(name, "")
        return render_value_in_context(value, context)


class Plural(Node):
    """A text for one and for many, with variables."""

    child_nodelists = ()

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.one, names_of_one = node.render_token_list(node.singular)
        self.many, names_of_many = node.render_token_list(node.plural)
        self.names = {*names_of_one, *names_of_many}
        self.given = node.extra_context
        self.counter: Any = node.counter
        self.counted = node.countervar

    def render(self, context: Any) -> SafeString:
        number = self.counter.resolve(context)
        text = translation.ngettext(self.one, self.many, number)
        values = {name: self._value(name, number, context) for name in self.names}
        return SafeString(text % values)

    def _value(self, name: str, number: float, context: Any) -> str:
        if name == self.counted:
            value = number
        elif name in self.given:
            value = self.given[name].resolve(context)
        else:
            value = context.get(name, "")
        return render_value_in_context(value, context)


class Counter:
    """What a plural counts: a number, or a list; nothing counts as none."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def resolve(self, context: Any) -> int | float:
        counted = self.expression.resolve(context)
        if isinstance(counted, int | float):
            return counted
        if isinstance(counted, Sized) and not isinstance(counted, str):
            return len(counted)
        return int(counted or 0)


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's `translate`: of a text or, more slowly, of a variable."""
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    is_fixed = isinstance(expression.var.literal, str) and not expression.filters
    if is_fixed and not node.asvar and not node.noop:
        return FixedText(node)
    return node


@register.tag
def blocktranslate(parser: Parser, token: Token) -> Node:
    """Django's `blocktranslate`."""
    node = i18n.do_block_translate(parser, token)
    has_variables = any(part.token_type.name != "TEXT" for part in node.singular)
    if node.counter:
        name = str(node.counter.var).split(".")[0]
        if name in node.extra_context:  # which is set before the counter is read
            raise TemplateSyntaxError(f"'with' hides the counter's '{name}'")
        node.counter = Counter(node.counter)  # type: ignore[assignment]
    if node.asvar or node.message_context:
        return node
    if node.plural:
        return Plural(node)
    if has_variables:
        return Sentence(node)
    return FixedText(node)


@register.filter
def translated(text: object) -> str:
    """Return a text of the code in the language of the reader, as the label of a state."""
    known = str(text)
    if not known:  # gettext would return the header of the catalogue
        return known
    return translation.gettext(known)


@register.filter
def sentence(text: object) -> str:
    """Return a sentence that is kept in English in the language of the reader."""
    return sentence_of(text)


@register.filter
def sentences(texts: Iterable[object]) -> str:
    """Return several such sentences as one text."""
    return PARTS.join(map(sentence_of, texts))


@register.simple_tag
def language() -> str:
    """Return the language of the page, for `lang`."""
    return translation.get_language() or PLAIN


@register.simple_tag
def script_texts() -> SafeString:
    """Render the texts of the scripts as data, which texts.js reads; nothing in English."""
    return _script_texts(language())


@lru_cache
def _script_texts(chosen: str) -> SafeString:
    if chosen.startswith(PLAIN):
        return SafeString("")
    return json_script(texts_of_scripts(chosen), "texts")


def texts_of_scripts(chosen: str) -> dict[str, str | list[str]]:
    """Return the texts of the scripts in a language; of a plural all its forms, in order."""
    translations: Any = DjangoTranslation(chosen, domain=SCRIPTS)
    catalogue = translations._catalog
    if catalogue is None:
        return {}
    texts: dict[str, str | list[str]] = {}
    forms: dict[str, dict[int, str]] = {}
    for key, text in catalogue.items():
        if isinstance(key, tuple):
            forms.setdefault(key[0], {})[key[1]] = text
        elif key:
            texts[key] = text
    for singular, numbered in forms.items():
        texts[singular] = [numbered[number] for number in sorted(numbered)]
    return json.loads(json.dumps(texts))
