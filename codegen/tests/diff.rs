//! Changes and what they are called: each case is a table before and after, the
//! findings from the one to the other, and those of the way back.
//!
//! The descriptions of most cases change too; that they did is left out where
//! it is not what the case is about.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use goe_codegen::{
    Model, Spec,
    diff::{Bump, Diff, Finding, Severity, diff, rules},
    read,
};

const HEADER: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";

fn model(path: &str, text: &str) -> Model {
    read(&Spec::from_files([(path, text.as_bytes().to_vec())])).0
}

fn changes(old: &str, new: &str) -> Diff {
    diff(&model("old.md", old), &model("new.md", new))
}

/// `D0301 breaking k` for each finding, sorted; descriptions only if asked for.
fn summary(diff: &Diff, descriptions: bool) -> String {
    let all = diff.findings.iter();
    let shown = all.filter(|f| descriptions || f.rule != &rules::DESCRIPTION);
    let lines = shown.map(|f| format!("{} {} {}", f.rule.id, f.severity, f.subject()));
    let lines: BTreeSet<_> = lines.collect();
    lines.into_iter().collect::<Vec<_>>().join(", ")
}

/// The rows of a key table before and after, the findings, and the way back.
const KEYS: &[(&str, &str, &str, &str)] = &[
    // Existence.
    (
        "",
        "| k | R | bool | Status | x |",
        "D0101 compatible k",
        "D0102 breaking k",
    ),
    (
        "| aa | R/W | uint8 | Config | what it is |",
        "| bb | R/W | uint8 | Config | What  it is |",
        "D0103 breaking bb",
        "D0103 breaking aa",
    ),
    // Two that could be the new one are no renaming, nor is one that says nothing.
    (
        "| aa | R | uint8 | Config | what it is |",
        "| bb | R | uint8 | Config | what it is |\n| cc | R | uint8 | Config | what it is |",
        "D0101 compatible bb, D0101 compatible cc, D0102 breaking aa",
        "D0101 compatible aa, D0102 breaking bb, D0102 breaking cc",
    ),
    (
        "| aa | R | uint8 | Config | - |",
        "| bb | R | uint8 | Config | - |",
        "D0101 compatible bb, D0102 breaking aa",
        "D0101 compatible aa, D0102 breaking bb",
    ),
    (
        "| k | R | bool | Status | x |",
        "| k (removed in firmware 60.0) | R | bool | Status | x |",
        "D0104 breaking k",
        "D0105 compatible k",
    ),
    (
        "| k (removed in firmware 60.0) | R | bool | Status | x |",
        "",
        "D0106 editorial k",
        "D0107 editorial k",
    ),
    // Access.
    (
        "| k | R/W | bool | Config | x |",
        "| k | W | bool | Config | x |",
        "D0201 breaking k",
        "D0202 compatible k",
    ),
    (
        "| k | R/W | bool | Config | x |",
        "| k | R | bool | Config | x |",
        "D0203 breaking k",
        "D0204 compatible k",
    ),
    (
        "| k | R | bool | Config | x |",
        "| k | W | bool | Config | x |",
        "D0201 breaking k, D0204 compatible k",
        "D0202 compatible k, D0203 breaking k",
    ),
    // Types, for those who read, who write, and both.
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | uint16 | Status | x |",
        "D0301 breaking k",
        "D0302 compatible k",
    ),
    (
        "| k | W | uint8 | Other | x |",
        "| k | W | uint16 | Other | x |",
        "D0301 compatible k",
        "D0302 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | x |",
        "| k | R/W | uint16 | Config | x |",
        "D0301 breaking k",
        "D0302 breaking k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | string | Status | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | int8 | Status | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | int64 | Status | in ms |",
        "| k | R | milliseconds | Status | in ms |",
        "D0304 editorial k",
        "D0304 editorial k",
    ),
    (
        "| k | R/W | bool | Config | x |",
        "| k | R/W | get: bool set: string | Config | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R | bool | Status | x |",
        "| k | R | get: bool set: string | Status | x |",
        "",
        "",
    ),
    (
        "| k | R | int8 | Status | x |",
        "| k | R | optional<int8> | Status | x |",
        "D0311 breaking k",
        "D0312 compatible k",
    ),
    (
        "| k | W | int8 | Other | x |",
        "| k | W | optional<int8> | Other | x |",
        "D0311 compatible k",
        "D0312 breaking k",
    ),
    (
        "| k | R | any | Status | x |",
        "| k | R | optional<int8> | Status | x |",
        "D0305 compatible k",
        "D0306 risky k",
    ),
    // A placeholder was no promise, nor was an array of which nothing was said.
    (
        "| k | R/W | TYPE | Config | x |",
        "| k | R/W | uint8 | Config | x |",
        "D0305 risky k",
        "D0306 risky k",
    ),
    (
        "| k | W | optional<legacy> | Other | x |",
        "| k | W | string | Other | x |",
        "D0305 risky k",
        "D0306 compatible k",
    ),
    (
        "| k | R/W | get: bool set: any | Config | x |",
        "| k | R/W | bool | Config | x |",
        "D0305 risky k",
        "D0306 compatible k",
    ),
    (
        "| k | R/W | array | Config | x |",
        "| k | R/W | array<uint8> | Config | x |",
        "D0305 risky k",
        "D0306 risky k",
    ),
    // One that is there and another are no placeholders.
    (
        "| k | R/W | array<uint8> | Config | x |",
        "| k | R/W | array<string> | Config | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    (
        "| k | R/W | array | Config | x |",
        "| k | R/W | object | Config | x |",
        "D0303 breaking k",
        "D0303 breaking k",
    ),
    // Units, ranges, lengths.
    (
        "| k | R | float | Status | in W |",
        "| k | R | float | Status | in A |",
        "D0401 breaking k",
        "D0401 breaking k",
    ),
    (
        "| k | R | int64 | Status | in s |",
        "| k | R | milliseconds | Status | x |",
        "D0304 editorial k, D0401 breaking k",
        "D0304 editorial k, D0401 breaking k",
    ),
    (
        "| k | R | float | Status | x |",
        "| k | R | float | Status | in A |",
        "D0402 editorial k",
        "D0403 risky k",
    ),
    (
        "| k | R | uint8 | Status | 0-9 |",
        "| k | R | uint8 | Status | 0-20 |",
        "D0411 breaking k",
        "D0412 compatible k",
    ),
    (
        "| k | W | uint8 | Other | 0-9 |",
        "| k | W | uint8 | Other | 0-20 |",
        "D0411 compatible k",
        "D0412 breaking k",
    ),
    (
        "| k | W | uint8 | Other | 0-9 |",
        "| k | W | uint8 | Other | 5-20 |",
        "D0411 compatible k, D0412 breaking k",
        "D0411 compatible k, D0412 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | x |",
        "| k | R/W | uint8 | Config | 0-9 |",
        "D0413 risky k",
        "D0414 risky k",
    ),
    (
        "| k | W | string | Other | max. 8 characters |",
        "| k | W | string | Other | max. 9 characters |",
        "D0421 compatible k",
        "D0422 breaking k",
    ),
    (
        "| k | R | string | Other | max. 8 characters |",
        "| k | R | string | Other | max. 9 characters |",
        "D0421 breaking k",
        "D0422 compatible k",
    ),
    (
        "| k | R | string | Other | x |",
        "| k | R | string | Other | max. 9 characters |",
        "D0423 compatible k",
        "D0424 risky k",
    ),
    (
        "| k | R | string | Other | max. 9 bytes |",
        "| k | R | string | Other | max. 9 characters |",
        "D0425 risky k",
        "D0425 risky k",
    ),
    (
        "| k | W | string | Other | x |",
        "| k | W | string | Other | format: #RRGGBB |",
        "D0432 risky k",
        "D0433 editorial k",
    ),
    (
        "| k | R | int64 | Status | unix time |",
        "| k | R | int64 | Status | seconds since midnight |",
        "D0431 breaking k",
        "D0431 breaking k",
    ),
    // Named values.
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=1, C=2) |",
        "D0501 breaking k",
        "D0502 compatible k",
    ),
    (
        "| k | W | uint8 | Other | (A=0, B=1) |",
        "| k | W | uint8 | Other | (A=0, B=1, C=2) |",
        "D0501 compatible k",
        "D0502 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | (A=0, B=1) |",
        "| k | R/W | uint8 | Config | (A=0, B=1, C=2) |",
        "D0501 breaking k",
        "D0502 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, C=1) |",
        "D0503 risky k",
        "D0503 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, Bee=1) |",
        "| k | R | uint8 | Status | (A=0, BEE=1) |",
        "D0504 editorial k",
        "D0504 editorial k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=2) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    // A name at another number breaks everybody, whoever has the old one now.
    (
        "| k | R | uint8 | Status | (None=0, Overtemp=1, Lock=2) |",
        "| k | R | uint8 | Status | (None=0, Lock=1, Overtemp=2) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (None=0, Overtemp=1, Lock=2) |",
        "| k | R | uint8 | Status | (None=0, Lock=1) |",
        "D0505 breaking k, D0510 breaking k",
        "D0505 breaking k, D0510 breaking k",
    ),
    (
        "| k | W | uint8 | Other | (A=0, B=1, C=2) |",
        "| k | W | uint8 | Other | (A=0, X=1, B=2, C=3) |",
        "D0505 breaking k, D0510 breaking k",
        "D0505 breaking k, D0510 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (No Comm=0, A=1, Overtemp=2, ...) |",
        "| k | R | uint8 | Status | (No Comm=0, overTemp=1, A=2, ...) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    (
        "| k | R | bool | Status | (Static=false, Dynamic=true) |",
        "| k | R | bool | Status | (Static=true, Dynamic=false) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    // A number that only has another name is another matter.
    (
        "| k | R | uint8 | Status | (A=0, B=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, X=1, Y=2) |",
        "D0503 risky k",
        "D0503 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1, ...) |",
        "| k | R | uint8 | Status | (A=0, B=1, C=2, ...) |",
        "D0506 compatible k",
        "D0507 compatible k",
    ),
    (
        "| k | W | uint8 | Other | (A=0, B=1, ...) |",
        "| k | W | uint8 | Other | (A=0, B=1, C=2, ...) |",
        "D0506 compatible k",
        "D0507 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "| k | R | uint8 | Status | (A=0, B=1, ...) |",
        "D0508 risky k",
        "D0509 compatible k",
    ),
    (
        "| k | R | uint8 | Status | x |",
        "| k | R | uint8 | Status | (A=0, B=1) |",
        "D0511 compatible k",
        "D0512 risky k",
    ),
    // A part that could not be read is not gone, but nobody knows.
    (
        "| k | R | uint8 | Status | (A=0, B=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, B b=1, C=2) |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R | unit8 | Status | x |",
        "| k | R | uint16 | Statsu | x |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B b=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, B c=1, C=2) |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    // What neither side could read hides nothing of the rest.
    (
        "| k | R | uint8 | Status | (A=0, B b=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, B b=1, C=2, D=3) |",
        "D0501 breaking k",
        "D0502 compatible k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B b=1, C=2, D=3) |",
        "| k | R | uint8 | Status | (A=0, B b=1, D=2, C=3) |",
        "D0505 breaking k",
        "D0505 breaking k",
    ),
    (
        "| k | R | uint8 | Status | (Unknow\tn/Error=0, Idle=1, C=2) |",
        "| k | R | uint8 | Status | (Unknow\tn/Error=0, Idle=1, C=2, D=6) |",
        "D0501 breaking k",
        "D0502 compatible k",
    ),
    (
        "| k | R | unit8 | Status | x |",
        "| k | R/W | unit8 | Status | x |",
        "D0204 compatible k",
        "D0203 breaking k",
    ),
    // Without a type no fact is read of the text.
    (
        "| k | R | unit8 | Status | 0-9 |",
        "| k | R | unit8 | Status | 0-20 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    // Nor what was mended: the number says which one it was.
    (
        "| k | R | uint8 | Status | (A=0, B\tb=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, Bb=1, C=2, D=3) |",
        "D0501 breaking k",
        "D0502 compatible k",
    ),
    (
        "| k | R | uint8 | Status | (A=0, B b=1, C=2) |",
        "| k | R | uint8 | Status | (A=0, Bee=1, C=2, D=3) |",
        "D0501 breaking k, D0701 risky k",
        "D0502 compatible k, D0701 risky k",
    ),
    // What was given up with a text is part of it.
    (
        "| k | R/W | uint8 | Config | x, 6-32 or 50 |",
        "| k | R/W | uint8 | Config | x, 6-16 or 50 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | uint8 | Config | (0-9), or 255 |",
        "| k | R/W | uint8 | Config | (0-5), or 255 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | uint8 | Config | values 10-100, 0 turns it off |",
        "| k | R/W | uint8 | Config | values 10-50, 0 turns it off |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | uint8 | Config | level, 0-9, 0-5 |",
        "| k | R/W | uint8 | Config | level, 0-8, 0-5 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | string | Config | max. 32 bytes, 5 words max. 3 bytes |",
        "| k | R/W | string | Config | max. 30 bytes, 5 words max. 3 bytes |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | float | Config | power in W, peak in kW |",
        "| k | R/W | float | Config | power in mW, peak in kW |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R/W | float | Config | in mA or A |",
        "| k | R/W | float | Config | in mA or V |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    // Words that are neither numbers nor units are no other limit.
    (
        "| k | R/W | uint8 | Config | the level, 6-32 or 50 |",
        "| k | R/W | uint8 | Config | its level, 6-32 or 50 |",
        "",
        "",
    ),
    // A range in the place of a list.
    (
        "| k | R/W | uint8 | Config | 0-9 |",
        "| k | R/W | uint8 | Config | (A=0, B=1) |",
        "D0416 breaking k",
        "D0415 breaking k",
    ),
    (
        "| k | R | uint8 | Config | 0-9 |",
        "| k | R | uint8 | Config | (A=0, B=1) |",
        "D0416 compatible k",
        "D0415 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | 0-1 |",
        "| k | R/W | uint8 | Config | (A=0, B=1) |",
        "D0417 editorial k",
        "D0417 editorial k",
    ),
    (
        "| k | R/W | uint8 | Config | 0-1 |",
        "| k | R/W | uint8 | Config | (A=1, B=2) |",
        "D0415 breaking k, D0416 breaking k",
        "D0415 breaking k, D0416 breaking k",
    ),
    (
        "| k | R/W | uint8 | Config | 0-9 |",
        "| k | R/W | uint8 | Config | (A=0, B=1, ...) |",
        "D0414 risky k, D0511 risky k",
        "D0413 risky k, D0512 risky k",
    ),
    // What is stated on both sides says more than the type.
    (
        "| k | R | uint8 | Config | 0-10 |",
        "| k | R | uint16 | Config | 0-10 |",
        "D0304 editorial k",
        "D0304 editorial k",
    ),
    (
        "| k | R | uint8 | Config | 0-10 |",
        "| k | R | uint16 | Config | 0-20 |",
        "D0304 editorial k, D0411 breaking k",
        "D0304 editorial k, D0412 compatible k",
    ),
    // The least length is one too.
    (
        "| k | R/W | string | Config | key, 8 to 63 bytes |",
        "| k | R/W | string | Config | key, 12 to 63 bytes |",
        "D0422 breaking k",
        "D0421 breaking k",
    ),
    // Cells of their own.
    (
        "\n| Key | R/W | Type | Category | Description | Default |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 80 |",
        "\n| Key | R/W | Type | Category | Description | Default |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 90 |",
        "D0441 risky k",
        "D0441 risky k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Default |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | - |",
        "\n| Key | R/W | Type | Category | Description | Default |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 90 |",
        "D0442 editorial k",
        "D0443 editorial k",
    ),
    // Who honours a key, and the value of one that never changes.
    (
        "\n| Key | R/W | Type | Category | Description | Default | Coverage |\n|-|-|-|-|-|-|-|\n| k | R | uint8 | Constant | x | 1 | constant |",
        "\n| Key | R/W | Type | Category | Description | Default | Coverage |\n|-|-|-|-|-|-|-|\n| k | R | uint8 | Constant | x | 2 | constant |",
        "D0444 breaking k",
        "D0444 breaking k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Default | Coverage |\n|-|-|-|-|-|-|-|\n| k | R | uint8 | Status | x | 1 | constant |",
        "\n| Key | R/W | Type | Category | Description | Default | Coverage |\n|-|-|-|-|-|-|-|\n| k | R | uint8 | Status | x | 2 | alive |",
        "D0441 risky k, D0613 risky k",
        "D0441 risky k, D0613 risky k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Coverage |\n|-|-|-|-|-|-|\n| k | R/W | uint8 | Config | x | kept |",
        "\n| Key | R/W | Type | Category | Description | Coverage |\n|-|-|-|-|-|-|\n| k | R/W | uint8 | Config | x | effect |",
        "D0613 risky k",
        "D0613 risky k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Coverage |\n|-|-|-|-|-|-|\n| k | R/W | uint8 | Config | x | |",
        "\n| Key | R/W | Type | Category | Description | Coverage |\n|-|-|-|-|-|-|\n| k | R/W | uint8 | Config | x | effect |",
        "D0614 editorial k",
        "D0615 editorial k",
    ),
    // Without a type nothing is read of a description, so that nothing of it is lost.
    (
        "| k | R | uint8 | Status | level, 0-9 |",
        "| k | R | blorp | Status | level, 0-9 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k | R | string | Status | format: #RRGGBB |\n| l | R | uint8 | Status | in mA (Off=0, On=1) |",
        "| k | R | blorp | Status | format: #RRGGBB |\n| l | R | blorp | Status | in mA (Off=0, On=1) |",
        "D0701 risky k, D0701 risky l",
        "D0701 risky k, D0701 risky l",
    ),
    // What cells state is.
    (
        "\n| Key | R/W | Type | Category | Description | Unit | Max | Default |\n|-|-|-|-|-|-|-|-|\n| k | R | uint8 | Status | level, 0-9 | A | 5 | 3 |",
        "\n| Key | R/W | Type | Category | Description | Unit | Max | Default |\n|-|-|-|-|-|-|-|-|\n| k | R | blorp | Status | level, 0-9 | mA | 5 | 3 |",
        "D0401 breaking k, D0701 risky k",
        "D0401 breaking k, D0701 risky k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Since |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 60.0 |",
        "\n| Key | R/W | Type | Category | Description | Since |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 60.1 |",
        "D0612 editorial k",
        "D0612 editorial k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Max |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 5.5 |",
        "\n| Key | R/W | Type | Category | Description | Max |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | 6.5 |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "\n| Key | R/W | Type | Category | Description | Unit |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | lux |",
        "\n| Key | R/W | Type | Category | Description | Unit |\n|-|-|-|-|-|-|\n| k | R/W | float | Config | x | klux |",
        "D0701 risky k",
        "D0701 risky k",
    ),
    (
        "| k (removed in firmware 60.0) | R | bool | Status | x |",
        "| k (removed in firmware 60.1) | R | bool | Status | x |",
        "D0108 risky k",
        "D0108 risky k",
    ),
    // Category and text.
    (
        "| k | R | bool | Status | x |",
        "| k | R | bool | Config | x |",
        "D0601 risky k",
        "D0601 risky k",
    ),
    (
        "| k | R | bool | Unknown | x |",
        "| k | R | bool | Config | x |",
        "D0602 editorial k",
        "D0603 editorial k",
    ),
];

const SCAN: &str = "| scan | R | array | Status | networks |\n";
const FIELDS: &str = "| Field | R/W | Type | Description |\n|-|-|-|-|\n";
const POSITIONS: &str = "| Index | Name | Type | Unit | Description |\n|-|-|-|-|-|\n";
const ROUTES: &str = "| Method | Path | Query | Action | Description |\n|-|-|-|-|-|\n";
const MESSAGES: &str = "| Message | From | Fields | Action |\n|-|-|-|-|\n";
const TOPICS: &str = "| Topic | Payload | Action | Retained | Description |\n|-|-|-|-|-|\n";

/// The same for what follows a key table with `scan`.
fn others() -> Vec<(String, String, &'static str, &'static str)> {
    let shape = |head: &str, rows: &str| format!("\n## {head}\n\n{FIELDS}{rows}");
    let positions = |name: &str, unit: &str| {
        let row = format!("| 0 | {name} | float | {unit} | x |\n");
        format!("\n## scan[1]\n\n{POSITIONS}{row}")
    };
    let places = |names: &[&str]| {
        let rows = names.iter().enumerate();
        let rows: String = rows
            .map(|(at, name)| format!("| {at} | {name} | float | V | x |\n"))
            .collect();
        format!("\n## scan[{}]\n\n{POSITIONS}{rows}", names.len())
    };
    let route = |rows: &str| format!("\n{ROUTES}{rows}");
    let topic = |rows: &str| format!("\n{TOPICS}{rows}");
    let message = |rows: &str| format!("\n{MESSAGES}{rows}");
    let state = "| `a/{key}` | JSON | state | yes | x |\n";
    let default = |value: &str| {
        let rows = format!(
            "| Placeholder | Default | Description |\n|-|-|-|\n| `{{p}}` | {value} | x |\n"
        );
        format!(
            "{}\n{rows}",
            topic("| `{p}/{key}` | JSON | state | yes | x |\n")
        )
    };
    let ssid = "| ssid | R | string | name |\n";
    let rssi = "| rssi | R | int8 | level |\n";
    vec![
        (
            shape("scan[4]", ssid),
            shape("scan[8]", ssid),
            "D0421 breaking scan",
            "D0422 compatible scan",
        ),
        (
            shape("scan[4]", ssid),
            shape("scan[4]", &format!("{ssid}{rssi}")),
            "D0101 compatible scan.rssi",
            "D0102 breaking scan.rssi",
        ),
        (
            shape("scan[4]", rssi),
            shape("scan[4]", &rssi.replace("int8", "int16")),
            "D0301 breaking scan.rssi",
            "D0302 compatible scan.rssi",
        ),
        (
            shape("scan[4]", &ssid.replace("ssid", "ssid[2]")),
            shape("scan[4]", ssid),
            "D0303 breaking scan.ssid, D0424 risky scan.ssid",
            "D0303 breaking scan.ssid, D0423 compatible scan.ssid",
        ),
        // The number of texts in a list is one limit, the length of each another.
        (
            shape(
                "scan[4]",
                "| dns[2] | R | string | servers, max. 15 bytes |\n",
            ),
            shape(
                "scan[4]",
                "| dns[2] | R | string | servers, max. 8 bytes |\n",
            ),
            "D0422 compatible scan.dns",
            "D0421 breaking scan.dns",
        ),
        (
            shape(
                "scan[4]",
                "| dns[2] | R | string | servers, max. 15 bytes |\n",
            ),
            shape(
                "scan[4]",
                "| dns[3] | R | string | servers, max. 8 bytes |\n",
            ),
            "D0421 breaking scan.dns, D0422 compatible scan.dns",
            "D0421 breaking scan.dns, D0422 compatible scan.dns",
        ),
        (
            shape("scan[4]", "| dns[2] | R | string | servers |\n"),
            shape(
                "scan[4]",
                "| dns[2] | R | string | servers, max. 8 bytes |\n",
            ),
            "D0423 compatible scan.dns",
            "D0424 risky scan.dns",
        ),
        // An array of objects, and one of numbers, in either way to write it.
        (
            shape("scan[4]", "| r | R | array | x |\n") + &shape("scan.r[2]", rssi),
            shape("scan[4]", "| r[2] | R | object | x |\n") + &shape("scan.r", rssi),
            "D0304 editorial scan.r",
            "D0304 editorial scan.r",
        ),
        (
            shape("scan[4]", "| r | R | array | x |\n") + &shape("scan.r[2]", rssi),
            shape("scan[4]", "| r[3] | R | object | x |\n") + &shape("scan.r", rssi),
            "D0304 editorial scan.r, D0421 breaking scan.r",
            "D0304 editorial scan.r, D0422 compatible scan.r",
        ),
        (
            shape("scan[4]", "| r | R | array<uint8> | x, max. 2 entries |\n"),
            shape("scan[4]", "| r[2] | R | uint8 | x |\n"),
            "D0304 editorial scan.r",
            "D0304 editorial scan.r",
        ),
        (
            shape("scan[4]", "| r | R | array<uint8> | x, max. 2 entries |\n"),
            shape("scan[4]", "| r[2] | R | uint16 | x |\n"),
            "D0301 breaking scan.r",
            "D0302 compatible scan.r",
        ),
        (
            shape("scan[4]", "| r | R | array | x |\n"),
            shape("scan[4]", "| r[2] | R | uint8 | x |\n"),
            "D0305 compatible scan.r, D0423 compatible scan.r",
            "D0306 risky scan.r, D0424 risky scan.r",
        ),
        (
            String::new(),
            shape("scan[4]", ssid),
            "D0423 compatible scan, D0801 compatible scan",
            "D0424 risky scan, D0802 risky scan",
        ),
        // Of no key.
        (
            shape("gone[4]", rssi),
            shape("gone[8]", &rssi.replace("int8", "int16")),
            "D0301 breaking gone.rssi, D0421 breaking gone",
            "D0302 compatible gone.rssi, D0422 breaking gone",
        ),
        (
            String::new(),
            shape("gone[4]", ssid),
            "D0423 risky gone, D0801 risky gone",
            "D0424 risky gone, D0802 risky gone",
        ),
        // Shapes within shapes: each field by its path, under each that has the shape.
        (
            shape("scan[4]", "| times | R | array | x |\n") + &shape("scan.times[2]", rssi),
            shape("scan[4]", "| times | R | array | x |\n")
                + &shape("scan.times[3]", &rssi.replace("int8", "int16")),
            "D0301 breaking scan.times.rssi, D0421 breaking scan.times",
            "D0302 compatible scan.times.rssi, D0422 compatible scan.times",
        ),
        (
            shape(
                "scan[4]",
                "| a | R | object | x |\n| b | R | object | y |\n",
            ),
            shape(
                "scan[4]",
                "| a | R | object | x |\n| b | R | object | y |\n",
            ) + &shape("scan.a, scan.b", rssi),
            "D0801 compatible scan.a, D0801 compatible scan.b",
            "D0802 risky scan.a, D0802 risky scan.b",
        ),
        // One section or two that say the same is no change.
        (
            shape(
                "scan[4]",
                "| a | R | object | x |\n| b | R | object | y |\n",
            ) + &shape("scan.a, scan.b", rssi),
            shape(
                "scan[4]",
                "| a | R | object | x |\n| b | R | object | y |\n",
            ) + &shape("scan.a", rssi)
                + &shape("scan.b", &format!("{rssi}{ssid}")),
            "D0101 compatible scan.b.ssid",
            "D0102 breaking scan.b.ssid",
        ),
        (
            positions("voltage L1", "V"),
            positions("voltage L2", "V"),
            "D0803 risky scan",
            "D0803 risky scan",
        ),
        (
            positions("voltage", "V"),
            positions("Voltage", "mV"),
            "D0401 breaking scan",
            "D0401 breaking scan",
        ),
        (
            String::new(),
            positions("voltage", "V"),
            "D0305 compatible scan, D0423 compatible scan, D0801 compatible scan",
            "D0306 risky scan, D0424 risky scan, D0802 risky scan",
        ),
        (
            places(&["L1", "L2", "L3"]),
            places(&["L2", "l1", "L3"]),
            "D0804 breaking scan",
            "D0804 breaking scan",
        ),
        (
            places(&["L1", "L2", "L3"]),
            places(&["L2", "L3", "N"]),
            "D0804 breaking scan, D0805 breaking scan",
            "D0804 breaking scan, D0805 breaking scan",
        ),
        (
            places(&["L1", "L2"]),
            places(&["N", "L1", "L2"]),
            "D0421 breaking scan, D0422 compatible scan, D0804 breaking scan, D0805 breaking scan",
            "D0421 breaking scan, D0422 compatible scan, D0804 breaking scan, D0805 breaking scan",
        ),
        // The values of a field.
        (
            shape("scan[4]", "| e | R | uint8 | (A=0, B=1) |\n"),
            shape("scan[4]", "| e | R | uint8 | (A=1, B=0) |\n"),
            "D0505 breaking scan.e",
            "D0505 breaking scan.e",
        ),
        (
            shape("scan[4]", "| e | R | unit8 | x |\n"),
            shape("scan[4]", "| e | R | uint8 | x |\n"),
            "D0701 risky | e | R | unit8 | x |",
            "D0701 risky | e | R | unit8 | x |",
        ),
        // Of two rows the first counts, and the other may have changed.
        (
            "| scan | R | object | Status | again |\n".to_owned(),
            "| scan | R | object | Config | again |\n".to_owned(),
            "D0701 risky | scan | R | object | Config | again |, D0701 risky | scan | R | object | Status | again |",
            "D0701 risky | scan | R | object | Config | again |, D0701 risky | scan | R | object | Status | again |",
        ),
        // What could not be read of a row is not gone.
        (
            shape("scan[4]", &format!("{ssid}{rssi}")),
            shape(
                "scan[4]",
                &format!("{ssid}{}", rssi.replace("| R |", "| ro |")),
            ),
            "D0701 risky | rssi | ro | int8 | level |",
            "D0701 risky | rssi | ro | int8 | level |",
        ),
        (
            topic(state),
            topic(&state.replace("yes", "maybe")),
            "D0701 risky | `a/{key}` | JSON | state | maybe | x |",
            "D0701 risky | `a/{key}` | JSON | state | maybe | x |",
        ),
        (
            route("| GET | `/a` | | status | x |\n"),
            route("| GET | `/a` | | stat | x |\n"),
            "D0701 risky | GET | `/a` | | stat | x |",
            "D0701 risky | GET | `/a` | | stat | x |",
        ),
        // A row that belongs to no key.
        (
            route("| GET | `/a` | | statsu | x |\n"),
            route("| GET | `/b` | | statsu | x |\n"),
            "D0701 risky | GET | `/a` | | statsu | x |, D0701 risky | GET | `/b` | | statsu | x |",
            "D0701 risky | GET | `/a` | | statsu | x |, D0701 risky | GET | `/b` | | statsu | x |",
        ),
        (
            String::new(),
            route("| GET | `/a` | | status | x |\n"),
            "D0901 compatible GET /a",
            "D0902 breaking GET /a",
        ),
        (
            route("| GET | `/a` | | status | x |\n"),
            route("| GET | `/a` | `{key}` | set | x |\n"),
            "D0903 breaking GET /a",
            "D0903 breaking GET /a",
        ),
        (
            String::new(),
            topic(state),
            "D0911 compatible a/{key}",
            "D0912 breaking a/{key}",
        ),
        (
            topic(state),
            topic(&state.replace("JSON", "text")),
            "D0913 breaking a/{key}",
            "D0913 breaking a/{key}",
        ),
        (
            topic(state),
            topic(&state.replace("yes", "no")),
            "D0914 risky a/{key}",
            "D0914 risky a/{key}",
        ),
        (
            default("one"),
            default("two"),
            "D0921 risky {p}",
            "D0921 risky {p}",
        ),
        (
            String::new(),
            message("| hello | device | `a=scan`, `b=2` | hello |\n"),
            "D0931 compatible hello",
            "D0932 breaking hello",
        ),
        (
            message("| hello | device | `a=scan`, `b=2` | hello |\n"),
            message("| hello | device | `a=scan`, `b={secured}` | hello |\n"),
            "D0933 breaking hello",
            "D0933 breaking hello",
        ),
    ]
}

fn all_cases() -> Vec<(String, String, &'static str, &'static str)> {
    let keys = KEYS.iter().map(|&(old, new, there, back)| {
        // One that stays, so that there is a table.
        let table = |rows: &str| format!("{HEADER}| stays | R | bool | Status | here |\n{rows}\n");
        (table(old), table(new), there, back)
    });
    let others = others().into_iter().map(|(old, new, there, back)| {
        let table = |rest: &str| format!("{HEADER}{SCAN}{rest}");
        (table(&old), table(&new), there, back)
    });
    keys.chain(others).collect()
}

/// Keys of one row that differ in their number only are one thing.
#[test]
fn a_family_is_told_of_once() {
    let row = |keys: &str, ty: &str| format!("| {keys} | R | {ty} | Status | a card's |\n");
    let stays = format!("{HEADER}| c9e | R | bool | Status | another |\n");
    for (old, new, expected) in [
        (
            row("c0n c1n c2n", "uint8"),
            row("c0n c1n c2n", "uint16"),
            "D0301 breaking c0n … c2n",
        ),
        (
            String::new(),
            row("c0n c1n c2n", "uint8"),
            "D0101 compatible c0n … c2n",
        ),
        (
            row("c0n c1n", "uint8"),
            row("c0n c1n c2n", "uint8"),
            "D0101 compatible c2n",
        ),
        // In rows of their own, with a number in their texts.
        (
            row("c0n c1n", "uint8"),
            format!(
                    "{}{}",
                    row("c0n c1n", "uint8"),
                    (2..10)
                        .map(|n| row(&format!("c{n}n"), "uint8")
                            .replace("a card", &format!("card {n}")))
                        .collect::<String>()
                ),
            "D0101 compatible c2n … c9n",
        ),
        (
            ["c0n", "c1n", "c2n"].map(|key| row(key, "uint8")).concat(),
            ["c0n", "c1n", "c2n"].map(|key| row(key, "uint16")).concat(),
            "D0301 breaking c0n … c2n",
        ),
        // One of them is another; two may be alike by chance, and gaps are none.
        (
            String::new(),
            row("c0n", "uint8")
                + &row("c1n", "uint8")
                + &row("c2n", "uint16")
                + &row("c3n", "uint16"),
            "D0101 compatible c0n, D0101 compatible c1n, D0101 compatible c2n, D0101 compatible c3n",
        ),
        (
            String::new(),
            row("c0n", "uint8") + &row("c2n", "uint8") + &row("c4n", "uint8"),
            "D0101 compatible c0n, D0101 compatible c2n, D0101 compatible c4n",
        ),
    ] {
        let found = changes(&format!("{stays}{old}"), &format!("{stays}{new}"));
        assert_eq!(summary(&found, false), expected, "{old}{new}");
    }
}

#[test]
fn changes_are_called_what_they_are_there_and_back() {
    for (old, new, there, back) in all_cases() {
        assert_eq!(summary(&changes(&old, &new), false), there, "{old}{new}");
        assert_eq!(
            summary(&changes(&new, &old), false),
            back,
            "back: {old}{new}"
        );
    }
}

#[test]
fn every_rule_has_a_case_and_its_mirror_is_what_the_way_back_finds() {
    let mut found = BTreeSet::new();
    for (old, new, ..) in all_cases() {
        let (there, back) = (changes(&old, &new), changes(&new, &old));
        found.extend(
            there
                .findings
                .iter()
                .chain(&back.findings)
                .map(|f| f.rule.id),
        );
        assert_eq!(mirrored(&there), plain(&back), "{old}{new}");
        assert!(changes(&old, &old).findings.is_empty());
    }
    let all: BTreeSet<_> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(found, all);
}

/// The tables before and after that the lines of a rule's page are from.
fn example(rule: &rules::Rule) -> [String; 2] {
    let page = rule.page();
    let lines = page.split_once("## Example\n\n").unwrap().1;
    let of = |sign: &str| -> String {
        let lines = lines.lines().map(str::trim_start);
        let lines = lines.filter_map(|line| Some(line.strip_prefix(sign)?.trim_start()));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let stays = "| stays | R | bool | Status | here |\n";
    let topic = "| `{prefix}/{key}` | JSON | state | yes | x |\n";
    ["-", "+"].map(of).map(|rows| match &rule.id[..4] {
        "D080" => format!("{HEADER}{SCAN}\n{rows}"),
        _ if rows.starts_with("| Key") => format!("{HEADER}{stays}\n{rows}"),
        _ if rows.is_empty() => format!("{HEADER}{stays}"),
        "D090" => format!("{HEADER}{stays}\n{ROUTES}{rows}"),
        "D091" => format!("{HEADER}{stays}\n{TOPICS}{rows}"),
        "D093" => format!("{HEADER}{stays}\n{MESSAGES}{rows}"),
        "D092" => {
            let head = "| Placeholder | Default | Description |\n|-|-|-|\n";
            format!("{HEADER}{stays}\n{TOPICS}{topic}\n{head}{rows}")
        }
        _ => format!("{HEADER}{stays}{rows}"),
    })
}

#[test]
fn every_page_has_an_example_of_its_rule() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let [old, new] = example(rule);
        let found = changes(&old, &new).findings;
        // Changes that go with it: another description, the length of a new array.
        // What moved made others move.
        let moved = [("D0510", "D0505"), ("D0805", "D0804")];
        let beside = |id: &str| {
            id == "D0611"
                || (id.starts_with("D042") && &rule.id[..4] == "D080")
                || moved.contains(&(rule.id, id))
        };
        let ids = found.iter().map(|f| f.rule.id);
        let mut ids: Vec<_> = ids.filter(|id| *id == rule.id || !beside(id)).collect();
        ids.dedup();
        if ids != [rule.id] {
            wrong.push(format!("{ids:?} for {}\n{old}\n{new}", rule.id));
        }
        assert!(!rule.page().contains("finds. \n"), "{}: why?", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Plain = (String, Option<(String, String)>, Option<(String, String)>);

fn plain(diff: &Diff) -> Vec<Plain> {
    let mut all: Vec<_> = diff
        .findings
        .iter()
        .map(|f| flat(f, f.rule.id, false))
        .collect();
    all.sort();
    all
}

/// The findings that the way back must have.
fn mirrored(diff: &Diff) -> Vec<Plain> {
    let mut all: Vec<_> = diff
        .findings
        .iter()
        .map(|f| flat(f, f.rule.mirror, true))
        .collect();
    all.sort();
    all
}

fn flat(finding: &Finding, rule: &str, swap: bool) -> Plain {
    let ends = [&finding.old, &finding.new].map(|side| {
        let side = side.as_ref();
        side.map(|side| (side.name.clone(), side.text.clone()))
    });
    let [old, new] = ends;
    match swap {
        true => (rule.to_owned(), new, old),
        false => (rule.to_owned(), old, new),
    }
}

#[test]
fn both_places_are_named_and_fingerprints_stay() {
    let old = format!("{HEADER}| k | R | uint8 | Status | x |\n");
    let new = format!(
        "# moved\n\n{HEADER}| n | R | bool | Status | y |\n| k | R | uint16 | Status | x |\n"
    );
    let found = changes(&old, &new);
    let finding = &found.findings[0];
    let (before, after) = (finding.old.as_ref().unwrap(), finding.new.as_ref().unwrap());
    assert_eq!((before.file.as_str(), before.line), ("old.md", 3));
    assert_eq!((after.file.as_str(), after.line), ("new.md", 6));
    let moved = changes(&format!("# before\n\n{old}"), &new);
    assert_eq!(moved.findings[0].fingerprint(), finding.fingerprint());
    // FNV-1a of "D0301\0k\0uint8\0uint16\0", by another implementation of it.
    assert_eq!(finding.fingerprint(), "57dceac5046b885d");
    let wider = changes(&old, &new.replace("uint16", "uint32"));
    assert_ne!(wider.findings[0].fingerprint(), finding.fingerprint());
}

/// Each name says where it went.
#[test]
fn a_shift_is_told_name_by_name() {
    let table = |text: &str| format!("{HEADER}| k | R | uint8 | Status | ({text}) |\n");
    let found = changes(
        &table("None=0, Overtemp=1, Lock=2, Fan=3"),
        &table("None=0, Lock=1, Fan=2"),
    );
    let messages = found.findings.iter().map(|f| f.message.as_str());
    let messages: Vec<_> = messages.filter(|m| !m.contains("description")).collect();
    let expected = [
        "`k`: named value renumbered `Fan: 3 → 2`",
        "`k`: named value renumbered `Lock: 2 → 1`",
        "`k`: number given to another name `1=Overtemp` → `1=Lock`",
    ];
    assert_eq!(messages, expected);
}

/// An item that could be read on one side only is what it was, if it reads so.
#[test]
fn what_may_be_the_same_is_neither_gained_nor_lost() {
    let table = |text: &str| format!("{HEADER}| k | R | uint8 | Status | ({text}) |\n");
    for (old, new, expected) in [
        (
            "Unknow\tn/Error=0, Idle=1, C=2",
            "Unknown/Error=0, Idle=1, C=2, D=6",
            &["gained `6=D`"][..],
        ),
        (
            "None=0, F\tiAc=1, C=2, D=3",
            "None=0, FiAc=1, D=3",
            &["lost `2=C`"],
        ),
        (
            "A=0, B b=1, C=2",
            "A=0, Bee=1, C=2, D=3",
            &["gained `3=D`", "not compared, `B b=1`"],
        ),
        ("A=0, B=1\t2, C=3", "A=0, B=12, C=3, D=4", &["gained `4=D`"]),
        // Nobody knows which number it had.
        (
            "A=0, B=1\t2, C=3",
            "A=0, B=2, C=3, D=4",
            &["not compared, `B=1 2`"],
        ),
    ] {
        let found = changes(&table(old), &table(new)).findings;
        let found = found.iter().filter(|f| f.rule != &rules::DESCRIPTION);
        let found: Vec<_> = found.map(|f| f.message.as_str()).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found} {expected}");
        }
    }
}

#[test]
fn the_worst_change_decides_on_the_version() {
    let of = |old: &str, new: &str| {
        let table = |row: &str| format!("{HEADER}| s | R | bool | Status | x |\n{row}\n");
        changes(&table(old), &table(new)).bump()
    };
    let row = "| k | R | uint8 | Status | x |";
    assert_eq!(of(row, row), Bump::None);
    assert_eq!(of(row, "| k | R | uint8 | Status | y |"), Bump::Patch);
    assert_eq!(of("", row), Bump::Minor);
    assert_eq!(of(row, "| k | R | uint8 | Config | x |"), Bump::Minor);
    assert_eq!(of(row, ""), Bump::Major);
}

#[test]
fn what_could_not_be_read_is_named() {
    let old = format!("{HEADER}| a | R | unit8 | Status | x |\n| b | R | uint8 | Status | x |\n");
    let new = format!("{HEADER}| a | R | uint8 | Status | x |\n| b | R | uint8 | Status | x |\n");
    let found = changes(&old, &new);
    assert_eq!(found.partial, ["a"]);
    assert_eq!(summary(&found, true), "D0701 risky a");
    assert_eq!(
        found.findings[0].message,
        "`a`: not compared, `unit8` could not be read before"
    );
    // The parts of a row that were read are compared all the same.
    let found = changes(&old, &new.replace("| a | R |", "| a | W |"));
    assert_eq!(
        summary(&found, true),
        "D0201 breaking a, D0204 compatible a, D0701 risky a"
    );
    assert_eq!(found.worst(), Some(Severity::Breaking));
    // What is the same on both sides did not change, whatever it says.
    let found = changes(&old, &old.replace("| b | R |", "| b | W |"));
    assert_eq!(found.partial, [""; 0]);
    assert_eq!(
        summary(&found, true),
        "D0201 breaking b, D0204 compatible b"
    );
}
