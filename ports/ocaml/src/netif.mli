(** What is in a slot: the structs of netif.h, at the place that {!Ring.next_request} or {!Ring.next_response} gives.

    A response is copied, field by field and each once, before anything is made of it: the backend can write there still. *)

type tx_request = { gref : int; offset : int; flags : int; id : int; size : int }
(** [struct netif_tx_request], 12 octets. *)

type tx_response = { id : int; status : int }
(** [struct netif_tx_response]. *)

type rx_request = { id : int; gref : int }
(** [struct netif_rx_request], 8 octets. *)

type rx_response = { id : int; offset : int; flags : int; status : int }
(** [struct netif_rx_response]. [status] is [int16_t]: above 0 the octets of a frame, below 0 an error. MirageOS's
    mirage-net-xen reads it as unsigned, and takes the error -1 for a frame of 65535 octets. *)

type gso = { size : int; type_ : int; features : int }
(** [u.gso] of an extra: octets of payload of each segment, and what protocol is cut into them. *)

type extra_info = { type_ : int; flags : int; gso : gso }
(** [struct netif_extra_info], 8 octets on either ring, where a request or a response would be: it has neither id nor gref
    nor status. [gso] is what its union holds if [type_] is {!extra_type_gso}, and means nothing if not. *)

val tx_slot_size : int
val rx_slot_size : int

val rsp_okay : int
(** NETIF_RSP_OKAY, 0 *)

val rsp_error : int
(** NETIF_RSP_ERROR, -1 *)

val rsp_dropped : int
(** NETIF_RSP_DROPPED, -2 *)

val rsp_null : int
(** NETIF_RSP_NULL, 1: what answers an extra. The id beside it is whatever the slot held, and may be that of a request in
    flight. *)

val nr_slots_min : int
(** XEN_NETIF_NR_SLOTS_MIN, 18: slots of a packet that every backend takes, extras included. *)

val max_tx_size : int
(** XEN_NETIF_MAX_TX_SIZE, 65535: octets of a packet, whose [size] has 16 bits. *)

(** NETTXF_*: flags of a transmit request. *)
module Txf : sig
  val csum_blank : int
  val data_validated : int
  val more_data : int
  val extra_info : int
end

(** NETRXF_*: flags of a receive response. The first two are {e the other way round} than on the transmit ring. *)
module Rxf : sig
  val data_validated : int
  val csum_blank : int
  val more_data : int
  val extra_info : int
  val gso_prefix : int
end

val extra_type_gso : int
(** XEN_NETIF_EXTRA_TYPE_GSO, 1 *)

val extra_type_max : int
(** XEN_NETIF_EXTRA_TYPE_MAX, 5: the first type that there is not. Nor is there 0. *)

val extra_flag_more : int
(** XEN_NETIF_EXTRA_FLAG_MORE: the next slot is an extra too. *)

val gso_type_tcpv4 : int
(** XEN_NETIF_GSO_TYPE_TCPV4, 1 *)

val gso_type_tcpv6 : int
(** XEN_NETIF_GSO_TYPE_TCPV6, 2 *)

val set_tx_request : Page.t -> int -> tx_request -> unit
val get_tx_response : Page.t -> int -> tx_response
val set_rx_request : Page.t -> int -> rx_request -> unit
val get_rx_response : Page.t -> int -> rx_response

val set_extra_info : Page.t -> int -> extra_info -> unit
(** Of a transmit slot the last four octets keep what they held. *)

val get_extra_info : Page.t -> int -> extra_info
