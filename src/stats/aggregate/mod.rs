//! Aggregation: one value out of several raters, with gold and without.
