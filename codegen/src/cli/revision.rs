//! `HEAD~1:spec/api.md` and `v1.0:spec`: files of a revision, read by running
//! `git` in the folder where the command runs.
//!
//! A path that is there is never a revision, and neither is `C:\spec`. As for git,
//! the path is one from the root of the repository, or, with `./`, from here.

use std::{
    io::ErrorKind,
    path::Path,
    process::{Command, Output},
};

use anyhow::{Context as _, bail};
use goe_codegen::{Source, Spec};

/// A file or a folder of a revision.
pub(crate) struct Revision<'a> {
    revision: &'a str,
    path: &'a str,
}

impl<'a> Revision<'a> {
    /// What `argument` names, if it names one.
    pub(crate) fn of(argument: &'a Path) -> Option<Self> {
        let (revision, path) = argument.to_str()?.split_once(':')?;
        let letter = revision.len() == 1 && revision.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_drive = letter && path.starts_with(['\\', '/']);
        (!revision.is_empty() && !is_drive && !argument.exists())
            .then_some(Revision { revision, path })
    }

    /// What stands before the path: `HEAD~1:`.
    pub(crate) fn prefix(&self) -> String {
        format!("{}:", self.revision)
    }

    /// Reads the file, or the Markdown files of the folder.
    pub(crate) fn read(&self) -> anyhow::Result<Spec> {
        let Revision { revision, path } = self;
        let tree = self.tree()?;
        let path = path.trim_end_matches('/');
        let object = format!("{tree}:{path}");
        let kind = git(["cat-file", "-t", &object])?;
        match (kind.status.success(), text(&kind.stdout)) {
            (true, "blob") => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let source = self.source(&object, path, name)?;
                Ok(Spec::from_sources([source]))
            }
            (true, "tree") => self.folder(&object, path),
            _ => bail!(
                "there is no `{path}` in revision `{revision}`{}",
                hint(path)
            ),
        }
    }

    fn tree(&self) -> anyhow::Result<String> {
        let Revision { revision, path } = self;
        if revision.starts_with('-') {
            bail!("`{revision}` is no revision");
        }
        let commit = format!("{revision}^{{tree}}");
        let found = git(["rev-parse", "--verify", "--quiet", &commit])
            .with_context(|| format!("cannot read `{revision}:{path}`, which is no file"))?;
        if found.status.success() {
            return Ok(text(&found.stdout).to_owned());
        }
        match text(&found.stderr) {
            "" => bail!(
                "there is no file `{revision}:{path}`, and git knows no revision `{revision}`; a \
                 clone that is not whole may lack it"
            ),
            error => bail!("there is no file `{revision}:{path}`, and git says: {error}"),
        }
    }

    fn folder(&self, tree: &str, path: &str) -> anyhow::Result<Spec> {
        let list = run(["ls-tree", "--full-tree", "-z", tree])?;
        let entries = list.split(|&byte| byte == 0);
        let names = entries.filter_map(|entry| {
            // `100644 blob HASH\tNAME`: links and folders are of another kind.
            let (kind, name) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
            (kind.starts_with("100") && name.ends_with(".md")).then_some(name)
        });
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable_by_key(|name| (*name == "overlay.md", *name));
        if names.iter().all(|name| *name == "overlay.md") {
            bail!(
                "no markdown file in `{path}` of revision `{}`",
                self.revision
            );
        }
        let sources = names.into_iter().map(|name| {
            let folder = if path.is_empty() { "" } else { "/" };
            let path = format!("{path}{folder}{name}");
            let object = match tree.ends_with(':') {
                true => format!("{tree}{name}"),
                false => format!("{tree}/{name}"),
            };
            self.source(&object, &path, name)
        });
        Ok(Spec::from_sources(sources.collect::<Result<Vec<_>, _>>()?))
    }

    fn source(&self, object: &str, path: &str, name: &str) -> anyhow::Result<Source> {
        let bytes = run(["cat-file", "blob", object])?;
        let shown = format!("{}:{path}", self.revision);
        Ok(Source::new(shown, format!("spec/{name}"), &bytes))
    }
}

/// Advice for a path that is meant from here.
fn hint(path: &str) -> String {
    match path.starts_with("./") || path.starts_with("../") {
        true => String::new(),
        false => {
            format!("; it is looked for from the root of the repository, `./{path}` is from here")
        }
    }
}

/// What a git command prints.
fn run<const N: usize>(arguments: [&str; N]) -> anyhow::Result<Vec<u8>> {
    let output = git(arguments)?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), text(&output.stderr));
    }
    Ok(output.stdout)
}

fn git<const N: usize>(arguments: [&str; N]) -> anyhow::Result<Output> {
    match Command::new("git").args(arguments).output() {
        Ok(output) => Ok(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("revisions are read by `git`, which is not installed")
        }
        Err(error) => Err(error).context("cannot run `git`"),
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drives_are_no_revisions() {
        let cases = [
            ("HEAD~1:spec/api.md", Some(("HEAD~1", "spec/api.md"))),
            ("v1.0:spec", Some(("v1.0", "spec"))),
            ("HEAD:", Some(("HEAD", ""))),
            ("a:spec", Some(("a", "spec"))),
            (r"C:\spec\api.md", None),
            ("c:/spec", None),
            (":spec", None),
            ("spec/api.md", None),
        ];
        for (argument, expected) in cases {
            let found = Revision::of(Path::new(argument));
            let found = found.map(|of| (of.revision, of.path));
            assert_eq!(found, expected, "{argument}");
        }
    }
}
