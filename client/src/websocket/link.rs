//! The task that keeps a session for as long as somebody wants something of the charger.
//!
//! It connects when it is first asked, serves what it is asked and tells the feeds what
//! changes. A connection that ends while somebody watches is opened again, later each
//! time; what changed meanwhile is then told. One that nobody wants is closed after a
//! while, since a charger has few seats.

use std::time::Duration;

use goe_api::client::{JsonText, Members, Status};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::message::Message;
use super::session::{Door, Session, learn};
use crate::address::Address;
use crate::backoff::Backoff;
use crate::changes::Feed;
use crate::error::Error;
use crate::options::Secret;
use crate::setting::{Outcome, Setting};

/// Requests that wait for the task, at most; the next ones wait where they are made.
const WAITING_MAX: usize = 32;

/// How long it waits for nothing to happen.
#[derive(Clone, Copy)]
struct Patience {
    /// A connection that nobody wants stays so long.
    idle: Duration,
    /// Without a word for so long a charger is asked for a sign of life, and twice that
    /// is the end.
    silence: Duration,
}

const PATIENCE: Patience = Patience {
    idle: Duration::from_secs(10),
    silence: Duration::from_secs(20),
};

/// The session of a charger, as others ask for it.
#[derive(Debug)]
pub(crate) struct Link {
    requests: mpsc::Sender<Request>,
}

/// What somebody wants.
enum Request {
    Ask(Question),
    Watch(Feed),
}

/// What has an answer.
enum Question {
    Status(Answer<Status>),
    Set(Vec<Setting>, Answer<Vec<Outcome>>),
}

type Answer<T> = oneshot::Sender<Result<T, Error>>;

impl Link {
    /// Begins the task; it ends when nobody has the link nor watches any more. It must
    /// be called within tokio.
    pub(crate) fn new(address: Address, timeout: Duration, password: Secret) -> Self {
        Self::begin(Door::new(address, timeout, password), PATIENCE)
    }

    fn begin(door: Door, patience: Patience) -> Self {
        let (requests, waiting) = mpsc::channel(WAITING_MAX);
        let task = Task {
            door,
            patience,
            requests: Some(waiting),
            feeds: Vec::new(),
            asked: Vec::new(),
        };
        tokio::spawn(task.run());
        Link { requests }
    }

    /// All that the charger says.
    pub(crate) async fn status(&self) -> Result<Status, Error> {
        self.ask(Question::Status).await
    }

    /// Sets these, and says what became of each.
    pub(crate) async fn set(&self, settings: Vec<Setting>) -> Result<Vec<Outcome>, Error> {
        self.ask(|answer| Question::Set(settings, answer)).await
    }

    async fn ask<T>(&self, question: impl FnOnce(Answer<T>) -> Question) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        // Where the task is gone the answer is, too.
        let _ = self.requests.send(Request::Ask(question(answer))).await;
        answered.await.unwrap_or_else(|_| {
            Err(Error::Interrupted {
                address: "the charger".to_owned(),
                reason: "the program's own runtime ended".to_owned(),
            })
        })
    }

    /// Tells this feed what changes.
    pub(crate) fn watch(&self, feed: Feed) {
        let requests = self.requests.clone();
        // It may have to wait until the task has time.
        tokio::spawn(async move {
            let _ = requests.send(Request::Watch(feed)).await;
        });
    }
}

struct Task {
    door: Door,
    patience: Patience,
    /// Nothing once nobody has the link any more.
    requests: Option<mpsc::Receiver<Request>>,
    feeds: Vec<Feed>,
    /// What was asked while there was no connection.
    asked: Vec<Question>,
}

/// A set on its way.
struct Pending {
    sent: Vec<Sent>,
    answer: Answer<Vec<Outcome>>,
    deadline: Instant,
}

/// A setting on its way.
struct Sent {
    /// The number of the request.
    number: u64,
    key: String,
    /// Nothing before the response.
    outcome: Option<Outcome>,
}

impl Task {
    async fn run(mut self) {
        let mut backoff = Backoff::default();
        while self.is_wanted().await {
            let served = match self.door.open().await {
                Ok((session, status)) => {
                    backoff = Backoff::default();
                    self.serve(session, status).await
                }
                Err(error) => Err(error),
            };
            let Err(error) = served else { continue };
            self.fail(&error);
            if !self.feeds.is_empty() && self.asked.is_empty() {
                tokio::select! {
                    () = sleep_until(Instant::now() + backoff.next()) => {}
                    // Whoever asks is not kept waiting.
                    request = next(&mut self.requests) => self.take(request),
                }
            }
        }
    }

    /// Waits until somebody wants something; `false` when nobody ever will.
    async fn is_wanted(&mut self) -> bool {
        self.feeds.retain(|feed| !feed.is_over());
        while self.feeds.is_empty() && self.asked.is_empty() {
            if self.requests.is_none() {
                return false;
            }
            let request = next(&mut self.requests).await;
            self.take(request);
        }
        true
    }

    fn take(&mut self, request: Option<Request>) {
        match request {
            None => self.requests = None,
            Some(Request::Watch(feed)) => self.feeds.push(feed),
            Some(Request::Ask(question)) => self.asked.push(question),
        }
    }

    /// There is no connection: those who asked are told, and those who watch.
    fn fail(&mut self, error: &Error) {
        for question in self.asked.drain(..) {
            // Whoever asked may have gone.
            match question {
                Question::Status(answer) => drop(answer.send(Err(error.clone()))),
                Question::Set(_, answer) => drop(answer.send(Err(error.clone()))),
            }
        }
        for feed in &self.feeds {
            match error.is_passing() {
                true => feed.away(error),
                false => feed.end(error),
            }
        }
        self.feeds.retain(|feed| !feed.is_over());
    }

    /// Serves until the connection ends, or nobody wants it any more.
    async fn serve(&mut self, mut session: Session, mut status: Status) -> Result<(), Error> {
        let mut sets: Vec<Pending> = Vec::new();
        let served = self.exchange(&mut session, &mut status, &mut sets).await;
        session.close().await;
        if let Err(error) = &served {
            for set in sets {
                // Whoever asked may have gone.
                let _ = set.answer.send(Err(error.clone()));
            }
        }
        served
    }

    async fn exchange(
        &mut self,
        session: &mut Session,
        status: &mut Status,
        sets: &mut Vec<Pending>,
    ) -> Result<(), Error> {
        self.tell(status);
        let (mut heard, mut wanted) = (Instant::now(), Instant::now());
        let Patience { idle, silence } = self.patience;
        let mut is_asked = false;
        loop {
            for question in std::mem::take(&mut self.asked) {
                self.answer(question, session, status, sets).await?;
            }
            self.feeds.retain(|feed| !feed.is_over());
            if !self.feeds.is_empty() || !sets.is_empty() {
                wanted = Instant::now();
            } else if self.requests.is_none() {
                return Ok(());
            }
            let sign = heard + if is_asked { 2 * silence } else { silence };
            let set = sets.iter().map(|set| set.deadline).min();
            let is_idle = self.feeds.is_empty() && sets.is_empty();
            let wake = [Some(sign), set, is_idle.then_some(wanted + idle)];
            let wake = wake.into_iter().flatten().min().unwrap_or(sign);
            tokio::select! {
                message = session.read() => {
                    heard = Instant::now();
                    is_asked = false;
                    if let Some(message) = message? {
                        self.hear(message, status, sets);
                    }
                }
                request = next(&mut self.requests) => match request {
                    Some(Request::Watch(feed)) => {
                        feed.tell(owned(status));
                        self.feeds.push(feed);
                    }
                    request => {
                        wanted = Instant::now();
                        self.take(request);
                    }
                },
                () = sleep_until(wake) => {
                    let now = Instant::now();
                    give_up(sets, now, &self.door);
                    if is_idle && now >= wanted + idle {
                        return Ok(());
                    }
                    match is_asked {
                        true if now >= heard + 2 * silence => {
                            return Err(Error::Timeout {
                                address: self.door.url(),
                                after: 2 * silence,
                            });
                        }
                        false if now >= heard + silence => {
                            is_asked = true;
                            session.ping().await?;
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    async fn answer(
        &self,
        question: Question,
        session: &mut Session,
        status: &Status,
        sets: &mut Vec<Pending>,
    ) -> Result<(), Error> {
        match question {
            // Whoever asked may have gone.
            Question::Status(answer) => drop(answer.send(Ok(status.clone()))),
            Question::Set(settings, answer) => {
                let mut set = Pending {
                    sent: Vec::with_capacity(settings.len()),
                    answer,
                    deadline: Instant::now() + self.door.timeout(),
                };
                for setting in settings {
                    match session.set(&setting.key, &setting.json).await {
                        Ok(number) => set.sent.push(Sent {
                            number,
                            key: setting.key,
                            outcome: None,
                        }),
                        Err(error) => {
                            let _ = set.answer.send(Err(error.clone()));
                            return Err(error);
                        }
                    }
                }
                sets.push(set);
            }
        }
        Ok(())
    }

    fn hear(&mut self, message: Message, status: &mut Status, sets: &mut Vec<Pending>) {
        let changed = match message {
            Message::FullStatus { status, .. } | Message::DeltaStatus { status } => Some(status),
            Message::Response {
                request,
                refusal,
                status,
            } => {
                if let Some(number) = request {
                    conclude(sets, number, refusal);
                }
                status
            }
            Message::Hello(_)
            | Message::AuthRequired { .. }
            | Message::AuthSuccess
            | Message::AuthError { .. }
            | Message::Other => None,
        };
        let Some(changed) = changed else { return };
        let changed = learn(status, &changed);
        for feed in &self.feeds {
            feed.tell(changed.iter().cloned());
        }
    }

    fn tell(&self, status: &Status) {
        for feed in &self.feeds {
            feed.tell(owned(status));
        }
    }
}

/// The next request; it waits for ever once there will be none.
async fn next(requests: &mut Option<mpsc::Receiver<Request>>) -> Option<Request> {
    match requests {
        Some(requests) => requests.recv().await,
        None => std::future::pending().await,
    }
}

fn owned(status: &Status) -> Vec<(String, JsonText)> {
    let entries = status.entries().into_iter();
    entries
        .map(|(name, json)| (name.to_owned(), json))
        .collect()
}

/// Notes what became of a request; a set of which all is known is answered.
fn conclude(sets: &mut Vec<Pending>, number: u64, refusal: Option<String>) {
    let sent = sets.iter_mut().flat_map(|set| &mut set.sent);
    for sent in sent.filter(|sent| sent.number == number) {
        sent.outcome = Some(Outcome {
            key: sent.key.clone(),
            refusal: refusal.clone(),
        });
    }
    let is_done = |set: &Pending| set.sent.iter().all(|sent| sent.outcome.is_some());
    for set in sets.extract_if(.., |set| is_done(set)) {
        // Whoever asked may have gone.
        let _ = set.answer.send(Ok(outcomes(set.sent)));
    }
}

/// Answers the sets that took too long by what is known of them: those without an
/// answer are left out.
fn give_up(sets: &mut Vec<Pending>, now: Instant, door: &Door) {
    for set in sets.extract_if(.., |set| set.deadline <= now) {
        let known = outcomes(set.sent);
        let answer = match known.is_empty() {
            false => Ok(known),
            true => Err(Error::Timeout {
                address: door.url(),
                after: door.timeout(),
            }),
        };
        // Whoever asked may have gone.
        let _ = set.answer.send(answer);
    }
}

fn outcomes(sent: Vec<Sent>) -> Vec<Outcome> {
    sent.into_iter().filter_map(|sent| sent.outcome).collect()
}

#[cfg(test)]
mod tests {
    use futures_util::{SinkExt, StreamExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_tungstenite::tungstenite::Message as Frame;
    use tokio_tungstenite::{WebSocketStream, accept_async};

    use super::*;
    use crate::changes;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(60);

    async fn listen(patience: Patience) -> (TcpListener, Link) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("bound").to_string();
        let address = Address::parse(&address).expect("an address");
        let door = Door::new(address, LONG, Secret::new(""));
        (listener, Link::begin(door, patience))
    }

    /// A charger without a password, which is no more than its status.
    async fn seat(listener: &TcpListener) -> WebSocketStream<TcpStream> {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut socket = accept_async(stream).await.expect("a WebSocket");
        let status = r#"{"type":"fullStatus","partial":false,"status":{"amp":16}}"#;
        socket.send(Frame::text(status)).await.expect("sends");
        socket
    }

    async fn soon<T>(what: impl Future<Output = T>) -> T {
        let soon = tokio::time::timeout(Duration::from_secs(10), what).await;
        soon.expect("it does not take so long")
    }

    #[tokio::test]
    async fn a_connection_that_nobody_wants_is_closed_and_opened_again() {
        let (listener, link) = listen(Patience {
            idle: SHORT,
            silence: LONG,
        })
        .await;
        for _ in 0..2 {
            let (mut socket, status) =
                soon(async { tokio::join!(seat(&listener), link.status()) }).await;
            assert_eq!(status.expect("a status").amp, Some(16));
            let last = soon(socket.next()).await;
            assert!(matches!(last, Some(Ok(Frame::Close(_)))), "{last:?}");
        }
    }

    #[tokio::test]
    async fn a_charger_that_says_nothing_is_asked_and_then_left() {
        let (listener, link) = listen(Patience {
            idle: LONG,
            silence: SHORT,
        })
        .await;
        let (feed, mut watch) = changes::feed([]);
        link.watch(feed);
        let mut lively = soon(seat(&listener)).await;
        soon(watch.next()).await.expect("more").expect("a value");
        // While it answers it stays.
        for _ in 0..3 {
            let asked = soon(lively.next()).await;
            assert!(matches!(asked, Some(Ok(Frame::Ping(_)))), "{asked:?}");
            lively.flush().await.expect("answers");
        }
        // It is not looked at any more, and so does not answer.
        let error = soon(watch.next())
            .await
            .expect("more")
            .expect_err("is left");
        assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
        soon(seat(&listener)).await;
    }
}
