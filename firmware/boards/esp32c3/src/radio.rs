//! The chip's radio as the charger's: a task that waits for the driver, and
//! [`Station`], which the charger's step talks to without waiting.

use core::cell::RefCell;
use core::net::Ipv4Addr;

use alloc::string::String;
use alloc::vec::Vec;
use embassy_futures::select::{Either, select};
use embassy_net::Stack;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, with_timeout};
use esp_radio::wifi::scan::ScanConfig;
use esp_radio::wifi::sta::StationConfig;
use esp_radio::wifi::{
    AuthenticationMethod, AuthenticationMethodConfig, Config, Password, Ssid, WifiController,
};
use goe_firmware::board::{
    AccessPoint, Bssid, ConnectFailure, Encryption, Features, Link, LinkEvent, RadioCommand,
    RadioInputs, ScanEvent,
};

/// Longest wait for the DHCP server.
const ADDRESS: Duration = Duration::from_secs(15);

/// Most access points of a scan: the charger shows fewer.
const HEARD_MAX: usize = 24;

/// The exchange between the driver's task and the charger's step.
pub(crate) struct Air {
    wanted: RefCell<Wanted>,
    is_wanted: Signal<NoopRawMutex, ()>,
    seen: RefCell<Seen>,
}

/// Commands that the task has not begun.
#[derive(Default)]
struct Wanted {
    scan: bool,
    link: Option<LinkCommand>,
}

enum LinkCommand {
    Connect(Target),
    Disconnect,
}

/// A `Join` that is kept.
struct Target {
    ssid: String,
    key: String,
    bssid: Bssid,
    channel: u8,
}

/// Results that the charger has not polled.
#[derive(Default)]
struct Seen {
    scan: Option<Result<Vec<Heard>, ()>>,
    link: Option<Change>,
    rssi_dbm: Option<i8>,
}

struct Heard {
    ssid: String,
    bssid: Bssid,
    encryption: Encryption,
    rssi_dbm: i8,
    channel: u8,
}

enum Change {
    Connected {
        access_point: Heard,
        ip: Ipv4Addr,
        netmask: Ipv4Addr,
        gateway: Ipv4Addr,
        dns: [Ipv4Addr; 3],
    },
    Failed(ConnectFailure),
    Lost,
    Disconnected,
}

impl Air {
    pub(crate) fn new() -> Self {
        Air {
            wanted: RefCell::default(),
            is_wanted: Signal::new(),
            seen: RefCell::default(),
        }
    }
}

/// The charger's side.
pub(crate) struct Station {
    air: &'static Air,
    scan: Option<Result<Vec<Heard>, ()>>,
    /// Points into `scan`; see [`Station::poll`].
    heard: Vec<AccessPoint<'static>>,
    link: Option<Change>,
}

impl Station {
    pub(crate) fn new(air: &'static Air) -> Self {
        Station {
            air,
            scan: None,
            heard: Vec::new(),
            link: None,
        }
    }

    pub(crate) fn command(&mut self, command: RadioCommand<'_>) {
        let mut wanted = self.air.wanted.borrow_mut();
        let mut seen = self.air.seen.borrow_mut();
        match command {
            RadioCommand::Scan => {
                seen.scan = None;
                wanted.scan = true;
            }
            RadioCommand::Connect(join) => {
                seen.link = None;
                wanted.link = Some(LinkCommand::Connect(Target {
                    ssid: join.ssid.into(),
                    key: join.key.into(),
                    bssid: join.bssid,
                    channel: join.channel,
                }));
            }
            RadioCommand::Disconnect => {
                seen.link = None;
                wanted.link = Some(LinkCommand::Disconnect);
            }
        }
        self.air.is_wanted.signal(());
    }

    pub(crate) fn poll(&mut self) -> RadioInputs<'_> {
        self.heard.clear();
        let mut seen = self.air.seen.borrow_mut();
        self.scan = seen.scan.take();
        self.link = seen.link.take();
        let rssi_dbm = seen.rssi_dbm;
        drop(seen);
        let scan = match &self.scan {
            None => None,
            Some(Err(())) => Some(ScanEvent::Failed),
            Some(Ok(found)) => {
                for heard in found {
                    let ssid: *const str = heard.ssid.as_str();
                    self.heard.push(AccessPoint {
                        // SAFETY: the text is on the heap and belongs to `scan`,
                        // which is replaced by the next call of this function
                        // alone; that clears `heard` first. Nobody is given these
                        // for longer than until then: what is returned borrows
                        // `self`.
                        ssid: unsafe { &*ssid },
                        ..heard.view()
                    });
                }
                Some(ScanEvent::Done(&self.heard))
            }
        };
        RadioInputs {
            scan,
            link: self.link.as_ref().map(Change::event),
            rssi_dbm,
        }
    }
}

impl Heard {
    fn view<'a>(&self) -> AccessPoint<'a> {
        AccessPoint {
            ssid: "",
            bssid: self.bssid,
            encryption: self.encryption,
            rssi_dbm: self.rssi_dbm,
            channel: self.channel,
        }
    }
}

impl Change {
    fn event(&self) -> LinkEvent<'_> {
        match self {
            Change::Connected {
                access_point,
                ip,
                netmask,
                gateway,
                dns,
            } => LinkEvent::Connected(Link {
                access_point: AccessPoint {
                    ssid: &access_point.ssid,
                    ..access_point.view()
                },
                // The driver does not tell: CCMP, which WPA2 and WPA3 use.
                pairwise_cipher: 4,
                group_cipher: 4,
                features: Features {
                    b: true,
                    g: true,
                    n: true,
                    ..Features::default()
                },
                ip: *ip,
                netmask: *netmask,
                gateway: *gateway,
                dns: *dns,
                ipv6: &[],
            }),
            Change::Failed(failure) => LinkEvent::Failed(*failure),
            Change::Lost => LinkEvent::Lost,
            Change::Disconnected => LinkEvent::Disconnected,
        }
    }
}

fn encryption(method: Option<AuthenticationMethod>) -> Encryption {
    match method {
        Some(AuthenticationMethod::Wep) => Encryption::Wep,
        Some(AuthenticationMethod::Wpa) => Encryption::WpaPsk,
        Some(AuthenticationMethod::Wpa2Personal) => Encryption::Wpa2Psk,
        Some(AuthenticationMethod::WpaWpa2Personal) => Encryption::WpaWpa2Psk,
        Some(AuthenticationMethod::Wpa2Enterprise) => Encryption::Wpa2Enterprise,
        Some(AuthenticationMethod::Wpa3Personal) => Encryption::Wpa3Psk,
        Some(AuthenticationMethod::Wpa2Wpa3Personal) => Encryption::Wpa2Wpa3Psk,
        _ => Encryption::Open,
    }
}

/// Does what the charger wants, and tells it what became of it, for ever.
pub(crate) async fn run(
    mut controller: WifiController<'static>,
    stack: Stack<'static>,
    air: &'static Air,
) -> ! {
    let mut is_up = false;
    loop {
        if is_up {
            // The driver tells of a lost link; the charger may want something.
            let wanted = air.is_wanted.wait();
            if let Either::Second(_) = select(wanted, controller.wait_for_disconnect_async()).await
            {
                is_up = false;
                let mut seen = air.seen.borrow_mut();
                (seen.link, seen.rssi_dbm) = (Some(Change::Lost), None);
                continue;
            }
        } else {
            air.is_wanted.wait().await;
        }
        let Wanted { scan, link } = air.wanted.take();
        if scan {
            let found = listen(&mut controller).await;
            air.seen.borrow_mut().scan = Some(found);
        }
        let Some(command) = link else { continue };
        if is_up && let Err(error) = controller.disconnect_async().await {
            log::warn!("wifi: {error:?}");
        }
        let change = match command {
            LinkCommand::Disconnect => Change::Disconnected,
            LinkCommand::Connect(target) => connect(&mut controller, stack, target).await,
        };
        is_up = matches!(change, Change::Connected { .. });
        let rssi_dbm = is_up
            .then(|| {
                controller
                    .rssi()
                    .ok()
                    .and_then(|level| level.try_into().ok())
            })
            .flatten();
        let mut seen = air.seen.borrow_mut();
        (seen.link, seen.rssi_dbm) = (Some(change), rssi_dbm);
    }
}

async fn listen(controller: &mut WifiController<'static>) -> Result<Vec<Heard>, ()> {
    let config = ScanConfig::default().with_max(HEARD_MAX);
    let found = controller.scan_async(&config).await.map_err(|error| {
        log::warn!("wifi: no scan: {error:?}");
    })?;
    Ok(found
        .iter()
        .map(|found| Heard {
            ssid: found.ssid.as_str().into(),
            bssid: found.bssid,
            encryption: encryption(found.auth_method),
            rssi_dbm: found.signal_strength,
            channel: found.channel,
        })
        .collect())
}

async fn connect(
    controller: &mut WifiController<'static>,
    stack: Stack<'static>,
    target: Target,
) -> Change {
    let Some(config) = station(&target) else {
        return Change::Failed(ConnectFailure::Refused);
    };
    if let Err(error) = controller.set_config(&Config::Station(config)) {
        log::warn!("wifi: {error:?}");
        return Change::Failed(ConnectFailure::Refused);
    }
    let connected = match controller.connect_async().await {
        Ok(connected) => connected,
        Err(error) => {
            log::warn!("wifi: {error:?}");
            let heard = listen(controller).await.unwrap_or_default();
            let is_there = heard.iter().any(|heard| heard.bssid == target.bssid);
            return Change::Failed(if is_there {
                ConnectFailure::Refused
            } else {
                ConnectFailure::NotFound
            });
        }
    };
    let up = with_timeout(ADDRESS, stack.wait_config_up()).await;
    let Some(address) = up.ok().and_then(|()| stack.config_v4()) else {
        return Change::Failed(ConnectFailure::NoAddress);
    };
    Change::Connected {
        access_point: Heard {
            ssid: target.ssid,
            bssid: connected.bssid,
            encryption: encryption(Some(connected.authmode)),
            rssi_dbm: controller.rssi().unwrap_or_default() as i8,
            channel: connected.channel,
        },
        ip: address.address.address(),
        netmask: address.address.netmask(),
        gateway: address.gateway.unwrap_or(Ipv4Addr::UNSPECIFIED),
        dns: core::array::from_fn(|at| {
            let server = address.dns_servers.get(at);
            server.copied().unwrap_or(Ipv4Addr::UNSPECIFIED)
        }),
    }
}

/// `None` for a name or key that no network can have.
fn station(target: &Target) -> Option<StationConfig> {
    let ssid = Ssid::try_from(target.ssid.as_str()).ok()?;
    let authentication = if target.key.is_empty() {
        AuthenticationMethodConfig::Open
    } else {
        AuthenticationMethodConfig::Wpa2Personal(Password::try_from(target.key.as_str()).ok()?)
    };
    let config = StationConfig::default()
        .with_ssid(ssid)
        .with_bssid(target.bssid)
        .with_channel(target.channel)
        .with_authentication(authentication);
    Some(config)
}
