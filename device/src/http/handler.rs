//! Further routes that a host serves beside those of the table.
//!
//! A program on a computer may have something to say that the device itself has
//! not: what surrounds a simulated one, or a page. It comes through the same door,
//! so the same rules hold for it: where a request ends is beyond doubt, a body is
//! bounded, and a page of somebody else changes nothing. It also hears of every request,
//! so that it can tell what is going on. A board without one has
//! `()`, of which nothing is left in its image. This file must never know what is
//! served.

/// The longest body of a request that a handler is given, in bytes.
pub const BODY_MAX: usize = 4096;

/// A program's own routes.
///
/// They are not the device's: it cannot switch them off, as it can its API.
pub trait Handler {
    /// The body of an answer.
    type Body: AsRef<[u8]>;

    /// An answer that goes on; [`NoStream`] of a handler that has none.
    type Stream: Stream;

    /// The methods that a path has, as `Allow` lists them; `None` of a path that is
    /// not the handler's. One with GET has HEAD, too.
    fn methods(&self, path: &str) -> Option<&'static str>;

    /// Answers a request for one of its paths by one of its methods. GET must change
    /// nothing, since whoever may reach the device may send it.
    fn answer(&self, call: Call<'_>) -> Reply<Self::Body>;

    /// Opens the stream that is at one of its paths instead of an answer to GET, if
    /// there is one.
    fn stream(&self, _path: &str) -> Option<Self::Stream> {
        None
    }

    /// Hears that a request has come, of whatever path.
    fn asked(&self) {}

    /// Hears that it was answered. Of a client, one request comes after the other.
    fn answered(&self, _exchange: Exchange<'_>) {}
}

/// An answer that goes on for as long as its client stays.
// One thread: no future here is ever sent to another.
#[allow(async_fn_in_trait)]
pub trait Stream {
    /// The type of what is sent.
    fn content_type(&self) -> &'static str;

    /// The bytes to be sent next, once there are some. A client that is gone is noticed
    /// when it is sent something.
    async fn next(&mut self) -> impl AsRef<[u8]>;
}

/// A request and the status that it was answered with.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'r> {
    /// The request's method.
    pub method: &'r str,
    /// Its path, as it was sent.
    pub path: &'r str,
    /// What stands behind the path and `?`, as it was sent. It may hold secrets.
    pub query: &'r str,
    /// The status of the answer; of a stream, which begins now, too.
    pub status: u16,
}

/// A request for a handler.
#[derive(Clone, Copy, Debug)]
pub struct Call<'r> {
    /// Its method; GET of a HEAD, whose answer goes out without its body.
    pub method: &'r str,
    /// Its path, as it was sent.
    pub path: &'r str,
    /// What stands behind the path and `?`, as it was sent; empty without it.
    pub query: &'r str,
    /// Its body; empty without one.
    pub body: &'r [u8],
}

/// A handler's answer.
#[derive(Clone, Copy, Debug)]
pub struct Reply<B> {
    /// The status code.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: B,
}

/// No further routes.
impl Handler for () {
    type Body = [u8; 0];
    type Stream = NoStream;

    fn methods(&self, _path: &str) -> Option<&'static str> {
        None
    }

    fn answer(&self, _call: Call<'_>) -> Reply<[u8; 0]> {
        NOT_FOUND
    }
}

/// For a path that is none.
const NOT_FOUND: Reply<[u8; 0]> = Reply {
    status: 404,
    content_type: super::body::TEXT,
    body: [],
};

/// No stream.
#[derive(Clone, Copy, Debug)]
pub enum NoStream {}

impl Stream for NoStream {
    fn content_type(&self) -> &'static str {
        match *self {}
    }

    #[expect(unreachable_code, reason = "there is none")]
    async fn next(&mut self) -> impl AsRef<[u8]> {
        match *self {}
        [0; 0]
    }
}

impl<H: Handler> Handler for &H {
    type Body = H::Body;
    type Stream = H::Stream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        H::methods(self, path)
    }

    fn answer(&self, call: Call<'_>) -> Reply<H::Body> {
        H::answer(self, call)
    }

    fn stream(&self, path: &str) -> Option<H::Stream> {
        H::stream(self, path)
    }

    fn asked(&self) {
        H::asked(self);
    }

    fn answered(&self, exchange: Exchange<'_>) {
        H::answered(self, exchange);
    }
}

/// Those of the handler, if there is one.
impl<H: Handler<Body: Default>> Handler for Option<H> {
    type Body = H::Body;
    type Stream = H::Stream;

    fn methods(&self, path: &str) -> Option<&'static str> {
        self.as_ref()?.methods(path)
    }

    fn answer(&self, call: Call<'_>) -> Reply<H::Body> {
        match self {
            Some(handler) => handler.answer(call),
            None => NOT_FOUND.map(|[]| H::Body::default()),
        }
    }

    fn stream(&self, path: &str) -> Option<H::Stream> {
        self.as_ref()?.stream(path)
    }

    fn asked(&self) {
        self.iter().for_each(H::asked);
    }

    fn answered(&self, exchange: Exchange<'_>) {
        self.iter().for_each(|handler| handler.answered(exchange));
    }
}

/// The routes of the first, and where it has none those of the second.
impl<A: Handler, B: Handler> Handler for (A, B) {
    type Body = Either<A::Body, B::Body>;
    type Stream = Either<A::Stream, B::Stream>;

    fn methods(&self, path: &str) -> Option<&'static str> {
        self.0.methods(path).or_else(|| self.1.methods(path))
    }

    fn answer(&self, call: Call<'_>) -> Reply<Self::Body> {
        match self.0.methods(call.path) {
            Some(_) => self.0.answer(call).map(Either::First),
            None => self.1.answer(call).map(Either::Second),
        }
    }

    fn stream(&self, path: &str) -> Option<Self::Stream> {
        match self.0.methods(path) {
            Some(_) => self.0.stream(path).map(Either::First),
            None => self.1.stream(path).map(Either::Second),
        }
    }

    fn asked(&self) {
        self.0.asked();
        self.1.asked();
    }

    fn answered(&self, exchange: Exchange<'_>) {
        self.0.answered(exchange);
        self.1.answered(exchange);
    }
}

/// What one of two handlers answers with.
#[derive(Clone, Copy, Debug)]
pub enum Either<A, B> {
    /// Of the first.
    First(A),
    /// Of the second.
    Second(B),
}

impl<A: AsRef<[u8]>, B: AsRef<[u8]>> AsRef<[u8]> for Either<A, B> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Either::First(body) => body.as_ref(),
            Either::Second(body) => body.as_ref(),
        }
    }
}

impl<A: Stream, B: Stream> Stream for Either<A, B> {
    fn content_type(&self) -> &'static str {
        match self {
            Either::First(stream) => stream.content_type(),
            Either::Second(stream) => stream.content_type(),
        }
    }

    async fn next(&mut self) -> impl AsRef<[u8]> {
        match self {
            Either::First(stream) => Either::First(stream.next().await),
            Either::Second(stream) => Either::Second(stream.next().await),
        }
    }
}

impl<B> Reply<B> {
    /// One of JSON.
    pub fn json(status: u16, body: B) -> Self {
        Reply {
            status,
            content_type: super::body::JSON,
            body,
        }
    }

    /// One of plain text.
    pub fn text(status: u16, body: B) -> Self {
        Reply {
            status,
            content_type: super::body::TEXT,
            body,
        }
    }

    fn map<C>(self, map: impl FnOnce(B) -> C) -> Reply<C> {
        let Reply {
            status,
            content_type,
            body,
        } = self;
        Reply {
            status,
            content_type,
            body: map(body),
        }
    }
}

/// Returns whether a method is one of a list as [`Handler::methods`] gives it.
pub(super) fn has(methods: &str, method: &str) -> bool {
    methods.split(", ").any(|one| one == method)
}
