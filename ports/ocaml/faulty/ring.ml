include Netfront.Ring

(* Where the words are in the page. *)
let req_event_at = 4
let rsp_event_at = 12

(* Up to an end that has wrapped, which is then behind us. *)
let free_requests t =
  if Fault.is Refill_at_wrap then add t.rsp_cons t.nr_ents - t.req_prod_pvt else free_requests t

let signed n = if n < 0x80000000 then n else n - 0x100000000

let push_requests_and_check_notify t =
  let old = t.req_prod and now = t.req_prod_pvt in
  let due = push_requests_and_check_notify t in
  if Fault.is Signed_notify then
    signed (sub now (Page.get_uint32 t.page req_event_at)) < signed (sub now old)
  else due

let is_believable t rsp_prod = Fault.is Rsp_prod_unbounded || is_believable t rsp_prod
let has_responses t ~upto = if Fault.is Less_than then t.rsp_cons < upto else has_responses t ~upto

let final_check_for_responses t =
  if Fault.is No_final_check || Fault.is Less_than then begin
    Page.set_uint32 t.page rsp_event_at (add t.rsp_cons 1);
    Fault.is Less_than && t.rsp_cons < load_rsp_prod t
  end
  else final_check_for_responses t
