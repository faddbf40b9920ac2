//! The networks: WiFi, HTTP and MQTT.

pub(super) mod link;
pub(super) mod mishaps;
pub(super) mod modbus;
pub(super) mod reach;
pub(super) mod scan;
pub(super) mod station;
pub(super) mod wifi_config;
