//! Slots of both rings, octet by octet as `netif.h` has them. Xen's guests are little-endian.

use core::num::NonZeroU16;
use core::ops::RangeInclusive;

/// PAGE_SIZE: what one grant grants.
pub const PAGE_SIZE: usize = 4096;

/// NETIF_RSP_OKAY
pub const NETIF_RSP_OKAY: i16 = 0;
/// NETIF_RSP_ERROR
pub const NETIF_RSP_ERROR: i16 = -1;
/// NETIF_RSP_DROPPED
pub const NETIF_RSP_DROPPED: i16 = -2;
/// NETIF_RSP_NULL: what answers an extra.
pub const NETIF_RSP_NULL: i16 = 1;

/// XEN_NETIF_NR_SLOTS_MIN: slots of a packet that every backend takes, extras included.
pub const XEN_NETIF_NR_SLOTS_MIN: usize = 18;

/// NETTXF_csum_blank
pub const NETTXF_CSUM_BLANK: u16 = 1;
/// NETTXF_data_validated
pub const NETTXF_DATA_VALIDATED: u16 = 2;
/// NETTXF_more_data
pub const NETTXF_MORE_DATA: u16 = 4;
/// NETTXF_extra_info
pub const NETTXF_EXTRA_INFO: u16 = 8;

/// NETRXF_csum_blank: on this ring it is the second.
pub const NETRXF_CSUM_BLANK: u16 = 2;
/// NETRXF_more_data
pub const NETRXF_MORE_DATA: u16 = 4;
/// NETRXF_extra_info
pub const NETRXF_EXTRA_INFO: u16 = 8;

const XEN_NETIF_EXTRA_TYPE_GSO: u8 = 1;
/// MCAST_ADD, MCAST_DEL and HASH.
const OTHER_EXTRA_TYPES: RangeInclusive<u8> = 2..=4;
const XEN_NETIF_EXTRA_FLAG_MORE: u8 = 1;

/// Octets of a slot of the transmit ring: the larger of its request and its response.
pub const TX_SLOT: usize = 12;
/// Octets of a slot of the receive ring.
pub const RX_SLOT: usize = 8;

/// `netif_tx_request_t`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxRequest {
    /// The page. NOT unique: two blocks share it, and so it is no id.
    pub gref: u32,
    /// Where in the page the octets begin.
    pub offset: u16,
    /// NETTXF_*
    pub flags: u16,
    /// Echoed in the response.
    pub id: u16,
    /// Octets: in the first slot of a packet those of all of it, in each further one its own.
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
    /// Where in the page the octets begin.
    pub offset: u16,
    /// NETRXF_*
    pub flags: u16,
    /// P12: signed. Octets in this page, or NETIF_RSP_*; an error read as unsigned is a great length.
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

    /// Is this flag set?
    pub fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }
}

/// `netif_extra_info_t`: says more of the packet whose first slot came before it, in a slot that has neither id nor grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtraInfo {
    /// XEN_NETIF_EXTRA_TYPE_*
    pub kind: u8,
    /// 0 or XEN_NETIF_EXTRA_FLAG_MORE
    pub flags: u8,
    /// What the type gives a meaning.
    pub u: [u8; 6],
}

/// What an extra means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// XEN_NETIF_EXTRA_TYPE_GSO
    Gso(Gso),
    /// One that there is, and that this frontend makes nothing of.
    Other,
}

impl ExtraInfo {
    /// From a copy of a slot of the receive ring.
    pub fn from_octets([kind, flags, u @ ..]: [u8; RX_SLOT]) -> Self {
        Self { kind, flags, u }
    }

    /// Does another extra follow?
    pub fn has_more(&self) -> bool {
        self.flags & XEN_NETIF_EXTRA_FLAG_MORE != 0
    }

    /// None if there is no such extra, or if it makes no sense.
    pub fn read(&self) -> Option<Extra> {
        match self.kind {
            XEN_NETIF_EXTRA_TYPE_GSO => Gso::from_u(self.u).map(Extra::Gso),
            kind => OTHER_EXTRA_TYPES.contains(&kind).then_some(Extra::Other),
        }
    }
}

/// `u.gso`: a packet is to be cut into segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gso {
    /// Octets of payload of each segment.
    pub size: NonZeroU16,
    /// What protocol they are of.
    pub kind: GsoType,
}

/// XEN_NETIF_GSO_TYPE_*
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum GsoType {
    /// XEN_NETIF_GSO_TYPE_TCPV4
    TcpV4 = 1,
    /// XEN_NETIF_GSO_TYPE_TCPV6
    TcpV6 = 2,
}

impl GsoType {
    /// None if there is no such type.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::TcpV4, Self::TcpV6].into_iter().find(|&each| each as u8 == number)
    }
}

impl Gso {
    /// As the one extra of a packet to be sent lies in its slot, of which the last octets are nobody's.
    pub fn octets(&self) -> [u8; TX_SLOT] {
        let [a, b] = self.size.get().to_le_bytes();
        [XEN_NETIF_EXTRA_TYPE_GSO, 0, a, b, self.kind as u8, 0, 0, 0, 0, 0, 0, 0]
    }

    fn from_u([a, b, kind, ..]: [u8; 6]) -> Option<Self> {
        let size = NonZeroU16::new(u16::from_le_bytes([a, b]))?;
        Some(Self { size, kind: GsoType::from_number(kind)? })
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

    #[test]
    fn an_extra_of_segmentation_lies_in_its_slot_as_in_the_header() {
        let gso = Gso { size: NonZeroU16::new(0x0403).unwrap(), kind: GsoType::TcpV6 };
        let octets = gso.octets();
        assert_eq!(octets, [1, 0, 3, 4, 2, 0, 0, 0, 0, 0, 0, 0]);
        let [a, b, c, d, e, f, g, h, ..] = octets;
        assert_eq!(ExtraInfo::from_octets([a, b, c, d, e, f, g, h]).read(), Some(Extra::Gso(gso)));
    }

    #[test]
    fn an_extra_that_there_is_not_or_that_makes_no_sense_means_nothing() {
        let read = |kind, size, gso| ExtraInfo { kind, flags: 0, u: [size, 0, gso, 0, 0, 0] }.read();
        assert_eq!([0, 2, 4, 5].map(|kind| read(kind, 9, 1)), [None, Some(Extra::Other), Some(Extra::Other), None]);
        assert!(read(1, 9, 1).is_some());
        assert_eq!([read(1, 0, 1), read(1, 9, 0), read(1, 9, 3)], [None; 3]);
    }
}
