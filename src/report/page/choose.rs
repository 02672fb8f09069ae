//! Which tasks have their rationales in the page.

use crate::reconcile::Reconciled;

/// The tasks in the order in which their rationales go into the page, and how many of them must be in it: contested tasks
/// first, then the others by their widest spread relative to the scale, ties in the order of the run.
pub(super) fn by_dispute(reconciled: &Reconciled, tasks: usize) -> (Vec<usize>, usize) {
    let disputes: Vec<(bool, f64)> = (0..tasks)
        .map(|task| {
            let dimensions = reconciled.dimensions.iter();
            dimensions.fold((false, 0.0), |(contested, widest), one| {
                let consensus = one.task(task);
                let (low, high) = one.dimension.bounds();
                let spread = consensus.spread.unwrap_or(0.0) / (high - low);
                let here = consensus.contested.unwrap_or(false);
                (contested || here, spread.max(widest))
            })
        })
        .collect();
    let mut order: Vec<usize> = (0..tasks).collect();
    order.sort_by(|&a, &b| {
        let ((first, wide), (second, narrow)) = (disputes[a], disputes[b]);
        second.cmp(&first).then(narrow.total_cmp(&wide))
    });
    let must = disputes.iter().filter(|(contested, _)| *contested).count();
    (order, must)
}
