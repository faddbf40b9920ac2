use goe_tiny::runtime::Text;
use goe_tiny::{NetsEntry, Readings, Wst};

fn main() {
    let net = NetsEntry {
        ssid: Text::cut(""),
        key: false,
    };
    let _ = Readings {
        r#mod: 1,
        dwo: None,
        wst: Wst::IdleStatus,
        nets: [net; 2],
        gone: 1,
    };
}
