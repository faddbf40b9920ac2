//! Why a text is no YAML, for people: the parser says where it could not go on, and what
//! stands there says what was probably meant.
//!
//! It looks at the text and not at the parser's words, which are its own. It must never
//! know what a scenario is.

use crate::finding::{Finding, Place};

/// What is wrong at a place where the parser, which says `why`, could not go on.
pub(crate) fn finding(text: &str, at: Place, why: &str) -> Finding {
    let lines: Vec<&str> = text.lines().collect();
    let mut source = Source { text, lines, at };
    source.at = source.at.min(source.end());
    let at = source.at;
    source
        .tab()
        .or_else(|| source.quote())
        .or_else(|| source.bracket())
        .or_else(|| source.colon())
        .or_else(|| source.indentation())
        .or_else(|| source.sign())
        .unwrap_or_else(|| {
            let help = "a text in which signs stand that mean something is put in quotes";
            Finding::new(at, why).help(help)
        })
}

struct Source<'t> {
    text: &'t str,
    lines: Vec<&'t str>,
    at: Place,
}

impl<'t> Source<'t> {
    fn line(&self, number: u32) -> &'t str {
        let index = (number as usize).checked_sub(1);
        let line = index.and_then(|index| self.lines.get(index));
        line.copied().unwrap_or_default()
    }

    /// What stands before the place in its line, and the rest.
    fn halves(&self) -> (&'t str, &'t str) {
        let line = self.line(self.at.line);
        let mut letters = line.char_indices();
        let middle = letters.nth((self.at.column as usize).saturating_sub(1));
        line.split_at(middle.map_or(line.len(), |(middle, _)| middle))
    }

    /// Behind the last line that says something.
    fn end(&self) -> Place {
        let lines = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let line = self.above(lines.saturating_add(1)).unwrap_or(1);
        Place {
            line,
            column: column(self.line(line).trim_end()),
        }
    }

    /// A tab indents a line, this one or, as the parser only notices there, the next.
    fn tab(&self) -> Option<Finding> {
        let (number, before) = [self.at.line, self.at.line.saturating_add(1)]
            .into_iter()
            .find_map(|number| {
                let line = self.line(number);
                let indent = line.get(..line.len() - line.trim_start().len())?;
                Some((number, indent.split_once('\t')?.0))
            })?;
        let at = Place {
            line: number,
            column: column(before),
        };
        let finding = Finding::new(at, "a tab indents this line, which only spaces may");
        Some(finding.help("write spaces instead; most editors do so when they are told to"))
    }

    /// A text in quotes begins here and has no end, or has ended right before.
    fn quote(&self) -> Option<Finding> {
        let (before, rest) = self.halves();
        let first = rest.chars().next();
        if let Some(quote) = first.filter(|letter| "'\"".contains(*letter)) {
            let inner = rest.get(1..).unwrap_or_default();
            if quote == '"' && inner.contains('\\') && inner.contains('"') {
                let finding = Finding::new(self.at, "a `\\` in this text says nothing");
                return Some(finding.help("in 'single quotes' it is a letter as any other"));
            }
            let what = format!("the text that begins here has no {quote} at its end");
            let help = format!("end it by {quote}; a {quote} in it is {}", within(quote));
            return Some(Finding::new(self.at, what).help(help));
        }
        let quote = before.trim_end().chars().next_back();
        let quote = quote.filter(|letter| "'\"".contains(*letter))?;
        let what = format!("this stands behind the {quote} that ends the text before it");
        let help = format!(
            "put all of it in quotes; a {quote} in a text is {}",
            within(quote)
        );
        Some(Finding::new(self.at, what).help(help))
    }

    /// A bracket before the place is never closed, or one closes nothing.
    fn bracket(&self) -> Option<Finding> {
        let mut open: Vec<(char, char, Place)> = Vec::new();
        for (letter, at) in signs(self.text) {
            match letter {
                '{' => open.push((letter, '}', at)),
                '[' => open.push((letter, ']', at)),
                '}' | ']' if at == self.at && open.is_empty() => {
                    let finding = Finding::new(at, format!("this `{letter}` closes nothing"));
                    return Some(finding.help("leave it out, or write what it closes before it"));
                }
                '}' | ']' if open.last().is_some_and(|(_, end, _)| *end == letter) => {
                    open.pop();
                }
                ',' if at == self.at && !open.is_empty() => {
                    let finding = Finding::new(at, "there is nothing before this comma");
                    return Some(finding.help("leave it out"));
                }
                _ => {}
            }
        }
        let (bracket, end, at) = open.pop().filter(|(_, _, at)| *at < self.at)?;
        let finding = Finding::new(at, format!("this `{bracket}` has no `{end}`"));
        Some(finding.help(format!(
            "close it by `{end}` where it ends, and write commas between what stands in it"
        )))
    }

    /// A colon stands where no name can be before it.
    fn colon(&self) -> Option<Finding> {
        let (before, rest) = self.halves();
        if rest.is_empty() && !before.contains(':') {
            return Some(no_colon(self.at));
        }
        if !rest.starts_with(':') {
            return None;
        }
        if let Some((name, begun)) = before.rsplit_once(": ") {
            let name = name.rsplit([' ', '{', '[', ',']).next().unwrap_or(name);
            let begun = begun.trim_start();
            let at = Place {
                line: self.at.line,
                column: column(before) - column(begun) + 1,
            };
            let whole = format!("{begun}{rest}");
            let whole = whole.trim_end_matches(['}', ' ']);
            let finding = Finding::new(at, "this has a colon in it and is neither text nor map");
            return Some(finding.help(format!(
                "put a text in quotes, {name}: '{}'; a map in the same line in braces, {name}: {{{whole}}}",
                whole.replace('\'', "''")
            )));
        }
        let above = self.above(self.at.line)?;
        let has_colon = self.line(above).contains(':');
        let line = self.line(self.at.line);
        let at = Place {
            line: self.at.line,
            column: column(line) - width(line.trim_start()),
        };
        Some(match has_colon {
            true => self.misplaced(at),
            false => no_colon(Place {
                line: above,
                column: column(self.line(above).trim_end()),
            }),
        })
    }

    /// A line begins where none of the lines above it has its members.
    fn indentation(&self) -> Option<Finding> {
        let (before, rest) = self.halves();
        if !before.trim().is_empty() || rest.is_empty() {
            let is_list = rest.starts_with("- ") && before.contains(':');
            return is_list.then(|| {
                let finding = Finding::new(self.at, "a list cannot begin behind a name");
                finding.help("begin it in a line of its own, or write [a, b]")
            });
        }
        self.above(self.at.line)?;
        Some(self.misplaced(self.at))
    }

    fn misplaced(&self, at: Place) -> Finding {
        let mut columns: Vec<u32> = Vec::new();
        for number in (1..at.line).rev() {
            let line = self.line(number);
            let content = line.trim_start();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let begins = width(line) - width(content) + 1;
            if columns.iter().all(|column| begins < *column) {
                let behind_dash = content.strip_prefix("- ").map(str::trim_start);
                let behind_dash = behind_dash.map(|rest| width(line) - width(rest) + 1);
                columns.extend(behind_dash);
                columns.push(begins);
            }
            if begins == 1 {
                break;
            }
        }
        columns.reverse();
        let columns: Vec<_> = columns.iter().map(u32::to_string).collect();
        let what = "this line begins in a column of its own, and belongs to nothing";
        Finding::new(at, what).help(format!(
            "begin it in column {}, as what it belongs to",
            columns.join(" or ")
        ))
    }

    /// A sign at the beginning of a text means something in YAML.
    fn sign(&self) -> Option<Finding> {
        let (_, rest) = self.halves();
        let sign = rest
            .chars()
            .next()
            .filter(|sign| "@`%*&!|>?".contains(*sign))?;
        let text = rest
            .split([',', '}', ']'])
            .next()
            .unwrap_or(rest)
            .trim_end();
        let what = format!("a text without quotes cannot begin with `{sign}`");
        Some(Finding::new(self.at, what).help(format!("write '{}'", text.replace('\'', "''"))))
    }

    /// The last line above one that says something.
    fn above(&self, line: u32) -> Option<u32> {
        (1..line).rev().find(|number| {
            let content = self.line(*number).trim_start();
            !content.is_empty() && !content.starts_with('#')
        })
    }
}

fn no_colon(at: Place) -> Finding {
    Finding::new(at, "a colon is missing here")
        .help("a name is followed by a colon, and that by a space or a new line")
}

/// How a quote is written in a text in such quotes.
fn within(quote: char) -> &'static str {
    match quote {
        '\'' => "written twice",
        _ => "written \\\"",
    }
}

/// Letters of a line.
fn width(line: &str) -> u32 {
    u32::try_from(line.chars().count()).unwrap_or(u32::MAX)
}

/// The column of what comes behind these letters.
fn column(before: &str) -> u32 {
    width(before).saturating_add(1)
}

/// The letters of a text that are neither in quotes nor in a comment.
fn signs(text: &str) -> impl Iterator<Item = (char, Place)> {
    let mut place = Place::START;
    let (mut quote, mut is_comment, mut last) = (None, false, ' ');
    text.chars().filter_map(move |letter| {
        let at = place;
        match letter {
            '\n' => {
                place.line = place.line.saturating_add(1);
                place.column = 1;
            }
            _ => place.column = place.column.saturating_add(1),
        }
        let before = std::mem::replace(&mut last, letter);
        match (quote, letter) {
            (Some(_), '\n') | (None, '\n') => is_comment = false,
            _ if is_comment => {}
            (Some(open), _) if open == letter && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '#') if before.is_whitespace() => is_comment = true,
            // Within a word it is a letter.
            (None, '\'' | '"') if " [{,:".contains(before) => quote = Some(letter),
            (None, _) => return Some((letter, at)),
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use crate::yaml::read;

    /// What the user sees, but for the file's name.
    fn told(text: &str) -> String {
        match read(text) {
            Ok(_) => "it is YAML".to_owned(),
            Err(finding) => {
                let at = finding.at;
                let help = finding.help.unwrap_or_default();
                format!("{}:{} {} | {help}", at.line, at.column, finding.what)
            }
        }
    }

    #[test]
    fn what_is_no_yaml_is_told_with_how_to_mend_it() {
        let mut amiss = String::new();
        for (text, place, what, help) in [
            ("steps:\n\t- at: 10s\n", "2:1", "a tab", "spaces"),
            ("a:\n  - at: 10s\n\t  b: 6\n", "3:1", "a tab", "spaces"),
            ("a:\n  b:\n \tc: 6\n", "3:2", "a tab", "spaces"),
            (
                "a:\n  - at: 10s\n   set: 6\n",
                "3:4",
                "belongs to nothing",
                "column 1 or 3 or 5,",
            ),
            (
                "a:\n  - at: 10s\n      set: 6\n",
                "3:7",
                "belongs to nothing",
                "column 1 or 3 or 5,",
            ),
            (
                "a:\n  - at: 10s\n - at: 20s\n",
                "3:2",
                "belongs to nothing",
                "column 1 or 3 or 5,",
            ),
            (
                "a:\n- b: 1\n c: 6\n", "3:2", "belongs to nothing", "column 1 or 3,",
            ),
            (
                "a: 1\n\n# b\n  c: 2\n", "4:3", "belongs to nothing", "column 1,",
            ),
            (
                "- a: 1\nb: x\n", "2:1", "belongs to nothing", "column 1 or 3,",
            ),
            ("name: a: b\n", "1:7", "a colon in it", "name: 'a: b'"),
            (
                "name: it's: b\n", "1:7", "a colon in it", "name: 'it''s: b'",
            ),
            (
                "a:\n  - set: amp: 6\n", "2:10", "a colon in it", "set: {amp: 6}",
            ),
            ("set: {fna: a: b}\n", "1:12", "a colon in it", "fna: 'a: b'"),
            (
                "steps\n  - at: 1s\n", "1:6", "a colon is missing", "followed by",
            ),
            (
                "steps:\n  - at 1s\n    set: 1\n",
                "2:10",
                "a colon is missing",
                "followed by",
            ),
            ("name: x\nb\n\n", "2:2", "a colon is missing", "followed by"),
            (
                "name: 'x\nb: 1\n", "1:7", "has no ' at its end", "written twice",
            ),
            ("name: \"x\nb: 1\n", "1:7", "has no \" at its end", "\\\""),
            ("name: 'it's x'\n", "1:11", "behind the '", "written twice"),
            ("name: \"x\" y\n", "1:11", "behind the \"", "quotes"),
            ("name: \"a\\q\"\n", "1:7", "a `\\`", "single quotes"),
            ("a: {b: 6\n", "1:4", "`{` has no `}`", "close it"),
            (
                "a: '{'\nb: [1, {c: 2}\n# ]\n",
                "2:4",
                "`[` has no `]`",
                "close it",
            ),
            (
                "a:\n  - b: {c: 6\n  - d: 1\n",
                "2:8",
                "`{` has no `}`",
                "close it",
            ),
            ("a: {b: 6]\n", "1:4", "`{` has no `}`", "close it"),
            ("a: {b: 6}}\n", "1:10", "closes nothing", "leave it out"),
            ("a: [1,, 2]\n", "1:7", "before this comma", "leave it out"),
            ("name: @x\n", "1:7", "begin with `@`", "'@x'"),
            ("name: %x y\n", "1:7", "begin with `%`", "'%x y'"),
            ("name: *x\n", "1:7", "begin with `*`", "'*x'"),
            ("name: - a\n", "1:7", "a list cannot begin", "[a, b]"),
        ] {
            let told = told(text);
            let begin = format!("{place} ");
            if !(told.starts_with(&begin) && told.contains(what) && told.contains(help)) {
                amiss += &format!("{text}{place} {what} | {help}\n{told}\n\n");
            }
        }
        assert!(amiss.is_empty(), "{amiss}");
    }
}
