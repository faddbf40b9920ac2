//! `docs/scenarios.md` teaches what is: its examples are played, and its tables are those
//! of the language.

use std::fs;
use std::path::{Path, PathBuf};

use goe_scenario::grammar::{BEYOND, COMPARISON, FILE, Member, QUIRK, STEP};
use goe_scenario::{Outcome, State, play, read, report};

fn path() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/scenarios.md"
    ))
}

fn page() -> String {
    fs::read_to_string(path()).expect("the page is there")
}

/// The blocks of the page: what is said of each, and its text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

/// What `goe-charger run` says of a text.
fn said(text: &str) -> String {
    let outcome = match read(text, "example") {
        Err(findings) => Outcome::Wrong(text.to_owned(), findings),
        Ok(scenario) => {
            let (player, took_ms) = play(scenario);
            Outcome::of(&player, took_ms)
        }
    };
    report(Path::new("example.yaml"), &outcome)
}

#[test]
fn every_example_is_played() {
    let page = page();
    let blocks = blocks(&page);
    let mut played = 0;
    for (at, (info, text)) in blocks.iter().enumerate() {
        let next = blocks.get(at + 1);
        match info.as_str() {
            "yaml" => {
                let said = said(text);
                assert!(said.starts_with("passed"), "{text}{said}");
            }
            "yaml client" => {
                let scenario = read(text, "client").expect("a scenario");
                let (player, _) = play(scenario);
                assert_eq!(player.state(), State::Failed, "no client plays along");
            }
            "yaml fails" | "yaml wrong" | "yaml notes" => {
                let (info, shown) = next.expect("what it says");
                assert_eq!(info, "text");
                let said = said(text);
                assert!(said.contains(shown.as_str()), "the page has to say\n{said}");
            }
            _ => continue,
        }
        played += 1;
    }
    assert!(played >= 9, "{played}");
}

fn table(heading: &str, members: &[Member]) -> String {
    let rows = members.iter().map(|member| {
        format!(
            "| `{}` | {} | {} |\n",
            member.name,
            member.kind.told(),
            member.doc
        )
    });
    let rows: String = rows.collect();
    format!(
        "\n### {heading}\n\n| member | what it may be | what it is for |\n| --- | --- | --- |\n{rows}"
    )
}

#[test]
fn its_tables_are_those_of_the_language() {
    let tables = [
        table("A scenario", FILE),
        table("A step", STEP),
        table("A comparison", COMPARISON),
        table("Quirks", QUIRK),
    ];
    let beyond = BEYOND.iter().map(|beyond| format!("* {}\n", beyond.rule));
    let beyond = beyond.collect::<String>();
    let beyond = format!("\n### What the JSON Schema cannot say\n\n{beyond}");
    let page = page();
    let (before, rest) = page.split_once("<!-- language -->\n").expect("a mark");
    let (_, behind) = rest.split_once("<!-- /language -->").expect("a mark");
    let all = tables.concat() + &beyond;
    let right = format!("{before}<!-- language -->\n{all}\n<!-- /language -->{behind}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path(), &right).expect("can be written");
    } else {
        assert!(
            page == right,
            "run UPDATE_EXPECT=1 cargo test -p goe-scenario --test docs"
        );
    }
}
