//! The tables of `docs/spec-language.md`, printed from those in the code.
//!
//! The page is for authors of specs, who have nothing else to read: what it lists is
//! what the code knows, each row computed by reading an example where there is one.
//! `UPDATE_EXPECT=1` writes the tables of the page anew. Only tests come here.

use std::{fmt::Write as _, fs, path::Path};

use crate::{
    Spec,
    api::{self, Form},
    facts::phrases::{self, Phrase},
    model::{
        Access, Category, HttpAction, KNOWN, Known, MessageAction, MqttAction, RegisterAccess,
        RegisterType, Scalar, Unit, braced, spellings::SPELLINGS,
    },
    names,
    parse::{self, OF_OVERLAYS, OF_SPECS, TableKind},
    read, report, show,
};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/spec-language.md");

/// A table of the page, by its name in the marker, and what prints it.
type Printed = (&'static str, fn() -> String);

const TABLES: &[Printed] = &[
    ("keys", || columns(TableKind::Keys)),
    ("fields", || columns(TableKind::Fields)),
    ("positions", || columns(TableKind::Positions)),
    ("routes", || columns(TableKind::Routes)),
    ("topics", || columns(TableKind::Topics)),
    ("placeholders", || columns(TableKind::Placeholders)),
    ("registers", || columns(TableKind::Registers)),
    ("messages", || columns(TableKind::Messages)),
    ("rules", || columns(TableKind::Rules)),
    ("headers", || columns(TableKind::Headers)),
    ("words", || columns(TableKind::Words)),
    ("access", access),
    ("access-words", || foreign_words(0)),
    ("categories", categories),
    ("category-words", || foreign_words(1)),
    ("types", types),
    ("type-forms", type_forms),
    ("type-words", type_words),
    ("key-cells", key_cells),
    ("families", families),
    ("units", units),
    ("range", || facts(&["range"])),
    ("length", || facts(&["length"])),
    ("unit", || facts(&["unit"])),
    ("format", || facts(&["format"])),
    ("values", || facts(&["values"])),
    ("release", || facts(&["release"])),
    ("names", rust_names),
    ("http-actions", http_actions),
    ("mqtt-actions", mqtt_actions),
    ("register-types", register_types),
    ("register-access", register_access),
    ("message-actions", message_actions),
    ("known", known),
    ("codes", codes),
];

#[test]
fn the_page_has_the_tables_of_the_code() {
    let page = fs::read_to_string(PAGE).unwrap();
    let mut printed = String::new();
    let mut rest = page.as_str();
    let mut left: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    while let Some(at) = rest.find("<!-- table: ") {
        let (before, marked) = rest.split_at(at);
        let (marker, behind) = marked.split_once("-->\n").unwrap();
        let name = marker.trim_start_matches("<!-- table: ").trim();
        let (_, print) = TABLES
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("no table `{name}`"));
        left.retain(|other| *other != name);
        let (_, after) = behind.split_once("<!-- end -->").unwrap();
        let _ = write!(printed, "{before}{marker}-->\n\n{}\n<!-- end -->", print());
        rest = after;
    }
    printed.push_str(rest);
    assert!(left.is_empty(), "the page lacks the tables {left:?}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(Path::new(PAGE), &printed).unwrap();
        return;
    }
    let diff = crate::unified_diff(Path::new(PAGE), page.as_bytes(), &printed, "printed");
    assert!(page == printed, "{diff}");
}

/// A table of Markdown.
fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&header.map(str::to_owned));
    out += &line(&header.map(|_| "---".to_owned()));
    out.extend(rows.into_iter().map(|row| line(&row)));
    out
}

/// Code in a cell, where a pipe would end it.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

fn codes_of(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words = words.into_iter().map(|word| code(word.as_ref()));
    words.collect::<Vec<_>>().join(", ")
}

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";

fn spec(rows: &str) -> Spec {
    Spec::from_files([("api.md", format!("{HEADER}{rows}").into_bytes())])
}

fn access() -> String {
    let rows = Access::ALL.iter().map(|&(word, access)| {
        let becomes = match access {
            Access::Read => "a field of `Readings`",
            Access::ReadWrite => {
                "a field of `Readings`, a variant of `Write`; with category `Config` a field of `Settings`"
            }
            Access::Write => "a variant of `Write`; with category `Config` a field of `Settings`",
        };
        [code(word), access.meaning().to_owned(), becomes.to_owned()]
    });
    table(["R/W", "means", "in Rust"], rows)
}

fn categories() -> String {
    let rows = Category::ALL.iter();
    let rows = rows.map(|&(word, category)| [code(word), category.meaning().to_owned()]);
    table(["Category", "means"], rows)
}

/// Words that are not read, by what is meant.
fn foreign_words(which: usize) -> String {
    let words = &parse::foreign()[which];
    let mut meanings: Vec<&str> = words.iter().map(|(_, meant)| *meant).collect();
    meanings.dedup();
    let rows = meanings.into_iter().map(|meaning| {
        let words = words.iter().filter(|(_, meant)| *meant == meaning);
        [codes_of(words.map(|(word, _)| word)), code(meaning)]
    });
    table(["written", "meant"], rows)
}

/// The columns of each kind of table.
fn columns(kind: TableKind) -> String {
    let forms = OF_SPECS.iter().chain(OF_OVERLAYS);
    let form = forms.clone().find(|form| form.kind == kind).unwrap();
    let rows = form.columns.iter().map(|column| {
        let title = match column.required {
            true => code(column.title),
            false => format!("{} (optional)", code(column.title)),
        };
        [
            title,
            codes_of(column.synonyms),
            column.holds.replace('|', "\\|"),
        ]
    });
    table(["Column", "also called", "holds"], rows)
}

/// What a readable key of a type is in JSON and in Rust.
fn made_of(ty: &str, description: &str) -> [String; 2] {
    let row = format!("| mode | R | {ty} | Status | {description} |\n");
    let (model, _) = read(&spec(&row));
    let api = api::lower(&model);
    let value = &api.keys[0].value;
    let rust = show::words::in_rust(value, Form::Read).unwrap_or_default();
    [show::words::in_json(value, Form::Read), code(&rust)]
}

fn types() -> String {
    let rows = Scalar::spellings().map(|(scalar, aliases)| {
        let name = scalar.name();
        let [json, rust] = made_of(name, "x");
        let mut also = codes_of(aliases);
        if scalar == Scalar::Any {
            let vague = Scalar::vague().iter().filter(|word| **word != name);
            let _ = write!(also, "; {}, with a warning as `{name}`", codes_of(vague));
        }
        [code(name), also, json, rust]
    });
    table(["Type", "also read", "in JSON", "in Rust"], rows)
}

fn type_forms() -> String {
    const FORMS: &[(&str, &str)] = &[
        ("optional<float>", "x"),
        ("float or null", "x"),
        ("null or float", "x"),
        ("array<uint8>", "x"),
        ("array<uint8>", "max. 5 entries"),
        ("optional<array<bool>>", "x"),
        ("string", "max. 32 bytes"),
        ("uint8", "Off=0, On=1"),
        ("string", "format: #RRGGBB"),
    ];
    let rows = FORMS.iter().map(|(ty, description)| {
        let [json, rust] = made_of(ty, description);
        let with = match *description {
            "x" => String::new(),
            description => code(description),
        };
        [code(ty), with, json, rust]
    });
    table(["Type", "with the description", "in JSON", "in Rust"], rows)
}

fn type_words() -> String {
    let mut by_meaning: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (word, types) in SPELLINGS {
        let types: Vec<&str> = types.iter().map(|scalar| scalar.name()).collect();
        match by_meaning.iter_mut().find(|(known, _)| *known == types) {
            Some((_, words)) => words.push(word),
            None => by_meaning.push((types, vec![word])),
        }
    }
    by_meaning.sort_by_key(|(types, _)| types.len() > 1);
    let rows = by_meaning.into_iter().map(|(types, words)| {
        let what = match types.as_slice() {
            [one] => format!("{}, for certain", code(one)),
            several => codes_of(several),
        };
        [codes_of(words), what]
    });
    table(["written", "meant"], rows)
}

/// Key cells, and the keys that they are, or the finding.
fn key_cells() -> String {
    const CELLS: &[&str] = &[
        "fan",
        "`fan`",
        "z0t z1t z2t",
        "z0t-z3t",
        "z0t … z3t",
        "z0t, z1t, ..., z4t",
        "z0t bis z2t",
        "left, right",
        "left / right",
        "left<br>right",
        "**fan**",
        "fan (since 60.0)",
        "fan (introduced in 60.0)",
        "fan (removed in firmware 60.0)",
        "fan (entfernt mit Firmware 60.0)",
        "fan (since 59.1) (removed in 60.0)",
        "inverter.power",
        "dtu/ip",
        "fan-speed",
        "fan speed",
        "1st",
    ];
    let rows = CELLS.iter().map(|cell| {
        let (model, report) = read(&spec(&format!("| {cell} | R | bool | Status | x |\n")));
        let mut names: Vec<&str> = model
            .rows()
            .map(|(key, _)| key.name.value.as_str())
            .collect();
        let more = names.len().saturating_sub(5);
        names.truncate(5);
        let mut what = codes_of(&names);
        if more > 0 {
            let _ = write!(what, " and {more} more");
        }
        if let Some((key, _)) = model.rows().next() {
            for (word, release) in [("since", &key.since), ("removed in", &key.removed)] {
                if let Some(release) = release {
                    let _ = write!(what, ", {word} {}", release.value);
                }
            }
        }
        if let Some(family) = model.families.first() {
            let _ = write!(what, ": the family {}", code(&family.name));
        }
        if report.has_errors() {
            let first = &report.diagnostics()[0];
            what = format!("error {}: {}", first.code.id, first.message);
        }
        [code(cell), what]
    });
    table(["Key cell", "read as"], rows)
}

fn families() -> String {
    const ROWS: &[&str] = &[
        "z0 z1 z2", "p0s p1s p2s p3s", "z0t-z9t", "left, right", "z0t z1t z3t",
    ];
    let rows = ROWS.iter().map(|cell| {
        let (model, _) = read(&spec(&format!("| {cell} | R/W | float | Config | x |\n")));
        let what = match model.families.first() {
            Some(family) => {
                let field = names::field(&family.name).unwrap_or_default();
                let variant = names::variant(&family.name).unwrap_or_default();
                let count = family.keys.len();
                [
                    code(&family.name),
                    code(&format!("{field}: [f32; {count}]")),
                    code(&format!("Write::{variant}(index, value)")),
                ]
            }
            None => [
                "none".to_owned(),
                "a field for each".to_owned(),
                "a variant for each".to_owned(),
            ],
        };
        let [family, field, write] = what;
        [code(cell), family, field, write]
    });
    table(["Key cell", "family", "in `Readings`", "in `Write`"], rows)
}

fn units() -> String {
    let rows = Unit::ALL.iter().map(|unit| {
        let words = crate::facts::unit_words(*unit);
        [code(unit.symbol()), codes_of(words)]
    });
    table(["symbol", "words"], rows)
}

fn facts(kinds: &[&str]) -> String {
    let phrases = phrases::phrases().iter();
    let phrases = phrases.filter(|phrase| kinds.contains(&phrase.fact));
    let rows = phrases.map(|row: &Phrase| {
        [
            row.phrase.replace('|', "\\|"),
            code(row.ty),
            row.example.replace('|', "\\|"),
            row.understood.replace('|', "\\|"),
        ]
    });
    table(["phrase", "type", "example", "understood"], rows)
}

fn rust_names() -> String {
    const NAMES: &[&str] = &[
        "fan", "mod", "encryptionType", "IDLE_STATUS", "Always off", "inverter.power",
        "averagePPv", "self", "3Phase",
    ];
    let rows = NAMES.iter().map(|name| {
        let or_none =
            |name: Option<String>| name.map_or("none, an error".to_owned(), |name| code(&name));
        [
            code(name),
            or_none(names::field(name)),
            or_none(names::variant(name)),
        ]
    });
    table(["in the spec", "field", "type, variant"], rows)
}

fn http_actions() -> String {
    let rows = HttpAction::ALL.iter().map(|&(word, action)| {
        let means = match action {
            HttpAction::Status => "answers with all values, or with those that the parameter names",
            HttpAction::Set => "sets keys: each parameter is one, with a JSON value",
            HttpAction::Socket => "opens a WebSocket, see [messages](#messages)",
        };
        [code(word), means.to_owned()]
    });
    table(["Action", "the device"], rows)
}

fn mqtt_actions() -> String {
    let rows = MqttAction::ALL.iter().map(|&(word, action)| {
        let means = match action {
            MqttAction::State => "the device publishes values here",
            MqttAction::Set => "others publish here what they want set",
            MqttAction::Result => "the device says here what became of a set",
        };
        [code(word), means.to_owned()]
    });
    table(["Action", "means"], rows)
}

fn register_types() -> String {
    let rows = RegisterType::ALL.iter().map(|&(word, ty)| {
        let count = ty.count();
        let count = count.map_or("any".to_owned(), |count| count.to_string());
        [code(word), count, ty.meaning().to_owned()]
    });
    table(["Type", "Registers", "what stands there"], rows)
}

fn register_access() -> String {
    let rows = RegisterAccess::ALL.iter();
    let rows = rows.map(|&(word, access)| [code(word), access.meaning().to_owned()]);
    table(["Access", "means"], rows)
}

fn message_actions() -> String {
    let rows = MessageAction::ALL.iter().map(|&(word, action)| {
        let means = match action {
            MessageAction::Hello => "the device says who it is; first of all",
            MessageAction::Challenge => "the device asks who the client is",
            MessageAction::Auth => "the client proves that it knows the password",
            MessageAction::Accepted => "the device believes it",
            MessageAction::Denied => "the device does not, and closes",
            MessageAction::Full => "the device gives its whole status, in parts",
            MessageAction::Delta => "the device gives what has changed",
            MessageAction::Set => "the client wants a key set",
            MessageAction::Secure => {
                "the client wants the same, and proves that it does; then `set` alone is refused"
            }
            MessageAction::Response => "the device says what became of a wish",
        };
        let rules = action.rules();
        let braces = |known: &[Known]| codes_of(known.iter().map(|known| braced(*known)));
        let from = rules.from.name().to_owned();
        let needs = braces(rules.needs);
        let may = match rules.is_necessary {
            true => code(word),
            false => format!("{} (optional)", code(word)),
        };
        [may, from, needs, braces(rules.knows), means.to_owned()]
    });
    table(["Action", "From", "needs", "may have", "means"], rows)
}

fn known() -> String {
    let rows = KNOWN.iter().map(|&(word, known)| {
        let means = match known {
            Known::Secured => "whether a set has to come in a secured message",
            Known::Token1 => "the first half of the challenge, 32 hex digits",
            Known::Token2 => "the second half of the challenge, 32 hex digits",
            Known::Hash => "the kind of hash that stands for the password: `pbkdf2` or `bcrypt`",
            Known::Token3 => "what the client adds to the challenge",
            Known::Proof => "the client's answer to the challenge",
            Known::Message => "why something was refused",
            Known::Status => "an object of keys with their values",
            Known::Partial => "`true` while more of the status follows",
            Known::Request => "the number by which a client knows the answer to its wish",
            Known::Key => "the name of the key to be set",
            Known::Value => "the value for it, by the rules of the key",
            Known::Data => "the text of another message",
            Known::Hmac => "what proves who wrote that text",
            Known::Success => "whether a wish was granted",
        };
        [code(&format!("{{{word}}}")), means.to_owned()]
    });
    table(["Source", "is"], rows)
}

fn codes() -> String {
    let rows = report::codes::ALL
        .iter()
        .filter(|code| !code.id.starts_with("S07"));
    let rows = rows.map(|code| {
        let severity = code.severity.name().to_owned();
        let link = format!("[{0}](../codegen/explain/{0}.md)", code.id);
        [link, severity, code.title.replace('|', "\\|")]
    });
    table(["code", "severity", "what it is"], rows)
}
