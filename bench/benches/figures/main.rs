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
mod stats;
mod table;

use anyhow::bail;

/// A part of the page.
struct Section {
    /// The name that selects it on the command line.
    name: &'static str,
    measure: fn() -> anyhow::Result<String>,
}

/// Pinning outlives its section, so the one that pins comes last.
const SECTIONS: [Section; 7] = [
    Section {
        name: "generate",
        measure: generate::measure,
    },
    Section {
        name: "check",
        measure: check::measure,
    },
    Section {
        name: "document",
        measure: document::measure,
    },
    Section {
        name: "lookup",
        measure: document::lookup,
    },
    Section {
        name: "parse",
        measure: document::parse,
    },
    Section {
        name: "rebuild",
        measure: rebuild::measure,
    },
    Section {
        name: "http",
        measure: http::measure,
    },
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
        if !SECTIONS.iter().any(|section| section.name == wanted) {
            let names = SECTIONS.map(|section| section.name).join(", ");
            bail!("no section `{wanted}`; there are {names}");
        }
    }
    println!("{}", machine::describe());
    for section in SECTIONS {
        if arguments.is_empty() || arguments.iter().any(|wanted| wanted == section.name) {
            eprintln!("measuring: {}", section.name);
            let busy = machine::busy_elsewhere();
            println!("\n{}", (section.measure)()?);
            println!("{busy}");
        }
    }
    Ok(())
}
