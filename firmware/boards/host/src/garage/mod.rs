//! The deeds of a person in the garage: to unplug the car, hold a card to the
//! reader, break something.
//!
//! It is done to the simulator, at an address of its own, and never to the
//! charger: what follows is the firmware's own doing. Real chargers have nothing
//! like it.

mod deeds;
mod page;

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use goe_firmware::wallbox::Wallbox;
use goe_host::{Shutdown, accept, origin};
use goe_runtime::device::DeviceCell;
use goe_sim::Sim;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use self::deeds::Deed;

/// All that can be acted on.
#[derive(Clone)]
pub(crate) struct Garage {
    pub(crate) wallbox: Rc<DeviceCell<Wallbox<Sim>>>,
    /// Writing to flash fails.
    pub(crate) flash_fails: Rc<Cell<bool>>,
    /// Names under which it may be acted on, too: those of `--allow-host`.
    pub(crate) names: &'static [&'static str],
}

/// Answers until it is time to stop.
pub(crate) async fn serve(garage: Garage, listener: TcpListener, shutdown: Shutdown) {
    let mut stop = std::pin::pin!(shutdown.wait());
    loop {
        let stream = tokio::select! {
            stream = accept(&listener) => stream,
            () = &mut stop => return,
        };
        let garage = garage.clone();
        spawn_local(async move {
            let answer = hyper::service::service_fn(async |request| garage.answer(&request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
            if let Err(error) = connection {
                tracing::debug!("garage: client went away: {error}");
            }
        });
    }
}

impl Garage {
    fn answer(&self, request: &Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
        const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
        let query = request.uri().query().unwrap_or_default();
        let (status, kind, body) = match (request.method(), request.uri().path()) {
            (&Method::GET, "/") if query.is_empty() => (StatusCode::OK, HTML, page::page()),
            (&Method::GET, "/") => match self.refusal(request) {
                Some(why) => (StatusCode::FORBIDDEN, TEXT, why.to_owned()),
                None => match self.act(query) {
                    Ok(done) => (StatusCode::OK, TEXT, done),
                    Err(why) => (StatusCode::BAD_REQUEST, TEXT, why),
                },
            },
            (_, "/") => {
                let why = "only GET is answered here\n".to_owned();
                (StatusCode::METHOD_NOT_ALLOWED, TEXT, why)
            }
            _ => {
                let why = format!("everything is at /\n{}", deeds::help());
                (StatusCode::NOT_FOUND, TEXT, why)
            }
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// The page of somebody else must not unplug the car either.
    fn refusal(&self, request: &Request<Incoming>) -> Option<&'static str> {
        let headers = || {
            let headers = request.headers().iter();
            headers.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
        };
        origin::refusal(headers, self.names)
    }

    /// Does everything the query says, in its order, or nothing of it.
    fn act(&self, query: &str) -> Result<String, String> {
        let mut deeds = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let deed = deeds::parse(&name, &value)?;
            deeds.push((format!("{name}={value}"), deed));
        }
        let mut done = String::new();
        for (said, deed) in deeds {
            // A card opens the charger to whoever knows it.
            match deed {
                Deed::Card(_) => tracing::info!("garage: a card is held to the reader"),
                _ => tracing::info!("garage: {said}"),
            }
            match deed {
                Deed::FlashFails(fails) => self.flash_fails.set(fails),
                deed => self
                    .wallbox
                    .act(|wallbox| deed.carry_out(wallbox.hardware())),
            }
            done.push_str(&said);
            done.push('\n');
        }
        Ok(done)
    }
}
