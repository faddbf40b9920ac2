//! The project's figures, measured on the machine at hand and printed as
//! Markdown: `cargo bench -p goe-bench`, or `cargo bench -p goe-bench -- http`
//! for one section.
//!
//! Each section is a module with a `measure` that returns its part of the page:
//! a table, and how its figures came about. A figure that has a peer is
//! measured beside it in alternating rounds, so that whatever else the machine
//! does falls on both. Nothing here passes or fails by a time.

mod cargo;
mod check;
mod document;
mod fleet;
mod generate;
mod http;
mod machine;
mod peers;
mod rebuild;
mod scenarios;
mod server;
mod soak;
mod stats;
mod table;

use anyhow::bail;

/// A part of the page: the name that selects it on the command line, and its function.
type Section = (&'static str, fn() -> anyhow::Result<String>);

/// They run only when they are named, for they take many minutes.
const LONG: [Section; 3] = [
    ("soak", soak::measure),
    ("fleet", fleet::measure),
    ("fleet-limit", fleet::limit),
];

/// Pinning outlives its section, so the one that pins comes last.
const SECTIONS: [Section; 8] = [
    ("generate", generate::measure),
    ("check", check::measure),
    ("document", document::measure),
    ("lookup", document::lookup),
    ("parse", document::parse),
    ("rebuild", rebuild::measure),
    ("scenarios", scenarios::measure),
    ("http", http::measure),
];

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let servers = [http::peer::find, fleet::sink::find];
    let named = arguments.first();
    if let Some(server) = named.and_then(|name| servers.iter().find_map(|find| find(name))) {
        return server();
    }
    // `cargo bench` passes it and `cargo test --benches` does not.
    let count = arguments.len();
    arguments.retain(|argument| argument != "--bench");
    if arguments.len() == count {
        println!("nothing measured; run `cargo bench -p goe-bench`");
        return Ok(());
    }
    let all = || LONG.iter().chain(&SECTIONS);
    for wanted in &arguments {
        if !all().any(|(name, _)| name == wanted) {
            let names: Vec<_> = all().map(|(name, _)| *name).collect();
            bail!("no section `{wanted}`; there are {}", names.join(", "));
        }
    }
    println!("{}", machine::describe());
    let is_wanted = |(name, _): &&Section| arguments.iter().any(|wanted| wanted == name);
    let wanted: Vec<&Section> = match arguments.is_empty() {
        true => SECTIONS.iter().collect(),
        false => all().filter(is_wanted).collect(),
    };
    for (name, measure) in wanted {
        eprintln!("measuring: {name}");
        let busy = machine::busy_elsewhere();
        println!("\n{}", measure()?);
        println!("{busy}");
    }
    Ok(())
}
