//! A whole data folder, opened and used.
