//! `src/write.rs`: a variant for each key that can be written.

use std::fmt::Write as _;

use super::{Api, OutputFile, Uses, api::Row, file, ty::Form};

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut uses = Uses::default();
    uses.runtime("WriteError");
    uses.krate("Key");
    let rows = api.rows.iter();
    let rows: Vec<&Row> = rows.filter(|row| row.key.access.value.writable()).collect();
    let (variants, borrows) = variants(&rows, &mut uses);
    let others = rows.len() < api.rows.len();
    let writes = Writes {
        rows,
        borrows,
        others,
    };
    let (lifetime, any) = match borrows {
        true => ("<'a>", "<'_>"),
        false => ("", ""),
    };
    let body = format!(
        "\
/// One accepted write: parsed and checked against the table.
///
/// Match it without `_`: then a writable key that the table gains is a compile
/// error that names the variant.
#[derive(Clone, Copy)]
pub enum Write{lifetime} {{
{variants}}}

impl{lifetime} Write{lifetime} {{
{}
{}}}

/// The key alone: what is written may be a secret.
impl fmt::Debug for Write{any} {{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
        f.debug_tuple(\"Write\").field(&self.key()).finish()
    }}
}}
",
        writes.parse(),
        writes.key(),
    );
    file(
        "write",
        &format!("use core::fmt;\n\n{}\n{body}", uses.lines()),
    )
}

/// The lines of the enum, and whether it borrows.
fn variants(rows: &[&Row<'_>], uses: &mut Uses) -> (String, bool) {
    let (mut out, mut borrows) = (String::new(), false);
    for row in rows {
        let ty = row.typed.rust(Form::Write, uses);
        borrows |= ty.borrows;
        let (comma, unit) = super::unit(row.key);
        // Into a string, which takes everything.
        let _ = write!(out, "    /// [`Key::{}`]{comma}{unit}", row.variant);
        if let Some(range) = &row.key.facts.range {
            let _ = write!(out, ", {} to {}", range.value.min, range.value.max);
        }
        let _ = write!(out, ".\n    {}({}),\n", row.variant, ty.text);
    }
    (out, borrows)
}

struct Writes<'a> {
    rows: Vec<&'a Row<'a>>,
    borrows: bool,
    /// There are keys that cannot be written.
    others: bool,
}

impl Writes<'_> {
    fn parse(&self) -> String {
        let json = if self.borrows { "&'a str" } else { "&str" };
        let body = match self.rows.is_empty() {
            true => {
                "        let _ = (key, json);\n        Err(WriteError::WithoutSetter)\n".to_owned()
            }
            false => self.parse_body(),
        };
        format!(
            "    \
    /// Parses and checks the JSON text of a set.
    ///
    /// # Errors
    /// The key cannot be written, the text is not JSON, or the value does not
    /// satisfy the table, in this order.
    pub fn parse(key: Key, json: {json}) -> Result<Self, WriteError> {{
{body}    }}
"
        )
    }

    fn parse_body(&self) -> String {
        let mut arms = String::new();
        for Row { variant, .. } in &self.rows {
            // Into a string, which takes everything.
            let _ = writeln!(
                arms,
                "            Key::{variant} => value.into_write(Write::{variant}),"
            );
        }
        if self.others {
            arms.push_str("            _ => return Err(WriteError::WithoutSetter),\n");
        }
        format!(
            "        \
        let descriptor = key.descriptor();
        if !descriptor.access.writable() {{
            return Err(WriteError::WithoutSetter);
        }}
        let value = goe_runtime::value::read(descriptor, json)?;
        let write = match key {{
{arms}        }};
        write.ok_or_else(|| goe_runtime::value::mismatch(descriptor))
"
        )
    }

    fn key(&self) -> String {
        let mut arms = String::new();
        for Row { variant, .. } in &self.rows {
            let _ = writeln!(arms, "            Write::{variant}(_) => Key::{variant},");
        }
        let body = match self.rows.is_empty() {
            true => "        match *self {}\n".to_owned(),
            false => format!("        match self {{\n{arms}        }}\n"),
        };
        format!(
            "    \
    /// The key it writes.
    pub const fn key(&self) -> Key {{
{body}    }}
"
        )
    }
}
