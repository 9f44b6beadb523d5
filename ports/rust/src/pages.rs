//! Pages that are granted for as long as a ring is there.

use crate::{Access, ConnectError, GrantRef, Host};

/// A new page that is granted. Where there is none, or no grant, nothing was taken.
pub(crate) fn granted_page<H: Host>(host: &mut H, access: Access) -> Result<(H::Page, GrantRef), ConnectError> {
    let page = host.alloc_page().ok_or(ConnectError::OutOfMemory)?;
    match host.grant_access(&page, access) {
        Some(gref) => Ok((page, gref)),
        None => {
            host.free_page(page);
            Err(ConnectError::OutOfGrants)
        }
    }
}

/// A granted page is given back. The host keeps one that the backend has mapped.
pub(crate) fn release_page<H: Host>(host: &mut H, page: H::Page, gref: GrantRef) {
    if let Some(page) = host.end_access(gref, page) {
        host.free_page(page);
    }
}
