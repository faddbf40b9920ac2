//! `goectl doctor`: whether all is well, and what is not.
//!
//! A finding is good, a note (which may be meant so: a wire that is off, a key that the
//! table does not have), or bad. What is bad ends the program with 1.

use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use goe_api::{Key, RELEASES};
use goe_client::Error;
use goe_runtime::value::{self, Value as Checked};
use goe_runtime::{
    Access, Category, Entries, KeySet, Keys as _, Kind as TypeKind, Profile, Type, Version,
};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::args::Doctor;
use crate::ask::{self, Answer};
use crate::config::Chosen;
use crate::fault::{Fault, Kind, Outcome};
use crate::output::{self, HEADING};
use crate::table::{self, Path};
use crate::words;

/// The port of Modbus where the charger does not say another.
const MODBUS: u16 = 502;

/// The most names in one line.
const NAMES: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    Note,
    Bad,
}

struct Finding {
    verdict: Verdict,
    about: &'static str,
    says: String,
}

/// What was found, told at once unless it is for a program.
struct Report {
    findings: Vec<Finding>,
    is_told: bool,
}

pub(crate) async fn run(args: &Doctor, chosen: &Chosen) -> Outcome {
    let mut report = Report {
        findings: Vec::new(),
        is_told: !args.json,
    };
    let reached = examine(&mut report, chosen).await;
    if args.json {
        let findings = report.findings.iter().map(|finding| {
            let verdict = finding.verdict.word();
            json!({"about": finding.about, "verdict": verdict, "says": finding.says})
        });
        let findings = json!({ "findings": findings.collect::<Vec<_>>() });
        output::data(&format!("{findings}\n"))?;
    }
    reached?;
    let bad = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad);
    match bad.count() {
        0 => Ok(()),
        1 => Err(Fault::new(
            Kind::Charger,
            "one thing is not as it should be",
        )),
        count => Err(Fault::new(
            Kind::Charger,
            format!("{count} things are not as they should be"),
        )),
    }
}

async fn examine(report: &mut Report, chosen: &Chosen) -> Outcome {
    // Without a password it is asked over HTTP, which has to be tried by itself.
    let bare = Chosen {
        password: None,
        ..chosen.clone()
    };
    let http = ask::charger(&bare)?;
    let began = Instant::now();
    let by_http = ask::values(&http, []).await;
    let took = began.elapsed();
    let answer = match (by_http, &chosen.password) {
        (Ok(answer), _) => {
            report.add(
                Verdict::Good,
                "HTTP",
                format!("{} answers in {}", http.url(), milliseconds(took)),
            )?;
            answer
        }
        (Err(fault), None) => {
            report.add(
                Verdict::Bad,
                "HTTP",
                format!("{} gives no status", http.url()),
            )?;
            return Err(fault);
        }
        (Err(fault), Some(_)) => {
            report.add(Verdict::Note, "HTTP", fault.to_string())?;
            ask::values(&ask::charger(chosen)?, []).await?
        }
    };
    identity(report, &answer)?;
    websocket(report, chosen).await?;
    mqtt(report, &answer)?;
    modbus(report, chosen, &answer).await?;
    health(report, &answer)?;
    against_the_table(report, &answer)
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis().max(1))
}

/// Who it is.
fn identity(report: &mut Report, answer: &Answer) -> Outcome {
    let says = |key: Key| {
        answer
            .get(key.name())
            .and_then(Value::as_str)
            .map(words::printable)
    };
    let unknown = || "unknown".to_owned();
    let [kind, serial, version] =
        [Key::Typ, Key::Sse, Key::Fwv].map(|key| says(key).unwrap_or_else(unknown));
    let who = format!("{kind} {serial}, firmware {version}");
    report.add(Verdict::Good, "charger", who)
}

/// Whether `/ws` is there, and whether it takes the password.
async fn websocket(report: &mut Report, chosen: &Chosen) -> Outcome {
    let charger = ask::charger(chosen)?;
    let (verdict, says) = match charger.hello().await {
        Ok(_) if chosen.password.is_none() => (
            Verdict::Good,
            "on; no password was given to try it".to_owned(),
        ),
        Ok(_) => match ask::values(&charger, [Key::Fwv.name()]).await {
            Ok(_) => (Verdict::Good, "on, and it takes the password".to_owned()),
            Err(fault) => (Verdict::Bad, fault.to_string()),
        },
        Err(Error::Http { status: 404, .. }) => (Verdict::Note, "not offered".to_owned()),
        Err(Error::Http { status: 503, .. }) => {
            (Verdict::Note, "on, all seats are taken".to_owned())
        }
        Err(error) => (Verdict::Bad, ask::fault(error).to_string()),
    };
    report.add(verdict, "WebSocket", says)
}

fn host_and_port(authority: &str) -> (&str, u16) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            (host.trim_matches(['[', ']']), port.parse().unwrap_or(80))
        }
        _ => (authority.trim_matches(['[', ']']), 80),
    }
}

fn mqtt(report: &mut Report, answer: &Answer) -> Outcome {
    let is = |key: Key| answer.get(key.name()).and_then(Value::as_bool);
    let (verdict, says) = match (is(Key::Mce), is(Key::Mcc)) {
        (Some(true), Some(true)) => (Verdict::Good, "on, and connected to its broker"),
        (Some(true), _) => (
            Verdict::Bad,
            "on, but not connected to its broker; goectl status mcu mcca",
        ),
        (Some(false), _) => (Verdict::Note, "off (mce is false)"),
        (None, _) => (Verdict::Note, "not known: the charger has no mce"),
    };
    report.add(verdict, "MQTT", says.to_owned())
}

async fn modbus(report: &mut Report, chosen: &Chosen, answer: &Answer) -> Outcome {
    let is_on = answer.get(Key::Men.name()).and_then(Value::as_bool);
    let port = answer.get(Key::Msp.name()).and_then(Value::as_u64);
    let port = port
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port > 0);
    let port = port.unwrap_or(MODBUS);
    let url = ask::charger(chosen)?.url();
    let (host, _) = host_and_port(url.trim_start_matches("http://"));
    let opened = tokio::time::timeout(chosen.timeout, TcpStream::connect((host, port))).await;
    let answers = matches!(opened, Ok(Ok(_)));
    let (verdict, says) = match (is_on, answers) {
        (Some(true), true) => (Verdict::Good, format!("on, at port {port}")),
        (Some(true), false) => (
            Verdict::Bad,
            format!("on (men is true), but nothing listens at port {port}"),
        ),
        (Some(false), false) => (Verdict::Note, "off (men is false)".to_owned()),
        (Some(false), true) => (
            Verdict::Note,
            format!("off (men is false); something else listens at port {port}"),
        ),
        (None, true) => (Verdict::Note, format!("port {port} is open")),
        (None, false) => (
            Verdict::Note,
            format!("not known: the charger has no men, and nothing listens at port {port}"),
        ),
    };
    report.add(verdict, "Modbus", says)
}

/// What it says is wrong with it.
fn health(report: &mut Report, answer: &Answer) -> Outcome {
    let path = Path::of(Key::Err.name());
    match answer.follow(&path) {
        Some(value) if value.as_i64() == Some(0) => Ok(()),
        Some(value) => report.add(
            Verdict::Bad,
            "fault",
            format!("err is {}", words::shown(&path, value)),
        ),
        None => Ok(()),
    }
}

/// Values that are not what the table says, keys that it does not have, and keys of its
/// release that are not there.
fn against_the_table(report: &mut Report, answer: &Answer) -> Outcome {
    let (mut fit, mut unknown) = (0, Vec::new());
    for (name, value) in answer.iter() {
        let Some(key) = Key::from_name(name) else {
            unknown.push(words::printable(name));
            continue;
        };
        match oddity(&key.descriptor().read, value) {
            None => fit += 1,
            Some(why) => {
                let shown = output::cut(&words::shown(&Path::of(name), value), 60);
                report.add(Verdict::Bad, "value", format!("{name} is {shown}: {why}"))?;
            }
        }
    }
    report.add(
        Verdict::Good,
        "values",
        format!("{fit} are what the table says"),
    )?;
    if !unknown.is_empty() {
        let says = format!(
            "{} that the table does not have: {}",
            keys(unknown.len()),
            few(&unknown)
        );
        report.add(Verdict::Note, "unknown", says)?;
    }
    let version = answer.version().unwrap_or_default();
    let lacking: goe_api::KeySet = KeySet::lacking(&RELEASES, Version::parse(version));
    let is_missing = |key: &Key| {
        key.descriptor().access.readable()
            && !lacking.contains(key.index())
            && answer.get(key.name()).is_none()
    };
    let missing: Vec<_> = Key::ALL.into_iter().filter(is_missing).collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|key| key.name().to_owned()).collect();
        let says = format!(
            "{} of the table that it does not have: {}",
            keys(names.len()),
            few(&names)
        );
        report.add(Verdict::Note, "missing", says)?;
    }
    Ok(())
}

/// Why a value is not what the table says.
fn oddity(ty: &Type, value: &Value) -> Option<String> {
    if value.is_null() && ty.nullable {
        return None;
    }
    match (ty.list, ty.kind, value) {
        (Some(list), _, Value::Array(entries)) => {
            let one = Type {
                list: None,
                nullable: false,
                ..*ty
            };
            let mut entries_of = entries.iter().enumerate();
            let is_count = match list {
                Entries::AtMost(most) => entries.len() <= usize::from(most),
                Entries::Exactly(count) => entries.len() == usize::from(count),
            };
            match is_count {
                true => entries_of
                    .find_map(|(at, entry)| Some(format!("entry {at}: {}", oddity(&one, entry)?))),
                false => Some(format!(
                    "it has {} entries; it should be {}",
                    entries.len(),
                    words::accepted(ty)
                )),
            }
        }
        (None, TypeKind::Object(_), Value::Object(members)) => {
            members.iter().find_map(|(name, value)| {
                let field = table::field(ty, name)?;
                Some(format!("{name}: {}", oddity(&field.read, value)?))
            })
        }
        _ => {
            // What is read is held to as what is set is.
            let profile = Profile::new(Access::ReadWrite, Category::Unknown, *ty);
            let (text, mut checked) = (value.to_string(), Checked::Null);
            let read = value::read(&profile, &text, &mut checked);
            read.err()
                .map(|_| format!("it should be {}", words::accepted(ty)))
        }
    }
}

fn keys(count: usize) -> String {
    match count {
        1 => "1 key".to_owned(),
        count => format!("{count} keys"),
    }
}

/// Names in a line.
fn few(names: &[String]) -> String {
    let first = names
        .iter()
        .take(NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

impl Report {
    fn add(&mut self, verdict: Verdict, about: &'static str, says: String) -> Outcome {
        if self.is_told {
            let (style, word) = (verdict.style(), output::padded(verdict.word(), 4));
            let about = output::padded(about, 9);
            output::line(format_args!(
                "{style}{word}{style:#}  {HEADING}{about}{HEADING:#}  {says}"
            ))?;
        }
        self.findings.push(Finding {
            verdict,
            about,
            says,
        });
        Ok(())
    }
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Good => "ok",
            Verdict::Note => "note",
            Verdict::Bad => "bad",
        }
    }

    fn style(self) -> Style {
        match self {
            Verdict::Good => AnsiColor::Green.on_default(),
            Verdict::Note => AnsiColor::Yellow.on_default(),
            Verdict::Bad => AnsiColor::Red.on_default().bold(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_held_to_the_table() {
        let scan = json!([{"ssid": "home", "rssi": "loud"}]);
        for (name, value, words) in [
            ("amp", json!(16), None),
            ("amp", json!(40), Some("a whole number from 6 to 32")),
            ("amp", json!("16"), Some("a whole number from 6 to 32")),
            ("car", json!(null), None),
            ("car", json!(77), Some("Charging (2)")),
            (
                "nrg",
                json!([1]),
                Some("it has 1 entries; it should be a JSON array of 16"),
            ),
            ("dwo", json!(null), None),
            ("wifis", json!([{"ssid": "home", "key": true}]), None),
            (
                "wifis",
                json!([{"ssid": "home", "key": "1234"}]),
                Some("entry 0: key: it should be true or false"),
            ),
            ("scan", scan, Some("entry 0: rssi: ")),
            ("cdi", json!(7), Some("a JSON object")),
            ("cdi", json!({"type": 1, "value": 0, "new": {}}), None),
        ] {
            let key = Key::from_name(name).expect("a key");
            let why = oddity(&key.descriptor().read, &value);
            match words {
                None => assert_eq!(why, None, "{name} {value}"),
                Some(words) => assert!(
                    why.as_ref().is_some_and(|why| why.contains(words)),
                    "{why:?}"
                ),
            }
        }
    }

    #[test]
    fn authorities() {
        for (text, expected) in [
            ("192.168.1.20", ("192.168.1.20", 80)),
            ("charger.local:8080", ("charger.local", 8080)),
            ("[::1]", ("::1", 80)),
            ("[::1]:81", ("::1", 81)),
        ] {
            assert_eq!(host_and_port(text), expected);
        }
    }
}
