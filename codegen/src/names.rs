//! From names of the spec to identifiers of Rust: the one place with rules.
//!
//! A name is cut into words at every `_`, `/`, `-`, `.` and space, and where a
//! capital begins a word; digits belong to the word before them.
//!
//! | spec | words | [`field`] | [`variant`] |
//! |---|---|---|---|
//! | `dwo` | dwo | `dwo` | `Dwo` |
//! | `mod` | mod | `r#mod` | `Mod` |
//! | `encryptionType` | encryption type | `encryption_type` | `EncryptionType` |
//! | `IDLE_STATUS` | IDLE STATUS | `idle_status` | `IdleStatus` |
//! | `WPA_WPA2_PSK` | WPA WPA2 PSK | `wpa_wpa2_psk` | `WpaWpa2Psk` |
//! | `averagePPv` | average P Pv | `average_p_pv` | `AveragePPv` |
//! | `SuspendedEVSE` | Suspended EVSE | `suspended_evse` | `SuspendedEvse` |
//! | `self` | self | none | none |
//!
//! A word of Rust becomes a raw identifier. The four that cannot (`self`,
//! `Self`, `super`, `crate`) are `None`: an error of the spec.

/// The name as a field or module: snake_case, raw where needed.
pub fn field(name: &str) -> Option<String> {
    usable(snake(name))
}

/// The name as a type or enum variant: UpperCamelCase.
pub fn variant(name: &str) -> Option<String> {
    usable(camel(name))
}

/// snake_case, whether usable or not.
pub fn snake(name: &str) -> String {
    let words: Vec<_> = words(name).iter().map(|word| word.to_lowercase()).collect();
    words.join("_")
}

/// UpperCamelCase, whether usable or not.
pub fn camel(name: &str) -> String {
    let mut out = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        out.extend(letters.flat_map(char::to_lowercase));
    }
    out
}

/// lowerCamelCase, for languages that label with it; `None` for what no language
/// takes: `voltageL1` of `voltage L1`.
pub fn label(name: &str) -> Option<String> {
    let name = camel(name);
    let mut letters = name.chars();
    let first = letters.next().filter(char::is_ascii_alphabetic)?;
    let label: String = [first.to_ascii_lowercase()]
        .into_iter()
        .chain(letters)
        .collect();
    label
        .chars()
        .all(|c| c.is_ascii_alphanumeric())
        .then_some(label)
}

/// `c`, 3 and `n` of `c3n`: what stands around the first number of a name.
pub(crate) fn numbered(name: &str) -> Option<(&str, u64, &str)> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let digits = &name[start..];
    let end = start
        + digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
    Some((&name[..start], name[start..end].parse().ok()?, &name[end..]))
}

/// Returns whether `name` can be a key: words of letters, digits and `_` with a dot
/// between each two, the first of which begins with a letter.
pub(crate) fn is_key(name: &str) -> bool {
    let mut words = name.split('.');
    let plain = |word: &str| {
        let mut letters = word.chars();
        !word.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    words.next().is_some_and(is_word) && words.all(plain)
}

/// Returns whether `name` is one word: a letter, then letters, digits and `_`.
pub(crate) fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name as a constant: UPPER_CASE.
pub fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// The name of the type that a key or field `name` gives its values: as
/// [`camel`], with `Value` behind it where generated code has another `Text`,
/// `Key` or `Option`.
pub fn type_name(name: &str) -> String {
    let mut ty = camel(name);
    if TAKEN_TYPES.binary_search(&ty.as_str()).is_ok() {
        ty.push_str("Value");
    }
    ty
}

fn usable(identifier: String) -> Option<String> {
    match identifier.as_str() {
        "self" | "Self" | "super" | "crate" => None,
        word if KEYWORDS.binary_search(&word).is_ok() => Some(format!("r#{identifier}")),
        word if is_ident(word) => Some(identifier),
        _ => None,
    }
}

fn is_ident(word: &str) -> bool {
    if word.is_ascii() {
        let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        return word != "_"
            && word.starts_with(letter)
            && word.chars().all(|c| letter(c) || c.is_ascii_digit());
    }
    let mut letters = word.chars();
    let first = letters.next();
    first.is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
        && letters.all(unicode_ident::is_xid_continue)
}

/// Types that generated code uses or defines itself.
const TAKEN_TYPES: &[&str] = &[
    "Access", "Api", "Category", "Clone", "Copy", "Debug", "Default", "Descriptor", "Doc",
    "Document", "Err", "Field", "FromValue", "Items", "JsonStr", "Key", "KeyIndex", "KeySet",
    "List", "NamedValue", "None", "Ok", "Option", "Out", "PartialEq", "RawJson", "Read",
    "ReadWrite", "Readings", "Registry", "Render", "Result", "Self", "Settings", "Shape", "Some",
    "String", "Text", "ToJson", "Type", "Value", "Vec", "Write", "WriteError",
];

/// Keywords of the 2024 edition, strict and reserved, that can be raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(['_', '/', '-', '.', ' ']) {
        let mut start = 0;
        let letters: Vec<(usize, char)> = part.char_indices().collect();
        for (index, &(at, letter)) in letters.iter().enumerate().skip(1) {
            let before = letters[index - 1].1;
            let next_is_small = letters
                .get(index + 1)
                .is_some_and(|(_, c)| c.is_lowercase());
            // `aB` and `2B` begin a word at B, `ABc` at B too, `AB` does not.
            let begins = letter.is_uppercase()
                && (before.is_lowercase()
                    || (before.is_numeric() && next_is_small)
                    || (before.is_uppercase() && next_is_small));
            if begins {
                words.push(&part[start..at]);
                start = at;
            }
        }
        words.push(&part[start..]);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let cases = [
            ("dwo", Some("dwo"), Some("Dwo")),
            ("mod", Some("r#mod"), Some("Mod")),
            ("gen", Some("r#gen"), Some("Gen")),
            ("try", Some("r#try"), Some("Try")),
            ("self", None, None),
            ("Self", None, None),
            ("super", None, Some("Super")),
            ("crate", None, Some("Crate")),
            ("_", None, None),
            (
                "encryptionType",
                Some("encryption_type"),
                Some("EncryptionType"),
            ),
            ("ftmResponder", Some("ftm_responder"), Some("FtmResponder")),
            ("IDLE_STATUS", Some("idle_status"), Some("IdleStatus")),
            ("WPA_WPA2_PSK", Some("wpa_wpa2_psk"), Some("WpaWpa2Psk")),
            (
                "WPA2_ENTERPRISE",
                Some("wpa2_enterprise"),
                Some("Wpa2Enterprise"),
            ),
            ("OPEN", Some("open"), Some("Open")),
            ("None", Some("none"), Some("None")),
            ("Unknown/Error", Some("unknown_error"), Some("UnknownError")),
            (
                "SuspendedEVSE",
                Some("suspended_evse"),
                Some("SuspendedEvse"),
            ),
            ("WIFI_BW_HT20", Some("wifi_bw_ht20"), Some("WifiBwHt20")),
            ("Force_3", Some("force_3"), Some("Force3")),
            ("averagePPv", Some("average_p_pv"), Some("AveragePPv")),
            (
                "iso15118Enablement",
                Some("iso15118_enablement"),
                Some("Iso15118Enablement"),
            ),
            ("ipv6", Some("ipv6"), Some("Ipv6")),
            ("3Phase", None, None),
            ("", None, None),
        ];
        for (name, as_field, as_variant) in cases {
            assert_eq!(field(name).as_deref(), as_field, "{name}");
            assert_eq!(variant(name).as_deref(), as_variant, "{name}");
        }
    }

    #[test]
    fn every_identifier_is_one_for_rustc() {
        for name in KEYWORDS {
            let raw = field(name).unwrap();
            assert!(syn::parse_str::<syn::Ident>(&raw).is_ok(), "{raw}");
        }
        assert!(KEYWORDS.is_sorted(), "binary search needs order");
        assert!(TAKEN_TYPES.is_sorted(), "binary search needs order");
    }
}
