//! Serves the charger in its garage: that of the command line, and in its place one
//! after the other those of the scenarios that are asked for.

use std::cell::RefCell;
use std::fs::DirBuilder;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Context;
use goe_firmware::wallbox::Wallbox;
use goe_garage::{Garage, Surroundings};
use goe_host::{Door, Options, Program};
use goe_runtime::device::DeviceCell;
use goe_scenario::{BadStatus, Live, Quirky, Shared};
use goe_sim::Sim;
use tokio::task::LocalSet;

use crate::args::Serve;
use crate::charger::{Follows, wallbox, wallbox_of};
use crate::page::{self, Page};
use crate::scenarios::{Played, Scenarios, Wish};

/// Runs until Ctrl-C or SIGTERM, at first with a scenario if there is one.
pub(crate) async fn serve(args: &Serve, first: Option<Played>) -> anyhow::Result<()> {
    let door = Door::open(&args.options)?;
    let mut options = args.options.clone();
    let mut next = first.map_or(Wish::Own, |played| Wish::Played(Box::new(played)));
    let mut is_first = true;
    loop {
        // What one leaves behind ends with it: connections, and its broker.
        let tasks = LocalSet::new();
        let charger = Charger {
            args,
            options: &options,
            is_first,
        };
        let is_asked_for = !is_first && matches!(next, Wish::Played(_));
        let served = match tasks.run_until(charger.serve(&door, next)).await {
            // Whoever asks for a scenario must not end the charger that others use.
            Err(error) if is_asked_for => {
                tracing::error!("a scenario cannot be played: {error:#}");
                next = Wish::Own;
                continue;
            }
            served => served?,
        };
        let Some(wish) = served.wish else {
            return Ok(());
        };
        options.speed = served.speed;
        // Whoever knows its broker finds that of the next one there.
        options.broker = served.broker.unwrap_or(options.broker);
        (next, is_first) = (wish, false);
    }
}

/// One charger of those that are served one after the other.
struct Charger<'a> {
    args: &'a Serve,
    options: &'a Options,
    is_first: bool,
}

/// What one leaves to the next.
struct Served {
    wish: Option<Wish>,
    speed: u32,
    broker: Option<SocketAddr>,
}

impl Charger<'_> {
    async fn serve(&self, door: &Door, what: Wish) -> anyhow::Result<Served> {
        let Charger { args, is_first, .. } = *self;
        let mut options = self.options.clone();
        let played = match what {
            Wish::Own => None,
            Wish::Played(played) => Some(*played),
        };
        let is_named = is_first && options.flash.is_some();
        let folder = match &played {
            Some(_) if !is_named => Some(Folder::new()?),
            _ => None,
        };
        if let Some(Folder(path)) = &folder {
            options.flash = Some(path.join("flash"));
        }
        let (wallbox, seed) = match &played {
            None => (wallbox(args)?, args.seed),
            Some(Played { scenario, .. }) => {
                let wallbox = wallbox_of(scenario, &options.serial)?;
                (wallbox, scenario.seed)
            }
        };
        let quirks = Shared::default();
        let around = {
            let quirks = quirks.clone();
            |device| Rc::new(Quirky::new(device, quirks))
        };
        let named = ("goe-charger", &options);
        let program = Program::start_behind(door, named, wallbox, around).await?;
        let device = program.device();
        device.act(goe_sim::begin);
        let heading = heading(&options, played.as_ref());
        match is_first {
            true => {
                let page_path = (!args.no_page).then_some(page::PATH);
                program.announce(&heading, page_path, &paths(played.is_some()))?;
            }
            false => tracing::info!("{heading}"),
        }
        let speed = program.speed();
        let around = Surroundings::new(seed, program.flash_fails(), speed.clone())
            .with_passwords(program.passwords());
        let garage = Garage::new(device.clone(), around.clone());
        let shown = Rc::new(Quirky::new(device.clone(), quirks.clone()));
        let bad_status = BadStatus::new(shown.clone(), quirks.clone());
        let from = played.as_ref().map(|played| played.from.clone());
        let from = from.unwrap_or_default();
        let live = played.map(|played| {
            let live = Live::new(played.scenario, device, garage.clone(), quirks);
            // Whoever is served first finds it as it begins.
            live.look(0);
            live
        });
        let page = (!args.no_page)
            .then(|| Page::new(shown, garage.clone(), live.clone(), program.traffic()));
        let wish = Rc::new(RefCell::new(None));
        let scenarios = Scenarios::new(live.clone(), wish.clone(), program.shutdown());
        let mut follows = Follows::new(speed.clone(), live.is_some());
        let broker = program.broker();
        let handler = (bad_status, (garage, (scenarios, page.clone())));
        let mut step = move |wallbox: &mut Wallbox<Sim>, now_ms: u64| {
            goe_sim::round(wallbox, now_ms);
            around.tell(wallbox, now_ms);
            if let Some(page) = &page {
                page.look(wallbox, now_ms);
            }
            if let Some(utc_ms) = follows.look(now_ms) {
                wallbox.hardware().set_utc(utc_ms);
            }
        };
        let steps = move |device: &DeviceCell<_>, due: &mut dyn Iterator<Item = u64>| match &live {
            None => device.act(|wallbox| due.for_each(|now_ms| step(wallbox, now_ms))),
            // A scenario looks at every second.
            Some(live) => due.for_each(|now_ms| {
                device.act(|wallbox| step(wallbox, now_ms));
                if live.look(now_ms) {
                    tell_end(&from, live);
                }
            }),
        };
        program.serve_by(handler, steps).await;
        Ok(Served {
            wish: wish.take(),
            speed: speed.get(),
            broker,
        })
    }
}

/// What the charger is, for whoever started it.
fn heading(options: &Options, played: Option<&Played>) -> String {
    let plays = played.map_or(String::new(), |played| format!(", plays {}", played.from));
    format!(
        "go-eCharger {}, virtual, {}x real time{plays}",
        options.serial, options.speed
    )
}

/// What to try.
fn paths(is_played: bool) -> Vec<&'static str> {
    let mut paths = vec![
        "/api/status?filter=alw,acu,eto",
        "/api/set?dwo=3500",
        goe_garage::PATH,
    ];
    paths.extend(is_played.then_some(goe_scenario::PATH));
    paths
}

/// Tells the log of the end of a scenario.
fn tell_end(from: &str, live: &Live) {
    let failures = live.failures();
    for failure in &failures {
        tracing::error!(
            "scenario: {from}:{}:{}: expected {}, found {}",
            failure.at.line,
            failure.at.column,
            failure.expected,
            failure.found
        );
    }
    for note in live.notes() {
        let (at, what) = (note.at, note.what);
        tracing::info!("scenario: {from}:{}:{}: {what}", at.line, at.column);
    }
    match failures.is_empty() {
        true => tracing::info!("scenario: passed"),
        false => tracing::error!("scenario: failed"),
    }
}

/// A new folder for the flash of a scenario, which is gone when this is.
struct Folder(PathBuf);

impl Folder {
    /// Nobody else can have made it before, or look into it.
    fn new() -> anyhow::Result<Self> {
        let chance = RandomState::new().hash_one(std::process::id());
        let path = std::env::temp_dir().join(format!("goe-charger-{chance:016x}"));
        #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(&path);
        made.with_context(|| format!("{} cannot be made for its flash", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!("{} is left behind: {error}", self.0.display());
        }
    }
}
