(** Buffers: halves of pages to send from ({e blocks}), or pages to receive into. Each is free, in one request, or with
    the application (P3, P5). *)

type buffer = {
  page : Page.t;
  offset : int;
  mutable gref : int;  (** Of its page. Two blocks of a page share it: it is {e not} unique, and so no id. *)
}

type t

val make : buffer list -> t
(** A pool in which all of these are free. *)

val take : t -> buffer option

val take_all : t -> int -> buffer list option
(** So many buffers, or none of them if there are not so many: half of a packet could only wait for the other half. *)

val free : t -> buffer -> unit
(** Gives back a buffer that was taken. Twice for once taken is a bug of the caller, and not noticed here. *)
