(** A frontend's end of a ring: ring.h, with its names.

    {v
                        rsp_cons     rsp_prod      req_prod  req_prod_pvt
                           |             |             |          |
      - - - - free - - - - | responses . . requests  . . written  | - - free
    v}

    An {e index} runs freely and wraps at 2{^32}; a {e slot} is an index modulo [nr_ents]; a {e count} is a difference of
    indices. In C [RING_IDX] is an [unsigned int] and wraps by itself. In OCaml an [int] has 63 bits and does not: every
    index must be cut to 32 bits by hand, and {!add} and {!sub} are the only two places that do. MirageOS's
    shared-memory-ring does not: it adds to plain [int]s and compares them with words that it reads from the page, so that
    after 2{^32} responses its loop over them does not end; and its test whether to notify is signed. *)

type idx = int
(** RING_IDX: 0 to 2{^32}-1. *)

val add : idx -> int -> idx

val sub : idx -> idx -> int
(** The count from one index to another, modulo 2{^32}. *)

type t = {
  page : Page.t;  (** The shared page: [struct sring]. *)
  slot_size : int;  (** Octets: 12 on the transmit ring, 8 on the receive ring. *)
  nr_ents : int;  (** Slots, a power of two. *)
  mutable req_prod_pvt : idx;  (** Requests are written up to here. *)
  mutable req_prod : idx;
      (** Requests are published up to here. ring.h loads this back from the page, where a backend may have written; we
          remember it. *)
  mutable rsp_cons : idx;  (** Responses are consumed up to here. *)
}
(** [struct front_ring]. *)

val attach : Page.t -> slot_size:int -> nr_ents:int -> first:idx -> t
(** SHARED_RING_INIT and FRONT_RING_ATTACH, with all indices at [first] (in ring.h, 0). Raises [Invalid_argument] if
    [nr_ents] is no power of two or the slots do not fit the page. *)

val slot : t -> idx -> int
(** RING_GET_REQUEST, RING_GET_RESPONSE: where the slot of an index begins in the page. *)

val number_at : t -> int -> int
(** Which slot begins there: 0 to [nr_ents]-1. A request and what answers it have one, if responses are in order. *)

val free_requests : t -> int
(** RING_FREE_REQUESTS: slots to which a request can be written, 0 to [nr_ents]. *)

val has_room : t -> int -> bool
(** Can so many requests be written? Where not even one can, that is RING_FULL. *)

val next_request : t -> int
(** Where to write the next request; there must be room. It is not published until it is pushed. *)

val notify_due : event:idx -> old:idx -> now:idx -> bool
(** Is [event] one of the indices after [old] up to [now]? The test of RING_PUSH_*_AND_CHECK_NOTIFY: unsigned, or an
    empty push would notify. *)

val push_requests_and_check_notify : t -> bool
(** RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: publishes what is written. True: notify the backend. *)

val load_rsp_prod : t -> idx
(** Loads [rsp_prod] and sees to it that responses are read after it. The backend may store there at any time: load
    once, check, and use what was loaded. *)

val is_believable : t -> idx -> bool
(** P8. May this [rsp_prod] be believed? There are no more responses than requests. RING_RESPONSE_PROD_OVERFLOW is
    looser: it allows [nr_ents] of them, whatever was asked. *)

val has_responses : t -> upto:idx -> bool
(** Are there responses to consume before [upto]? Compared by [<>]: [<] goes wrong at the wrap. *)

val next_response : t -> int
(** Where the next response is; it counts as consumed. Its slot may be written again as soon as a request is sent, so
    copy it first. *)

val final_check_for_responses : t -> bool
(** RING_FINAL_CHECK_FOR_RESPONSES: asks to be notified of the next response. True: there is one already, and whoever
    sleeps now sleeps for ever. *)
