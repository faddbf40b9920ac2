//! Registers against each other and the values that they are of.

use goe_runtime::modbus::VOLATILE_MAX;

use super::unique::check_unique;
use crate::{
    model::{
        At, Class, Function, Missing, Model, NullValue, Register, RegisterAccess, RegisterType,
        Scalar, Scale, Target, ValuePath,
    },
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

pub(super) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    let id = |row: &Register| {
        let function = row.function.value.name();
        (
            format!("{} of function {function}", row.name.value),
            row.name.span,
        )
    };
    let help = "give each row of a function a name of its own";
    let code = &codes::BAD_REGISTER;
    check_unique(&model.registers, id, code, "register", help, report);
    check_overlaps(model, report);
    check_volatile(model, report);
    let index = model.index();
    for row in &model.registers {
        check_count(row, report);
        let Some(value) = &row.value else {
            check_without_value(row, report);
            continue;
        };
        match value.value.target(model, &index) {
            Ok(target) => check_target(row, value, target, report),
            // What is wrong with the key was said.
            Err(Missing::Key) if key_names.iter().any(|name| name.value == value.value.key) => {}
            Err(missing) => report.push(unknown(row, value, missing, model, key_names)),
        }
    }
}

fn check_overlaps(model: &Model, report: &mut Report) {
    let mut rows: Vec<&Register> = model.registers.iter().collect();
    rows.sort_by_key(|row| (row.function.value, row.first.value));
    let mut before: Option<&Register> = None;
    for row in rows {
        let other = before.filter(|other| {
            other.function.value == row.function.value && other.last() >= u32::from(row.first.value)
        });
        if let Some(other) = other {
            let function = row.function.value.name();
            report.push(
                Diagnostic::new(
                    &codes::OVERLAPPING_REGISTERS,
                    format!(
                        "`{}` and `{}` share registers of function {function}",
                        other.name.value, row.name.value
                    ),
                )
                .at(row.first.span, format!("takes {}", row.numbers()))
                .also(other.first.span, format!("takes {}", other.numbers()))
                .help("correct the register or the number of registers of one of them"),
            );
        }
        if before.is_none_or(|other| {
            other.function.value != row.function.value || other.last() < row.last()
        }) {
            before = Some(row);
        }
    }
}

fn check_volatile(model: &Model, report: &mut Report) {
    let mut keys: Vec<&str> = Vec::new();
    for row in &model.registers {
        let Some(value) = &row.value else { continue };
        if row.access.value != RegisterAccess::Volatile || keys.contains(&value.value.key.as_str())
        {
            continue;
        }
        keys.push(&value.value.key);
        if keys.len() > VOLATILE_MAX {
            let message = format!("more than {VOLATILE_MAX} keys are volatile");
            report.push(
                Diagnostic::new(&codes::REGISTER_ACCESS, message)
                    .at(row.access.span, "one too many")
                    .help("a device keeps what flash holds of so many: let others be stored"),
            );
        }
    }
}

fn check_count(row: &Register, report: &mut Report) {
    let (ty, count) = (row.ty.value, row.count.value);
    if let Some(needed) = ty.count().filter(|needed| *needed != count) {
        let name = ty.name();
        report.push(
            Diagnostic::new(
                &codes::REGISTER_COUNT,
                format!("`{}` has {count} registers for `{name}`", row.name.value),
            )
            .at(row.count.span, format!("`{name}` takes {needed}"))
            .also(row.ty.span, "its type")
            .help(format!("write {needed}, or the type that takes {count}")),
        );
    }
    if row.last() > u16::MAX.into() {
        report.push(
            Diagnostic::new(
                &codes::BAD_REGISTER,
                format!("`{}` ends behind the last register", row.name.value),
            )
            .at(row.count.span, format!("reaches {}", row.last()))
            .help("the last register is 65535"),
        );
    }
    if row.function.value == Function::Input && row.access.value != RegisterAccess::Read {
        report.push(
            Diagnostic::new(
                &codes::REGISTER_ACCESS,
                format!(
                    "`{}` can be written and is read by function 4",
                    row.name.value
                ),
            )
            .at(
                row.access.span,
                "only registers of function 3 can be written",
            )
            .also(row.function.span, "its function")
            .help("write R, or let function 3 read it"),
        );
    }
}

/// A row without a key always has the same, and nobody writes it.
fn check_without_value(row: &Register, report: &mut Report) {
    if row.access.value != RegisterAccess::Read {
        report.push(
            Diagnostic::new(
                &codes::REGISTER_ACCESS,
                format!("`{}` can be written and has no key", row.name.value),
            )
            .at(row.access.span, "nothing would change")
            .help("write R, or name the key that is set"),
        );
    }
    if let Some(scale) = &row.scale {
        report.push(
            Diagnostic::new(
                &codes::BAD_SCALE,
                format!("`{}` has nothing to scale", row.name.value),
            )
            .at(scale.span, "there is no value")
            .help("leave the cell empty, or name a key"),
        );
    }
    check_null(row, true, report);
}

fn unknown(
    row: &Register,
    value: &At<ValuePath>,
    missing: Missing,
    model: &Model,
    key_names: &[At<String>],
) -> Diagnostic {
    let path = &value.value;
    let (key, name) = (&path.key, &row.name.value);
    let field = path.field.as_deref().unwrap_or_default();
    let index = model.index();
    let fields = index.shape(key).map_or(&[][..], |shape| &shape.fields);
    let (message, label, help) = match missing {
        Missing::Key => (
            format!("`{name}` is of `{key}`, which is no key"),
            "no key table has it".to_owned(),
            suggest::help(
                key,
                key_names.iter().map(|name| name.value.as_str()),
                "add the key to a key table, or leave the cell empty: then it always reads as null",
            ),
        ),
        Missing::Array => (
            format!("`{name}` is of a position of `{key}`, which is no array of known values"),
            "it has no positions".to_owned(),
            "name the key alone, or state what is in the array: `array<float>`, or a section with its positions".to_owned(),
        ),
        Missing::Place(count) => (
            format!("`{key}` has no position {}", path.place.unwrap_or_default()),
            format!("the last one is {}", count.saturating_sub(1)),
            "correct the position; positions are counted from 0".to_owned(),
        ),
        Missing::Object => (
            format!("`{name}` is of a field of `{key}`, where no object with one value is known"),
            "not a field with one value".to_owned(),
            "state the fields of the object in a section that is named after the key".to_owned(),
        ),
        Missing::Field => (
            format!("`{key}` has no field `{field}`"),
            "no row of its section".to_owned(),
            suggest::help(
                field,
                fields.iter().map(|field| field.name.value.as_str()),
                "add the field to the section of the key",
            ),
        ),
    };
    Diagnostic::new(&codes::UNKNOWN_VALUE, message)
        .at(value.span.visible(), label)
        .help(help)
}

fn check_target(row: &Register, value: &At<ValuePath>, target: Target<'_>, report: &mut Report) {
    if !check_fits(row, value, target, report) {
        return;
    }
    check_access(row, value, target, report);
    check_scale(row, target, report);
    check_null(row, target.may_lack, report);
}

/// The registers can hold the value.
fn check_fits(
    row: &Register,
    value: &At<ValuePath>,
    target: Target<'_>,
    report: &mut Report,
) -> bool {
    let ty = row.ty.value;
    let is_bits =
        target.ty.scalar.class() == Class::Array && target.ty.element == Some(Scalar::Bool);
    let (fits, takes) = match target.ty.scalar.class() {
        Class::Bool | Class::Whole(_) => (ty.is_number(), "a number: `uint16`"),
        Class::Real(_) => (ty.is_number(), "a number: `int32`, `float`"),
        Class::Text => (ty.is_text(), "a text: `ascii`, `binary` or `ipv4`"),
        Class::Array if is_bits => (ty == RegisterType::Bits, "`bits`, or name a position of it"),
        Class::Array => (false, "a position of it: `meter[4]`"),
        Class::Object => (false, "a field of it: `wlan.ip`"),
        Class::Any => (false, "a value of a known type"),
    };
    if !fits {
        report.push(
            Diagnostic::new(
                &codes::REGISTER_MISMATCH,
                format!(
                    "`{}` cannot hold the value as `{}`",
                    row.name.value,
                    ty.name()
                ),
            )
            .at(row.ty.span, format!("the value is `{}`", target.ty))
            .also(value.span.visible(), "this value")
            .help(format!("take {takes}")),
        );
    }
    fits
}

fn check_access(row: &Register, value: &At<ValuePath>, target: Target<'_>, report: &mut Report) {
    let name = &row.name.value;
    let access = match target.field {
        Some(field) => field.access.value,
        None => target.key.access.value,
    };
    let writes = row.access.value != RegisterAccess::Read;
    let is_text = !row.ty.value.is_number();
    // A list is written whole, from the registers of its places.
    let is_list = value.value.place.is_some();
    let numbers = target.ty.scalar.is_number();
    let (label, help) = if !access.readable() {
        (
            format!("`{}` is never read", value.value.key),
            "leave the row out: whatever stands in a register can be read",
        )
    } else if !writes {
        return;
    } else if !access.writable() {
        (
            format!("`{}` can only be read", value.value.key),
            "write R, or let clients write the key",
        )
    } else if target.field.is_some() {
        (
            "a field is not set by itself".to_owned(),
            "write R: an object is set as a whole",
        )
    } else if is_text || is_list && !numbers {
        (
            "only numbers and truth values are written by registers".to_owned(),
            "write R",
        )
    } else if target
        .key
        .set_ty
        .is_some_and(|set| set != target.key.ty.value)
    {
        (
            "the key is written as another type than it is read".to_owned(),
            "write R",
        )
    } else if row.access.value == RegisterAccess::Volatile && is_list {
        ("an array is always stored".to_owned(), "write R/W, or R")
    } else {
        return;
    };
    report.push(
        Diagnostic::new(
            &codes::REGISTER_ACCESS,
            format!("the access of `{name}` contradicts its key's"),
        )
        .at(row.access.span.visible(), label)
        .also(
            target
                .field
                .map_or(target.key.access.span, |field| field.access.span),
            "the key's",
        )
        .help(help),
    );
}

fn check_scale(row: &Register, target: Target<'_>, report: &mut Report) {
    let Some(scale) = &row.scale else { return };
    let is_bool = target.ty.scalar == Scalar::Bool;
    let (fits, label, help) = match scale.value {
        Scale::Not => (
            is_bool,
            "the value is no truth value",
            "leave it empty, or write a factor: `10`",
        ),
        Scale::By(..) => (
            target.ty.scalar.is_number(),
            "the value is no number",
            "leave it empty; `not` turns a truth value round",
        ),
    };
    if !fits {
        report.push(
            Diagnostic::new(
                &codes::BAD_SCALE,
                format!("`{}` cannot be scaled so", row.name.value),
            )
            .at(scale.span, label)
            .help(help),
        );
    }
}

/// What `null` becomes is stated where there can be one, and can stand there.
fn check_null(row: &Register, may_lack: bool, report: &mut Report) {
    let (name, ty) = (&row.name.value, row.ty.value);
    let (span, message, label, help) = match &row.null {
        // Without any value it is 0, unless another number is stated.
        None if may_lack && !ty.is_text() && row.value.is_some() => (
            row.value.as_ref().map_or(row.name.span, |value| value.span),
            format!("`{name}` may have no value, and nothing says what it reads as then"),
            "may be null".to_owned(),
            "add a column `Null` with the number that stands for null, or `inf`",
        ),
        Some(null) if !may_lack => (
            null.span,
            format!("`{name}` always has a value"),
            "never needed".to_owned(),
            "leave the cell empty",
        ),
        Some(null) if ty.is_text() && null.value != NullValue::Number(0) => (
            null.span,
            format!("`{name}` reads as zeros where there is no text"),
            "cannot stand in a text".to_owned(),
            "leave the cell empty",
        ),
        Some(null) if null.value == NullValue::Infinity && !ty.is_real() => (
            null.span,
            format!("`{name}` cannot be infinite"),
            format!("`{}` has no infinite number", ty.name()),
            "write a number, or take `float` or `double`",
        ),
        _ => return,
    };
    report.push(
        Diagnostic::new(&codes::BAD_NULL, message)
            .at(span.visible(), label)
            .help(help),
    );
}
