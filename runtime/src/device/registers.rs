//! The registers of a device made of its logic: read from its readings, and written as
//! typed writes, all of a request or nothing.
//!
//! A request is first checked as a whole; what the table refuses changes nothing. What
//! only the logic can refuse is undone by writing what there was, the last one first.
//! This must never know a frame.

use heapless::Vec;

use crate::datum::Datum;
use crate::descriptor::Kind;
use crate::document::Render;
use crate::key_set::KeyIndex;
use crate::modbus::{self, Access, Exception, Operation, Origin, Register, VOLATILE_MAX};
use crate::number::Number;
use crate::out::{EXACT_FLOAT_BOUND, Out};
use crate::value::Value;

use super::cell::DeviceCell;
use super::changes::Bell;
use super::contract::{Registered, Table};
use super::logic::{Api, Logic};

/// Keys that one request can write.
const KEYS_MAX: usize = 32;

/// Entries of a list that has registers.
const LIST_MAX: usize = 16;

/// Entries of all lists that one request can write.
const ENTRIES_MAX: usize = 2 * LIST_MAX;

/// What flash holds of settings that were set without being stored. They are numbers or
/// truth values.
#[derive(Debug, Default)]
pub(super) struct Volatile(Vec<(KeyIndex, Vec<u8, EXACT_FLOAT_BOUND>), VOLATILE_MAX>);

impl Volatile {
    /// The JSON that the store has of a setting which has another value now.
    pub(super) fn stored(&self, key: KeyIndex) -> Option<&[u8]> {
        let mut all = self.0.iter();
        let (_, json) = all.find(|(known, _)| *known == key)?;
        Some(json)
    }

    /// Each, with its JSON.
    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyIndex, &str)> {
        let all = self.0.iter();
        // What was printed is UTF-8.
        all.filter_map(|(key, json)| Some((*key, core::str::from_utf8(json).ok()?)))
    }

    /// The setting's value is stored again.
    pub(super) fn forget(&mut self, key: KeyIndex) {
        self.0.retain(|(known, _)| *known != key);
    }
}

/// The value of a key, without a text.
#[derive(Clone, Copy)]
enum Plain {
    One(Value<'static>),
    /// So many of the numbers of a pool, from there on.
    List {
        from: usize,
        count: usize,
    },
}

/// A row of a request, with its bytes.
type Written<'b> = (&'static Register, &'b [u8]);

/// A key that a request has set.
struct Done {
    origin: Origin,
    before: Plain,
    access: Access,
    /// What flash has of it was held before, too.
    was_held: bool,
}

impl<L: Logic> DeviceCell<L> {
    /// The rows of the registers from `first` on, which `bytes` are of; none behind one
    /// that is not whole.
    fn rows<'s, 'b>(
        &'s self,
        table: modbus::Table,
        first: u16,
        bytes: &'b [u8],
    ) -> impl Iterator<Item = Result<Written<'b>, Exception>> + use<'s, 'b, L> {
        let (mut at, mut rest) = (u32::from(first), bytes);
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let row = self.row(table, at).and_then(|row| {
                let bytes = rest.split_at_checked(2 * usize::from(row.count));
                let (own, others) = bytes.ok_or(Exception::Value)?;
                (at, rest) = (row.end(), others);
                Ok((row, own))
            });
            if row.is_err() {
                rest = &[];
            }
            Some(row)
        })
    }

    fn row(&self, table: modbus::Table, at: u32) -> Result<&'static Register, Exception> {
        modbus::find(L::Api::REGISTERS, table, at, |row| {
            row.origin.is_none_or(|origin| !self.hides(origin.key))
        })
    }

    /// All registers from `first` on are rows of the table. One that is nowhere near is
    /// told before a gap.
    fn check_rows(&self, table: modbus::Table, first: u16, bytes: &[u8]) -> Result<(), Exception> {
        let last = u32::from(first) + (bytes.len() / 2).saturating_sub(1) as u32;
        for end in [u32::from(first), last] {
            if self.row(table, end) == Err(Exception::Address) {
                return Err(Exception::Address);
            }
        }
        let mut rows = self.rows(table, first, bytes);
        rows.try_for_each(|row| row.map(|_| ()))
    }

    /// What a row of a request says of its key; nothing if an earlier row of the same
    /// list has said it. Entries of a list stand in `pool`.
    fn said(
        &self,
        (first, request): (u16, &[u8]),
        (row, bytes): Written<'_>,
        pool: &mut Vec<Number, ENTRIES_MAX>,
    ) -> Result<Option<(Origin, Plain)>, Exception> {
        let origin = row.origin.ok_or(Exception::Value)?;
        if row.access == Access::Read {
            return Err(Exception::Value);
        }
        let ty = &L::Api::REGISTRY.descriptor(origin.key).write;
        let order = self.logic.borrow().modbus().order;
        let one = |row: &Register, bytes: &[u8]| match ty.nullable || ty.list.is_some() {
            true if row.says_null(order, bytes) => Ok(Value::Null),
            _ => {
                let value = row.decode(ty.kind == Kind::Bool, order, bytes);
                value.ok_or(Exception::Value)
            }
        };
        let Some(entries) = ty.list else {
            return one(row, bytes).map(|value| Some((origin, Plain::One(value))));
        };
        let same = |row: &Register| row.origin.filter(|other| other.key == origin.key);
        let rows = || self.rows(modbus::Table::Holding, first, request).flatten();
        let first_row = rows().find(|(row, _)| same(row).is_some());
        if first_row.is_some_and(|(other, _)| other.first != row.first) {
            return Ok(None);
        }
        let from = pool.len();
        for place in 0..entries.max() {
            let stands = |row: &Register| same(row).is_some_and(|of| of.place == place);
            let value = match rows().find(|(row, _)| stands(row)) {
                Some((row, bytes)) => one(row, bytes)?,
                None => self
                    .plain(Origin { place, ..origin })
                    .unwrap_or(Value::Null),
            };
            // `null` leaves the entry out, and those behind it move up.
            if let Value::Number(number) = value {
                pool.push(number).map_err(|_| Exception::Value)?;
            }
        }
        let count = pool.len() - from;
        Ok(Some((origin, Plain::List { from, count })))
    }

    /// One value as it is now, if it is no text.
    fn plain(&self, origin: Origin) -> Option<Value<'static>> {
        let logic = self.logic.borrow();
        let readings = logic.readings();
        match L::Api::datum(&readings, origin.accessor, origin.place)? {
            Datum::Null => Some(Value::Null),
            Datum::Bool(is_true) => Some(Value::Bool(is_true)),
            Datum::Number(number) => Some(Value::Number(number)),
            Datum::Text(_) | Datum::Bits(_) => None,
        }
    }

    /// All of a key as it is now.
    fn whole(&self, origin: Origin, pool: &mut Vec<Number, ENTRIES_MAX>) -> Option<Plain> {
        let Some(entries) = L::Api::REGISTRY.descriptor(origin.key).write.list else {
            return self.plain(origin).map(Plain::One);
        };
        let from = pool.len();
        for place in 0..entries.max() {
            if let Some(Value::Number(number)) = self.plain(Origin { place, ..origin }) {
                pool.push(number).ok()?;
            }
        }
        let count = pool.len() - from;
        Some(Plain::List { from, count })
    }

    /// Sets a key of which the table takes the value.
    fn take(&self, key: KeyIndex, plain: Plain, pool: &[Number]) -> bool {
        let write = L::Api::write(key, plain.value(pool));
        write.is_ok_and(|write| self.logic.borrow_mut().apply(write).is_ok())
    }

    /// Sets one key after the other, and notes what there was.
    fn take_all(
        &self,
        (first, request): (u16, &[u8]),
        done: &mut Vec<Done, KEYS_MAX>,
        old: &mut Vec<Number, ENTRIES_MAX>,
    ) -> Result<(), Exception> {
        let mut pool = Vec::new();
        for row in self.rows(modbus::Table::Holding, first, request) {
            pool.clear();
            let (row, bytes) = row?;
            let Some((origin, plain)) = self.said((first, request), (row, bytes), &mut pool)?
            else {
                continue;
            };
            let before = self.whole(origin, old).ok_or(Exception::Value)?;
            let was_held = self.volatile.borrow().stored(origin.key).is_some();
            let is_held = row.access != Access::Volatile || self.hold(origin.key);
            if done.is_full() || !is_held || !self.take(origin.key, plain, &pool) {
                self.release(origin.key, was_held);
                return Err(Exception::Value);
            }
            // There is room for it.
            let _ = done.push(Done {
                origin,
                before,
                access: row.access,
                was_held,
            });
        }
        Ok(())
    }

    /// Keeps what flash has of a setting, before it is set without being stored; `false`
    /// if there is no room.
    fn hold(&self, key: KeyIndex) -> bool {
        let mut held = self.volatile.borrow_mut();
        if held.stored(key).is_some() || !L::Api::REGISTRY.descriptor(key).is_stored() {
            return true;
        }
        let mut json = [0; EXACT_FLOAT_BOUND];
        let mut out = Out::exact(&mut json);
        self.logic.borrow().settings().write_value(key, &mut out);
        let json = out.written().and_then(|json| Vec::from_slice(json).ok());
        json.is_some_and(|json| held.0.push((key, json)).is_ok())
    }

    fn release(&self, key: KeyIndex, was_held: bool) {
        if !was_held {
            self.volatile.borrow_mut().forget(key);
        }
    }
}

impl Plain {
    fn value(self, pool: &[Number]) -> Value<'_> {
        match self {
            Plain::One(value) => value,
            Plain::List { from, count } => {
                Value::Numbers(pool.get(from..from + count).unwrap_or_default())
            }
        }
    }
}

impl<L: Logic> Registered for DeviceCell<L> {
    fn modbus(&self) -> modbus::Wanted {
        self.logic.borrow().modbus()
    }

    fn modbus_changed(&self) -> &Bell {
        &self.modbus_changed
    }

    fn read_registers(
        &self,
        table: modbus::Table,
        first: u16,
        bytes: &mut [u8],
    ) -> Result<(), Exception> {
        self.check_rows(table, first, bytes)?;
        {
            let logic = self.logic.borrow();
            let (readings, order) = (logic.readings(), logic.modbus().order);
            let (mut at, mut rest) = (u32::from(first), bytes);
            while !rest.is_empty() {
                let row = self.row(table, at)?;
                let (own, others) = rest
                    .split_at_mut_checked(2 * usize::from(row.count))
                    .ok_or(Exception::Value)?;
                let datum = row
                    .origin
                    .and_then(|origin| L::Api::datum(&readings, origin.accessor, origin.place));
                row.encode(datum.unwrap_or(Datum::Null), order, own);
                (at, rest) = (row.end(), others);
            }
        }
        // The next step shows it: clients read many times a second.
        self.logic.borrow_mut().operated(Operation::Read);
        Ok(())
    }

    fn write_registers(&self, first: u16, request: &[u8]) -> Result<(), Exception> {
        self.check_rows(modbus::Table::Holding, first, request)?;
        let mut pool = Vec::new();
        for row in self.rows(modbus::Table::Holding, first, request) {
            pool.clear();
            if let Some((origin, plain)) = self.said((first, request), row?, &mut pool)? {
                let write = L::Api::write(origin.key, plain.value(&pool));
                write.map_err(|_| Exception::Value)?;
            }
        }
        let (mut done, mut old) = (Vec::new(), Vec::new());
        if let Err(exception) = self.take_all((first, request), &mut done, &mut old) {
            while let Some(Done {
                origin,
                before,
                was_held,
                ..
            }) = done.pop()
            {
                // It was so before, and what came later is undone already.
                let _ = self.take(origin.key, before, &old);
                self.release(origin.key, was_held);
            }
            return Err(exception);
        }
        for Done { origin, access, .. } in &done {
            if *access != Access::Volatile {
                self.volatile.borrow_mut().forget(origin.key);
                self.store(origin.key);
            }
        }
        self.logic.borrow_mut().operated(Operation::Write);
        self.settle();
        Ok(())
    }
}
