(** Transmit: a packet is copied into blocks, halves of pages of a pool that are granted for life, and sent from there.

    TxPackets of the specification; its actions are named below. A packet is a chain of slots, and published whole:

    {v
      slot      what is in it                        size           flags
      first     request for the first block          the packet's   extra_info, more_data
      then      struct netif_extra_info, if any
      further   request for the next block           its own        more_data, but for the last
    v} *)

val block : int
(** Octets of a block. All requests of a packet but the last have so many. *)

type outcome =
  | Accepted
  | No_room  (** Not now: try again after the next [sent]. *)
  | Never
      (** The packet takes more than {!Netif.nr_slots_min} slots, which no backend has to take; or more slots, blocks or
          ids than there are. *)

module Make (Host : Host.S) : sig
  type t

  val connect : Host.t -> Config.t -> t
  (** Makes and grants the ring and the pool. *)

  val gref : t -> int
  (** Of the ring's page, for [tx-ring-ref] in XenStore. *)

  val send : t -> ?offload:Offload.t -> Bytes.t -> sent:(int -> unit) -> outcome
  (** Copies the packet and sends it (TxFill, TxEnqueue, TxEnqueueExtra, TxPushRequests, TxCheckNotify). If it is accepted,
      [sent] is called once, when its last block is free, with OKAY if all its requests were answered with that, else with
      what went wrong; if it is not, nothing of it is on the ring, and [sent] is not called. *)

  val poll : t -> (unit, Poll.broken) result
  (** Consumes the responses that there are, and asks to be notified of the next (TxConsumeResponse, TxRelease,
      TxFinalCheck). *)

  val ignored : t -> int
  (** Responses to no request and no extra of ours. They were stepped over. *)
end
