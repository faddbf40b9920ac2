//! `goe-codegen explain`.

use std::io::{self, IsTerminal as _, Write as _};

use clap::Args;
use goe_codegen::{
    diagnostics::{Code, codes, find},
    diff::rules,
};

use super::{colour, pipe, usage::Usage};

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
    let colour = colour::is_on(out.is_terminal());
    let text = match &args.code {
        Some(id) => {
            let page = match rules::find(id) {
                Some(rule) => rule.page(),
                None => find(id).map_err(Usage)?.page.to_owned(),
            };
            if colour { colour::page(&page) } else { page }
        }
        None => list(),
    };
    pipe::closed_is_fine(out.write_all(text.as_bytes()))?;
    Ok(true)
}

/// Every code, a line each.
fn list() -> String {
    let code = |code: &&Code| {
        let severity = code.severity.name();
        format!("{}  {severity:<7}  {}\n", code.id, code.title)
    };
    let codes: String = codes::ALL.iter().map(code).collect();
    let rule = |rule: &rules::Rule| format!("{}  {:<7}  {}\n", rule.id, "diff", rule.title);
    codes + &rules::ALL.iter().map(|it| rule(it)).collect::<String>()
}
