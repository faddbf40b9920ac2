//! Reads the text of a scenario. All of it is checked against the language, the key
//! table and the garage before anything is played, and everything that is wrong is told
//! with its place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use goe_api::{Key, REGISTRY, Write};
use goe_firmware::charger::Firmware;
use goe_runtime::error::Sent;
use goe_runtime::{KeyIndex, Kind as ValueKind, NamedValue, Type};
use serde_json::{Number, Value};

use crate::condition::{Condition, Is, Test};
use crate::finding::{Finding, Place, meant};
use crate::grammar::{COMPARISON, DEEDS, FILE, Member, QUIRK, STEP};
use crate::language::{Act, Begins, Deed, Expect, Scenario, Step, Watch};
use crate::path::{self, Path};
use crate::quirk::Change;
use crate::times;
use crate::yaml::{self, Content, Name, Node};

/// The garage of every scenario, before its own changes.
pub(crate) static GARAGE: LazyLock<String> = LazyLock::new(crate::virtual_stage::empty_garage);

/// The member of a served garage that is nothing of a scenario.
const SPEED: &str = "speed";

/// Reads a scenario, which is called so unless it says otherwise.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn read(text: &str, name: &str) -> Result<Scenario, Vec<Finding>> {
    let tree = yaml::read(text).map_err(|finding| vec![finding])?;
    let mut reader = Reader {
        findings: Vec::new(),
        release: Firmware::NEWEST,
        garage: GARAGE.clone(),
        lasts: false,
    };
    let scenario = reader.scenario(&tree, name);
    let mut findings = reader.findings;
    findings.sort_by_key(|finding| finding.at);
    match scenario {
        Some(scenario) if findings.is_empty() => Ok(scenario),
        _ => Err(findings),
    }
}

/// The members of a map that are there, by their names.
type Members<'n> = BTreeMap<&'static str, (&'n Name, &'n Node)>;

struct Reader {
    findings: Vec<Finding>,
    release: &'static Firmware,
    /// As the changes that were read so far leave it.
    garage: String,
    /// The scenario says when it ends.
    lasts: bool,
}

impl Reader {
    fn wrong(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What is not what it has to be.
    fn not<T>(&mut self, node: &Node, what: &str, help: &str) -> Option<T> {
        let what = format!("{what} is expected here, and this is {}", node.is_a());
        self.wrong(Finding::new(node.at, what).help(help));
        None
    }

    fn scenario(&mut self, tree: &Node, name: &str) -> Option<Scenario> {
        if let Content::List(_) = tree.content {
            return self.not(tree, "a scenario", crate::EXAMPLE);
        }
        let members = self.members(tree, FILE, "a scenario")?;
        let get = |name| members.get(name).map(|(_, node)| *node);
        // It says which keys there are.
        if let Some(node) = get("release") {
            self.release = self.release(node).unwrap_or(Firmware::NEWEST);
        }
        let lasts_ms = get("lasts").and_then(|node| self.span(node));
        self.lasts = get("lasts").is_some();
        let name = match get("name") {
            Some(node) => self.text(node, "a name"),
            None => Some(name.to_owned()),
        };
        let seed = match get("seed") {
            Some(node) => self.whole(node),
            None => Some(1),
        };
        let starts_ms = match get("starts") {
            Some(node) => self.moment(node),
            None => goe_sim::SimConfig::default().utc_ms,
        };
        let mut switch = |name, without| match get(name) {
            Some(node) => self.switch(node),
            None => Some(without),
        };
        let (wifi, broker) = (switch("wifi", true), switch("broker", false));
        let begin = self.acts(&members, &["quirk", "garage", "set"]);
        let watches = self.watches(&members, None);
        let steps = match get("steps") {
            Some(node) => self.steps(node, lasts_ms),
            None => Vec::new(),
        };
        if steps.is_empty() && !self.lasts && self.findings.is_empty() {
            let what = "nothing happens in this scenario";
            self.wrong(
                Finding::new(tree.at, what).help("give it `steps`, or say how long it `lasts`"),
            );
        }
        Some(Scenario {
            name: name?,
            seed: seed?,
            starts_ms: starts_ms?,
            lasts_ms,
            release: self.release,
            wifi: wifi?,
            broker: broker?,
            begin,
            watches,
            steps,
        })
    }

    /// The members of a map; what the language does not have is told.
    fn members<'n>(&mut self, node: &'n Node, known: &[Member], what: &str) -> Option<Members<'n>> {
        let Some(members) = node.members() else {
            let names: Vec<_> = known.iter().map(|member| member.name).collect();
            let help = match glued(node.text().unwrap_or_default(), known) {
                Some(help) => help,
                None => format!("it is a map of {}", names.join(", ")),
            };
            return self.not(node, what, &help);
        };
        let mut found = Members::new();
        for (name, node) in members {
            match known.iter().find(|member| member.name == name.text) {
                Some(member) => {
                    found.insert(member.name, (name, node));
                }
                None => {
                    let names = known.iter().map(|member| member.name);
                    let help = glued(&name.text, known).unwrap_or_else(|| meant(&name.text, names));
                    let what = format!("{what} has no member `{}`", name.text);
                    self.wrong(Finding::new(name.at, what).help(help));
                }
            }
        }
        Some(found)
    }

    fn steps(&mut self, node: &Node, lasts_ms: Option<u64>) -> Vec<Step> {
        let Content::List(nodes) = &node.content else {
            let help = "begin each step by a dash, such as\n    - at: 10s\n      set: {amp: 16}";
            self.not::<()>(node, "a list of steps", help);
            return Vec::new();
        };
        let steps = nodes.iter().map(|node| self.step(node));
        let steps: Vec<Step> = steps.collect::<Vec<_>>().into_iter().flatten().collect();
        let mut latest_ms = 0;
        for step in &steps {
            let Begins::At(at_ms) = step.begins else {
                continue;
            };
            if at_ms < latest_ms {
                let what = format!(
                    "this step is at {}, and one before it at {}",
                    times::told(at_ms),
                    times::told(latest_ms)
                );
                self.wrong(Finding::new(step.at, what).help("bring them in their order"));
            }
            latest_ms = latest_ms.max(at_ms);
            if let Some(lasts_ms) = lasts_ms.filter(|lasts_ms| at_ms > *lasts_ms) {
                let what = format!(
                    "this step is at {}, and the scenario lasts {}",
                    times::told(at_ms),
                    times::told(lasts_ms)
                );
                self.wrong(Finding::new(step.at, what));
            }
        }
        steps
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let members = self.members(node, STEP, "a step")?;
        if node.members().is_some_and(<[_]>::is_empty) {
            self.wrong(Finding::new(
                node.at,
                "this step does nothing and expects nothing",
            ));
        }
        let begins: Vec<_> = ["at", "after", "when"]
            .into_iter()
            .filter_map(|name| members.get(name))
            .collect();
        if let [(first, _), (second, _), ..] = begins.as_slice() {
            let what = format!(
                "a step begins in one way, and here are `{}` and `{}`",
                first.text, second.text
            );
            self.wrong(Finding::new(second.at.max(first.at), what).help("make two steps of it"));
        }
        let within_ms = self.span_of(&members, "within");
        let for_ms = self.span_of(&members, "for");
        self.belongs(&members, "within", &["expect", "when"]);
        let every_ms = self.span_of(&members, "every");
        if let (Some((every, _)), Some(0)) = (members.get("every"), every_ms) {
            let what = "it cannot be done again at once";
            self.wrong(Finding::new(every.at, what).help("1s is the shortest"));
        }
        self.belongs(&members, "for", &["always", "never", "every"]);
        let (expects, waits) = (members.contains_key("expect"), members.contains_key("when"));
        if let (Some((within, _)), true, true) = (members.get("within"), expects, waits) {
            let what = "it is not clear whether `within` is for `when` or for `expect`";
            let help = "make two steps of it: one with `when` and `within`, one with `expect` and `within`";
            self.wrong(Finding::new(within.at, what).help(help));
        }
        let begins = if let Some((_, node)) = members.get("at") {
            self.span(node).map(Begins::At)
        } else if let Some((_, node)) = members.get("after") {
            self.span(node).map(Begins::After)
        } else if let Some((name, node)) = members.get("when") {
            let within_ms = within_ms.filter(|_| !expects);
            if within_ms.is_none() && !self.lasts && !(expects && members.contains_key("within")) {
                let what = "this may wait for ever";
                let help = "say how long by `within`, or how long the scenario `lasts`";
                self.wrong(Finding::new(name.at, what).help(help));
            }
            let condition = self.condition(node);
            condition.map(|condition| Begins::When(condition, within_ms))
        } else {
            Some(Begins::Next)
        };
        let acts = self.acts(&members, &DEEDS);
        self.belongs(&members, "every", &DEEDS);
        let expect = members.get("expect").and_then(|(_, node)| {
            let condition = self.condition(node)?;
            Some(Expect {
                condition,
                within_ms,
            })
        });
        let watches = self.watches(&members, for_ms);
        Some(Step {
            at: node.at,
            begins: begins?,
            acts,
            every_ms,
            for_ms,
            expect,
            watches,
        })
    }

    /// A member that says something only of others.
    fn belongs(&mut self, members: &Members<'_>, name: &str, others: &[&str]) {
        if others.iter().any(|other| members.contains_key(other)) {
            return;
        }
        if let Some((member, _)) = members.get(name) {
            let others: Vec<_> = others.iter().map(|other| format!("`{other}`")).collect();
            let what = format!(
                "`{name}` belongs to {}, which are not here",
                others.join(" or ")
            );
            self.wrong(Finding::new(member.at, what));
        }
    }

    fn watches(&mut self, members: &Members<'_>, for_ms: Option<u64>) -> Vec<Watch> {
        let mut watches = Vec::new();
        for (name, holds) in [("always", true), ("never", false)] {
            let Some((_, node)) = members.get(name) else {
                continue;
            };
            let nodes = match &node.content {
                Content::List(nodes) if nodes.is_empty() => {
                    self.not::<()>(node, "a condition", "such as {err: None}");
                    continue;
                }
                Content::List(nodes) => nodes.as_slice(),
                _ => std::slice::from_ref(*node),
            };
            for node in nodes {
                watches.extend(self.condition(node).map(|condition| Watch {
                    condition,
                    holds,
                    for_ms,
                }));
            }
        }
        watches
    }

    /// What is done, in the order of these names.
    fn acts(&mut self, members: &Members<'_>, names: &[&str]) -> Vec<Act> {
        let mut acts = Vec::new();
        for name in names {
            let Some((_, node)) = members.get(name) else {
                continue;
            };
            let at = node.at;
            let act = |what| Act { at, what };
            match *name {
                "set" => acts.extend(self.settings(node, false)),
                "refused" => acts.extend(self.settings(node, true)),
                "garage" => acts.extend(self.garage(node).map(Deed::Garage).map(act)),
                "quirk" => acts.extend(self.quirks(node).into_iter().map(Deed::Quirk).map(act)),
                "power" => acts.extend(self.switch(node).map(Deed::Power).map(act)),
                _ => acts.extend(self.switch(node).map(Deed::Broker).map(act)),
            }
        }
        acts
    }

    fn condition(&mut self, node: &Node) -> Option<Condition> {
        let Some(members) = node.members().filter(|members| !members.is_empty()) else {
            let help = "write what has to hold, such as {car: Charging, nrg.11: {above: 1000}}";
            let of_list = "write what holds together in one map, and several values of one key in a list, such as {car: [Charging, Complete], amp: 6}";
            let is_list = matches!(node.content, Content::List(_));
            return self.not(node, "a condition", if is_list { of_list } else { help });
        };
        let mut tests = Vec::new();
        for (name, node) in members {
            match Path::read(&name.text, self.release) {
                Ok(path) => self.tests(name.at, path, node, &mut tests),
                Err((what, help)) => self.wrong(Finding {
                    at: name.at,
                    what,
                    help,
                }),
            }
        }
        Some(Condition { tests })
    }

    /// The tests of what a path leads to.
    fn tests(&mut self, at: Place, path: Path, node: &Node, tests: &mut Vec<Test>) {
        if path.is_unseen(&self.garage) {
            let what = format!("`{}` can be asked for and is never shown", path.text);
            self.wrong(Finding::new(at, what));
            return;
        }
        let is_comparison = |name: &Name| {
            let has = |member: &Member| member.name == name.text;
            COMPARISON.iter().any(has) && path.member(&name.text, self.release).is_err()
        };
        let members = node.members().filter(|members| {
            path.has_members() && !members.iter().all(|(name, _)| is_comparison(name))
        });
        if let Some(members) = members {
            for (name, node) in members {
                match path.member(&name.text, self.release) {
                    Ok(path) => self.tests(name.at, path, node, tests),
                    Err((what, help)) => self.wrong(Finding {
                        at: name.at,
                        what,
                        help,
                    }),
                }
            }
            return;
        }
        let is = match &node.content {
            Content::Map(_) => self.comparisons(&path, node),
            _ => self
                .several(&path, node)
                .map(|values| vec![Is::Any(values)]),
        };
        if let Some(is) = is {
            tests.push(Test { at, path, is });
        }
    }

    /// One value that a path may have, or a list of several; of an array it is the value.
    fn several(&mut self, path: &Path, node: &Node) -> Option<Vec<Value>> {
        match &node.content {
            Content::List(_) if !path.is_array() => self.list(path, node),
            _ => self.expected(path, node).map(|value| vec![value]),
        }
    }

    /// A list of values that a path may have.
    fn list(&mut self, path: &Path, node: &Node) -> Option<Vec<Value>> {
        match &node.content {
            Content::List(nodes) if !nodes.is_empty() => {
                let values = nodes.iter().map(|node| self.expected(path, node));
                values.collect::<Vec<_>>().into_iter().collect()
            }
            _ => self.not(node, "a list of values", "such as [6, 16]"),
        }
    }

    fn comparisons(&mut self, path: &Path, node: &Node) -> Option<Vec<Is>> {
        let members = self.members(node, COMPARISON, "a comparison")?;
        let mut is = Vec::new();
        for (name, (_, node)) in &members {
            let number = |reader: &mut Self| match (&node.content, path.names()) {
                (Content::Scalar(Value::Number(number), _), None) => number.as_f64(),
                (_, Some(_)) => {
                    let what = format!("`{}` has names and no order", path.text);
                    let help = format!(
                        "write a list of those that may be, such as {}: [a, b]",
                        path.text
                    );
                    reader.wrong(Finding::new(node.at, what).help(help));
                    None
                }
                _ => reader.not(node, "a number", &format!("such as {{{name}: 16}}")),
            };
            if let ("above" | "below" | "least" | "most", Some(why)) = (*name, path.without_order())
                && path.names().is_none()
            {
                self.wrong(Finding::new(node.at, why));
                continue;
            }
            let one = match *name {
                "above" => number(self).map(Is::Above),
                "below" => number(self).map(Is::Below),
                "least" => number(self).map(Is::Least),
                "most" => number(self).map(Is::Most),
                "not" => self.several(path, node).map(Is::Not),
                _ => self.list(path, node).map(Is::Any),
            };
            is.extend(one);
        }
        if is.is_empty() && members.is_empty() && node.members().is_some_and(<[_]>::is_empty) {
            return self.not(node, "a comparison", "such as {above: 1000}");
        }
        if let Some(why) = impossible(path, &is) {
            self.wrong(Finding::new(node.at, why));
            return None;
        }
        Some(is)
    }

    /// A value that a path may have.
    fn expected(&mut self, path: &Path, node: &Node) -> Option<Value> {
        let Some(ty) = path.ty else {
            if let Some(why) = path.never_in_garage(&node.json()) {
                self.wrong(Finding::new(node.at, why));
                return None;
            }
            return Some(node.json());
        };
        let json = self.value(node, ty)?;
        if let Err(why) = path::check(ty, &json.to_string()) {
            let what = format!("`{}` is never this: {why}", path.text);
            self.wrong(Finding::new(node.at, what));
            return None;
        }
        Some(json)
    }

    /// JSON of a value, with numbers for their names.
    fn value(&mut self, node: &Node, ty: Type) -> Option<Value> {
        if let (Some(_), Content::List(nodes)) = (ty.list, &node.content) {
            let one = Type {
                list: None,
                nullable: false,
                ..ty
            };
            let values = nodes.iter().map(|node| self.value(node, one));
            return values.collect::<Vec<_>>().into_iter().collect();
        }
        match (&node.content, ty.kind) {
            (Content::Scalar(Value::String(name), _), ValueKind::Named(values)) => {
                self.named(node, name, values)
            }
            (Content::Scalar(Value::Number(_), text), ValueKind::Text { .. }) => {
                self.not_quoted(node, text)
            }
            (Content::Scalar(Value::String(_), text), ValueKind::Bool) => {
                let help = match text.as_str() {
                    "on" | "yes" | "off" | "no" => {
                        "write true or false; the others are texts in YAML 1.2"
                    }
                    _ => "write true or false",
                };
                self.not(node, "a truth value", help)
            }
            (
                Content::Scalar(Value::String(_), text),
                ValueKind::Integer { .. }
                | ValueKind::Float
                | ValueKind::Double
                | ValueKind::RealWithin { .. },
            ) if text.parse::<f64>().is_ok() => {
                self.not(node, "a number", "write it without quotes")
            }
            (Content::Map(members), ValueKind::Object(shape)) => {
                let values = members.iter().map(|(name, node)| {
                    let field = shape.fields.iter().find(|field| field.name == name.text);
                    let Some(field) = field else {
                        let names = shape.fields.iter().map(|field| field.name);
                        let what = format!("there is no member `{}`", name.text);
                        let help = meant(&name.text, names);
                        self.wrong(Finding::new(name.at, what).help(help));
                        return None;
                    };
                    Some((name.text.clone(), self.value(node, field.write)?))
                });
                values.collect::<Vec<_>>().into_iter().collect()
            }
            _ => Some(node.json()),
        }
    }

    /// Digits that are meant as a text, of which YAML makes a number and forgets zeros.
    fn not_quoted<T>(&mut self, node: &Node, text: &str) -> Option<T> {
        self.not(node, "a text", &format!("put it in quotes: '{text}'"))
    }

    fn named(&mut self, node: &Node, name: &str, values: &[NamedValue]) -> Option<Value> {
        let named = values
            .iter()
            .find(|value| value.name.eq_ignore_ascii_case(name));
        if let Some(named) = named {
            return Some(named.value.into());
        }
        let what = format!("there is no value `{name}`");
        let help = meant(name, values.iter().map(|value| value.name));
        self.wrong(Finding::new(node.at, what).help(help));
        None
    }

    /// A key by its name.
    fn key(&mut self, at: Place, name: &str) -> Option<KeyIndex> {
        let key = path::key(name, self.release);
        key.map_err(|(what, help)| self.wrong(Finding { at, what, help }))
            .ok()
    }

    /// A key that can be set.
    fn writable(&mut self, at: Place, key: KeyIndex) -> Option<KeyIndex> {
        let descriptor = REGISTRY.descriptor(key);
        let is_writable = descriptor.access.writable();
        if !is_writable {
            let what = format!("`{}` can only be read", descriptor.name);
            self.wrong(Finding::new(at, what));
        }
        is_writable.then_some(key)
    }

    fn settings(&mut self, node: &Node, refused: bool) -> Vec<Act> {
        let Some(members) = node.members().filter(|members| !members.is_empty()) else {
            self.not::<()>(node, "a map of keys", "such as {amp: 16, frc: On}");
            return Vec::new();
        };
        let acts = members
            .iter()
            .map(|(name, node)| self.setting(name, node, refused));
        acts.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn setting(&mut self, name: &Name, node: &Node, refused: bool) -> Option<Act> {
        let index = self.key(name.at, &name.text)?;
        let descriptor = REGISTRY.descriptor(index);
        if !refused {
            self.writable(name.at, index)?;
        }
        let json = match refused {
            // It may be anything, also what the key is not.
            true => node.json(),
            false => self.value(node, descriptor.write)?,
        };
        let json = json.to_string();
        let key = Key::from_index(index)?;
        if let (Err(error), false) = (Write::parse(key, &json), refused) {
            let sent = Sent {
                raw: &json,
                profile: Some(descriptor.profile),
            };
            let what = format!("`{}` cannot be set so: {}", name.text, error.mqtt(sent));
            self.wrong(Finding::new(node.at, what));
            return None;
        }
        Some(Act {
            at: name.at,
            what: Deed::Set {
                key: index,
                json,
                refused,
            },
        })
    }

    /// The body of a change, which is tried on what was changed before.
    fn garage(&mut self, node: &Node) -> Option<String> {
        let Some(members) = node.members().filter(|members| !members.is_empty()) else {
            let help = "such as {car: plugged, sun: {peak_w: 8000}}";
            return self.not(node, "a change of the garage", help);
        };
        if let Some((name, _)) = members.iter().find(|(name, _)| name.text == SPEED) {
            let what = "how fast time runs is nothing of a scenario";
            let help = "leave it out; `goe-charger serve --speed` plays it faster";
            self.wrong(Finding::new(name.at, what).help(help));
            return None;
        }
        let card = members.iter().find(|(name, _)| name.text == "card");
        if let Some((_, node)) = card
            && let Content::Scalar(Value::Number(_), text) = &node.content
        {
            return self.not_quoted(node, text);
        }
        let body = node.json().to_string();
        match goe_garage::after(&self.garage, body.as_bytes()) {
            Ok(after) => {
                self.garage = after;
                Some(body)
            }
            Err(why) => {
                self.wrong(of_garage(node, why.trim_end()));
                None
            }
        }
    }

    fn quirks(&mut self, node: &Node) -> Vec<Change> {
        let Some(members) = self.members(node, QUIRK, "a map of quirks") else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        for (name, (_, node)) in members {
            let of = match name {
                "zero-nrg" => Change::ZeroNrg,
                "jumping-age" => Change::JumpingAge,
                "status-400" => Change::Status400,
                _ => {
                    changes.extend(self.keys(node).map(Change::Deaf));
                    continue;
                }
            };
            changes.extend(self.switch(node).map(of));
        }
        changes
    }

    fn keys(&mut self, node: &Node) -> Option<Vec<KeyIndex>> {
        let Content::List(nodes) = &node.content else {
            return self.not(node, "a list of keys", "such as [amp, frc]");
        };
        let keys = nodes.iter().map(|node| match node.text() {
            Some(name) => {
                let key = self.key(node.at, name)?;
                self.writable(node.at, key)
            }
            None => self.not(node, "a key", "such as amp"),
        });
        keys.collect::<Vec<_>>().into_iter().collect()
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => self.not(node, what, "write a text"),
        }
    }

    fn whole(&mut self, node: &Node) -> Option<u64> {
        match &node.content {
            Content::Scalar(Value::Number(number), _) if whole(number).is_some() => whole(number),
            _ => self.not(node, "a whole number", "such as 1"),
        }
    }

    fn switch(&mut self, node: &Node) -> Option<bool> {
        match node.text() {
            Some("on") => Some(true),
            Some("off") => Some(false),
            _ => self.not(node, "`on` or `off`", "write one of them"),
        }
    }

    fn span(&mut self, node: &Node) -> Option<u64> {
        match node.text().and_then(times::span) {
            Some(ms) => Some(ms),
            None => self.not(node, "a time span", times::SPAN),
        }
    }

    fn span_of(&mut self, members: &Members<'_>, name: &str) -> Option<u64> {
        let (_, node) = members.get(name)?;
        self.span(node)
    }

    fn moment(&mut self, node: &Node) -> Option<i64> {
        match node.text().and_then(times::moment) {
            Some(ms) => Some(ms),
            None => self.not(node, "a moment", times::MOMENT),
        }
    }

    fn release(&mut self, node: &Node) -> Option<&'static Firmware> {
        let text = node.text().unwrap_or_default();
        let mut all = Firmware::ALL.into_iter();
        let found = all.find(|release| release.version() == text);
        if found.is_none() {
            let versions = Firmware::ALL.map(Firmware::version);
            let help = format!("there are {}", versions.join(" and "));
            return self.not(node, "a release", &help);
        }
        found
    }
}

/// A number without a fraction and a sign, also one that is written `1.0`.
fn whole(number: &Number) -> Option<u64> {
    // Up to here each is a number of its own.
    let is_whole = |one: &f64| one.fract() == 0.0 && (0.0..=9e15).contains(one);
    let of_float = || number.as_f64().filter(is_whole).map(|one| one as u64);
    number.as_u64().or_else(of_float)
}

/// A name and what it is, without the space that makes them two.
fn glued(text: &str, known: &[Member]) -> Option<String> {
    let (name, _) = text.split_once(':')?;
    let is_known = known.iter().any(|member| member.name == name);
    is_known.then(|| format!("write a space behind the colon of `{name}:`"))
}

/// Why comparisons hold of no value, if they hold of none.
fn impossible(path: &Path, is: &[Is]) -> Option<String> {
    // The bounds, and whether they belong to what may be.
    let (mut least, mut most) = ((f64::NEG_INFINITY, true), (f64::INFINITY, true));
    if let Some((min, max)) = path.limits() {
        (least, most) = ((min, true), (max, true));
    }
    for is in is {
        match *is {
            Is::Above(bound) if bound >= least.0 => least = (bound, false),
            Is::Least(bound) if bound > least.0 => least = (bound, true),
            Is::Below(bound) if bound <= most.0 => most = (bound, false),
            Is::Most(bound) if bound < most.0 => most = (bound, true),
            _ => {}
        }
    }
    let is_empty = least.0 > most.0 || (least.0 == most.0 && !(least.1 && most.1));
    let range = match path.limits() {
        Some((min, max)) => format!(", which is {min} to {max}"),
        None => String::new(),
    };
    is_empty.then(|| format!("this never holds of `{}`{range}", path.text))
}

/// What the garage says of a change, at the member that it is about.
fn of_garage(node: &Node, why: &str) -> Finding {
    let is_path = |path: &&str| {
        let is_part = |letter: char| letter.is_alphanumeric() || "_.[]".contains(letter);
        !path.is_empty() && path.chars().all(is_part)
    };
    let path = why.split(": ").next().filter(is_path).unwrap_or_default();
    let (mut at, mut inner) = (node.at, node);
    let mut go = |name: &str| {
        let members = inner.members().unwrap_or_default();
        if let Some((name, node)) = members.iter().find(|(member, _)| member.text == name) {
            (at, inner) = (node.at, node);
            return Some(name.at);
        }
        None
    };
    let last = path.split('.').filter_map(&mut go).last();
    // As serde tells of a member that is none.
    let unknown = why.split("unknown field `").nth(1);
    let unknown = unknown.and_then(|rest| Some((rest.split('`').next()?, rest)));
    match unknown {
        Some((name, rest)) => {
            let at = go(name).or(last).unwrap_or(node.at);
            let known = rest.split('`').skip(2).step_by(2);
            let known = known.filter(|name| *name != SPEED);
            let what = format!("the garage has no member `{name}` here");
            Finding::new(at, what).help(meant(name, known))
        }
        None => Finding::new(at, why),
    }
}
