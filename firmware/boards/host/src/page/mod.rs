//! The page at `/`: what a person sees of the charger in a browser.
//!
//! It looks, and what it changes it changes as any client does, by `/api/set` and
//! `/garage`; so it must never have a way of its own to the charger. `files` has what the
//! browser is given, `updates` the one stream that keeps it up to date, `course` what was
//! measured in the last day, `marks` what happened meanwhile.

mod course;
pub(crate) mod files;
mod marks;
mod updates;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use goe_firmware::board::WallClock;
use goe_firmware::wallbox::Wallbox;
use goe_garage::Garage;
use goe_host::{Call, Handler, Reply, Traffic};
use goe_runtime::device::{Device, Logic};
use goe_scenario::Live;
use goe_sim::Sim;

use self::course::Course;
use self::marks::Marks;
use self::updates::Updates;

/// Where it is.
pub(crate) const PATH: &str = "/";

/// Where the stream is.
const STREAM: &str = "/page/stream";

/// Where the course is, and the same for a spreadsheet.
const COURSE: &str = "/page/course";
const CSV: &str = "/page/course.csv";

/// Where the usual day of the house is.
const DAY: &str = "/page/day";

/// All that it shows; a clone is the same.
pub(crate) struct Page<D> {
    /// As its clients see it.
    device: Rc<D>,
    garage: Garage,
    scenario: Option<Live>,
    traffic: Traffic,
    seen: Rc<RefCell<Seen>>,
}

/// What was seen of the charger.
#[derive(Default)]
struct Seen {
    now_ms: u64,
    utc_ms: Option<i64>,
    course: Course,
    marks: Marks,
}

impl Seen {
    /// The time of day when the charger started, as its clock has it now.
    fn utc_at_start_ms(&self) -> Option<i64> {
        Some(self.utc_ms?.saturating_sub_unsigned(self.now_ms))
    }
}

impl<D> Clone for Page<D> {
    fn clone(&self) -> Self {
        Page {
            device: self.device.clone(),
            garage: self.garage.clone(),
            scenario: self.scenario.clone(),
            traffic: self.traffic.clone(),
            seen: self.seen.clone(),
        }
    }
}

impl<D: Device> Page<D> {
    pub(crate) fn new(
        device: Rc<D>,
        garage: Garage,
        scenario: Option<Live>,
        traffic: Traffic,
    ) -> Self {
        Page {
            device,
            garage,
            scenario,
            traffic,
            seen: Rc::default(),
        }
    }

    /// Looks at the charger after a step of it.
    pub(crate) fn look(&self, wallbox: &Wallbox<Sim>, now_ms: u64) {
        let seen = &mut *self.seen.borrow_mut();
        let readings = wallbox.readings();
        seen.now_ms = now_ms;
        seen.utc_ms = wallbox.board().utc_ms();
        seen.course.take(now_ms, &readings);
        seen.marks.take(now_ms, &readings, &self.traffic);
    }
}

impl<D: Device> Handler for Page<D> {
    type Body = Cow<'static, [u8]>;
    type Stream = Updates<D>;

    fn methods(&self, path: &str) -> Option<&'static str> {
        match path {
            STREAM => Some("GET"),
            COURSE | CSV | DAY => Some("GET, HEAD"),
            _ => files::find(path).map(|_| "GET, HEAD"),
        }
    }

    fn answer(&self, call: Call<'_>) -> Reply<Cow<'static, [u8]>> {
        if let Some(file) = files::find(call.path) {
            return file.reply();
        }
        if call.path == DAY {
            return Reply::json(200, Cow::Owned(self.garage.day().into_bytes()));
        }
        let seen = self.seen.borrow();
        let course = &seen.course;
        let span = course::span(call.query);
        let (status, content_type, body) = match (span, call.path) {
            (Some(span), CSV) => (
                200,
                "text/csv; charset=utf-8",
                course.csv(span, seen.utc_at_start_ms()),
            ),
            (Some(span), _) => (200, "application/json", course.json(span)),
            (None, _) => (400, "text/plain; charset=utf-8", course::spans()),
        };
        Reply {
            status,
            content_type,
            body: Cow::Owned(body.into_bytes()),
        }
    }

    fn stream(&self, path: &str) -> Option<Updates<D>> {
        (path == STREAM).then(|| Updates::new(self.clone()))
    }
}
