(** The driver protocol (traces/PORTING.md): this program is the guest, netfront conform is Xen and the backend. *)

val serve : unit -> unit
(** Answers each line of stdin with one of stdout, until there are no more. *)
