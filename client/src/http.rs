//! The HTTP API: one request, one connection.
//!
//! A charger has few seats for clients, so that none is kept longer than an answer
//! takes. Everything is bounded: the wait, the answer, the length of a request.

use std::time::Duration;

use goe_api::client::JsonText;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;

use crate::address::Address;
use crate::error::Error;
use crate::setting::{Outcome, Setting};

/// Bytes of an answer; a whole status has some twenty thousand.
const ANSWER_MAX: usize = 1 << 20;

/// Bytes of a request's path, with room for the rest of the line in the 8 KB that
/// chargers take.
const PATH_MAX: usize = 8_000;

/// What a query has as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The HTTP API of a charger.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    address: Address,
    timeout: Duration,
}

impl Http {
    pub(crate) fn new(address: Address, timeout: Duration) -> Self {
        Http { address, timeout }
    }

    pub(crate) fn url(&self) -> String {
        self.address.to_string()
    }

    /// The object of these keys; all if there are none.
    pub(crate) async fn status(&self, keys: &[String]) -> Result<JsonText, Error> {
        let path = match keys {
            [] => "/api/status".to_owned(),
            keys => {
                let names: Vec<_> = keys.iter().map(|name| encode(name)).collect();
                format!("/api/status?filter={}", names.join(","))
            }
        };
        let (status, body) = self.get(&path).await?;
        match status {
            200 => self.object(&body),
            status => Err(self.http(status, "/api/status")),
        }
    }

    /// Sets these, in as few requests as they fit into. What became of those of earlier
    /// requests is told also when a later one fails: it is then the reason of the rest.
    pub(crate) async fn set(&self, settings: &[Setting]) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::new();
        let mut requests = requests(settings).into_iter();
        while let Some((path, settings)) = requests.next() {
            match self.set_by(&path).await {
                Ok(answered) => outcomes.extend(answered),
                Err(error) if outcomes.is_empty() => return Err(error),
                Err(error) => {
                    outcomes.extend(refused(settings, &error.to_string()));
                    let unsent = requests.flat_map(|(_, settings)| settings);
                    outcomes.extend(refused(
                        unsent,
                        "it was not sent, since one before it failed",
                    ));
                    break;
                }
            }
        }
        Ok(outcomes)
    }

    /// Does one request of a set.
    async fn set_by(&self, path: &str) -> Result<Vec<Outcome>, Error> {
        let (status, body) = self.get(path).await?;
        // A refusal of any is a 500 with the same object.
        let object = match status {
            200 => self.object(&body)?,
            500 => self.object(&body).map_err(|_| self.http(500, "/api/set"))?,
            status => return Err(self.http(status, "/api/set")),
        };
        let answers = object.members().into_iter().map(|(key, answer)| {
            let refusal = match answer.as_str() {
                "true" => None,
                _ => Some(answer.string().unwrap_or_else(|| answer.to_string())),
            };
            Outcome { key, refusal }
        });
        Ok(answers.collect())
    }

    fn http(&self, status: u16, path: &str) -> Error {
        Error::Http {
            address: format!("{}{path}", self.address),
            status,
        }
    }

    fn object(&self, body: &[u8]) -> Result<JsonText, Error> {
        let text = std::str::from_utf8(body).ok();
        let json = text.and_then(|text| JsonText::new(text).ok());
        json.filter(|json| json.starts_with('{'))
            .ok_or_else(|| Error::Protocol {
                address: self.address.to_string(),
                what: format!("{} bytes that are no object of JSON", body.len()),
            })
    }

    async fn get(&self, path: &str) -> Result<(u16, Bytes), Error> {
        let answer = tokio::time::timeout(self.timeout, self.exchange(path));
        answer.await.unwrap_or_else(|_| {
            Err(Error::Timeout {
                address: self.address.to_string(),
                after: self.timeout,
            })
        })
    }

    async fn exchange(&self, path: &str) -> Result<(u16, Bytes), Error> {
        let address = || self.address.to_string();
        let interrupted = |reason: String| Error::Interrupted {
            address: address(),
            reason,
        };
        let stream = TcpStream::connect(self.address.socket()).await;
        let stream = stream.map_err(|error| Error::Unreachable {
            address: address(),
            reason: error.to_string(),
        })?;
        let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.map_err(|error| interrupted(error.to_string()))?;
        let request = Request::get(path)
            .header("Host", self.address.authority())
            .header("Connection", "close")
            .body(Empty::<Bytes>::new());
        let request = request.map_err(|error| Error::Address {
            text: address(),
            reason: error.to_string(),
        })?;
        let answer = async {
            let answer = sender.send_request(request).await;
            let answer = answer.map_err(|error| interrupted(error.to_string()))?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), ANSWER_MAX).collect().await;
            let body = body.map_err(|error| interrupted(error.to_string()))?;
            Ok((status, body.to_bytes()))
        };
        // The connection does its part for as long as the answer takes.
        tokio::pin!(answer, connection);
        let mut is_open = true;
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                _ = &mut connection, if is_open => is_open = false,
            }
        }
    }
}

/// The requests of a set, with their settings: each as long as a charger takes them, or
/// one setting long.
fn requests(settings: &[Setting]) -> Vec<(String, Vec<&Setting>)> {
    let mut requests: Vec<(String, Vec<&Setting>)> = Vec::new();
    for setting in settings {
        let part = format!("{}={}", encode(&setting.key), encode(&setting.json));
        match requests.last_mut() {
            Some((path, settings)) if path.len() + 1 + part.len() <= PATH_MAX => {
                path.push('&');
                path.push_str(&part);
                settings.push(setting);
            }
            _ => requests.push((format!("/api/set?{part}"), vec![setting])),
        }
    }
    requests
}

/// That these were not taken, for this reason.
fn refused<'s>(
    settings: impl IntoIterator<Item = &'s Setting>,
    reason: &str,
) -> impl Iterator<Item = Outcome> {
    settings.into_iter().map(move |setting| Outcome {
        key: setting.key.clone(),
        refusal: Some(reason.to_owned()),
    })
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::setting::conclude;

    fn setting(key: &str, json: &str) -> Setting {
        Setting::new(key, json).expect("JSON")
    }

    #[test]
    fn a_long_set_is_several_requests() {
        let all = [
            setting("amp", "16"),
            setting("fna", r#""a&b=c +""#),
            setting("x", &format!("\"{}\"", "y".repeat(7_990))),
            setting("dwo", "null"),
        ];
        let requests = requests(&all);
        let keys = |at: usize| -> Vec<_> { requests[at].1.iter().map(|s| s.key()).collect() };
        assert_eq!(requests[0].0, "/api/set?amp=16&fna=%22a%26b%3Dc%20%2B%22");
        assert_eq!((requests.len(), keys(0)), (3, vec!["amp", "fna"]));
        assert_eq!(requests[2].0, "/api/set?dwo=null");
    }

    /// What holds must not be told to have failed.
    #[tokio::test]
    async fn what_was_taken_before_a_failure_is_told() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("binds");
        let address = listener.local_addr().expect("bound").to_string();
        let answers = [
            ("200 OK", r#"{"amp":true,"lmo":"no"}"#),
            ("414 URI Too Long", ""),
        ];
        let played = async {
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().await.expect("a client");
                let mut asked = Vec::new();
                while !asked.ends_with(b"\r\n\r\n") {
                    asked.push(stream.read_u8().await.expect("a request"));
                }
                let length = body.len();
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
                let written = stream.write_all(answer.as_bytes()).await;
                written.expect("writes");
            }
        };
        let address = Address::parse(&address).expect("an address");
        let http = Http::new(address, Duration::from_secs(10));
        let all = [
            setting("amp", "16"),
            setting("lmo", "9"),
            setting("x", &format!("\"{}\"", "y".repeat(7_990))),
            setting("dwo", "null"),
        ];
        let (told, ()) = tokio::join!(http.set(&all), played);
        let told = conclude(&all, told.expect("a part is known"));
        let Err(Error::Refused(told)) = told else {
            panic!("{told:?}")
        };
        assert_eq!(told.accepted, ["amp"]);
        let refused = told.refused.iter();
        let [lmo, long, unsent] = refused.collect::<Vec<_>>()[..] else {
            panic!("{told:?}")
        };
        assert_eq!((lmo.key.as_str(), lmo.reason.as_str()), ("lmo", "no"));
        assert!(
            long.key == "x" && long.reason.contains("HTTP 414"),
            "{long:?}"
        );
        assert!(
            unsent.key == "dwo" && unsent.reason.contains("was not sent"),
            "{unsent:?}"
        );
    }
}
