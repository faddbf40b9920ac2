//! The same as `mqtt_broker`, with mosquitto; and what only a broker that can
//! be killed and asked for a password shows.

mod mqtt_support;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use goe_device::mqtt::codec::{Credentials, Refusal};
use goe_device::mqtt::session::SessionError;
use goe_device::mqtt::{Lost, Status};
use mqtt_support::broker::Peer;
use mqtt_support::device::Fake;
use mqtt_support::{ACKNOWLEDGED, SETUP, Setup, on_one_thread, scenarios, soon, start};

const FNA: &str = "/go-eCharger/000001/fna";

/// A mosquitto of the test's own, which ends with it.
struct Mosquitto {
    address: SocketAddr,
    child: Child,
    files: Vec<PathBuf>,
}

impl Mosquitto {
    async fn new() -> Self {
        let probe = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = probe.local_addr().expect("an address");
        drop(probe);
        Self::at(address, "allow_anonymous true").await
    }

    async fn at(address: SocketAddr, access: &str) -> Self {
        let port = address.port();
        let file = file(port, "conf");
        // Started by root it would become someone else, who cannot read the
        // password file.
        let text = format!("listener {port} 127.0.0.1\n{access}\npersistence false\nuser root\n");
        std::fs::write(&file, text).expect("a configuration");
        let child = Command::new("mosquitto")
            .arg("-c")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is installed");
        let broker = Self {
            address,
            child,
            files: vec![file],
        };
        let listening = async {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        soon("mosquitto", listening).await;
        broker
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
    }
}

fn file(port: u16, extension: &str) -> PathBuf {
    let name = format!("goe-mqtt-{}-{port}.{extension}", std::process::id());
    std::env::temp_dir().join(name)
}

macro_rules! with_mosquitto {
    ($($scenario:ident)*) => {
        $(
            #[test]
            #[ignore = "needs mosquitto"]
            fn $scenario() {
                on_one_thread(async {
                    for setup in [SETUP, ACKNOWLEDGED] {
                        let broker = Mosquitto::new().await;
                        scenarios::$scenario(broker.address, setup).await;
                    }
                });
            }
        )*
    };
}

with_mosquitto! {
    a_late_subscriber_sees_every_value
    a_setting_is_answered_and_shows
    an_old_wish_is_ignored
    a_setting_too_long_is_answered
    a_cut_line_is_mended
    a_flood_of_settings_is_survived
    many_keys_arrive_whole
    the_last_will_is_heard
}

#[test]
#[ignore = "needs mosquitto"]
fn a_broker_that_forgot_everything_is_told_everything() {
    on_one_thread(async {
        let broker = Mosquitto::new().await;
        let address = broker.address;
        let client = start(Fake::small(), address, SETUP);
        client.device.status(1).await;
        drop(broker);
        client.device.status(2).await;
        let broker = Mosquitto::at(address, "allow_anonymous true").await;
        let mut peer = Peer::new("peer", address).await;
        peer.subscribe("/go-eCharger/#").await;
        peer.value(FNA, "\"x\"").await;
        client.stop().await;
        drop(broker);
    });
}

#[test]
#[ignore = "needs mosquitto"]
fn user_and_password_open_the_door() {
    on_one_thread(async {
        let probe = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = probe.local_addr().expect("an address");
        drop(probe);
        let passwords = file(address.port(), "passwords");
        let made = Command::new("mosquitto_passwd")
            .args(["-b", "-c"])
            .arg(&passwords)
            .args(["user", "secret"])
            .status()
            .expect("mosquitto_passwd is installed");
        assert!(made.success());
        let access = format!(
            "allow_anonymous false\npassword_file {}",
            passwords.display()
        );
        let mut broker = Mosquitto::at(address, &access).await;
        broker.files.push(passwords);
        let refused = Lost::Session(SessionError::Refused(Refusal::NotAuthorized));
        for (password, expected) in [
            (Some(&b"wrong"[..]), Status::Lost(refused)),
            (None, Status::Lost(refused)),
            (Some(&b"secret"[..]), Status::Connected),
        ] {
            let credentials = Some(Credentials {
                user: "user",
                password,
            });
            let client = start(
                Fake::small(),
                address,
                Setup {
                    credentials,
                    ..SETUP
                },
            );
            assert_eq!(client.device.status(1).await.0, expected);
            client.stop().await;
        }
    });
}
