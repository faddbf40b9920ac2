"""How Sphinx makes the book of the Markdown files of this repository. They stay where
they are, so that each link leads to the same place here and in the book; docs/contents.yml
has their order. `.ci/book` builds it."""

import re

from pygments.lexers import RustLexer

project = "goe"
html_title = "goe"
author = "the authors of goe"
copyright = "the authors of goe, MIT or Apache-2.0"

extensions = ["myst_parser", "sphinx_external_toc"]
source_suffix = {".md": "markdown"}
external_toc_path = "docs/contents.yml"
# What is not in it is no page, such as the tables of tests.
external_toc_exclude_missing = True
exclude_patterns = [".github", "target"]

# Headings are linked as code hosts do it: `#one-of-a-release`.
myst_heading_anchors = 6

# `<a id="c0n">`, which the reference has for each key of a family, is a target as well.
myst_enable_extensions = ["attrs_inline"]

html_theme = "furo"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_static_path = ["book.css"]
html_css_files = ["book.css"]


def setup(app):
    app.connect("source-read", with_targets)
    # As rustdoc has it.
    app.add_lexer("rust,no_run", RustLexer)


def with_targets(_app, _page, source):
    source[0] = re.sub(r'<a id="([^"]+)"></a>', r"[]{#\1}", source[0])
