//! Brings the charger up in its garage, and down again.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_firmware::charger::{Firmware, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_garage::{Garage, Surroundings};
use goe_host::{Options, Program, Speed};
use goe_sim::{Sim, SimConfig};

use crate::args::{Car, Serve, Wifi};
use crate::page::{self, Page};

/// The computer's clock is looked at so often: it may be set, or step after sleep.
const FOLLOW_MS: u64 = 30_000;

/// Runs until Ctrl-C or SIGTERM.
pub(crate) async fn serve(args: &Serve) -> anyhow::Result<()> {
    let program = Program::start("goe-charger", &args.options, wallbox(args)?).await?;
    program.device().act(goe_sim::begin);
    program.announce(&heading(&args.options), page_path(args), &paths())?;
    let speed = program.speed();
    let around = Surroundings::new(args.seed, program.flash_fails(), speed.clone());
    let garage = Garage::new(program.device(), around.clone());
    let page = (!args.no_page)
        .then(|| Page::new(program.device(), garage.clone(), None, program.traffic()));
    let mut follows = Follows {
        speed,
        ever_faster: false,
        looked_ms: 0,
    };
    let handler = (garage, page.clone());
    let step = move |wallbox: &mut Wallbox<Sim>, now_ms: u64| {
        goe_sim::round(wallbox, now_ms);
        around.tell(wallbox, now_ms);
        if let Some(page) = &page {
            page.look(wallbox, now_ms);
        }
        if let Some(utc_ms) = follows.look(now_ms) {
            wallbox.hardware().set_utc(utc_ms);
        }
    };
    program.serve(handler, step).await;
    Ok(())
}

/// What the charger is, for whoever started it.
pub(crate) fn heading(options: &Options) -> String {
    format!(
        "go-eCharger {}, virtual, {}x real time",
        options.serial, options.speed
    )
}

/// Where people look, if there is a page.
pub(crate) fn page_path(args: &Serve) -> Option<&'static str> {
    (!args.no_page).then_some(page::PATH)
}

/// What to try.
pub(crate) fn paths() -> [&'static str; 3] {
    [
        "/api/status?filter=alw,acu,eto",
        "/api/set?dwo=3500",
        goe_garage::PATH,
    ]
}

/// How the charger's clock follows that of the computer. Time that ran faster is the
/// garage's own and follows nobody any more.
struct Follows {
    speed: Speed,
    ever_faster: bool,
    looked_ms: u64,
}

impl Follows {
    /// The computer's time, when it is time to look.
    fn look(&mut self, now_ms: u64) -> Option<i64> {
        self.ever_faster |= self.speed.get() != 1;
        if self.ever_faster || now_ms.saturating_sub(self.looked_ms) < FOLLOW_MS {
            return None;
        }
        self.looked_ms = now_ms;
        utc_ms()
    }
}

fn wallbox(args: &Serve) -> anyhow::Result<Wallbox<Sim>> {
    let config = SimConfig {
        seed: args.seed,
        plugged: args.car == Car::Plugged,
        utc_ms: utc_ms(),
        ..SimConfig::default()
    };
    let is_home = args.wifi == Wifi::Home;
    made(&args.options.serial, args.firmware, is_home, &config)
}

/// A charger with nothing stored.
pub(crate) fn made(
    serial: &str,
    release: &'static Firmware,
    is_home: bool,
    config: &SimConfig<'_>,
) -> anyhow::Result<Wallbox<Sim>> {
    let identity = Identity::new(serial, 1).context("the serial number cannot be used")?;
    let identity = identity.with_firmware(release);
    Ok(goe_sim::wallbox(identity, is_home, Sim::new(config)))
}

/// The time of this computer, from which the charger's own goes on.
fn utc_ms() -> Option<i64> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_millis()).ok()
}
