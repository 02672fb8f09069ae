//! Ranks with ties.

/// Average ranks from 1, in the order of the values, and Σ(t³ − t) over the groups of t tied values.
pub(crate) fn average_ranks(values: &[f64]) -> (Vec<f64>, f64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let (mut ties, mut before) = (0.0, 0);
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let size = group.len() as f64;
        ties += size.powi(3) - size;
        for &place in group {
            ranks[place] = before as f64 + (size + 1.0) / 2.0;
        }
        before += group.len();
    }
    (ranks, ties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tied_values_share_their_mean_rank() {
        let (ranks, ties) = average_ranks(&[3.0, 1.0, 3.0, -0.0, 0.0]);
        assert_eq!(ranks, [4.5, 3.0, 4.5, 1.5, 1.5]);
        assert_eq!(ties, 12.0);
    }
}
