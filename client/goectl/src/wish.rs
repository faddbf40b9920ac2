//! What somebody wants a key to be: `amp=16`, `frc=on`, `wifis=@wifis.json`.
//!
//! It is JSON afterwards that the table accepts, so that a charger of the table's release
//! is asked for nothing that it must refuse. It must never know a charger.

use std::fs;
use std::io::Read as _;

use goe_api::{Key, Write};
use goe_runtime::{Kind, NamedValue, Reason, WriteError, json};

use crate::fault::{Fault, Outcome};
use crate::table::{self, Path};
use crate::words;

/// More than any key takes.
const FILE_MAX: u64 = 64 * 1024;

/// A key and the JSON that it shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) name: String,
    /// The same, if the table knows it.
    key: Option<Key>,
    pub(crate) json: String,
}

impl Wish {
    /// Reads `KEY=VALUE`, where the value may stand in a file. `any` lets a key be one that
    /// the table does not have, whose value has to be JSON.
    pub(crate) fn read(text: &str, any: bool) -> Outcome<Self> {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Fault::usage(format!("`{text}` says no value"))
                .help("write KEY=VALUE, such as amp=16"));
        };
        let key = match known(name) {
            Err(fault) if Path::parse(name).key.is_some() || name.is_empty() => return Err(fault),
            Err(_) if any => None,
            key => Some(key?),
        };
        let json = match value.strip_prefix('@') {
            Some(file) => json_of(key, &content(name, file)?),
            None if is_secret(key, value) => {
                return Err(Fault::usage(format!(
                    "the value of `{name}` holds a secret, which every user of this computer can see on the command line"
                ))
                .help(format!(
                    "write it to a file of yours and give that, `{name}=@FILE`, or pipe it in, `{name}=@-`"
                )));
            }
            None => json_of(key, value),
        };
        let checked = match key {
            Some(key) => Write::parse(key, &json)
                .err()
                .map(|error| explained(key, &json, error)),
            None => json::check(&json).err().map(|_| {
                Fault::usage(format!("the value of `{name}` is no JSON"))
                    .help("the table does not say what it is; a text needs its quotes: '\"text\"'")
            }),
        };
        let name = name.to_owned();
        checked.map_or(Ok(Wish { name, key, json }), Err)
    }
}

impl Wish {
    /// Returns whether nobody must see it.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret(self.key, &self.json)
    }
}

/// The key of that name, which a set has to be one of.
fn known(name: &str) -> Outcome<Key> {
    let path = Path::parse(name);
    match path.key {
        Some(key) if path.steps.is_empty() => Ok(key),
        Some(_) => Err(
            Fault::usage(format!("only all of `{}` can be set", path.name)).help(format!(
                "goectl explain {} shows what its value looks like",
                path.name
            )),
        ),
        None => Err(unknown(&path.name)
            .help("if it is newer than this program, --any sends it all the same")),
    }
}

/// A word that is no key, with those that may be meant.
pub(crate) fn unknown(name: &str) -> Fault {
    let fault = Fault::usage(format!("there is no key `{}`", words::printable(name)));
    let near = table::near(name);
    if near.is_empty() {
        return fault.help("goectl explain lists all keys");
    }
    let few = near.into_iter().take(5);
    few.fold(fault, |fault, key| {
        let title = Path::of(key.name()).title().unwrap_or_default();
        fault.help(format!("did you mean `{}`? {title}", key.name()))
    })
}

fn is_secret(key: Option<Key>, value: &str) -> bool {
    key.is_some_and(|key| key.descriptor().is_secret()) || words::has_login(value)
}

/// What stands in a file, or comes in.
fn content(name: &str, file: &str) -> Outcome<String> {
    let mut text = String::new();
    let read = match file {
        "-" => std::io::stdin().take(FILE_MAX).read_to_string(&mut text),
        _ => fs::File::open(file).and_then(|open| open.take(FILE_MAX).read_to_string(&mut text)),
    };
    let place = if file == "-" { "standard input" } else { file };
    read.map_err(|error| {
        Fault::usage(format!(
            "the value of `{name}` cannot be read from {place}: {error}"
        ))
        .help(format!(
            "for a text that begins with @, write {name}='\"@...\"'"
        ))
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// What people type, as JSON. What makes no sense is left for the table to refuse.
fn json_of(key: Option<Key>, text: &str) -> String {
    let typed = text.trim();
    let Some(key) = key else {
        return typed.to_owned();
    };
    let ty = &key.descriptor().write;
    if typed == "null" || ty.list.is_some() {
        return typed.to_owned();
    }
    match ty.kind {
        Kind::Bool => match typed.to_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => "true".to_owned(),
            "false" | "off" | "no" | "0" => "false".to_owned(),
            _ => typed.to_owned(),
        },
        Kind::Named(names) => {
            let number = named(names, typed);
            number.map_or_else(|| typed.to_owned(), |number| number.to_string())
        }
        Kind::Text { .. } | Kind::Colour => match serde_json::from_str::<String>(typed) {
            Ok(_) => typed.to_owned(),
            Err(_) => serde_json::Value::from(text).to_string(),
        },
        // A number may have its unit, and no other.
        Kind::Integer { .. } | Kind::Float | Kind::Double | Kind::RealWithin { .. } => {
            let unit = Path::of(key.name()).unit().unwrap_or_default();
            let number = typed.strip_suffix(unit).unwrap_or(typed);
            number.trim_end().to_owned()
        }
        _ => typed.to_owned(),
    }
}

/// The number with that name, however its letters are written.
fn named(names: &[NamedValue], typed: &str) -> Option<i64> {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let typed = plain(typed);
    let found = names.iter().find(|name| plain(name.name) == typed);
    found.map(|name| name.value)
}

/// Why the table does not take a value, and what it takes.
fn explained(key: Key, json: &str, error: WriteError) -> Fault {
    let (name, ty) = (key.name(), key.descriptor().write);
    let takes = format!("it takes {}", words::accepted(&ty));
    match error {
        WriteError::WithoutSetter => {
            let title = Path::of(name).title().unwrap_or_default();
            Fault::usage(format!("`{name}` can only be read: {title}"))
        }
        WriteError::Rejected {
            reason: Reason::Json(_),
            ..
        } => Fault::usage(format!("the value of `{name}` is no JSON")).help(takes),
        WriteError::Rejected { reason, path } => {
            let fault = Fault::usage(format!("`{name}` does not take that: {path}{reason}"));
            let fault = fault.help(takes);
            match (ty.kind, json) {
                (Kind::Text { .. }, "null") => {
                    fault.help(format!("for the text null, write {name}='\"null\"'"))
                }
                _ => fault.help(format!("goectl explain {name} tells more")),
            }
        }
        other => Fault::usage(format!("`{name}` does not take that: {other:?}")).help(takes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_people_type_them() {
        for (text, json) in [
            ("amp=16", "16"),
            ("amp=16A", "16"),
            ("dwo=3500 Wh", "3500"),
            ("frc=on", "2"),
            ("frc=NEUTRAL", "0"),
            ("frc=1", "1"),
            ("psm=force_3", "2"),
            ("psm=force3", "2"),
            ("fup=Off", "false"),
            ("fup=yes", "true"),
            ("dwo=null", "null"),
            ("dwo= 3500.5 ", "3500.5"),
            ("fna=My \"Garage\"", r#""My \"Garage\"""#),
            ("fna=\"null\"", "\"null\""),
            ("fna=1234", "\"1234\""),
            ("fna=a=b=c", "\"a=b=c\""),
            ("cwc=#00ff00", "\"#00ff00\""),
            ("clp=[6,10]", "[6,10]"),
            ("mcu=mqtt://192.168.4.3:1883", "\"mqtt://192.168.4.3:1883\""),
        ] {
            let wish = Wish::read(text, false).map_err(|fault| fault.text());
            assert_eq!(wish.map(|wish| wish.json), Ok(json.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_the_table_refuses_is_never_asked_for() {
        for (text, words) in [
            ("amp", "KEY=VALUE"),
            (
                "ampp=16",
                "did you mean `amp`? Current that the owner wants",
            ),
            ("alw=true", "`alw` can only be read"),
            ("amp=40", "Value 40 exceeds range 6 to 32"),
            ("dwo=3.5kWh", "a number, or null"),
            ("amp=fast", "a whole number from 6 to 32"),
            ("amp=null", "value must be uint8"),
            ("frc=maybe", "Neutral (0), Off (1), On (2)"),
            ("frc=3", "On (2)"),
            ("fna=abc", "text of 4 to 64 bytes"),
            ("fna=null", "for the text null"),
            (
                "clp=6,10",
                "a JSON array of at most 5, each a whole number from 6 to 32",
            ),
            ("nrg.11=3", "only all of `nrg` can be set"),
            ("cwc=red", "#RRGGBB"),
            ("fna=@/there/is/no/file", "/there/is/no/file"),
            (
                "wifis=[{\"ssid\":\"a\",\"key\":\"12345678\"}]",
                "wifis=@FILE",
            ),
            ("mcu=mqtt://me:secret@b", "mcu=@FILE"),
        ] {
            let fault = Wish::read(text, false).expect_err(text).text();
            assert!(fault.contains(words), "{text}: {fault}");
            assert!(
                !fault.contains("12345678") && !fault.contains("me:secret"),
                "{fault}"
            );
        }
    }

    #[test]
    fn a_key_that_is_newer_than_the_table_is_one_if_it_has_to_be() {
        let read = |text: &str| {
            Wish::read(text, true)
                .map(|wish| wish.json)
                .map_err(|fault| fault.text())
        };
        assert_eq!(read("zzz={\"a\":1}"), Ok("{\"a\":1}".to_owned()));
        for (text, words) in [
            ("zzz=on", "is no JSON"),
            ("amp=40", "exceeds range"),
            ("=1", "no key"),
            ("nrg.1=1", "only all of"),
            ("zzz=\"x://me:hush@b\"", "zzz=@FILE"),
        ] {
            let fault = read(text).expect_err(text);
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn a_value_may_stand_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("wifis.json");
        fs::write(&file, "[{\"ssid\":\"home\",\"key\":\"correct horse\"}]\n").expect("written");
        let wish =
            Wish::read(&format!("wifis=@{}", file.display()), false).map_err(|fault| fault.text());
        let json = "[{\"ssid\":\"home\",\"key\":\"correct horse\"}]".to_owned();
        assert_eq!(wish.map(|wish| wish.json), Ok(json));
    }
}
