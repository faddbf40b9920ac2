//! Rows of a table of registers.

use super::{
    cell::{
        is_blank,
        text::{origin, prose, word},
    },
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, Function, NullValue, Register, RegisterAccess, RegisterType, Scale, ValuePath},
    names,
    report::codes,
    source::{Code, Diagnostic, Report},
    suggest,
};

/// Registers that one request can read.
const COUNT_MAX: u32 = 125;

/// The registers in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Vec<Register> {
    let rows = table.rows.iter();
    rows.filter_map(|row| register(table, row, report))
        .collect()
}

fn register(table: &Table<'_>, row: &Cells, report: &mut Report) -> Option<Register> {
    let source = table.source;
    let [
        first,
        function,
        name,
        ty,
        count,
        value,
        scale,
        access,
        description,
    ] = row.all()?;
    let name = word(source, name);
    let of = match name.value.as_str() {
        "" => "this row".to_owned(),
        name => format!("register `{name}`"),
    };
    let first = number(&word(source, first), 0..=u16::MAX.into(), &of, report);
    let count = number(&word(source, count), 1..=COUNT_MAX, &of, report);
    let function = choice(&word(source, function), &FUNCTIONS, &of, report);
    let ty = choice(&word(source, ty), &TYPES, &of, report);
    let access = choice(&word(source, access), &ACCESSES, &of, report);
    let value = optional(word(source, value), |cell| path(cell, &of, report));
    let scale = optional(word(source, scale), |cell| scale_of(cell, &of, report));
    let null = row.get(NULL).map(|cell| word(source, cell));
    let null = match null {
        Some(cell) => optional(cell, |cell| null_of(cell, &of, report)),
        None => Some(None),
    };
    let first = first?;
    Some(Register {
        first: At {
            // It is within these bounds.
            value: u16::try_from(first.value).ok()?,
            span: first.span,
        },
        function: function?,
        name,
        ty: ty?,
        count: count?,
        value: value?,
        scale: scale?,
        access: access?,
        null: null?,
        description: prose(source, description).value,
        origin: origin(source, row.span),
    })
}

/// The column of what stands for `null`.
const NULL: usize = 9;

/// A cell that may be blank; `None` if it is not and could not be read.
fn optional<T>(
    cell: At<String>,
    read: impl FnOnce(&At<String>) -> Option<T>,
) -> Option<Option<At<T>>> {
    if is_blank(&cell.value) {
        return Some(None);
    }
    let value = read(&cell)?;
    Some(Some(At {
        value,
        span: cell.span,
    }))
}

/// The words of a column, and what is said of any other.
struct Choice<T: 'static> {
    what: &'static str,
    all: &'static [(&'static str, T)],
    code: &'static Code,
}

const FUNCTIONS: Choice<Function> = Choice {
    what: "function",
    all: Function::ALL,
    code: &codes::BAD_FUNCTION,
};
const TYPES: Choice<RegisterType> = Choice {
    what: "type",
    all: RegisterType::ALL,
    code: &codes::UNKNOWN_REGISTER_TYPE,
};
const ACCESSES: Choice<RegisterAccess> = Choice {
    what: "access",
    all: RegisterAccess::ALL,
    code: &codes::REGISTER_ACCESS,
};

fn choice<T: Copy>(
    cell: &At<String>,
    of: &Choice<T>,
    owner: &str,
    report: &mut Report,
) -> Option<At<T>> {
    let found = of.all.iter().find(|(word, _)| *word == cell.value);
    if let Some((_, value)) = found {
        return Some(At {
            value: *value,
            span: cell.span,
        });
    }
    let known: Vec<&str> = of.all.iter().map(|(word, _)| *word).collect();
    let otherwise = format!("write {}", known.join(" | ").replace(" | ", " or "));
    let message = format!("unknown {} `{}` of {owner}", of.what, cell.value);
    report.push(
        Diagnostic::new(of.code, message)
            .at(
                cell.span.visible(),
                format!("not a {}", of.what).replace("a access", "an access"),
            )
            .help(suggest::help(
                &cell.value,
                known.iter().copied(),
                &otherwise,
            ))
            .fixes(suggest::fix(&cell.value, cell.span, &known)),
    );
    None
}

fn number(
    cell: &At<String>,
    allowed: std::ops::RangeInclusive<u32>,
    of: &str,
    report: &mut Report,
) -> Option<At<u32>> {
    let number = cell.value.parse().ok();
    if let Some(value) = number.filter(|number| allowed.contains(number)) {
        return Some(At {
            value,
            span: cell.span,
        });
    }
    let (least, most) = (allowed.start(), allowed.end());
    let what = if *least == 0 {
        "the register as it is sent, counted from 0: `100` for what is also called 30101"
    } else {
        "how many registers the value takes"
    };
    report.push(
        Diagnostic::new(
            &codes::BAD_REGISTER,
            format!("`{}` is not a number of {of}", cell.value),
        )
        .at(cell.span.visible(), format!("expected {least} to {most}"))
        .help(format!("write {what}")),
    );
    None
}

/// `meter[4]`, `wlan.ip`, `cards[0].energy`.
fn path(cell: &At<String>, of: &str, report: &mut Report) -> Option<ValuePath> {
    let found = cut(&cell.value);
    if found.is_none() {
        report.push(
            Diagnostic::new(
                &codes::UNKNOWN_VALUE,
                format!("`{}` of {of} names no value", cell.value),
            )
            .at(cell.span.visible(), "not a key, a position or a field")
            .help("write a key, `amp`; a position of an array, `meter[4]`; or a field of an object, `wlan.ip`"),
        );
    }
    found
}

fn cut(text: &str) -> Option<ValuePath> {
    let (before, place, behind) = match text.split_once('[') {
        None => {
            let (key, field) = match text.split_once('.') {
                Some((key, field)) => (key, Some(field)),
                None => (text, None),
            };
            (key, None, field)
        }
        Some((key, rest)) => {
            let (place, behind) = rest.split_once(']')?;
            let field = match behind {
                "" => None,
                behind => Some(behind.strip_prefix('.')?),
            };
            (key, Some(place.parse().ok()?), field)
        }
    };
    let is_name = |name: &str| names::is_key(name) && !name.contains(['.', '[']);
    (is_name(before) && behind.is_none_or(is_name)).then(|| ValuePath {
        key: before.to_owned(),
        place,
        field: behind.map(str::to_owned),
    })
}

fn scale_of(cell: &At<String>, of: &str, report: &mut Report) -> Option<Scale> {
    let whole = |text: &str| text.trim().parse().ok().filter(|number: &u16| *number > 0);
    let found = match cell.value.split_once('/') {
        _ if cell.value == "not" => Some(Scale::Not),
        Some((by, divided_by)) => whole(by)
            .zip(whole(divided_by))
            .map(|(a, b)| Scale::By(a, b)),
        None => whole(&cell.value).map(|by| Scale::By(by, 1)),
    };
    if found.is_none() {
        report.push(
            Diagnostic::new(
                &codes::BAD_SCALE,
                format!("`{}` is not a scale of {of}", cell.value),
            )
            .at(cell.span.visible(), "not a factor")
            .help("write what the value is multiplied by: `10`, `1/100`, up to 65535; or `not` for the other truth value"),
        );
    }
    found
}

fn null_of(cell: &At<String>, of: &str, report: &mut Report) -> Option<NullValue> {
    let found = match cell.value.as_str() {
        "inf" => Some(NullValue::Infinity),
        number => number.parse().ok().map(NullValue::Number),
    };
    if found.is_none() {
        report.push(
            Diagnostic::new(
                &codes::BAD_NULL,
                format!("`{}` cannot stand for null in {of}", cell.value),
            )
            .at(cell.span.visible(), "neither a number nor `inf`")
            .help("write a whole number from 0 to 65535, or `inf` for the infinite one"),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_at_their_marks() {
        let show = |text: &str| {
            let path = cut(text)?;
            Some(format!("{} {:?} {:?}", path.key, path.place, path.field))
        };
        for (text, expected) in [
            ("amp", Some("amp None None")),
            ("nrg[4]", Some("nrg Some(4) None")),
            ("ccw.ip", Some("ccw None Some(\"ip\")")),
            ("cards[0].energy", Some("cards Some(0) Some(\"energy\")")),
            ("nrg[x]", None),
            ("nrg[4", None),
            ("nrg[4]ip", None),
            ("nrg[-1]", None),
            ("a b", None),
            ("ccw.", None),
            (".ip", None),
            ("a.b.c", None),
        ] {
            assert_eq!(show(text).as_deref(), expected, "{text}");
        }
    }
}
