//! `goe-charger completions` and `goe-charger man`: what shells and `man` know of the
//! command line. Released programs have them; a build for the desk does without, which
//! spares it their crates.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::args::{Completions, Line, Man};

pub(crate) fn completions(args: &Completions) -> ExitCode {
    let mut command = Line::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &name, &mut script);
    if args.shell == clap_complete::Shell::Bash {
        script = spelled_in_one_way(&name, &script);
    }
    let written = match io::stdout().lock().write_all(&script) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    };
    goe_host::ended(written.context("cannot write the script"))
}

pub(crate) fn man(args: &Man) -> ExitCode {
    let dir = &args.dir;
    let written = fs::create_dir_all(dir);
    let written = written.and_then(|()| clap_mangen::generate_to(Line::command(), dir));
    goe_host::ended(written.with_context(|| format!("cannot write to {}", dir.display())))
}

/// Bash's script spells the hyphen of a program in two ways, so that its subcommands are
/// not found: <https://github.com/clap-rs/clap/issues/6421>.
fn spelled_in_one_way(name: &str, script: &[u8]) -> Vec<u8> {
    let [wrong, right] = ["__subcmd__", "__"].map(|hyphen| name.replace('-', hyphen));
    String::from_utf8_lossy(script)
        .replace(&wrong, &right)
        .into_bytes()
}
