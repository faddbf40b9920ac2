//! Keeps `generated/` in step with `spec/`.
//!
//! On a developer's machine it writes the files whose bytes differ and names
//! them in a warning. With `CI` set it writes nothing and fails with the diff: a
//! review has to show what a spec change does, so the files are committed with
//! it. A faulty spec fails with the same diagnostics that the command prints.
//!
//! There is no `rerun-if-env-changed=CI`: it would recompile everything above
//! this package whenever the variable comes or goes, and only a change in one of
//! the folders can make the tree stale.

use std::path::Path;
use std::process::ExitCode;

use goe_codegen::{Spec, generate, stale, write_changed};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=spec");
    println!("cargo::rerun-if-changed=generated");
    match update(Path::new("spec"), Path::new("generated")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn update(spec_dir: &Path, out_dir: &Path) -> Result<(), String> {
    let spec = Spec::read_dir(spec_dir);
    let generated = generate(&spec).map_err(|report| report.render(&spec, false))?;
    for line in generated.report.render(&spec, false).lines() {
        println!("cargo::warning={line}");
    }
    if std::env::var_os("CI").is_some() {
        let stale = stale(out_dir, &generated.files).map_err(|error| error.to_string())?;
        return match stale.as_slice() {
            [] => Ok(()),
            files => {
                let diffs: String = files.iter().map(|file| file.diff.as_str()).collect();
                Err(format!(
                    "{diffs}\nerror: {} of the generated files are stale; run `cargo codegen generate` and commit them",
                    files.len()
                ))
            }
        };
    }
    for change in write_changed(out_dir, &generated.files).map_err(|error| error.to_string())? {
        println!("cargo::warning={change}");
    }
    Ok(())
}
