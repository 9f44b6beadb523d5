(** How a frontend consumes responses; the same on both rings. *)

(** The backend did what no backend may. What it has of ours is never used again. *)
type broken =
  | Overrun of { rsp_prod : Ring.idx; req_prod : Ring.idx; rsp_cons : Ring.idx }
      (** More responses than there were requests. *)
  | Still_mapped of { gref : int }  (** It answered, and kept the page. *)

val responses : Ring.t -> consume:(int -> (unit, broken) result) -> (unit, broken) result
(** Consumes responses, given where each is in the page, until there are none, and asks to be notified of the next. Stops
    at the first that shows that the backend is broken. *)
