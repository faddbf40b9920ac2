//! `src/readings.rs` and `src/settings.rs`: a field a key, and the list of them.

use std::fmt::Write as _;

use super::{Api, OutputFile, Uses, api::Row, file, filled, ty::Form};

pub(super) fn emit_readings(api: &Api<'_>) -> OutputFile {
    let about = "\
/// The value of every readable key, built once per logic step.
///
/// Build it by a struct literal without `..`: then a key that the table gains
/// is a compile error that names the field.
";
    let rows = api.rows.iter();
    let rows: Vec<&Row> = rows.filter(|row| row.key.access.value.readable()).collect();
    let mut values = Values::new(&rows, Form::Read);
    let [formatter, result] = ["fmt::Formatter<'_>", "fmt::Result"];
    let (name, any) = ("Readings", values.any_lifetime());
    let capacity = "ENTRY_CAPACITY";
    values.uses.krate(capacity);
    let mut body = values.structure(name, about);
    body += &values.render(name, "descriptor.access.readable()");
    let _ = write!(
        body,
        "
/// As the JSON that clients see.
impl fmt::Debug for {name}{any} {{
    fn fmt(&self, f: &mut {formatter}) -> {result} {{
        goe_runtime::document::debug::<{capacity}, _>(self, f)
    }}
}}

goe_runtime::serialize!({name}{any}:
{}
);
",
        values.members(),
    );
    file(
        "readings",
        &format!("use core::fmt;\n\n{}{KEY}\n{body}", values.uses.lines()),
    )
}

pub(super) fn emit_settings(api: &Api<'_>) -> OutputFile {
    let about = "\
/// The value of every stored key, whole and as it was written, secrets
/// included: for the store and nobody else.
";
    let rows = api.rows.iter();
    let rows: Vec<&Row> = rows.filter(|row| row.key.stored()).collect();
    let mut values = Values::new(&rows, Form::Stored);
    let mut body = values.structure("Settings", about);
    body += &values.render("Settings", "descriptor.is_stored()");
    file("settings", &format!("{}{KEY}\n{body}", values.uses.lines()))
}

/// For the links of every field.
const KEY: &str = "\
#[allow(unused_imports, reason = \"the docs link to it\")]
use crate::Key;
";

/// The values of some keys in one form.
struct Values<'a> {
    rows: &'a [&'a Row<'a>],
    /// The fields of the struct.
    fields: String,
    borrows: bool,
    uses: Uses,
}

impl<'a> Values<'a> {
    fn new(rows: &'a [&'a Row<'a>], form: Form) -> Self {
        let mut uses = Uses::default();
        let (mut fields, mut borrows) = (String::new(), false);
        for row in rows {
            let ty = row.typed.rust(form, &mut uses);
            borrows |= ty.borrows;
            let (comma, unit) = super::unit(row.key);
            // Into a string, which takes everything.
            let _ = write!(
                fields,
                "    /// [`Key::{}`]{comma}{unit}.\n    pub {}: {},\n",
                row.variant, row.field, ty.text,
            );
        }
        Values {
            rows,
            fields,
            borrows,
            uses,
        }
    }

    fn any_lifetime(&self) -> &'static str {
        if self.borrows { "<'_>" } else { "" }
    }

    fn structure(&self, name: &str, about: &str) -> String {
        let lifetime = if self.borrows { "<'a>" } else { "" };
        let fields = &self.fields;
        match fields.is_empty() {
            true => format!("{about}pub struct {name} {{}}\n"),
            false => format!("{about}pub struct {name}{lifetime} {{\n{fields}}}\n"),
        }
    }

    /// `Render`: which keys it `has`, and the list of their values.
    fn render(&mut self, name: &str, has: &str) -> String {
        for name in ["Descriptor", "Registry", "Render", "ToJson"] {
            self.uses.runtime(name);
        }
        self.uses.krate("REGISTRY");
        let any = self.any_lifetime();
        let fields = self.rows.iter().map(|row| format!("&self.{}", row.field));
        let list = match self.rows {
            [] => "&[]".to_owned(),
            _ => format!("&[\n{}\n        ]", filled("            ", fields)),
        };
        format!(
            "
impl Render for {name}{any} {{
    const REGISTRY: &'static Registry = &REGISTRY;

    fn has(descriptor: &Descriptor) -> bool {{
        {has}
    }}

    fn values<R>(&self, take: impl FnOnce(&[&dyn ToJson]) -> R) -> R {{
        take({list})
    }}
}}
"
        )
    }

    /// What `goe_runtime::serialize!` takes.
    fn members(&self) -> String {
        let member = |row: &&Row<'_>| {
            let list = row.typed.serialize();
            format!("{:?} {}{list}", row.wire(), row.field)
        };
        filled("    ", self.rows.iter().map(member))
    }
}
