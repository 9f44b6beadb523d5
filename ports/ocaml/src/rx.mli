(** Receive: a free page is granted and posted, and its grant ended before anybody looks at what is in it.

    NetfrontRx of the specification; its actions are named below. *)

type lent
(** A frame in the page into which it came. The application has the page, until it returns it. *)

val octets : lent -> Page.t
(** Where the frame is, and no octet more. Not to be used after the page is returned. *)

(** What the application gets. *)
type deliver =
  | Copy of (Bytes.t -> unit)  (** A copy, its own; the page is free again. *)
  | Lend of (lent -> unit)  (** The page itself, which it is to return. *)

module Make (Host : Host.S) : sig
  type t

  val connect : Host.t -> Config.t -> deliver -> t
  (** Makes and grants the ring, and posts pages. *)

  val gref : t -> int
  (** Of the ring's page, for [rx-ring-ref] in XenStore. *)

  val poll : t -> (unit, Poll.broken) result
  (** Consumes the responses that there are, asks to be notified of the next, and posts again (RxConsumeResponse,
      RxFinalCheck, RxRefill). *)

  val return : t -> lent -> unit
  (** The application has done with a page, which is free again. Returning it once more does nothing. *)

  val refill : t -> unit
  (** Posts every free page that has a slot (RxRefill, RxPushRequests, RxNotifyCheck). *)

  val ignored : t -> int
  (** Responses to no request of ours, or with a frame that is in no page. They were stepped over. *)
end
