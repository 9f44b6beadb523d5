(** How the frontend chooses the id of a request, and what it makes of the id in a response: RequestIds of the
    specification, with its scheme of a free list that is checked.

    netif.h promises only that the backend echoes the id. The frontend alone must keep two requests in flight from sharing
    one (P1), or one response speaks for both: that was MSA00. *)

type 'a t
(** What is in flight, by id: a buffer, and what to do with the answer. *)

val make : ids:int -> 'a t
(** The ids 0 to [ids]-1, none in use; at most 65536, for an id has 16 bits. *)

val has_room : 'a t -> int -> bool
(** Are so many ids free? *)

val add : 'a t -> Pool.buffer -> 'a -> int
(** An id that no request in flight has. There must be one. *)

val answered : 'a t -> int -> (Pool.buffer * 'a) option
(** What was sent under the id of a response, which is free from now on. The id is the backend's word: it may be any.
    [None] if no request in flight has it (P9): a second answer must not put it into the free list twice. *)
