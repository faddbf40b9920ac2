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

/// Runs only when it is named, for it takes ten minutes.
const SOAK: &str = "soak";

/// Pinning outlives its section, so the one that pins comes last.
const SECTIONS: [Section; 9] = [
    (SOAK, soak::measure),
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
    if let Some(server) = arguments.first().and_then(|name| http::peer::find(name)) {
        return server();
    }
    // `cargo bench` passes it and `cargo test --benches` does not.
    let count = arguments.len();
    arguments.retain(|argument| argument != "--bench");
    if arguments.len() == count {
        println!("nothing measured; run `cargo bench -p goe-bench`");
        return Ok(());
    }
    for wanted in &arguments {
        if !SECTIONS.iter().any(|(name, _)| name == wanted) {
            let names = SECTIONS.map(|(name, _)| name).join(", ");
            bail!("no section `{wanted}`; there are {names}");
        }
    }
    println!("{}", machine::describe());
    for (name, measure) in SECTIONS {
        let all = arguments.is_empty() && name != SOAK;
        if all || arguments.iter().any(|wanted| wanted == name) {
            eprintln!("measuring: {name}");
            let busy = machine::busy_elsewhere();
            println!("\n{}", measure()?);
            println!("{busy}");
        }
    }
    Ok(())
}
