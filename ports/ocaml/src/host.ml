(** What a netfront needs of the kernel round it. *)
module type S = sig
  type t

  val alloc_page : t -> Page.t
  (** A page for good, of {!Page.size} octets, aligned as Xen wants it. What it raises where there is none goes through. *)

  val grant_access : t -> Page.t -> readonly:bool -> int
  (** gnttab_grant_foreign_access *)

  val end_access : t -> int -> bool
  (** gnttab_end_foreign_access_ref: false where the backend has the page mapped; then the grant stays. *)

  val notify : t -> unit
  (** notify_remote_via_evtchn *)
end
