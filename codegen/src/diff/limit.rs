//! Limits of the size or the length of a value.

use crate::model::{Facts, Length, NumberRange};

/// From the least to the most; `counted` in this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) min: i128,
    pub(super) max: i128,
    pub(super) counted: &'static str,
}

impl Limit {
    pub(super) fn entries(max: u32, exact: bool) -> Self {
        Limit {
            min: if exact { max.into() } else { 0 },
            max: max.into(),
            counted: "entries",
        }
    }

    pub(super) fn range(facts: &Facts) -> Option<Self> {
        let range = facts.range.as_ref()?.value;
        Some(Limit {
            min: range.min.into(),
            max: range.max.into(),
            counted: "",
        })
    }

    pub(super) fn length(facts: &Facts) -> Option<Self> {
        let least = facts.least.as_ref();
        let (max, counted) = match facts.length.as_ref().map(|length| length.value) {
            Some(Length::Bytes(max)) => (max.into(), "bytes"),
            Some(Length::Characters(max)) => (max.into(), "characters"),
            Some(Length::Entries(max)) => (max.into(), "entries"),
            None => (least.map(|_| NumberRange::HIGHEST.into())?, "bytes"),
        };
        Some(Limit {
            min: least.map_or(0, |least| least.value.into()),
            max,
            counted,
        })
    }

    pub(super) fn text(self) -> String {
        let Limit { min, max, counted } = self;
        match counted {
            "" if min == NumberRange::LOWEST.into() => format!("at most {max}"),
            "" if max == NumberRange::HIGHEST.into() => format!("at least {min}"),
            "" => format!("{min} to {max}"),
            _ if max == NumberRange::HIGHEST.into() => format!("at least {min} {counted}"),
            _ if min == max => format!("always {max} {counted}"),
            _ if min > 0 => format!("{min} to {max} {counted}"),
            _ => format!("at most {max} {counted}"),
        }
    }
}
