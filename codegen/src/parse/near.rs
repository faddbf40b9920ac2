//! Tables that are nearly key tables, or nearly tables of fields.
//!
//! Takes a table of no known kind. Prose has tables of its own, with columns such as
//! `Type` or `Default`, and those are none of our business. A table is nearly ours if
//! something in it is nearly `Key` and something else is access, a type or a category;
//! or if it has both access and types. Where titles could mean anything (`Access`,
//! `Key type`), the cells must look the part. Its rows are lost, so that is an error.

use std::collections::BTreeSet;

use super::{
    columns::{
        self, Column, FIELD_FACTS, KEY_FACTS, KEYS, OF_SPECS, OfKey, TableKind, letters, plain,
    },
    evidence::{self, ColumnKind},
    foreign::Foreign,
    table::File,
};
use crate::{
    report::codes,
    source::{Diagnostic, Fix, Report},
    suggest,
    syntax::{self, cells},
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
    "name", "parameter", "param", "topic", "register", "property", "attribute", "identifier", "id",
    "variable", "setting", "alias", "signal", "datapoint", "item", "object", "path", "bezeichner",
    "eigenschaft", "member", "tag", "command",
];
/// Titles that say that a column is about access, whatever stands in it.
const ACCESS: &[&str] = &[
    "rw", "readwrite", "rwaccess", "accessrw", "lesenschreiben", "rorw",
];
/// Titles that may say so.
const PERHAPS_ACCESS: &[&str] = &[
    "access", "zugriff", "rights", "rechte", "permission", "permissions", "mode", "modus",
    "direction", "richtung", "accessmode", "accesstype", "accessrights", "acc", "perm", "attr",
    "attributes", "operation", "operations",
];
const TYPES: &[&str] = &[
    "type", "types", "typen", "datatype", "datatypes", "datentyp", "datentypen", "jsontype",
    "valuetype",
];
const CATEGORIES: &[&str] = &["Category", "Categories", "Kategorie", "Kategorien"];
const DESCRIPTIONS: &[&str] = &[
    "description", "descriptions", "beschreibung", "meaning", "bedeutung", "remark", "remarks",
    "bemerkung", "bemerkungen", "detail", "details", "hinweis", "hinweise", "erklärung",
    "kommentar", "notes", "note", "comment", "comments", "explanation", "desc",
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
    let own = titles.iter().map(|title| role(title));
    let mapped = titles.iter().map(|title| role(foreign.column(title)?));
    let own = Roles::new(file, table, &titles, own.collect());
    let mapped = Roles::new(file, table, &titles, mapped.collect());
    let without = own.are_near(under_key);
    // A title that means a key in another table makes none of this one.
    let with = mapped.are_near(under_key) && (without || mapped.has(Role::Access));
    let all: Vec<_> = titles.iter().map(|title| Some(title.as_str())).collect();
    if without && !with && foreign.left_out(&all) {
        return false;
    }
    if !without && !with {
        return false;
    }
    let roles = if with { mapped } else { own };
    let has = |role: Role| roles.has(role);
    let fields = has(Role::Field) || (under_key && !has(Role::Key));
    let (kind, count, what) = match fields {
        true => (TableKind::Fields, FIELD_FACTS, "fields"),
        false => (TableKind::Keys, KEY_FACTS, "keys"),
    };
    let form = OF_SPECS.iter().find(|form| form.kind == kind);
    let ours = form.map_or(&KEYS[..KEY_FACTS], |form| &form.columns[..count]);
    report.push(finding(table, &titles, &roles.known, ours, what));
    true
}

/// What the columns of a table are taken for.
struct Roles<'a> {
    file: &'a File<'a>,
    table: &'a syntax::Table,
    known: Vec<Option<Role>>,
    /// Its title alone says that a column is about access.
    sure: Vec<bool>,
}

impl<'a> Roles<'a> {
    fn new(
        file: &'a File<'a>,
        table: &'a syntax::Table,
        titles: &[String],
        mut known: Vec<Option<Role>>,
    ) -> Self {
        for (at, title) in titles.iter().enumerate() {
            // A format is a type if its cells are.
            if known[at].is_none() && plain(title) == "format" {
                let types = evidence::holds(file.source, table, at, ColumnKind::Type);
                known[at] = types.then_some(Role::Type);
            }
        }
        // Beside a name, the number of a register is none.
        let numbers = |at: usize| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            let mut words = cells.map(|cell| cells::word(file.source, *cell));
            words.all(|word| word.bytes().all(|letter| letter.is_ascii_digit()))
        };
        let names: Vec<usize> = (0..known.len())
            .filter(|&at| known[at] == Some(Role::Name))
            .collect();
        for &at in names.iter().filter(|&&at| names.len() > 1 && numbers(at)) {
            known[at] = None;
        }
        let sure = titles.iter().map(|title| is_sure(title)).collect();
        Roles {
            file,
            table,
            known,
            sure,
        }
    }

    fn with(&self, role: Role) -> impl Iterator<Item = usize> {
        let all = self.known.iter().enumerate();
        all.filter(move |(_, known)| **known == Some(role))
            .map(|(at, _)| at)
    }

    fn has(&self, role: Role) -> bool {
        self.with(role).next().is_some()
    }

    fn holds(&self, role: Role, kind: ColumnKind) -> bool {
        let mut columns = self.with(role);
        columns.any(|at| evidence::holds(self.file.source, self.table, at, kind))
    }

    /// Returns whether a table with these columns is nearly one of ours.
    fn are_near(&self, under_key: bool) -> bool {
        let plainly = self.with(Role::Access).any(|at| self.sure[at]);
        let access = plainly || self.holds(Role::Access, ColumnKind::Access);
        let (types, category) = (self.has(Role::Type), self.has(Role::Category));
        let typed = self.holds(Role::Type, ColumnKind::Type);
        let proven = access || typed || self.holds(Role::Category, ColumnKind::Category);
        // Prose knows fields of many things.
        let key = self.has(Role::Key) || (self.has(Role::Field) && (under_key || access));
        let beside = usize::from(access) + usize::from(types) + usize::from(category);
        match (key, self.has(Role::Name)) {
            (true, _) => beside > 1 || (beside == 1 && proven),
            (false, true) if types && category => proven,
            // People and memories have access and types of their own.
            (false, name) => (access && types && (plainly || typed)) || (name && plainly),
        }
    }
}

/// Returns whether the title says that a column is about access, whatever stands in it.
fn is_sure(title: &str) -> bool {
    ACCESS.contains(&plain(title).as_str())
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
    let mut named = Vec::new();
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
                named.push(at);
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
    for (at, title) in titles
        .iter()
        .enumerate()
        .filter(|(at, _)| !named.contains(at))
    {
        let fact = columns::fact(title);
        let label = match fact {
            Some(column) if letters(column.title) == letters(title) => {
                format!("is `{}`", column.title)
            }
            Some(column) => format!("taken for `{}`", column.title),
            None => "not known".to_owned(),
        };
        diagnostic = diagnostic.also(table.header.cells[at].or(table.header.span), label);
    }
    if !missing.is_empty() {
        diagnostic = diagnostic.note(format!("missing: {}", missing.join(", ")));
    }
    let header: Vec<&str> = ours.iter().map(|column| column.title).collect();
    let mut help = match renamed.is_empty() {
        true => String::new(),
        false => format!("rename {}; ", renamed.join(", ")),
    };
    // Of a table of something else one title that says so is enough.
    let told = [
        Role::Access,
        Role::Type,
        Role::Category,
        Role::Key,
        Role::Field,
    ];
    let told = told
        .iter()
        .find_map(|of| roles.iter().position(|role| *role == Some(*of)));
    help += &format!(
        "the header is `| {} |`; to leave the table as it is, map its titles by a table \
         `| Header | Column |` in overlay.md; if it is about something else, map `{}` to `-` there",
        header.join(" | "),
        told.map_or("Key", |at| titles[at].as_str()),
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
