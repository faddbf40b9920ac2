//! The charger on an ESP32-C3. **Builds in CI, not yet run on hardware.**
//!
//! WiFi, flash, clock and log are the chip's. Contactor, pilot, meter and car
//! are still those of the simulated garage: they belong to the circuit board
//! around the chip, and no such board is described here yet.

#![no_std]
#![no_main]
// The futures of a seat are nested deeper than compilers allow by themselves.
#![recursion_limit = "256"]
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;

mod chance;
mod crash;
mod flash;
mod hardware;
mod radio;

use embassy_executor::Spawner;
use embassy_net::{Runner, Stack, StackResources};
use esp_hal::clock::CpuClock;
use esp_hal::ram;
use esp_hal::rng::Rng;
use esp_hal::timer::timg::TimerGroup;
use esp_radio::wifi::{Interface, WifiController};
use goe_embassy::{Password, SOCKETS};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::DeviceCell;
use static_cell::StaticCell;

use crate::chance::Chance;
use crate::flash::Partition;
use crate::hardware::Board;
use crate::radio::Air;

esp_bootloader_esp_idf::esp_app_desc!();

type Charging = DeviceCell<Wallbox<Board>>;

goe_embassy::serve_device!(Charging, Partition, Chance, goe_api);

/// Set when it is built. The broker goes before what the keys of MQTT say, as
/// `--mqtt-url` does on other boards.
const SERIAL: &str = match option_env!("GOE_SERIAL") {
    Some(serial) => serial,
    None => "000001",
};
const BROKER: Option<&str> = option_env!("GOE_MQTT_URL");
/// The password of the WebSocket; without one it is made, and told once in the log.
const PASSWORD: Option<&str> = option_env!("GOE_PASSWORD");

#[esp_rtos::main]
async fn main(spawner: Spawner) -> ! {
    esp_println::logger::init_logger(log::LevelFilter::Info);
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    // The radio's driver is the only one that needs a heap.
    esp_alloc::heap_allocator!(#[ram(reclaimed)] size: 64 * 1024);
    esp_alloc::heap_allocator!(size: 36 * 1024);
    log::info!("go-eCharger {SERIAL} on an ESP32-C3");
    crash::report();

    let timers = TimerGroup::new(chip.TIMG0);
    esp_rtos::start(timers.timer0, chip.FROM_CPU_INTR0);
    let controller = WifiController::new(chip.WIFI, Default::default())
        .expect("the radio starts with its default settings");

    let random = Rng::new();
    let seed = u64::from(random.random()) << 32 | u64::from(random.random());
    static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
    let (stack, runner) = embassy_net::new(
        Interface::station(),
        embassy_net::Config::dhcpv4(Default::default()),
        RESOURCES.init_with(StackResources::new),
        seed,
    );
    static AIR: StaticCell<Air> = StaticCell::new();
    let air: &'static Air = AIR.init_with(Air::new);

    let identity = Identity::new(SERIAL, 1).expect("GOE_SERIAL is six letters or digits");
    static WALLBOX: StaticCell<Charging> = StaticCell::new();
    let wallbox: &'static Charging = WALLBOX.init_with(|| {
        let charger = Charger::new(identity, Counters::default());
        DeviceCell::new(Wallbox::new(charger, Board::new(air)))
    });
    let mut store = match Partition::find(chip.FLASH) {
        Some(partition) => mount(partition, wallbox).await,
        None => {
            log::error!("store: the partition table has no `nvs`; see partitions.csv");
            None
        }
    };

    // What is served first is true, as far as it can be measured already.
    wallbox.act(|wallbox| wallbox.step(0, Board::advance));
    spawner.spawn(network(runner).expect("one"));
    spawner.spawn(wifi(controller, stack, air).expect("one"));
    if let Some(url) = BROKER {
        wallbox.give_broker(url, true);
    }
    let password = Password {
        given: PASSWORD.and_then(|password| password.try_into().ok()),
        new: false,
    };
    serve(
        spawner,
        stack,
        wallbox,
        SERIAL,
        seed,
        Chance(random),
        password,
    );
    spawner.spawn(steps(wallbox).expect("one"));
    goe_embassy::keep(&mut store, wallbox).await;
    core::future::pending().await
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Interface>) {
    runner.run().await;
}

#[embassy_executor::task]
async fn wifi(controller: WifiController<'static>, stack: Stack<'static>, air: &'static Air) {
    radio::run(controller, stack, air).await;
}

/// Steps of the charger's logic: one a second.
#[embassy_executor::task]
async fn steps(wallbox: &'static Charging) {
    let step = |now_ms| wallbox.act(|wallbox| wallbox.step(now_ms, Board::advance));
    goe_embassy::steps(1, step).await;
}
