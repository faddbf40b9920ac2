//! The charger from power on to power off: all that its firmware does on a board, in one
//! task that is dropped when the power goes. It must never know what surrounds it but for
//! the network, the flash, the garage and the time.

use std::cell::RefCell;
use std::rc::Rc;

use embassy_futures::join::join4;
use embassy_futures::select::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use goe_api::Api;
use goe_device::clock::Clock;
use goe_device::http::{self, Slots};
use goe_device::mqtt::Connect;
use goe_device::store::Store;
use goe_firmware::charger::Identity;
use goe_garage::Surroundings;
use goe_host::{MqttRoom, run_mqtt, serve_client};
use goe_runtime::device::{Api as _, Broker, Table as _, Unreachable};
use goe_sim::Sim;

use crate::device::{Device, Flash};
use crate::net::{Broken, Net, Port, Stream};
use crate::plant::Plant;
use crate::site::Site;

/// HTTP connections at once, as on bare metal.
const CONNECTIONS: usize = 8;

/// The broker that the board prescribes.
const BROKER: &str = "mqtt://broker:1883";

/// What the charger finds when its power comes on.
pub(crate) struct Board {
    pub(crate) site: Site,
    pub(crate) net: Net,
    pub(crate) flash: Flash,
    pub(crate) around: Surroundings,
    pub(crate) sim: Sim,
    /// Of what is left to chance.
    pub(crate) seed: u64,
    pub(crate) plant: Option<Plant>,
    /// The contactor was closed when the power went.
    pub(crate) was_closed: bool,
}

/// Where the device is found while it has power.
pub(crate) type Place = Rc<RefCell<Option<Rc<Device>>>>;

/// Boots and serves, until it is dropped.
pub(crate) async fn run(board: Board, place: Place) {
    let Board {
        site,
        net,
        flash,
        around,
        sim,
        seed,
        plant,
        was_closed,
    } = board;
    let clock = net.clock();
    let Ok(identity) = Identity::new(&site.serial, 1) else {
        log::error!("the serial number cannot be used");
        return;
    };
    let identity = identity.with_firmware(site.release);
    let device = Rc::new(Device::new(goe_sim::wallbox(identity, site.home, sim)));
    let mut item = vec![0; Store::<Flash>::item_capacity(device.registry().capacities.stored)];
    let (mut store, mut found) = match Store::mount(flash, &mut item).await {
        Ok(mounted) => mounted,
        Err(error) => {
            log::error!("the flash cannot be used: {error:?}");
            return;
        }
    };
    if let Err(error) = store.restore(&*device, &mut found).await {
        log::error!("the flash cannot be read: {error:?}");
    }
    if site.broker {
        device.give_broker(BROKER, true);
    }
    let garage_ms = clock.now_ms();
    device.act(|wallbox| goe_sim::begin_at(wallbox, garage_ms));
    *place.borrow_mut() = Some(device.clone());
    let stored = async {
        match plant {
            Some(Plant::StoresNothing) => std::future::pending().await,
            _ => store.run(&*device, clock, std::future::pending()).await,
        }
    };
    let mqtt = async {
        match plant {
            Some(Plant::Hangs) => std::future::pending().await,
            _ => {
                let topics = (Api::TOPICS, site.serial.as_str());
                let stop = std::future::pending();
                let room = MqttRoom::ample(device.registry());
                let mut dial = Dial(net.clone());
                run_mqtt(&mut dial, &*device, clock, topics, room, seed, stop).await
            }
        }
    };
    join4(
        step(&device, &net, &around, plant, was_closed),
        serve_http(&device, &net, plant),
        mqtt,
        stored,
    )
    .await;
}

/// The steps of its logic, one a second.
async fn step(
    device: &Device,
    net: &Net,
    around: &Surroundings,
    plant: Option<Plant>,
    was_closed: bool,
) {
    let clock = net.clock();
    let began_ms = clock.now_ms();
    net.set_up(device.look(|wallbox| wallbox.board().is_linked()));
    for second in 1.. {
        clock.until(began_ms + second * 1_000).await;
        let is_linked = device.act(|wallbox| {
            goe_sim::round_at(wallbox, second * 1_000, began_ms);
            around.tell(wallbox, clock.now_ms());
            if let Some(plant) = plant {
                plant.after_step(wallbox.hardware(), was_closed);
            }
            wallbox.hardware().is_linked()
        });
        net.set_up(is_linked);
        if let Some(plant) = plant {
            plant.after_step_of(device, second).await;
        }
    }
}

async fn serve_http(device: &Device, net: &Net, plant: Option<Plant>) {
    let clock = net.clock();
    let site = http::Site {
        routes: Api::ROUTES,
        names: &[],
        handler: (),
        sockets: (),
    };
    let slots = Slots::<_, CONNECTIONS>::new(clock);
    let listening = net.listen(Port::Http);
    let mut serving = FuturesUnordered::new();
    // One that was accepted waits for its slot however many others end meanwhile.
    let mut accepted = None;
    loop {
        let slot = async {
            if accepted.is_none() {
                accepted = Some(listening.accept().await);
            }
            slots.claim().await
        };
        let next_end = async {
            match serving.next().await {
                Some(()) => {}
                None => std::future::pending().await,
            }
        };
        let slot = match select(slot, next_end).await {
            Either::First(slot) => slot,
            Either::Second(()) => continue,
        };
        if let Some(stream) = accepted.take() {
            serving.push(async move {
                match plant {
                    Some(Plant::AnswersLate) => clock.after(1_500).await,
                    Some(Plant::DropsFinished) => {
                        // The end has come by then.
                        clock.after(100).await;
                        if stream.link().is_finished() {
                            return;
                        }
                    }
                    _ => {}
                }
                serve_client(device, site, slot, stream).await;
            });
        }
    }
}

/// The way to the broker.
struct Dial(Net);

impl Connect for Dial {
    type Socket<'a> = Stream;
    type Error = Broken;

    fn reason(_: &Broken) -> Unreachable {
        Unreachable::Refused
    }

    async fn connect(&mut self, _: &Broker<'_>) -> Result<Stream, Broken> {
        self.0.connect_charger(Port::Mqtt).await
    }
}
