//! Reads the text of a scenario. All of it is checked against the language, the key
//! table and the garage before anything is played, and everything that is wrong is told
//! with its place. `conditions` reads what is asked for, and `values` what is set or compared.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use goe_api::{Key, REGISTRY, Write};
use goe_firmware::charger::Firmware;
use goe_runtime::KeyIndex;
use goe_runtime::error::Sent;
use serde_json::Value;

use crate::finding::{Finding, Place, meant};
use crate::grammar::{DEEDS, FILE, Member, QUIRK, STEP};
use crate::language::{Act, Begins, Deed, Expect, Scenario, Step, Watch};
use crate::path;
use crate::quirk::Change;
use crate::times;
use crate::yaml::{self, Content, Name, Node};

mod conditions;
mod values;

/// The garage of every scenario, before its own changes.
pub(crate) static GARAGE: LazyLock<String> = LazyLock::new(crate::virtual_stage::empty_garage);

/// The members of a served garage that are nothing of a scenario.
pub(crate) const TIME: [&str; 2] = ["speed", "advance_s"];

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
            // A folded text ends with its line.
            Some(node) => self.text(node, "a name").map(|name| name.trim().to_owned()),
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
        if let Some((name, _)) = members.iter().find(|(name, _)| TIME.contains(&&*name.text)) {
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
}

/// A name and what it is, without the space that makes them two.
fn glued(text: &str, known: &[Member]) -> Option<String> {
    let (name, _) = text.split_once(':')?;
    let is_known = known.iter().any(|member| member.name == name);
    is_known.then(|| format!("write a space behind the colon of `{name}:`"))
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
            let known = known.filter(|name| !TIME.contains(name));
            let what = format!("the garage has no member `{name}` here");
            Finding::new(at, what).help(meant(name, known))
        }
        None => Finding::new(at, why),
    }
}
