//! The charger on bare metal: the `virt` machine of QEMU, with a simulated car
//! and WiFi.
//!
//! This board brings a log, a clock, a network card, a flash and a reset; what
//! the charger does and says is the firmware's alone.

#![no_std]
#![no_main]
#![deny(unsafe_op_in_unsafe_fn)]

mod clock;
mod crash;
mod flash;
mod net;
mod options;
mod stack;
mod uart;

use embassy_executor::{Executor, Spawner};
use embassy_net::{Runner, Stack, StackResources};
use embassy_time::{Duration, Instant, Timer};
use goe_api::STORED_CAPACITY;
use goe_bare::{Broker, DOORS, DoorMemory, MqttMemory, SEATS, SeatMemory, Web, run_mqtt};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::store::Store;
use goe_firmware::wallbox::Wallbox;
use goe_sim::{Sim, SimConfig};
use heapless::String;
use static_cell::{ConstStaticCell, StaticCell};

use crate::flash::Pflash;
use crate::net::{Card, Rings};
use crate::options::Options;

type Charging = Wallbox<Sim>;

/// Those of the HTTP server and the MQTT client, and DHCP and DNS.
const SOCKETS: usize = DOORS + 3;

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

/// What the command line said.
struct Config {
    serial: String<6>,
    seed: u64,
    speed: u64,
    plugged: bool,
    /// The broker; none when there is no host.
    host: Option<String<128>>,
    port: u16,
    user: Option<String<64>>,
    password: Option<String<64>>,
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
            host: options.text("mqtt-host"),
            port: options
                .number("mqtt-port")
                .and_then(|port| port.try_into().ok())
                .unwrap_or(1883),
            user: options.text("mqtt-user"),
            password: options.text("mqtt-password"),
        }
    }
}

/// Brings the parts up, and then stores what changes.
#[embassy_executor::task]
async fn start(spawner: Spawner) {
    static CONFIG: StaticCell<Config> = StaticCell::new();
    let config: &'static Config = CONFIG.init_with(Config::read);

    let identity = Identity::new(&config.serial, 1).expect("a serial number of six letters");
    let garage = SimConfig {
        seed: config.seed,
        plugged: config.plugged,
        ..SimConfig::default()
    };
    static WALLBOX: StaticCell<Charging> = StaticCell::new();
    let wallbox: &'static Charging = WALLBOX.init_with(|| {
        Wallbox::new(
            Charger::new(identity, Counters::default()),
            Sim::new(&garage),
        )
    });

    static ITEM: ConstStaticCell<[u8; Store::<Pflash>::item_capacity(STORED_CAPACITY)]> =
        ConstStaticCell::new([0; Store::<Pflash>::item_capacity(STORED_CAPACITY)]);
    // SAFETY: this task runs once.
    let flash = unsafe { Pflash::new() };
    let mut store = match Store::mount(flash, ITEM.take()).await {
        Ok((mut store, mut found)) => {
            if let Err(error) = store.restore(wallbox, &mut found).await {
                log::error!("store: {error:?}");
            }
            log::info!(
                "store: {} settings restored, {} skipped",
                found.settings,
                found.skipped
            );
            Some(store)
        }
        Err(error) => {
            log::error!("store: nothing can be stored: {error:?}");
            None
        }
    };

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
    static DOOR_MEMORY: ConstStaticCell<[DoorMemory; DOORS]> =
        ConstStaticCell::new([DoorMemory::NEW; DOORS]);
    static WEB: StaticCell<Web> = StaticCell::new();
    let web: &'static Web = WEB.init_with(|| Web::new(stack, DOOR_MEMORY.take()));
    for index in 0..DOORS {
        spawner.spawn(door(web, index).expect("as many as doors"));
    }
    static SEAT_MEMORY: ConstStaticCell<[SeatMemory; SEATS]> =
        ConstStaticCell::new([SeatMemory::NEW; SEATS]);
    for (index, memory) in SEAT_MEMORY.take().iter_mut().enumerate() {
        spawner.spawn(seat(web, index, memory, wallbox).expect("as many as seats"));
    }
    if config.host.is_some() {
        spawner.spawn(mqtt(stack, config, wallbox).expect("one"));
    }
    spawner.spawn(steps(wallbox, config.speed).expect("one"));
    spawner.spawn(report(stack).expect("one"));
    if let Some(store) = &mut store {
        store.run(wallbox, core::future::pending()).await;
    }
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Card>) {
    runner.run().await;
}

#[embassy_executor::task(pool_size = DOORS)]
async fn door(web: &'static Web, index: usize) {
    goe_bare::door(web, index).await;
}

#[embassy_executor::task(pool_size = SEATS)]
async fn seat(
    web: &'static Web,
    index: usize,
    memory: &'static mut SeatMemory,
    wallbox: &'static Charging,
) {
    goe_bare::seat(web, index, memory, wallbox).await;
}

#[embassy_executor::task]
async fn mqtt(stack: Stack<'static>, config: &'static Config, wallbox: &'static Charging) {
    static MEMORY: ConstStaticCell<MqttMemory> = ConstStaticCell::new(MqttMemory::NEW);
    let broker = Broker {
        host: config.host.as_deref().unwrap_or_default(),
        port: config.port,
        user: config.user.as_deref(),
        password: config.password.as_deref(),
    };
    run_mqtt(
        stack,
        broker,
        &config.serial,
        MEMORY.take(),
        wallbox,
        config.seed,
    )
    .await;
}

/// Steps of the charger's logic: one a second of its own time.
#[embassy_executor::task]
async fn steps(wallbox: &'static Charging, speed: u64) {
    let mut now_ms = 0;
    loop {
        now_ms += 1000;
        Timer::at(Instant::from_micros(now_ms * 1000 / speed)).await;
        wallbox.step(core::iter::once(now_ms), Sim::advance);
    }
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
