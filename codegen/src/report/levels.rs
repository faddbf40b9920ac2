//! Selection of the findings that count: `--allow CODE`, `--deny warnings`,
//! `--deny CODE`.
//!
//! Takes the words as they were given, refuses those that are no code and those
//! that cannot be allowed; [`Report::apply`](crate::Report::apply) then leaves
//! out what is allowed and makes errors of what is denied. An error stays one
//! whatever is said: output made of half a spec helps nobody.

use std::collections::BTreeSet;

use super::codes;
use crate::{
    source::{Code, Diagnostic, Severity},
    suggest,
};

/// The word that stands for every warning.
const WARNINGS: &str = "warnings";

/// Which warnings are left out, and which are errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    allowed: BTreeSet<&'static str>,
    denied: BTreeSet<&'static str>,
    deny_warnings: bool,
}

impl Levels {
    /// The levels that these words ask for; otherwise what is wrong with them,
    /// as a sentence with its help.
    pub fn new(allow: &[String], deny: &[String]) -> Result<Self, String> {
        let mut levels = Levels::default();
        for word in allow {
            let code = find(word)?;
            if code.severity == Severity::Error {
                return Err(format!(
                    "`{word}` is an error and cannot be allowed; `goe-codegen explain {word}` says \
                     what to do about it"
                ));
            }
            levels.allowed.insert(code.id);
        }
        for word in deny {
            if word == WARNINGS {
                levels.deny_warnings = true;
            } else {
                levels.denied.insert(find(word)?.id);
            }
        }
        match levels.allowed.intersection(&levels.denied).next() {
            Some(id) => Err(format!(
                "`{id}` is both allowed and denied; leave out one of the two"
            )),
            None => Ok(levels),
        }
    }

    pub(super) fn allows(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.severity == Severity::Warning && self.allowed.contains(diagnostic.code.id)
    }

    /// The option that makes an error of this warning, as it was given.
    pub(super) fn denies(&self, diagnostic: &Diagnostic) -> Option<String> {
        let id = diagnostic.code.id;
        if diagnostic.severity == Severity::Error {
            None
        } else if self.denied.contains(id) {
            Some(format!("--deny {id}"))
        } else {
            self.deny_warnings.then(|| format!("--deny {WARNINGS}"))
        }
    }
}

/// The code of this id, in capitals or not; otherwise a sentence that says what
/// was meant.
pub fn find(id: &str) -> Result<&'static Code, String> {
    let found = codes::ALL.iter().find(|c| c.id.eq_ignore_ascii_case(id));
    found.copied().ok_or_else(|| {
        let all = codes::ALL.iter().map(|code| code.id);
        let otherwise = "`goe-codegen explain` lists all codes";
        let help = suggest::help(id, all, otherwise);
        format!("unknown code `{id}`; {help}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(allow: &[&str], deny: &[&str]) -> Result<Levels, String> {
        let owned = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
        Levels::new(&owned(allow), &owned(deny))
    }

    #[test]
    fn only_warnings_can_be_allowed() {
        assert!(levels(&["S0110", "s0105"], &["warnings"]).is_ok());
        let cases: &[(&[&str], &[&str], &str)] = &[
            (&["S0107"], &[], "`S0107` is an error and cannot be allowed"),
            (&["S0171"], &[], "unknown code `S0171`; did you mean `S0"),
            (&[], &["S0"], "unknown code `S0`; `goe-codegen explain`"),
            (&[], &["warning"], "unknown code `warning`"),
            (&["S0110"], &["S0110"], "`S0110` is both allowed and denied"),
        ];
        for (allow, deny, expected) in cases {
            let error = levels(allow, deny).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn allowed_is_stronger_than_denied_as_a_whole() {
        let levels = levels(&["S0110"], &["warnings"]).unwrap();
        let unknown = Diagnostic::new(&codes::CATEGORY_UNKNOWN, "x");
        let blank = Diagnostic::new(&codes::BLANK_ROW, "x");
        let error = Diagnostic::new(&codes::BAD_KEY, "x");
        assert!(levels.allows(&unknown) && !levels.allows(&blank));
        assert_eq!(levels.denies(&blank).as_deref(), Some("--deny warnings"));
        assert_eq!(levels.denies(&error), None);
    }
}
