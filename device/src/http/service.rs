//! Finds the route of a request and has it answered.

use core::cell::{Cell, RefCell};

use goe_runtime::device::{Device, Table};
use goe_runtime::http::{Action, Route, filter};
use picoserve::ResponseSent;
use picoserve::extract::FromRequest;
use picoserve::io::{Read, Write};
use picoserve::request::{Path, Request, RequestParts};
use picoserve::response::chunked::{ChunkWriter, ChunkedResponse, Chunks, ChunksWritten};
use picoserve::response::ws::WebSocketUpgrade;
use picoserve::response::{IntoResponse, Response, ResponseWriter, StatusCode};
use picoserve::routing::PathRouterService;

use super::body::{Body, Bytes, JSON, TEXT};
use super::connection::{Outcome, REQUEST_LINE_MAX};
use super::devices::Devices;
use super::handler::{self, BODY_MAX, Call, Exchange, Handler, Reply, Stream};
use super::query::{decode, parameter};
use super::sockets::{Sockets, Talk};
use super::{framing, origin, set, status};
use crate::clock::Clock;
use crate::slots::{Lasting, Progress};

/// What is served, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Site<H = (), S = ()> {
    /// The generated `http::ROUTES`.
    pub routes: &'static [Route],
    /// Names under which the device may be set besides its addresses, names without
    /// a dot and names in `.local`: those that lead nowhere else.
    pub names: &'static [&'static str],
    /// Further routes, which go before those of the table.
    pub handler: H,
    /// Who talks on the WebSocket of the table; `()` where nobody does.
    pub sockets: S,
}

/// The routes of one connection.
pub(super) struct Service<'a, D, H, S, C> {
    devices: &'a D,
    site: Site<H, S>,
    progress: Progress<'a, C>,
    /// Where it is told that a request was refused as a whole.
    outcome: &'a Cell<Outcome>,
    /// The status of the answer; OK until it turns out to be another.
    status: Cell<StatusCode>,
    /// Taken while a request is answered; requests come one by one.
    body: Cell<&'a mut [u8]>,
}

/// The task that follows from a request.
enum Task<'a, B, S, D: Device> {
    Run(Action, &'static Route, &'a D),
    /// It is for the handler, once there is the body.
    Handle,
    /// The handler has answered.
    Reply(Reply<B>),
    /// The handler's answer goes on.
    Stream(S),
    /// So much of the buffer is the status.
    Copied(usize),
    /// The status would be so long, which is all that is asked for.
    Counted(usize),
    /// The status, or these keys of it, is longer than the buffer.
    Long(&'a D, Option<D::Keys>),
    /// A WebSocket is asked for.
    Socket(&'a D),
    /// It is opened.
    Upgrade(&'a D, WebSocketUpgrade),
    /// The handler cannot be given the body, or its stream has no slot.
    Refused(Refusal),
    /// The methods that the path has.
    WrongMethod(&'static str),
    /// Somebody else's page may be behind it.
    Foreign(&'static str),
    NotFound,
    LineTooLong,
    /// The device does not want to be reached this way.
    SwitchedOff,
}

type TaskOf<'a, H, D> =
    Task<'a, <H as Handler>::Body, <H as Handler>::Stream, <D as Devices>::Device>;

/// A status, and the text that says why.
type Refusal = (StatusCode, &'static str);

const ANY_ORIGIN: (&str, &str) = ("Access-Control-Allow-Origin", "*");

impl<'a, D: Devices, H: Handler, S: Sockets<D::Device>, C: Clock> Service<'a, D, H, S, C> {
    pub(super) fn new(
        devices: &'a D,
        site: Site<H, S>,
        progress: Progress<'a, C>,
        outcome: &'a Cell<Outcome>,
        body: &'a mut [u8],
    ) -> Self {
        Service {
            devices,
            site,
            progress,
            outcome,
            status: Cell::new(StatusCode::OK),
            body: Cell::new(body),
        }
    }

    fn task(&self, parts: &RequestParts<'_>) -> TaskOf<'a, H, D> {
        let path = parts.path().encoded();
        let query = parts.query().map_or(0, |query| query.0.len() + 1);
        let line = parts.method().len() + path.len() + query + parts.http_version().len() + 2;
        if line > REQUEST_LINE_MAX {
            return Task::LineTooLong;
        }
        if let Some(methods) = self.site.handler.methods(path) {
            return match parts.method() {
                method if !handler::has(methods, method) => Task::WrongMethod(methods),
                "GET" => match self.site.handler.stream(path) {
                    Some(stream) => Task::Stream(stream),
                    None => Task::Handle,
                },
                "HEAD" => Task::Handle,
                _ => self.unless_foreign(parts, Task::Handle),
            };
        }
        let Some((device, path)) = self.devices.at(path) else {
            return Task::NotFound;
        };
        let is_served = |route: &&Route| {
            route.path == path && (route.action != Action::Socket || self.site.sockets.are_there())
        };
        let Some(route) = self.site.routes.iter().find(is_served) else {
            return Task::NotFound;
        };
        // It has a password of its own, and is no part of the API that is switched off.
        if route.action == Action::Socket {
            return match parts.method() {
                "GET" => self.unless_foreign(parts, Task::Socket(device)),
                _ => Task::WrongMethod("GET"),
            };
        }
        if !device.serves_http() {
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
                self.unless_foreign(parts, Task::Run(route.action, route, device))
            }
            Some(route) => Task::Run(route.action, route, device),
            None if route.method == "GET" => Task::WrongMethod("GET, HEAD"),
            None => Task::WrongMethod(route.method),
        }
    }

    /// What changes something is not done for the page of somebody else.
    fn unless_foreign(&self, parts: &RequestParts<'_>, task: TaskOf<'a, H, D>) -> TaskOf<'a, H, D> {
        let headers = || parts.headers().iter();
        let headers = || headers().map(|(name, value)| (name.as_raw(), value.as_raw()));
        origin::refusal(headers, self.site.names).map_or(task, Task::Foreign)
    }

    /// Copies the status, or what the query picks of it, if there is room.
    fn status(
        &self,
        device: &'a D::Device,
        route: &Route,
        parts: &RequestParts<'_>,
        body: &mut [u8],
    ) -> TaskOf<'a, H, D> {
        let query = parts.query().map_or("", |query| query.0);
        let filter = route.filter.and_then(|name| {
            let names = decode(parameter(query, name)?, body)?;
            let names = core::str::from_utf8(names).ok()?;
            filter::<<D::Device as Table>::Keys>(self.devices.registry(), names)
        });
        device.with_document(
            |document| match status::copy(document, filter.as_ref(), body) {
                Some(length) => Task::Copied(length),
                None if parts.method() == "HEAD" => {
                    Task::Counted(status::count(document, filter.as_ref()))
                }
                None => Task::Long(device, filter),
            },
        )
    }

    /// Has the handler answer, once the whole body is there; otherwise gives why it
    /// is not.
    async fn handle<R: Read>(
        &self,
        request: &mut Request<'_, R>,
    ) -> Result<Reply<H::Body>, Refusal> {
        let body = request.body_connection.body();
        if body.content_length() > BODY_MAX || !body.entire_body_fits_into_buffer() {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "the body is too long\n"));
        }
        let not_whole = (StatusCode::BAD_REQUEST, "the body did not come whole\n");
        let body = body.read_all().await.map_err(|_| not_whole)?;
        Ok(self.site.handler.answer(Call {
            method: match request.parts.method() {
                "HEAD" => "GET",
                method => method,
            },
            path: request.parts.path().encoded(),
            query: request.parts.query().map_or("", |query| query.0),
            body,
        }))
    }

    /// What is answered to a task that is over at once, and the methods that the path has
    /// if it was asked with another. Whoever asks keeps the outcomes.
    fn told<'b>(
        &self,
        task: &'b TaskOf<'a, H, D>,
        parts: &RequestParts<'b>,
        body: &'b mut [u8],
        outcomes: &'b mut Option<set::Outcomes<'b>>,
    ) -> (StatusCode, Body<'b>, Option<&'static str>) {
        let head = parts.method() == "HEAD";
        let ok = |bytes| (StatusCode::OK, Body::Bytes(bytes), None);
        let ((status, text), allow) = match task {
            Task::Reply(reply) => {
                let status = StatusCode::new(reply.status);
                let bytes = Bytes::new(reply.content_type, reply.body.as_ref(), head);
                return (status, Body::Bytes(bytes), None);
            }
            Task::Copied(length) => return ok(Bytes::new(JSON, &body[..*length], head)),
            Task::Counted(length) => {
                return ok(Bytes {
                    content_type: JSON,
                    length: *length,
                    bytes: None,
                });
            }
            // It must not change anything, so there is nothing to tell either.
            Task::Run(Action::Set, ..) if head => return ok(Bytes::new(JSON, b"", true)),
            Task::Run(Action::Set, _, device) => {
                let query = parts.query().map_or("", |query| query.0);
                let outcomes = outcomes.insert(set::apply(*device, query, body));
                let status = match outcomes.all_accepted() {
                    true => StatusCode::OK,
                    false => StatusCode::INTERNAL_SERVER_ERROR,
                };
                let answer = set::Answer {
                    outcomes,
                    scratch: RefCell::new(body),
                    registry: self.devices.registry(),
                };
                return (status, Body::Outcomes(answer), None);
            }
            // They are answered before, unless nobody read the body.
            Task::Handle
            | Task::Socket(_)
            | Task::Upgrade(..)
            | Task::Stream(_)
            | Task::Long(..)
            | Task::Run(Action::Status | Action::Socket, ..) => {
                ((StatusCode::INTERNAL_SERVER_ERROR, ""), None)
            }
            Task::Refused(refusal) => (*refusal, None),
            Task::WrongMethod(methods) => (
                (StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n"),
                Some(*methods),
            ),
            Task::Foreign(why) => ((StatusCode::FORBIDDEN, *why), None),
            Task::NotFound => ((StatusCode::NOT_FOUND, "not found\n"), None),
            Task::SwitchedOff => (
                (StatusCode::NOT_FOUND, "the HTTP API is switched off\n"),
                None,
            ),
            Task::LineTooLong => ((StatusCode::URI_TOO_LONG, "request line too long\n"), None),
        };
        let bytes = Bytes::new(TEXT, text.as_bytes(), head);
        (status, Body::Bytes(bytes), allow)
    }
}

impl<D, H, S, C> PathRouterService for Service<'_, D, H, S, C>
where
    D: Devices,
    H: Handler,
    S: Sockets<D::Device>,
    C: Clock,
{
    // An asynchronous function would keep the request twice.
    fn call_path_router_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        _state: &(),
        _parameters: (),
        _path: Path<'_>,
        mut request: Request<'_, R>,
        writer: W,
    ) -> impl Future<Output = Result<ResponseSent, W::Error>> {
        self.site.handler.asked();
        self.status.set(StatusCode::OK);
        async move {
            let doubt = framing::check(&request.parts).err();
            let mut task = match doubt {
                None => self.task(&request.parts),
                Some(failure) => {
                    self.outcome.set(Outcome::Refused(failure));
                    // It is not sent: an error of the socket is what ends a connection here.
                    Task::Refused((StatusCode::BAD_REQUEST, ""))
                }
            };
            if let Task::Handle = task {
                task = match self.handle(&mut request).await {
                    Ok(reply) => Task::Reply(reply),
                    Err(refusal) => Task::Refused(refusal),
                };
            }
            if let Task::Socket(device) = task {
                let body = request.body_connection.body();
                let asked = WebSocketUpgrade::from_request(&(), request.parts, body);
                let text = "this is a WebSocket, to be opened by a client of such\n";
                task = match asked.await {
                    Ok(upgrade) => Task::Upgrade(device, upgrade),
                    Err(_) => Task::Refused((StatusCode::BAD_REQUEST, text)),
                };
            }
            let lasts = match task {
                Task::Stream(_) => Some(Lasting::Stream),
                Task::Upgrade(..) => Some(Lasting::Socket),
                _ => None,
            };
            if lasts.is_some_and(|what| !self.progress.lasts(what)) {
                let text = "as many of this kind are open as there may be\n";
                task = Task::Refused((StatusCode::SERVICE_UNAVAILABLE, text));
            }
            let connection = request.body_connection.finalize().await?;
            self.progress.answering();
            let (parts, body) = (&request.parts, self.body.take());
            let answered = || {
                self.site.handler.answered(Exchange {
                    method: parts.method(),
                    path: parts.path().encoded(),
                    query: parts.query().map_or("", |query| query.0),
                    status: self.status.get().as_u16(),
                });
            };
            if let Task::Run(Action::Status, route, device) = task {
                task = self.status(device, route, parts, body);
            }
            let lasts = self.progress.is_lasting();
            if let Task::Upgrade(..) = task {
                self.status.set(StatusCode::SWITCHING_PROTOCOLS);
            }
            if lasts {
                answered();
            }
            let sent = match task {
                Task::Upgrade(device, upgrade) => {
                    let upgraded = upgrade.on_upgrade(Talk {
                        sockets: self.site.sockets,
                        device,
                        clock: self.progress.clock(),
                        buffer: &mut *body,
                    });
                    upgraded.write_to(connection, writer).await
                }
                Task::Stream(stream) => {
                    let answer = ChunkedResponse::new(Endless(stream)).into_response();
                    let answer = answer.with_headers(ANY_ORIGIN);
                    writer.write_response(connection, answer).await
                }
                Task::Long(device, filter) => {
                    let long = status::Long {
                        device,
                        filter,
                        buffer: &mut *body,
                    };
                    let answer = ChunkedResponse::new(long).into_response();
                    let answer = answer.with_headers(ANY_ORIGIN);
                    writer.write_response(connection, answer).await
                }
                ref task => {
                    let outcomes = &mut None;
                    let (status, body, allow) = self.told(task, parts, &mut *body, outcomes);
                    self.status.set(status);
                    let allow = allow.map(|methods| ("Allow", methods));
                    let answer = Response::new(status, &body).with_headers(ANY_ORIGIN);
                    let answer = answer.with_headers(allow);
                    writer.write_response(connection, answer).await
                }
            };
            if doubt.is_some() {
                return sent;
            }
            if !lasts {
                answered();
            }
            self.body.set(body);
            self.progress.idle();
            sent
        }
    }
}

/// A stream as picoserve sends it: until the client is gone.
struct Endless<S>(S);

impl<S: Stream> Chunks for Endless<S> {
    fn content_type(&self) -> &'static str {
        self.0.content_type()
    }

    async fn write_chunks<W: Write>(
        mut self,
        mut writer: ChunkWriter<W>,
    ) -> Result<ChunksWritten, W::Error> {
        loop {
            let bytes = self.0.next().await;
            writer.write_chunk(bytes.as_ref()).await?;
            writer.flush().await?;
        }
    }
}
