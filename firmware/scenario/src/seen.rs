//! What was seen of everything that a scenario looks at: its value now, and its last
//! changes.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::condition::{Condition, Test};
use crate::path::{Path, Root};
use crate::stage::Stage;

/// So many changes are told.
const MOST_CHANGES: usize = 20;

/// A value that became another.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// When, ms since the beginning.
    pub at_ms: u64,
    /// What it is a value of.
    pub path: String,
    /// What it was, with its name or unit.
    pub before: String,
    /// What it is since.
    pub after: String,
}

/// Everything that is looked at.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    roots: Vec<Whole>,
    tracks: BTreeMap<String, Track>,
    began: bool,
}

/// The value of a key, or the garage.
#[derive(Debug)]
struct Whole {
    root: Root,
    json: Option<String>,
}

#[derive(Debug)]
struct Track {
    path: Path,
    value: Option<Value>,
    changes: VecDeque<Changed>,
}

impl Seen {
    /// Has these looked at from now on.
    pub(crate) fn watch(&mut self, condition: &Condition) {
        for test in &condition.tests {
            let path = &test.path;
            if !self.roots.iter().any(|whole| whole.root == path.root) {
                let (root, json) = (path.root, None);
                self.roots.push(Whole { root, json });
            }
            let track = || Track {
                path: path.clone(),
                value: None,
                changes: VecDeque::new(),
            };
            self.tracks.entry(path.text.clone()).or_insert_with(track);
        }
    }

    /// Looks at everything.
    pub(crate) fn look(&mut self, now_ms: u64, stage: &impl Stage) {
        for whole in &mut self.roots {
            let json = match whole.root {
                Root::Key(key) => stage.value(key),
                Root::Garage => stage.garage(),
            };
            if json == whole.json && self.began {
                continue;
            }
            let value = json.as_deref();
            let value: Option<Value> = value.and_then(|json| serde_json::from_str(json).ok());
            let root = whole.root;
            whole.json = json;
            let concerned = self.tracks.values_mut();
            for track in concerned.filter(|track| track.path.root == root) {
                let found = value.as_ref().and_then(|value| track.path.find(value));
                track.take(found, now_ms, self.began);
            }
        }
        self.began = true;
    }

    /// The value that a test is about.
    fn value(&self, test: &Test) -> Option<&Value> {
        self.tracks.get(&test.path.text)?.value.as_ref()
    }

    /// Returns whether there is anything to be seen of what a test is about.
    pub(crate) fn is_there(&self, test: &Test) -> bool {
        let root = |whole: &&Whole| whole.root == test.path.root;
        let whole = self.roots.iter().find(root);
        whole.is_some_and(|whole| whole.json.is_some())
    }

    /// The tests of a condition that do not hold now.
    pub(crate) fn unmet<'c>(&self, condition: &'c Condition) -> Vec<&'c Test> {
        let tests = condition.tests.iter();
        tests.filter(|test| !test.holds(self.value(test))).collect()
    }

    /// What there is instead.
    pub(crate) fn found(&self, tests: &[&Test]) -> String {
        let found = tests
            .iter()
            .map(|test| format!("{} is {}", test.path.text, test.path.told(self.value(test))));
        found.collect::<Vec<_>>().join(", ")
    }

    /// The last changes of what some tests are about, the latest last.
    pub(crate) fn changes(&self, tests: &[&Test]) -> Vec<Changed> {
        let tracks = self.tracks.iter();
        let tracks = tracks.filter(|(path, _)| tests.iter().any(|test| test.path.text == **path));
        let mut all: Vec<_> = tracks
            .flat_map(|(_, track)| track.changes.iter().cloned())
            .collect();
        all.sort_by_key(|changed| changed.at_ms);
        all.split_off(all.len().saturating_sub(MOST_CHANGES))
    }
}

impl Track {
    fn take(&mut self, value: Option<&Value>, at_ms: u64, is_change: bool) {
        if self.value.as_ref() == value {
            return;
        }
        if is_change {
            if self.changes.len() == MOST_CHANGES {
                self.changes.pop_front();
            }
            self.changes.push_back(Changed {
                at_ms,
                path: self.path.text.clone(),
                before: self.path.told(self.value.as_ref()),
                after: self.path.told(value),
            });
        }
        self.value = value.cloned();
    }
}
