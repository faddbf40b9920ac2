//! The charger on an ESP32-C3. **Builds in CI, not yet run on hardware.**
//!
//! WiFi, flash, clock and log are the chip's. Contactor, pilot, meter and car
//! are still those of the simulated garage: they belong to the circuit board
//! around the chip, and no such board is described here yet.

#![no_std]
#![no_main]
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;

mod crash;
mod flash;
mod hardware;
mod radio;

use embassy_executor::Spawner;
use embassy_net::{Runner, Stack, StackResources};
use embassy_time::{Instant, Timer};
use esp_hal::clock::CpuClock;
use esp_hal::ram;
use esp_hal::rng::Rng;
use esp_hal::timer::timg::TimerGroup;
use esp_radio::wifi::{Interface, WifiController};
use goe_api::STORED_CAPACITY;
use goe_bare::{DOORS, DoorMemory, MqttMemory, SEATS, SeatMemory, Web, run_mqtt};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::store::Store;
use goe_firmware::wallbox::Wallbox;
use static_cell::{ConstStaticCell, StaticCell};

use crate::flash::Partition;
use crate::hardware::Board;
use crate::radio::Air;

esp_bootloader_esp_idf::esp_app_desc!();

type Charging = Wallbox<Board>;

/// Those of the HTTP server and the MQTT client, and DHCP and DNS.
const SOCKETS: usize = DOORS + 3;

/// Set when it is built. The broker goes before what the keys of MQTT say, as
/// `--mqtt-url` does on other boards.
const SERIAL: &str = match option_env!("GOE_SERIAL") {
    Some(serial) => serial,
    None => "000001",
};
const BROKER: Option<&str> = option_env!("GOE_MQTT_URL");

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
    let wallbox: &'static Charging = WALLBOX
        .init_with(|| Wallbox::new(Charger::new(identity, Counters::default()), Board::new(air)));
    let mut store = mount(chip.FLASH, wallbox).await;

    spawner.spawn(network(runner).expect("one"));
    spawner.spawn(wifi(controller, stack, air).expect("one"));
    serve(spawner, stack, wallbox, seed);
    spawner.spawn(steps(wallbox).expect("one"));
    match &mut store {
        Some(store) => store.run(wallbox, core::future::pending()).await,
        None => core::future::pending().await,
    }
    core::future::pending().await
}

/// Mounts the flash and restores what is in it; without flash the charger runs
/// with defaults and says so.
async fn mount(
    chip: esp_hal::peripherals::FLASH<'static>,
    wallbox: &Charging,
) -> Option<Store<'static, Partition>> {
    const ITEM: usize = Store::<Partition>::item_capacity(STORED_CAPACITY);
    static MEMORY: ConstStaticCell<[u8; ITEM]> = ConstStaticCell::new([0; ITEM]);
    let Some(partition) = Partition::find(chip) else {
        log::error!("store: the partition table has no `nvs`; see partitions.csv");
        return None;
    };
    let (mut store, mut found) = match Store::mount(partition, MEMORY.take()).await {
        Ok(mounted) => mounted,
        Err(error) => {
            log::error!("store: nothing can be stored: {error:?}");
            return None;
        }
    };
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

/// HTTP, and MQTT.
fn serve(spawner: Spawner, stack: Stack<'static>, wallbox: &'static Charging, seed: u64) {
    static DOOR_MEMORY: ConstStaticCell<[DoorMemory; DOORS]> =
        ConstStaticCell::new([DoorMemory::NEW; DOORS]);
    static SEAT_MEMORY: ConstStaticCell<[SeatMemory; SEATS]> =
        ConstStaticCell::new([SeatMemory::NEW; SEATS]);
    static WEB: StaticCell<Web> = StaticCell::new();
    let web: &'static Web = WEB.init_with(|| Web::new(stack, DOOR_MEMORY.take()));
    for index in 0..DOORS {
        spawner.spawn(door(web, index).expect("as many as doors"));
    }
    for (index, memory) in SEAT_MEMORY.take().iter_mut().enumerate() {
        spawner.spawn(seat(web, index, memory, wallbox).expect("as many as seats"));
    }
    if let Some(url) = BROKER {
        wallbox.give_broker(url, true);
    }
    spawner.spawn(mqtt(stack, wallbox, seed).expect("one"));
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Interface>) {
    runner.run().await;
}

#[embassy_executor::task]
async fn wifi(controller: WifiController<'static>, stack: Stack<'static>, air: &'static Air) {
    radio::run(controller, stack, air).await;
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
async fn mqtt(stack: Stack<'static>, wallbox: &'static Charging, seed: u64) {
    static MEMORY: ConstStaticCell<MqttMemory> = ConstStaticCell::new(MqttMemory::NEW);
    run_mqtt(stack, SERIAL, MEMORY.take(), wallbox, seed).await;
}

/// Steps of the charger's logic: one a second.
#[embassy_executor::task]
async fn steps(wallbox: &'static Charging) {
    let mut now_ms = 0;
    loop {
        now_ms += 1000;
        Timer::at(Instant::from_millis(now_ms)).await;
        wallbox.step(core::iter::once(now_ms), Board::advance);
    }
}
