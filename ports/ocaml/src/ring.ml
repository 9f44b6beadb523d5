external mb : unit -> unit = "netfront_mb" [@@noalloc]
external rmb : unit -> unit = "netfront_rmb" [@@noalloc]
external wmb : unit -> unit = "netfront_wmb" [@@noalloc]

type idx = int

let add idx count = (idx + count) land 0xffffffff
let sub i j = (i - j) land 0xffffffff

type t = {
  page : Page.t;
  slot_size : int;
  nr_ents : int;
  mutable req_prod_pvt : idx;
  mutable req_prod : idx;
  mutable rsp_cons : idx;
}

(* struct sring: four words, padding, slots. *)
let req_prod_at = 0
let req_event_at = 4
let rsp_prod_at = 8
let rsp_event_at = 12
let slots_at = 64
let is_power_of_two n = n > 0 && n land (n - 1) = 0

let attach page ~slot_size ~nr_ents ~first =
  if not (is_power_of_two nr_ents && slots_at + (nr_ents * slot_size) <= Page.size) then
    invalid_arg (Printf.sprintf "a ring of %d slots: take a power of two that fits a page" nr_ents);
  Bigarray.Array1.fill page '\000';
  Page.set_uint32 page req_prod_at first;
  Page.set_uint32 page rsp_prod_at first;
  Page.set_uint32 page req_event_at (add first 1);
  Page.set_uint32 page rsp_event_at (add first 1);
  { page; slot_size; nr_ents; req_prod_pvt = first; req_prod = first; rsp_cons = first }

let slot t idx = slots_at + (idx land (t.nr_ents - 1) * t.slot_size)
let number_at t at = (at - slots_at) / t.slot_size
let free_requests t = t.nr_ents - sub t.req_prod_pvt t.rsp_cons
let has_room t slots = free_requests t >= slots

let next_request t =
  let at = slot t t.req_prod_pvt in
  t.req_prod_pvt <- add t.req_prod_pvt 1;
  at

let notify_due ~event ~old ~now = sub now event < sub now old

let push_requests_and_check_notify t =
  let old = t.req_prod and now = t.req_prod_pvt in
  (* The backend sees the requests before it sees that they are there. *)
  wmb ();
  Page.set_uint32 t.page req_prod_at now;
  t.req_prod <- now;
  (* It sees them before we look whether it sleeps. *)
  mb ();
  notify_due ~event:(Page.get_uint32 t.page req_event_at) ~old ~now

let load_rsp_prod t =
  let rsp_prod = Page.get_uint32 t.page rsp_prod_at in
  rmb ();
  rsp_prod

let is_believable t rsp_prod = sub rsp_prod t.rsp_cons <= sub t.req_prod t.rsp_cons
let has_responses t ~upto = t.rsp_cons <> upto

let next_response t =
  let at = slot t t.rsp_cons in
  t.rsp_cons <- add t.rsp_cons 1;
  at

let final_check_for_responses t =
  load_rsp_prod t <> t.rsp_cons
  || begin
       Page.set_uint32 t.page rsp_event_at (add t.rsp_cons 1);
       mb ();
       load_rsp_prod t <> t.rsp_cons
     end
