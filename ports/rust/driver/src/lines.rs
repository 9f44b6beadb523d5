//! Lines to and from the runner.

use std::io::{stdin, stdout, BufRead, BufReader, BufWriter, Stdin, Stdout, Write};

use crate::json::Json;

/// stdin and stdout, a line each way at a time.
pub struct Lines {
    from: BufReader<Stdin>,
    to: BufWriter<Stdout>,
    line: String,
}

impl Lines {
    /// Those of this program.
    pub fn new() -> Self {
        Self { from: BufReader::new(stdin()), to: BufWriter::new(stdout()), line: String::new() }
    }

    /// The next message; none at the end. What was answered is on its way before anybody waits for a line.
    pub fn next(&mut self) -> Option<Json> {
        if !self.from.buffer().contains(&b'\n') {
            self.to.flush().ok()?;
        }
        self.line.clear();
        if self.from.read_line(&mut self.line).ok()? == 0 {
            self.to.flush().ok()?;
            return None;
        }
        let message = Json::parse(&self.line);
        if message.is_none() {
            eprintln!("driver: no message: {}", self.line.trim_end());
        }
        // It is answered as one that is not known.
        message.or(Some(Json::Object(Vec::new())))
    }

    /// Answers the last message.
    pub fn answer(&mut self, line: &str) {
        // If nobody reads, the next read ends.
        let _ = writeln!(self.to, "{line}");
    }
}
