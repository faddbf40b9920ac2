//! The words of the Type cell.

use super::{
    meant::{self, Meant},
    text::{joined, torn},
};
use crate::{
    model::{Class, Scalar, Type},
    names,
    report::codes,
    source::{Diagnostic, Fix, Report, Source, Span, between},
    syntax::cells,
};

/// The content of a Type cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeCell {
    pub(crate) get: Expr,
    pub(crate) set: Option<Expr>,
}

/// The types of a key, which are never those of another field.
pub(crate) struct Types {
    pub(crate) ty: Type,
    pub(crate) set_ty: Option<Type>,
}

impl From<TypeCell> for Types {
    fn from(cell: TypeCell) -> Self {
        Types {
            ty: cell.get.ty(),
            set_ty: cell.set.map(|set| set.ty()),
        }
    }
}

/// A type, or the place where it is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    Type(Type),
    /// `scan.encryptionType`
    SameAs {
        key: String,
        field: String,
        optional: bool,
    },
}

impl Expr {
    /// The type, or a stand-in until the other field is looked up.
    pub(crate) fn ty(&self) -> Type {
        match *self {
            Expr::Type(ty) => ty,
            Expr::SameAs { optional, .. } => Type {
                optional,
                ..Type::of(Scalar::Any)
            },
        }
    }
}

/// The owner of a Type cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Key,
    /// An overlay's: who writes `any` there, beside a reason, means it.
    Correction,
    /// A field's, which may be the type of another field.
    Field,
}

/// Why a type was not understood.
enum TypeError {
    Unknown(String),
    TwiceOptional,
    /// Entries of an array cannot be of this type.
    Element(String),
}

/// The Type cell at `span`, of `of` (such as ``key `mod` ``).
pub(crate) fn read(
    source: &Source,
    span: Span,
    of: &str,
    whose: Whose,
    report: &mut Report,
) -> Option<TypeCell> {
    let same_as = whose == Whose::Field;
    let mut text = cells::word(source, span).into_owned();
    if text.contains('\t') && !understood(&text, same_as) {
        let joined = joined(&text);
        if understood(&joined, same_as) {
            report.push(torn(source, span, "type", &joined, true));
            text = joined;
        }
    }
    let (get, set) = match get_set(&text) {
        Some((get, set)) => (get, Some(set)),
        None => (text.as_str(), None),
    };
    // Both are looked at, so that one run names the faults of both.
    let get = read_expr(source, span, get, of, whose, report);
    let set = set.map(|set| read_expr(source, span, set, of, whose, report));
    let set = match set {
        None => None,
        Some(set) => Some(set?),
    };
    Some(TypeCell { get: get?, set })
}

fn read_expr(
    source: &Source,
    cell: Span,
    text: &str,
    of: &str,
    whose: Whose,
    report: &mut Report,
) -> Option<Expr> {
    let mut vague = None;
    if report.is_full(&codes::UNKNOWN_TYPE) {
        let read = expr(text, whose == Whose::Field, &mut None);
        if read.is_err() {
            report.push(Diagnostic::new(&codes::UNKNOWN_TYPE, ""));
            return None;
        }
    }
    let (word, message, label, help, meant) = match expr(text, whose == Whose::Field, &mut vague) {
        Ok(expr) => {
            let meant = |word: &String| whose == Whose::Correction && word == "any";
            if let Some(word) = vague.filter(|word| !meant(word)) {
                let message = format!("type `{word}` of {of} says nothing");
                report.push(
                    Diagnostic::new(&codes::VAGUE_TYPE, message)
                        .at(
                            part(source, cell, &word),
                            "kept as `any`: any JSON is accepted, and readers get raw JSON",
                        )
                        .help(
                            "write down the type that the values have; if any JSON is meant, \
                             write `any JSON`",
                        )
                        .fixes(put(source, cell, text, &word, "any JSON", false)),
                );
            }
            return Some(expr);
        }
        Err(TypeError::TwiceOptional) => (
            text.to_owned(),
            format!("type of {of} is optional twice"),
            "optional of an optional",
            "write `optional<…>` once".to_owned(),
            meant::meant(text),
        ),
        Err(TypeError::Element(word)) => {
            let message = format!("entries of {of} cannot be `{word}`");
            let help = "entries are plain values that are always there, `array<float>`; \
                        objects in an array are described by a shape";
            let none = Meant::default();
            (
                word,
                message,
                "not the type of an entry",
                help.to_owned(),
                none,
            )
        }
        Err(TypeError::Unknown(word)) => {
            let (message, label) = match word.is_empty() {
                true => (format!("no type for {of}"), "empty"),
                false => (format!("unknown type `{word}` for {of}"), "not a type"),
            };
            let known: Vec<_> = Scalar::names().collect();
            let all = format!(
                "types are {}, `array<…>` of a plain one, and `optional<…>` of these",
                known.join(", ")
            );
            let mut meant = meant::meant(&word);
            let fits = |ty: &String| understood(&text.replacen(&word, ty, 1), false);
            meant.types.retain(fits);
            let help = match meant.types.as_slice() {
                [] => all,
                [ty] => format!("did you mean `{ty}`?"),
                [others @ .., last] => {
                    format!("did you mean `{}` or `{last}`?", others.join("`, `"))
                }
            };
            (word, message, label, help, meant)
        }
    };
    let Meant { types, certain } = meant;
    let fixes = types
        .iter()
        .filter_map(|ty| put(source, cell, text, &word, ty, certain));
    report.push(
        Diagnostic::new(&codes::UNKNOWN_TYPE, message)
            .at(part(source, cell, &word), label)
            .help(help)
            .fixes(fixes),
    );
    None
}

/// Writes `ty` in the place of `word`, a part of `text`, in the cell; nothing if
/// it cannot be told where that is.
fn put(
    source: &Source,
    cell: Span,
    text: &str,
    word: &str,
    ty: &str,
    certain: bool,
) -> Option<Fix> {
    let inner = cells::unquoted(source, cell);
    let raw = source.slice(inner.range());
    let is_code = inner != cell;
    let spelled = |new: &str, alone: bool| match is_code || !new.contains('<') || raw.contains('<')
    {
        true => new.to_owned(),
        // Bare, HTML would swallow the brackets.
        false if alone => format!("`{new}`"),
        false => new.replace('<', "&lt;").replace('>', "&gt;"),
    };
    let fix = Fix::new(format!("write `{ty}`"), certain);
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut places = raw.match_indices(word).map(|(at, _)| at..at + word.len());
    let mut places = places.by_ref().filter(|range| {
        let (before, behind) = (&raw[..range.start], &raw[range.end..]);
        !letter(before.chars().next_back()) && !letter(behind.chars().next())
    });
    match (places.next(), places.next()) {
        (Some(range), None) if !word.is_empty() => {
            let alone = range == (0..raw.len());
            Some(fix.put(inner.part(range), spelled(ty, alone)))
        }
        // Entities or escapes: all of the cell, if the type is all of it.
        (None, _) if cells::word(source, cell).trim() == text.trim() => {
            let whole = text.trim().replacen(word, ty, 1);
            let whole = match raw.contains("&lt;") {
                true => whole.replace('<', "&lt;").replace('>', "&gt;"),
                false => spelled(&whole, true),
            };
            Some(fix.put(inner, whole))
        }
        _ => None,
    }
}

/// Whether `text` is a type, or can mean nothing else.
pub(crate) fn is_certain(text: &str) -> bool {
    spelling(text).is_some() || meant::meant(text).certain
}

/// The text of a Type cell in the spelling of the catalogue; words that say
/// nothing stay as they are.
pub(crate) fn spelling(text: &str) -> Option<String> {
    fn one(text: &str) -> Option<String> {
        let text = text.trim();
        if let Some(inner) = nullable(text) {
            return nullable(inner)
                .is_none()
                .then(|| one(inner))?
                .map(|ty| format!("optional<{ty}>"));
        }
        if let Some(inner) = entries(text) {
            return element(inner).ok().map(|of| Type::array(of).to_string());
        }
        let word = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (scalar, _) = Scalar::parse(&word)?;
        Some(match scalar {
            Scalar::Any => word,
            scalar => scalar.name().to_owned(),
        })
    }
    if text.contains('\t') {
        return None;
    }
    match get_set(text) {
        Some((get, set)) => Some(format!("get: {} set: {}", one(get)?, one(set)?)),
        None => one(text),
    }
}

/// Returns whether a word is the name of a type.
pub(crate) fn is_type(word: &str) -> bool {
    word == "optional" || Scalar::parse(word).is_some()
}

/// Returns whether the text of a Type cell is a type.
fn understood(text: &str, same_as: bool) -> bool {
    let understood = |text| expr(text, same_as, &mut None).is_ok();
    match get_set(text) {
        Some((get, set)) => understood(get) && understood(set),
        None => understood(text),
    }
}

/// `get: A set: B`, also with a comma between.
fn get_set(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim().strip_prefix("get:")?;
    let (get, set) = rest.split_once("set:")?;
    Some((get.trim().trim_end_matches([',', ';']).trim(), set.trim()))
}

fn expr(text: &str, same_as: bool, vague: &mut Option<String>) -> Result<Expr, TypeError> {
    let text = text.trim();
    if let Some(inner) = nullable(text) {
        return match expr(inner, same_as, vague)? {
            Expr::Type(ty) if !ty.optional => Ok(Expr::Type(ty.or_null())),
            Expr::SameAs {
                key,
                field,
                optional: false,
            } => Ok(Expr::SameAs {
                key,
                field,
                optional: true,
            }),
            Expr::Type(_) | Expr::SameAs { .. } => Err(TypeError::TwiceOptional),
        };
    }
    if let Some(inner) = entries(text) {
        return element(inner).map(|element| Expr::Type(Type::array(element)));
    }
    let word = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((scalar, is_vague)) = Scalar::parse(&word) {
        *vague = is_vague.then_some(word);
        return Ok(Expr::Type(Type::of(scalar)));
    }
    // Keys may have dots, fields have none.
    match text.rsplit_once('.') {
        Some((key, field)) if same_as && names::is_key(key) && names::is_word(field) => {
            let (key, field) = (key.to_owned(), field.to_owned());
            Ok(Expr::SameAs {
                key,
                field,
                optional: false,
            })
        }
        _ => Err(TypeError::Unknown(text.to_owned())),
    }
}

/// Returns the type of the entries of an array: a plain value, never `null`.
fn element(text: &str) -> Result<Scalar, TypeError> {
    let text = text.trim();
    if nullable(text).is_some() {
        return Err(TypeError::Element(text.to_owned()));
    }
    let word = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((scalar, _)) = Scalar::parse(&word).filter(|_| entries(text).is_none()) else {
        return match entries(text) {
            Some(_) => Err(TypeError::Element(text.to_owned())),
            None => Err(TypeError::Unknown(word)),
        };
    };
    match scalar.class() {
        Class::Bool | Class::Whole(_) | Class::Real(_) | Class::Text => Ok(scalar),
        Class::Array | Class::Object | Class::Any => Err(TypeError::Element(word)),
    }
}

/// The `X` of `array<X>`.
fn entries(text: &str) -> Option<&str> {
    between(text.strip_prefix("array")?.trim_start(), "<", ">")
}

/// The `X` of `optional<X>`, `X or null`, `null or X`.
fn nullable(text: &str) -> Option<&str> {
    let text = text.trim();
    text.strip_prefix("optional")
        .and_then(|rest| between(rest.trim_start(), "<", ">"))
        .or_else(|| text.strip_prefix("null or "))
        .or_else(|| text.strip_suffix(" or null"))
}

/// Where `word` stands in the cell, or the whole cell.
fn part(source: &Source, cell: Span, word: &str) -> Span {
    let text = source.slice(cell.range());
    match text.find(word) {
        Some(at) if !word.is_empty() => cell.part(at..at + word.len()),
        _ => cell.visible(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let spec = crate::Spec::from_files([("t.md", text.as_bytes().to_vec())]);
        let mut report = Report::default();
        let source = &spec.sources()[0];
        let span = Span {
            file: 0,
            start: 0,
            end: text.len(),
        };
        let show = |expr: &Expr| match expr {
            Expr::Type(ty) => ty.to_string(),
            Expr::SameAs {
                key,
                field,
                optional,
            } => format!("{key}.{field} {optional}"),
        };
        let shown = match read(source, span, "key `k`", Whose::Field, &mut report) {
            Some(TypeCell { get, set: None }) => show(&get),
            Some(TypeCell {
                get,
                set: Some(set),
            }) => format!("{} / {}", show(&get), show(&set)),
            None => report.diagnostics()[0].help.clone().unwrap().into_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reads_types() {
        check("uint8", "uint8");
        check("`uint8_t`", "uint8");
        check("int", "int32");
        check("optional&lt;double&gt;", "optional<double>");
        check("`optional<int>`", "optional<int32>");
        check("null or milliseconds", "optional<milliseconds>");
        check("string or null", "optional<string>");
        check("unsigned  int", "uint32");
        check("optional<JsonObject>", "optional<object>");
        check("array<uint8_t>", "array<uint8>");
        check("array &lt; float &gt;", "array<float>");
        check("optional<array<bool>>", "optional<array<bool>>");
        check("array<flaot>", "did you mean `float`?");
        let plain = "entries are plain values that are always there, `array<float>`; objects \
                     in an array are described by a shape";
        check("array<optional<float>>", plain);
        check("array<array<float>>", plain);
        check("array<object>", plain);
        check("get: bool set: string", "bool / string");
        check(
            "get: optional<uint8_t>, set: uint8_t",
            "optional<uint8> / uint8",
        );
        check("legacy", "any");
        check("scan.encryptionType", "scan.encryptionType false");
        check("optional<scan.rssi>", "scan.rssi true");
        check("unit8", "did you mean `uint8`?");
        check("optional<duoble>", "did you mean `double`?");
        check("optional<optional<int>>", "write `optional<…>` once");
        check("get: bool set: sting", "did you mean `string`?");
    }
}
