//! The guest's memory.

use netfront::netif::PAGE_SIZE;
use netfront::Memory;

use crate::guest::{Guest, Page};

/// More than any case needs.
const PAGES: usize = 1 << 17;

impl Memory for Guest {
    type Page = Page;

    fn alloc_page(&mut self) -> Option<Page> {
        if let Some(page) = self.free.pop() {
            self.memory[page] = [0; PAGE_SIZE];
            return Some(Page(page));
        }
        let page = self.memory.len();
        (page < PAGES).then(|| {
            self.memory.push([0; PAGE_SIZE]);
            Page(page)
        })
    }

    fn free_page(&mut self, page: Page) {
        self.free.push(page.0);
    }

    fn load(&self, page: &Page, offset: usize) -> u32 {
        let mut word = [0; 4];
        self.read(page, offset, &mut word);
        u32::from_le_bytes(word)
    }

    fn store(&mut self, page: &Page, offset: usize, word: u32) {
        self.write(page, offset, &word.to_le_bytes());
    }

    fn read(&self, page: &Page, offset: usize, octets: &mut [u8]) {
        octets.copy_from_slice(&self.memory[page.0][offset..offset + octets.len()]);
    }

    fn write(&mut self, page: &Page, offset: usize, octets: &[u8]) {
        self.memory[page.0][offset..offset + octets.len()].copy_from_slice(octets);
    }
}
