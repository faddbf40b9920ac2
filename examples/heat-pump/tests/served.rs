//! The heat pump as its clients see it.

use goe_host::trial::Trial;

#[test]
fn a_target_is_taken_and_published_and_kept() {
    let mut pump = Trial::start(env!("CARGO_BIN_EXE_heat-pump"));
    assert_eq!(pump.get("/api/status?filter=target"), r#"{"target":50}"#);
    assert_eq!(pump.get("/api/set?target=45.5"), r#"{"target":true}"#);
    pump.publishes("heat-pump/000001/target", "45.5");
    pump.restart();
    assert_eq!(pump.get("/api/status?filter=target"), r#"{"target":45.5}"#);
}
