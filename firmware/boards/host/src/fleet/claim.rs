//! Shards that are started twice by mistake: whose the serial numbers are.
//!
//! Two processes with the same serial numbers would throw each other's chargers off the
//! broker. So before any charger of a process connects, the process says its claim on
//! `goe-fleet/claim` and listens for six seconds, from the moment on at which it hears
//! itself: that others can be heard is known by that alone. Whoever holds one of these serial numbers
//! answers with its own claim, and the newcomer ends. Nobody coordinates and the broker
//! keeps nothing: who is gone does not answer, however it went.
//!
//! A claim that is held goes before one that only asks; of equals the earlier one stays.
//! Both know the rule, so that of two newcomers one ends, and one of two holders whose
//! network was in two parts. What on that topic is no claim is nobody's.
//!
//! `standing` has the claims and their rules, `line` the connection. Nothing here knows a
//! charger.

mod line;
mod standing;

pub(crate) use line::hold;
pub(crate) use standing::Claim;
