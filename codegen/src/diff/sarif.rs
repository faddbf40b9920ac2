//! Changes for code hosts: SARIF 2.1.0. A waived change is a suppressed result.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde_json::{Value, json};

use super::{
    effects::effects,
    finding::{Diff, Finding, Place},
    rules::Rule,
};
use crate::report::sarif::{run, uri};

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<_, _> = diff.findings.iter().map(|f| (f.rule.id, f.rule)).collect();
    let places: BTreeMap<_, _> = rules.keys().zip(0..).collect();
    let results = diff.findings.iter().map(|finding| {
        let rule = places.get(&finding.rule.id).copied().unwrap_or(0);
        result(diff, finding, rule)
    });
    run(rules.values().map(|of| rule(of)).collect(), results, out)
}

fn rule(of: &Rule) -> Value {
    let page = of.page();
    json!({
        "id": of.id,
        "shortDescription": {"text": of.title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": of.readers.max(of.writers).level("note")},
    })
}

fn result(diff: &Diff, finding: &Finding, rule: usize) -> Value {
    let whom = effects(finding).map_or(String::new(), |whom| format!("\n{whom}"));
    let suppressions = finding.waived.iter();
    let suppressions: Vec<_> = suppressions
        .map(|why| json!({"kind": "external", "justification": why}))
        .collect();
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rule,
        "level": finding.severity.level("note"),
        "message": {"text": format!("{}{whom}", finding.message)},
        "locations": diff.place(finding).map(location).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": {"change/v1": finding.fingerprint()},
        // An empty list says that nothing is suppressed.
        "suppressions": suppressions,
    })
}

fn location((file, line): Place<'_>) -> Value {
    let mut location = json!({"physicalLocation": {"artifactLocation": {"uri": uri(file)}}});
    if let Some(line) = line {
        location["physicalLocation"]["region"] = json!({"startLine": line});
    }
    location
}
