use goe_api::Settings;
use goe_api::runtime::Text;

fn main() {
    let _ = Settings {
        hai: true,
        mce: false,
        mcu: Text::cut(""),
        mcr: false,
        mtp: None,
        mqg: true,
        mqcn: false,
        mqss: false,
        dwo: None,
    };
}
