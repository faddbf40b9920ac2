//! Whether it is beyond doubt where a request ends.
//!
//! picoserve takes a request's length from one `Content-Length`, and reads any
//! other as none: what then is a body for the client, or for a proxy before the
//! device, would be run as the next request. So a request whose length is in any
//! doubt is refused, and nothing behind it is read. This file must never know a
//! route.

use picoserve::request::RequestParts;

use super::connection::Failure;

/// # Errors
/// What is wrong with the headers that frame the request.
pub(super) fn check(parts: &RequestParts<'_>) -> Result<(), Failure> {
    let (mut hosts, mut lengths) = (0, 0);
    for (name, value) in parts.headers() {
        if name == *"Host" {
            hosts += 1;
        } else if name == *"Transfer-Encoding" {
            return Err(Failure::TransferEncoding);
        } else if name == *"Content-Length" {
            lengths += 1;
            if !is_length(value.as_raw()) {
                return Err(Failure::ContentLength);
            }
        }
    }
    if lengths > 1 {
        return Err(Failure::ContentLength);
    }
    match (hosts, parts.http_version()) {
        (0, "HTTP/1.0") | (1, _) => Ok(()),
        _ => Err(Failure::Host),
    }
}

/// Digits alone, and few enough to be counted.
fn is_length(value: &[u8]) -> bool {
    let digits = core::str::from_utf8(value).ok();
    let digits = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.is_some_and(|text| text.parse::<usize>().is_ok())
}
