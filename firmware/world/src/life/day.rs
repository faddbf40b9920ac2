//! A day of a world: what its plan says happens, and once a second all checks look.

use std::collections::BTreeMap;
use std::rc::Rc;

use goe_device::clock::Clock;
use goe_runtime::device::{Device as _, Reached as _, Stored as _, Table as _};
use goe_runtime::{Access, Category, KeyIndex};
use goe_sim::{HOME, Prng};

use super::checks::{
    self, Answers, Calm, Contactor, Energy, Progress, Retained, Secrets, Settings, Violation,
};
use super::clients::Farewell;
use super::end::{End, Ends};
use super::plan::{Act, Event};
use super::trace::Trace;
use super::{clients, log};
use crate::device::Device;
use crate::net::Port;
use crate::plant::Plant;
use crate::site::Site;
use crate::world::World;

/// What was seen in a day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Faults that happened.
    pub faults: usize,
    /// Times that the charger booted.
    pub boots: usize,
    /// Answers of HTTP.
    pub answers: usize,
    /// Of them, those that were refusals.
    pub refusals: usize,
    /// Times that the retained state was compared with the document.
    pub comparisons: usize,
    /// Energy that the car got, Wh.
    pub energy_wh: f64,
}

/// Lives a part of a day: the events of a plan, until `until_ms`.
///
/// # Errors
/// What does not hold, and when.
pub fn live(
    seed: u64,
    events: &[Event],
    until_ms: u64,
    plant: Option<Plant>,
    trace: &Trace,
) -> Result<Seen, Box<Violation>> {
    let mut life = Life::new(seed, plant, trace.clone());
    let _heard = log::hear(life.world.clock(), trace.clone(), life.secrets.clone());
    life.run(events, until_ms)?;
    Ok(life.seen)
}

struct Life {
    world: World,
    plant: Option<Plant>,
    dice: Prng,
    trace: Trace,
    seen: Seen,
    ends: Ends,
    answers: Answers,
    contactor: Contactor,
    energy: Energy,
    progress: Progress,
    retained: Retained,
    secrets: Secrets,
    settings: Settings,
    /// Since when each is as it should be.
    calm_since_ms: Option<u64>,
    reachable_since_ms: Option<u64>,
    /// The last that was done to a connection, and how long it lasts.
    disturbed_until_ms: u64,
    passed_uj: u64,
    had_power: bool,
}

impl Life {
    fn new(seed: u64, plant: Option<Plant>, trace: Trace) -> Self {
        let mut dice = Prng::new(seed);
        let site = Site {
            seed: dice.next(),
            plugged: dice.next().is_multiple_of(2),
            // Any time of two years.
            utc_ms: Some(1_767_225_600_000 + (dice.next() % 63_072_000) as i64 * 1_000),
            ..Site::default()
        };
        let world = World::with(&site, plant);
        let secrets = Secrets::default();
        let (clock, traced, watched) = (world.clock(), trace.clone(), secrets.clone());
        world.net().tap(Box::new(move |_, connection, bytes| {
            traced.bytes(clock.now_ms(), bytes);
            watched.wire(connection, bytes);
        }));
        Life {
            world,
            plant,
            dice,
            trace,
            seen: Seen {
                boots: 1,
                ..Seen::default()
            },
            ends: Ends::default(),
            answers: Answers::default(),
            contactor: Contactor::default(),
            energy: Energy::default(),
            progress: Progress::default(),
            retained: Retained::default(),
            secrets,
            settings: Settings::default(),
            calm_since_ms: None,
            reachable_since_ms: None,
            disturbed_until_ms: 0,
            passed_uj: 0,
            had_power: true,
        }
    }

    fn run(&mut self, events: &[Event], until_ms: u64) -> Result<(), Violation> {
        let mut left = events.iter().peekable();
        // Between two steps.
        for second in 0..until_ms / 1_000 {
            let look_ms = second * 1_000 + 500;
            loop {
                let event_ms = left.peek().map_or(u64::MAX, |event| event.at_ms);
                let end_ms = self.ends.next_ms().unwrap_or(u64::MAX);
                let next_ms = event_ms.min(end_ms);
                if next_ms > look_ms {
                    break;
                }
                self.world.run_until(next_ms);
                self.power()?;
                match left.next_if(|_| event_ms <= end_ms) {
                    Some(event) => self.act(event),
                    None => self.end(),
                }
                self.power()?;
            }
            self.world.run_until(look_ms);
            let cut_is_near = left
                .clone()
                .take_while(|event| event.at_ms < look_ms + 4_000);
            let cut_is_near = cut_is_near
                .map(|event| &event.act)
                .any(|act| matches!(act, Act::CutPower { .. } | Act::TearWrite { .. }));
            self.look(second, cut_is_near || self.ends.cuts())?;
        }
        Ok(())
    }

    fn act(&mut self, event: &Event) {
        let now_ms = self.world.now_ms();
        self.trace
            .line(now_ms, format_args!("#{} {:?}", event.number, event.act));
        self.seen.faults += usize::from(event.act.is_fault());
        // It may be over before anybody looks.
        self.disturbed_until_ms = self.disturbed_until_ms.max(now_ms + 1_000);
        match &event.act {
            Act::CutPower { for_ms } => self.cut(now_ms + for_ms),
            Act::TearWrite {
                after,
                tear,
                for_ms,
            } => {
                if self.world.has_power() {
                    self.world.cut_power_in_write(*after, *tear, event.at_ms);
                    // Where nothing is written it goes all the same.
                    let (cut_ms, on_ms) = (now_ms + 2_000, now_ms + 2_000 + for_ms);
                    self.ends.add(cut_ms, End::CutPower { on_ms });
                }
            }
            Act::FailFlash { for_ms } => {
                self.world.set_flash_fails(true);
                self.ends.add(now_ms + for_ms, End::Flash);
            }
            Act::LoseWifi { for_ms } => {
                self.world
                    .with_sim(|sim| sim.air_mut().set_present(HOME.0, false));
                self.ends.add(now_ms + for_ms, End::Wifi);
            }
            Act::LoseBroker { for_ms } => {
                self.world.set_broker(false);
                self.ends.add(now_ms + for_ms, End::Broker);
            }
            Act::Disturb { port, which, fault } => {
                let mut links = self.world.net().links();
                links.retain(|link| link.port == *port);
                let at = (*which as usize).checked_rem(links.len());
                if let Some(link) = at.and_then(|at| links.get(at)) {
                    self.world.net().disturb(link, *fault);
                }
                self.disturbed_until_ms = self.disturbed_until_ms.max(now_ms + fault.lasts_ms());
            }
            Act::Rude { port, manner } => {
                let rude = clients::be_rude(self.world.net(), *port, *manner);
                self.world.spawn(rude);
            }
            Act::Garage { now, then, for_ms } => {
                self.garage(now);
                if !then.is_empty() {
                    self.ends.add(now_ms + for_ms, End::Garage(then));
                }
            }
            Act::Set { key, json, by } => match by {
                Port::Http => self.ask(clients::set_path(key, json), Farewell::Header),
                Port::Mqtt => {
                    let serial = "000001".to_owned();
                    let set = clients::publish(self.world.net(), serial, key, json.clone());
                    self.world.spawn(set);
                }
            },
        }
    }

    /// Something that has lasted long enough.
    fn end(&mut self) {
        let now_ms = self.world.now_ms();
        let Some(end) = self.ends.take() else {
            return;
        };
        self.trace.line(now_ms, format_args!("{end:?} ends"));
        match end {
            End::CutPower { on_ms } => self.cut(on_ms),
            End::Power => self.boot(),
            End::Flash => self.world.set_flash_fails(false),
            End::Wifi => {
                self.world
                    .with_sim(|sim| sim.air_mut().set_present(HOME.0, true));
            }
            End::Broker => self.world.set_broker(true),
            End::Garage(then) => self.garage(then),
        }
    }

    fn cut(&mut self, on_ms: u64) {
        self.world.set_power(false);
        self.ends.add(on_ms, End::Power);
    }

    fn boot(&mut self) {
        if !self.world.has_power() {
            self.world.set_power(true);
            self.seen.boots += 1;
        }
    }

    /// Notices that the power went or came.
    fn power(&mut self) -> Result<(), Violation> {
        let now_ms = self.world.now_ms();
        let has_power = self.world.has_power();
        if self.had_power && !has_power {
            // What was set since the last look may be lost, or not.
            if let Some(device) = self.world.take_lost() {
                let flash_works = !self.world.flash_fails();
                self.settings.note(now_ms, stored(&device), flash_works);
            }
            self.settings.cut(now_ms);
            self.energy.end();
            self.contactor.forget();
            self.progress.forget();
        }
        let has_booted = !self.had_power && has_power;
        self.had_power = has_power;
        match self.world.device().filter(|_| has_booted) {
            Some(device) => self.settings.look(now_ms, &stored(&device)),
            None => Ok(()),
        }
    }

    fn garage(&mut self, change: &'static str) {
        let now_ms = self.world.now_ms();
        if let Err(why) = self.world.change_garage(change.as_bytes()) {
            self.trace
                .line(now_ms, format_args!("refused: {}", why.trim_end()));
        }
    }

    fn ask(&mut self, path: String, farewell: Farewell) {
        let (asked, request) = clients::ask(&self.world.net(), path, farewell);
        self.answers.expect(asked);
        self.world.spawn(request);
    }

    /// Looks at everything.
    fn look(&mut self, second: u64, cut_is_near: bool) -> Result<(), Violation> {
        self.power()?;
        let now_ms = self.world.now_ms();
        self.secrets.look(now_ms)?;
        let flash_works = !self.world.flash_fails();
        let is_reachable = self.world.has_power() && self.world.net().is_up();
        since(&mut self.reachable_since_ms, is_reachable, now_ms);
        let is_calm = is_reachable
            && flash_works
            && self.world.has_broker()
            && now_ms >= self.disturbed_until_ms;
        since(&mut self.calm_since_ms, is_calm, now_ms);
        let calm = Calm {
            now_ms,
            since_ms: self.calm_since_ms,
            reachable_since_ms: self.reachable_since_ms,
        };
        let (seen, trace) = (&mut self.seen, &self.trace);
        self.answers.look(&calm, |asked| {
            if let Some(answer) = &*asked.answer.borrow() {
                seen.answers += 1;
                seen.refusals += usize::from(answer.status != 200);
                trace.line(
                    now_ms,
                    format_args!(
                        "{} {} {} B {} ms",
                        asked.path, answer.status, answer.length, answer.after_ms
                    ),
                );
            }
        })?;
        let Some(device) = self.world.device() else {
            return Ok(());
        };
        if cut_is_near {
            self.settings.note(now_ms, stored(&device), flash_works);
        }
        let one_phase = read(&device, "psm") == "1";
        let contactor = &mut self.contactor;
        let (held, passed_uj) = device.look(|wallbox| {
            let sim = wallbox.board();
            (contactor.look(sim, one_phase, now_ms), sim.energy_uj())
        });
        held?;
        self.seen.energy_wh += (passed_uj - self.passed_uj) as f64 / 3.6e9;
        self.passed_uj = passed_uj;
        let passed_uj = match self.plant {
            Some(Plant::CountsLess) => passed_uj + passed_uj / 10,
            _ => passed_uj,
        };
        self.energy.look(&checks::EnergySeen {
            now_ms,
            eto_wh: read(&device, "eto").parse().unwrap_or(f64::NAN),
            power_w: total_power_w(&read(&device, "nrg")),
            passed_uj,
            flash_works,
        })?;
        self.progress.look(
            &calm,
            &checks::ProgressSeen {
                is_stuck: self.world.is_stuck(),
                is_connected: value(&device, device.connected_key()) == "true",
                has_unsaved: !device.unsaved().is_empty(),
                since_boot_ms: read(&device, "rbt").parse().unwrap_or(0),
            },
        )?;
        if self.retained.is_due(&calm) {
            self.compare(&calm, &device)?;
        }
        // Those who always ask.
        if second.is_multiple_of(15) {
            let path = "/api/status?filter=car,amp,nrg,eto".to_owned();
            self.ask(path, Farewell::of(second / 15));
        }
        if second % 300 == 7 {
            self.ask("/api/status".to_owned(), Farewell::of(second / 300));
        }
        if self.dice.next().is_multiple_of(600) {
            self.trace.bytes(
                now_ms,
                &device.with_document(|document| document.full().to_vec()),
            );
        }
        Ok(())
    }

    fn compare(&mut self, calm: &Calm, device: &Device) -> Result<(), Violation> {
        let mut messages = BTreeMap::new();
        let looks_at = |key: KeyIndex| {
            let descriptor = device.registry().descriptor(key);
            let is_read = descriptor.access != Access::Write && !device.hides(key);
            (is_read && self.retained.looks_at(descriptor.name)).then_some(descriptor.name)
        };
        self.world.retained(|topic, payload| {
            let name = topic
                .rsplit('/')
                .next()
                .filter(|_| topic.split('/').count() == 3);
            let key = name.and_then(|name| device.find(name)).and_then(looks_at);
            if let Some(key) = key {
                messages.insert(key, String::from_utf8_lossy(payload).into_owned());
            }
        });
        let keys = device.registry().keys();
        let values = keys.filter_map(|key| Some((looks_at(key)?, value(device, key))));
        let values = values.collect();
        self.seen.comparisons += 1;
        self.retained.look(calm, values, &messages)
    }
}

fn since(moment: &mut Option<u64>, holds: bool, now_ms: u64) {
    match holds {
        true => *moment = Some(moment.unwrap_or(now_ms)),
        false => *moment = None,
    }
}

fn value(device: &Device, key: KeyIndex) -> String {
    device.with_document(|document| {
        String::from_utf8_lossy(document.value(key).unwrap_or_default()).into_owned()
    })
}

fn read(device: &Device, name: &str) -> String {
    device
        .find(name)
        .map_or_else(String::new, |key| value(device, key))
}

/// The twelfth of `nrg`.
fn total_power_w(nrg: &str) -> f64 {
    let total = nrg.trim_matches(['[', ']']).split(',').nth(11);
    total.and_then(|total| total.parse().ok()).unwrap_or(0.0)
}

/// All that flash has, or will have.
fn stored(device: &Rc<Device>) -> BTreeMap<&'static str, String> {
    let mut json = vec![0; device.registry().capacities.stored];
    let keys = device.registry().keys();
    let settings = keys.filter_map(|key| {
        let descriptor = device.registry().descriptor(key);
        // What a card has charged is counted, not set.
        let is_counted = matches!(descriptor.name.as_bytes(), [b'c', b'0'..=b'9', b'e']);
        if descriptor.category != Category::Config || is_counted {
            return None;
        }
        let written = device.setting(key, &mut json)?;
        let text = json.get(..written.length)?;
        Some((descriptor.name, String::from_utf8_lossy(text).into_owned()))
    });
    settings.collect()
}
