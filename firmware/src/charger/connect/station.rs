//! The WiFi station: whom to join, when, and what became of it.
//!
//! An attempt is a scan and then, by strength, every configured network that
//! was heard, until one lets the charger in. How it ended ([`Outcome`]) stands
//! until the next attempt has scanned, and the next attempt begins 30 s after
//! the end of the last. Only a write that names a network does not wait for it:
//! whoever corrects a passphrase is waiting too. The write that takes away the
//! network in use, or changes its key, takes the link down; one that leaves it
//! as it is does not disturb it.
//!
//! Without anything to join the station rests. Resting or connected, it listens
//! every ten minutes, the first time at boot, so that whoever installs the
//! charger sees what it hears.
//!
//! The radio is told one thing a step and answers in a later one. Every answer
//! has a timeout, so that a radio that falls silent stops nothing for good.

use crate::board::{ConnectFailure, Encryption, Join, Link, LinkEvent, RadioCommand, RadioInputs};

use super::link::Connection;
use super::mishaps::Mishaps;
use super::scan::{Heard, ScanState, Scanner};
use super::wifi_config::{Entry, WifiConfig};

/// A connect that has not ended after this has failed, ms.
const CONNECT_TIMEOUT_MS: u64 = 15_000;

/// A disconnect that has not ended after this is taken as done, ms.
const DISCONNECT_TIMEOUT_MS: u64 = 5_000;

/// From the end of an attempt to the next, ms.
const PAUSE_MS: u64 = 30_000;

/// The phase that the machine is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Phase {
    /// Nothing is configured.
    Resting,
    /// An attempt waits for its scan.
    Scanning,
    /// A network to join is known, the next step tries it.
    Choosing,
    /// Waits for the radio to join.
    Connecting {
        since_ms: u64,
    },
    Connected,
    /// Waits for the radio to leave.
    Disconnecting {
        since_ms: u64,
    },
    /// Between two attempts.
    Pausing {
        since_ms: u64,
    },
}

/// The result of the last attempt, or the progress of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Outcome {
    Idle,
    NoSsidAvailable,
    ScanCompleted,
    Connected,
    ConnectFailed,
    ConnectionLost,
    Disconnected,
    Connecting,
    Disconnecting,
}

/// A command to the radio; [`Station::command`] fills in the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Command {
    Scan,
    Connect,
    Disconnect,
}

/// The machine and everything it reports.
#[derive(Debug)]
pub(in crate::charger) struct Station {
    phase: Phase,
    outcome: Outcome,
    scanner: Scanner,
    /// The network being joined or in use, as it was configured then.
    joining: Entry,
    /// The access point chosen for it.
    at: Option<AccessPoint>,
    /// Entries this attempt has tried, a bit each.
    tried: u16,
    /// A write asked for an attempt without a pause.
    hurried: bool,
    connect_failed: bool,
    mishaps: Mishaps,
    connection: Option<Connection>,
    rssi_dbm: Option<i8>,
    switched_to_connected_ms: Option<u64>,
    switched_from_connected_ms: Option<u64>,
}

/// Where on the air the chosen network is.
#[derive(Clone, Copy, Debug)]
struct AccessPoint {
    bssid: [u8; 6],
    channel: u8,
}

impl Station {
    pub(in crate::charger) fn new() -> Self {
        Station {
            phase: Phase::Resting,
            outcome: Outcome::Idle,
            scanner: Scanner::new(),
            joining: Entry::default(),
            at: None,
            tried: 0,
            hurried: false,
            connect_failed: false,
            mishaps: Mishaps::default(),
            connection: None,
            rssi_dbm: None,
            switched_to_connected_ms: None,
            switched_from_connected_ms: None,
        }
    }

    /// A network was named in a write: do not wait for the pause to end.
    pub(in crate::charger) fn hurry(&mut self) {
        self.hurried = true;
    }

    /// One step. An event that ends a phase takes the step; what follows from it
    /// comes in the next, so that every outcome can be read.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        config: &WifiConfig,
        radio: &RadioInputs<'_>,
    ) -> Option<Command> {
        self.scanner.step(now_ms, config, radio.scan.as_ref());
        let ended = radio
            .link
            .as_ref()
            .is_some_and(|event| self.link_changed(now_ms, config, event));
        let command = if ended {
            None
        } else {
            self.go_on(now_ms, config)
        };
        self.rssi_dbm = radio.rssi_dbm.filter(|_| self.phase == Phase::Connected);
        command
    }

    /// The radio's command in full.
    pub(in crate::charger) fn command<'a>(
        &'a self,
        command: Command,
        hostname: &'a str,
    ) -> RadioCommand<'a> {
        match (command, self.at) {
            (Command::Scan, _) => RadioCommand::Scan,
            (Command::Connect, Some(at)) => RadioCommand::Connect(Join {
                ssid: &self.joining.ssid,
                key: &self.joining.key,
                bssid: at.bssid,
                channel: at.channel,
                hostname,
            }),
            // Nobody asks to connect without having chosen an access point.
            (Command::Disconnect | Command::Connect, _) => RadioCommand::Disconnect,
        }
    }

    pub(in crate::charger) fn phase(&self) -> Phase {
        self.phase
    }

    pub(in crate::charger) fn outcome(&self) -> Outcome {
        self.outcome
    }

    pub(in crate::charger) fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    /// Returns whether the last connect that ended did not succeed.
    pub(in crate::charger) fn connect_failed(&self) -> bool {
        self.connect_failed
    }

    /// What went wrong.
    pub(in crate::charger) fn mishaps(&self) -> &Mishaps {
        &self.mishaps
    }

    /// The network in use.
    pub(in crate::charger) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// Signal strength of the network in use, dBm.
    pub(in crate::charger) fn rssi_dbm(&self) -> Option<i8> {
        self.rssi_dbm
    }

    /// When the station last became connected, ms since boot.
    pub(in crate::charger) fn switched_to_connected_ms(&self) -> Option<u64> {
        self.switched_to_connected_ms
    }

    /// When the station last ceased to be connected, ms since boot.
    pub(in crate::charger) fn switched_from_connected_ms(&self) -> Option<u64> {
        self.switched_from_connected_ms
    }

    /// Takes an event of the link, and returns whether it ended the phase.
    fn link_changed(&mut self, now_ms: u64, config: &WifiConfig, event: &LinkEvent<'_>) -> bool {
        match (self.phase, event) {
            (Phase::Connecting { .. }, LinkEvent::Connected(link)) => self.connected(now_ms, link),
            // The radio came up with the link it had.
            (Phase::Resting, LinkEvent::Connected(link)) => {
                let ssid = link.access_point.ssid;
                let Some(entry) = config.entries().iter().find(|entry| entry.ssid == ssid) else {
                    return false;
                };
                self.joining = entry.clone();
                self.connected(now_ms, link);
            }
            (Phase::Connecting { .. }, LinkEvent::Failed(ConnectFailure::NotFound)) => {
                self.mishaps.failed(now_ms, "access point not found");
                self.failed(now_ms, config, Outcome::NoSsidAvailable);
            }
            (Phase::Connecting { .. }, event) => {
                let reason = match event {
                    LinkEvent::Failed(ConnectFailure::NoAddress) => "no address",
                    LinkEvent::Failed(_) => "refused",
                    _ => "link lost",
                };
                self.mishaps.failed(now_ms, reason);
                self.failed(now_ms, config, Outcome::ConnectFailed);
            }
            (Phase::Connected, LinkEvent::Connected(link)) => {
                self.connection = Some(Connection::of(link));
                return false;
            }
            (Phase::Connected, _) => self.lost(now_ms),
            (Phase::Disconnecting { .. }, LinkEvent::Connected(_)) => return false,
            (Phase::Disconnecting { .. }, _) => self.disconnected(now_ms),
            _ => return false,
        }
        true
    }

    fn go_on(&mut self, now_ms: u64, config: &WifiConfig) -> Option<Command> {
        match self.phase {
            Phase::Resting if !config.is_empty() => self.attempt(now_ms),
            Phase::Resting => self.listen(now_ms),
            Phase::Scanning => self.scanned(now_ms, config),
            Phase::Choosing => self.choose(now_ms, config),
            Phase::Connecting { .. } | Phase::Connected if !config.holds(&self.joining) => {
                self.leave(now_ms)
            }
            Phase::Connecting { since_ms } => self.connecting(now_ms, since_ms, config),
            Phase::Connected => {
                self.hurried = false;
                self.listen(now_ms)
            }
            Phase::Disconnecting { since_ms } => {
                if now_ms.saturating_sub(since_ms) >= DISCONNECT_TIMEOUT_MS {
                    self.disconnected(now_ms);
                }
                None
            }
            Phase::Pausing { .. } if config.is_empty() => {
                self.phase = Phase::Resting;
                None
            }
            Phase::Pausing { since_ms } => {
                let over = now_ms.saturating_sub(since_ms) >= PAUSE_MS;
                if over || self.hurried {
                    self.attempt(now_ms)
                } else {
                    None
                }
            }
        }
    }

    fn attempt(&mut self, now_ms: u64) -> Option<Command> {
        self.phase = Phase::Scanning;
        self.tried = 0;
        self.hurried = false;
        if self.scanner.is_running() {
            return None;
        }
        self.scan(now_ms)
    }

    /// Listens without meaning to join anybody.
    fn listen(&mut self, now_ms: u64) -> Option<Command> {
        if self.scanner.is_due(now_ms) {
            self.scan(now_ms)
        } else {
            None
        }
    }

    fn scan(&mut self, now_ms: u64) -> Option<Command> {
        self.scanner.start(now_ms);
        Some(Command::Scan)
    }

    fn scanned(&mut self, now_ms: u64, config: &WifiConfig) -> Option<Command> {
        // The attempt will choose among what is configured when the scan ends.
        self.hurried = false;
        match self.scanner.state() {
            ScanState::Running { .. } => {}
            // The outcome of the last attempt still stands.
            ScanState::Never | ScanState::Failed => self.pause(now_ms),
            ScanState::Finished if self.candidate(config).is_some() => {
                self.outcome = Outcome::ScanCompleted;
                self.phase = Phase::Choosing;
            }
            ScanState::Finished => {
                self.outcome = Outcome::NoSsidAvailable;
                self.pause(now_ms);
            }
        }
        None
    }

    fn choose(&mut self, now_ms: u64, config: &WifiConfig) -> Option<Command> {
        let Some((number, entry, heard)) = self.candidate(config) else {
            // It was taken out of the configuration within this second.
            self.pause(now_ms);
            return None;
        };
        let at = AccessPoint {
            bssid: heard.bssid,
            channel: heard.channel,
        };
        self.joining = entry.clone();
        self.at = Some(at);
        self.tried |= 1 << number;
        self.outcome = Outcome::Connecting;
        self.phase = Phase::Connecting { since_ms: now_ms };
        Some(Command::Connect)
    }

    /// The strongest network that is configured and not tried yet.
    fn candidate<'a>(&'a self, config: &'a WifiConfig) -> Option<(usize, &'a Entry, &'a Heard)> {
        let untried = |&(number, entry): &(usize, &Entry)| {
            !entry.is_empty() && self.tried & (1 << number) == 0
        };
        // The scanner has the strongest first.
        self.scanner.heard().iter().find_map(|heard| {
            let mut entries = config.entries().iter().enumerate().filter(untried);
            let (number, entry) = entries.find(|(_, entry)| may_join(entry, heard))?;
            Some((number, entry, heard))
        })
    }

    fn connecting(&mut self, now_ms: u64, since_ms: u64, config: &WifiConfig) -> Option<Command> {
        if now_ms.saturating_sub(since_ms) < CONNECT_TIMEOUT_MS {
            return None;
        }
        self.mishaps.failed(now_ms, "no answer");
        self.failed(now_ms, config, Outcome::ConnectFailed);
        Some(Command::Disconnect)
    }

    fn connected(&mut self, now_ms: u64, link: &Link<'_>) {
        self.connection = Some(Connection::of(link));
        self.connect_failed = false;
        self.switched_to_connected_ms = Some(now_ms);
        self.outcome = Outcome::Connected;
        self.phase = Phase::Connected;
    }

    fn failed(&mut self, now_ms: u64, config: &WifiConfig, outcome: Outcome) {
        self.connect_failed = true;
        self.outcome = outcome;
        if self.candidate(config).is_some() {
            self.phase = Phase::Choosing;
        } else {
            self.pause(now_ms);
        }
    }

    fn lost(&mut self, now_ms: u64) {
        self.not_connected_any_more(now_ms);
        self.mishaps.count("link lost");
        self.outcome = Outcome::ConnectionLost;
        self.pause(now_ms);
    }

    fn leave(&mut self, now_ms: u64) -> Option<Command> {
        if self.phase == Phase::Connected {
            self.not_connected_any_more(now_ms);
        }
        self.outcome = Outcome::Disconnecting;
        self.phase = Phase::Disconnecting { since_ms: now_ms };
        Some(Command::Disconnect)
    }

    fn disconnected(&mut self, now_ms: u64) {
        self.outcome = Outcome::Disconnected;
        self.pause(now_ms);
    }

    fn not_connected_any_more(&mut self, now_ms: u64) {
        self.connection = None;
        self.switched_from_connected_ms = Some(now_ms);
    }

    fn pause(&mut self, now_ms: u64) {
        self.phase = Phase::Pausing { since_ms: now_ms };
    }
}

/// A network with a key is never joined where it stands open: anyone can put up
/// an open one of the same name.
fn may_join(entry: &Entry, heard: &Heard) -> bool {
    let open = heard.encryption == Encryption::Open;
    entry.ssid == heard.ssid && (entry.key.is_empty() || !open)
}

#[cfg(test)]
mod tests;
