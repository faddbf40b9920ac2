//! Brings the charger up in its garage, and down again.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_host::Program;
use goe_sim::{Sim, SimConfig};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::args::{Args, Car, Wifi};
use crate::garage::{self, Garage};

/// The computer's clock is looked at so often: it may be set, or step after sleep.
const FOLLOW_MS: u64 = 30_000;

/// Runs until Ctrl-C or SIGTERM.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let options = &args.options;
    let garage = match args.garage {
        Some(address) => Some(TcpListener::bind(address).await.with_context(|| {
            format!("the garage cannot listen on {address}; choose another address with --garage")
        })?),
        None => None,
    };
    let program = Program::start("goe-charger", options, wallbox(args)?).await?;
    program.device().act(goe_sim::begin);
    let heading = format!(
        "go-eCharger {}, virtual, {}x real time",
        options.serial, options.speed
    );
    let mut more = Vec::new();
    if let Some(listener) = &garage {
        let address = listener.local_addr().context("the garage has no address")?;
        more.push(("garage", format!("http://{address}/")));
    }
    let paths = ["/api/status?filter=alw,acu,eto", "/api/set?dwo=3500"];
    program.announce(&heading, &more, &paths)?;
    if let Some(listener) = garage {
        let garage = Garage {
            wallbox: program.device(),
            flash_fails: program.flash_fails(),
            names: program.names(),
        };
        spawn_local(garage::serve(garage, listener, program.shutdown()));
    }
    // Faster time is the garage's own and follows nobody.
    let is_real_time = options.speed == 1;
    let mut looked_ms = 0;
    let step = move |wallbox: &mut Wallbox<Sim>, now_ms: u64| {
        goe_sim::round(wallbox, now_ms);
        if is_real_time && now_ms.saturating_sub(looked_ms) >= FOLLOW_MS {
            looked_ms = now_ms;
            if let Some(utc_ms) = utc_ms() {
                wallbox.hardware().set_utc(utc_ms);
            }
        }
    };
    program.serve(step).await;
    Ok(())
}

fn wallbox(args: &Args) -> anyhow::Result<Wallbox<Sim>> {
    let identity = Identity::new(&args.options.serial, 1);
    let identity = identity.context("the serial number cannot be used")?;
    let sim = Sim::new(&SimConfig {
        seed: args.seed,
        plugged: args.car == Car::Plugged,
        utc_ms: utc_ms(),
        ..SimConfig::default()
    });
    let charger = Charger::new(identity, Counters::default());
    let (ssid, key) = goe_sim::HOME;
    let charger = match args.wifi {
        Wifi::Home => charger.with_wifi(ssid, key),
        Wifi::None => charger,
    };
    Ok(Wallbox::new(charger, sim))
}

/// The time of this computer, from which the charger's own goes on.
fn utc_ms() -> Option<i64> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_millis()).ok()
}
