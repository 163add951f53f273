//! The sans-I/O board: the only writer of progress.
