//! Inference: errors, tests and intervals that know of clusters.
