//! The device that a path leads to.
//!
//! A program may serve many devices of one table behind one address, each below a path of
//! its own. Which one a request is for is decided here and nowhere else, so that all of
//! HTTP is the same for each of them. A device alone is itself at every path, of which
//! nothing is left in a board's image. This file must never know how devices are told
//! apart.

use goe_runtime::Registry;
use goe_runtime::device::Device;

/// The devices behind one address. All of them have one table.
pub trait Devices {
    /// One of them.
    type Device: Device;

    /// All of their keys: the constant of the generated crate.
    fn registry(&self) -> &'static Registry;

    /// The device that a path leads to, and what is left of the path for its routes;
    /// `None` when it leads to none of them.
    fn at<'p>(&self, path: &'p str) -> Option<(&Self::Device, &'p str)>;
}

/// One device alone has all paths.
impl<D: Device> Devices for D {
    type Device = D;

    fn registry(&self) -> &'static Registry {
        goe_runtime::device::Table::registry(self)
    }

    fn at<'p>(&self, path: &'p str) -> Option<(&D, &'p str)> {
        Some((self, path))
    }
}
