//! The threads that work together.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// Starts the pool of workers: as many threads as the system allows, at least the current one.
///
/// They are started before the pool is: one that fails to start its threads cannot be made a second time.
pub(crate) fn start_pool(threads: usize) {
    let (hand_over, jobs) = mpsc::channel::<rayon::ThreadBuilder>();
    let jobs = Arc::new(Mutex::new(jobs));
    let start = |_: &usize| {
        let jobs = Arc::clone(&jobs);
        let next = move || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        std::thread::Builder::new().spawn(move || next().map(rayon::ThreadBuilder::run)).is_ok()
    };
    let started = (0..threads).take_while(start).count();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(started.max(1));
    let built = if started == 0 {
        pool.use_current_thread().build_global()
    } else {
        let hand_over = move |thread| hand_over.send(thread).map_err(|_| std::io::ErrorKind::BrokenPipe.into());
        pool.spawn_handler(hand_over).build_global()
    };
    // An error means that a pool is there already, which happens when the library calls this twice.
    let _ = built;
}
