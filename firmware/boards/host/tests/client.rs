//! The typed client against the whole charger: what one end says, the other reads.

mod support;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use goe_client::api::client::{CardsPatch, WifisPatch};
use goe_client::api::runtime::Index;
use goe_client::api::{Car, Frc};
use goe_client::{
    Broker, Charger, Error, Key, Members, OneOf, Options, Secret, Set, Setting, Status,
};
use serde_json::Value;
use support::{Board, SOON, board};

/// The client of a charger.
fn client(charger: &support::Charger, options: Options) -> Charger {
    Charger::with(&charger.http.to_string(), options).expect("an address")
}

/// Ends with the test, in any case.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    let soon = tokio::time::timeout(SOON, what).await;
    soon.expect("it does not take so long")
}

/// Every value of every release has its type: nothing is left over, and what is read is
/// printed as it came.
#[tokio::test]
async fn every_key_of_each_release_has_its_type() {
    let older: &[&str] = &["--firmware", "59.4"];
    let releases = match board() {
        Board::Host => vec![("59.4", older), ("60.4", &[])],
        Board::Qemu => vec![("60.4", &[][..])],
    };
    for (release, args) in releases {
        let charger = support::Options::args(args).start();
        let client = client(&charger, Options::default());
        let status = soon(client.status()).await.expect("a status");
        assert_eq!(status.fwv.as_deref(), Some(release));
        assert!(status.others.is_empty(), "{release}: {:?}", status.others);
        let body = charger.get("/api/status").body;
        let again = body.parse::<Status>().expect("an object").to_string();
        let members = |text: &str| -> BTreeMap<String, Value> {
            serde_json::from_str(text).expect("an object")
        };
        assert_eq!(members(&again), members(&body));
    }
}

#[tokio::test]
async fn typed_values_are_set_and_read() {
    let charger = support::Charger::start();
    let client = client(&charger, Options::default());
    let card = CardsPatch {
        name: Some("Anna & \"Bob\"".into()),
        ..CardsPatch::default()
    };
    let home = WifisPatch {
        ssid: Some("home".into()),
        key: Some("hunter22".into()),
        ..WifisPatch::default()
    };
    let set = client.set([
        Set::Amp(10),
        Set::Frc(Frc::Off),
        Set::Dwo(Some(3500.25)),
        Set::Cards(vec![CardsPatch::default(), card]),
        Set::Cn(Index::at::<2>(), "Carl".into()),
        Set::Wifis(vec![home]),
    ]);
    soon(set).await.expect("all are taken");
    let keys = [
        Key::Amp,
        Key::Frc,
        Key::Dwo,
        Key::Cards,
        Key::C1n,
        Key::C2n,
        Key::Wifis,
        Key::Car,
    ];
    let status = soon(client.status_of(keys)).await.expect("a status");
    assert_eq!(status.entries().len(), keys.len());
    assert_eq!(status.amp, Some(10));
    assert_eq!(status.frc, Some(OneOf::Named(Frc::Off)));
    assert_eq!(status.dwo, Some(Some(3500.25)));
    assert_eq!(status.cn[1].as_deref(), Some("Anna & \"Bob\""));
    assert_eq!(status.cn[2].as_deref(), Some("Carl"));
    let wifi = status.wifis.as_ref().and_then(|all| all.first());
    assert_eq!(wifi.and_then(|wifi| wifi.key), Some(true));
    assert_eq!(status.car, Some(Some(OneOf::Named(Car::WaitCar))));
    assert_eq!(status.nrg, None);
}

#[tokio::test]
async fn refusals_are_told_in_the_words_of_the_charger() {
    let charger = support::Charger::start();
    let client = client(&charger, Options::default());
    let setting = |key, json| Setting::new(key, json).expect("JSON");
    let set = client.set([
        setting("amp", "5"),
        setting("dwo", "1000"),
        setting("zzz", "1"),
        setting("alw", "true"),
    ]);
    let Err(Error::Refused(told)) = soon(set).await else {
        panic!("it was taken")
    };
    assert_eq!(told.accepted, ["dwo"]);
    let refused: Vec<_> = told
        .refused
        .iter()
        .map(|refusal| (refusal.key.as_str(), refusal.reason.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            ("amp", "amp: failed: Value 5 exceeds range 6 to 32 (5)"),
            ("zzz", "zzz: unknown api key"),
            ("alw", "alw: tried to set api key without setter (true)"),
        ]
    );
    let dwo = soon(client.status_of([Key::Dwo])).await.expect("a status");
    assert_eq!(dwo.to_string(), r#"{"dwo":1000}"#);
    let none = soon(client.status_of(["zzz"])).await.expect("a status");
    assert_eq!(none.to_string(), "{}");
    assert!(Setting::new("fna", "garage").is_err());
}

#[tokio::test]
async fn changes_are_seen_by_asking_again() {
    let charger = support::Charger::start();
    let options = Options {
        poll: Duration::from_millis(100),
        ..Options::default()
    };
    changes_are_seen(&client(&charger, options)).await;
}

#[tokio::test]
async fn changes_are_seen_by_mqtt() {
    let charger = support::Charger::start();
    let broker = charger.broker.expect("a broker");
    let options = Options {
        broker: Some(Broker::new(format!("mqtt://{broker}"))),
        // No change is seen by asking.
        poll: Duration::from_secs(3_600),
        ..Options::default()
    };
    changes_are_seen(&client(&charger, options)).await;
}

/// First the values as they are, then what changes, and nothing else.
async fn changes_are_seen(client: &Charger) {
    let mut watch = client.watch([Key::Amp, Key::Frc]);
    for _ in 0..2 {
        let first = soon(watch.next()).await.expect("a value").expect("a value");
        assert_eq!(first.before, None, "{first:?}");
    }
    for (amp, before) in [(10, "32"), (12, "10")] {
        soon(client.set([Set::Amp(amp)])).await.expect("is taken");
        let change = soon(watch.next()).await.expect("more").expect("a change");
        assert_eq!(change.key(), Some(Key::Amp));
        assert_eq!(change.before.as_deref(), Some(before));
        assert_eq!(*change.now, *amp.to_string());
    }
}

/// What changes while the charger is away is told when it is back.
#[tokio::test]
async fn an_absence_is_told_and_then_what_changed_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let flash = folder.path().join("flash");
    let mut charger = support::Options::default().flash(&flash).start();
    let options = Options {
        poll: Duration::from_millis(100),
        ..Options::default()
    };
    let mut watch = client(&charger, options).watch([Key::Amp]);
    soon(watch.next()).await.expect("a value").expect("a value");
    charger.stop();
    let error = soon(watch.next()).await.expect("a word");
    assert!(error.as_ref().is_err_and(Error::is_passing), "{error:?}");
    // It is set where this client does not look, and then it is back.
    let mut elsewhere = support::Options::default().flash(&flash).start();
    assert_eq!(elsewhere.set("amp", "8").status, 200);
    elsewhere.stop();
    let mut back = support::command();
    back.args(["--http", &charger.http.to_string(), "--flash"]);
    let mut back = back
        .arg(&flash)
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    let change = tokio::time::timeout(SOON, watch.next()).await;
    back.kill().and_then(|()| back.wait()).expect("was running");
    let change = change.expect("soon").expect("more").expect("a change");
    assert_eq!(change.before.as_deref(), Some("32"));
    assert_eq!(*change.now, *"8");
}

#[tokio::test]
async fn what_is_no_charger_is_told() {
    // A port that nobody listens at: it was free a moment ago.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("binds");
    let address = free.local_addr().expect("bound").to_string();
    drop(free);
    let client = Charger::new(&address).expect("an address");
    let error = soon(client.status()).await.map(|_| ()).expect_err("nobody");
    assert!(
        error
            .to_string()
            .contains("is it on, and is this its address?"),
        "{error}"
    );
}

/// Its owner may shut the HTTP API, which a client then cannot open by itself.
#[tokio::test]
async fn a_shut_api_is_told_with_the_way_to_open_it() {
    let charger = support::Charger::start();
    let client = client(&charger, Options::default());
    soon(client.set([Set::Hai(false)])).await.expect("is taken");
    let error = soon(client.status())
        .await
        .map(|_| ())
        .expect_err("it is shut");
    let told = error.to_string();
    assert!(
        told.contains("is its local HTTP API v2 allowed in the app?"),
        "{told}"
    );
}

/// The same over the WebSocket, whichever way the charger keeps its password.
#[tokio::test]
async fn with_a_password_all_of_it_goes_over_the_websocket() {
    let kinds = match board() {
        Board::Host => vec![&["--ws-hash", "pbkdf2"][..], &["--ws-hash", "bcrypt"]],
        Board::Qemu => vec![&[][..]],
    };
    for kind in kinds {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        std::fs::write(&file, "päss word\n").expect("written");
        let file = file.to_str().expect("text");
        let args = [&["--password-file", file], kind].concat();
        let charger = support::Options::args(&args).start();
        let options = |password| Options {
            password: Some(Secret::new(password)),
            ..Options::default()
        };
        let own = client(&charger, options("päss word"));
        let hello = soon(own.hello()).await.expect("a hello");
        assert!(hello.secured && !hello.version.is_empty(), "{hello:?}");
        // No request of HTTP is answered from here on.
        assert_eq!(charger.set("hai", "false").status, 200);
        let status = soon(own.status()).await.expect("a status");
        assert!(status.others.is_empty(), "{:?}", status.others);
        let keys = Key::ALL.iter();
        let readable = keys.filter(|key| key.descriptor().access.readable());
        assert_eq!(status.entries().len(), readable.count());
        changes_are_seen(&own).await;
        let values = [("amp", "5"), ("fna", r#""Hof \"1\"""#)];
        let values = values.map(|(key, json)| Setting::new(key, json).expect("JSON"));
        let Err(Error::Refused(told)) = soon(own.set(values)).await else {
            panic!("it was taken")
        };
        assert_eq!(told.accepted, ["fna"]);
        let reason = &told.refused[0].reason;
        assert!(reason.contains("Value 5 exceeds range 6 to 32"), "{reason}");
        let name = soon(own.status_of([Key::Fna])).await.expect("a status");
        assert_eq!(name.fna.as_deref(), Some("Hof \"1\""));
        // A board has one place, which is free once nobody has the handle.
        drop(own);
        let other = client(&charger, options("another"));
        let error = soon(other.status())
            .await
            .map(|_| ())
            .expect_err("is refused");
        assert!(matches!(error, Error::WrongPassword { .. }), "{error:?}");
    }
}
