//! Further routes that a host serves beside those of the table.
//!
//! A program on a computer may have something to say that the device itself has
//! not: what surrounds a simulated one, or a page. It comes through the same door,
//! so the same rules hold for it: where a request ends is beyond doubt, a body is
//! bounded, and a page of somebody else changes nothing. A board without one has
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

    /// The methods that a path has, as `Allow` lists them; `None` of a path that is
    /// not the handler's. One with GET has HEAD, too.
    fn methods(&self, path: &str) -> Option<&'static str>;

    /// Answers a request for one of its paths by one of its methods. GET must change
    /// nothing, since whoever may reach the device may send it.
    fn answer(&self, call: Call<'_>) -> Reply<Self::Body>;
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

    fn methods(&self, _path: &str) -> Option<&'static str> {
        None
    }

    fn answer(&self, _call: Call<'_>) -> Reply<[u8; 0]> {
        Reply {
            status: 404,
            content_type: super::body::TEXT,
            body: [],
        }
    }
}

impl<H: Handler> Handler for &H {
    type Body = H::Body;

    fn methods(&self, path: &str) -> Option<&'static str> {
        H::methods(self, path)
    }

    fn answer(&self, call: Call<'_>) -> Reply<H::Body> {
        H::answer(self, call)
    }
}

/// The routes of the first, and where it has none those of the second.
impl<A: Handler, B: Handler> Handler for (A, B) {
    type Body = Either<A::Body, B::Body>;

    fn methods(&self, path: &str) -> Option<&'static str> {
        self.0.methods(path).or_else(|| self.1.methods(path))
    }

    fn answer(&self, call: Call<'_>) -> Reply<Self::Body> {
        match self.0.methods(call.path) {
            Some(_) => self.0.answer(call).map(Either::First),
            None => self.1.answer(call).map(Either::Second),
        }
    }
}

/// The body of one of two handlers.
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

impl<B> Reply<B> {
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
