//! As much JSON as the driver protocol has: one object a line, of numbers, strings, truth values, lists and objects.

use std::iter::Peekable;
use std::str::CharIndices;

/// A value of a message.
#[derive(Debug, PartialEq)]
pub enum Json {
    /// A number of the protocol: decimal, not negative.
    Number(u64),
    /// A string.
    Text(String),
    /// true or false.
    Truth(bool),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The object that a line holds; none if it holds anything else.
    pub fn parse(line: &str) -> Option<Self> {
        let mut reader = Reader { line, at: line.char_indices().peekable() };
        let value = reader.value()?;
        reader.space();
        (reader.at.next().is_none() && matches!(value, Self::Object(_))).then_some(value)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The number of a key.
    pub fn number(&self, key: &str) -> Option<u64> {
        match self.get(key) {
            Some(Self::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The string of a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The members of the object of a key, whose values are strings.
    pub fn texts(&self, key: &str) -> Vec<(String, String)> {
        let text = |(name, value): &(String, Json)| match value {
            Self::Text(value) => Some((name.clone(), value.clone())),
            _ => None,
        };
        match self.get(key) {
            Some(Self::Object(members)) => members.iter().filter_map(text).collect(),
            _ => Vec::new(),
        }
    }

    /// The strings of the list of a key.
    pub fn list(&self, key: &str) -> Vec<String> {
        let text = |value: &Json| match value {
            Self::Text(value) => Some(value.clone()),
            _ => None,
        };
        match self.get(key) {
            Some(Self::List(values)) => values.iter().filter_map(text).collect(),
            _ => Vec::new(),
        }
    }

    /// Is the value of a key true?
    pub fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Self::Truth(true))
    }

    /// The octets of a key, of two hexadecimal digits each.
    pub fn octets(&self, key: &str) -> Option<Vec<u8>> {
        let digits = self.text(key)?.as_bytes().chunks(2);
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
    }
}

/// Octets as two hexadecimal digits each.
pub fn hex(octets: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    octets.iter().flat_map(|octet| [octet >> 4, octet & 15]).map(|d| char::from(DIGITS[usize::from(d)])).collect()
}

struct Reader<'a> {
    line: &'a str,
    at: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    fn space(&mut self) {
        while self.at.next_if(|(_, c)| c.is_ascii_whitespace()).is_some() {}
    }

    /// Is the next sign this one? Then it is passed.
    fn passes(&mut self, sign: char) -> bool {
        self.space();
        self.at.next_if(|&(_, c)| c == sign).is_some()
    }

    fn value(&mut self) -> Option<Json> {
        self.space();
        match self.at.peek()?.1 {
            '{' => self.object(),
            '[' => self.list(),
            '"' => self.text().map(Json::Text),
            _ => match self.word() {
                "true" => Some(Json::Truth(true)),
                "false" => Some(Json::Truth(false)),
                word => word.parse().ok().map(Json::Number),
            },
        }
    }

    fn object(&mut self) -> Option<Json> {
        let mut members = Vec::new();
        self.passes('{');
        if self.passes('}') {
            return Some(Json::Object(members));
        }
        loop {
            let name = self.text()?;
            if !self.passes(':') {
                return None;
            }
            members.push((name, self.value()?));
            if !self.passes(',') {
                return self.passes('}').then_some(Json::Object(members));
            }
        }
    }

    fn list(&mut self) -> Option<Json> {
        let mut values = Vec::new();
        self.passes('[');
        if self.passes(']') {
            return Some(Json::List(values));
        }
        loop {
            values.push(self.value()?);
            if !self.passes(',') {
                return self.passes(']').then_some(Json::List(values));
            }
        }
    }

    /// No escapes: the protocol has no string that needs one.
    fn text(&mut self) -> Option<String> {
        if !self.passes('"') {
            return None;
        }
        let from = self.at.peek()?.0;
        let (to, _) = self.at.find(|&(_, c)| c == '"' || c == '\\')?;
        self.line[to..].starts_with('"').then(|| self.line[from..to].to_owned())
    }

    fn word(&mut self) -> &str {
        let from = self.at.peek().map_or(self.line.len(), |&(at, _)| at);
        while self.at.next_if(|(_, c)| c.is_ascii_alphanumeric()).is_some() {}
        let to = self.at.peek().map_or(self.line.len(), |&(at, _)| at);
        &self.line[from..to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_with_what_is_nested_in_it() {
        let line = r#"{"do":"start", "rx" : {"nr_ents":2,"copy":true},"frame":"41a0"}"#;
        let message = Json::parse(line).unwrap();
        assert_eq!(message.text("do"), Some("start"));
        assert_eq!(message.get("rx").and_then(|rx| rx.number("nr_ents")), Some(2));
        assert!(message.get("rx").unwrap().is_true("copy") && !message.is_true("copy"));
        assert_eq!(message.octets("frame"), Some(vec![0x41, 0xa0]));
        assert_eq!(hex(&[0x41, 0xa0]), "41a0");
    }

    #[test]
    fn changes_of_a_store_are_read_as_paths() {
        let message = Json::parse(r#"{"set":{"a/state":"2","b":""},"remove":["c","d/e"],"none":[]}"#).unwrap();
        assert_eq!(message.texts("set"), [("a/state".into(), "2".into()), ("b".into(), String::new())]);
        assert_eq!(message.list("remove"), ["c", "d/e"]);
        assert!(message.list("none").is_empty() && message.list("set").is_empty() && message.texts("x").is_empty());
    }

    #[test]
    fn what_is_no_message_is_none() {
        for line in [
            "",
            "{",
            "3",
            "{}x",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":"b\"c"}"#,
            "{]",
            r#"{"a":[1}"#,
            r#"{"a":[1,]}"#,
        ] {
            assert_eq!(Json::parse(line), None, "{line}");
        }
    }
}
