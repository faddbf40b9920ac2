//! What is claimed, and what follows from a claim that is heard.
//!
//! It knows no connection and no clock; times are milliseconds of any monotonic one.

use std::ops::Range;
use std::time::SystemTime;

use serde_json::{Value, json};

/// Where claims are said.
pub(super) const TOPIC: &str = "goe-fleet/claim";

/// So long a newcomer listens, in milliseconds: longer than a holder takes to see that its
/// connection is gone, and to have another.
const ASKING_MS: u64 = 6_000;

/// What is said has to come back within that, in milliseconds.
const ECHO_MS: u64 = 10_000;

/// So often it says what it asks for, since a cluster may not have heard of it at first.
const ASKED_EVERY_MS: u64 = 1_000;

/// So often a holder says what it holds.
const HELD_EVERY_MS: u64 = 10_000;

/// Answers come no closer after another.
const ANSWERED_EVERY_MS: u64 = 200;

/// Digits of the number of a process: with them a client id has no more characters than
/// every broker takes.
const INSTANCE_DIGITS: usize = 12;

/// No claim is longer, in bytes.
pub(super) const CLAIM_MAX: usize = 512;

/// No name of a computer is longer, in bytes.
const HOST_MAX: usize = 64;

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    serials: Range<u32>,
    /// By chance, one for each process.
    instance: String,
    /// When it began, in the time of its computer.
    since_ms: u64,
    host: String,
    pid: u32,
    is_held: bool,
}

impl Claim {
    /// By chance, one for each process.
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// That of this process, which asks for these serial numbers.
    pub(crate) fn new(serials: Range<u32>) -> Self {
        Claim {
            serials,
            instance: instance(goe_host::chance()),
            since_ms: utc_ms(),
            host: shortened(&host()),
            pid: std::process::id(),
            is_held: false,
        }
    }

    fn parse(json: &[u8]) -> Option<Self> {
        let claim: Value = serde_json::from_slice(json).ok()?;
        let number = |name: &str| claim.get(name)?.as_u64();
        let short = |name: &str| u32::try_from(number(name)?).ok();
        let text = |name: &str| claim.get(name)?.as_str();
        let serials = short("from")?..short("to")?.checked_add(1)?;
        (!serials.is_empty()).then_some(())?;
        Some(Claim {
            serials,
            instance: text("instance")?.to_owned(),
            since_ms: number("since_ms")?,
            host: text("host")?.to_owned(),
            pid: short("pid")?,
            is_held: claim.get("held")?.as_bool()?,
        })
    }

    fn json(&self) -> String {
        let claim = json!({
            "instance": self.instance,
            "from": self.serials.start,
            "to": self.serials.end - 1,
            "since_ms": self.since_ms,
            "host": self.host,
            "pid": self.pid,
            "held": self.is_held,
        });
        claim.to_string()
    }

    fn overlaps(&self, other: &Claim) -> bool {
        let (mine, theirs) = (&self.serials, &other.serials);
        mine.start < theirs.end && theirs.start < mine.end
    }

    /// Returns whether the other one goes before this.
    fn is_behind(&self, other: &Claim) -> bool {
        let rank = |claim: &Claim| (!claim.is_held, claim.since_ms, claim.instance.clone());
        rank(self) > rank(other)
    }

    /// Why this process ends.
    fn refused_by(&self, other: &Claim) -> String {
        let Range { start, end } = &self.serials;
        let (first, last) = (start.max(&other.serials.start), end.min(&other.serials.end));
        let seconds = utc_ms().saturating_sub(other.since_ms) / 1_000;
        let does = match other.is_held {
            true => "serves",
            false => "is about to serve",
        };
        // Whoever says so may write what they like.
        let host = other.host.escape_debug();
        format!(
            "process {} on {host} {does} the serial numbers {first:06} to {:06} at this broker \
             already, for {seconds} s, and {start:06} to {:06} are wanted here: stop that one, or \
             give this one others by --shard or --serial",
            other.pid,
            last - 1,
            end - 1,
        )
    }
}

/// The claim of this process as it stands.
#[derive(Debug)]
pub(super) struct Standing {
    claim: Claim,
    /// Whether anything can be said.
    is_connected: bool,
    /// When it is granted, unless somebody objects until then; `None` while nobody can.
    granted_at_ms: Option<u64>,
    said_ms: Option<u64>,
    /// When that was said of which nothing has come back.
    unheard_ms: Option<u64>,
    say_at_ms: u64,
}

/// Why a connection is no good.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The process has to end, for that reason.
    Refused(String),
    /// Another connection has to be had.
    Deaf,
}

impl Standing {
    pub(super) fn new(claim: Claim) -> Self {
        Standing {
            claim,
            is_connected: false,
            granted_at_ms: None,
            said_ms: None,
            unheard_ms: None,
            say_at_ms: 0,
        }
    }

    /// Returns whether it was granted once.
    pub(super) fn is_held(&self) -> bool {
        self.claim.is_held
    }

    /// Returns whether something of it came back on this connection.
    pub(super) fn was_heard(&self) -> bool {
        self.granted_at_ms.is_some()
    }

    /// From now on something can be said.
    pub(super) fn connected(&mut self, now_ms: u64) {
        self.is_connected = true;
        self.say_at_ms = now_ms;
    }

    /// Nobody is heard any more; what was only asked for is asked for again.
    pub(super) fn lost(&mut self) {
        self.is_connected = false;
        self.granted_at_ms = None;
        self.unheard_ms = None;
    }

    /// The broker does not let this process hear the others.
    pub(super) fn deaf(&self) -> Fault {
        match self.claim.is_held {
            true => Fault::Deaf,
            false => Fault::Refused(format!(
                "nothing of {TOPIC} is heard at this broker, where shards that are started twice \
                 find out: let its user read and write there"
            )),
        }
    }

    /// Hears what somebody said.
    ///
    /// # Errors
    /// This process has to end.
    pub(super) fn hear(&mut self, said: &[u8], now_ms: u64) -> Result<(), Fault> {
        let Some(other) = Claim::parse(said) else {
            return Ok(());
        };
        if other.instance == self.claim.instance {
            self.unheard_ms = None;
            self.granted_at_ms.get_or_insert(now_ms + ASKING_MS);
            return Ok(());
        }
        if !self.claim.overlaps(&other) {
            return Ok(());
        }
        if self.claim.is_behind(&other) {
            return Err(Fault::Refused(self.claim.refused_by(&other)));
        }
        let earliest = self.said_ms.map_or(now_ms, |said| said + ANSWERED_EVERY_MS);
        self.say_at_ms = self.say_at_ms.min(earliest.max(now_ms));
        Ok(())
    }

    /// Returns whether it was granted just now.
    pub(super) fn grant(&mut self, now_ms: u64) -> bool {
        let is_due = self.granted_at_ms.is_some_and(|at_ms| now_ms >= at_ms);
        let is_granted = is_due && !self.claim.is_held;
        if is_granted {
            self.claim.is_held = true;
            self.say_at_ms = now_ms;
        }
        is_granted
    }

    /// Looks at the time: says what is to be said now.
    ///
    /// # Errors
    /// Nothing comes back of what was said.
    pub(super) fn say(&mut self, now_ms: u64) -> Result<Option<String>, Fault> {
        if self
            .unheard_ms
            .is_some_and(|since| now_ms >= since + ECHO_MS)
        {
            return Err(self.deaf());
        }
        if !self.is_connected || now_ms < self.say_at_ms {
            return Ok(None);
        }
        let every_ms = match self.claim.is_held {
            true => HELD_EVERY_MS,
            false => ASKED_EVERY_MS,
        };
        self.said_ms = Some(now_ms);
        self.unheard_ms.get_or_insert(now_ms);
        self.say_at_ms = now_ms + every_ms;
        Ok(Some(self.claim.json()))
    }

    /// When there is something to do though nothing is heard.
    pub(super) fn deadline_ms(&self) -> Option<u64> {
        let granted_at_ms = self.granted_at_ms.filter(|_| !self.claim.is_held);
        let deaf_at_ms = self.unheard_ms.map(|since| since + ECHO_MS);
        let dues = [Some(self.say_at_ms), granted_at_ms, deaf_at_ms];
        dues.into_iter()
            .flatten()
            .min()
            .filter(|_| self.is_connected)
    }
}

fn utc_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let ms = since.map(|since| since.as_millis());
    ms.ok().and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0)
}

/// A number by chance, for a process.
fn instance(chance: u64) -> String {
    let digits = format!("{chance:0INSTANCE_DIGITS$x}");
    digits.chars().take(INSTANCE_DIGITS).collect()
}

/// A name that is no longer than it may be, without what a terminal would obey.
fn shortened(name: &str) -> String {
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let end = name.floor_char_boundary(HOST_MAX);
    name.get(..end).unwrap_or_default().to_owned()
}

/// The name of this computer, as far as it tells one.
fn host() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let told = told.or_else(|| std::env::var("HOSTNAME").ok());
    let told = told
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    told.unwrap_or("a computer without a name").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(instance: &str, serials: Range<u32>, since_ms: u64) -> Claim {
        Claim {
            serials,
            instance: instance.to_owned(),
            since_ms,
            host: "here".to_owned(),
            pid: 7,
            is_held: false,
        }
    }

    /// It says something, and hears itself.
    fn echoes(standing: &mut Standing, now_ms: u64) -> Option<String> {
        let said = standing.say(now_ms).expect("it is heard")?;
        assert_eq!(standing.hear(said.as_bytes(), now_ms), Ok(()));
        Some(said)
    }

    /// One that is granted.
    fn held(claim: Claim) -> Standing {
        let mut standing = Standing::new(claim);
        standing.connected(0);
        echoes(&mut standing, 0).expect("it asks");
        assert!(standing.grant(ASKING_MS));
        echoes(&mut standing, ASKING_MS).expect("it says so");
        standing
    }

    #[test]
    fn what_is_said_is_what_is_heard() {
        let mine = Claim::new(100_000..100_075);
        assert_eq!(Claim::parse(mine.json().as_bytes()), Some(mine.clone()));
        let name = "\u{1b}\u{1F50C}\"\\".repeat(100);
        let longest = Claim {
            serials: 999_999..u32::MAX,
            since_ms: u64::MAX,
            pid: u32::MAX,
            instance: instance(u64::MAX),
            host: shortened(&name),
            ..mine.clone()
        };
        assert!(longest.json().len() <= CLAIM_MAX, "{}", longest.json());
        assert_eq!(Claim::parse(longest.json().as_bytes()), Some(longest));
        for chance in [0, u64::MAX] {
            assert_eq!(instance(chance).len(), INSTANCE_DIGITS);
        }
        let mut said: Value = serde_json::from_str(&mine.json()).expect("JSON");
        assert_eq!(
            (&said["from"], &said["to"]),
            (&json!(100_000), &json!(100_074))
        );
        // A newer process may say more.
        said["more"] = json!(1);
        assert_eq!(Claim::parse(said.to_string().as_bytes()), Some(mine));
    }

    #[test]
    fn what_is_no_claim_says_nothing() {
        let mut mine = held(claim("a", 0..10, 5));
        let long = format!("{}1", "[".repeat(10_000));
        for garbage in [
            "",
            "1",
            "null",
            "{}",
            "[]",
            "\u{0}",
            "{\"from\":0,\"to\":9}",
            &long,
            r#"{"instance":"b","from":0,"to":-1,"since_ms":1,"host":"x","pid":1,"held":true}"#,
            r#"{"instance":"b","from":0,"to":4294967295,"since_ms":1,"host":"x","pid":1,"held":true}"#,
            r#"{"instance":"b","from":0,"to":9,"since_ms":1,"host":"x","pid":1,"held":1}"#,
        ] {
            assert_eq!(mine.hear(garbage.as_bytes(), 7_000), Ok(()), "{garbage}");
        }
        // The wrong way round it is of no serial number.
        let wrong =
            r#"{"instance":"b","from":9,"to":1,"since_ms":1,"host":"x","pid":1,"held":true}"#;
        assert_eq!(mine.hear(wrong.as_bytes(), 7_000), Ok(()));
        assert_eq!(mine.say(7_000), Ok(None));
        assert_eq!(mine.hear(b"\xff", 7_000), Ok(()));
    }

    #[test]
    fn a_newcomer_asks_for_a_while_and_holds_from_then_on() {
        let mut mine = Standing::new(claim("a", 0..10, 5));
        assert_eq!(mine.deadline_ms(), None);
        assert_eq!(mine.say(0), Ok(None), "nobody hears it");
        assert!(!mine.grant(100_000));
        mine.connected(1_000);
        let mut said = Vec::new();
        let mut granted_ms = None;
        while let Some(now_ms) = mine.deadline_ms().filter(|&now_ms| now_ms < 30_000) {
            if mine.grant(now_ms) {
                assert_eq!(granted_ms.replace(now_ms), None, "once");
            }
            if let Some(json) = echoes(&mut mine, now_ms) {
                let claim = Claim::parse(json.as_bytes()).expect("a claim");
                said.push((now_ms, claim.is_held));
            }
        }
        assert_eq!(granted_ms, Some(7_000));
        let asked = (1..7).map(|second| (second * 1_000, false));
        let holds = [(7_000, true), (17_000, true), (27_000, true)];
        assert_eq!(said, asked.chain(holds).collect::<Vec<_>>());
    }

    #[test]
    fn who_is_not_heard_all_the_time_asks_anew() {
        let mut mine = Standing::new(claim("a", 0..10, 5));
        mine.connected(0);
        echoes(&mut mine, 0).expect("it asks");
        mine.lost();
        assert!(!mine.grant(ASKING_MS));
        mine.connected(10_000);
        assert!(!mine.grant(99_000), "before it is heard");
        echoes(&mut mine, 10_000).expect("it asks");
        assert!(!mine.grant(9_999 + ASKING_MS));
        assert!(mine.grant(10_000 + ASKING_MS));
        // What is held stays so, and is said at once where it was not heard for a while.
        mine.lost();
        mine.connected(60_000);
        assert!(echoes(&mut mine, 60_000).is_some());
        assert!(!mine.grant(99_000));
    }

    #[test]
    fn what_does_not_come_back_is_granted_to_nobody() {
        let mut mine = Standing::new(claim("a", 0..10, 5));
        mine.connected(0);
        let mut now_ms = 0;
        while now_ms < ECHO_MS {
            assert!(matches!(mine.say(now_ms), Ok(Some(_))));
            assert!(!mine.grant(now_ms));
            now_ms = mine.deadline_ms().expect("it asks");
        }
        assert_eq!(now_ms, ECHO_MS);
        let Err(Fault::Refused(reason)) = mine.say(now_ms) else {
            panic!("it ends");
        };
        assert!(reason.contains(TOPIC), "{reason}");
        // Who serves already only takes another connection.
        let mut mine = held(claim("a", 0..10, 5));
        let at_ms = mine.deadline_ms().expect("it says so");
        assert!(matches!(mine.say(at_ms), Ok(Some(_))));
        let deaf_ms = mine.deadline_ms().expect("it listens");
        assert_eq!(
            (deaf_ms, mine.say(deaf_ms)),
            (at_ms + ECHO_MS, Err(Fault::Deaf))
        );
        mine.lost();
        mine.connected(deaf_ms);
        assert!(echoes(&mut mine, deaf_ms).is_some());
    }

    #[test]
    fn a_holder_answers_and_the_newcomer_ends() {
        let mut holder = held(claim("z", 100_000..100_075, 5_000));
        // Also one whose clock is behind.
        let mut newcomer = Standing::new(claim("a", 100_074..100_149, 4_000));
        newcomer.connected(0);
        let asked = echoes(&mut newcomer, 0).expect("it asks");
        assert_eq!(holder.hear(asked.as_bytes(), 7_000), Ok(()));
        let answer = echoes(&mut holder, 7_000).expect("it answers");
        let Err(Fault::Refused(error)) = newcomer.hear(answer.as_bytes(), 10) else {
            panic!("it ends");
        };
        for word in [
            "process 7", "here", "serves", "100074 to 100074", "100148", "--shard",
        ] {
            assert!(error.contains(word), "{word}: {error}");
        }
        // A flood of questions is answered now and then.
        assert_eq!(holder.hear(asked.as_bytes(), 7_001), Ok(()));
        assert_eq!(holder.say(7_001), Ok(None));
        assert!(echoes(&mut holder, 7_000 + ANSWERED_EVERY_MS).is_some());
    }

    #[test]
    fn shards_beside_each_other_are_no_concern() {
        let mut mine = held(claim("a", 0..10, 5));
        for serials in [10..20, 20..30] {
            let other = held(claim("b", serials, 1)).claim.json();
            assert_eq!(mine.hear(other.as_bytes(), 7_000), Ok(()));
            assert_eq!(mine.say(7_000), Ok(None));
        }
    }

    #[test]
    fn of_equals_the_later_gives_way_and_never_both() {
        let says = |standing: &Standing| standing.claim.json();
        for is_held in [false, true] {
            for (first, second) in [
                (claim("z", 0..10, 1), claim("a", 9..20, 2)),
                (claim("a", 0..10, 1), claim("z", 9..20, 1)),
            ] {
                let new = |claim| match is_held {
                    true => held(claim),
                    false => Standing::new(claim),
                };
                let (mut first, mut second) = (new(first), new(second));
                let (one, other) = (says(&first), says(&second));
                assert_eq!(first.hear(other.as_bytes(), 9_000), Ok(()));
                assert!(second.hear(one.as_bytes(), 9_000).is_err());
            }
        }
    }

    #[test]
    fn its_own_words_are_no_others() {
        let mut mine = held(claim("a", 0..10, 5));
        let said = mine.claim.json();
        assert_eq!(mine.hear(said.as_bytes(), 7_000), Ok(()));
        assert_eq!(mine.say(7_000), Ok(None));
    }

    #[test]
    fn what_others_write_cannot_paint_on_the_terminal() {
        let mut other = claim("b", 0..10, 5);
        other.host = "\u{1b}[2J\n".to_owned();
        let error = claim("a", 0..10, 6).refused_by(&other);
        assert!(!error.contains(['\u{1b}', '\n']), "{error}");
    }
}
