//! The readings as a person would write them for serde: a struct of plain types
//! for each object. The build script writes it from the table.

use anyhow::Context as _;
use goe_api::Readings;
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/equal.rs"));

impl Equal {
    /// Copies the readings. It goes by way of values, in which no number is
    /// rounded, and not by way of text.
    pub(super) fn of(readings: &Readings<'_>) -> anyhow::Result<Self> {
        let value = serde_json::to_value(readings).context("no JSON")?;
        serde_json::from_value(value).context("the struct is not that of the table")
    }
}

/// The value that is sent to change a network.
#[derive(Deserialize)]
#[allow(dead_code, reason = "it is only parsed")]
pub(super) struct Patch<'a> {
    ssid: Option<std::borrow::Cow<'a, str>>,
    key: Option<std::borrow::Cow<'a, str>>,
}
