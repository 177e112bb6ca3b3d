//! One thread reads, several work, one writes in reading order.
//!
//! Batches circulate: from the pool to the reader, to any free worker, to the writer, back to the pool. Their number is
//! fixed, and at most [`ON_THEIR_WAY`] bytes and one batch are in progress, so memory depends on neither the input's
//! length nor that of its rows.
//!
//! If the system starts fewer threads, fewer work, down to the current one alone: the output is the same.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::score::error::ScoreError;
use crate::thread::stop::is_stopped;

/// The number of bytes read and not yet written, besides the batch that is being read.
const ON_THEIR_WAY: usize = 32 << 20;
/// A batch that holds more has long rows. It is not used again: else each would in time keep room for the longest. Reading a
/// text takes many times its own length, so the writer works on such a batch itself, one after the other.
const LONG: usize = 2 << 20;

/// What goes round.
pub(crate) trait Load: Default + Send {
    /// The bytes allocated for what is read, used or not.
    fn held(&self) -> usize;

    /// Whether it has long rows: who has worked on it keeps nothing that has grown by it.
    fn is_long(&self) -> bool {
        self.held() > LONG
    }
}

/// Gives the reader empty batches and takes full ones.
pub(crate) struct Feed<'a, B> {
    way: Way<'a, B>,
    spare: Vec<B>,
    number: u64,
    on_their_way: usize,
}

enum Way<'a, B> {
    /// Past the workers. A batch goes with its number and its size when it was read.
    Round { empty: &'a Receiver<(usize, B)>, filled: &'a SyncSender<(u64, usize, B)> },
    /// Processes and writes a batch at once; false when nothing can be written any more.
    Here(&'a mut dyn FnMut(&mut B) -> bool),
}

impl<'a, B: Load> Feed<'a, B> {
    fn new(way: Way<'a, B>) -> Self {
        Self { way, spare: Vec::new(), number: 0, on_their_way: 0 }
    }

    /// A batch to fill; none when reading must end, because the writer has stopped or Ctrl-C was pressed.
    pub(crate) fn take(&mut self) -> Option<B> {
        if is_stopped() {
            return None;
        }
        if let Way::Round { empty, .. } = self.way {
            // Those that came back last are used first: as few as possible are ever grown.
            while let Ok(back) = empty.try_recv() {
                self.put_back(back);
            }
            while self.spare.is_empty() || self.on_their_way > ON_THEIR_WAY {
                self.put_back(empty.recv().ok()?);
            }
        }
        Some(self.spare.pop().unwrap_or_default())
    }

    fn put_back(&mut self, (size, batch): (usize, B)) {
        self.on_their_way = self.on_their_way.saturating_sub(size);
        self.spare.push(if batch.is_long() { B::default() } else { batch });
    }

    /// Hands a batch on; false when batches are no longer taken.
    pub(crate) fn put(&mut self, mut batch: B) -> bool {
        let size = batch.held();
        self.number += 1;
        match &mut self.way {
            Way::Round { filled, .. } => {
                self.on_their_way += size;
                filled.send((self.number - 1, size, batch)).is_ok()
            }
            Way::Here(done) => {
                let goes_on = done(&mut batch);
                self.put_back((0, batch));
                goes_on
            }
        }
    }
}

/// Runs all three until the reader has ended and everything is written. `work` is one closure for each worker, and one for
/// the present thread.
pub(crate) fn run<B, W, R, E>(
    work: Vec<W>,
    read: impl FnOnce(&mut Feed<'_, B>) -> Result<R, E> + Send,
    write: impl FnMut(&mut B) -> Result<(), ScoreError>,
) -> Result<R, ScoreError>
where
    B: Load,
    W: FnMut(&mut B) + Send,
    R: Send,
    E: Into<ScoreError> + Send,
{
    run_on(usize::MAX, work, read, write)
}

/// The same with this many threads besides the current one, or as many as can be started.
fn run_on<B, W, R, E>(
    threads: usize,
    work: Vec<W>,
    read: impl FnOnce(&mut Feed<'_, B>) -> Result<R, E> + Send,
    mut write: impl FnMut(&mut B) -> Result<(), ScoreError>,
) -> Result<R, ScoreError>
where
    B: Load,
    W: FnMut(&mut B) + Send,
    R: Send,
    E: Into<ScoreError> + Send,
{
    let workers = work.len().saturating_sub(1);
    let (pool, empty) = channel();
    for _ in 0..workers * 4 + 4 {
        // The other end is still here.
        let _ = pool.send((0, B::default()));
    }
    let (filled, waiting) = sync_channel::<(u64, usize, B)>(workers * 2);
    let (done, finished) = channel();
    // A thread that does not start drops its closure: its work stays here.
    let (read, work, waiting) = (Mutex::new(Some(read)), Mutex::new(work), Mutex::new(waiting));
    let starter = Starter { left: Cell::new(threads) };
    std::thread::scope(|scope| {
        let to_read = &read;
        let reader = starter.start(scope, move || {
            let way = Way::Round { empty: &empty, filled: &filled };
            lock(to_read).take().map(|read| read(&mut Feed::new(way)))
        });
        let Ok(reader) = reader else {
            let (read, work) = (lock(&read).take(), lock(&work).pop());
            return alone(read, work, write);
        };
        let start_worker = |_: &usize| {
            let (done, waiting, work) = (done.clone(), &waiting, &work);
            let worker = starter.start(scope, move || {
                let Some(mut work) = lock(work).pop() else { return };
                while let Ok((number, size, mut batch)) = next(waiting) {
                    let is_done = !batch.is_long();
                    // What will not be written need not be processed.
                    if is_done && !is_stopped() {
                        work(&mut batch);
                    }
                    // Without a writer batches are taken all the same, so that the reader is not left waiting.
                    let _ = done.send((number, size, is_done, batch));
                }
            });
            worker.is_ok()
        };
        let started = (0..workers).take_while(start_worker).count();
        drop(done);
        let mut own_work = lock(&work).pop();
        let mut write_back = |size: usize, is_done: bool, mut batch: B| {
            if is_stopped() {
                return Err(ScoreError::Interrupted);
            }
            if let Some(work) = own_work.as_mut().filter(|_| !is_done) {
                work(&mut batch);
            }
            write(&mut batch)?;
            // The reader may be done with the pool.
            let _ = pool.send((size, batch));
            if is_stopped() { Err(ScoreError::Interrupted) } else { Ok(()) }
        };
        let written: Result<(), ScoreError> = if started == 0 {
            std::iter::from_fn(|| next(&waiting).ok()).try_for_each(|(_, size, batch)| write_back(size, false, batch))
        } else {
            in_order(&finished, &mut write_back)
        };
        // Without its pool and its writer the reader ends, too.
        drop((finished, pool));
        if started == 0 {
            while next(&waiting).is_ok() {}
        }
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written?;
        end(read)
    })
}

/// Writes batches by their numbers.
fn in_order<B>(
    finished: &Receiver<(u64, usize, bool, B)>,
    write: &mut impl FnMut(usize, bool, B) -> Result<(), ScoreError>,
) -> Result<(), ScoreError> {
    let (mut wanted, mut early) = (0, BTreeMap::new());
    while let Ok((number, size, is_done, batch)) = finished.recv() {
        early.insert(number, (size, is_done, batch));
        while let Some((size, is_done, batch)) = early.remove(&wanted) {
            wanted += 1;
            write(size, is_done, batch)?;
        }
    }
    Ok(())
}

/// All three on the present thread.
fn alone<B: Load, R, E: Into<ScoreError>>(
    read: Option<impl FnOnce(&mut Feed<'_, B>) -> Result<R, E>>,
    work: Option<impl FnMut(&mut B)>,
    mut write: impl FnMut(&mut B) -> Result<(), ScoreError>,
) -> Result<R, ScoreError> {
    let (mut work, mut written) = (work, Ok(()));
    let mut done = |batch: &mut B| {
        if let Some(work) = &mut work {
            work(batch);
        }
        written = write(batch);
        written.is_ok()
    };
    let read = read.map(|read| read(&mut Feed::new(Way::Here(&mut done))));
    written?;
    end(read)
}

fn end<R, E: Into<ScoreError>>(read: Option<Result<R, E>>) -> Result<R, ScoreError> {
    match read {
        Some(read) if !is_stopped() => read.map_err(Into::into),
        _ => Err(ScoreError::Interrupted),
    }
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Result<T, std::sync::mpsc::RecvError> {
    lock(waiting).recv()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts at most this many threads.
struct Starter {
    left: Cell<usize>,
}

impl Starter {
    fn start<'scope, T: Send + 'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<ScopedJoinHandle<'scope, T>> {
        let Some(left) = self.left.get().checked_sub(1) else { return Err(io::ErrorKind::WouldBlock.into()) };
        self.left.set(left);
        Builder::new().spawn_scoped(scope, work)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Numbers(Vec<u64>);

    impl Load for Numbers {
        fn held(&self) -> usize {
            self.0.capacity() * 8
        }
    }

    /// Squares of `0..n` on this many threads, in batches of `size`; writing fails from `until` on.
    fn squares(threads: usize, n: u64, size: usize, until: usize) -> Result<Vec<u64>, ScoreError> {
        let work = vec![|batch: &mut Numbers| batch.0.iter_mut().for_each(|number| *number *= *number); 4];
        let read = move |feed: &mut Feed<'_, Numbers>| -> Result<(), ScoreError> {
            let numbers: Vec<u64> = (0..n).collect();
            for part in numbers.chunks(size) {
                let Some(mut batch) = feed.take() else { break };
                batch.0.clear();
                batch.0.extend(part);
                if !feed.put(batch) {
                    break;
                }
            }
            Ok(())
        };
        let mut written = Vec::new();
        run_on(threads, work, read, |batch| {
            if written.len() >= until {
                return Err(io::Error::other("full").into());
            }
            written.extend(&batch.0);
            Ok(())
        })?;
        Ok(written)
    }

    #[test]
    fn any_number_of_threads_gives_the_same_in_order() {
        let expected: Vec<u64> = (0..10_000).map(|n| n * n).collect();
        for threads in [0, 1, 2, 3, 9] {
            assert_eq!(squares(threads, 10_000, 7, usize::MAX).unwrap(), expected, "{threads}");
            assert!(squares(threads, 1_000_000, 300_000, usize::MAX).unwrap().is_sorted(), "{threads}: long ones");
            assert_eq!(squares(threads, 10_000, 7, 5_000).unwrap_err().to_string(), "full", "{threads}");
        }
    }

    #[test]
    fn batches_on_their_way_are_bounded_by_their_bytes() {
        // Each is a tenth of the bound, and nothing is written before the reader has to wait.
        static ALIVE: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let size = ON_THEIR_WAY / 10;
        let work = vec![|_: &mut Numbers| (); 8];
        let read = |feed: &mut Feed<'_, Numbers>| -> Result<(), ScoreError> {
            for _ in 0..100 {
                let Some(mut batch) = feed.take() else { break };
                assert_eq!(batch.0.capacity(), 0, "one so large is not kept");
                batch.0 = vec![0; size / 8];
                MOST.fetch_max(ALIVE.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                feed.put(batch);
            }
            Ok(())
        };
        run_on(usize::MAX, work, read, |_| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            ALIVE.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
        .unwrap();
        let most = MOST.load(Ordering::SeqCst);
        assert!((2..=12).contains(&most), "{most}");
    }
}
