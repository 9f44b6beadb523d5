(** The guest round the frontend: pages, a grant table, and notes of what left the guest since the last answer. *)

include Host.S

val make : unit -> t

val page_of : t -> int -> Page.t option
(** The page that a reference grants. *)

val map : t -> int -> unit
(** The backend maps the page of a grant: until it is unmapped as often, ending the grant does not succeed. *)

val unmap : t -> int -> unit

val note_sent : t -> Yojson.Basic.t -> unit
val note_received : t -> Yojson.Basic.t -> unit

val effects : t -> (string * Yojson.Basic.t) list
(** What was noted since the last time: the members of an answer. *)
