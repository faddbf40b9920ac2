//! What the program says without a charger: its help, the reference, shells.

mod support;

use support::{ended, goectl, golden, run};

#[test]
fn help_leads() {
    for (args, file) in [
        (&["--help"][..], "help.txt"),
        (&["set", "--help"], "help_set.txt"),
    ] {
        let said = run(args);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        golden(file, &said.out);
    }
    let short = run(&["-h"]);
    assert!(
        short.out.contains("goectl discover") && short.out.lines().count() < 40,
        "{}",
        short.out
    );
    // Nothing at all is a question, too.
    let said = run(&[]);
    assert!(
        said.code == Some(2) && said.err.contains("goectl discover"),
        "{said:?}"
    );
}

#[test]
fn a_password_is_shown_by_no_help() {
    let said = ended(
        goectl()
            .env("GOE_PASSWORD", "hunter22")
            .env("GOE_HOST", "mqtt://me:hunter22@x")
            .arg("--help"),
    );
    assert!(!said.out.contains("hunter22"), "{}", said.out);
}

#[test]
fn the_reference_is_at_the_terminal() {
    for key in ["amp", "frc", "nrg", "wifis", "c3n", "dwo", "rst", "cdi"] {
        let said = run(&["explain", key]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        // A row more in the spec is no change here.
        let (page, line) = said.out.rsplit_once(", line ").expect("a source");
        assert!(line.trim_end().parse::<u32>().is_ok(), "{line}");
        golden(&format!("explain_{key}.txt"), &format!("{page}\n"));
    }
    let said = run(&["explain"]);
    assert_eq!(said.out.lines().count(), goe_api::Key::ALL.len());
    let said = run(&["explain", "photovoltaic"]);
    assert!(
        said.code == Some(0) && said.out.contains("fup"),
        "{}",
        said.out
    );
    assert!(run(&["explain", "cn"]).out.starts_with("c0n\n"));
    let said = run(&["explain", "xyzzy"]);
    assert!(
        said.code == Some(2) && said.err.contains("there is no key `xyzzy`"),
        "{said:?}"
    );
}

/// None of them may fail, or be without what people ask first.
#[test]
fn every_key_is_explained() {
    for key in goe_api::Key::ALL {
        let said = run(&["explain", key.name()]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{key:?}");
        for label in ["value", "access", "category", "try", "source"] {
            let has = |line: &str| line.trim_start().starts_with(label);
            let is_both =
                label == "value" && said.out.lines().any(|line| line.starts_with("  read "));
            assert!(
                is_both || said.out.lines().any(has),
                "{key:?} has no {label}: {}",
                said.out
            );
        }
    }
}

#[test]
fn shells_and_man_know_it() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = run(&["completions", shell]);
        assert!(
            said.code == Some(0) && said.out.contains("prometheus"),
            "{shell}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let man = folder.path().join("man1");
    let said = ended(goectl().arg("man").arg(&man));
    assert_eq!(said.code, Some(0), "{said:?}");
    let page = std::fs::read_to_string(man.join("goectl-set.1")).expect("a page");
    assert!(page.contains("KEY=VALUE"), "{page}");
}
