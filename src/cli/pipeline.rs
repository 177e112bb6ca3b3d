//! One thread reads, several work, one writes, in the order of what was read.
//!
//! Batches go round: from the pool to the reader, to whichever worker is free, to the writer, back to the pool. There is a
//! fixed number of them, so memory does not depend on the input's length, and none is allocated anew.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::exit::Interrupted;
use super::output;

/// What the reader takes empty batches from and gives full ones to.
pub(super) struct Feed<'a, B> {
    empty: &'a Receiver<B>,
    filled: &'a SyncSender<(u64, B)>,
    number: u64,
}

impl<B> Feed<'_, B> {
    /// A batch to fill; none when reading is to end, because nobody writes any more or Ctrl-C was pressed.
    pub(super) fn take(&self) -> Option<B> {
        if output::interrupted() { None } else { self.empty.recv().ok() }
    }

    /// Hands a batch on; false when nobody takes it.
    pub(super) fn put(&mut self, batch: B) -> bool {
        self.number += 1;
        self.filled.send((self.number - 1, batch)).is_ok()
    }
}

/// Runs all three until the reader has ended and everything is written. `work` is one closure for each worker.
pub(super) fn run<B, W, R, E>(
    work: Vec<W>,
    read: impl FnOnce(&mut Feed<'_, B>) -> Result<R, E> + Send,
    mut write: impl FnMut(&mut B) -> anyhow::Result<()>,
) -> anyhow::Result<R>
where
    B: Default + Send,
    W: FnMut(&mut B) + Send,
    R: Send,
    E: Into<anyhow::Error> + Send,
{
    let workers = work.len();
    let (pool, empty) = channel();
    for _ in 0..workers * 4 + 4 {
        // The other end is still here.
        let _ = pool.send(B::default());
    }
    let (filled, waiting) = sync_channel::<(u64, B)>(workers * 2);
    let waiting = Mutex::new(waiting);
    let (done, finished) = channel();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(&mut Feed { empty: &empty, filled: &filled, number: 0 }));
        for mut work in work {
            let (done, waiting) = (done.clone(), &waiting);
            scope.spawn(move || {
                while let Ok((number, mut batch)) = next(waiting) {
                    work(&mut batch);
                    // Without a writer batches are taken all the same, so that the reader is not left waiting.
                    let _ = done.send((number, batch));
                }
            });
        }
        drop(done);
        let mut in_order = || {
            let (mut wanted, mut early) = (0, BTreeMap::new());
            while let Ok((number, batch)) = finished.recv() {
                early.insert(number, batch);
                while let Some(mut batch) = early.remove(&wanted) {
                    wanted += 1;
                    write(&mut batch)?;
                    // The reader may be done with the pool.
                    let _ = pool.send(batch);
                }
                if output::interrupted() {
                    return Err(Interrupted.into());
                }
            }
            Ok(())
        };
        let written: anyhow::Result<()> = in_order();
        // Without its pool and its writer the reader ends, too.
        drop((finished, pool));
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written?;
        let read = read.map_err(Into::into)?;
        if output::interrupted() { Err(Interrupted.into()) } else { Ok(read) }
    })
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Result<T, std::sync::mpsc::RecvError> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv()
}
