type protocol = Tcpv4 | Tcpv6
type gso = { size : int; protocol : protocol }
type t = { csum_blank : bool; gso : gso option }

let none = { csum_blank = false; gso = None }
let tx_flags { csum_blank; _ } = if csum_blank then Netif.Txf.(csum_blank lor data_validated) else 0
let of_rx ~flags gso = { csum_blank = flags land Netif.Rxf.csum_blank <> 0; gso }

let extra_of_gso { size; protocol } : Netif.extra_info =
  let type_ = match protocol with Tcpv4 -> Netif.gso_type_tcpv4 | Tcpv6 -> Netif.gso_type_tcpv6 in
  { type_ = Netif.extra_type_gso; flags = 0; gso = { size; type_; features = 0 } }

let gso_of_extra ({ gso = { size; type_; _ }; _ } : Netif.extra_info) =
  if size = 0 then None
  else if type_ = Netif.gso_type_tcpv4 then Some { size; protocol = Tcpv4 }
  else if type_ = Netif.gso_type_tcpv6 then Some { size; protocol = Tcpv6 }
  else None
