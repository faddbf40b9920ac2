//! How long a client of HTTP may take, in time that goes on when nobody has anything to do.

#![allow(clippy::unwrap_used, reason = "tests")]

mod pipe_support;

use goe_device::http::{
    self, Buffers, Call, Handler, NoStream, REQUEST_LINE_MAX, Reply, Site, Slots,
};
use goe_runtime::descriptor::Capacities;
use goe_runtime::device::{Device, Table};
use goe_runtime::{DocumentView, KeyIndex, KeySet, Lookup, Registry, WriteError};
use pipe_support::{Paused, Pipe};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep, timeout};

static REGISTRY: Registry = Registry {
    descriptors: &[],
    lookup: Lookup::SCAN,
    capacities: Capacities {
        document: 2,
        entry: 16,
        stored: 8,
        name: 8,
    },
};

/// A device without a key.
struct Nothing;

impl Table for Nothing {
    type Keys = KeySet<1>;

    fn registry(&self) -> &'static Registry {
        &REGISTRY
    }
}

impl Device for Nothing {
    fn with_document<R>(&self, read: impl FnOnce(DocumentView<'_>) -> R) -> R {
        read(DocumentView::new(&REGISTRY, b"{}", &[]))
    }

    fn set(&self, _: KeyIndex, _: &str) -> Result<(), WriteError> {
        Err(WriteError::UnknownKey)
    }
}

/// Tells how long the body was.
#[derive(Clone, Copy)]
struct Bodies;

impl Handler for Bodies {
    type Body = String;
    type Stream = NoStream;

    fn methods(&self, _: &str) -> Option<&'static str> {
        Some("POST")
    }

    fn answer(&self, call: Call<'_>) -> Reply<String> {
        Reply {
            status: 200,
            content_type: "text/plain",
            body: call.body.len().to_string(),
        }
    }
}

const BEGUN: &str = "POST /a HTTP/1.1\r\nHost: a.local\r\nContent-Length: 3\r\n\r\n";

/// Lets a client say these, each so many milliseconds behind the one before; gives what it was
/// answered, and how many milliseconds after its last word the connection was over.
fn ends_after(says: &[(u64, &str)]) -> (String, u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (here, there) = duplex(1024);
        let mut last = Instant::now();
        let talking = talk(here, says, &mut last);
        let both = async { tokio::join!(serve(there), talking).1 };
        let heard = timeout(Duration::from_secs(3_600), both).await;
        let heard = heard.expect("the connection ends");
        (heard, last.elapsed().as_millis() as u64)
    })
}

async fn talk(mut client: DuplexStream, says: &[(u64, &str)], last: &mut Instant) -> String {
    for (after_ms, text) in says {
        sleep(Duration::from_millis(*after_ms)).await;
        client.write_all(text.as_bytes()).await.unwrap();
        *last = Instant::now();
    }
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    heard
}

async fn serve(socket: DuplexStream) {
    let slots = Slots::<_, 2>::new(Paused::now());
    let (mut request, mut body) = (vec![0; REQUEST_LINE_MAX], vec![0; 512]);
    let mut transmit = vec![0; 256];
    let buffers = Buffers {
        request: &mut request,
        body: &mut body,
        transmit: &mut transmit,
    };
    let site = Site {
        routes: &[],
        names: &[],
        handler: Bodies,
        sockets: (),
    };
    let slot = slots.claim().await;
    http::serve(&Nothing, site, slot, Pipe::new(socket), buffers).await;
}

#[test]
fn a_request_has_five_seconds_from_its_first_byte() {
    assert_eq!(ends_after(&[(0, "POST /a HT")]), (String::new(), 5_000));
    assert_eq!(
        ends_after(&[(3_210, "POST /a HT")]),
        (String::new(), 5_000),
        "however long the client had thought"
    );
    assert_eq!(
        ends_after(&[(0, "POST /a HT"), (4_000, "TP/1.1\r\n")]),
        (String::new(), 1_000),
        "more of it is no new one"
    );
}

#[test]
fn a_body_is_a_part_of_its_request() {
    assert_eq!(ends_after(&[(0, BEGUN), (4_000, "ab")]).1, 1_000);
    let (heard, _) = ends_after(&[(0, BEGUN), (4_900, "abc")]);
    assert!(heard.ends_with("\r\n\r\n3"), "{heard}");
}

#[test]
fn what_comes_behind_a_request_is_a_request_begun() {
    for begun in [&BEGUN[..1], &BEGUN[..20], BEGUN, &format!("{BEGUN}ab")] {
        let (heard, after_ms) = ends_after(&[(0, &format!("{BEGUN}abc{begun}"))]);
        assert_eq!(heard.matches("200").count(), 1, "{begun}: {heard}");
        assert_eq!(after_ms, 5_000, "{begun}");
        let whole = format!("{BEGUN}abc");
        let (heard, after_ms) = ends_after(&[
            (0, &format!("{whole}{begun}")),
            (4_900, &whole[begun.len()..]),
        ]);
        assert_eq!(heard.matches("200").count(), 2, "{begun}: {heard}");
        assert_eq!(after_ms, 60_000, "{begun}: then the client thinks");
    }
}

#[test]
fn between_two_requests_there_is_a_minute() {
    assert_eq!(ends_after(&[]), (String::new(), 60_000));
    let whole = format!("{BEGUN}abc");
    let (heard, after_ms) = ends_after(&[(0, &whole), (59_000, &whole)]);
    assert_eq!(heard.matches("200").count(), 2, "{heard}");
    assert_eq!(after_ms, 60_000);
}
