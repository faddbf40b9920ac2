//! Tables that are nearly key tables, or nearly tables of fields.
//!
//! Takes a table of no known kind. Prose has tables of its own, with columns such as
//! `Type` or `Default`, and those are none of our business. A table is nearly ours if
//! something in it is nearly `Key` and something else is access, a type or a category;
//! or if it has both access and types. Where titles could mean anything (`Access`,
//! `Key type`), the cells must look the part. Its rows are lost, so that is an error.

use std::collections::BTreeSet;

use super::{
    columns::{self, Column, FIELD_FACTS, KEY_FACTS, KEYS, OF_SPECS, OfKey, TableKind, letters},
    evidence::{self, ColumnKind},
    foreign::Foreign,
    table::File,
};
use crate::{
    report::codes,
    source::{Diagnostic, Fix, Report},
    suggest, syntax,
};

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Key,
    Field,
    /// It names what the row is about, as tables of all kinds do.
    Name,
    Access,
    Type,
    Category,
    Description,
}

/// Titles of columns that name what a row is about.
const NAMES: &[&str] = &[
    "name",
    "parameter",
    "param",
    "topic",
    "register",
    "property",
    "attribute",
    "identifier",
    "id",
    "variable",
    "setting",
    "alias",
    "signal",
    "datapoint",
    "item",
    "object",
    "path",
    "bezeichner",
    "eigenschaft",
    "member",
    "tag",
    "command",
];
/// Titles that say that a column is about access, whatever stands in it.
const ACCESS: &[&str] = &[
    "rw",
    "readwrite",
    "rwaccess",
    "accessrw",
    "lesenschreiben",
    "rorw",
];
/// Titles that may say so.
const PERHAPS_ACCESS: &[&str] = &[
    "access",
    "zugriff",
    "rights",
    "rechte",
    "permission",
    "permissions",
    "mode",
    "modus",
    "direction",
    "richtung",
    "accessmode",
    "accesstype",
    "accessrights",
];
const TYPES: &[&str] = &[
    "type",
    "types",
    "typen",
    "datatype",
    "datatypes",
    "datentyp",
    "datentypen",
    "jsontype",
    "valuetype",
];
const CATEGORIES: &[&str] = &["Category", "Categories", "Kategorie", "Kategorien"];
const DESCRIPTIONS: &[&str] = &[
    "description",
    "descriptions",
    "beschreibung",
    "meaning",
    "bedeutung",
    "remarks",
    "notes",
    "note",
    "comment",
    "comments",
    "explanation",
    "desc",
];

/// Reports `table` if it is nearly one of ours; says whether it is.
pub(super) fn report(
    file: &File<'_>,
    table: &syntax::Table,
    foreign: &Foreign,
    keys: &BTreeSet<String>,
    report: &mut Report,
) -> bool {
    let titles = columns::titles(file.source, table);
    let section = table.section.and_then(|index| file.sections.get(index));
    let under_key = OfKey::new(section.map(|section| section.title.as_str()), keys) != OfKey::No;
    let roles: Vec<Option<Role>> = titles
        .iter()
        .map(|title| role(foreign.column(title)?))
        .collect();
    let sure = |title: &String| ACCESS.contains(&plain(title).as_str()) || foreign.maps(title);
    let with = |role: Role| {
        let all = roles.iter().enumerate();
        all.filter(move |(_, known)| **known == Some(role))
            .map(|(at, _)| at)
    };
    let holds = |role: Role, kind: ColumnKind| {
        with(role).any(|at| evidence::holds(file.source, table, at, kind))
    };
    let has = |role: Role| with(role).next().is_some();
    let plainly = with(Role::Access).any(|at| sure(&titles[at]));
    let access = plainly || holds(Role::Access, ColumnKind::Access);
    let (types, category) = (has(Role::Type), has(Role::Category));
    let proven = plainly
        || (access && has(Role::Access))
        || holds(Role::Type, ColumnKind::Type)
        || holds(Role::Category, ColumnKind::Category);
    // Prose knows fields of many things.
    let key = has(Role::Key) || (has(Role::Field) && (under_key || access));
    let beside = usize::from(access) + usize::from(types) + usize::from(category);
    let near = match (key, has(Role::Name)) {
        (true, _) => beside > 1 || (beside == 1 && proven),
        (false, true) if types && category => proven,
        (false, name) => (access && types && (plainly || proven)) || (name && plainly),
    };
    if !near {
        return false;
    }
    let fields = has(Role::Field) || (under_key && !has(Role::Key));
    let (kind, count, what) = match fields {
        true => (TableKind::Fields, FIELD_FACTS, "fields"),
        false => (TableKind::Keys, KEY_FACTS, "keys"),
    };
    let form = OF_SPECS.iter().find(|form| form.kind == kind);
    let ours = form.map_or(&KEYS[..KEY_FACTS], |form| &form.columns[..count]);
    report.push(finding(table, &titles, &roles, ours, what));
    true
}

fn finding(
    table: &syntax::Table,
    titles: &[String],
    roles: &[Option<Role>],
    ours: &[Column],
    what: &str,
) -> Diagnostic {
    let rows = match table.rows.len() {
        1 => "its one row is not read".to_owned(),
        rows => format!("its {rows} rows are not read"),
    };
    let message = format!("this is nearly a table of {what}");
    let mut diagnostic = Diagnostic::new(&codes::NEAR_TABLE, message).at(table.header.span, rows);
    let mut renamed = Vec::new();
    let mut missing = Vec::new();
    let mut certain = true;
    let mut edits = Vec::new();
    for (place, column) in ours.iter().enumerate() {
        let of = roles_of(column, place == 0);
        // What is nearly `Key` is better than what only names something.
        let mut found = of
            .iter()
            .filter_map(|of| roles.iter().position(|role| *role == Some(*of)));
        match found.next() {
            None => missing.push(format!("`{}`", column.title)),
            Some(at) => {
                let title = &titles[at];
                let label = match column.is(title) {
                    true => format!("is `{}`", column.title),
                    false => {
                        renamed.push(format!("`{title}` into `{}`", column.title));
                        certain &= column.is_certainly(title);
                        edits.push((table.header.cells[at], column.title.to_owned()));
                        format!("taken for `{}`", column.title)
                    }
                };
                diagnostic = diagnostic.also(table.header.cells[at].or(table.header.span), label);
            }
        }
    }
    if !missing.is_empty() {
        diagnostic = diagnostic.note(format!("missing: {}", missing.join(", ")));
    }
    let header: Vec<&str> = ours.iter().map(|column| column.title).collect();
    let mut help = match renamed.is_empty() {
        true => String::new(),
        false => format!("rename {}; ", renamed.join(", ")),
    };
    help += &format!(
        "the header is `| {} |`; to leave the table as it is, map its titles by a table \
         `| Header | Column |` in overlay.md",
        header.join(" | ")
    );
    if missing.is_empty() && !edits.is_empty() {
        let title = format!("write `| {} |`", header.join(" | "));
        let fix = Fix::new(title, certain);
        diagnostic = diagnostic.fix(Fix { edits, ..fix });
    }
    diagnostic.help(help)
}

/// The roles that may stand for a column, the best one first.
fn roles_of(column: &Column, first: bool) -> &'static [Role] {
    match column.title {
        _ if first => &[Role::Key, Role::Field, Role::Name],
        "R/W" => &[Role::Access],
        "Type" => &[Role::Type],
        "Category" => &[Role::Category],
        _ => &[Role::Description],
    }
}

/// Letters and digits alone, small.
fn plain(title: &str) -> String {
    let letters = letters(title);
    letters.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn role(title: &str) -> Option<Role> {
    let small = title.to_lowercase();
    let words = || {
        small
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let plain = plain(title);
    let is = |known: &[&str]| known.contains(&plain.as_str());
    let some = |known: &[&str]| words().any(|word| known.contains(&word));
    let last = |known: &[&str]| {
        words()
            .next_back()
            .is_some_and(|word| known.contains(&word))
    };
    let nearly = |known: &[&'static str]| suggest::nearest(title, known.iter().copied()).is_some();
    // "Key type" is about the type of something else.
    let typed =
        KEYS[2].is(title) || is(TYPES) || last(TYPES) || nearly(&["Type", "Datatype", "Datentyp"]);
    let key = some(&["key", "keys", "schlüssel"]) || nearly(&["Key", "Schlüssel"]);
    Some(match () {
        () if is(ACCESS) => Role::Access,
        () if key && typed => return None,
        () if key => Role::Key,
        () if typed => Role::Type,
        () if is(&["field", "fields", "feld", "felder", "fieldname"]) => Role::Field,
        () if is(PERHAPS_ACCESS) => Role::Access,
        () if nearly(CATEGORIES) => Role::Category,
        () if is(DESCRIPTIONS) || nearly(&["Description", "Beschreibung"]) => Role::Description,
        () if is(NAMES) || some(NAMES) => Role::Name,
        () => return None,
    })
}
