//! From tokens to the text of a file.
//!
//! Items are held by `syn` and laid out by `prettyplease`. What has a row for each
//! key is not: a row stays on one line below its documentation, however long it is,
//! or short entries fill the lines, so that a change of the spec is as many lines in
//! a review; and no parser has to look at what is most of the tokens. This file must
//! never know what a table says.

use std::{fmt::Write as _, mem::discriminant};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::Item;

use crate::emit::output::{COMMAND, MARK, OutputFile};

/// Lines with several entries are at most this wide.
const WIDTH: usize = 100;

/// A file being put together.
pub(super) struct File {
    path: String,
    contents: String,
}

impl File {
    /// `src/NAME.rs`, with nothing but the header.
    pub(super) fn new(name: &str) -> Self {
        File {
            path: format!("src/{name}.rs"),
            contents: header(),
        }
    }

    /// Appends a line of comment below the header.
    pub(super) fn comment(&mut self, text: &str) {
        // Into a string, which takes everything.
        let _ = writeln!(self.contents, "// {text}");
    }

    /// Appends items, an empty line between those that are not of one kind.
    pub(super) fn items(&mut self, tokens: TokenStream) {
        let (attrs, items) = match syn::parse2(tokens) {
            Ok(syn::File { attrs, items, .. }) => (attrs, items),
            // Names that are none never come here. If one did, rustc would say so.
            Err(error) => {
                self.contents
                    .push_str(&error.to_compile_error().to_string());
                return;
            }
        };
        if !attrs.is_empty() {
            self.unparse(attrs, Vec::new());
        }
        let mut before = None;
        for item in items {
            let kind = discriminant(&item);
            let listed = matches!(item, Item::Use(_) | Item::Mod(_));
            if !(listed && before == Some(kind)) {
                self.contents.push('\n');
            }
            before = Some(kind);
            self.unparse(Vec::new(), vec![item]);
        }
    }

    fn unparse(&mut self, attrs: Vec<syn::Attribute>, items: Vec<Item>) {
        if items.is_empty() {
            self.contents.push('\n');
        }
        let file = syn::File {
            shebang: None,
            frontmatter: None,
            attrs,
            items,
        };
        self.contents.push_str(&prettyplease::unparse(&file));
    }

    /// Appends an array, `pub static KEYS: [Key; 3] =`, with a line for each row.
    pub(super) fn table(
        &mut self,
        docs: &[&str],
        head: TokenStream,
        rows: impl IntoIterator<Item = TokenStream>,
    ) {
        let rows = rows.into_iter().map(|row| ([], row));
        self.lines(docs, head, [" [", "];\n"], rows);
    }

    /// Appends an enum or a struct, `pub enum Key`, with a line for each variant or
    /// field below its documentation.
    pub(super) fn block<const N: usize>(
        &mut self,
        docs: &[&str],
        head: TokenStream,
        rows: impl IntoIterator<Item = ([String; N], TokenStream)>,
    ) {
        self.lines(docs, head, [" {", "}\n"], rows);
    }

    /// Appends `static KEYS: [Key; 3] = Key::table` of an array with a line for each
    /// row, and of what stands behind it.
    pub(super) fn table_call(
        &mut self,
        docs: &[&str],
        head: TokenStream,
        rows: impl IntoIterator<Item = TokenStream>,
        behind: TokenStream,
    ) {
        let rows = rows.into_iter().map(|row| ([], row));
        self.lines(docs, head, ["([", "], "], rows);
        write(&mut self.contents, behind);
        self.contents.push_str(");\n");
    }

    /// Appends rows between brackets, each on a line below its documentation.
    fn lines<const N: usize>(
        &mut self,
        docs: &[&str],
        head: TokenStream,
        [open, close]: [&str; 2],
        rows: impl IntoIterator<Item = ([String; N], TokenStream)>,
    ) {
        self.head(docs, head);
        self.contents.push_str(open);
        self.contents.push('\n');
        for (docs, row) in rows {
            for doc in docs {
                // Into a string, which takes everything.
                let _ = writeln!(self.contents, "    /// {doc}");
            }
            self.contents.push_str("    ");
            write(&mut self.contents, row);
            self.contents.push_str(",\n");
        }
        self.contents.push_str(close);
    }

    /// Appends an array with as many entries a line as there is room for.
    pub(super) fn filled_table(
        &mut self,
        head: TokenStream,
        entries: impl IntoIterator<Item = TokenStream>,
    ) {
        self.head(&[], head);
        self.contents.push_str(" [\n");
        self.fill(entries);
        self.contents.push_str("];\n");
    }

    /// Appends a macro, `goe_runtime::object!`, of what stands before a colon and
    /// entries behind it; what it makes has the documentation.
    pub(super) fn macro_call(
        &mut self,
        docs: &[&str],
        path: TokenStream,
        of: TokenStream,
        entries: impl IntoIterator<Item = TokenStream>,
    ) {
        self.head(&[], path);
        self.contents.push('(');
        for doc in docs {
            self.contents.push_str("\n    /// ");
            self.contents.push_str(doc);
        }
        if !docs.is_empty() {
            self.contents.push_str("\n    ");
        }
        write(&mut self.contents, of);
        self.contents.push_str(":\n");
        self.fill(entries);
        self.contents.push_str(");\n");
    }

    /// The same with another list, in braces, between the two, and no colon.
    pub(super) fn macro_call_on(
        &mut self,
        path: TokenStream,
        of: TokenStream,
        on: impl IntoIterator<Item = TokenStream>,
        entries: impl IntoIterator<Item = TokenStream>,
    ) {
        self.head(&[], path);
        self.contents.push('(');
        write(&mut self.contents, of);
        self.contents.push_str(" {\n");
        self.fill(on);
        self.contents.push_str("}\n");
        self.fill(entries);
        self.contents.push_str(");\n");
    }

    /// An empty line, documentation, and the words before a list.
    fn head(&mut self, docs: &[&str], head: TokenStream) {
        self.contents.push('\n');
        for doc in docs {
            let space = if doc.is_empty() { "" } else { " " };
            // Into a string, which takes everything.
            let _ = writeln!(self.contents, "///{space}{doc}");
        }
        write(&mut self.contents, head);
    }

    fn fill(&mut self, entries: impl IntoIterator<Item = TokenStream>) {
        let mut width = 0;
        let mut text = String::new();
        for entry in entries {
            text.clear();
            write(&mut text, entry);
            let divides = text == ";";
            if !divides {
                text.push(',');
            }
            if width > 0 && (divides || width + 1 + text.len() > WIDTH) {
                self.contents.push('\n');
                width = 0;
            }
            let gap = if width == 0 { "    " } else { " " };
            self.contents.push_str(gap);
            self.contents.push_str(&text);
            width = match divides {
                true => WIDTH,
                false => width + gap.len() + text.len(),
            };
        }
        if width > 0 {
            self.contents.push('\n');
        }
    }

    pub(super) fn finish(self) -> OutputFile {
        OutputFile {
            path: self.path,
            contents: self.contents,
        }
    }
}

fn header() -> String {
    format!("// {MARK} from spec/. Do not edit: run `{COMMAND}`.\n")
}

/// The kind of text before a token on its line.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Nothing, or what no space follows: an opening bracket, a dot, `&`, `#`.
    Tight,
    /// The rest.
    Open,
}

/// Appends tokens on one line, spaced as a formatter does.
pub(super) fn write(out: &mut String, tokens: TokenStream) {
    let mut before = Before::Tight;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        before = match token {
            // An attribute of an enum or a struct, on a line of its own.
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                out.push('#');
                if let Some(TokenTree::Group(group)) = tokens.next() {
                    out.push('[');
                    write(out, group.stream());
                    out.push_str("]\n");
                }
                Before::Tight
            }
            TokenTree::Punct(punct) => {
                let mark = punct.as_char();
                let joint = punct.spacing() == Spacing::Joint;
                // `=`, `=>`: everything else hugs the word before it.
                if before == Before::Open && matches!(mark, '=' | '&' | '-') {
                    out.push(' ');
                }
                out.push(mark);
                let colons = mark == ':' && (joint || out.ends_with("::"));
                match colons || joint || matches!(mark, '.' | '&' | '!' | '-' | '\'' | '<') {
                    true => Before::Tight,
                    false => Before::Open,
                }
            }
            TokenTree::Group(group) => {
                let (open, close, pad) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")", ""),
                    Delimiter::Bracket => ("[", "]", ""),
                    Delimiter::Brace => ("{", "}", " "),
                    Delimiter::None => ("", "", ""),
                };
                let after_word =
                    out.ends_with(|c: char| c.is_alphanumeric() || "_!>)]".contains(c));
                let hugs = group.delimiter() != Delimiter::Brace && after_word;
                if before == Before::Open && !hugs {
                    out.push(' ');
                }
                out.push_str(open);
                out.push_str(pad);
                write(out, group.stream());
                out.push_str(pad);
                out.push_str(close);
                Before::Open
            }
            TokenTree::Ident(ident) => {
                word(out, before, &ident);
                Before::Open
            }
            TokenTree::Literal(literal) => {
                word(out, before, &literal);
                Before::Open
            }
        };
    }
}

fn word(out: &mut String, before: Before, word: &impl std::fmt::Display) {
    let tight = before == Before::Tight || out.ends_with('<');
    let space = if tight { "" } else { " " };
    // Into a string, which takes everything.
    let _ = write!(out, "{space}{word}");
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn line(tokens: TokenStream) -> String {
        let mut out = String::new();
        write(&mut out, tokens);
        out
    }

    #[test]
    fn rows_are_spaced_as_a_formatter_does() {
        for (tokens, expected) in [
            (
                quote!(Profile::new(
                    Read,
                    Constant,
                    Type::UINT8.one_of::<types::Mod>().or_null()
                )),
                r#"Profile::new(Read, Constant, Type::UINT8.one_of::<types::Mod>().or_null())"#,
            ),
            (
                quote!(Doc {
                    description: "it's",
                    unit: Some(Unit::Watts),
                    line: 7
                }),
                r#"Doc { description: "it's", unit: Some(Unit::Watts), line: 7 }"#,
            ),
            (
                quote!(Topic {
                    levels: &[Prefix, Literal("set")],
                    retained: true
                }),
                r#"Topic { levels: &[Prefix, Literal("set")], retained: true }"#,
            ),
            (
                quote!(Type::INT8.of(&types::A_SHAPE).within(-5, 5)),
                "Type::INT8.of(&types::A_SHAPE).within(-5, 5)",
            ),
            (
                quote!(pub static ALL: [Item<'static>; 3] =),
                "pub static ALL: [Item<'static>; 3] =",
            ),
            (quote!(r#mod = 3), "r#mod = 3"),
            (
                quote!(#[derive(Clone, Copy)] #[repr(u16)] pub enum Key),
                "#[derive(Clone, Copy)]\n#[repr(u16)]\npub enum Key",
            ),
        ] {
            assert_eq!(line(tokens), expected);
        }
    }

    #[test]
    fn entries_fill_the_lines() {
        let mut file = File::new("x");
        let entries = (0..60).map(|number| quote!(#number));
        file.filled_table(quote!(static NUMBERS: [i32; 60] =), entries);
        let text = file.finish().contents;
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines[0], "static NUMBERS: [i32; 60] = [");
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert!(lines.len() < 10, "{text}");
    }
}
