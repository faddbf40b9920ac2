//! The scenarios of the repository: each passes, and each fails on a planted fault of the
//! firmware, for a scenario that never fails shows nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use goe_api::Key;
use goe_firmware::board::{Contactor as _, Lock as _, Pilot as _, ProtectionReading};
use goe_runtime::{KeyIndex, WriteError};
use goe_scenario::{Change, Player, Scenario, Stage, State, Timed, VirtualStage, play, read};
use goe_sim::Sim;
use goe_world::Plant;

/// What is wrong with the firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The contactor stays open.
    NeverCloses,
    /// The contactor stays closed.
    NeverOpens,
    /// An offer is never less than 32 A.
    OffersAll,
    /// The lock never holds.
    NeverLocks,
    /// What protects people is not looked at.
    Blind,
    /// This setting does nothing.
    Deaf(Name),
    /// This reading stays as it was first.
    Frozen(Name),
    /// Nothing is stored.
    StoresNothing,
    /// One phase is never parted from the others.
    ThreePhasesAlways,
}

/// A key by its name.
type Name = &'static str;

/// Of each scenario a fault that has to fail it.
const FAULTS: &[(Name, Fault)] = &[
    ("button", Fault::OffersAll),
    ("cards", Fault::Deaf("acs")),
    ("energy-limit", Fault::Deaf("dwo")),
    ("failing-flash", Fault::StoresNothing),
    ("fault-cable", Fault::NeverOpens),
    ("fault-contactor", Fault::NeverCloses),
    ("fault-contactor-open", Fault::NeverCloses),
    ("fault-earth", Fault::Blind),
    ("fault-lock", Fault::NeverLocks),
    ("fault-phase", Fault::NeverOpens),
    ("fault-residual-ac", Fault::Blind),
    ("fault-residual-dc", Fault::Blind),
    ("forced", Fault::Deaf("frc")),
    ("limit-for-a-while", Fault::OffersAll),
    ("limit-of-the-adapter", Fault::OffersAll),
    ("limit-of-the-cable", Fault::OffersAll),
    ("limit-of-the-input", Fault::OffersAll),
    ("limit-of-the-installation", Fault::Deaf("ama")),
    ("limit-of-the-owner", Fault::OffersAll),
    ("limit-of-warmth", Fault::NeverOpens),
    ("lost-broker", Fault::Frozen("mcc")),
    ("lost-wifi", Fault::Frozen("wst")),
    ("next-trip", Fault::Deaf("ate")),
    ("one-phase-first", Fault::ThreePhasesAlways),
    ("phases-under-cloud", Fault::ThreePhasesAlways),
    ("plug-to-full", Fault::NeverLocks),
    ("power-cut", Fault::StoresNothing),
    ("price", Fault::Deaf("awe")),
    ("quirk-deaf", Fault::Deaf("frc")),
    ("quirk-zero-nrg", Fault::NeverCloses),
    ("scheduler", Fault::Deaf("sch_week")),
    ("shortest-pause", Fault::Deaf("mcpd")),
    ("surplus-ends", Fault::Deaf("lmo")),
];

fn index(name: Name) -> KeyIndex {
    Key::from_name(name).expect(name).index()
}

/// A stage with a fault.
struct Faulty {
    stage: VirtualStage,
    fault: Fault,
    first: Mutex<BTreeMap<u16, String>>,
}

impl Faulty {
    fn new(scenario: &Scenario, fault: Fault) -> Self {
        let plant = match fault {
            Fault::StoresNothing => Some(Plant::StoresNothing),
            Fault::ThreePhasesAlways => Some(Plant::ThreePhasesAlways),
            Fault::NeverOpens => Some(Plant::ClosesAlways),
            _ => None,
        };
        Faulty {
            stage: VirtualStage::with(scenario, plant),
            fault,
            first: Mutex::default(),
        }
    }

    fn act(&mut self, act: impl FnOnce(&mut Sim)) {
        if let Some(device) = self.stage.world().device() {
            device.act(|wallbox| act(wallbox.hardware()));
        }
    }
}

impl Stage for Faulty {
    fn value(&self, key: KeyIndex) -> Option<String> {
        let value = self.stage.value(key)?;
        if !matches!(self.fault, Fault::Frozen(name) if index(name) == key) {
            return Some(value);
        }
        let mut first = self.first.lock().expect("one thread");
        Some(first.entry(key.0).or_insert(value).clone())
    }

    fn set(&mut self, key: KeyIndex, json: &str) -> Option<Result<(), WriteError>> {
        match self.fault {
            Fault::Deaf(name) if index(name) == key => Some(Ok(())),
            _ => self.stage.set(key, json),
        }
    }

    fn garage(&self) -> Option<String> {
        self.stage.garage()
    }

    fn change(&mut self, body: &str) -> Result<(), String> {
        self.stage.change(body)
    }

    fn power(&mut self, on: bool) -> Result<bool, String> {
        self.stage.power(on)
    }

    fn broker(&mut self, on: bool) -> Result<bool, String> {
        self.stage.broker(on)
    }

    fn quirk(&mut self, change: &Change) -> bool {
        self.stage.quirk(change)
    }
}

impl Timed for Faulty {
    fn run_until(&mut self, at_ms: u64) {
        if self.fault == Fault::Blind {
            self.act(|sim| sim.set_protection(ProtectionReading::default()));
        }
        self.stage.run_until(at_ms);
        match self.fault {
            Fault::NeverCloses => self.act(|sim| sim.set_contactor(false)),
            Fault::OffersAll => self.act(|sim| sim.set_offer(Some(32_000))),
            Fault::NeverLocks => self.act(|sim| sim.set_lock(false)),
            _ => {}
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"))
}

/// All of them, by their names.
fn scenarios() -> BTreeMap<String, Scenario> {
    let files = fs::read_dir(folder()).expect("the folder is there");
    let files = files.map(|file| file.expect("a file").path());
    let all = files.map(|path| {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("UTF-8");
        let lines = text.lines().count();
        assert!(lines <= 40, "{name}: {lines} lines are more than a page");
        assert!(text.starts_with("# "), "{name} does not say what it shows");
        let scenario = read(&text, &name).unwrap_or_else(|findings| panic!("{findings:#?}"));
        (name.into_owned(), scenario)
    });
    all.collect()
}

/// Does something for each, on two threads.
fn each<T: Send>(all: Vec<T>, act: impl Fn(T) + Sync) {
    let all = Mutex::new(all);
    let work = || {
        let next = || all.lock().expect("nobody panics with it").pop();
        while let Some(one) = next() {
            act(one);
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        work();
        if let Err(panic) = other.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

#[test]
fn each_passes() {
    let all = scenarios();
    assert!(all.len() >= 20, "{}", all.len());
    each(all.into_iter().collect(), |(name, scenario)| {
        let (player, _) = play(scenario);
        assert!(
            player.state() == State::Passed,
            "{name}: {:#?}",
            player.failures()
        );
        assert_eq!(player.notes(), [], "{name} does what changes nothing");
    });
}

#[test]
fn each_fails_on_its_planted_fault() {
    let mut all = scenarios();
    let planted: BTreeSet<_> = FAULTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(planted, all.keys().cloned().collect(), "a fault for each");
    let cases = FAULTS.iter().map(|&(name, fault)| {
        let scenario = all.remove(name).expect("once");
        (name, fault, scenario)
    });
    let unnoticed = Mutex::new(Vec::new());
    each(cases.collect(), |(name, fault, scenario)| {
        let mut stage = Faulty::new(&scenario, fault);
        let mut player = Player::new(scenario);
        player.run(&mut stage, |_| ());
        match player.failures() {
            [] => unnoticed.lock().expect("a list").push((name, fault)),
            failures => println!("{name} with {fault:?}: {}", failures[0].expected),
        }
    });
    let unnoticed = unnoticed.into_inner().expect("a list");
    assert!(unnoticed.is_empty(), "nothing failed: {unnoticed:?}");
}

/// The same seed plays the same, and another does not.
#[test]
fn a_seed_decides_everything() {
    let text = "seed: 5\nsteps:\n  - garage: {car: plugged, sun: {peak_w: 9000}}\n    set: {lmo: Awattar}\n  - after: 10m\n    expect: {nrg: null, rssi: null, tma: null}";
    let text = text.replace(
        "{nrg: null, rssi: null, tma: null}",
        "{fhz: null, rssi: -1, wh: -1}",
    );
    let play = |seed| {
        let mut scenario = read(&text, "seed").expect("a scenario");
        scenario.seed = seed;
        let (player, _) = play(scenario);
        format!("{:?}", player.failures())
    };
    assert_eq!(play(5), play(5));
    assert_ne!(play(5), play(6));
}

#[test]
fn a_folded_name_is_one_line() {
    let scenario = read("name: >\n  Two\n  lines\nlasts: 1s\n", "file").expect("a scenario");
    assert_eq!(scenario.name, "Two lines");
}
