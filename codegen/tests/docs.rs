//! Rules for the documentation of any spec: hostile text ends nothing, references
//! lead somewhere, and no device but the spec's own shows through.

#![allow(clippy::unwrap_used, reason = "tests")]

use goe_codegen::{Generated, Spec, generate};
use serde_json::Value;

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n";

/// The files for people and tools.
const FILES: &[&str] = &[
    "docs/api-keys.md",
    "docs/api.d.ts",
    "docs/api.py",
    "docs/asyncapi.json",
    "docs/index.html",
    "docs/openapi.json",
    "docs/set.schema.json",
    "docs/status.schema.json",
];

/// A document that is not in the list would be looked at by no test below.
#[test]
fn the_list_has_every_document() {
    let generated = generated(
        "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n| a | R | bool | Status | one |\n",
    );
    let paths = generated.files.iter().map(|file| file.path.as_str());
    let documents: Vec<_> = paths.filter(|path| path.starts_with("docs/")).collect();
    assert_eq!(documents, FILES);
}

fn generated(text: &str) -> Generated {
    let spec = Spec::from_files([("spec/api.md", text.as_bytes().to_vec())]);
    match generate(&spec) {
        Ok(generated) => generated,
        Err(report) => panic!("{}", report.render(&spec, false)),
    }
}

fn file<'a>(generated: &'a Generated, path: &str) -> &'a str {
    let file = generated.files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("no {path}")).contents
}

fn json(generated: &Generated, path: &str) -> Value {
    let text = file(generated, path);
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"))
}

/// The JSON is JSON, its references lead somewhere, the tags of the page match,
/// and every comment of the declarations ends where it should.
fn check(generated: &Generated) {
    for path in FILES.iter().filter(|path| path.ends_with(".json")) {
        let document = json(generated, path);
        each_reference(&document, &mut |reference| {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{path}: {reference}");
        });
    }
    check_tags(file(generated, "docs/index.html"));
    for line in file(generated, "docs/api.d.ts").lines() {
        let [open, close] = ["/**", "*/"].map(|mark| line.matches(mark).count());
        assert!(open == close && open <= 1, "{line}");
        assert!(
            open == 0 || line.ends_with(" */") && line.trim_start().starts_with("/** "),
            "{line}"
        );
    }
    // Nothing of a spec begins a line of its own in Python.
    for line in file(generated, "docs/api.py").lines() {
        let words = line.trim_start();
        let comment = words.is_empty() || words.starts_with("# ");
        let about = line.starts_with("\"\"\"") && line.ends_with(" for type checkers.\"\"\"");
        let declares = line.starts_with("from ")
            || line.starts_with("class ") && line.ends_with("(IntEnum):")
            || line.contains(" = TypedDict(\"") && line.ends_with("\", {")
            || ["})", "}, total=False)"].contains(&line)
            || line.starts_with("SetAnswer = ");
        let member = line.starts_with("    \"") && line.ends_with(',')
            || words.split(" = ").count() == 2 && words.ends_with(|c: char| c.is_ascii_digit());
        assert!(comment || about || declares || member, "{line}");
    }
    let controls = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    for path in FILES {
        assert!(!file(generated, path).contains(controls), "{path}");
    }
}

fn each_reference(value: &Value, seen: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(reference) if name == "$ref" => seen(reference),
                    _ => each_reference(value, seen),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, seen)),
        _ => {}
    }
}

/// Reads the page as a browser does, as far as tags go: each is closed, in
/// order; nothing of a spec opens one.
fn check_tags(page: &str) {
    const EMPTY: &[&str] = &["!doctype", "meta", "link", "input", "br", "hr"];
    const KNOWN: &str = "html head title script style body a header div h1 h2 h3 h4 p form label \
        span kbd input fieldset legend button nav ul li main section article code b dl dt dd \
        details summary pre samp table thead tbody tr th td h5 em strong s ol blockquote";
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    let mut scripts = 0;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").unwrap().1;
            continue;
        }
        let end = rest.find(['>', ' ', '\n']).unwrap();
        let name = &rest[..end];
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{}", &rest[..40.min(rest.len())]);
            continue;
        }
        if EMPTY.contains(&name) {
            continue;
        }
        assert!(
            KNOWN.split_whitespace().any(|known| known == name),
            "<{name}"
        );
        open.push(name);
        if name == "script" || name == "style" {
            scripts += 1;
            let close = format!("</{name}>");
            rest = &rest[rest.find(&close).unwrap()..];
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(
        scripts, 4,
        "two scripts, what they know, and one style sheet, all our own"
    );
}

#[test]
fn hostile_text_ends_nothing() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "--> <!-- ]]> */ /* **/",
        "`</code>` and `` ` `` and a lone ` tick",
        "\"quotes\" 'single' \\\" back\\\\slash ${x} {{title}} {{script}}",
        "\u{202e}right to left\u{2066} \u{0} NUL \u{1b}[31m \u{85}",
        "<img src=x onerror=alert(1)> &amp;lt; &#60;b&#62;",
        "@deprecated @param {x} </style></title></textarea>",
        "(A\"B=0, <b>=1, */=2, </script>=3)",
    ];
    let mut text = format!("# </title><script> */ --> \"q\" {{{{keys}}}}\n\n{HEADER}");
    for (index, prose) in hostile.iter().enumerate() {
        for (access, ty) in [("R/W", "uint8"), ("R", "string"), ("W", "array")] {
            let name = format!("k{index}{}", ty.as_bytes()[0] as char);
            text += &format!("| {name} | {access} | {ty} | Config | {prose} |\n");
        }
    }
    text += "\n| Method | Path | Query | Action | Description |\n|-|-|-|-|-|\n\
        | GET | `/a'b{x}/&amp;` | `f` | status | </dd><script> `*/` |\n\
        | PUT | `/set` | `{key}` | set | \"--> |\n\n\
        | Topic | Payload | Action | Retained | Description |\n|-|-|-|-|-|\n\
        | `{prefix}/<i>'$&/{key}` | </samp> | state | yes | </dt> |\n\
        | `{prefix}/x/{key}` | JSON | set | no | */ |\n\n\
        | Placeholder | Default | Description |\n|-|-|-|\n\
        | `{prefix}` | `\"><script>` | `</script>` |\n";
    let generated = generated(&text);
    check(&generated);

    let schema = json(&generated, "docs/status.schema.json");
    let description = |key: &str| schema["$defs"][key]["description"].as_str().unwrap();
    assert_eq!(description("k0u"), hostile[0]);
    assert_eq!(description("k6s"), hostile[6]);
    let page = file(&generated, "docs/index.html");
    assert!(
        page.contains("{{title}} {{script}}"),
        "text is not a template"
    );
    assert!(page.contains("/a&#39;b{x}/&amp;amp;"));
    let openapi = json(&generated, "docs/openapi.json");
    assert!(openapi["paths"]["/a'b%7Bx%7D/&amp;"].is_object());
}

/// A device that this project knows nothing about.
#[test]
fn another_device_has_documents_of_its_own() {
    let generated = generated(include_str!("specs/heat-pump.md"));
    check(&generated);
    for path in FILES {
        let text = file(&generated, path);
        let ours = text.split_once('\n').unwrap().1.to_lowercase();
        for word in ["go-e", "goe-", "charger", "wallbox", "api/set", "wifi"] {
            assert!(!ours.contains(word), "{path}: {word}");
        }
    }
    let openapi = json(&generated, "docs/openapi.json");
    assert_eq!(openapi["info"]["title"], "Heat pump, interface 3");
    let parameter = &openapi["paths"]["/v3/values"]["get"]["parameters"][0];
    assert_eq!(parameter["name"], "names");
    let set = &openapi["paths"]["/v3/orders"]["post"];
    assert_eq!(set["parameters"].as_array().unwrap().len(), 11);
    assert!(
        openapi["paths"]["/v3/orders"]["head"].is_null(),
        "POST has no HEAD"
    );
    let asyncapi = json(&generated, "docs/asyncapi.json");
    let channel = &asyncapi["channels"]["set-target"];
    assert_eq!(channel["address"], "plant/{house}/{serial}/want/target");
    assert_eq!(
        asyncapi["components"]["parameters"]["house"]["default"],
        "home"
    );
    let page = file(&generated, "docs/index.html");
    for call in [
        "curl &#39;http://{host}/v3/values?names=target&#39;",
        "curl -X POST &#39;http://{host}/v3/orders?target=17&#39;",
        "mosquitto_pub -L &#39;mqtt://{broker}/plant/{house}/{serial}/want/target&#39; -m &#39;17&#39;",
        "plant/{house}/{serial}/said/target success",
    ] {
        assert!(page.contains(call), "{call}");
    }
}

/// The schemas describe a value as the wire treats it, in the words of JSON Schema.
#[test]
fn schemas_say_what_the_wire_does() {
    let generated = generated(include_str!("specs/heat-pump.md"));
    let read = json(&generated, "docs/status.schema.json");
    let write = json(&generated, "docs/set.schema.json");
    let cases = [
        (&read, "flowTemp", "/type", r#"["number","null"]"#),
        (&read, "flowTemp", "/readOnly", "true"),
        (&write, "target", "/minimum", "5"),
        (&write, "target", "/maximum", "30"),
        (
            &read,
            "mode",
            "/anyOf/3",
            r#"{"const":5,"title":"Defrost"}"#,
        ),
        // A newer device may send more; who writes may not.
        (&read, "mode", "/anyOf/4", r#"{"title":"another"}"#),
        (&read, "mode", "/maximum", "255"),
        (
            &read,
            "plan",
            "/items/properties/mode/anyOf/3",
            r#"{"title":"another"}"#,
        ),
        (
            &write,
            "plan",
            "/items/properties/mode/oneOf/2",
            r#"{"const":2,"title":"Cool"}"#,
        ),
        (
            &write,
            "mode",
            "/oneOf/3",
            r#"{"const":5,"title":"Defrost"}"#,
        ),
        (&read, "fault", "/anyOf/3", r#"{"title":"another"}"#),
        (&read, "fault", "/maximum", "65535"),
        (
            &read,
            "quiet",
            "/oneOf/0",
            r#"{"const":false,"title":"Loud"}"#,
        ),
        (&write, "badge", "/maxLength", "12"),
        (&write, "backlight", "/pattern", "\"^#[0-9A-Fa-f]{6}$\""),
        (&read, "code", "/type", "\"boolean\""),
        (&write, "code", "/type", "\"string\""),
        (&write, "reset", "/writeOnly", "true"),
        (&read, "plan", "/maxItems", "4"),
        (&read, "plan", "/items/required", r#"["from","mode"]"#),
        (
            &read,
            "sensors",
            "/properties/rooms/items/type",
            "\"number\"",
        ),
        (&write, "notes", "/maxItems", "3"),
        (&read, "olden", "/deprecated", "true"),
        (
            &read,
            "olden",
            "/$comment",
            "\"category Status; removed in 2.0\"",
        ),
        (
            &write,
            "target",
            "/$comment",
            "\"category Config; unit °C\"",
        ),
    ];
    for (schema, key, pointer, expected) in cases {
        let found = schema["$defs"][key].pointer(pointer);
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(found, Some(&expected), "{key} {pointer}");
    }
    assert!(read["$defs"]["reset"].is_null() && write["$defs"]["fault"].is_null());
    let required = read["$defs"]["full-status"]["required"].as_array().unwrap();
    assert!(required.contains(&"target".into()) && !required.contains(&"olden".into()));
}

/// Strict validators refuse a word or a format that is not the standard's;
/// OpenAPI has words of its own and lets others in.
#[test]
fn words_of_our_own_are_for_openapi_alone() {
    let generated = generated(include_str!("specs/heat-pump.md"));
    for path in ["docs/status.schema.json", "docs/set.schema.json"] {
        let text = file(&generated, path);
        assert!(
            !text.contains("\"x-") && !text.contains("\"format\""),
            "{path}"
        );
    }
    let openapi = json(&generated, "docs/openapi.json");
    let schemas = &openapi["components"]["schemas"];
    let read = &schemas["Status"]["properties"];
    let cases = [
        (&schemas["set-target"], "x-unit", "°C"),
        (&schemas["set-nightEnds"], "x-unit", "s"),
        (&schemas["set-code"], "format", "password"),
        (&read["started"], "x-format", "unix-time"),
        (&read["olden"], "x-removed", "2.0"),
    ];
    for (schema, word, expected) in cases {
        assert_eq!(schema[word], expected, "{schema}");
    }
    assert_eq!(schemas["set-badge"]["x-max-bytes"], 12);
}

/// What is read may be a value of a newer device, what is written may not.
#[test]
fn lists_of_named_values_are_open_for_those_who_read() {
    let rows = "| a | R/W | uint8 | Config | (A=0, B=1) |\n\
                | b | R/W | array<uint8> | Config | (A=0, B=1), max. 2 entries |\n\
                | c | R/W | optional<uint8> | Config | (A=0, B=1, ...) |\n";
    let generated = generated(&format!("{HEADER}{rows}"));
    check(&generated);
    let declarations = file(&generated, "docs/api.d.ts");
    for line in [
        "  readonly a: 0 | 1 | (number & {});",
        "  readonly b: Array<0 | 1 | (number & {})>;",
        "  readonly c: 0 | 1 | (number & {}) | null;",
        "  a: 0 | 1;",
        "  b: Array<0 | 1>;",
        "  c: 0 | 1 | (number & {}) | null;",
        "  a: { \"A\": 0; \"B\": 1; };",
    ] {
        assert!(
            declarations.lines().any(|known| known == line),
            "{line}\n{declarations}"
        );
    }
    let openapi = json(&generated, "docs/openapi.json");
    let schemas = &openapi["components"]["schemas"];
    let read = &schemas["Status"]["properties"];
    for one in [&read["a"], &read["b"]["items"], &read["c"]] {
        assert_eq!(
            one["anyOf"][1],
            serde_json::json!({"const": 1, "title": "B"})
        );
        assert_eq!(one["anyOf"][2], serde_json::json!({"title": "another"}));
        assert!(one["oneOf"].is_null(), "{one}");
    }
    assert_eq!(schemas["set-a"]["oneOf"].as_array().unwrap().len(), 2);
    assert_eq!(
        schemas["set-b"]["items"]["oneOf"].as_array().unwrap().len(),
        2
    );
}

/// Names that Python has for something else, or that are none there, get another.
#[test]
fn python_takes_every_name() {
    let rows = "| status | R/W | uint8 | Config | (None=0, mro=1, on-air=2) |\n\
                | any | R/W | array<uint8> | Config | (A=0, B=1, ...), max. 2 entries |\n\
                | inverter.power | R | float | Status | it |\n\
                | raw | R/W | object | Config | \"\"\" # \\ |\n";
    let generated = generated(&format!("# A \"\"\"box\\\n\n{HEADER}{rows}"));
    check(&generated);
    let declarations = file(&generated, "docs/api.py");
    for line in [
        "class Status_(IntEnum):",
        "    None_ = 0",
        "    mro_ = 1",
        "    OnAir = 2",
        "class Any_(IntEnum):",
        "    \"status\": Status_ | int,",
        "    \"status\": Status_ | Literal[0, 1, 2],",
        "    \"any\": list[Any_ | int],",
        "    \"inverter.power\": float,",
        "    \"raw\": dict[str, Any],",
    ] {
        let mut lines = declarations.lines();
        assert!(lines.any(|known| known == line), "{line}\n{declarations}");
    }
}

/// OpenAPI and AsyncAPI ask for a version: the spec's, or else its fingerprint.
#[test]
fn documents_have_the_version_of_the_spec() {
    let table = format!("{HEADER}| a | R | bool | Status | it |\n");
    for (head, expected) in [
        ("# Box\n\nVersion: 1.2.0-rc.1\n\n", Some("1.2.0-rc.1")),
        ("# Box\n\nFirmware version: 59.4\n\n", None),
    ] {
        let generated = generated(&format!("{head}{table}"));
        for path in ["docs/openapi.json", "docs/asyncapi.json"] {
            let document = json(&generated, path);
            let version = document["info"]["version"].as_str().unwrap();
            match expected {
                Some(expected) => assert_eq!(version, expected),
                None => assert_eq!(version.len(), 16, "{version}"),
            }
        }
    }
}

/// Entries of one type, and places with a meaning.
#[test]
fn arrays_say_what_is_in_them() {
    let generated = generated(include_str!("specs/arrays.md"));
    check(&generated);
    let declarations = file(&generated, "docs/api.d.ts");
    for line in [
        "  readonly meter: readonly [voltageL1: number, currentL1: number, pTotal: number, in_: number];",
        "  live: readonly [l1: boolean, l2: boolean];",
        "  readonly steps: Array<number>;",
        "  notes: Array<string> | null;",
        "  readonly n2e: number | null;",
    ] {
        assert!(declarations.contains(line), "{line}\n{declarations}");
    }
    let page = file(&generated, "docs/api-keys.md");
    for line in [
        "Always 4 entries:",
        "| 0 | voltage L1 | V | Voltage `L1` to N |",
        "| 3 | in |  | Nothing \\| else |",
        "- Write: `[true,true]`",
    ] {
        assert!(page.lines().any(|known| known == line), "{line}\n{page}");
    }
    let page = file(&generated, "docs/index.html");
    let place = "<tr><td><code>1</code></td><td>current L1</td><td class=\"unit\">A</td><td>Current &amp; more</td></tr>";
    assert!(page.contains(place), "{place}");
    let openapi = json(&generated, "docs/openapi.json");
    let meter = &openapi["components"]["schemas"]["Status"]["properties"]["meter"];
    assert_eq!(meter["prefixItems"][1]["title"], "current L1");
    assert_eq!(meter["prefixItems"][1]["x-unit"], "A");
    assert_eq!(meter["items"], false);
}

/// On the wire each key of a family is one of its own; for readers they are one.
/// What is in an object within another is told where the object is.
#[test]
fn shapes_within_shapes_are_told_in_their_places() {
    let generated = generated(include_str!("specs/nested.md"));
    check(&generated);
    let page = file(&generated, "docs/index.html");
    let (_, sunday) = page.split_once("<article id=\"sch_sund\"").unwrap();
    let (sunday, _) = sunday.split_once("</article>").unwrap();
    let places = ["ranges", "begin", "hour", "minute", "end"].map(|name| {
        let field = format!("<dt><code>{name}</code>");
        sunday
            .find(&field)
            .unwrap_or_else(|| panic!("{field}\n{sunday}"))
    });
    assert!(places.is_sorted(), "{sunday}");
    assert_eq!(
        sunday.matches("<dl class=\"shape\">").count(),
        4,
        "{sunday}"
    );
    let page = file(&generated, "docs/api-keys.md");
    for row in [
        "| `ranges` | `array` of always 2 objects, R/W | parts of the day |",
        "| `ranges[].begin.hour` | `uint8`, R/W, 0 to 23 | hour of the day, 0-23 |",
        "| `end.minute` | `uint8`, R/W, 0 to 59 | minute of the hour, 0-59 |",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
    let names = file(&generated, "docs/api.d.ts");
    assert!(
        names.contains("\"sch_sund.control\": { \"Disabled\": 0;"),
        "{names}"
    );
}

#[test]
fn a_family_is_one_entry_in_which_each_key_is_found() {
    let generated = generated(include_str!("specs/arrays.md"));
    let openapi = json(&generated, "docs/openapi.json");
    let schemas = &openapi["components"]["schemas"];
    let page = file(&generated, "docs/index.html");
    let markdown = file(&generated, "docs/api-keys.md");
    for name in ["n1e", "n2e", "n3e"] {
        assert!(schemas["Status"]["properties"][name].is_object());
        assert!(schemas[format!("set-{name}")].is_object());
        let id = format!(" id=\"{name}\"");
        assert_eq!(page.matches(&id).count(), 1, "{id}");
        assert_eq!(markdown.matches(&id).count(), 1, "{id}");
    }
    assert!(page.contains(" data-keys=\"n1e n2e n3e\""));
    assert!(page.contains("<li><a href=\"#n1e\">n1e … n3e</a></li>"));
    assert_eq!(page.matches("<article ").count(), 8);
    assert!(page.contains(">10 keys<"), "keys are counted, not articles");
    assert!(markdown.contains("\n### n1e … n3e\n"));
    assert!(markdown.contains("[`n1e … n3e`](#n1e)"));
}

/// A change of a key is a change of few lines.
#[test]
fn a_key_has_a_line_of_its_own() {
    let lines = |rows: &str| {
        let generated = self::generated(&format!("{HEADER}{rows}"));
        ["openapi", "status.schema", "set.schema"].map(|name| {
            let path = format!("docs/{name}.json");
            file(&generated, &path).lines().count()
        })
    };
    let one = "| a | R/W | uint8 | Config | a (A=0, B=1) |\n";
    let two = format!("{one}| b | R/W | uint8 | Config | b (A=0, B=1) |\n");
    let [before, after] = [lines(one), lines(&two)];
    let added: Vec<usize> = after.iter().zip(before).map(|(a, b)| a - b).collect();
    assert_eq!(added, [2, 2, 2]);
}

/// Every example satisfies the schema beside it, as far as types go.
#[test]
fn descriptions_may_show_the_example() {
    let generated = generated(include_str!("specs/heat-pump.md"));
    let page = file(&generated, "docs/index.html");
    let shown = "-G &#39;http://{host}/v3/orders&#39; --data-urlencode &#39;plan=[{&quot;from&quot;:21600,&quot;mode&quot;:1}]&#39;";
    assert!(page.contains(shown));
    // Also of what is only read; a text of the wrong type is none.
    let row = "| p | R | array | Status | powers `[1.5,2]`, never `\"many\"`; max. 2 entries |\n";
    let generated = self::generated(&format!("{HEADER}{row}"));
    assert!(file(&generated, "docs/api-keys.md").contains("- Reads like: `[1.5,2]`"));
}

/// Nothing but a key table, of which nobody wrote down a type.
#[test]
fn a_table_of_unknown_types_has_documents() {
    let rows = "| a | R | TYPE | Unknown | |\n| b | R/W | TYPE | Config | b |\n| c | W | TYPE | Other | c |\n";
    let generated = generated(&format!("{HEADER}{rows}"));
    check(&generated);
    for path in FILES {
        assert!(!file(&generated, path).is_empty(), "{path}");
    }
    let openapi = json(&generated, "docs/openapi.json");
    assert_eq!(openapi["info"]["title"], "API");
    assert_eq!(openapi["paths"], serde_json::json!({}));
    let page = file(&generated, "docs/index.html");
    assert!(page.contains("<article id=\"a\"") && !page.contains("<details>"));
    assert!(file(&generated, "docs/api.d.ts").contains("readonly a: unknown;"));
}

#[test]
fn one_sided_tables_have_documents() {
    for access in ["R", "W"] {
        check(&generated(&format!(
            "{HEADER}| a | {access} | bool | Other | it |\n"
        )));
    }
}

/// The lengths that documents state where the spec says nothing are those that
/// the generated code enforces.
#[test]
fn unstated_lengths_are_those_of_the_code() {
    let rows = "| a | R/W | string | Config | it |\n| b | R/W | any | Config | it |\n";
    let generated = generated(&format!("{HEADER}{rows}"));
    let openapi = json(&generated, "docs/openapi.json");
    let schemas = &openapi["components"]["schemas"];
    let max = |key: &str| {
        schemas[format!("set-{key}")]["x-max-bytes"]
            .as_u64()
            .unwrap()
    };
    let readings = file(&generated, "src/readings.rs");
    assert!(
        readings.contains(&format!("Text<'a, {}>", max("a"))),
        "{readings}"
    );
    assert!(
        readings.contains(&format!("RawJson<'a, {}>", max("b"))),
        "{readings}"
    );
}

/// What a spec says around its tables, links and hostile text in it included.
const PROSE: &str = "# Box\n\nBefore it all, <b>bold</b> & \u{202e}turned <!-- for authors -->.\n\n## Power\n\nThe order of `a`, \
    then `nobody`; see [times](#when-it-runs), [the web](https://example.com/?a=1&b=2), [nowhere](gone.md) and \
    [a trap](javascript:alert).\n\n<script>alert(1)</script>\n\n- one\n  - deep\n- 2 | 3\n\n```\n</pre> `x`\n```\n\n\
    | Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n| a | R | uint8 | Status | it, in W; beside `b` |\n\nBehind the table.\n\n\
    ### When it runs\n\n| Key | R/W | Type | Category | Description |\n|---|---|---|---|---|\n| b | R/W | array | Config | them `[{\"name\":\"\"}]` |\n\n\
    ## b[2]\n\nTwo of them, by `a`.\n\n| Field | R/W | Type | Description |\n|---|---|---|---|\n| name | R/W | string | Name of the thing, max. 20 bytes |\n\n\
    ## Nothing below\n";

/// Headings, their order and their text are those of the spec, and no text opens a tag.
#[test]
fn prose_comes_through_in_its_order() {
    let generated = generated(PROSE);
    check(&generated);
    let page = file(&generated, "docs/index.html");
    let order = [
        "<p>Before it all, &lt;b&gt;bold&lt;/b&gt; &amp; \u{fffd}turned .</p>",
        "<h2><a href=\"#about-power\">Power</a></h2>",
        "The order of <a href=\"#a\"><code>a</code></a>,",
        "then <code>nobody</code>; see <a href=\"#about-when-it-runs\">times</a>, \
         <a href=\"https://example.com/?a=1&amp;b=2\">the web</a>, nowhere and a trap.</p>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<li>one<ul>",
        "<pre><code>&lt;/pre&gt; `x`\n</code></pre>",
        "<article id=\"a\"",
        "beside <a href=\"#b\"><code>b</code></a>",
        "<p>Behind the table.</p>",
        "<h3><a href=\"#about-when-it-runs\">",
        "<article id=\"b\"",
        "<h4 class=\"name\">",
        "<p>Two of them, by <a href=\"#a\"><code>a</code></a>.</p>",
    ];
    let mut from = page.find("id=\"the-list\"").unwrap();
    for text in order {
        let at = page[from..].find(text);
        from += at.unwrap_or_else(|| panic!("{text}\n{}", &page[from..]));
    }
    assert!(!page.contains("Nothing below") && !page.contains("for authors"));
    let page = file(&generated, "docs/api-keys.md");
    for line in [
        "- [Power](#power): [`a`](#a)",
        "  - [When it runs](#when-it-runs): [`b`](#b)",
        "Before it all, &lt;b&gt;bold&lt;/b&gt; &amp; \u{fffd}turned .",
        "The order of [`a`](#a), then `nobody`; see [times](#when-it-runs), [the web](https://example.com/?a=1&b=2), nowhere and a trap.",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "  - deep",
        "- 2 \\| 3",
        "</pre> `x`",
        "#### b",
        "Two of them, by [`a`](#a).",
        "it, in W; beside [`b`](#b)",
    ] {
        assert!(page.lines().any(|known| known == line), "{line}\n{page}");
    }
    let openapi = json(&generated, "docs/openapi.json");
    let tags = openapi["tags"].as_array().unwrap();
    let names: Vec<_> = tags
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["About", "Power", "When it runs"]);
    let power = tags[1]["description"].as_str().unwrap();
    assert!(
        power.starts_with("The order of `a`,") && power.contains("Keys: `a`"),
        "{power}"
    );
}

/// A form that shows where something belongs is no example; its fields make one.
#[test]
fn a_form_is_no_example() {
    let generated = generated(PROSE);
    let page = file(&generated, "docs/api-keys.md");
    assert!(
        page.contains("- Write: `[{\"name\":\"Name of the thing\"}]`"),
        "{page}"
    );
    // What nobody describes shows what a new device has of it.
    let header = HEADER
        .replace("Category |", "Category | Default |")
        .replace("|---|\n", "|---|---|\n");
    let rows =
        "| c | R/W | any JSON | Config | {\"n\":32} | it |\n| d | W | any JSON | Other | | it |\n";
    let generated = self::generated(&format!("{header}{rows}"));
    let page = file(&generated, "docs/api-keys.md");
    assert!(
        page.contains("- Write: `{\"n\":32}`") && page.contains("- Write: `true`"),
        "{page}"
    );
}

/// Lists in lists and quotes in quotes, deeper than anybody reads or a stack takes.
#[test]
fn deep_prose_is_text() {
    for mark in ["> ", "- ", "*a "] {
        let text = format!(
            "# Deep\n\n{}end\n\n{HEADER}| a | R | bool | Status | it |\n",
            mark.repeat(3000)
        );
        check(&generated(&text));
    }
}

/// The device says what stands in its topics by the keys that the spec names there.
#[test]
fn placeholders_are_filled_by_the_keys_that_they_mention() {
    let topics = "| Topic | Payload | Action | Retained | Description |\n|---|---|---|---|---|\n| `{prefix}/{key}` | JSON | state | yes | each |\n\n\
        | Placeholder | Default | Description |\n|---|---|---|\n| `{prefix}` | `box/{serial}` | See `a`. `{serial}` is `nobody` or `b`, not `a` |\n\n";
    let rows = "| a | R | string | Status | it |\n| b | R | string | Status | it |\n";
    let generated = generated(&format!("{topics}{HEADER}{rows}"));
    let page = file(&generated, "docs/index.html");
    assert!(
        page.contains("\"fills\": {\"prefix\":\"a\",\"serial\":\"b\"}"),
        "{page}"
    );
    assert!(page.contains("name=\"serial\""), "{page}");
}
