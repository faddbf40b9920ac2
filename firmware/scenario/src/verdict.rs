//! How scenarios ended: told to people, and to machines as JUnit has it.

use std::fmt::Write;
use std::path::Path;

use crate::finding::plain;
use crate::play::{Failure, Note};
use crate::run::Outcome;
use crate::times::clock;

/// Tells people of one file.
pub fn report(file: &Path, outcome: &Outcome) -> String {
    let file = file.display().to_string();
    match outcome {
        Outcome::Unreadable(why) => format!("error: {file} cannot be read: {why}\n"),
        Outcome::Wrong(text, findings) => {
            let findings = findings.iter().map(|finding| finding.told(&file, text));
            findings.collect::<Vec<_>>().join("\n")
        }
        Outcome::Played {
            name,
            took_ms,
            failures,
            notes,
        } => {
            let (word, clock) = (word(failures), clock(*took_ms));
            let mut told = format!("{word} {file}: {} ({clock})\n", plain(name));
            told += &told_of_notes(&file, notes);
            for failure in failures {
                told += &told_of(&file, failure);
            }
            told
        }
    }
}

fn word(failures: &[Failure]) -> &'static str {
    match failures.is_empty() {
        true => "passed",
        false => "FAILED",
    }
}

fn told_of_notes(file: &str, notes: &[Note]) -> String {
    let told = notes.iter().map(|note| {
        let (line, column) = (note.at.line, note.at.column);
        let at = clock(note.at_ms);
        format!("  note: {file}:{line}:{column}, at {at}: {}\n", note.what)
    });
    told.collect()
}

fn told_of(file: &str, failure: &Failure) -> String {
    let (line, column) = (failure.at.line, failure.at.column);
    let mut told = String::new();
    // A String takes everything.
    let _ = writeln!(
        told,
        "  {file}:{line}:{column}, at {}",
        clock(failure.at_ms)
    );
    let _ = writeln!(told, "    expected: {}", plain(&failure.expected));
    let _ = writeln!(told, "    found:    {}", plain(&failure.found));
    if !failure.changes.is_empty() {
        let _ = writeln!(told, "    last changes:");
    }
    for changed in &failure.changes {
        let _ = writeln!(
            told,
            "      {}  {}: {} -> {}",
            clock(changed.at_ms),
            changed.path,
            changed.before,
            changed.after
        );
    }
    told
}

/// The outcomes as the XML that build servers read, in the form of JUnit.
pub fn junit<'a>(outcomes: impl Iterator<Item = (&'a Path, &'a Outcome)>) -> String {
    let (mut cases, mut counts) = (String::new(), [0; 3]);
    for (file, outcome) in outcomes {
        let path = file.display().to_string();
        let told = report(file, outcome);
        let (name, took_ms, fault) = match outcome {
            Outcome::Played {
                name,
                took_ms,
                failures,
                ..
            } => {
                let first = failures.first().map(|failure| {
                    let what = format!("{}, found {}", failure.expected, failure.found);
                    ("failure", what)
                });
                (name.as_str(), *took_ms, first)
            }
            Outcome::Wrong(_, findings) => {
                let what = findings.first().map(|finding| finding.what.clone());
                (path.as_str(), 0, Some(("error", what.unwrap_or_default())))
            }
            Outcome::Unreadable(why) => (path.as_str(), 0, Some(("error", why.clone()))),
        };
        counts[0] += 1;
        let seconds = took_ms as f64 / 1_000.0;
        // A String takes everything.
        let _ = write!(
            cases,
            "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" time=\"{seconds:.3}\"",
            escaped(name),
            escaped(&path),
            escaped(&path)
        );
        let mut within = String::new();
        if let Some((kind, what)) = fault {
            counts[if kind == "failure" { 1 } else { 2 }] += 1;
            let (what, told) = (escaped(&what), escaped(&told));
            let _ = writeln!(within, "      <{kind} message=\"{what}\">{told}</{kind}>");
        }
        if let Outcome::Played { notes, .. } = outcome
            && !notes.is_empty()
        {
            let notes = escaped(&told_of_notes(&path, notes));
            let _ = writeln!(within, "      <system-out>{notes}</system-out>");
        }
        match within.is_empty() {
            true => cases += "/>\n",
            false => {
                let _ = write!(cases, ">\n{within}    </testcase>\n");
            }
        }
    }
    let [tests, failures, errors] = counts;
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"goe-charger\" {counts}>\n  \
         <testsuite name=\"scenarios\" {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// Text as XML has it, within an attribute or outside. What XML has no place for
/// becomes the sign for what cannot be shown.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // An attribute would make blanks of them.
            '\n' | '\t' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;
    use crate::seen::Changed;

    fn failed() -> Outcome {
        let changed = |at_ms, before: &str, after: &str| Changed {
            at_ms,
            path: "car".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        Outcome::Played {
            name: "A & B".to_owned(),
            took_ms: 3_723_000,
            failures: vec![Failure {
                at: Place { line: 7, column: 5 },
                at_ms: 3_723_000,
                expected: "car is Charging (2) within 1m".to_owned(),
                found: "car is \"<x>\"".to_owned(),
                changes: vec![changed(1_000, "Idle (1)", "WaitCar (3)")],
            }],
            notes: vec![Note {
                at: Place { line: 5, column: 3 },
                at_ms: 61_000,
                what: "`power: on` changes nothing".to_owned(),
            }],
        }
    }

    #[test]
    fn a_failure_is_told_with_its_place_and_the_changes() {
        assert_eq!(
            report(Path::new("a.yaml"), &failed()),
            "FAILED a.yaml: A & B (1:02:03)\n  note: a.yaml:5:3, at 0:01:01: `power: on` changes nothing\n  \
             a.yaml:7:5, at 1:02:03\n    \
             expected: car is Charging (2) within 1m\n    found:    car is \"<x>\"\n    \
             last changes:\n      0:00:01  car: Idle (1) -> WaitCar (3)\n"
        );
    }

    #[test]
    fn junit_is_xml_whatever_is_in_it() {
        let wrong = Outcome::Unreadable("\u{1}]]>".to_owned());
        let all = [(Path::new("a.yaml"), &failed()), (Path::new("b"), &wrong)];
        let xml = junit(all.into_iter());
        assert!(
            xml.contains("tests=\"2\" failures=\"1\" errors=\"1\""),
            "{xml}"
        );
        assert!(xml.contains("name=\"A &amp; B\""), "{xml}");
        assert!(xml.contains("&quot;&lt;x&gt;&quot;"), "{xml}");
        assert!(xml.contains("message=\"\u{fffd}]]&gt;\""), "{xml}");
        assert_eq!(xml.matches("<testcase").count(), 2);
        let note = "</failure>\n      <system-out>  note: a.yaml:5:3, at 0:01:01: ";
        assert!(xml.contains(note), "{xml}");
    }
}
