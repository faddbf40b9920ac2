//! The charger on bare metal: the `virt` machine of QEMU, with a simulated car
//! and WiFi.
//!
//! This board brings a log, a clock, a network card, a flash and a reset; what
//! the charger does and says is the firmware's alone.

#![no_std]
#![no_main]
// The futures of a seat are nested deeper than compilers allow by themselves.
#![recursion_limit = "256"]
#![deny(unsafe_op_in_unsafe_fn)]

mod clock;
mod crash;
mod flash;
mod net;
mod options;
mod prologue;
mod rng;
mod stack;
mod uart;
mod virtio;

use embassy_executor::{Executor, Spawner};
use embassy_net::{Runner, Stack, StackResources};
use embassy_time::{Duration, Instant, Timer};
use goe_embassy::{Password, SOCKETS};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::DeviceCell;
use goe_sim::{Sim, SimConfig};
use heapless::String;
use static_cell::{ConstStaticCell, StaticCell};

use crate::flash::Pflash;
use crate::net::{Card, Rings};
use crate::options::Options;
use crate::rng::Rng;

type Charging = DeviceCell<Wallbox<Sim>>;

goe_embassy::serve_device!(Charging, Pflash, Rng, goe_api);

#[riscv_rt::entry]
fn main() -> ! {
    stack::paint();
    uart::start();
    clock::start();
    log::info!("go-eCharger on riscv32imc");
    match crash::count() {
        0 => {}
        panics => log::warn!("{panics} panics since power came on"),
    }
    // SAFETY: the handlers are in place, and nothing that they touch is borrowed.
    unsafe { riscv::interrupt::enable() };
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    EXECUTOR.init_with(Executor::new).run(|spawner| {
        spawner.spawn(start(spawner).expect("one of a pool of one"));
    })
}

/// The configuration from the command line.
struct Config {
    serial: String<6>,
    seed: u64,
    speed: u64,
    plugged: bool,
    /// It is on the WiFi of the house from the factory.
    at_home: bool,
    /// The broker for this run.
    url: Option<String<128>>,
    password: Password,
}

impl Config {
    fn read() -> Self {
        let options = Options::read();
        let default = || String::try_from("000001").unwrap_or_default();
        Config {
            serial: options.text("serial").unwrap_or_else(default),
            seed: options.number("seed").unwrap_or(1),
            speed: options.number("speed").unwrap_or(1).clamp(1, 10_000),
            plugged: options.text::<8>("car").is_none_or(|car| car == "plugged"),
            at_home: options.text::<8>("wifi").is_none_or(|wifi| wifi == "home"),
            url: options.text("mqtt-url"),
            password: Password {
                given: options.file("password-file"),
                new: options.text::<8>("new-password").is_some(),
            },
        }
    }
}

/// Brings the parts up, and then stores what changes.
#[embassy_executor::task]
async fn start(spawner: Spawner) {
    static CONFIG: StaticCell<Config> = StaticCell::new();
    let config: &'static Config = CONFIG.init_with(Config::read);

    let identity = Identity::new(&config.serial, 1).expect("six characters are not too long");
    let garage = SimConfig {
        seed: config.seed,
        plugged: config.plugged,
        ..SimConfig::default()
    };
    static WALLBOX: StaticCell<Charging> = StaticCell::new();
    let wallbox: &'static Charging = WALLBOX.init_with(|| {
        let charger = Charger::new(identity, Counters::default());
        let (ssid, key) = goe_sim::HOME;
        let charger = match config.at_home {
            true => charger.with_wifi(ssid, key),
            false => charger,
        };
        DeviceCell::new(Wallbox::new(charger, Sim::new(&garage)))
    });

    // SAFETY: this task runs once.
    let flash = unsafe { Pflash::new() };
    let mut store = mount(flash, wallbox).await;
    wallbox.act(goe_sim::begin);

    static RINGS: ConstStaticCell<Rings> = ConstStaticCell::new(Rings::NEW);
    static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
    let card = Card::start(RINGS.take()).expect("the machine has a network card");
    let seed = config.seed ^ Instant::now().as_ticks();
    let (stack, runner) = embassy_net::new(
        card,
        embassy_net::Config::dhcpv4(Default::default()),
        RESOURCES.init_with(StackResources::new),
        seed,
    );
    spawner.spawn(network(runner).expect("one"));
    if let Some(url) = &config.url {
        wallbox.give_broker(url, true);
    }
    // Two chargers of one seed do not share the ticks.
    let seed = config.seed ^ Instant::now().as_ticks();
    let password = config.password.clone();
    let entropy = Rng::start();
    serve(
        spawner, stack, wallbox, &config.serial, seed, entropy, password,
    );
    spawner.spawn(steps(wallbox, config.speed).expect("one"));
    spawner.spawn(report(stack).expect("one"));
    goe_embassy::keep(&mut store, wallbox).await;
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Card>) {
    runner.run().await;
}

/// Steps of the charger's logic: one a second of its own time.
#[embassy_executor::task]
async fn steps(wallbox: &'static Charging, speed: u64) {
    let step = |now_ms| wallbox.act(|wallbox| goe_sim::round(wallbox, now_ms));
    goe_embassy::steps(speed, step).await;
}

/// Tells when the network is there, and how much stack was ever used.
#[embassy_executor::task]
async fn report(stack: Stack<'static>) {
    stack.wait_config_up().await;
    if let Some(config) = stack.config_v4() {
        log::info!("net: address {}", config.address);
    }
    let mut reported = 0;
    loop {
        let used = stack::high_water();
        if used > reported {
            log::info!("stack: {used} bytes used at most");
            reported = used;
        }
        Timer::after(Duration::from_secs(5)).await;
    }
}
