//! The data folder: its files, and the lock of whoever writes in it.
