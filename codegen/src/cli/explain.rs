//! `goe-codegen explain`.

use std::io::{self, Write as _};

use clap::Args;
use goe_codegen::{
    diagnostics::{codes, find},
    diff::rules,
};

use super::usage::Usage;

/// Print what a code means
///
/// Why it matters, what to do, and an example before and after; of a rule of
/// `diff`, what it is to whom. Without a code: all of them, a line each.
#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// `S0107`, as it stands in brackets after `error` or `warning`; or `D0501`
    code: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<bool> {
    let mut out = io::stdout().lock();
    match &args.code {
        Some(id) => match rules::find(id) {
            Some(rule) => out.write_all(rule.page().as_bytes())?,
            None => {
                let code = find(id).map_err(Usage)?;
                out.write_all(code.page.as_bytes())?;
            }
        },
        None => {
            for code in codes::ALL {
                let severity = code.severity.name();
                writeln!(out, "{}  {severity:<7}  {}", code.id, code.title)?;
            }
            for rule in rules::ALL {
                writeln!(out, "{}  {:<7}  {}", rule.id, "diff", rule.title)?;
            }
        }
    }
    Ok(true)
}
