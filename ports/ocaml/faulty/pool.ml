include Netfront.Pool

(* The buffer of a request that failed is the next to come back. *)
let free t buffer =
  if Fault.is Error_not_recovered && !Netif.is_error then Netif.is_error := false else free t buffer
