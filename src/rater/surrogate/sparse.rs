//! Sparse rows and the two products ridge regression needs.

/// Columns solved side by side; one vector register or two.
pub(crate) const LANES: usize = 8;

/// A value for each of [`LANES`] columns.
pub(crate) type Lanes = [f32; LANES];

// `add` is written out for so many.
const _: () = assert!(LANES == 8);

/// Sparse matrix by rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    columns: usize,
}

impl Rows {
    /// An empty matrix of so many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            starts: vec![0],
            entries: Vec::new(),
            columns,
        }
    }

    /// Append a row of (column, value).
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        self.entries.extend(row);
        self.starts.push(self.entries.len());
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Row `i`.
    pub(crate) fn row(&self, i: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[i]..self.starts[i + 1]]
    }

    /// `X w`: rows × lanes from columns × lanes.
    pub(crate) fn times(&self, weights: &[Lanes]) -> Vec<Lanes> {
        (0..self.len())
            .map(|i| {
                let mut sum = [0.0; LANES];
                for (column, value) in self.row(i) {
                    add(&mut sum, *value, &weights[*column as usize]);
                }
                sum
            })
            .collect()
    }

    /// `Xᵀ a`: columns × lanes from rows × lanes.
    pub(crate) fn transposed_times(&self, amounts: &[Lanes]) -> Vec<Lanes> {
        let mut sums = vec![[0.0; LANES]; self.columns];
        for (i, amount) in amounts.iter().enumerate() {
            for (column, value) in self.row(i) {
                add(&mut sums[*column as usize], *value, amount);
            }
        }
        sums
    }
}

/// `sum += factor * lanes`. Almost all of the time of a training is spent here. Written out, because a loop costs
/// several times as much where the compiler does not inline its iterator, as in test builds.
pub(crate) fn add(sum: &mut Lanes, factor: f32, lanes: &Lanes) {
    sum[0] += factor * lanes[0];
    sum[1] += factor * lanes[1];
    sum[2] += factor * lanes[2];
    sum[3] += factor * lanes[3];
    sum[4] += factor * lanes[4];
    sum[5] += factor * lanes[5];
    sum[6] += factor * lanes[6];
    sum[7] += factor * lanes[7];
}
