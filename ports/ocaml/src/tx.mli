(** Transmit: a frame is copied into a block, half a page of a pool whose pages are granted for life, and sent from there.

    NetfrontTx of the specification; its actions are named below. *)

val max_frame : int
(** Octets of a block. *)

module Make (Host : Host.S) : sig
  type t

  val connect : Host.t -> Config.t -> t
  (** Makes and grants the ring and the pool. *)

  val gref : t -> int
  (** Of the ring's page, for [tx-ring-ref] in XenStore. *)

  val send : t -> Bytes.t -> sent:(int -> unit) -> bool
  (** Copies the frame and sends it (TxEnqueue, TxPushRequests, TxNotifyCheck). [sent] is told the status of the response,
      once. False: there is no room now, try again after the next [sent]; or the frame is longer than {!max_frame}. *)

  val poll : t -> (unit, Poll.broken) result
  (** Consumes the responses that there are, and asks to be notified of the next (TxConsumeResponse, TxFinalCheck). *)

  val ignored : t -> int
  (** Responses to no request of ours. They were stepped over. *)
end
