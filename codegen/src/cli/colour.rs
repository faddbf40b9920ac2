//! Whether there is colour, and where.
//!
//! `--color` decides; without it `NO_COLOR`, then `CLICOLOR_FORCE`, then `TERM=dumb` and
//! `CLICOLOR=0`, and then whether a terminal reads. What is painted is text that was
//! made without colour, by how its lines begin, so that with and without it the words are
//! the same.

use std::sync::OnceLock;

use clap::{ColorChoice, ValueEnum};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// If a terminal reads, and the environment does not say otherwise
    #[default]
    Auto,
    Always,
    Never,
}

/// What the command line says of colour, for what clap prints before it has read all of it:
/// help, and what is wrong with the line itself.
pub(crate) fn of_usage(mut arguments: impl Iterator<Item = String>) -> ColorChoice {
    while let Some(argument) = arguments.next() {
        let when = match argument.as_str() {
            "--" => break,
            "--color" => arguments.next(),
            _ => argument.strip_prefix("--color=").map(str::to_owned),
        };
        match when.as_deref() {
            Some("always") => return ColorChoice::Always,
            Some("never") => return ColorChoice::Never,
            _ => {}
        }
    }
    ColorChoice::Auto
}

/// What the command line says, for all that is printed in the run.
static WHEN: OnceLock<When> = OnceLock::new();

/// Keeps what the command line says; once.
pub(crate) fn set(when: When) {
    WHEN.get_or_init(|| when);
}

/// Returns whether a stream gets colour that a terminal reads, or does not.
pub(crate) fn is_on(terminal: bool) -> bool {
    let when = WHEN.get().copied().unwrap_or_default();
    let variable = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    decide(when, variable, terminal)
}

fn decide(when: When, variable: impl Fn(&str) -> Option<String>, terminal: bool) -> bool {
    let is = |name: &str, value: &str| variable(name).as_deref() == Some(value);
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if is_set("NO_COLOR") => false,
        When::Auto if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
        When::Auto => terminal && !is("TERM", "dumb") && !is("CLICOLOR", "0"),
    }
}

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const CYAN: &str = "\u{1b}[36m";
const BOLD: &str = "\u{1b}[1m";
const BOLD_RED: &str = "\u{1b}[1;31m";
const BOLD_YELLOW: &str = "\u{1b}[1;33m";
const BOLD_GREEN: &str = "\u{1b}[1;32m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// A unified diff.
pub(crate) fn diff(text: &str) -> String {
    paint(text, |line| {
        let style = match line {
            _ if line.starts_with("+++") || line.starts_with("---") => BOLD,
            _ if line.starts_with('+') => GREEN,
            _ if line.starts_with('-') => RED,
            _ if line.starts_with("@@") => CYAN,
            _ => return None,
        };
        Some((style, line.len()))
    })
}

/// A page of Markdown.
pub(crate) fn page(text: &str) -> String {
    let mut in_code = false;
    paint(text, |line| {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        let style = match line.starts_with('#') && !in_code {
            true => BOLD,
            false if is_fence => DIM,
            false if in_code && line.starts_with('-') => RED,
            false if in_code && line.starts_with('+') => GREEN,
            false => return None,
        };
        Some((style, line.len()))
    })
}

/// Lines that begin with how bad it is: `breaking[D0411]: …`, `S0107  error  …`.
pub(crate) fn severities(text: &str) -> String {
    const STYLES: &[(&str, &str)] = &[
        ("error", BOLD_RED),
        ("breaking", BOLD_RED),
        ("warning", BOLD_YELLOW),
        ("risky", BOLD_YELLOW),
        ("compatible", BOLD_GREEN),
        ("editorial", DIM),
    ];
    paint(text, |line| {
        let (_, style) = STYLES.iter().find(|(word, _)| line.starts_with(word))?;
        let end = line.find(']').map(|at| at + 1)?;
        Some((style, end))
    })
}

/// Each line, its first bytes in the style that `style` gives.
fn paint<'a>(
    text: &'a str,
    mut style: impl FnMut(&'a str) -> Option<(&'static str, usize)>,
) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let bare = line.trim_end_matches(['\n', '\r']);
        match style(bare) {
            Some((style, end)) => {
                let (painted, rest) = line.split_at(end);
                format!("{style}{painted}{RESET}{rest}")
            }
            None => line.to_owned(),
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_decides_before_the_environment() {
        type Case = (When, &'static [(&'static str, &'static str)], bool, bool);
        let cases: &[Case] = &[
            (When::Auto, &[], true, true),
            (When::Auto, &[], false, false),
            (When::Auto, &[("NO_COLOR", "1")], true, false),
            (When::Auto, &[("NO_COLOR", "")], true, true),
            (When::Auto, &[("TERM", "dumb")], true, false),
            (When::Auto, &[("TERM", "xterm")], true, true),
            (When::Auto, &[("CLICOLOR", "0")], true, false),
            (When::Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (When::Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (
                When::Auto,
                &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")],
                false,
                true,
            ),
            (
                When::Auto,
                &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
                true,
                false,
            ),
            (When::Always, &[("NO_COLOR", "1")], false, true),
            (When::Never, &[("CLICOLOR_FORCE", "1")], true, false),
        ];
        for (when, variables, terminal, expected) in cases {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                decide(*when, variable, *terminal),
                *expected,
                "{when:?} {variables:?}"
            );
        }
    }

    #[test]
    fn only_escapes_are_added() {
        let text = "--- a\n+++ b\r\n@@ -1 +1 @@\n-x\n+ü\n y\n";
        let painted = diff(text);
        assert!(painted.contains("\u{1b}[31m-x\u{1b}[0m\n"), "{painted}");
        let mut bare = painted;
        for escape in [RED, GREEN, CYAN, BOLD, RESET] {
            bare = bare.replace(escape, "");
        }
        assert_eq!(bare, text);
        let painted = severities("breaking[D0101]: x [y]\nbreaking news\n");
        assert_eq!(
            painted,
            "\u{1b}[1;31mbreaking[D0101]\u{1b}[0m: x [y]\nbreaking news\n"
        );
        let painted = page("# A\n```\n# B\n```\n");
        assert!(painted.contains("\n# B\n"), "{painted}");
    }
}
