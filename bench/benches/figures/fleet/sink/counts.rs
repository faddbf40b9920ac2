//! What has come from whom: a number for each client and key, and no message. It knows
//! no sockets.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use serde_json::{Value, json};

/// All of it.
pub(super) struct Counts {
    since: Instant,
    /// The place of each key in the clients' numbers.
    keys: HashMap<Rc<str>, usize>,
    /// By place.
    names: Vec<(Rc<str>, Sum)>,
    /// The place of each client.
    clients: HashMap<Rc<str>, usize>,
    tallies: Vec<Tally>,
    all: Sum,
    wanted: Wanted,
}

/// Messages, and the bytes of their topics and payloads.
#[derive(Clone, Copy, Default)]
struct Sum {
    messages: u64,
    bytes: u64,
}

/// Of one client.
#[derive(Default)]
struct Tally {
    connections: u32,
    is_connected: bool,
    /// Messages since the last reset, by the place of the key.
    by_key: Vec<u32>,
    /// Which keys ever came, by place.
    seen: Vec<bool>,
    /// How many these are.
    distinct: usize,
}

/// So many keys of each client are waited for.
#[derive(Default)]
struct Wanted {
    keys: usize,
    /// Clients that have published them.
    complete: usize,
}

impl Sum {
    fn add(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }
}

impl Default for Counts {
    fn default() -> Self {
        Counts {
            since: Instant::now(),
            keys: HashMap::new(),
            names: Vec::new(),
            clients: HashMap::new(),
            tallies: Vec::new(),
            all: Sum::default(),
            wanted: Wanted::default(),
        }
    }
}

impl Counts {
    /// A client came, perhaps once more; gives its place.
    pub(super) fn connected(&mut self, client: &str) -> usize {
        let next = self.tallies.len();
        let place = *self.clients.entry(client.into()).or_insert(next);
        if place == next {
            self.tallies.push(Tally::default());
        }
        let tally = &mut self.tallies[place];
        tally.connections += 1;
        tally.is_connected = true;
        place
    }

    /// Its connection ended.
    pub(super) fn gone(&mut self, place: usize) {
        self.tallies[place].is_connected = false;
    }

    /// The place of a client that ever came.
    pub(super) fn place(&self, client: &str) -> Option<usize> {
        self.clients.get(client).copied()
    }

    /// A message of this client. Returns `true` when it is the last of those that
    /// [`want`](Counts::want) named for this client.
    pub(super) fn message(&mut self, place: usize, key: &str, bytes: usize) -> bool {
        let at = match self.keys.get(key) {
            Some(&at) => at,
            None => {
                let (at, name) = (self.names.len(), Rc::<str>::from(key));
                self.names.push((name.clone(), Sum::default()));
                self.keys.insert(name, at);
                at
            }
        };
        self.names[at].1.add(bytes);
        self.all.add(bytes);
        let tally = &mut self.tallies[place];
        if tally.by_key.len() <= at {
            // Room for all of a charger at once: the first message is that of no rare key.
            let room = (at + 1).next_multiple_of(128);
            tally.by_key.resize(room, 0);
            tally.seen.resize(room, false);
        }
        tally.by_key[at] += 1;
        if tally.seen[at] {
            return false;
        }
        tally.seen[at] = true;
        tally.distinct += 1;
        let is_last = tally.distinct == self.wanted.keys;
        self.wanted.complete += usize::from(is_last);
        is_last
    }

    /// From now on so many different keys are waited for.
    pub(super) fn want(&mut self, keys: usize) {
        let complete = |tally: &&Tally| tally.distinct >= keys;
        let complete = self.tallies.iter().filter(complete).count();
        self.wanted = Wanted { keys, complete };
    }

    /// Clients that have published as many.
    pub(super) fn complete(&self) -> usize {
        self.wanted.complete
    }

    /// Counts from zero, as of now.
    pub(super) fn reset(&mut self) {
        self.since = Instant::now();
        self.all = Sum::default();
        for (_, sum) in &mut self.names {
            *sum = Sum::default();
        }
        for tally in &mut self.tallies {
            tally.by_key.fill(0);
        }
    }

    /// All that was counted.
    pub(super) fn show(&self) -> Value {
        // Who speaks for the whole fleet is a client, too, and no charger.
        let whole = |tally: &&Tally| tally.distinct >= self.wanted.keys;
        let chargers = || self.tallies.iter().filter(whole);
        let by_client = chargers().map(|tally| tally.by_key.iter().sum());
        let keys = self.names.iter().enumerate().map(|(at, (name, sum))| {
            let of = |tally: &Tally| tally.by_key.get(at).copied().unwrap_or(0);
            let mut shown = spread(chargers().map(of));
            shown["messages"] = sum.messages.into();
            shown["bytes"] = sum.bytes.into();
            (name.to_string(), shown)
        });
        let connections = chargers().map(|tally| tally.connections);
        let distinct = chargers().map(|tally| tally.distinct as u32);
        json!({
            "s": self.since.elapsed().as_secs_f64(),
            "clients": self.tallies.len(),
            "connected": self.tallies.iter().filter(|tally| tally.is_connected).count(),
            "connections": spread(connections),
            "distinct": spread(distinct),
            "messages": self.all.messages,
            "bytes": self.all.bytes,
            "by_client": spread(by_client),
            "keys": keys.collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// The least, the middle and the most.
fn spread(numbers: impl Iterator<Item = u32>) -> Value {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    json!({
        "least": numbers.first(),
        "median": numbers.get(numbers.len() / 2),
        "most": numbers.last(),
    })
}
