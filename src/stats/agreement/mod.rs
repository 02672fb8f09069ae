//! Agreement of raters: how far they say the same.
