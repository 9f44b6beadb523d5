(** A page of the guest, outside the heap of OCaml, where the collector never moves it: the backend may be looking.

    Words are in the machine's order, which is little endian wherever Xen runs. Each function is one load or one store,
    and bounds are checked. *)

type t = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

val size : int
(** 4096: what one grant reference grants. *)

val get_uint8 : t -> int -> int

val set_uint8 : t -> int -> int -> unit
(** The low 8 bits. *)

val get_uint16 : t -> int -> int

val set_uint16 : t -> int -> int -> unit
(** The low 16 bits. *)

val get_int16 : t -> int -> int
(** The same octets as {!get_uint16}, signed. *)

val get_uint32 : t -> int -> int
(** 0 to 2{^32}-1. An [int] has 63 bits, so this is no negative number, and it does not wrap by itself. *)

val set_uint32 : t -> int -> int -> unit
(** The low 32 bits. *)

val write : t -> at:int -> ?from:int -> ?length:int -> Bytes.t -> unit
(** Copies octets into the page: all of them, or [length] of them, [from] on. *)

val read : t -> at:int -> length:int -> Bytes.t
