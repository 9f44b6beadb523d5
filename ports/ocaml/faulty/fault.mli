(** Faults that drivers have had, one of which may be on. The corpus must catch each (ports/README.md). *)

type t =
  | Shared_gref_as_id
      (** The id is the grant of the page, which two blocks share (MSA00); the oldest request is taken for the answered. *)
  | Newest_waker_first  (** The same, and the newest request is taken for the answered one (MSA00). *)
  | Counter_unchecked  (** Ids count up and come round, whatever is in flight. *)
  | Free_list_unchecked  (** A response to no request puts its id into the free list once more. *)
  | Less_than  (** [<] for [<>] on indices. *)
  | Signed_notify  (** The test whether to notify, signed. *)
  | No_final_check  (** Asks for the next response, and sleeps. *)
  | Status_unsigned  (** An error is a great length. *)
  | Error_not_recovered  (** The buffer of a request that failed is lost. *)
  | Refill_at_wrap  (** Posts up to an end that has wrapped. *)
  | Rsp_prod_unbounded  (** Believes any [rsp_prod]. *)

val all : (string * t) list
(** By the names that they have on the command line, which are the same in every port. *)

val current : t option ref
val is : t -> bool
