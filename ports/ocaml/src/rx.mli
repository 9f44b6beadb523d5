(** Receive: a free page is granted and posted, and its grant ended before anybody looks at what is in it. What came of a
    packet is put together ({!Chain}), and delivered when it is whole.

    RxPackets of the specification; its actions are named below.

    An extra uses up a request, and {e overwrites its id}. Its page is found by slot: on this ring a response is in the slot
    of its request, so what was posted in each is remembered, however ids are chosen. mirage-net-xen adds to the id of the
    packet's first slot, which is right only while no id was ever skipped. *)

type lent
(** A packet in the pages into which it came. The application has them, until it returns them, all at once. *)

val octets : lent -> Page.t list
(** Where the packet is, and no octet more: of each page as many as its own slot said, in their order. Not to be used after
    it is returned. *)

val offload : lent -> Offload.t

(** What the application gets of a packet: nothing, before all of it has come. *)
type deliver =
  | Copy of (Offload.t -> Bytes.t -> unit)  (** A copy, its own, in one piece; the pages are free again. *)
  | Lend of (lent -> unit)  (** The pages themselves, which it is to return. *)

module Make (Host : Host.S) : sig
  type t

  val connect : Host.t -> Config.t -> deliver -> t
  (** Makes and grants the ring, and posts pages. *)

  val gref : t -> int
  (** Of the ring's page, for [rx-ring-ref] in XenStore. *)

  val poll : t -> (unit, Poll.broken) result
  (** Consumes the responses that there are, asks to be notified of the next, and posts again (RxConsumeResponse,
      RxRelease, RxDeliver, RxFinalCheck, RxPost). What has come of a packet then waits for the rest. *)

  val return : t -> lent -> unit
  (** The application has done with a packet, whose pages are free again. Returning it once more does nothing. *)

  val refill : t -> unit
  (** Posts every free page that has a slot (RxRefill, RxPushRequests, RxNotifyCheck). *)

  val ignored : t -> int
  (** Slots that answer no request of ours, and packets that no backend may send (see {!Chain.followed}). They were stepped
      over; a packet with an error is not counted. *)
end
