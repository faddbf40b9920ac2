//! NOR flash in memory whose power can be cut in the middle of a write, for tests and
//! simulations of a device. It must never know what is stored.

#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::rc::Rc;

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use goe_device::store::Flash;

/// Numbers by Steele and Vigna's splitmix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Another stream of numbers for each seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to one below `end`; 0 of 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }
}

/// The effect of a power cut on the operation during which it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// It has not begun.
    Before,
    /// A part from the front is done.
    Front,
    /// A part from the back is done.
    Back,
    /// Of each bit that changes, chance decides.
    Bits,
    /// Of an erase, only the zeros that some flash writes everywhere first.
    Zeros,
    /// It is done, and nobody hears of it.
    After,
}

impl Tear {
    /// All of them.
    pub const ALL: [Tear; 6] = [
        Tear::Before,
        Tear::Front,
        Tear::Back,
        Tear::Bits,
        Tear::Zeros,
        Tear::After,
    ];
}

/// When the power goes.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// So many writes and erases are done before.
    pub after: usize,
    /// What becomes of the next.
    pub tear: Tear,
    /// Of what chance decides there.
    pub seed: u64,
}

/// The contents of the flash when the power is off.
#[derive(Clone, Debug)]
pub struct Cells {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Erases of each unit that began.
    pub erases: Vec<u64>,
    /// Writes and erases since the power came on.
    pub operations: usize,
    /// When the power goes.
    pub cut: Option<Cut>,
    /// The power is off: whoever waits for an operation waits for ever.
    pub is_off: bool,
    /// Nothing more can be written or erased.
    pub fails: bool,
    /// Copies that were set aside.
    pub set_aside: usize,
}

/// NOR flash as strict as the strictest: aligned to words, bits only from one
/// to zero, erased in units.
#[derive(Clone, Debug)]
pub struct Nor<const READ: usize, const WORD: usize, const UNIT: usize>(
    /// What is shared by all who have a clone.
    pub Rc<RefCell<Cells>>,
);

/// A misuse of the flash, which is a fault of the firmware's; or it does not work.
#[derive(Debug)]
pub struct Misuse(#[allow(dead_code, reason = "read by the log")] &'static str);

impl NorFlashError for Misuse {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> Nor<READ, WORD, UNIT> {
    /// Blank flash of so many units.
    pub fn new(units: usize) -> Self {
        Nor(Rc::new(RefCell::new(Cells {
            bytes: vec![0xFF; units * UNIT],
            erases: vec![0; units],
            operations: 0,
            cut: None,
            is_off: false,
            fails: false,
            set_aside: 0,
        })))
    }

    /// The same contents, with the power on again.
    pub fn booted(&self, cut: Option<Cut>) -> Self {
        let mut cells = self.0.borrow().clone();
        cells.operations = 0;
        cells.cut = cut;
        cells.is_off = false;
        Nor(Rc::new(RefCell::new(cells)))
    }

    /// Writes and erases since the power came on.
    pub fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// Returns whether the power is off.
    pub fn is_off(&self) -> bool {
        self.0.borrow().is_off
    }

    fn range(&self, offset: u32, length: usize, align: usize) -> std::ops::Range<usize> {
        let start = offset as usize;
        let end = start + length;
        assert!(end <= self.0.borrow().bytes.len(), "beyond the end");
        assert!(
            start.is_multiple_of(align),
            "{start} is no multiple of {align}"
        );
        assert!(
            length.is_multiple_of(align),
            "{length} is no multiple of {align}"
        );
        start..end
    }

    fn works(&self) -> Result<(), Misuse> {
        match self.0.borrow().fails {
            true => Err(Misuse("it does not work")),
            false => Ok(()),
        }
    }

    /// Turns a range into what shall be there, unless the power goes.
    async fn change(&self, range: std::ops::Range<usize>, wanted: &[u8]) {
        {
            let mut cells = self.0.borrow_mut();
            let cells = &mut *cells;
            let held = &mut cells.bytes[range];
            match cells.cut.filter(|cut| cut.after == cells.operations) {
                None => held.copy_from_slice(wanted),
                Some(cut) => {
                    tear(held, wanted, cut);
                    cells.is_off = true;
                }
            }
            cells.operations += 1;
        }
        if self.is_off() {
            std::future::pending().await
        }
    }
}

fn tear(held: &mut [u8], wanted: &[u8], cut: Cut) {
    let mut random = Random(cut.seed);
    match cut.tear {
        Tear::Before => {}
        Tear::Front => {
            let end = random.below(held.len() + 1);
            held[..end].copy_from_slice(&wanted[..end]);
        }
        Tear::Back => {
            let start = random.below(held.len() + 1);
            held[start..].copy_from_slice(&wanted[start..]);
        }
        Tear::Bits => {
            for (held, wanted) in held.iter_mut().zip(wanted) {
                *held ^= (*held ^ wanted) & random.draw() as u8;
            }
        }
        Tear::Zeros if wanted.iter().all(|&byte| byte == 0xFF) => held.fill(0),
        Tear::Zeros | Tear::After => held.copy_from_slice(wanted),
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> ErrorType for Nor<READ, WORD, UNIT> {
    type Error = Misuse;
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> ReadNorFlash
    for Nor<READ, WORD, UNIT>
{
    const READ_SIZE: usize = READ;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Misuse> {
        let range = self.range(offset, bytes.len(), READ);
        bytes.copy_from_slice(&self.0.borrow().bytes[range]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.borrow().bytes.len()
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> NorFlash for Nor<READ, WORD, UNIT> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = UNIT;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Misuse> {
        let range = self.range(from, (to - from) as usize, UNIT);
        self.works()?;
        // Each unit is an operation of its own.
        for unit in range.step_by(UNIT) {
            self.0.borrow_mut().erases[unit / UNIT] += 1;
            self.change(unit..unit + UNIT, &[0xFF; UNIT]).await;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Misuse> {
        let range = self.range(offset, bytes.len(), WORD);
        self.works()?;
        let raises = {
            let cells = self.0.borrow();
            let mut pairs = cells.bytes[range.clone()].iter().zip(bytes);
            pairs.any(|(held, new)| !held & new != 0)
        };
        if raises {
            return Err(Misuse("a bit is written from zero to one"));
        }
        self.change(range, bytes).await;
        Ok(())
    }
}

impl<const READ: usize, const WORD: usize, const UNIT: usize> Flash for Nor<READ, WORD, UNIT> {
    async fn set_aside(&mut self) -> Result<(), Misuse> {
        self.0.borrow_mut().set_aside += 1;
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), Misuse> {
        Ok(())
    }
}
