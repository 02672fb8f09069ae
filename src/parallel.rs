//! Independent jobs on several threads, results in job order: the number of threads cannot change
//! a result.

use std::sync::atomic::{AtomicUsize, Ordering};

/// `work` on each job, at most `threads` at a time.
pub(crate) fn parallel<J: Sync, R: Send>(
    jobs: &[J],
    threads: usize,
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(i) else { return done };
            done.push((i, work(job)));
        }
    };
    let mut results = if threads <= 1 {
        take()
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            workers.into_iter().flat_map(join).collect::<Vec<_>>()
        })
    };
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_jobs() {
        let jobs: Vec<usize> = (0..50).collect();
        assert_eq!(parallel(&jobs, 4, |j| j * j), parallel(&jobs, 1, |j| j * j));
        assert!(parallel(&[] as &[u8], 3, |j| *j).is_empty());
    }
}
