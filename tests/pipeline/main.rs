//! The layers together, without a window: scan, missing, queue, download, file.

mod original;
