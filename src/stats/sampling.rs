//! Drawing from a finite population: without replacement, the same for the same seed on every platform.

use super::rng::Rng;

/// The numbers of the units, cluster after cluster: both in random order. `clusters` holds the number of each unit's cluster.
pub(crate) fn by_cluster(clusters: &[usize], rng: &mut Rng) -> Vec<usize> {
    let count = clusters.iter().map(|cluster| cluster + 1).max();
    let mut place: Vec<usize> = (0..count.unwrap_or(0)).collect();
    shuffle(&mut place, rng);
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    shuffle(&mut order, rng);
    order.sort_by_key(|&unit| place[clusters[unit]]);
    order
}

/// `n` of a list at equal distances, from a random start (Madow & Madow 1944): each unit has the probability n over the length.
pub(crate) fn systematic<'a>(
    list: &'a [usize],
    n: usize,
    rng: &mut Rng,
) -> impl Iterator<Item = usize> + use<'a> {
    // The upper 53 bits: a number below 1 that is exact.
    let start = (rng.bits() >> 11) as f64 / (1_u64 << 53) as f64;
    let step = list.len() as f64 / n.max(1) as f64;
    let last = list.len().saturating_sub(1);
    (0..n).filter_map(move |k| {
        list.get((((k as f64 + start) * step) as usize).min(last))
            .copied()
    })
}

/// Fisher and Yates.
pub(crate) fn shuffle<T>(list: &mut [T], rng: &mut Rng) {
    for last in (1..list.len()).rev() {
        list.swap(last, rng.below(last + 1));
    }
}
