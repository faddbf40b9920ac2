//! The device as an MQTT 3.1.1 client: publishes the values of its keys,
//! retained, and takes settings.
//!
//! From the bytes up: `codec` (packets), `session` (one connection, by the
//! standard), `window` (what the broker has not acknowledged), `topics` and `pending` (which key goes where, and when),
//! `discovery` (what Home Assistant is told), `config` (what a client is), `answer`
//! (a setting is made, and answered in MQTT's words), `link` (one connection,
//! with its sockets), [`Client`] (connection after connection) and [`run`] (a
//! client as the settings want it, for ever). The first six do no I/O and have
//! no clock.
//!
//! A board gives a way to [`Connect`]; the device is one that is
//! [`Reached`](goe_runtime::device::Reached). Nothing in here knows a key by name
//! or what a charger is. It also decides nothing about settings: those are
//! applied, or refused, by the device.
//!
//! These hold whatever the broker does: no byte it sends makes the client
//! panic, no wait is without an end, memory is what the caller gave, and a
//! setting is applied and its answer put into the batch in one synchronous
//! step, so that a dropped future cannot apply half of it. A setting that gets
//! no answer because the connection breaks may have been applied or not.

mod answer;
pub mod backoff;
mod client;
pub mod codec;
mod config;
mod connect;
mod discovery;
mod link;
mod lost;
pub mod pending;
mod service;
pub mod session;
mod stop;
pub mod topics;
pub mod tx;
pub mod window;

pub use client::Client;
pub use config::{Buffers, Config, Unfit};
pub use connect::Connect;
pub use discovery::Discovery;
pub use lost::{Lost, Status};
pub use service::{Memory, client_id, run};
