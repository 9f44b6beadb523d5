type due = First | Extra_info | Octets
type says = Response of Netif.rx_response | Extra of Netif.extra_info
type fragment = { buffer : Pool.buffer; offset : int; size : int }
type packet = { fragments : fragment list; offload : Offload.t }

type t = {
  due : due;
  slots : int;
  flags : int;  (* Of the first slot. *)
  came : fragment list;  (* The newest first. *)
  gso : Offload.gso option;
  is_dropped : bool;
}

let none = { due = First; slots = 0; flags = 0; came = []; gso = None; is_dropped = false }
let is_extra_due t = t.due = Extra_info
let buffers { fragments; _ } = List.map (fun { buffer; _ } -> buffer) fragments
let pages t = List.rev_map (fun { buffer; _ } -> buffer) t.came

type followed = Waits of t | Whole of packet | Dropped of { rest : t; is_senseless : bool }

let has flag flags = flags land flag <> 0
let octets_due flags = if has Netif.Rxf.more_data flags then Octets else First

(* The packet's extras first, whatever more there is after them. *)
let due_after t = function
  | Extra { flags; _ } -> if has Netif.extra_flag_more flags then Extra_info else octets_due t.flags
  | Response { flags; _ } ->
      if t.slots = 0 && has Netif.Rxf.extra_info flags then Extra_info else octets_due flags

let octets t = List.fold_left (fun sum { size; _ } -> sum + size) 0 t.came
let is_gso (extra : Netif.extra_info) = extra.type_ = Netif.extra_type_gso

(* A second extra of segmentation is as wrong as one that says nothing. *)
let is_bad_extra t (extra : Netif.extra_info) =
  extra.type_ = 0
  || extra.type_ >= Netif.extra_type_max
  || (is_gso extra && (t.gso <> None || Offload.gso_of_extra extra = None))

(* With gso_prefix the first slot has no octets, and the size of the segments is where its offset would be. It is for those
   who ask for it, and we do not. *)
let is_bad_response t ({ status; offset; flags; _ } : Netif.rx_response) =
  status = 0
  || offset + status > Page.size
  || octets t + status > Netif.max_tx_size
  || (t.slots = 0 && has Netif.Rxf.gso_prefix flags)

(* It has a slot too many, or there will be one: nobody needs to see it, and it may never come. It needs a page, and the
   application may have all others. *)
let is_too_long t due = t.slots + (if due = First then 1 else 2) > Netif.nr_slots_min

let is_senseless t due says =
  is_too_long t due
  || match says with Extra extra -> is_bad_extra t extra | Response response -> is_bad_response t response

let follow t ~pages says buffer =
  let due = due_after t says in
  let flags = match says with Response { flags; _ } when t.slots = 0 -> flags | _ -> t.flags in
  let next = { t with due; slots = t.slots + 1; flags } in
  let dropped ~is_senseless =
    let rest = if due = First then none else { next with came = []; gso = None; is_dropped = true } in
    Dropped { rest; is_senseless }
  in
  let with_slot =
    match (says, buffer) with
    | Response { offset; status = size; _ }, Some buffer ->
        { next with came = { buffer; offset; size } :: t.came }
    | Extra extra, _ when is_gso extra -> { next with gso = Offload.gso_of_extra extra }
    | _ -> next
  in
  match says with
  | _ when t.is_dropped || buffer = None -> dropped ~is_senseless:false
  (* P12: an error is no length. *)
  | Response { status; _ } when status < 0 -> dropped ~is_senseless:false
  | _ when is_senseless t due says -> dropped ~is_senseless:true
  | _ when due = First ->
      Whole { fragments = List.rev with_slot.came; offload = Offload.of_rx ~flags with_slot.gso }
  | _ when List.length with_slot.came >= pages -> dropped ~is_senseless:true
  | _ -> Waits with_slot
