(** How large one ring is, and its pool. *)
type t = {
  nr_ents : int;  (** Slots, a power of two up to 256. *)
  first : Ring.idx;  (** Where the indices start: 0, or near 2{^32} to see them wrap soon. *)
  buffers : int;  (** Blocks, or pages. *)
  ids : int;  (** How many ids there are: as many as slots are enough, 65536 the most. *)
}
