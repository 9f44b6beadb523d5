(** What is said of a packet beside its octets; the same of one that is sent and of one that is received, though the flags
    have other values on each ring. *)

type protocol = Tcpv4 | Tcpv6

type gso = { size : int; protocol : protocol }
(** The packet is to be cut into segments before it leaves the machine, or was joined from such: each has [size] octets of
    payload, 1 to 65535. *)

type t = {
  csum_blank : bool;  (** The checksum of the transport protocol is not filled in, only that of its pseudo header. *)
  gso : gso option;  (** Only with [csum_blank]: who cuts has to fill in checksums. *)
}

val none : t
(** Nothing is said. *)

val tx_flags : t -> int
(** What goes into the flags of the first request: a checksum that is blank says that the octets are good. *)

val of_rx : flags:int -> gso option -> t
(** What the flags of the first response say, and the extra if there was one. *)

val extra_of_gso : gso -> Netif.extra_info
(** The one extra of a packet: none follows it. *)

val gso_of_extra : Netif.extra_info -> gso option
(** [None] if there are no such segments: of no octets, or of a protocol that netif.h does not have. *)
