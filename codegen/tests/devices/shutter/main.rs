//! A shutter whose settings are objects in objects: a write a line on standard input,
//! `KEY JSON`, and on standard output what came of it, what clients read then, and what
//! is stored.

use std::io::BufRead;

use shutter::{
    ENTRY_CAPACITY, Key, REGISTRY, Readings, STORED_CAPACITY, SaturdayNote, SaturdayNoteMood,
    SaturdayNoteStored, Settings, SlatsEntry, SlatsParts, Sun, SunPhase, SunRise, SunRiseAt, Week,
    WeekControl, WeekPatch, WeekRangesBegin, WeekRangesBeginPatch, WeekRangesEntry, WeekStored,
    Write,
    runtime::{Capacities, List, Out, RawJson, Render, Text, error::Sent},
};

/// An hour and a minute.
type Time = (u8, u8);

struct Note {
    text: String,
    pin: String,
    mood: SaturdayNoteMood,
}

struct Day {
    control: WeekControl,
    ranges: [[Time; 2]; 2],
    note: Option<Note>,
}

struct Shutter {
    week: Day,
    saturday: Day,
    slats: [Vec<u8>; 3],
}

impl Day {
    const NEW: Day = Day {
        control: WeekControl::Disabled,
        ranges: [[(0, 0); 2]; 2],
        note: None,
    };

    /// Stored as they are read; a note has a secret, and is not.
    fn ranges(&self) -> [WeekRangesEntry; 2] {
        let time = |(hour, minute)| WeekRangesBegin { hour, minute };
        self.ranges.map(|[begin, end]| WeekRangesEntry {
            begin: time(begin),
            end: time(end),
        })
    }

    fn read(&self) -> Week<'_> {
        Week {
            control: self.control,
            ranges: self.ranges(),
            note: self.note.as_ref().map(|note| SaturdayNote {
                text: Text::cut(&note.text),
                pin: !note.pin.is_empty(),
                mood: note.mood,
            }),
        }
    }

    fn stored(&self) -> WeekStored<'_> {
        WeekStored {
            control: self.control,
            ranges: self.ranges(),
            note: self.note.as_ref().map(|note| SaturdayNoteStored {
                text: Text::cut(&note.text),
                pin: Text::cut(&note.pin),
                mood: note.mood,
            }),
        }
    }

    /// What was not sent stays as it is.
    fn apply(&mut self, patch: WeekPatch<'_>) {
        self.control = patch.control.unwrap_or(self.control);
        let ranges = patch.ranges.iter().flat_map(|ranges| ranges.iter());
        for (range, patch) in self.ranges.iter_mut().zip(ranges) {
            for (time, patch) in range.iter_mut().zip([patch.begin, patch.end]) {
                let WeekRangesBeginPatch { hour, minute } = patch.unwrap_or_default();
                *time = (hour.unwrap_or(time.0), minute.unwrap_or(time.1));
            }
        }
        match patch.note {
            None => {}
            Some(None) => self.note = None,
            Some(Some(patch)) => {
                let note = self.note.get_or_insert(Note {
                    text: String::new(),
                    pin: String::new(),
                    mood: SaturdayNoteMood::Bad,
                });
                if let Some(text) = patch.text {
                    note.text = text.chars().collect();
                }
                if let Some(pin) = patch.pin {
                    note.pin = pin.chars().collect();
                }
                note.mood = patch.mood.unwrap_or(note.mood);
            }
        }
    }
}

impl Shutter {
    fn apply(&mut self, write: Write<'_>) {
        match write {
            Write::Week(patch) => self.week.apply(patch),
            Write::Saturday(patch) => self.saturday.apply(patch),
            Write::Slats(patches) => {
                for (slat, patch) in self.slats.iter_mut().zip(patches.iter()) {
                    if let Some(parts) = patch.parts {
                        *slat = parts.iter().filter_map(|part| part.angle).collect();
                    }
                }
            }
            Write::Extra(_) => {}
        }
    }

    fn slats(&self) -> List<SlatsEntry, 3> {
        List::from_iter(self.slats.iter().map(|angles| SlatsEntry {
            parts: List::from_iter(angles.iter().map(|&angle| SlatsParts { angle })),
        }))
    }

    fn readings(&self) -> Readings<'_> {
        Readings {
            week: self.week.read(),
            saturday: self.saturday.read(),
            sun: Some(Sun {
                rise: SunRise {
                    at: SunRiseAt { hour: 6 },
                },
                phase: SunPhase::Day,
                raw: RawJson::new("{}").expect("JSON"),
            }),
            slats: self.slats(),
            extra: RawJson::new("{}").expect("JSON"),
        }
    }

    fn settings(&self) -> Settings<'_> {
        Settings {
            week: self.week.stored(),
            saturday: self.saturday.stored(),
            slats: self.slats(),
        }
    }

    fn set(&mut self, name: &str, json: &str) -> String {
        let Some(key) = Key::from_name(name) else {
            return "unknown".to_owned();
        };
        let sent = Sent {
            raw: json,
            profile: Some(REGISTRY.descriptor(key.index()).profile),
        };
        match Write::parse(key, json) {
            Ok(write) => self.apply(write),
            Err(error) => return error.http(name, sent).to_string(),
        }
        let read = text::<ENTRY_CAPACITY, _>(&self.readings(), key);
        let stored = text::<STORED_CAPACITY, _>(&self.settings(), key);
        format!("{read} {stored}")
    }
}

fn text<const N: usize, R: Render>(values: &R, key: Key) -> String {
    let mut buffer = [0; N];
    let mut out = Out::new(&mut buffer);
    values.write_value(key.index(), &mut out);
    let bytes = out.written().expect("fits");
    std::str::from_utf8(bytes).expect("UTF-8").to_owned()
}

fn main() {
    let needed = Capacities::of(REGISTRY.descriptors);
    assert_eq!(REGISTRY.capacities, needed, "no byte more than needed");
    let mut shutter = Shutter {
        week: Day::NEW,
        saturday: Day::NEW,
        slats: [Vec::new(), vec![5], Vec::new()],
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let (key, json) = line.split_once(' ').expect("a key and its value");
        println!("{}", shutter.set(key, json));
    }
}
