include Netfront.Netif

(* An error was the last that came off a ring: see pool.ml. *)
let is_error = ref false

let get_tx_response page at : tx_response =
  let response : tx_response = get_tx_response page at in
  is_error := response.status < 0;
  if Fault.is Status_unsigned then { response with status = response.status land 0xffff } else response

(* So great a length is in no page; drivers cut it to what is. *)
let get_rx_response page at : rx_response =
  let response : rx_response = get_rx_response page at in
  is_error := response.status < 0;
  if Fault.is Status_unsigned then
    { response with status = min (response.status land 0xffff) (Page.size - response.offset) }
  else response
