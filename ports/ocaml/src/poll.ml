type broken =
  | Overrun of { rsp_prod : Ring.idx; req_prod : Ring.idx; rsp_cons : Ring.idx }
  | Still_mapped of { gref : int }

let rec upto ring rsp_prod ~consume =
  if Ring.has_responses ring ~upto:rsp_prod then
    match consume (Ring.next_response ring) with
    | Ok () -> upto ring rsp_prod ~consume
    | Error _ as broken -> broken
  else Ok ()

let rec responses ring ~consume =
  (* Loaded once, checked, and then believed. *)
  let rsp_prod = Ring.load_rsp_prod ring in
  if not (Ring.is_believable ring rsp_prod) then
    Error (Overrun { rsp_prod; req_prod = ring.req_prod; rsp_cons = ring.rsp_cons })
  else
    match upto ring rsp_prod ~consume with
    | Ok () when Ring.final_check_for_responses ring -> responses ring ~consume
    | result -> result
