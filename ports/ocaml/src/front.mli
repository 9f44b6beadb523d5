(** Both rings of a netfront, behind one event channel.

    No locks, no threads: whoever uses it calls it from one place at a time, and {!Make.poll} at every event. [sent] and
    [deliver] are called from inside [poll], and may call [send] and [return] themselves. *)

module Make (Host : Host.S) : sig
  type t

  val connect : ?tx:Config.t -> ?rx:Config.t * Rx.deliver -> Host.t -> t
  (** Makes and grants the rings that are named, posts pages, and is ready. Raises [Invalid_argument] if a ring or a pool
      cannot be so large, and whatever the host raises that has no more pages. *)

  val tx_gref : t -> int option
  val rx_gref : t -> int option

  val send : t -> ?offload:Offload.t -> Bytes.t -> sent:(int -> unit) -> Tx.outcome
  (** See {!Tx.Make.send}. There is no room for anything where the backend is broken, nor without a transmit ring. *)

  val poll : t -> unit
  (** An event came: consumes what there is on both rings, posts what is free, and asks for the next event. *)

  val return : t -> Rx.lent -> unit
  (** The application has done with a packet; its pages are posted again. *)

  val broken : t -> Poll.broken option
  (** What the backend did that no backend may. Nothing is sent, consumed or posted any more. *)

  val ignored : t -> int
  (** Responses that were stepped over. *)
end
