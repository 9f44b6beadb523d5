//! The guest's copy of XenStore: what others change, what the frontend writes, and its watches.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use netfront::connection::store::{Changes, CommitError, Reads};

/// What a message changes in one commit.
#[derive(Default)]
pub struct Change {
    /// New values.
    pub set: Vec<(String, String)>,
    /// Paths that go, with all below them.
    pub remove: Vec<String>,
}

impl Change {
    /// Is a path among what is changed, or below what is removed?
    fn touches(&self, path: &str) -> bool {
        self.set.iter().any(|(set, _)| set == path) || self.remove.iter().any(|removed| is_at_or_below(path, removed))
    }
}

/// All paths that have a value.
#[derive(Default)]
pub struct XenStore {
    values: BTreeMap<String, String>,
    watches: BTreeSet<String>,
    /// Somebody else's change, which comes just before the frontend's next commit.
    at_commit: Option<Change>,
    /// How many commits more can be made before one fails.
    fails_after: Option<u64>,
    commits: Vec<String>,
    raced: bool,
}

impl XenStore {
    /// A store with these values, where nothing is watched.
    pub fn new(values: Vec<(String, String)>) -> Self {
        Self { values: values.into_iter().collect(), ..Self::default() }
    }

    /// Somebody else makes a change.
    pub fn change(&mut self, Change { set, remove }: Change) {
        for path in remove {
            self.remove(&path);
        }
        self.values.extend(set);
    }

    /// The same, later.
    pub fn change_at_commit(&mut self, change: Change) {
        self.at_commit = Some(change);
    }

    /// A commit fails, once so many more have been made.
    pub fn fail_after(&mut self, count: u64) {
        self.fails_after = Some(count);
    }

    /// The value of a path.
    pub fn read(&self, path: &str) -> Option<String> {
        self.values.get(path).cloned()
    }

    /// A transaction of the frontend.
    pub fn commit(&mut self, reads: &Reads, changes: &Changes) -> Result<(), CommitError> {
        if let Some(change) = self.at_commit.take() {
            self.raced = true;
            let is_in_the_way = reads.iter().any(|(path, _)| change.touches(path));
            self.change(change);
            if is_in_the_way {
                return Err(CommitError::Again);
            }
        }
        if fails(&mut self.fails_after) {
            return Err(CommitError::Failed);
        }
        for (path, value) in changes {
            match value {
                Some(value) => drop(self.values.insert(path.clone(), value.clone())),
                None => self.remove(path),
            }
        }
        self.commits.push(commit_text(changes));
        Ok(())
    }

    /// No watch of the kernel is set.
    pub fn forget_kernel(&mut self) {
        self.watches.clear();
    }

    /// Sets a watch.
    pub fn watch(&mut self, path: &str) {
        self.watches.insert(path.to_owned());
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, path: &str) {
        self.watches.remove(path);
    }

    /// Is a watch called for this path? Those above it are, and where it is gone those below it.
    pub fn is_watched(&self, path: &str) -> bool {
        let is_gone = !self.values.keys().any(|each| is_at_or_below(each, path));
        self.watches.iter().any(|watch| is_at_or_below(path, watch) || is_gone && is_at_or_below(watch, path))
    }

    /// What was written since the last answer, as members of an object.
    pub fn take_effects(&mut self) -> Vec<String> {
        let commits = take(&mut self.commits);
        let commits = (!commits.is_empty()).then(|| format!(r#""commits":[{}]"#, commits.join(",")));
        let raced = take(&mut self.raced).then(|| r#""raced":true"#.to_owned());
        commits.into_iter().chain(raced).collect()
    }

    fn remove(&mut self, path: &str) {
        self.values.retain(|each, _| !is_at_or_below(each, path));
    }
}

/// Is this the time that fails? If not, it is one nearer.
pub fn fails(after: &mut Option<u64>) -> bool {
    let left = after.take();
    *after = left.and_then(|left| left.checked_sub(1));
    left == Some(0)
}

fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).map_or(false, |rest| rest.is_empty() || rest.starts_with('/'))
}

fn commit_text(changes: &Changes) -> String {
    let text = |(path, value): &(String, Option<String>)| match value {
        Some(value) => format!(r#""{path}":"{value}""#),
        None => format!(r#""{path}":null"#),
    };
    format!("{{{}}}", changes.iter().map(text).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> XenStore {
        XenStore::new([("a/b", "1"), ("a/b/c", "2"), ("ab", "3")].map(|(k, v)| (k.into(), v.into())).into())
    }

    #[test]
    fn a_path_is_removed_with_all_below_it_and_nothing_beside_it() {
        let mut store = store();
        store.change(Change { set: vec![], remove: vec!["a".into()] });
        assert_eq!(["a/b", "a/b/c", "ab"].map(|path| store.read(path)), [None, None, Some("3".into())]);
    }

    #[test]
    fn a_watch_is_called_above_a_change_and_below_what_is_gone() {
        let mut store = store();
        store.watch("a/b");
        assert_eq!(
            ["a/b", "a/b/c", "a", "ab", "a/bc"].map(|path| store.is_watched(path)),
            [true, true, false, false, false]
        );
        store.change(Change { set: vec![], remove: vec!["a".into()] });
        assert!(store.is_watched("a"));
    }

    #[test]
    fn a_transaction_that_has_read_what_changes_is_begun_again_and_one_that_has_not_is_made() {
        for (read, result) in [("a/b/c", Err(CommitError::Again)), ("ab", Ok(()))] {
            let mut store = store();
            store.change_at_commit(Change { set: vec![], remove: vec!["a".into()] });
            let reads = vec![(read.into(), store.read(read))];
            let changes = vec![("x".into(), Some("1".into())), ("ab".into(), None)];
            assert_eq!(store.commit(&reads, &changes), result);
            assert_eq!(store.commit(&reads, &changes), Ok(()));
            assert_eq!(store.read("a/b"), None);
            let commit = r#"{"x":"1","ab":null}"#;
            let commits = if result.is_ok() { format!("{commit},{commit}") } else { commit.into() };
            assert_eq!(store.take_effects(), [format!(r#""commits":[{commits}]"#), r#""raced":true"#.into()]);
            assert!(store.take_effects().is_empty());
        }
    }

    #[test]
    fn what_is_to_fail_fails_once_after_as_many() {
        let mut after = Some(2);
        assert_eq!([(); 4].map(|()| fails(&mut after)), [false, false, true, false]);
    }
}
