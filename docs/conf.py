"""How Sphinx makes the book of the Markdown files of this repository. They stay where
they are, so that each link leads to the same place here and in the book; docs/contents.yml
has their order. `.ci/book` builds it."""

from pathlib import Path

ROOT = Path(__file__).parent.parent

project = "goe"
html_title = "goe"
author = "the authors of goe"
copyright = "the authors of goe, MIT or Apache-2.0"

extensions = ["myst_parser", "sphinx_external_toc"]
source_suffix = {".md": "markdown"}
external_toc_path = "docs/contents.yml"
# What is not in it is no page: tables of tests, pages of `explain`.
external_toc_exclude_missing = True

# Headings are linked as code hosts do it: `#one-of-a-release`.
myst_heading_anchors = 6

html_theme = "furo"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_static_path = ["book"]
html_css_files = ["book.css"]
