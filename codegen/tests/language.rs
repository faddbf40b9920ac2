//! The page of the language: every spec on it is read, every command run.
//!
//! A fenced block is tried by the first line of its fence:
//!
//! | fence | what is tried |
//! |---|---|
//! | `markdown spec/api.md` | a new spec of this file alone |
//! | `markdown spec/overlay.md` | another file of that spec |
//! | `markdown more` | rows and sections below those of `spec/api.md` |
//! | `markdown rows` | rows of a key table, as a spec of their own |
//! | `console` | each line `$ goe-codegen …`, or `$ cat FILE`, and what it prints |
//!
//! After a spec, the codes of its findings stand in the fence: without any it is read
//! without a finding. `UPDATE_EXPECT=1` writes what commands print anew.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output},
};

use goe_codegen::{Spec, read};
use tempfile::TempDir;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/spec-language.md");
const HEADER: &str = "| Key | R/W | Type | Category | Description |\n\
                      | --- | --- | ---- | -------- | ----------- |\n";

/// The spec that the page has come to.
struct Session {
    dir: TempDir,
    tried: usize,
}

impl Session {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Session { dir, tried: 0 }
    }

    fn begin(&self) {
        let _ = fs::remove_dir_all(self.dir.path().join("spec"));
        fs::create_dir(self.dir.path().join("spec")).unwrap();
    }

    /// Tries a spec; gives what a command prints in its place.
    fn block(&mut self, fence: &str, body: &str) -> Option<String> {
        let mut words = fence.split_whitespace();
        let (language, kind) = (words.next(), words.next().unwrap_or_default());
        let codes: BTreeSet<String> = words.map(str::to_owned).collect();
        let api = self.dir.path().join("spec/api.md");
        match (language, kind) {
            (Some("markdown"), "rows") => {
                let text = format!("{HEADER}{body}").into_bytes();
                let spec = Spec::from_files([("api.md", text)]);
                check(&spec, &codes, body);
            }
            (Some("markdown"), "more") => {
                let before = fs::read_to_string(&api).unwrap();
                let gap = if body.starts_with('|') { "" } else { "\n" };
                fs::write(&api, before + gap + body).unwrap();
                self.check(&codes, body);
            }
            (Some("markdown"), path) if path.starts_with("spec/") => {
                if path == "spec/api.md" {
                    self.begin();
                }
                fs::write(self.dir.path().join(path), body).unwrap();
                self.check(&codes, body);
            }
            (Some("console"), _) => return Some(self.run(body)),
            (Some("markdown"), other) => panic!("no such block: `{other}`"),
            _ => return None,
        }
        self.tried += 1;
        None
    }

    fn check(&self, codes: &BTreeSet<String>, body: &str) {
        check(&Spec::read_dir(self.dir.path().join("spec")), codes, body);
    }

    /// Runs each command of the block, and prints it with what it printed.
    fn run(&mut self, body: &str) -> String {
        let mut out = String::new();
        for command in body.lines().filter_map(|line| line.strip_prefix("$ ")) {
            self.tried += 1;
            out += &format!("$ {command}\n");
            if let Some(file) = command.strip_prefix("cat ") {
                out += &fs::read_to_string(self.dir.path().join(file)).unwrap();
                continue;
            }
            let args = command.strip_prefix("goe-codegen ").unwrap();
            let mut program = Command::new(env!("CARGO_BIN_EXE_goe-codegen"));
            let Output { stdout, stderr, .. } = program
                .current_dir(self.dir.path())
                .args(args.split_whitespace())
                .output()
                .unwrap();
            out += &String::from_utf8(stdout).unwrap();
            out += &String::from_utf8(stderr).unwrap();
        }
        out
    }
}

fn check(spec: &Spec, codes: &BTreeSet<String>, body: &str) {
    let (_, report) = read(spec);
    let all = report.diagnostics().iter();
    let found: BTreeSet<String> = all.map(|d| d.code.id.to_owned()).collect();
    assert_eq!(found, *codes, "{body}\n{}", report.render(spec, false));
}

#[test]
fn every_example_is_what_the_page_says() {
    let page = fs::read_to_string(PAGE).unwrap();
    let mut session = Session::new();
    let mut tried = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        tried += &format!("{line}\n");
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let mut body = String::new();
        for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
            body += &format!("{line}\n");
        }
        tried += &session.block(fence, &body).unwrap_or(body);
        tried += "```\n";
    }
    assert!(session.tried > 20, "{} blocks", session.tried);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(Path::new(PAGE), &tried).unwrap();
        return;
    }
    let diff = goe_codegen::unified_diff(Path::new(PAGE), page.as_bytes(), &tried, "tried");
    assert!(page == tried, "{diff}");
}

/// Links to files lead somewhere.
#[test]
fn links_lead_to_files() {
    let page = fs::read_to_string(PAGE).unwrap();
    let dir = Path::new(PAGE).parent().unwrap();
    let links = page
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let mut count = 0;
    for link in links.filter(|link| !link.starts_with("http")) {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let file = match path {
            "" => Path::new(PAGE).to_owned(),
            path => dir.join(path),
        };
        assert!(file.exists(), "{link}");
        if path.is_empty() {
            let heading = |line: &str| {
                let title = line.trim_start_matches('#').trim().to_lowercase();
                let kept = title
                    .chars()
                    .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
                line.starts_with('#') && kept.collect::<String>().replace(' ', "-") == anchor
            };
            assert!(page.lines().any(heading), "no heading for {link}");
        }
        count += 1;
    }
    assert!(count > 5, "{count}");
}
