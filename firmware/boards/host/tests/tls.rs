//! MQTT with TLS, and what is wrong with certificates, in the words of `mlr`.

mod support;

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::json;
use support::mosquitto::{Mosquitto, Subscription};
use support::peer::PREFIX;
use support::{Charger, Options, SOON};
use tempfile::TempDir;

/// An authority of the test's, with the certificate of a broker.
struct Authority {
    folder: TempDir,
}

impl Authority {
    /// For a broker of that name.
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params
            .distinguished_name
            .push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key).expect("signs itself");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, name);
        let signed = params.signed_by(&key, &authority).expect("is signed");
        let write = |name: &str, text: String| {
            std::fs::write(folder.path().join(name), text).expect("writes");
        };
        write("ca.pem", authority.pem());
        write("cert.pem", signed.pem());
        write("key.pem", key.serialize_pem());
        Authority { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A broker with the certificate.
    fn broker(&self) -> Mosquitto {
        Mosquitto::encrypted(&self.file("cert.pem"), &self.file("key.pem"))
    }
}

fn charger(broker: &Mosquitto, ca: Option<&Path>) -> Charger {
    let port = broker.address.port();
    let mut args = vec!["--mqtt-url".to_owned(), format!("mqtts://localhost:{port}")];
    if let Some(ca) = ca {
        args.extend(["--mqtt-ca".to_owned(), ca.display().to_string()]);
    }
    Options {
        args,
        own_broker: false,
        ..Options::default()
    }
    .start()
}

#[track_caller]
fn says(charger: &Charger, expected: &str) {
    charger.wait_for("mlr", SOON, |said| said == &json!(expected));
    assert_eq!(charger.value("mcc"), json!(false));
}

fn connects(charger: &Charger) {
    charger.wait_for("mcc", SOON * 2, |value| value == &json!(true));
}

#[test]
#[ignore = "needs mosquitto"]
fn a_broker_with_the_right_certificate() {
    let authority = Authority::new("localhost");
    let broker = authority.broker();
    let charger = charger(&broker, Some(&authority.file("ca.pem")));
    connects(&charger);
    let ca = authority.file("ca.pem");
    let ca = ca.to_str().expect("UTF-8");
    let mut all = Subscription::new(
        broker.address,
        &format!("{PREFIX}/#"),
        &["--cafile", ca, "--insecure"],
    );
    assert_eq!(all.wait_for(&format!("{PREFIX}/sse")), "\"000001\"");
    assert_eq!(charger.value("mlr"), json!(null));
}

#[test]
#[ignore = "needs mosquitto"]
fn a_broker_of_another_authority_is_refused() {
    let (authority, other) = (Authority::new("localhost"), Authority::new("localhost"));
    let broker = authority.broker();
    let stranger = charger(&broker, Some(&other.file("ca.pem")));
    says(
        &stranger,
        "the broker's certificate is of an unknown authority",
    );
    // Those of the system do not know it either.
    let of_system = charger(&broker, None);
    says(
        &of_system,
        "the broker's certificate is of an unknown authority",
    );
    assert_eq!(of_system.set("mqg", "false").status, 200);
    says(
        &of_system,
        "no authority is trusted with the broker's certificate",
    );
    // Whoever looks away sees nothing.
    assert_eq!(of_system.set("mqss", "true").status, 200);
    connects(&of_system);
}

#[test]
#[ignore = "needs mosquitto"]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("broker.example");
    let broker = authority.broker();
    let charger = charger(&broker, Some(&authority.file("ca.pem")));
    says(
        &charger,
        "the broker's certificate is for another host name",
    );
    assert_eq!(charger.set("mqcn", "true").status, 200);
    connects(&charger);
}

#[test]
#[ignore = "needs mosquitto"]
fn a_broker_without_tls_is_told() {
    let broker = Mosquitto::start(None, None);
    let charger = charger(&broker, None);
    says(&charger, "the broker does not speak TLS as it should");
}

#[test]
fn a_file_without_authorities_is_explained() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "nothing").expect("writes");
    let output = support::command()
        .args([
            "--http", "127.0.0.1:0", "--broker", "127.0.0.1:0", "--flash",
        ])
        .arg(folder.path().join("flash"))
        .arg("--mqtt-ca")
        .arg(&file)
        .output()
        .expect("goe-charger starts");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success());
    assert!(
        said.contains("ca.pem") && said.contains("no certificate"),
        "{said}"
    );
}
