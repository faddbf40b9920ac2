//! A file that behaves like NOR flash: erased to ones in units of 8 KiB, bits
//! only ever written from one to zero.
//!
//! The contents are held in memory and written through, so that what a write
//! returned from survives the end of the process, however sudden. A file of ours
//! that cannot be flash (empty, cut off, too long) is set aside at the start; one
//! that was never flash is refused and left as it is. What it holds are secrets,
//! so that nobody but its owner may read it.

use std::cell::Cell;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use goe_device::store::{Flash, is_ours_or_blank};

/// Two sectors of an ESP32: the longest setting fits one unit.
pub(crate) const UNIT: usize = 8192;
const UNITS: usize = 16;
pub(crate) const SIZE: usize = UNIT * UNITS;
pub(crate) const WORD: usize = 4;
pub(crate) const ERASED: u8 = 0xFF;

/// The file, and what it holds.
#[derive(Debug)]
pub struct FileFlash {
    path: PathBuf,
    file: File,
    bytes: Vec<u8>,
    /// `true` if it takes nothing any more: a fault to try.
    fails: Rc<Cell<bool>>,
}

/// An error of the file.
#[derive(Debug)]
pub enum FlashError {
    /// The file cannot be read or written.
    Io(io::Error),
    /// Not at a word or unit, or beyond the end.
    OutOfBounds,
    /// It was told to fail.
    Failing,
    /// A bit would have to be written from zero to one.
    NotErased,
}

/// The file holds something that was never flash.
#[derive(Debug)]
pub struct NoFlash(PathBuf);

impl NoFlash {
    /// The file is this one.
    pub(crate) fn of(path: &Path) -> Self {
        NoFlash(path.to_owned())
    }
}

impl std::fmt::Display for NoFlash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.0.display();
        write!(
            f,
            "{path} is not a flash file, and is left as it is; name another file, or move it away"
        )
    }
}

impl std::error::Error for NoFlash {}

/// Another process has the file.
#[derive(Debug)]
pub struct InUse(PathBuf);

impl std::fmt::Display for InUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "flash file {} is in use", self.0.display())
    }
}

impl std::error::Error for InUse {}

impl std::fmt::Display for FlashError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FlashError::Io(error) => error.fmt(f),
            FlashError::OutOfBounds => f.write_str("not a place in flash"),
            FlashError::Failing => f.write_str("flash fails, as it was told to"),
            FlashError::NotErased => f.write_str("written without being erased"),
        }
    }
}

impl std::error::Error for FlashError {}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashError::Io(_) | FlashError::Failing | FlashError::NotErased => {
                NorFlashErrorKind::Other
            }
            FlashError::OutOfBounds => NorFlashErrorKind::OutOfBounds,
        }
    }
}

impl FileFlash {
    /// Opens the file, or makes it; locks it against another process.
    ///
    /// # Errors
    /// [`InUse`], [`NoFlash`], or the file or its folder cannot be read or made.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let (file, is_new) = open_locked(path)?;
        let cannot_read = || format!("cannot read flash file {}", path.display());
        let found = file.metadata().with_context(cannot_read)?.len();
        // One that is no flash may be longer than there is memory.
        let mut bytes = Vec::new();
        (&file)
            .take(SIZE as u64)
            .read_to_end(&mut bytes)
            .with_context(cannot_read)?;
        // Nothing but zeros is what is left of a lost file, but none is longer for that.
        let is_lost = bytes.iter().all(|&byte| byte == 0);
        if !is_ours_or_blank(&bytes) || (is_lost && found > SIZE as u64) {
            return Err(NoFlash::of(path).into());
        }
        make_private(&file, path);
        let mut flash = FileFlash {
            path: path.to_owned(),
            file,
            bytes,
            fails: Rc::default(),
        };
        if found != SIZE as u64 {
            // An empty file that was there before is damaged, too.
            if !is_new {
                tracing::error!(
                    "flash file {} has {found} bytes instead of {}; starting with defaults",
                    path.display(),
                    SIZE
                );
                let start = flash.file.seek(SeekFrom::Start(0));
                let kept = start.and_then(|_| keep_copy(path, &mut flash.file));
                kept.context("cannot set the damaged flash file aside")?;
            }
            flash.bytes = vec![ERASED; SIZE];
            flash
                .write_all()
                .with_context(|| format!("cannot write flash file {}", path.display()))?;
        }
        Ok(flash)
    }

    /// Set it, and nothing more can be written or erased.
    pub fn fails(&self) -> Rc<Cell<bool>> {
        self.fails.clone()
    }

    fn works(&self) -> Result<(), FlashError> {
        if self.fails.get() {
            return Err(FlashError::Failing);
        }
        Ok(())
    }

    fn write_all(&mut self) -> io::Result<()> {
        self.file.set_len(self.bytes.len() as u64)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.bytes)?;
        self.file.sync_data()
    }

    fn write_through(&mut self, range: Range<usize>) -> Result<(), FlashError> {
        self.file
            .seek(SeekFrom::Start(range.start as u64))
            .and_then(|_| self.file.write_all(&self.bytes[range]))
            .map_err(FlashError::Io)
    }
}

/// Copies what flash holds to a file beside this one and logs where to.
pub(crate) fn keep_copy(beside: &Path, mut bytes: impl Read) -> io::Result<()> {
    for number in 1..1000 {
        let mut name = beside.as_os_str().to_owned();
        name.push(format!(".damaged-{number}"));
        let copy = PathBuf::from(name);
        match private_file().write(true).create_new(true).open(&copy) {
            Ok(mut file) => {
                io::copy(&mut bytes, &mut file)?;
                tracing::error!("damaged flash kept as {}", copy.display());
                return Ok(());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    tracing::error!("a thousand damaged flash files are kept already; this one is not");
    Ok(())
}

/// The bytes of flash that are meant, which begin and end at a multiple of `align`.
pub(crate) fn place(offset: u32, length: usize, align: usize) -> Result<Range<usize>, FlashError> {
    let start = offset as usize;
    let end = start.checked_add(length).ok_or(FlashError::OutOfBounds)?;
    if end > SIZE || !start.is_multiple_of(align) || !length.is_multiple_of(align) {
        return Err(FlashError::OutOfBounds);
    }
    Ok(start..end)
}

/// Writes as flash does it: bits only ever go from one to zero.
pub(crate) fn burn(held: &mut [u8], bytes: &[u8]) -> Result<(), FlashError> {
    if held.iter().zip(bytes).any(|(held, new)| !held & new != 0) {
        return Err(FlashError::NotErased);
    }
    held.copy_from_slice(bytes);
    Ok(())
}

/// For a file that only its owner may read, if it is made.
fn private_file() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// For folders that only their owner may look into, if they are made.
fn private_folder() -> DirBuilder {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

/// Takes a file that was there away from others: it may have been made by a
/// version that let all read it.
pub(crate) fn make_private(file: &File, path: &Path) {
    #[cfg(unix)]
    if let Err(error) = file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)) {
        tracing::warn!("others may read flash file {}: {error}", path.display());
    }
    #[cfg(not(unix))]
    let _ = (file, path);
}

/// The file, and whether it was made just now; the folder is made, too.
pub(crate) fn open_locked(path: &Path) -> anyhow::Result<(File, bool)> {
    if let Some(folder) = path.parent() {
        private_folder()
            .create(folder)
            .with_context(|| format!("cannot make folder {}", folder.display()))?;
    }
    let open = |new| {
        private_file()
            .read(true)
            .write(true)
            .create_new(new)
            .open(path)
    };
    let (file, is_new) = match open(false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (open(true), true),
        opened => (opened, false),
    };
    let file = file.with_context(|| format!("cannot open flash file {}", path.display()))?;
    if file.try_lock().is_err() {
        return Err(InUse(path.to_owned()).into());
    }
    Ok((file, is_new))
}

impl ErrorType for FileFlash {
    type Error = FlashError;
}

impl ReadNorFlash for FileFlash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let range = place(offset, bytes.len(), Self::READ_SIZE)?;
        bytes.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for FileFlash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = UNIT;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        self.works()?;
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let range = place(from, length as usize, UNIT)?;
        self.bytes[range.clone()].fill(ERASED);
        self.write_through(range)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        self.works()?;
        let range = place(offset, bytes.len(), WORD)?;
        burn(&mut self.bytes[range.clone()], bytes)?;
        self.write_through(range)
    }
}

impl Flash for FileFlash {
    async fn set_aside(&mut self) -> Result<(), FlashError> {
        keep_copy(&self.path, self.bytes.as_slice()).map_err(FlashError::Io)
    }

    async fn sync(&mut self) -> Result<(), FlashError> {
        self.file.sync_data().map_err(FlashError::Io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("file flash never waits"),
        }
    }

    #[test]
    fn behaves_like_nor_flash() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut flash = FileFlash::open(&folder.path().join("a/b.flash")).expect("opens");
        assert!(ready(flash.write(0, &[0xF0; 4])).is_ok());
        assert!(ready(flash.write(0, &[0x70; 4])).is_ok());
        assert!(matches!(
            ready(flash.write(0, &[0xF0; 4])),
            Err(FlashError::NotErased)
        ));
        assert!(matches!(
            ready(flash.write(2, &[0; 4])),
            Err(FlashError::OutOfBounds)
        ));
        let end = flash.capacity() as u32;
        assert!(matches!(
            ready(flash.write(end, &[0; 4])),
            Err(FlashError::OutOfBounds)
        ));
        assert!(matches!(
            ready(flash.erase(0, 4096)),
            Err(FlashError::OutOfBounds)
        ));
        assert!(ready(flash.erase(0, UNIT as u32)).is_ok());
        assert!(ready(flash.write(0, &[0xF0; 4])).is_ok());
    }

    #[test]
    fn keeps_what_was_written_and_one_process_at_a_time() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("flash");
        let mut flash = FileFlash::open(&path).expect("opens");
        ready(flash.write(16, b"kept")).expect("writes");
        let second = FileFlash::open(&path).expect_err("is locked");
        assert!(second.is::<InUse>(), "{second}");
        drop(flash);
        let mut flash = FileFlash::open(&path).expect("opens again");
        let mut held = [0; 4];
        ready(flash.read(16, &mut held)).expect("reads");
        assert_eq!(&held, b"kept");
    }

    #[test]
    fn a_file_that_cannot_be_flash_is_set_aside() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("flash");
        let header = b"key-value store\x01";
        let long = [header.as_slice(), &[7; UNIT * UNITS]].concat();
        for (number, damaged) in [b"".as_slice(), &header[..9], &long, &[0; 64]]
            .iter()
            .enumerate()
        {
            std::fs::write(&path, damaged).expect("writes");
            let flash = FileFlash::open(&path).expect("opens");
            assert!(flash.bytes.iter().all(|&byte| byte == ERASED));
            drop(flash);
            let copy = folder.path().join(format!("flash.damaged-{}", number + 1));
            assert_eq!(std::fs::read(copy).expect("was kept"), *damaged);
        }
    }

    #[test]
    fn a_file_that_was_never_flash_is_left_alone() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("thesis.txt");
        for text in [b"Chapter 1".to_vec(), vec![7; UNIT * UNITS]] {
            std::fs::write(&path, &text).expect("writes");
            let error = FileFlash::open(&path).expect_err("is no flash");
            assert!(error.is::<NoFlash>(), "{error}");
            assert_eq!(std::fs::read(&path).expect("is there"), text);
            let files = std::fs::read_dir(folder.path()).expect("is there").count();
            assert_eq!(files, 1);
        }
    }

    /// Such as the flash of a fleet, of which most is holes.
    #[cfg(target_os = "linux")]
    #[test]
    fn one_that_is_longer_than_memory_is_left_alone() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("fleet.flash");
        const LENGTH: u64 = 1 << 40;
        for begin in ["flash of a fleet\x01", ""] {
            std::fs::write(&path, begin).expect("writes");
            let file = OpenOptions::new().write(true).open(&path).expect("opens");
            file.set_len(LENGTH).expect("holes take no room");
            drop(file);
            let error = FileFlash::open(&path).expect_err("is no flash");
            assert!(error.is::<NoFlash>(), "{error:#}");
            assert_eq!(std::fs::metadata(&path).expect("is there").len(), LENGTH);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| {
            let metadata = std::fs::metadata(path).expect("is there");
            metadata.permissions().mode() & 0o777
        };
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("made/by/us/flash");
        drop(FileFlash::open(&path).expect("opens"));
        assert_eq!(mode(&path), 0o600);
        for made in ["made", "made/by", "made/by/us"] {
            assert_eq!(mode(&folder.path().join(made)), 0o700, "{made}");
        }
        // One of an older version, and its damaged copy.
        std::fs::write(&path, b"").expect("writes");
        let open = PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(&path, open).expect("is ours");
        drop(FileFlash::open(&path).expect("opens"));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(
            mode(&folder.path().join("made/by/us/flash.damaged-1")),
            0o600
        );
    }
}
