(** A packet that is put together of the slots that came; the chain of RxPackets in the specification.

    netif.h has the slots in this order: one with octets; the packet's extras, if that one has [extra_info], each but the
    last with XEN_NETIF_EXTRA_FLAG_MORE; then further ones with octets, while the one before has [more_data]. On this ring
    each slot says how many octets are in its {e own} page; on the transmit ring the first one says the total, and
    mirage-net-xen up to 2.1.7 reads both by that rule.

    {v
      slot     0 extra_info|more_data   1 GSO    2 more_data   3
      next     extra                    octets   octets        a new packet
    v}

    The slots of a packet may come in parts: what has come waits, or the rest would be taken for a packet of its own. One
    with which something is wrong is dropped whole, and followed to its end all the same. *)

type t

val none : t
(** Before the first slot of a packet. *)

val is_extra_due : t -> bool
(** Is the next slot an extra? Nothing in the slot itself tells. *)

type says = Response of Netif.rx_response | Extra of Netif.extra_info

type fragment = { buffer : Pool.buffer; offset : int; size : int }
type packet = { fragments : fragment list; offload : Offload.t }

val buffers : packet -> Pool.buffer list

val pages : t -> Pool.buffer list
(** That have come, in their order. They are granted no more, and are the chain's until it is whole or dropped. *)

(** What has become of a packet with one slot more. *)
type followed =
  | Waits of t  (** For the rest. *)
  | Whole of packet
  | Dropped of { rest : t; is_senseless : bool }
      (** It keeps nothing, not even the page of this slot; [rest] knows where it ends. [is_senseless] is said once of a
          packet, and only where no backend may send what came: an extra that netif.h does not have, octets beyond a page,
          more slots than {!Netif.nr_slots_min}. An error is none of these, nor is a
          slot that answers no request of ours: that was known before. *)

val follow : t -> pages:int -> says -> Pool.buffer option -> followed
(** A slot came, in answer to the request for this buffer ([None]: no request of ours), and the buffer's grant is ended. A
    packet that is not at its end when it has all [pages] that there are is dropped, too: none is left to post for the
    rest. *)
