use goe_tiny::runtime::Text;
use goe_tiny::{NetsEntry, Readings, Wst};

fn main() {
    let net = NetsEntry {
        ssid: Text::cut(""),
        key: false,
    };
    let _ = Readings {
        r#mod: true,
        dwo: None,
        wst: Wst::IdleStatus,
        nets: [net; 2],
    };
}
