//! Listening for networks: whether a scan is under way, what the last one
//! heard, and how long ago that was.
//!
//! Results stay until the next scan replaces them, so that a failed scan takes
//! nothing away. Of a crowded air the sixteen strongest are kept, but configured
//! networks before all others: a charger must not lose its own network among the
//! neighbours'.

use core::cmp::Reverse;
use core::fmt::Write as _;

use heapless::{String, Vec};

use super::wifi_config::WifiConfig;
use crate::board::{AccessPoint, Bssid, Encryption, ScanEvent};

/// A scan that has not ended after this is taken as failed, ms.
const TIMEOUT_MS: u64 = 10_000;

/// While no attempt asks for a scan, one is made this often, ms.
const EVERY_MS: u64 = 600_000;

/// Access points kept.
const KEPT: usize = 16;

/// Where the scanner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum ScanState {
    /// None was made yet.
    Never,
    Running {
        since_ms: u64,
    },
    Finished,
    Failed,
}

/// An access point that was heard.
#[derive(Clone, Debug)]
pub(in crate::charger) struct Heard {
    pub(in crate::charger) ssid: String<32>,
    pub(in crate::charger) bssid: Bssid,
    pub(in crate::charger) bssid_text: String<17>,
    pub(in crate::charger) encryption: Encryption,
    pub(in crate::charger) rssi_dbm: i8,
    pub(in crate::charger) channel: u8,
}

/// State and result of scanning.
#[derive(Debug)]
pub(in crate::charger) struct Scanner {
    state: ScanState,
    /// The strongest first.
    heard: Vec<Heard, KEPT>,
    /// When they were heard.
    heard_at_ms: Option<u64>,
    /// When the last scan ended, well or not.
    ended_at_ms: Option<u64>,
}

impl Scanner {
    pub(in crate::charger) fn new() -> Self {
        Scanner {
            state: ScanState::Never,
            heard: Vec::new(),
            heard_at_ms: None,
            ended_at_ms: None,
        }
    }

    pub(in crate::charger) fn state(&self) -> ScanState {
        self.state
    }

    pub(in crate::charger) fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// Age of the result, ms, if there is one.
    pub(in crate::charger) fn age_ms(&self, now_ms: u64) -> Option<u64> {
        self.heard_at_ms
            .map(|heard_at_ms| now_ms.saturating_sub(heard_at_ms))
    }

    pub(in crate::charger) fn is_running(&self) -> bool {
        matches!(self.state, ScanState::Running { .. })
    }

    /// Returns whether it is time to listen even though nobody asks.
    pub(in crate::charger) fn is_due(&self, now_ms: u64) -> bool {
        !self.is_running()
            && self
                .ended_at_ms
                .is_none_or(|ended_at_ms| now_ms.saturating_sub(ended_at_ms) >= EVERY_MS)
    }

    /// The caller passes the command on to the radio.
    pub(in crate::charger) fn start(&mut self, now_ms: u64) {
        self.state = ScanState::Running { since_ms: now_ms };
    }

    /// Takes in what the radio reports, or gives up waiting for it.
    pub(in crate::charger) fn step(
        &mut self,
        now_ms: u64,
        config: &WifiConfig,
        event: Option<&ScanEvent<'_>>,
    ) {
        match (event, self.state) {
            (Some(ScanEvent::Done(air)), _) => {
                self.keep(air, config);
                self.heard_at_ms = Some(now_ms);
                self.end(now_ms, ScanState::Finished);
            }
            (Some(ScanEvent::Failed), ScanState::Running { .. }) => {
                self.end(now_ms, ScanState::Failed);
            }
            (None, ScanState::Running { since_ms })
                if now_ms.saturating_sub(since_ms) >= TIMEOUT_MS =>
            {
                self.end(now_ms, ScanState::Failed);
            }
            _ => {}
        }
    }

    fn end(&mut self, now_ms: u64, state: ScanState) {
        self.state = state;
        self.ended_at_ms = Some(now_ms);
    }

    fn keep(&mut self, air: &[AccessPoint<'_>], config: &WifiConfig) {
        let worth = |ssid: &str, rssi_dbm: i8| (config.knows(ssid), rssi_dbm);
        self.heard.clear();
        for access_point in air {
            let Some(heard) = Heard::of(access_point) else {
                continue;
            };
            let Err(heard) = self.heard.push(heard) else {
                continue;
            };
            let least = self
                .heard
                .iter_mut()
                .min_by_key(|kept| worth(&kept.ssid, kept.rssi_dbm));
            if let Some(least) = least
                && worth(&least.ssid, least.rssi_dbm) < worth(&heard.ssid, heard.rssi_dbm)
            {
                *least = heard;
            }
        }
        // Sixteen at most: sorting them by insertion takes a tenth of the code.
        let rank = |heard: &Heard| (Reverse(heard.rssi_dbm), heard.bssid);
        for sorted in 1..self.heard.len() {
            let mut at = sorted;
            while at > 0 && rank(&self.heard[at]) < rank(&self.heard[at - 1]) {
                self.heard.swap(at, at - 1);
                at -= 1;
            }
        }
    }
}

impl Heard {
    /// `None` for a name longer than any network can have.
    fn of(access_point: &AccessPoint<'_>) -> Option<Self> {
        Some(Heard {
            ssid: String::try_from(access_point.ssid).ok()?,
            bssid: access_point.bssid,
            bssid_text: bssid_text(access_point.bssid),
            encryption: access_point.encryption,
            rssi_dbm: access_point.rssi_dbm,
            channel: access_point.channel,
        })
    }
}

/// As `AA:BB:CC:DD:EE:FF`.
pub(in crate::charger) fn bssid_text(bssid: Bssid) -> String<17> {
    let mut text = String::new();
    for (index, byte) in bssid.iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        // Six bytes take 17 characters, which is what fits.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::vec::Vec;

    use super::super::wifi_config;
    use super::*;

    fn access_point(ssid: &str, number: u8, rssi_dbm: i8) -> AccessPoint<'_> {
        AccessPoint {
            ssid,
            bssid: [2, 0, 0, 0, 0, number],
            encryption: Encryption::Wpa2Psk,
            rssi_dbm,
            channel: 1,
        }
    }

    #[test]
    fn a_result_stays_until_the_next_and_ages() {
        let air = [access_point("a", 1, -70), access_point("b", 2, -50)];
        let done = ScanEvent::Done(&air);
        let config = WifiConfig::new();
        let mut scanner = Scanner::new();
        assert!(scanner.is_due(0));
        scanner.start(1_000);
        for (now_ms, event, state, heard, age_ms) in [
            (2_000, None, ScanState::Running { since_ms: 1_000 }, 0, None),
            (3_000, Some(&done), ScanState::Finished, 2, Some(0)),
            (4_000, None, ScanState::Finished, 2, Some(1_000)),
            // Nobody asked for this one.
            (
                5_000,
                Some(&ScanEvent::Failed),
                ScanState::Finished,
                2,
                Some(2_000),
            ),
        ] {
            scanner.step(now_ms, &config, event);
            assert_eq!(scanner.state(), state, "at {now_ms}");
            assert_eq!(scanner.heard().len(), heard, "at {now_ms}");
            assert_eq!(scanner.age_ms(now_ms), age_ms, "at {now_ms}");
        }
        assert_eq!(scanner.heard()[0].ssid, "b");
        assert_eq!(scanner.heard()[0].bssid_text, "02:00:00:00:00:02");
        assert!(!scanner.is_due(602_999));
        assert!(scanner.is_due(603_000));
    }

    #[test]
    fn silence_and_refusal_are_failures_that_keep_the_old_result() {
        let air = [access_point("a", 1, -70)];
        let config = WifiConfig::new();
        let mut scanner = Scanner::new();
        scanner.start(0);
        scanner.step(0, &config, Some(&ScanEvent::Done(&air)));
        scanner.start(1_000);
        scanner.step(10_999, &config, None);
        assert!(scanner.is_running());
        assert!(!scanner.is_due(900_000));
        scanner.step(11_000, &config, None);
        assert_eq!(scanner.state(), ScanState::Failed);
        scanner.start(12_000);
        scanner.step(13_000, &config, Some(&ScanEvent::Failed));
        assert_eq!(scanner.state(), ScanState::Failed);
        assert_eq!(
            (scanner.heard().len(), scanner.age_ms(13_000)),
            (1, Some(13_000))
        );
    }

    #[test]
    fn a_crowded_air_keeps_the_strongest_and_our_own() {
        let names: Vec<_> = (0..40).map(|number| format!("n{number}")).collect();
        let mut air: Vec<_> = (0..40)
            .map(|number| access_point(&names[usize::from(number)], number, -30 - number as i8))
            .collect();
        air.reverse();
        air.insert(3, access_point("ours", 99, -95));
        let mut config = WifiConfig::new();
        wifi_config::tests::set(&mut config, r#"[{"ssid":"ours"}]"#);
        let mut scanner = Scanner::new();
        scanner.step(0, &config, Some(&ScanEvent::Done(&air)));
        let heard: Vec<_> = scanner.heard().iter().map(|heard| &*heard.ssid).collect();
        let mut expected: Vec<_> = names[..15].iter().map(|name| &**name).collect();
        expected.push("ours");
        assert_eq!(heard, expected);
    }
}
