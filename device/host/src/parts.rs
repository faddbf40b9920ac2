//! A file that has the flash of many devices, each in a part of its own, whose place follows from
//! a number: so a part is found again whichever others there are.
//!
//! It has holes where nothing was written, which take no room on the disk, and they stay, since
//! erased flash is not erased again. They read as zeros, and erased flash as ones, so that all
//! bits stand inverted in it. Parts are as large as the flash of one device alone
//! ([`FileFlash`](crate::FileFlash)), and are kept in memory one at a time, as long as it is in
//! use. What was written is there after the end of the process, however sudden; that it is
//! there after a power cut is brought about for all that wait for it at once, and nobody
//! but they wait meanwhile.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use goe_device::store::Flash;
use tokio::sync::Notify;

use crate::flash::{
    ERASED, FlashError, NoFlash, SIZE, UNIT, WORD, burn, keep_copy, make_private, open_locked,
    place,
};

/// What the file begins with; the byte behind it is the version of its layout.
const MAGIC: &[u8; 16] = b"flash of a fleet";

const VERSION: u8 = 1;

/// Before the first part.
const HEAD: u64 = UNIT as u64;

/// Those that want to be sure of what they wrote wait for others so long.
const GATHER: Duration = Duration::from_millis(50);

/// The file. A clone is the same.
#[derive(Clone, Debug)]
pub struct PartedFlash(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    file: Arc<File>,
    held: RefCell<Held>,
    /// How often something was written.
    written: Cell<u64>,
    /// So much of it is there after a power cut.
    synced: Cell<u64>,
    /// How often that was tried to its end, and how the last time failed.
    tried: Cell<u64>,
    failed: RefCell<Option<Failed>>,
    is_syncing: Cell<bool>,
    has_synced: Notify,
}

/// A try for all that was written until then.
#[derive(Debug)]
struct Failed {
    number: u64,
    until: u64,
    error: io::Error,
}

/// The part that is in use, as its device has it.
#[derive(Debug)]
struct Held {
    number: Option<u32>,
    bytes: Vec<u8>,
}

/// The flash of one device.
#[derive(Debug)]
pub struct FlashPart {
    shared: Rc<Shared>,
    number: u32,
    /// `true` if it takes nothing any more: a fault to try.
    fails: Rc<Cell<bool>>,
    /// The last that was written to it.
    written: u64,
}

impl PartedFlash {
    /// Opens the file, or makes it; locks it against another process.
    ///
    /// # Errors
    /// [`InUse`](crate::InUse), [`NoFlash`], it is of another version, or the file or its folder cannot be
    /// read or made.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let (file, is_new) = open_locked(path)?;
        let name = path.display();
        let mut head = [0; MAGIC.len() + 1];
        let length = file
            .metadata()
            .with_context(|| format!("cannot read flash file {name}"))?;
        if length.len() == 0 {
            // An empty file that was there before is damaged.
            if !is_new {
                tracing::error!("flash file {name} is empty; starting with defaults");
            }
            head[..MAGIC.len()].copy_from_slice(MAGIC);
            head[MAGIC.len()] = VERSION;
            write_at(&file, &head, 0).with_context(|| format!("cannot write flash file {name}"))?;
        }
        read_at(&file, &mut head, 0).with_context(|| format!("cannot read flash file {name}"))?;
        match head.strip_prefix(MAGIC) {
            Some([VERSION]) => {}
            Some(_) => bail!(
                "flash file {name} was written by another version of this program; name another file"
            ),
            None => return Err(NoFlash::of(path).into()),
        }
        make_private(&file, path);
        Ok(PartedFlash::of(file, path))
    }

    fn of(file: File, path: &Path) -> Self {
        PartedFlash(Rc::new(Shared {
            path: path.to_owned(),
            file: Arc::new(file),
            held: RefCell::new(Held {
                number: None,
                bytes: vec![ERASED; SIZE],
            }),
            written: Cell::new(0),
            synced: Cell::new(0),
            tried: Cell::new(0),
            failed: RefCell::new(None),
            is_syncing: Cell::new(false),
            has_synced: Notify::new(),
        }))
    }

    /// The flash of the device with this number, which nobody else has; set `fails`, and
    /// nothing more can be written or erased.
    pub fn part(&self, number: u32, fails: Rc<Cell<bool>>) -> FlashPart {
        FlashPart {
            shared: self.0.clone(),
            number,
            fails,
            written: 0,
        }
    }
}

impl Shared {
    /// Where a part is in the file.
    fn start(number: u32) -> u64 {
        HEAD + u64::from(number) * SIZE as u64
    }

    /// Has a part in memory.
    fn with<R>(&self, number: u32, act: impl FnOnce(&mut Vec<u8>) -> R) -> Result<R, FlashError> {
        let held = &mut *self.held.borrow_mut();
        if held.number != Some(number) {
            held.number = None;
            let start = Self::start(number);
            read_at(&self.file, &mut held.bytes, start).map_err(FlashError::Io)?;
            held.bytes.iter_mut().for_each(|byte| *byte = !*byte);
            held.number = Some(number);
        }
        Ok(act(&mut held.bytes))
    }

    /// Waits until everything up to a write is there after a power cut. One that waits
    /// does it for all that came before it begins; where it fails, it fails for all of them.
    async fn sync(self: &Rc<Self>, written: u64) -> Result<(), FlashError> {
        let before = self.tried.get();
        while self.synced.get() < written {
            if self.is_syncing.replace(true) {
                self.has_synced.notified().await;
                let failed = &*self.failed.borrow();
                let failed = failed.as_ref().filter(|failed| failed.number > before);
                if let Some(Failed { error, .. }) = failed.filter(|failed| failed.until >= written)
                {
                    let error = io::Error::new(error.kind(), error.to_string());
                    return Err(FlashError::Io(error));
                }
                continue;
            }
            let _syncing = Syncing(self);
            tokio::time::sleep(GATHER).await;
            let until = self.written.get();
            let file = self.file.clone();
            // A disk may take its time, and no charger shall be late for it.
            let synced = tokio::task::spawn_blocking(move || file.sync_data()).await;
            let synced = synced.unwrap_or_else(|error| Err(io::Error::other(error)));
            let number = self.tried.get() + 1;
            self.tried.set(number);
            if let Err(error) = synced {
                let same = io::Error::new(error.kind(), error.to_string());
                let failed = Failed {
                    number,
                    until,
                    error: same,
                };
                self.failed.replace(Some(failed));
                return Err(FlashError::Io(error));
            }
            self.failed.replace(None);
            self.synced.set(until);
        }
        Ok(())
    }
}

/// One does it; the others are told when it does so no more, however that ends.
struct Syncing<'a>(&'a Shared);

impl Drop for Syncing<'_> {
    fn drop(&mut self) {
        self.0.is_syncing.set(false);
        self.0.has_synced.notify_waiters();
    }
}

impl FlashPart {
    fn works(&self) -> Result<(), FlashError> {
        if self.fails.get() {
            return Err(FlashError::Failing);
        }
        Ok(())
    }

    /// Changes what stands in a range, in memory and in the file.
    fn change(
        &mut self,
        range: Range<usize>,
        act: impl FnOnce(&mut [u8]) -> Result<(), FlashError>,
    ) -> Result<(), FlashError> {
        self.works()?;
        let inverted = self.shared.with(self.number, |bytes| {
            let bytes = &mut bytes[range.clone()];
            let before = bytes.to_vec();
            act(bytes)?;
            let inverted = bytes.iter().map(|byte| !byte);
            Ok::<_, FlashError>((before != bytes).then(|| inverted.collect::<Vec<_>>()))
        })??;
        // What is erased already stays a hole.
        let Some(inverted) = inverted else {
            return Ok(());
        };
        let start = Shared::start(self.number) + range.start as u64;
        let written = write_at(&self.shared.file, &inverted, start);
        if written.is_err() {
            // What the file has now is to be seen.
            self.shared.held.borrow_mut().number = None;
        }
        self.written = self.shared.written.get() + 1;
        self.shared.written.set(self.written);
        written.map_err(FlashError::Io)
    }
}

impl ErrorType for FlashPart {
    type Error = FlashError;
}

impl ReadNorFlash for FlashPart {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let range = place(offset, bytes.len(), Self::READ_SIZE)?;
        self.shared
            .with(self.number, |held| bytes.copy_from_slice(&held[range]))
    }

    fn capacity(&self) -> usize {
        SIZE
    }
}

impl NorFlash for FlashPart {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = UNIT;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let range = place(from, length as usize, UNIT)?;
        self.change(range, |held| {
            held.fill(ERASED);
            Ok(())
        })
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let range = place(offset, bytes.len(), WORD)?;
        self.change(range, |held| burn(held, bytes))
    }
}

impl Flash for FlashPart {
    async fn set_aside(&mut self) -> Result<(), FlashError> {
        let mut path = self.shared.path.as_os_str().to_owned();
        path.push(format!(".{:06}", self.number));
        let bytes = self.shared.with(self.number, |bytes| bytes.clone())?;
        keep_copy(Path::new(&path), bytes.as_slice()).map_err(FlashError::Io)
    }

    async fn sync(&mut self) -> Result<(), FlashError> {
        let shared = self.shared.clone();
        shared.sync(self.written).await
    }
}

/// Fills a buffer from a place of a file, with zeros behind its end.
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    let mut length = 0;
    while length < bytes.len() {
        match read_some(file, &mut bytes[length..], start + length as u64) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes[length..].fill(0);
    Ok(())
}

#[cfg(unix)]
fn read_some(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_some(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
    io::Read::read(&mut file, bytes)
}

#[cfg(not(unix))]
fn write_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
    io::Write::write_all(&mut file, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flash::InUse;

    fn run<R>(future: impl Future<Output = R>) -> R {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(future)
    }

    fn part(flash: &PartedFlash, number: u32) -> FlashPart {
        flash.part(number, Rc::default())
    }

    async fn read(part: &mut FlashPart, offset: u32) -> [u8; 4] {
        let mut bytes = [0; 4];
        part.read(offset, &mut bytes).await.expect("reads");
        bytes
    }

    #[test]
    fn parts_behave_like_nor_flash_and_have_nothing_in_common() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a/fleet.flash");
        run(async {
            let flash = PartedFlash::open(&path).expect("opens");
            let (mut one, mut other) = (part(&flash, 100_000), part(&flash, 100_001));
            other.write(0, b"next").await.expect("writes");
            one.write(SIZE as u32 - 4, &[0xF0; 4])
                .await
                .expect("writes");
            assert_eq!(read(&mut one, 0).await, [ERASED; 4]);
            assert_eq!(read(&mut other, 0).await, *b"next");
            assert_eq!(read(&mut one, SIZE as u32 - 4).await, [0xF0; 4]);
            assert!(matches!(
                one.write(SIZE as u32 - 4, &[0xFF; 4]).await,
                Err(FlashError::NotErased)
            ));
            for wrong in [2, SIZE as u32] {
                let written = one.write(wrong, &[0; 4]).await;
                assert!(matches!(written, Err(FlashError::OutOfBounds)));
            }
            let end = SIZE as u32;
            one.erase(end - UNIT as u32, end).await.expect("erases");
            assert_eq!(read(&mut one, end - 4).await, [ERASED; 4]);
            one.sync().await.expect("syncs");
        });
    }

    #[test]
    fn what_was_written_is_there_again_and_its_place_is_its_own() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("flash");
        run(async {
            let flash = PartedFlash::open(&path).expect("opens");
            let mut last = part(&flash, 999_999);
            // As a store begins.
            last.erase(0, SIZE as u32).await.expect("erases");
            last.write(16, b"kept").await.expect("writes");
            let second = PartedFlash::open(&path).expect_err("is locked");
            assert!(second.is::<InUse>(), "{second}");
        });
        run(async {
            let flash = PartedFlash::open(&path).expect("opens again");
            assert_eq!(read(&mut part(&flash, 999_999), 16).await, *b"kept");
            assert_eq!(read(&mut part(&flash, 0), 16).await, [ERASED; 4]);
        });
        // Nothing but what was written takes room.
        #[cfg(target_os = "linux")]
        {
            let blocks =
                std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&path).expect("there"));
            assert!(blocks * 512 < 64 << 10, "{blocks} blocks");
        }
    }

    #[test]
    fn all_who_wait_are_sure_at_once() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let flash = PartedFlash::open(&folder.path().join("flash")).expect("opens");
        run(async {
            let mut parts: Vec<_> = (0..100).map(|number| part(&flash, number)).collect();
            for part in &mut parts {
                part.write(0, &[0; 4]).await.expect("writes");
            }
            let tasks = tokio::task::LocalSet::new();
            let began = tokio::time::Instant::now();
            for mut part in parts {
                tasks.spawn_local(async move { part.sync().await.expect("syncs") });
            }
            tasks.await;
            assert!(began.elapsed() < 50 * GATHER, "{:?}", began.elapsed());
        });
        assert_eq!(flash.0.synced.get(), 100);
        // One that gave up is no obstacle to the others.
        run(async {
            let mut part = part(&flash, 7);
            part.write(4, &[0; 4]).await.expect("writes");
            assert!(
                tokio::time::timeout(GATHER / 10, part.sync())
                    .await
                    .is_err()
            );
            let again = tokio::time::timeout(100 * GATHER, part.sync()).await;
            again.expect("in time").expect("syncs");
        });
    }

    /// One that cannot be synced is no queue in which each tries it once more.
    #[cfg(target_os = "linux")]
    #[test]
    fn where_it_fails_it_fails_for_all_who_wait() {
        let path = Path::new("/dev/null");
        let file = File::options().read(true).write(true).open(path);
        let flash = PartedFlash::of(file.expect("opens"), path);
        run(async {
            let mut parts: Vec<_> = (0..100).map(|number| part(&flash, number)).collect();
            for part in &mut parts {
                part.write(0, &[0; 4]).await.expect("writes");
            }
            let tasks = tokio::task::LocalSet::new();
            for mut part in parts {
                tasks.spawn_local(async move {
                    part.sync().await.expect_err("it cannot be synced");
                    // Whoever comes again tries again.
                    part.sync().await.expect_err("it cannot be synced");
                });
            }
            tasks.await;
        });
        assert!(flash.0.tried.get() <= 10, "{} times", flash.0.tried.get());
    }

    #[test]
    fn a_file_that_is_no_flash_is_left_alone() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("thesis.txt");
        for text in [
            b"Chapter 1".as_slice(),
            b"flash of a fleet\x02",
            b"key-value store\x01",
        ] {
            std::fs::write(&path, text).expect("writes");
            let error = PartedFlash::open(&path).expect_err("is no flash");
            assert!(error.to_string().contains("name another file"), "{error}");
            assert_eq!(std::fs::read(&path).expect("is there"), text);
        }
        std::fs::write(&path, b"").expect("writes");
        PartedFlash::open(&path).expect("is as good as none");
    }

    #[test]
    fn one_that_fails_takes_nothing_and_the_others_do() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let flash = PartedFlash::open(&folder.path().join("flash")).expect("opens");
        run(async {
            let fails = Rc::new(Cell::new(true));
            let mut one = flash.part(1, fails.clone());
            assert!(matches!(
                one.write(0, &[0; 4]).await,
                Err(FlashError::Failing)
            ));
            part(&flash, 2).write(0, &[0; 4]).await.expect("writes");
            fails.set(false);
            one.write(0, &[0; 4]).await.expect("writes");
        });
    }
}
