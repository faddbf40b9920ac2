//! Serves a charger for whom a scenario is played.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use goe_garage::{Garage, Surroundings};
use goe_host::Program;
use goe_scenario::{BadStatus, Live, Quirky, Scenario, Shared};
use goe_sim::SimConfig;

use crate::args::Serve;
use crate::page::Page;
use crate::serve::{heading, made, page_path, paths};

/// Runs until Ctrl-C or SIGTERM.
pub(crate) async fn serve(args: &Serve, file: &Path, scenario: Scenario) -> anyhow::Result<()> {
    let mut options = args.options.clone();
    let flash = EmptyFlash::new();
    options.flash.get_or_insert_with(|| flash.0.clone());
    let sim = SimConfig {
        seed: scenario.seed,
        plugged: false,
        utc_ms: Some(scenario.starts_ms),
        ..SimConfig::default()
    };
    let wallbox = made(&options.serial, scenario.release, scenario.wifi, &sim)?;
    let quirks = Shared::default();
    let around = {
        let quirks = quirks.clone();
        |device| Rc::new(Quirky::new(device, quirks))
    };
    let program = Program::start_around("goe-charger", &options, wallbox, around).await?;
    program.device().act(goe_sim::begin);
    let [status, set, garage] = paths();
    let heading = format!("{}, plays {}", heading(&options), file.display());
    let paths = [status, set, garage, goe_scenario::PATH];
    program.announce(&heading, page_path(args), &paths)?;
    let around = Surroundings::new(scenario.seed, program.flash_fails(), program.speed());
    let garage = Garage::new(program.device(), around.clone());
    let shown = Rc::new(Quirky::new(program.device(), quirks.clone()));
    let bad_status = BadStatus::new(shown.clone(), quirks.clone());
    let live = Live::new(scenario, program.device(), garage.clone(), quirks);
    let page = (!args.no_page)
        .then(|| Page::new(shown, garage.clone(), Some(live.clone()), program.traffic()));
    // Whoever is served first finds it as it begins.
    live.look(0);
    let handler = (bad_status, (garage, (live.clone(), page.clone())));
    let told = Told(file.to_owned());
    program
        .serve_by(handler, move |device, due| {
            for now_ms in due {
                device.act(|wallbox| {
                    goe_sim::round(wallbox, now_ms);
                    around.tell(wallbox, now_ms);
                    if let Some(page) = &page {
                        page.look(wallbox, now_ms);
                    }
                });
                if live.look(now_ms) {
                    told.end(&live);
                }
            }
        })
        .await;
    Ok(())
}

/// Reads a file with a scenario that can be served.
///
/// # Errors
/// It is none, as it is told to people.
pub(crate) fn read(file: &Path) -> Result<Scenario, String> {
    let read = goe_scenario::load(file);
    let (text, scenario) = read.map_err(|outcome| goe_scenario::report(file, &outcome))?;
    match goe_scenario::can_be_served(&scenario) {
        Ok(()) => Ok(scenario),
        Err(finding) => Err(finding.told(&file.display().to_string(), &text)),
    }
}

/// Tells the log of the end.
struct Told(PathBuf);

impl Told {
    fn end(&self, live: &Live) {
        let failures = live.failures();
        for failure in &failures {
            tracing::error!(
                "scenario: {}:{}:{}: expected {}, found {}",
                self.0.display(),
                failure.at.line,
                failure.at.column,
                failure.expected,
                failure.found
            );
        }
        for note in live.notes() {
            tracing::info!(
                "scenario: {}:{}:{}: {}",
                self.0.display(),
                note.at.line,
                note.at.column,
                note.what
            );
        }
        match failures.is_empty() {
            true => tracing::info!("scenario: passed"),
            false => tracing::error!("scenario: failed"),
        }
    }
}

/// A file that is gone when this is.
struct EmptyFlash(PathBuf);

impl EmptyFlash {
    fn new() -> Self {
        let name = format!("goe-charger-scenario-{}.flash", std::process::id());
        let flash = EmptyFlash(std::env::temp_dir().join(name));
        flash.remove();
        flash
    }

    fn remove(&self) {
        // There may be none.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Drop for EmptyFlash {
    fn drop(&mut self) {
        self.remove();
    }
}
