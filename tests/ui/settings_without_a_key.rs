use goe_tiny::Settings;

fn main() {
    let _ = Settings { dwo: None };
}
