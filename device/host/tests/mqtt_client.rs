//! The MQTT client of goe-device with the broker of this crate, and `rumqttc` as
//! the peer, over real sockets.

#[path = "../../tests/mqtt_support/mod.rs"]
mod mqtt_support;

use std::net::SocketAddr;

use goe_host::broker::Broker;
use mqtt_support::{ACKNOWLEDGED, SETUP, on_one_thread, scenarios};

macro_rules! with_our_broker {
    ($($scenario:ident)*) => {
        $(
            #[test]
            fn $scenario() {
                on_one_thread(async {
                    for setup in [SETUP, ACKNOWLEDGED] {
                        let any = SocketAddr::from(([127, 0, 0, 1], 0));
                        let broker = Broker::bind(any).expect("it listens");
                        let address = broker.start_here().expect("it starts");
                        scenarios::$scenario(address, setup).await;
                    }
                });
            }
        )*
    };
}

with_our_broker! {
    a_late_subscriber_sees_every_value
    a_setting_is_answered_and_shows
    an_old_wish_is_ignored
    a_setting_too_long_is_answered
    a_cut_line_is_mended
    a_flood_of_settings_is_survived
    many_keys_arrive_whole
    the_last_will_is_heard
}
