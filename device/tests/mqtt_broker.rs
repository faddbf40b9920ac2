//! The MQTT client with `rumqttd` as the broker and `rumqttc` as the peer, over
//! real sockets.

mod mqtt_support;

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};

use mqtt_support::{on_one_thread, scenarios, soon};
use rumqttd::{Broker, Config, ConnectionSettings, RouterConfig, ServerSettings};

/// A broker of its own for each test. It has no way to be stopped: its threads
/// end with the process.
async fn broker() -> SocketAddr {
    // On a port that is taken it would start without a word: so ask for one.
    let probe = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = probe.local_addr().expect("an address");
    drop(probe);
    let server = ServerSettings {
        name: "test".to_string(),
        listen,
        tls: None,
        next_connection_delay_ms: 0,
        connections: ConnectionSettings {
            connection_timeout_ms: 5000,
            // A sender of more is thrown out; the long payloads must get by.
            max_payload_size: 1 << 20,
            max_inflight_count: 200,
            auth: None,
            external_auth: None,
            dynamic_filters: false,
        },
    };
    let config = Config {
        router: RouterConfig {
            max_connections: 100,
            max_outgoing_packet_count: 200,
            max_segment_size: 100 << 20,
            max_segment_count: 10,
            ..RouterConfig::default()
        },
        v4: Some(HashMap::from([("1".to_string(), server)])),
        ..Config::default()
    };
    std::thread::spawn(move || drop(Broker::new(config).start()));
    let listening = async {
        while tokio::net::TcpStream::connect(listen).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    soon("the broker", listening).await;
    listen
}

macro_rules! with_a_broker {
    ($($scenario:ident)*) => {
        $(
            #[test]
            fn $scenario() {
                on_one_thread(async { scenarios::$scenario(broker().await).await });
            }
        )*
    };
}

with_a_broker! {
    a_late_subscriber_sees_every_value
    a_setting_is_answered_and_shows
    an_old_wish_is_ignored
    a_setting_too_long_is_answered
    a_cut_line_is_mended
    a_flood_of_settings_is_survived
    many_keys_arrive_whole
    the_last_will_is_heard
}
