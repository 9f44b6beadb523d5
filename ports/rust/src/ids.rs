//! Ids of requests, and what each stands for until its response.

use alloc::vec::Vec;

/// Ids from 0 to a count, each in one request at most (P1). A request leaves here what its response has to find.
///
/// An id that the backend answers with is looked up, and by that alone no longer in flight: an answer to what is not in
/// flight, and a second answer, find nothing (P9).
pub struct Ids<T> {
    in_flight: Vec<Option<T>>,
    free: Vec<u16>,
}

impl<T> Ids<T> {
    /// So many ids, of which there are no more than 65,536.
    pub fn new(count: usize) -> Self {
        let in_flight: Vec<_> = (0..count).map(|_| None).collect();
        let free = (0..=u16::MAX).take(count).rev().collect();
        Self { in_flight, free }
    }

    /// An id that no request in flight has; none if all are.
    pub fn take(&mut self, what: T) -> Option<u16> {
        let id = self.free.pop()?;
        self.in_flight[usize::from(id)] = Some(what);
        Some(id)
    }

    /// How many ids no request in flight has.
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// How many ids there are.
    pub fn count(&self) -> usize {
        self.in_flight.len()
    }

    /// What the id stands for, which stays in flight.
    pub fn get_mut(&mut self, id: u16) -> Option<&mut T> {
        self.in_flight.get_mut(usize::from(id))?.as_mut()
    }

    /// What is in flight, where no response comes any more.
    pub fn into_in_flight(self) -> impl Iterator<Item = T> {
        self.in_flight.into_iter().flatten()
    }

    /// What the id stands for, which is free now; none if no request in flight has it.
    pub fn release(&mut self, id: u16) -> Option<T> {
        let what = self.in_flight.get_mut(usize::from(id))?.take()?;
        self.free.push(id);
        Some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_things_in_flight_have_one_id() {
        let mut ids = Ids::new(3);
        let taken: Vec<_> = ["a", "b", "c", "d"].into_iter().map(|each| ids.take(each)).collect();
        assert_eq!(taken, [Some(0), Some(1), Some(2), None]);
        assert_eq!(ids.release(1), Some("b"));
        assert_eq!(ids.take("e"), Some(1));
    }

    #[test]
    fn a_second_answer_and_an_answer_to_nothing_find_nothing() {
        let mut ids = Ids::new(2);
        let id = ids.take("a").unwrap();
        assert_eq!([id, id, 1, 2, u16::MAX].map(|id| ids.release(id)), [Some("a"), None, None, None, None]);
        assert_eq!([ids.take("b"), ids.take("c"), ids.take("d")], [Some(0), Some(1), None]);
    }

    #[test]
    fn there_are_65_536_ids_and_the_last_is_65_535() {
        let mut ids = Ids::new(1 << 16);
        let all: Vec<_> = core::iter::from_fn(|| ids.take(())).collect();
        assert_eq!((all.len(), all.last()), (1 << 16, Some(&u16::MAX)));
        assert_eq!(ids.release(u16::MAX), Some(()));
        assert_eq!(ids.take(()), Some(u16::MAX));
    }
}
