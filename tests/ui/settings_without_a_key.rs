use goe_api::Settings;

fn main() {
    let _ = Settings { dwo: None };
}
