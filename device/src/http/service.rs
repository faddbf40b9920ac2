//! Finds the route of a request and has it answered.

use core::cell::{Cell, RefCell};

use goe_runtime::device::Device;
use goe_runtime::http::{Action, Route, filter};
use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::{Path, Request, RequestParts};
use picoserve::response::chunked::ChunkedResponse;
use picoserve::response::{Connection, Response, ResponseWriter, StatusCode};
use picoserve::routing::PathRouterService;

use super::body::{Body, JSON, TEXT};
use super::connection::{Outcome, REQUEST_LINE_MAX};
use super::query::{decode, decoded, parameters};
use super::slots::Progress;
use super::{framing, origin, set, status};
use crate::clock::Clock;

/// What is served, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The generated `http::ROUTES`.
    pub routes: &'static [Route],
    /// Names under which the device may be set besides its addresses, names without
    /// a dot and names in `.local`: those that lead nowhere else.
    pub names: &'static [&'static str],
}

/// The routes of one connection.
pub(super) struct Service<'a, D, C> {
    device: &'a D,
    site: Site,
    progress: Progress<'a, C>,
    /// Where it is told that a request was refused as a whole.
    outcome: &'a Cell<Outcome>,
    /// Taken while a request is answered; requests come one by one.
    body: Cell<&'a mut [u8]>,
}

/// The task that follows from a request.
enum Task {
    Run(Action, &'static Route),
    /// The methods that the path has.
    WrongMethod(&'static str),
    /// Somebody else's page may be behind it.
    Foreign(&'static str),
    NotFound,
    LineTooLong,
    /// The device does not want to be reached this way.
    SwitchedOff,
}

const ANY_ORIGIN: (&str, &str) = ("Access-Control-Allow-Origin", "*");

impl<'a, D: Device, C: Clock> Service<'a, D, C> {
    pub(super) fn new(
        device: &'a D,
        site: Site,
        progress: Progress<'a, C>,
        outcome: &'a Cell<Outcome>,
        body: &'a mut [u8],
    ) -> Self {
        Service {
            device,
            site,
            progress,
            outcome,
            body: Cell::new(body),
        }
    }

    fn task(&self, parts: &RequestParts<'_>) -> Task {
        let path = parts.path().encoded();
        let query = parts.query().map_or(0, |query| query.0.len() + 1);
        let line = parts.method().len() + path.len() + query + parts.http_version().len() + 2;
        if line > REQUEST_LINE_MAX {
            return Task::LineTooLong;
        }
        let Some(route) = self.site.routes.iter().find(|route| route.path == path) else {
            return Task::NotFound;
        };
        if !self.device.serves_http() {
            return Task::SwitchedOff;
        }
        // HEAD is GET without the body.
        let method = match parts.method() {
            "HEAD" => "GET",
            method => method,
        };
        match self
            .site
            .routes
            .iter()
            .find(|r| r.path == path && r.method == method)
        {
            Some(route) if route.action == Action::Set && parts.method() != "HEAD" => {
                let headers = || parts.headers().iter();
                let headers = || headers().map(|(name, value)| (name.as_raw(), value.as_raw()));
                match origin::refusal(headers, self.site.names) {
                    Some(why) => Task::Foreign(why),
                    None => Task::Run(route.action, route),
                }
            }
            Some(route) => Task::Run(route.action, route),
            None if route.method == "GET" => Task::WrongMethod("GET, HEAD"),
            None => Task::WrongMethod(route.method),
        }
    }

    async fn status<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        route: &Route,
        parts: RequestParts<'_>,
        body: &mut [u8],
        connection: Connection<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let head = parts.method() == "HEAD";
        let query = parts.query().map_or("", |query| query.0);
        let filter = route.filter.and_then(|name| {
            let wanted = parameters(query).find(|wanted| decoded(wanted.name).eq(name.bytes()))?;
            let names = core::str::from_utf8(decode(wanted.value, body)?).ok()?;
            filter::<D::Keys>(self.device.registry(), names)
        });
        let copied = self
            .device
            .with_document(|document| status::copy(document, filter.as_ref(), body));
        let whole = match copied {
            Some(length) => Body::new(JSON, &body[..length], head),
            None if head => Body {
                content_type: JSON,
                length: self
                    .device
                    .with_document(|document| status::count(document, filter.as_ref())),
                bytes: None,
            },
            None => {
                let long = status::Long {
                    device: self.device,
                    filter,
                    buffer: body,
                };
                let answer = ChunkedResponse::new(long).into_response();
                return writer
                    .write_response(connection, answer.with_headers(ANY_ORIGIN))
                    .await;
            }
        };
        writer
            .write_response(connection, Response::ok(whole).with_headers(ANY_ORIGIN))
            .await
    }

    async fn set<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        parts: RequestParts<'_>,
        body: &mut [u8],
        connection: Connection<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        if parts.method() == "HEAD" {
            // It must not change anything, so there is nothing to tell either.
            let answer = Response::ok(Body::new(JSON, b"", true));
            return writer
                .write_response(connection, answer.with_headers(ANY_ORIGIN))
                .await;
        }
        let query = parts.query().map_or("", |query| query.0);
        let outcomes = set::apply(self.device, query, body);
        let status = if outcomes.all_accepted() {
            StatusCode::OK
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        let answer = set::Answer {
            outcomes: &outcomes,
            scratch: &RefCell::new(body),
            registry: self.device.registry(),
        };
        let answer = Response::new(status, answer).with_headers(ANY_ORIGIN);
        writer.write_response(connection, answer).await
    }

    async fn refuse<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        (status, text): (StatusCode, &'static str),
        allow: Option<&'static str>,
        head: bool,
        connection: Connection<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let body = Body::new(TEXT, text.as_bytes(), head);
        let answer = Response::new(status, body)
            .with_headers(ANY_ORIGIN)
            .with_headers(allow.map(|methods| ("Allow", methods)));
        writer.write_response(connection, answer).await
    }

    async fn answer<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        parts: RequestParts<'_>,
        body: &mut [u8],
        connection: Connection<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let head = parts.method() == "HEAD";
        let (refusal, allow) = match self.task(&parts) {
            Task::Run(Action::Status, route) => {
                return self.status(route, parts, body, connection, writer).await;
            }
            Task::Run(Action::Set, _) => return self.set(parts, body, connection, writer).await,
            Task::WrongMethod(methods) => (
                (StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n"),
                Some(methods),
            ),
            Task::Foreign(why) => ((StatusCode::FORBIDDEN, why), None),
            Task::NotFound => ((StatusCode::NOT_FOUND, "not found\n"), None),
            Task::SwitchedOff => (
                (StatusCode::NOT_FOUND, "the HTTP API is switched off\n"),
                None,
            ),
            Task::LineTooLong => ((StatusCode::URI_TOO_LONG, "request line too long\n"), None),
        };
        self.refuse(refusal, allow, head, connection, writer).await
    }
}

impl<D: Device, C: Clock> PathRouterService for Service<'_, D, C> {
    async fn call_path_router_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        _state: &(),
        _parameters: (),
        _path: Path<'_>,
        request: Request<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        self.progress.answering();
        if let Err(failure) = framing::check(&request.parts) {
            self.outcome.set(Outcome::Refused(failure));
            let connection = request.body_connection.finalize().await?;
            // It is not sent: an error of the socket is what ends a connection here.
            let nothing = (StatusCode::BAD_REQUEST, "");
            return self.refuse(nothing, None, false, connection, writer).await;
        }
        let connection = request.body_connection.finalize().await?;
        let body = self.body.take();
        let sent = self.answer(request.parts, body, connection, writer).await;
        self.body.set(body);
        self.progress.idle();
        sent
    }
}
