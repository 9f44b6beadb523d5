//! Slots of both rings, octet by octet as `netif.h` has them. Xen's guests are little-endian.

/// PAGE_SIZE: what one grant grants.
pub const PAGE_SIZE: usize = 4096;

/// NETIF_RSP_OKAY
pub const NETIF_RSP_OKAY: i16 = 0;
/// NETIF_RSP_ERROR
pub const NETIF_RSP_ERROR: i16 = -1;
/// NETIF_RSP_DROPPED
pub const NETIF_RSP_DROPPED: i16 = -2;

/// Octets of a slot of the transmit ring: the larger of its request and its response.
pub const TX_SLOT: usize = 12;
/// Octets of a slot of the receive ring.
pub const RX_SLOT: usize = 8;

/// `netif_tx_request_t`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxRequest {
    /// The page. NOT unique: two blocks share it, and so it is no id.
    pub gref: u32,
    /// Where in the page the frame begins.
    pub offset: u16,
    /// NETTXF_*
    pub flags: u16,
    /// Echoed in the response.
    pub id: u16,
    /// Octets of the frame.
    pub size: u16,
}

impl TxRequest {
    /// As it lies in its slot.
    pub fn octets(&self) -> [u8; TX_SLOT] {
        let [a, b, c, d] = self.gref.to_le_bytes();
        let [e, f] = self.offset.to_le_bytes();
        let [g, h] = self.flags.to_le_bytes();
        let [i, j] = self.id.to_le_bytes();
        let [k, l] = self.size.to_le_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }
}

/// `netif_tx_response_t`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxResponse {
    /// Of the request that is answered, if the backend is to be believed.
    pub id: u16,
    /// NETIF_RSP_*
    pub status: i16,
}

impl TxResponse {
    /// From a copy of its slot, of which the rest is nobody's.
    pub fn from_octets([a, b, c, d, ..]: [u8; TX_SLOT]) -> Self {
        Self { id: u16::from_le_bytes([a, b]), status: i16::from_le_bytes([c, d]) }
    }
}

/// `netif_rx_request_t`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RxRequest {
    /// Echoed in the response.
    pub id: u16,
    /// The page to receive into.
    pub gref: u32,
}

impl RxRequest {
    /// As it lies in its slot; two octets of it are padding.
    pub fn octets(&self) -> [u8; RX_SLOT] {
        let [a, b] = self.id.to_le_bytes();
        let [e, f, g, h] = self.gref.to_le_bytes();
        [a, b, 0, 0, e, f, g, h]
    }
}

/// `netif_rx_response_t`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RxResponse {
    /// Of the request that is answered, if the backend is to be believed.
    pub id: u16,
    /// Where in the page the frame begins.
    pub offset: u16,
    /// NETRXF_*
    pub flags: u16,
    /// P12: signed. Octets of the frame, or NETIF_RSP_*; an error read as unsigned is a great length.
    pub status: i16,
}

impl RxResponse {
    /// From a copy of its slot.
    pub fn from_octets([a, b, c, d, e, f, g, h]: [u8; RX_SLOT]) -> Self {
        Self {
            id: u16::from_le_bytes([a, b]),
            offset: u16::from_le_bytes([c, d]),
            flags: u16::from_le_bytes([e, f]),
            status: i16::from_le_bytes([g, h]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_to_send_lies_in_its_slot_as_in_the_header() {
        let request = TxRequest { gref: 0x0403_0201, offset: 0x0605, flags: 0x0807, id: 0x0a09, size: 0x0c0b };
        assert_eq!(request.octets(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_request_to_receive_has_two_octets_of_padding() {
        assert_eq!(RxRequest { id: 0x0201, gref: 0x0605_0403 }.octets(), [1, 2, 0, 0, 3, 4, 5, 6]);
    }

    #[test]
    fn a_status_is_signed_in_both_responses() {
        let sent = TxResponse::from_octets([1, 2, 0xfe, 0xff, 9, 9, 9, 9, 9, 9, 9, 9]);
        assert_eq!(sent, TxResponse { id: 0x0201, status: NETIF_RSP_DROPPED });
        let received = RxResponse::from_octets([1, 2, 3, 4, 5, 6, 0xff, 0xff]);
        let expected = RxResponse { id: 0x0201, offset: 0x0403, flags: 0x0605, status: NETIF_RSP_ERROR };
        assert_eq!(received, expected);
    }
}
