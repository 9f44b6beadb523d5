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

val tx_slot_size : int
val rx_slot_size : int

val rsp_okay : int
(** NETIF_RSP_OKAY, 0 *)

val rsp_error : int
(** NETIF_RSP_ERROR, -1 *)

val rsp_dropped : int
(** NETIF_RSP_DROPPED, -2 *)

val set_tx_request : Page.t -> int -> tx_request -> unit
val get_tx_response : Page.t -> int -> tx_response
val set_rx_request : Page.t -> int -> rx_request -> unit
val get_rx_response : Page.t -> int -> rx_response
