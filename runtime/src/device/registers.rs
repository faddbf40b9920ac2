//! The registers of a device made of its logic: read from its readings, and written as
//! typed writes, all of a request or nothing.
//!
//! A request is first checked as a whole; what the table refuses changes nothing. What
//! only the logic can refuse is undone by writing what there was, the last one first.
//! This must never know a frame.

use heapless::Vec;

use crate::datum::Datum;
use crate::descriptor::Kind;
use crate::key_set::KeyIndex;
use crate::modbus::{self, Access, Exception, Operation, Origin, Register};
use crate::number::Number;
use crate::value::Value;

use super::cell::DeviceCell;
use super::changes::Bell;
use super::contract::Registered;
use super::logic::{Api, Logic};

/// Keys that one request can write.
const KEYS_MAX: usize = 32;

/// Entries of a list that has registers.
const LIST_MAX: usize = 16;

/// Entries of all lists that one request can write.
const ENTRIES_MAX: usize = 2 * LIST_MAX;

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

/// Registers that a request writes, from the first on.
#[derive(Clone, Copy)]
struct Request<'b> {
    first: u16,
    bytes: &'b [u8],
}

/// A key that a request has set.
struct Done {
    origin: Origin,
    before: Plain,
    access: Access,
    /// What flash has of it was held before, too.
    was_held: bool,
}

/// What a request has done, so that it can be undone.
#[derive(Default)]
struct Log {
    done: Vec<Done, KEYS_MAX>,
    /// The entries of lists as they were.
    entries: Vec<Number, ENTRIES_MAX>,
}

impl<L: Logic> DeviceCell<L> {
    /// The row that begins at a register, of which there are so many bytes.
    fn row(
        &self,
        table: modbus::Table,
        at: u32,
        bytes: usize,
    ) -> Result<&'static Register, Exception> {
        let row = modbus::find(L::Api::REGISTERS, table, at)?;
        // Registers have no release of their own: what the device keeps, they tell.
        let holds = |origin: Origin| self.logic.borrow().holds(origin.key);
        let is_there = row.origin.is_none_or(holds);
        let is_whole = bytes >= 2 * usize::from(row.count);
        (is_there && is_whole)
            .then_some(row)
            .ok_or(Exception::Value)
    }

    /// A request of which an end is nowhere near any row is refused for that first.
    fn check_ends(table: modbus::Table, first: u16, bytes: usize) -> Result<(), Exception> {
        let last = u32::from(first) + (bytes / 2).saturating_sub(1) as u32;
        [u32::from(first), last].into_iter().try_for_each(|end| {
            match modbus::find(L::Api::REGISTERS, table, end) {
                Err(Exception::Address) => Err(Exception::Address),
                _ => Ok(()),
            }
        })
    }

    /// The row of a request that is of a key, and of one of its places if that is given.
    fn find_row<'b>(
        &self,
        request: Request<'b>,
        key: KeyIndex,
        place: Option<u16>,
    ) -> Option<Written<'b>> {
        let (mut at, mut rest) = (u32::from(request.first), request.bytes);
        while let Ok(row) = self.row(modbus::Table::Holding, at, rest.len()) {
            let (own, others) = rest.split_at_checked(2 * usize::from(row.count))?;
            let is_it = |of: Origin| of.key == key && place.is_none_or(|place| place == of.place);
            if row.origin.is_some_and(is_it) {
                return Some((row, own));
            }
            (at, rest) = (row.end(), others);
        }
        None
    }

    /// What a row of a request says of its key; nothing if an earlier row of the same
    /// list has said it. Entries of a list stand in `pool`.
    fn said(
        &self,
        request: Request<'_>,
        (row, bytes): Written<'_>,
        pool: &mut Vec<Number, LIST_MAX>,
    ) -> Result<Option<(Origin, Plain)>, Exception> {
        let origin = row.origin.ok_or(Exception::Value)?;
        if row.access == Access::Read {
            return Err(Exception::Value);
        }
        let ty = &L::Api::REGISTRY.descriptor(origin.key).write;
        let order = self.logic.borrow().modbus().order;
        let one = |row: &Register, bytes: &[u8]| {
            let may_lack = ty.nullable || ty.list.is_some();
            let value = match may_lack && row.says_null(order, bytes) {
                true => Some(Value::Null),
                false => row.decode(ty.kind == Kind::Bool, order, bytes),
            };
            value.ok_or(Exception::Value)
        };
        let Some(entries) = ty.list else {
            return one(row, bytes).map(|value| Some((origin, Plain::One(value))));
        };
        let first = self.find_row(request, origin.key, None);
        if first.is_some_and(|(other, _)| other.first != row.first) {
            return Ok(None);
        }
        pool.clear();
        for place in 0..entries.max() {
            let value = match self.find_row(request, origin.key, Some(place)) {
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
        let count = pool.len();
        Ok(Some((origin, Plain::List { from: 0, count })))
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

    /// Goes through a request, and notes what there is of each key: looks whether the table
    /// takes all of it and the log has room, or sets one key after the other.
    fn carry_out(&self, request: Request<'_>, log: &mut Log, sets: bool) -> Result<(), Exception> {
        log.entries.clear();
        log.done.clear();
        let mut pool = Vec::new();
        let (mut at, mut rest) = (u32::from(request.first), request.bytes);
        while !rest.is_empty() {
            let row = self.row(modbus::Table::Holding, at, rest.len())?;
            let (own, others) = rest.split_at(2 * usize::from(row.count));
            (at, rest) = (row.end(), others);
            let Some((origin, plain)) = self.said(request, (row, own), &mut pool)? else {
                continue;
            };
            let write = L::Api::write(origin.key, plain.value(&pool));
            let write = write.map_err(|_| Exception::Value)?;
            let before = self.whole(origin, &mut log.entries);
            let done = Done {
                origin,
                before: before.ok_or(Exception::Value)?,
                access: row.access,
                was_held: self.volatile.borrow().stored(origin.key).is_some(),
            };
            let was_held = done.was_held;
            let is_volatile = done.access == Access::Volatile;
            log.done.push(done).map_err(|_| Exception::Value)?;
            if !sets {
                continue;
            }
            let is_held = !is_volatile || self.hold(origin.key);
            let is_taken = is_held && self.logic.borrow_mut().apply_part(write).is_ok();
            if !is_taken {
                log.done.pop();
                self.release(origin.key, was_held);
                return Err(Exception::Value);
            }
        }
        Ok(())
    }

    /// Sets what was set back, the last one first.
    fn undo(&self, log: &mut Log) {
        while let Some(done) = log.done.pop() {
            let write = L::Api::write(done.origin.key, done.before.value(&log.entries));
            if let Ok(write) = write {
                // It was so before, and what came later is undone already.
                let _ = self.logic.borrow_mut().apply_part(write);
            }
            self.release(done.origin.key, done.was_held);
        }
    }

    /// Keeps what flash has of a setting, before it is set without being stored; `false`
    /// if there is no room.
    fn hold(&self, key: KeyIndex) -> bool {
        let is_stored = L::Api::REGISTRY.descriptor(key).is_stored();
        let mut held = self.volatile.borrow_mut();
        !is_stored || held.hold(key, &self.logic.borrow().settings())
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
        Self::check_ends(table, first, bytes.len())?;
        {
            let logic = self.logic.borrow();
            let (readings, order) = (logic.readings(), logic.modbus().order);
            let (mut at, mut rest) = (u32::from(first), bytes);
            while !rest.is_empty() {
                let row = self.row(table, at, rest.len())?;
                let (own, others) = rest.split_at_mut(2 * usize::from(row.count));
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

    fn write_registers(&self, first: u16, bytes: &[u8]) -> Result<(), Exception> {
        Self::check_ends(modbus::Table::Holding, first, bytes.len())?;
        let request = Request { first, bytes };
        let mut log = Log::default();
        self.carry_out(request, &mut log, false)?;
        if let Err(exception) = self.carry_out(request, &mut log, true) {
            self.undo(&mut log);
            return Err(exception);
        }
        for Done { origin, access, .. } in &log.done {
            if *access != Access::Volatile {
                self.volatile.borrow_mut().forget(origin.key);
                self.store(origin.key);
            }
        }
        {
            let mut logic = self.logic.borrow_mut();
            logic.applied();
            logic.operated(Operation::Write);
        }
        self.settle();
        Ok(())
    }
}
