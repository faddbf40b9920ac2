//! Messages of the WebSocket, both ways: JSON objects told apart by their `type`.
//!
//! Some chargers send MessagePack instead, with or without a zero before it; it becomes
//! the JSON that it stands for. This file must never know in which order they come.

use goe_api::client::JsonText;

/// What a charger says of itself before anything else, to whoever connects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// Its serial.
    pub serial: String,
    /// Its name in the network.
    pub hostname: String,
    /// The name that its owner gave it.
    pub friendly_name: String,
    /// `go-eCharger_V4`, `go-eCharger_Phoenix`, `wattpilot` and others.
    pub device_type: String,
    /// Release of its firmware.
    pub version: String,
    /// Version of the protocol, if it says so.
    pub protocol: Option<u64>,
    /// Settings have to be signed.
    pub secured: bool,
}

/// What a charger says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    Hello(Hello),
    AuthRequired {
        token1: String,
        token2: String,
        hash: Option<String>,
    },
    AuthSuccess,
    AuthError {
        message: String,
    },
    FullStatus {
        status: JsonText,
        /// More of it follows.
        partial: bool,
    },
    DeltaStatus {
        status: JsonText,
    },
    Response {
        request: Option<u64>,
        /// The charger's words.
        refusal: Option<String>,
        status: Option<JsonText>,
    },
    /// Of a type that is of no use here.
    Other,
}

impl Message {
    /// Reads a text frame.
    pub(super) fn of_text(text: &str) -> Result<Self, String> {
        match JsonText::new(text) {
            Ok(json) => Ok(Self::of_object(&json)),
            Err(error) => Err(format!("a message that is not JSON: {error}")),
        }
    }

    /// Reads a binary frame: MessagePack, with or without a zero before it.
    pub(super) fn of_binary(bytes: &[u8]) -> Result<Self, String> {
        // An object never begins with it.
        let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
        match rmp_serde::from_slice::<JsonText>(bytes) {
            Ok(json) => Ok(Self::of_object(&json)),
            Err(error) => Err(format!("a message that is not MessagePack: {error}")),
        }
    }

    fn of_object(json: &JsonText) -> Self {
        let fields = Fields(json.members());
        match fields.text("type").as_str() {
            "hello" => Message::Hello(Hello {
                serial: fields.text("serial"),
                hostname: fields.text("hostname"),
                friendly_name: fields.text("friendly_name"),
                device_type: fields.text("devicetype"),
                version: fields.text("version"),
                protocol: fields.number("protocol"),
                secured: fields.is_true("secured"),
            }),
            "authRequired" => Message::AuthRequired {
                token1: fields.text("token1"),
                token2: fields.text("token2"),
                hash: fields.json("hash").and_then(JsonText::string),
            },
            "authSuccess" => Message::AuthSuccess,
            "authError" => Message::AuthError {
                message: fields.text("message"),
            },
            "fullStatus" => Message::FullStatus {
                status: fields.object("status"),
                partial: fields.is_true("partial"),
            },
            "deltaStatus" => Message::DeltaStatus {
                status: fields.object("status"),
            },
            "response" => Message::Response {
                request: fields.number("requestId"),
                refusal: (!fields.is_true("success")).then(|| fields.text("message")),
                status: fields.json("status").cloned(),
            },
            _ => Message::Other,
        }
    }
}

/// The fields of a message.
struct Fields(Vec<(String, JsonText)>);

impl Fields {
    fn json(&self, name: &str) -> Option<&JsonText> {
        let mut fields = self.0.iter();
        fields
            .find(|(known, _)| known == name)
            .map(|(_, json)| json)
    }

    /// Empty where there is no text.
    fn text(&self, name: &str) -> String {
        let text = self.json(name).and_then(JsonText::string);
        text.unwrap_or_default()
    }

    fn is_true(&self, name: &str) -> bool {
        self.json(name).is_some_and(|json| json.as_str() == "true")
    }

    /// A number, or the text of one; the numbers of secured messages end with `sm`.
    fn number(&self, name: &str) -> Option<u64> {
        let json = self.json(name)?;
        let text = json.string().unwrap_or_else(|| json.to_string());
        text.strip_suffix("sm").unwrap_or(&text).parse().ok()
    }

    fn object(&self, name: &str) -> JsonText {
        self.json(name).cloned().unwrap_or_default()
    }
}

/// The answer to a challenge.
pub(super) fn auth(token3: &str, hash: &str) -> String {
    object(&[
        ("type", &quoted("auth")),
        ("token3", &quoted(token3)),
        ("hash", &quoted(hash)),
    ])
}

/// A value for a key.
pub(super) fn set_value(request: u64, key: &str, value: &str) -> String {
    object(&[
        ("type", &quoted("setValue")),
        ("requestId", &request.to_string()),
        ("key", &quoted(key)),
        ("value", value),
    ])
}

/// A message with what proves of whom it is.
pub(super) fn secured(request: u64, data: &str, hmac: &str) -> String {
    object(&[
        ("type", &quoted("securedMsg")),
        ("data", &quoted(data)),
        ("requestId", &quoted(&format!("{request}sm"))),
        ("hmac", &quoted(hmac)),
    ])
}

fn quoted(text: &str) -> String {
    JsonText::of_string(text).to_string()
}

fn object(members: &[(&str, &str)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_charger_says() {
        let json = |text| JsonText::new(text).expect("JSON");
        for (text, message) in [
            (
                r#"{"type":"hello","serial":"123456","hostname":"go-echarger_123456","friendly_name":"Garage","manufacturer":"go-e","devicetype":"go-eCharger_V4","version":"60.5","protocol":2,"secured":true}"#,
                Message::Hello(Hello {
                    serial: "123456".into(),
                    hostname: "go-echarger_123456".into(),
                    friendly_name: "Garage".into(),
                    device_type: "go-eCharger_V4".into(),
                    version: "60.5".into(),
                    protocol: Some(2),
                    secured: true,
                }),
            ),
            (
                r#"{"type":"authRequired","token1":"a","token2":"b"}"#,
                Message::AuthRequired {
                    token1: "a".into(),
                    token2: "b".into(),
                    hash: None,
                },
            ),
            (
                r#"{"type":"authSuccess","token3":"x","hash":"y"}"#,
                Message::AuthSuccess,
            ),
            (
                r#"{"type":"authError","message":"Wrong password"}"#,
                Message::AuthError {
                    message: "Wrong password".into(),
                },
            ),
            (
                r#"{"status":{"amp":16},"partial":true,"type":"fullStatus"}"#,
                Message::FullStatus {
                    status: json(r#"{"amp":16}"#),
                    partial: true,
                },
            ),
            (
                r#"{"type":"response","requestId":"7","success":true,"status":{"amp":6}}"#,
                Message::Response {
                    request: Some(7),
                    refusal: None,
                    status: Some(json(r#"{"amp":6}"#)),
                },
            ),
            (
                r#"{"type":"response","requestId":"7sm","success":false,"message":"no"}"#,
                Message::Response {
                    request: Some(7),
                    refusal: Some("no".into()),
                    status: None,
                },
            ),
            (r#"{"type":"clearInverters"}"#, Message::Other),
            ("{}", Message::Other),
            ("[1]", Message::Other),
        ] {
            assert_eq!(Message::of_text(text), Ok(message), "{text}");
        }
        assert!(Message::of_text("{").is_err());
    }

    #[test]
    fn binary_frames_are_the_same_messages() {
        let value = serde_json::json!({
            "type": "deltaStatus",
            "status": {"eto": u64::MAX, "nrg": [-1.5, 0], "fna": "ä\"", "dwo": null, "alw": true}
        });
        let packed = rmp_serde::to_vec(&value).expect("packs");
        let expected = Message::of_text(&value.to_string());
        assert!(expected.is_ok());
        let with_zero = [&[0], packed.as_slice()].concat();
        for bytes in [packed, with_zero] {
            let Ok(Message::DeltaStatus { status }) = Message::of_binary(&bytes) else {
                panic!("no delta")
            };
            let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
            assert_eq!(status, value["status"]);
        }
        // A number of single precision is printed as devices print it.
        let single = [
            b"\x82\xa4type\xabdeltaStatus\xa6status\x81\xa3fhz\xca".as_slice(),
            &49.959_f32.to_be_bytes(),
        ]
        .concat();
        assert_eq!(
            Message::of_binary(&single),
            Message::of_text(r#"{"type":"deltaStatus","status":{"fhz":49.95899963}}"#)
        );
        for wrong in [&b""[..], b"\x00", b"\x81", b"{}"] {
            let read = Message::of_binary(wrong);
            assert!(read.is_err() || read == Ok(Message::Other), "{wrong:?}");
        }
    }

    #[test]
    fn what_a_client_says() {
        let set = set_value(7, "fna", r#""a""#);
        assert_eq!(
            set,
            r#"{"type":"setValue","requestId":7,"key":"fna","value":"a"}"#
        );
        assert_eq!(
            secured(7, &set, "ff"),
            r#"{"type":"securedMsg","data":"{\"type\":\"setValue\",\"requestId\":7,\"key\":\"fna\",\"value\":\"a\"}","requestId":"7sm","hmac":"ff"}"#
        );
        assert_eq!(auth("t", "h"), r#"{"type":"auth","token3":"t","hash":"h"}"#);
    }
}
