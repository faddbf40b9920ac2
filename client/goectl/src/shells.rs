//! `goectl completions` and `goectl man`: what shells and `man` know of the command line.

use std::fs;

use clap::CommandFactory as _;

use crate::args::{Completions, Line, Man};
use crate::fault::{Fault, Outcome};
use crate::output;

pub(crate) fn completions(args: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Line::command(), "goectl", &mut script);
    output::text(&script)
}

pub(crate) fn man(args: &Man) -> Outcome {
    let dir = &args.dir;
    let written = fs::create_dir_all(dir);
    let written = written.and_then(|()| clap_mangen::generate_to(Line::command(), dir));
    written.map_err(|error| Fault::usage(format!("cannot write to {}: {error}", dir.display())))
}
