//! `goe-codegen completions` and `goe-codegen man`: what shells and `man` know of the
//! command line, made of the same declarations.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{Args, Command};

use super::pipe;

/// Print what a shell needs to complete the command line
///
/// For example `goe-codegen completions bash > ~/.local/share/bash-completion/completions/goe-codegen`.
#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// Write the manual, a page for each subcommand
#[derive(Args)]
pub(crate) struct ManArgs {
    /// Folder to write to, such as `~/.local/share/man/man1`; it is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> anyhow::Result<bool> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &name, &mut script);
    if args.shell == clap_complete::Shell::Bash {
        // It spells the hyphen of a program in two ways, so that its subcommands are not
        // found: https://github.com/clap-rs/clap/issues/6421
        let [wrong, right] = ["__subcmd__", "__"].map(|hyphen| name.replace('-', hyphen));
        script = String::from_utf8(script)?.replace(&wrong, &right).into();
    }
    pipe::closed_is_fine(io::stdout().lock().write_all(&script))?;
    Ok(true)
}

pub(crate) fn man(args: &ManArgs, command: Command) -> anyhow::Result<bool> {
    let dir = &args.dir;
    let written = fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(command, dir));
    written.with_context(|| format!("cannot write to {}", dir.display()))?;
    Ok(true)
}
