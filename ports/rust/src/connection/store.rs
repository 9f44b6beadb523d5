//! XenStore, as a frontend needs it.

use alloc::string::String;
use alloc::vec::Vec;

/// Paths that were read, and what they were: none if there was nothing.
pub type Reads = Vec<(String, Option<String>)>;
/// Paths with their new values. None removes a path, with all that is below it.
pub type Changes = Vec<(String, Option<String>)>;

/// Why a commit was not made. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// EAGAIN: something that was read has changed since.
    Again,
    /// Anything else.
    Failed,
}

/// The guest's XenStore. A path that is not absolute is below the guest's own directory.
pub trait Store {
    /// The value of a path. Any error is as if there were nothing.
    fn read(&self, path: &str) -> Option<String>;
    /// Makes all changes in one transaction, if what was read still is as it was. A kernel begins the transaction here, reads
    /// once more, compares, writes, and ends it.
    fn commit(&mut self, reads: &Reads, changes: &Changes) -> Result<(), CommitError>;
    /// Sets a watch: whenever it is called, [`super::Connection::look`] is due.
    fn watch(&mut self, path: &str);
    /// Ends a watch, if it is set.
    fn unwatch(&mut self, path: &str);
}
