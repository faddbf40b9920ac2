//! Serves a device on a board without an operating system, over embassy.
//!
//! [`serve_device!`] makes the tasks of a device and their memory, which have to
//! name its types: HTTP, MQTT, Modbus and the store. A board brings what is its own: a
//! network driver, a flash, a log and a reset. It knows no key and no charger:
//! what it serves is any device of the contract in [`goe_runtime::device`].

#![no_std]
#![forbid(unsafe_code)]

mod clock;
mod http;
mod modbus;
mod mqtt;
mod password;
mod socket;
mod store;

pub use clock::{SinceBoot, steps};
pub use goe_device::modbus::frame_for;
pub use goe_device::store::Store;
pub use goe_device::ws::Hall;
pub use goe_runtime::device::{Api, Table};
pub use http::{
    DOORS, DoorMemory, SEATS, SENT_AHEAD, SeatMemory, WEB_SOCKETS, Web, body, door, seat,
};
pub use modbus::{ModbusMemory, run_modbus};
pub use mqtt::{MqttMemory, run_mqtt, transmit};
pub use password::{Password, give_password};
pub use static_cell::{ConstStaticCell, StaticCell};
pub use store::{keep, mount};

/// Sockets that the network stack needs: those of the HTTP and the Modbus server and the
/// MQTT client, and DHCP and DNS.
pub const SOCKETS: usize = DOORS + modbus::SOCKETS + 3;

/// Makes two functions for a device, its flash, its chance and its generated crate:
///
/// - `async fn mount(flash, &device) -> Option<Store>` mounts the flash and
///   restores what is in it, and [`keep`] stores what changes
/// - `fn serve(spawner, stack, &'static device, serial, seed, entropy, password)` spawns
///   the tasks of the HTTP server with its WebSocket, the MQTT client, and of the Modbus
///   server if the table has registers
#[macro_export]
macro_rules! serve_device {
    ($device:ty, $flash:ty, $entropy:ty, $api:ident) => {
        fn mount(
            flash: $flash,
            device: &'static $device,
        ) -> impl Future<Output = Option<$crate::Store<'static, $flash>>> {
            const ITEM: usize = $crate::Store::<$flash>::item_capacity($api::STORED_CAPACITY);
            static MEMORY: $crate::ConstStaticCell<[u8; ITEM]> =
                $crate::ConstStaticCell::new([0; ITEM]);
            $crate::mount(flash, MEMORY.take(), device)
        }

        fn serve(
            spawner: ::embassy_executor::Spawner,
            stack: ::embassy_net::Stack<'static>,
            device: &'static $device,
            serial: &'static str,
            seed: u64,
            entropy: $entropy,
            password: $crate::Password,
        ) {
            type Keys = <$device as $crate::Table>::Keys;
            type Hall = $crate::Hall<Keys, $entropy, { $crate::WEB_SOCKETS }>;
            type Seat = $crate::SeatMemory<{ $crate::body($api::ENTRY_CAPACITY) }>;
            type Client = $crate::MqttMemory<
                { $api::REGISTRY.descriptors.len() },
                { $crate::transmit($api::ENTRY_CAPACITY) },
            >;

            #[embassy_executor::task(pool_size = $crate::DOORS)]
            async fn door(web: &'static $crate::Web, index: usize) {
                $crate::door(web, index).await;
            }

            #[embassy_executor::task(pool_size = $crate::SEATS)]
            async fn seat(
                web: &'static $crate::Web,
                index: usize,
                memory: &'static mut Seat,
                device: &'static $device,
                hall: Option<&'static Hall>,
            ) {
                let sockets = hall.map(Hall::session);
                $crate::seat(web, index, memory, device, sockets).await;
            }

            #[embassy_executor::task]
            async fn password_task(
                device: &'static $device,
                serial: &'static str,
                entropy: $entropy,
                password: $crate::Password,
            ) {
                $crate::give_password(device, serial, &entropy, password).await;
            }

            #[embassy_executor::task]
            async fn mqtt(
                stack: ::embassy_net::Stack<'static>,
                device: &'static $device,
                serial: &'static str,
                seed: u64,
            ) {
                static MEMORY: $crate::ConstStaticCell<Client> =
                    $crate::ConstStaticCell::new(Client::NEW);
                let topics = (&$api::mqtt::TOPICS, serial);
                $crate::run_mqtt(stack, topics, MEMORY.take(), device, seed).await;
            }

            #[embassy_executor::task]
            async fn modbus(stack: ::embassy_net::Stack<'static>, device: &'static $device) {
                type Memory = $crate::ModbusMemory<
                    { $crate::frame_for(<$api::Api as $crate::Api>::REGISTERS) },
                >;
                static MEMORY: $crate::ConstStaticCell<Memory> =
                    $crate::ConstStaticCell::new(Memory::NEW);
                $crate::run_modbus(stack, MEMORY.take(), device).await;
            }

            static DOOR_MEMORY: $crate::ConstStaticCell<[$crate::DoorMemory; $crate::DOORS]> =
                $crate::ConstStaticCell::new([$crate::DoorMemory::NEW; $crate::DOORS]);
            static SEAT_MEMORY: $crate::ConstStaticCell<[Seat; $crate::SEATS]> =
                $crate::ConstStaticCell::new([Seat::NEW; $crate::SEATS]);
            static WEB: $crate::StaticCell<$crate::Web> = $crate::StaticCell::new();
            let web = &*WEB
                .init_with(|| $crate::Web::new(stack, DOOR_MEMORY.take(), &$api::http::ROUTES));
            static HALL: $crate::StaticCell<Hall> = $crate::StaticCell::new();
            let hall = $api::websocket::MESSAGES.map(|messages| {
                let hall = &*HALL.init_with(|| Hall::new(messages, entropy));
                hall.open(device);
                let giving = password_task(device, serial, entropy, password);
                spawner.spawn(giving.expect("one"));
                hall
            });
            for index in 0..$crate::DOORS {
                spawner.spawn(door(web, index).expect("as many as doors"));
            }
            for (index, memory) in SEAT_MEMORY.take().iter_mut().enumerate() {
                spawner.spawn(seat(web, index, memory, device, hall).expect("as many as seats"));
            }
            spawner.spawn(mqtt(stack, device, serial, seed).expect("one"));
            if !<$api::Api as $crate::Api>::REGISTERS.is_empty() {
                spawner.spawn(modbus(stack, device).expect("one"));
            }
        }
    };
}
