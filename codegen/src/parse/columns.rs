//! Which table is which, and which cell belongs to which column.
//!
//! Takes a header, gives its [`Layout`]. A table is known by the first column
//! of its kind, and by others beside it: prose has tables too. A header that lacks a
//! column, or misspells one, is an error; a misspelled column is still read by its
//! place. What the cells of a row say is not looked at here.

use std::collections::BTreeSet;

use super::{
    evidence::{self, ColumnKind},
    foreign::Foreign,
};
use crate::{
    names,
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span},
    suggest,
    syntax::{self, Row, cells},
};

/// The kind of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    Keys,
    Fields,
    /// The places of an array.
    Positions,
    Routes,
    Topics,
    Placeholders,
    /// What is said on a WebSocket.
    Messages,
    /// Corrections of a key table: only in an overlay.
    Rules,
    /// What another author calls our columns: only in an overlay.
    Headers,
    /// What another author's words mean: only in an overlay.
    Words,
}

/// The layout of the columns of a table.
pub(super) struct Layout {
    pub(super) kind: TableKind,
    /// The columns of its kind.
    pub(super) columns: &'static [Column],
    /// For each of them, the cell it is read from.
    pub(super) places: Vec<Option<usize>>,
    /// For each that the table lacks, the cell of an overlay that stands for its rows.
    pub(super) constants: Vec<Option<Span>>,
    /// Number of cells of the header.
    pub(super) width: usize,
}

/// A column that a table may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its title.
    pub(crate) title: &'static str,
    /// Other titles that say the same, those of German documents first of all.
    pub(crate) synonyms: &'static [&'static str],
    /// A table without it is at fault.
    pub(crate) required: bool,
    /// What its cells hold, in a sentence.
    #[allow(dead_code, reason = "for the page of the language")]
    pub(crate) holds: &'static str,
}

/// A kind of table.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) kind: TableKind,
    /// What a row of it states, in a few words.
    #[allow(dead_code, reason = "for the page of the language")]
    pub(crate) states: &'static str,
    /// Its columns, the one that it is known by first; those that each table has
    /// stand before those that it may have.
    pub(crate) columns: &'static [Column],
}

/// The kinds of a spec.
pub(crate) static OF_SPECS: &[Form] = &[
    Form {
        kind: TableKind::Keys,
        states: "a key",
        columns: &KEYS,
    },
    Form {
        kind: TableKind::Fields,
        states: "a field of an object, under a heading such as `## ccw` or `## scan[16]`",
        columns: &FIELDS,
    },
    Form {
        kind: TableKind::Positions,
        states: "a place of an array, under a heading such as `## meter[16]`",
        columns: POSITIONS,
    },
    Form {
        kind: TableKind::Routes,
        states: "an HTTP route",
        columns: ROUTES,
    },
    Form {
        kind: TableKind::Topics,
        states: "an MQTT topic",
        columns: TOPICS,
    },
    Form {
        kind: TableKind::Placeholders,
        states: "a name that stands in braces in topics",
        columns: PLACEHOLDERS,
    },
    Form {
        kind: TableKind::Messages,
        states: "a message of a WebSocket",
        columns: MESSAGES,
    },
];

/// The kinds of an overlay.
pub(crate) static OF_OVERLAYS: &[Form] = &[
    Form {
        kind: TableKind::Rules,
        states: "a correction of a key",
        columns: &RULES,
    },
    Form {
        kind: TableKind::Headers,
        states: "what another author calls a column",
        columns: HEADERS,
    },
    Form {
        kind: TableKind::Words,
        states: "what a word of another author means",
        columns: WORDS,
    },
];

const fn required(
    title: &'static str,
    synonyms: &'static [&'static str],
    holds: &'static str,
) -> Column {
    Column {
        title,
        synonyms,
        required: true,
        holds,
    }
}

const fn optional(
    title: &'static str,
    synonyms: &'static [&'static str],
    holds: &'static str,
) -> Column {
    may_lack(required(title, synonyms, holds))
}

/// The same column, in a table that may do without.
const fn may_lack(column: Column) -> Column {
    Column {
        required: false,
        ..column
    }
}

const fn join<const N: usize>(parts: &[&[Column]]) -> [Column; N] {
    let mut out = [parts[0][0]; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            out[at] = parts[part][index];
            (index, at) = (index + 1, at + 1);
        }
        part += 1;
    }
    assert!(at == N, "a column too few");
    out
}

const ACCESS: Column = required("R/W", &["Zugriff"], "Who may do what: `R`, `R/W`, or `W`.");
const TYPE: Column = required(
    "Type",
    &["Typ", "Datentyp"],
    "The type of the value: `uint8`, `optional<double>`, `array<float>`.",
);
const DESCRIPTION: Column = required(
    "Description",
    &["Beschreibung"],
    "Prose; what it states in the usual words is a fact.",
);

const MAIN: [Column; 5] = [
    required(
        "Key",
        &["Schlüssel", "API-Key"],
        "The name on the wire; of a family several.",
    ),
    ACCESS,
    TYPE,
    required(
        "Category",
        &["Kategorie"],
        "`Constant`, `Status`, `Config` or `Other`.",
    ),
    DESCRIPTION,
];

/// The columns that state facts, in the order of [`Stating`].
const FACTS: [Column; FACT_COLUMNS] = [
    UNIT,
    optional(
        "Min",
        &["Minimum"],
        "The least number that is allowed, a whole one: `6`.",
    ),
    optional(
        "Max",
        &["Maximum"],
        "The greatest number that is allowed, a whole one: `32`.",
    ),
    optional(
        "Range",
        &["Bereich", "Wertebereich"],
        "Both in one cell: `6-32`, `6..32`, `6 to 32`; or what a cell of `Values` or `Length` says.",
    ),
    optional(
        "Length",
        &["Länge"],
        "The greatest length: `32 bytes`, `64 characters`, `5 entries`, `32`.",
    ),
    optional(
        "Values",
        &["Werte"],
        "All numbers and their names: `0=off, 1=on`; with `…` at the end there are more.",
    ),
    optional(
        "Default",
        &["Standard", "Standardwert", "Vorgabe"],
        "The value of a new device: JSON, the name of a number, or a text.",
    ),
    optional(
        "Since",
        &["Seit"],
        "The release that introduced it: `60.0`.",
    ),
    optional(
        "Removed",
        &["Entfernt"],
        "The release that has it no more: `60.0`.",
    ),
];

const COVERAGE: Column = optional(
    "Coverage",
    &["Abdeckung"],
    "Who honours the key: `alive` and `effect` the firmware, `kept` and `constant` the generated code.",
);

const UNIT: Column = optional(
    "Unit",
    &["Einheit"],
    "The unit of a number, as symbol or word: `Wh`, `seconds`.",
);

/// A column that states a fact, by its place behind the other columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stating {
    Unit,
    Min,
    Max,
    Range,
    Length,
    Values,
    Default,
    Since,
    Removed,
}

const FACT_COLUMNS: usize = Stating::Removed as usize + 1;

/// The columns of a key table.
pub(crate) static KEYS: [Column; KEY_COVERAGE + 1] = join(&[&MAIN, &FACTS, &[COVERAGE]]);
/// Where those of a key table begin that state facts.
pub(crate) const KEY_FACTS: usize = MAIN.len();
/// The column of who honours the key.
pub(super) const KEY_COVERAGE: usize = KEY_FACTS + FACT_COLUMNS;

static FIELDS: [Column; FIELD_FACTS + FACT_COLUMNS] = join(&[
    &[
        required(
            "Field",
            &["Feld"],
            "The name of the member; of an array of up to four, `ipv6[4]`.",
        ),
        ACCESS,
        TYPE,
        DESCRIPTION,
    ],
    &FACTS,
]);
/// Where those of a table of fields begin that state facts.
pub(super) const FIELD_FACTS: usize = 4;

static POSITIONS: &[Column] = &[
    required("Index", &[], "The place, counted from 0."),
    required(
        "Name",
        &[],
        "What stands there, in a few words: `voltage L1`.",
    ),
    TYPE,
    DESCRIPTION,
    UNIT,
];
static ROUTES: &[Column] = &[
    required("Method", &[], "The method of HTTP: `GET`."),
    required("Path", &[], "The path: `/api/status`."),
    required(
        "Query",
        &[],
        "The parameter that picks keys, `filter`; of a set `{key}`.",
    ),
    required("Action", &[], "What it does: `status`, `set` or `socket`."),
    DESCRIPTION,
];
static TOPICS: &[Column] = &[
    required(
        "Topic",
        &[],
        "The topic, names in braces: `{prefix}/{serial}/{key}`.",
    ),
    required("Payload", &[], "What is sent, in words."),
    required("Action", &[], "What it does."),
    required(
        "Retained",
        &[],
        "Whether the broker keeps the last message: `yes` or `no`.",
    ),
    DESCRIPTION,
];
static PLACEHOLDERS: &[Column] = &[
    required("Placeholder", &[], "The name in its braces: `{prefix}`."),
    required(
        "Default",
        &[],
        "The value if nobody sets another; `-` if there is none.",
    ),
    DESCRIPTION,
];
static MESSAGES: &[Column] = &[
    required("Message", &[], "The `type` of the message: `hello`."),
    required("From", &[], "Who sends it: `device` or `client`."),
    required(
        "Fields",
        &[],
        "Its other members, between commas, and where each comes from: `speed=fan`, `protocol=2`, `token1={token1}`.",
    ),
    required("Action", &[], "What it does."),
    may_lack(DESCRIPTION),
];

/// A rule states what it corrects, in columns of a key table, and why.
static RULES: [Column; RULE_REASON + 1] = join(&[
    &[MAIN[0]],
    &[
        may_lack(MAIN[1]),
        may_lack(MAIN[2]),
        may_lack(MAIN[3]),
        may_lack(MAIN[4]),
    ],
    &FACTS,
    &[COVERAGE],
    &[required(
        "Reason",
        &["Grund", "Begründung"],
        "Why it differs from the spec, and how that is known.",
    )],
]);
/// The column of a rule's reason.
pub(super) const RULE_REASON: usize = KEY_COVERAGE + 1;

static HEADERS: &[Column] = &[
    required(
        "Header",
        &[],
        "The title as the other author has it; blank for a column that his table lacks.",
    ),
    required(
        "Column",
        &[],
        "The column that is meant: `R/W`; `-` for none; of one that his table lacks with its value for all rows, `Category = Config`.",
    ),
    optional("Reason", &["Grund", "Begründung"], "How that is known."),
];
static WORDS: &[Column] = &[
    required("Word", &[], "The cell as the other author writes it: `ro`."),
    required("Column", &[], "The column that it stands in: `R/W`."),
    required("Meaning", &[], "What is meant, in our words: `R`."),
    optional("Reason", &["Grund", "Begründung"], "How that is known."),
];

/// Returns the layout of the columns of `table`, if it is one of these kinds.
///
/// What is in a key stands under a heading that names it: `of_key` says whether it does.
pub(super) fn layout(
    source: &Source,
    table: &syntax::Table,
    of_key: OfKey,
    kinds: &'static [Form],
    foreign: &Foreign,
    report: &mut Report,
) -> Option<Layout> {
    let titles = titles(source, table);
    let own = Header {
        titles: titles.iter().map(|title| Some(title.as_str())).collect(),
        source,
        table,
        of_key,
    };
    let (form, header) = match foreign.is_empty() {
        true => (kinds.iter().find(|form| own.is(form))?, own),
        false => own.mapped_form(kinds, foreign)?,
    };
    foreign.used(&titles, &header.titles);
    let places = header.places(form.columns, &titles, foreign, report);
    let constants = form.columns.iter().zip(&places);
    let constants = constants.map(|(column, place)| match place {
        None => foreign.constant(form.kind, column),
        Some(_) => None,
    });
    Some(Layout {
        kind: form.kind,
        columns: form.columns,
        constants: constants.collect(),
        places,
        width: titles.len(),
    })
}

impl TableKind {
    /// Returns whether another author's words may make a table of this kind.
    pub(super) fn may_be_foreign(self) -> bool {
        match self {
            TableKind::Keys | TableKind::Fields | TableKind::Positions => true,
            TableKind::Routes
            | TableKind::Topics
            | TableKind::Placeholders
            | TableKind::Messages
            | TableKind::Rules
            | TableKind::Headers
            | TableKind::Words => false,
        }
    }
}

impl Column {
    /// Returns whether `title` is its title, or says the same.
    pub(super) fn is(&self, title: &str) -> bool {
        let mut names = [self.title]
            .into_iter()
            .chain(self.synonyms.iter().copied());
        let title = letters(title);
        names.any(|name| letters(name) == title)
    }
}

impl Column {
    /// Returns whether `title` can mean no other column: it is this one's but for a
    /// slip of the pen, for marks (`RW`), or for its end (`Desc.`).
    pub(super) fn is_certainly(&self, title: &str) -> bool {
        let (own, title) = (plain(self.title), title.trim());
        let written = plain(title);
        own == written
            || (written.len() > 3 && own.starts_with(&written))
            || suggest::slip(title, [self.title]).is_some()
    }
}

impl Column {
    /// The title of it, or one that says the same, that `title` is a slip of the pen of.
    /// One of many (`Value`, `Values`) is another word.
    fn slip(&self, title: &str) -> Option<&'static str> {
        let mut names = [self.title]
            .into_iter()
            .chain(self.synonyms.iter().copied());
        let one = |title: &str| letters(title).trim_end_matches('s').to_owned();
        names.find(|name| one(name) != one(title) && suggest::slip(title, [*name]).is_some())
    }
}

/// The titles of a table, without emphasis or code around them.
pub(super) fn titles(source: &Source, table: &syntax::Table) -> Vec<String> {
    let cells = table.header.cells.iter();
    let title = |&cell| {
        let word = cells::word(source, cell);
        word.trim_matches(['*', '_', '`', ' ']).to_owned()
    };
    cells.map(title).collect()
}

/// A title as it is compared: without spaces, and in small letters.
pub(super) fn letters(title: &str) -> String {
    let letters = title.chars().filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

/// The column of facts that has this title.
pub(super) fn fact(title: &str) -> Option<&'static Column> {
    KEYS[KEY_FACTS..].iter().find(|column| column.is(title))
}

/// Letters and digits alone, small.
pub(super) fn plain(title: &str) -> String {
    let letters = letters(title);
    letters.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A header, as it is looked at.
#[derive(Clone)]
struct Header<'a> {
    /// The titles; none for a column that is not to be read.
    titles: Vec<Option<&'a str>>,
    source: &'a Source,
    table: &'a syntax::Table,
    of_key: OfKey,
}

/// What the heading above a table says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfKey {
    No,
    /// It is a key that a table of the spec has.
    Named,
    /// It has a capacity: `scan[16]`.
    Counted,
}

impl OfKey {
    /// What `heading` says, if `keys` are the words of the tables of keys.
    pub(super) fn new(heading: Option<&str>, keys: &BTreeSet<String>) -> Self {
        let Some(heading) = heading else {
            return OfKey::No;
        };
        let counted = heading
            .strip_suffix(']')
            .and_then(|rest| rest.split_once('['));
        // A shape of several keys, or of a field: `week, saturday`, `week.ranges`.
        let is_known = |name: &str| {
            let name = name.trim().split('[').next().unwrap_or_default();
            let mut ends = name.match_indices('.').map(|(at, _)| at);
            keys.contains(name) || ends.any(|end| keys.contains(&name[..end]))
        };
        match counted {
            Some((name, _)) if names::is_key(name) => OfKey::Counted,
            _ if heading.split(',').all(is_known) => OfKey::Named,
            _ => OfKey::No,
        }
    }
}

impl<'a> Header<'a> {
    /// The kind of the table and the header that it is read by, if another author's
    /// titles are mapped.
    ///
    /// What another author calls a key may be what we call a topic, or a field: a table
    /// that is one of ours without his words stays that, and one that his words do not
    /// make whole is what it would be without them.
    fn mapped_form(
        self,
        kinds: &'static [Form],
        foreign: &Foreign,
    ) -> Option<(&'static Form, Header<'a>)> {
        let find = |header: &Header<'_>| kinds.iter().find(|form| header.is(form));
        if let Some(form) = find(&self).filter(|form| !form.kind.may_be_foreign()) {
            return Some((form, self));
        }
        // All kinds are asked, whichever are looked for: what is a table of fields is none of keys.
        let forms = OF_SPECS.iter().filter(|form| form.kind.may_be_foreign());
        for form in forms {
            let kept = self.keeping(form, foreign);
            let above = form.kind == TableKind::Keys || self.of_key != OfKey::No;
            if above && self.names(form) && kept.is(form) && kept.is_whole(form, foreign) {
                let asked = kinds.iter().any(|asked| asked.kind == form.kind);
                return asked.then_some((form, kept));
            }
        }
        let mapped = Header {
            titles: self.without_doubles(self.map(foreign), foreign),
            ..self.clone()
        };
        let own = find(&self);
        let keys = &OF_SPECS[0];
        if mapped.is_whole(keys, foreign) && mapped.looks_like_keys(foreign) {
            let asked = kinds.iter().any(|asked| asked.kind == TableKind::Keys);
            return asked.then_some((keys, mapped));
        }
        match (find(&mapped), own) {
            (Some(form), Some(own)) if form.kind == own.kind => Some((form, mapped)),
            (Some(form), None) if form.kind != TableKind::Keys => Some((form, mapped)),
            (None, Some(own)) if own.kind.may_be_foreign() && foreign.left_out(&self.titles) => {
                None
            }
            (_, own) => Some((own?, self)),
        }
    }

    fn map(&self, foreign: &Foreign) -> Vec<Option<&'a str>> {
        let titles = self.titles.iter();
        let mapped = titles.map(|title| title.and_then(|title| foreign.column(title)));
        mapped.collect()
    }

    /// The header with other titles mapped than those that a table of this kind must have.
    fn keeping(&self, form: &Form, foreign: &Foreign) -> Header<'a> {
        let is_own = |title: &str| {
            let mut columns = form.columns.iter();
            columns.any(|column| column.required && column.is(title))
        };
        let titles = self.titles.iter().zip(self.map(foreign));
        let titles = titles.map(|(own, mapped)| own.filter(|own| is_own(own)).or(mapped));
        Header {
            titles: self.without_doubles(titles.collect(), foreign),
            ..self.clone()
        }
    }

    /// A title that means a column which stands in the table itself is not needed.
    fn without_doubles(
        &self,
        titles: Vec<Option<&'a str>>,
        foreign: &Foreign,
    ) -> Vec<Option<&'a str>> {
        let is_mapped = |at: usize| titles[at] != self.titles[at];
        let same = |one: &str, other: &str| {
            let mut columns = KEYS.iter();
            letters(one) == letters(other) || columns.any(|c| c.is(one) && c.is(other))
        };
        let kept = titles.iter().enumerate().map(|(at, title)| {
            let title = (*title)?;
            let mut all = titles.iter().enumerate();
            let double = all.any(|(other, its)| {
                other != at && !is_mapped(other) && its.is_some_and(|its| same(its, title))
            });
            let of_mapping = self.titles[at].is_some_and(|own| foreign.maps(own));
            (!(double && is_mapped(at) && of_mapping)).then_some(title)
        });
        kept.collect()
    }

    /// Returns whether the column that this kind is known by stands in it.
    fn names(&self, form: &Form) -> bool {
        form.columns.first().is_some_and(|first| self.has(first))
    }

    /// Returns whether it has what a row of this kind cannot do without, in columns or as
    /// what stands in all rows: a name, access and type.
    fn is_whole(&self, form: &Form, foreign: &Foreign) -> bool {
        let needed = |column: &&Column| {
            column.required
                && match form.kind {
                    TableKind::Keys => !matches!(column.title, "Category" | "Description"),
                    _ => true,
                }
        };
        let mut columns = form.columns.iter().filter(needed);
        self.names(form) && columns.all(|column| self.has(column) || foreign.has_constant(column))
    }

    /// Returns whether the cells are those of keys, where mappings alone say that it is one.
    fn looks_like_keys(&self, foreign: &Foreign) -> bool {
        let [key, access, ty, ..] = &KEYS;
        let place = |column: &Column| {
            let mut titles = self.titles.iter();
            titles.position(|title| title.is_some_and(|title| column.is(title)))
        };
        if let Some(at) = place(access) {
            // People have access and types, too.
            let like = |at, column: &Column, kind| {
                let mut cells = self.cells(at);
                cells.any(|cell| evidence::is_like(&cell, kind) || foreign.knows(&cell, column))
            };
            return self.table.rows.is_empty()
                || like(at, access, ColumnKind::Access)
                || place(ty).is_some_and(|at| like(at, ty, ColumnKind::Type));
        }
        match place(ty) {
            Some(at) => {
                self.holds(ColumnKind::Type) || self.cells(at).any(|cell| foreign.knows(&cell, ty))
            }
            None => place(key).is_some_and(|at| {
                let (keys, all) = self.cells(at).fold((0, 0), |(keys, all), cell| {
                    (keys + usize::from(names::is_key(&cell)), all + 1)
                });
                keys * 2 > all
            }),
        }
    }

    /// The words of a column.
    fn cells(&self, at: usize) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
        let cells = self
            .table
            .rows
            .iter()
            .filter_map(move |row| row.cells.get(at));
        cells.map(|cell| cells::word(self.source, *cell))
    }

    fn has(&self, column: &Column) -> bool {
        let mut titles = self.titles.iter().flatten();
        titles.any(|title| column.is(title))
    }

    /// Returns whether the table is of this kind.
    fn is(&self, form: &Form) -> bool {
        let Some((first, others)) = form.columns.split_first() else {
            return false;
        };
        let all = others.iter().filter(|column| column.required);
        let all: Vec<&Column> = all.collect();
        let known = all.iter().filter(|column| self.has(column)).count();
        let has = |title: &str| others.iter().any(|c| c.title == title && self.has(c));
        let under_key = self.of_key != OfKey::No;
        if !self.has(first) {
            let mut titles = self.titles.iter().flatten();
            let misspelled = titles.any(|title| suggest::nearest(title, [first.title]).is_some());
            return match form.kind {
                TableKind::Fields if !under_key => false,
                TableKind::Positions if self.of_key != OfKey::Counted => false,
                TableKind::Placeholders | TableKind::Headers | TableKind::Words => {
                    misspelled && known == all.len()
                }
                TableKind::Rules => misspelled && has("Reason"),
                TableKind::Keys
                | TableKind::Fields
                | TableKind::Positions
                | TableKind::Routes
                | TableKind::Topics
                | TableKind::Messages => {
                    known == all.len() || (misspelled && known * 2 > all.len())
                }
            };
        }
        // Prose may hold a table with a column "Topic", and one with a column "Key".
        match form.kind {
            TableKind::Keys => {
                let kinds = [ColumnKind::Access, ColumnKind::Type, ColumnKind::Category];
                let there = kinds.iter().filter(|kind| has(kind.title()));
                match there.clone().count() {
                    0 => false,
                    1 => there.copied().any(|kind| self.holds(kind)),
                    _ => true,
                }
            }
            TableKind::Fields => known > 1 && (under_key || has("R/W")),
            TableKind::Positions => known > 1 && (under_key || has("Unit")),
            TableKind::Routes => known > 1 && (has("Query") || has("Action")),
            TableKind::Topics => known > 1 && (has("Action") || has("Retained")),
            TableKind::Messages => known > 1 && (has("Action") || has("Fields")),
            TableKind::Placeholders | TableKind::Headers | TableKind::Words => known > 0,
            TableKind::Rules => true,
        }
    }

    /// Returns whether the cells of the column of this kind hold such words.
    fn holds(&self, kind: ColumnKind) -> bool {
        let mut columns = KEYS.iter();
        let Some(column) = columns.find(|column| column.title == kind.title()) else {
            return false;
        };
        let mut titles = self.titles.iter();
        let place = titles.position(|title| title.is_some_and(|title| column.is(title)));
        place.is_some_and(|place| evidence::holds(self.source, self.table, place, kind))
    }

    /// The cell of each of `columns`, counted from 0.
    fn places(
        &self,
        columns: &'static [Column],
        titles: &[String],
        foreign: &Foreign,
        report: &mut Report,
    ) -> Vec<Option<usize>> {
        let header = &self.table.header;
        let mut places = vec![None; columns.len()];
        let mut strangers = Vec::new();
        for (index, title) in self.titles.iter().enumerate() {
            let Some(title) = title else { continue };
            let span = header.cells[index];
            match columns.iter().position(|column| column.is(title)) {
                None => strangers.push(index),
                Some(column) => match places[column] {
                    None => places[column] = Some(index),
                    Some(before) => {
                        let message = format!("two columns are called `{}`", columns[column].title);
                        report.push(
                            Diagnostic::new(&codes::DUPLICATE_COLUMN, message)
                                .at(span, "the second one")
                                .also(header.cells[before], "the first one, which is read")
                                .help("remove or rename one of them"),
                        );
                    }
                },
            }
        }
        // Only one column is missing and only one is strange, at its very place.
        let lacking = columns.iter().zip(&places);
        let lacking = lacking.filter(|(column, place)| column.required && place.is_none());
        let by_place = strangers.len() == 1 && lacking.count() == 1;
        for (index, (column, place)) in columns.iter().zip(&mut places).enumerate() {
            if column.required && place.is_none() {
                let by_place = by_place && strangers[0] == index;
                let constant = || foreign.has_constant(column);
                *place = missing(
                    header, titles, column, by_place, constant, &mut strangers, report,
                );
            }
        }
        for (column, place) in columns.iter().zip(&mut places) {
            let meant = |&index: &usize| column.slip(&titles[index]).map(|title| (index, title));
            if column.required || place.is_some() {
                continue;
            }
            if let Some((index, title)) = strangers.iter().find_map(meant) {
                strangers.retain(|other| *other != index);
                report.push(misspelled(header, &titles[index], index, title));
                *place = Some(index);
            }
        }
        for index in strangers {
            report.push(stranger(header, &titles[index], index, columns));
        }
        places
    }
}

/// A column that a table may have, but for a slip of the pen.
fn misspelled(header: &Row, found: &str, index: usize, title: &str) -> Diagnostic {
    let span = header.cells[index];
    Diagnostic::new(&codes::UNKNOWN_COLUMN, format!("unknown column `{found}`"))
        .at(span, format!("read as `{title}`"))
        .help(format!(
            "did you mean `{title}`? its cells are read as that"
        ))
        .fix(Fix::certain(format!("write `{title}`")).put(span, title))
}

fn stranger(header: &Row, title: &str, index: usize, columns: &[Column]) -> Diagnostic {
    let known: Vec<&str> = columns.iter().map(|column| column.title).collect();
    let all = match fact(title).filter(|_| known.contains(&UNIT.title)) {
        // All other tables with facts have this one.
        Some(column) => format!(
            "places of an array are checked alike: a column `{}` of the key table states what \
             holds for all of them, the description what holds for one",
            column.title
        ),
        None => format!("known columns of this table: {}", known.join(", ")),
    };
    let span = header.cells[index].or(header.span);
    Diagnostic::new(&codes::UNKNOWN_COLUMN, format!("unknown column `{title}`"))
        .at(span, "its cells are not read")
        .help(suggest::help(title, known.iter().copied(), &all))
}

/// Reports that `column` is missing, unless a constant stands for it; gives the
/// stranger that is meant to be it.
fn missing(
    header: &Row,
    titles: &[String],
    column: &Column,
    by_place: bool,
    constant: impl Fn() -> bool,
    strangers: &mut Vec<usize>,
    report: &mut Report,
) -> Option<usize> {
    let Column { title, .. } = column;
    let message = format!("column `{title}` is missing");
    let diagnostic = Diagnostic::new(&codes::MISSING_COLUMN, message);
    let meant = |&index: &usize| {
        by_place
            || letters(&titles[index]).contains(&letters(title))
            || column.is_certainly(&titles[index])
            || suggest::nearest(&titles[index], [*title]).is_some()
    };
    let Some(at) = strangers.iter().position(meant) else {
        if !constant() {
            let help =
                format!("add a column `{title}` to the header, the row of dashes and each row");
            report.push(diagnostic.at(header.span, "not in this header").help(help));
        }
        return None;
    };
    let index = strangers.remove(at);
    let help = format!("did you mean `{title}`? its cells are read as that");
    let certain = column.is_certainly(&titles[index]);
    let fix = Fix::new(format!("write `{title}`"), certain).put(header.cells[index], *title);
    report.push(
        diagnostic
            .at(header.cells[index], "no known column")
            .help(help)
            .fix(fix),
    );
    Some(index)
}
