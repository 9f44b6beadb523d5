type t =
  | Shared_gref_as_id
  | Newest_waker_first
  | Counter_unchecked
  | Free_list_unchecked
  | Less_than
  | Signed_notify
  | No_final_check
  | Status_unsigned
  | Error_not_recovered
  | Refill_at_wrap
  | Rsp_prod_unbounded

let all =
  [
    ("shared-gref-as-id", Shared_gref_as_id);
    ("newest-waker-first", Newest_waker_first);
    ("counter-unchecked", Counter_unchecked);
    ("free-list-unchecked", Free_list_unchecked);
    ("less-than", Less_than);
    ("signed-notify", Signed_notify);
    ("no-final-check", No_final_check);
    ("status-unsigned", Status_unsigned);
    ("error-not-recovered", Error_not_recovered);
    ("refill-at-wrap", Refill_at_wrap);
    ("rsp-prod-unbounded", Rsp_prod_unbounded);
  ]

let current = ref None
let is fault = !current = Some fault
