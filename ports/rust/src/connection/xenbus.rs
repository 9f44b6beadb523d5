//! What the keys of a device may say (io/xenbus.h).

use alloc::string::String;
use core::fmt;

/// enum xenbus_state: those that tell something about rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no such key.
    Unknown = 0,
    /// It has begun.
    Initialising = 1,
    /// The backend has written what it offers.
    InitWait = 2,
    /// It uses the rings.
    Connected = 4,
    /// It wants to close.
    Closing = 5,
    /// It does not use rings.
    Closed = 6,
}

/// The device cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceError {
    /// The key.
    pub path: String,
    /// What it is, if it is there.
    pub value: Option<String>,
    /// What it should be.
    pub needed: &'static str,
}

impl fmt::Display for DeviceError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match &self.value {
            Some(value) => write!(to, "{} is {value:?}: {}", self.path, self.needed),
            None => write!(to, "{} is missing: {}", self.path, self.needed),
        }
    }
}

/// What a key `state` says. Initialised is not yet Connected; Reconfiguring and Reconfigured are of an end that is.
pub fn state_of(path: &str, value: Option<String>) -> Result<State, DeviceError> {
    match value.as_deref() {
        None | Some("0") => Ok(State::Unknown),
        Some("1" | "3") => Ok(State::Initialising),
        Some("2") => Ok(State::InitWait),
        Some("4" | "7" | "8") => Ok(State::Connected),
        Some("5") => Ok(State::Closing),
        Some("6") => Ok(State::Closed),
        Some(_) => Err(DeviceError { path: path.into(), value, needed: "a state is a number from 0 to 8" }),
    }
}

/// A whole number, or `absent` where there is no key; the key is needed if that is none.
pub fn number_of(path: &str, value: Option<String>, absent: Option<u32>) -> Result<u32, DeviceError> {
    let number = match &value {
        None => absent,
        Some(text) if text.bytes().all(|octet| octet.is_ascii_digit()) => text.parse().ok(),
        Some(_) => None,
    };
    number.ok_or_else(|| DeviceError { path: path.into(), value, needed: "it must be a whole number below 2^32" })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_state_is_a_number_up_to_8_and_no_key_is_unknown() {
        let of = |value: &str| state_of("back/state", Some(value.into())).ok();
        assert_eq!(state_of("back/state", None), Ok(State::Unknown));
        assert_eq!(["0", "2", "3", "8"].map(of), [0, 2, 1, 4].map(named));
        assert_eq!(["", "9", "-1", "+1", "04", "x"].map(of), [None; 6]);
    }

    fn named(number: u8) -> Option<State> {
        [State::Unknown, State::Initialising, State::InitWait, State::Connected]
            .into_iter()
            .find(|&state| state as u8 == number)
    }

    #[test]
    fn an_error_names_the_key_and_what_it_is() {
        let error = number_of("back/multi-queue-max-queues", Some("many".into()), Some(1)).unwrap_err();
        let text = "back/multi-queue-max-queues is \"many\": it must be a whole number below 2^32";
        assert_eq!(error.to_string(), text);
        assert_eq!(number_of("x", None, Some(1)), Ok(1));
        assert!(number_of("x", None, None).unwrap_err().to_string().starts_with("x is missing: "));
        assert_eq!(["", "4294967296", "+1"].map(|text| number_of("x", Some(text.into()), None).ok()), [None; 3]);
    }
}
