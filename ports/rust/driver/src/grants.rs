//! The grant table.

use netfront::connection::system::Domid;
use netfront::{Access, GrantRef};

const FIRST_GREF: GrantRef = 8;

/// A page that is granted.
pub struct Grant {
    /// Its number.
    pub page: usize,
    /// What it is granted for.
    pub access: Access,
    /// Whom it is granted to, where there are several.
    pub domid: Option<Domid>,
    /// How often it is mapped.
    pub mapped: usize,
    /// Its kernel is no more: the reference is free when nobody has the page mapped.
    is_left: bool,
}

/// All grants, by reference.
pub struct Grants(Vec<Option<Grant>>);

impl Grants {
    /// None.
    pub fn new() -> Self {
        Self((0..FIRST_GREF).map(|_| None).collect())
    }

    /// What a reference stands for.
    pub fn get(&self, gref: GrantRef) -> Option<&Grant> {
        self.0.get(gref as usize)?.as_ref()
    }

    /// The same, to map it.
    pub fn get_mut(&mut self, gref: GrantRef) -> Option<&mut Grant> {
        self.0.get_mut(gref as usize)?.as_mut()
    }

    /// A reference for a page.
    pub fn add(&mut self, page: usize, access: Access, domid: Option<Domid>) -> GrantRef {
        let grant = Some(Grant { page, access, domid, mapped: 0, is_left: false });
        let from = FIRST_GREF as usize;
        match self.0[from..].iter().position(Option::is_none) {
            Some(at) => {
                self.0[from + at] = grant;
                (from + at) as GrantRef
            }
            None => {
                self.0.push(grant);
                (self.0.len() - 1) as GrantRef
            }
        }
    }

    /// Ends a grant. Says whether it could be: nobody has the page mapped.
    pub fn end(&mut self, gref: GrantRef) -> bool {
        let is_mapped = self.get(gref).map_or(false, |grant| grant.mapped > 0);
        if !is_mapped {
            self.0[gref as usize] = None;
        }
        !is_mapped
    }

    /// Unmaps a page once. None if it is not mapped; else the page, where that is nobody's now.
    pub fn unmap(&mut self, gref: GrantRef) -> Option<Option<usize>> {
        let grant = self.get_mut(gref)?;
        grant.mapped = grant.mapped.checked_sub(1)?;
        let is_free = grant.is_left && grant.mapped == 0;
        let page = grant.page;
        Some(is_free.then(|| {
            self.0[gref as usize] = None;
            page
        }))
    }

    /// The kernel is no more. What is left are pages that somebody has mapped.
    pub fn leave_mapped(&mut self) {
        for slot in &mut self.0 {
            *slot = slot.take().filter(|grant| grant.mapped > 0).map(|grant| Grant { is_left: true, ..grant });
        }
    }

    /// Is a page granted?
    pub fn has(&self, page: usize) -> bool {
        self.0.iter().flatten().any(|grant| grant.page == page)
    }
}
