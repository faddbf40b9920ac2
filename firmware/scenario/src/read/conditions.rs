//! Reads conditions: what paths lead to, and what that has to be. What can never hold is told.

use serde_json::Value;

use super::Reader;
use crate::condition::{Condition, Is, Test};
use crate::finding::{Finding, Place};
use crate::grammar::{COMPARISON, Member};
use crate::path::{self, Path};
use crate::yaml::{Content, Name, Node};

/// How several things are asked for, for whoever looks for an `and` or an `or`.
const TOGETHER: &str = "write what holds together in one map, and several values of one key in a list, such as {car: [Charging, Complete], amp: 6}";

impl Reader {
    pub(super) fn condition(&mut self, node: &Node) -> Option<Condition> {
        let Some(members) = node.members().filter(|members| !members.is_empty()) else {
            let help = "write what has to hold, such as {car: Charging, nrg.11: {above: 1000}}";
            let is_list = matches!(node.content, Content::List(_));
            return self.not(node, "a condition", if is_list { TOGETHER } else { help });
        };
        let mut tests = Vec::new();
        for (name, node) in members {
            match Path::read(&name.text, self.release) {
                Ok(path) => self.tests(name.at, path, node, &mut tests),
                Err((what, help)) => {
                    let is_word = ["and", "or", "all"].contains(&name.text.as_str());
                    let help = if is_word {
                        Some(TOGETHER.to_owned())
                    } else {
                        help
                    };
                    self.wrong(Finding {
                        at: name.at,
                        what,
                        help,
                    });
                }
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
