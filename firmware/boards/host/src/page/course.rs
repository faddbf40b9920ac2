//! What was measured in the last five minutes, hour and day of the charger's time, the
//! mean of every few seconds, and nothing older. It must never know who looks.

use std::collections::VecDeque;
use std::fmt::Write as _;

use goe_api::Readings;
use goe_host::parameter;
use serde_json::json;

/// Points of a span.
const POINTS: usize = 300;

/// How long the spans are.
const SPANS_S: [u64; 3] = [300, 3_600, 86_400];

/// What is measured.
struct Column {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    /// Those of a group are drawn together.
    group: &'static str,
    /// `None` where there is nothing to measure.
    read: fn(&Readings<'_>) -> Option<f32>,
}

const fn column(
    [group, name, label, unit]: [&'static str; 4],
    read: fn(&Readings<'_>) -> Option<f32>,
) -> Column {
    Column {
        name,
        label,
        unit,
        group,
        read,
    }
}

const COLUMNS: [Column; 10] = [
    column(["power", "power_l1", "L1", "W"], |r| Some(r.nrg[7])),
    column(["power", "power_l2", "L2", "W"], |r| Some(r.nrg[8])),
    column(["power", "power_l3", "L3", "W"], |r| Some(r.nrg[9])),
    column(["current", "offered", "offered", "A"], |r| {
        Some(r.acu.map_or(0.0, |current| current as f32))
    }),
    column(["current", "drawn_l1", "L1", "A"], |r| Some(r.nrg[4])),
    column(["current", "drawn_l2", "L2", "A"], |r| Some(r.nrg[5])),
    column(["current", "drawn_l3", "L3", "A"], |r| Some(r.nrg[6])),
    // What goes into the grid; nobody measures it when nobody tells.
    column(["surplus", "surplus", "Surplus", "W"], |r| {
        r.ids.as_ref().map(|_| -r.pvopt_average_p_grid)
    }),
    column(["price", "price", "Price", "ct/kWh"], |r| {
        r.awcp.as_ref().map(|now| now.marketprice)
    }),
    column(["temperature", "temperature", "Charger", "°C"], |r| {
        r.tma.into_iter().reduce(f32::max)
    }),
];

/// A value of each column; none is not a number.
type Values = [f32; COLUMNS.len()];

/// One span.
pub(super) struct Span {
    length_s: u64,
    step_s: u64,
    /// The end of each step in ms, and the means of it.
    points: VecDeque<(u64, Values)>,
    count: u64,
    sums: Values,
    taken: [u32; COLUMNS.len()],
}

/// All spans.
pub(super) struct Course([Span; SPANS_S.len()]);

impl Default for Course {
    fn default() -> Self {
        Course(SPANS_S.map(Span::new))
    }
}

/// The number of the span that a query names.
pub(super) fn span(query: &str) -> Option<usize> {
    let length = parameter(query, "span")?;
    let mut spans = SPANS_S.iter();
    spans.position(|span_s| length == span_s.to_string())
}

/// What a query may name.
pub(super) fn spans() -> String {
    "span must be 300, 3600 or 86400, in seconds\n".to_owned()
}

impl Course {
    pub(super) fn take(&mut self, now_ms: u64, readings: &Readings<'_>) {
        let values = COLUMNS.each_ref().map(|column| (column.read)(readings));
        for span in &mut self.0 {
            span.take(now_ms, &values);
        }
    }

    /// How many points each span has had so far, as JSON.
    pub(super) fn counts(&self) -> String {
        let counts = self.0.iter();
        let counts = counts.map(|span| format!("\"{}\":{}", span.length_s, span.count));
        format!("{{{}}}", counts.collect::<Vec<_>>().join(","))
    }

    pub(super) fn json(&self, span: usize) -> String {
        let span = &self.0[span];
        let columns = COLUMNS.iter().map(|column| {
            json!({
                "name": column.name,
                "label": column.label,
                "unit": column.unit,
                "group": column.group,
            })
        });
        let values = (0..COLUMNS.len()).map(|column| {
            let points = span.points.iter();
            // JSON has no number that is none: serde_json makes null of it.
            points.map(|(_, values)| rounded(values[column])).collect()
        });
        json!({
            "span_s": span.length_s,
            "step_s": span.step_s,
            "columns": columns.collect::<Vec<_>>(),
            "at_ms": span.points.iter().map(|(at_ms, _)| at_ms).collect::<Vec<_>>(),
            "values": values.collect::<Vec<Vec<f64>>>(),
        })
        .to_string()
    }

    /// With a line of names, and units behind them, as spreadsheets read it.
    pub(super) fn csv(&self, span: usize, utc_at_start_ms: Option<i64>) -> String {
        let mut csv = "at_s,utc (s since 1970)".to_owned();
        for column in &COLUMNS {
            // A String takes everything.
            let _ = write!(csv, ",{} ({})", column.name, column.unit);
        }
        csv.push_str("\r\n");
        for (at_ms, values) in &self.0[span].points {
            let utc_ms = utc_at_start_ms.map(|start| start.saturating_add_unsigned(*at_ms));
            let utc = utc_ms.map_or(String::new(), |ms| (ms / 1_000).to_string());
            let _ = write!(csv, "{},{utc}", at_ms / 1_000);
            for value in values {
                csv.push(',');
                if value.is_finite() {
                    let _ = write!(csv, "{}", rounded(*value));
                }
            }
            csv.push_str("\r\n");
        }
        csv
    }
}

/// What is measured has no more digits that mean anything.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}

impl Span {
    fn new(length_s: u64) -> Self {
        Span {
            length_s,
            step_s: length_s / POINTS as u64,
            points: VecDeque::with_capacity(POINTS),
            count: 0,
            sums: Values::default(),
            taken: Default::default(),
        }
    }

    fn take(&mut self, now_ms: u64, values: &[Option<f32>; COLUMNS.len()]) {
        let all = self.sums.iter_mut().zip(&mut self.taken).zip(values);
        for ((sum, taken), value) in all {
            if let Some(value) = value {
                *sum += value;
                *taken += 1;
            }
        }
        let last_ms = self.points.back().map_or(0, |&(at_ms, _)| at_ms);
        if now_ms < last_ms + self.step_s * 1_000 {
            return;
        }
        if self.points.len() == POINTS {
            self.points.pop_front();
        }
        let mut means = self.sums;
        for (mean, taken) in means.iter_mut().zip(self.taken) {
            // Of nothing it is not a number.
            *mean /= taken as f32;
        }
        self.points.push_back((now_ms, means));
        self.count += 1;
        self.sums = Values::default();
        self.taken = Default::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_steps_and_nothing_older() {
        let mut span = Span::new(3_600);
        let mut values = [None; COLUMNS.len()];
        for second in 1..=24 {
            values[0] = Some(second as f32);
            span.take(second * 1_000, &values);
        }
        let points: Vec<_> = span.points.iter().map(|(at, v)| (*at, v[0])).collect();
        assert_eq!(points, [(12_000, 6.5), (24_000, 18.5)]);
        assert!(span.points[0].1[1].is_nan(), "nothing was measured");
        for second in 25..=86_400 {
            span.take(second * 1_000, &values);
        }
        assert_eq!(span.points.len(), POINTS);
        assert_eq!(span.points[0].0, 86_400_000 - 3_588_000);
        assert_eq!(span.count, 7_200);
    }

    #[test]
    fn only_spans_that_there_are() {
        for (query, number) in [
            ("span=300", Some(0)),
            ("a=1&span=86400", Some(2)),
            ("span=0300", None),
            ("span=", None),
            ("", None),
        ] {
            assert_eq!(span(query), number, "{query}");
        }
        for span_s in SPANS_S {
            assert!(spans().contains(&span_s.to_string()));
        }
    }
}
