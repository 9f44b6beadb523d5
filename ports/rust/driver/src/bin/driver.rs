//! The driver: the port as it is, and nothing that is faulty.

fn main() {
    netfront_driver::serve();
}
