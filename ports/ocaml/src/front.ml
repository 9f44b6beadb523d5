module Make (Host : Host.S) = struct
  module Tx = Tx.Make (Host)
  module Rx = Rx.Make (Host)

  type t = { tx : Tx.t option; rx : Rx.t option; mutable broken : Poll.broken option }

  let connect ?tx ?rx host =
    let tx = Option.map (Tx.connect host) tx in
    let rx = Option.map (fun (config, deliver) -> Rx.connect host config deliver) rx in
    { tx; rx; broken = None }

  let tx_gref t = Option.map Tx.gref t.tx
  let rx_gref t = Option.map Rx.gref t.rx
  let broken t = t.broken

  let ignored t =
    let of_ ring ignored = Option.fold ring ~none:0 ~some:ignored in
    of_ t.tx Tx.ignored + of_ t.rx Rx.ignored

  let send t ?offload frame ~sent =
    match t.tx with Some tx when t.broken = None -> Tx.send tx ?offload frame ~sent | _ -> No_room

  let poll_one t ring poll =
    match ring with
    | Some ring when t.broken = None -> Result.iter_error (fun broken -> t.broken <- Some broken) (poll ring)
    | _ -> ()

  let poll t =
    poll_one t t.tx Tx.poll;
    poll_one t t.rx Rx.poll

  let return t lent =
    Option.iter
      (fun rx ->
        Rx.return rx lent;
        if t.broken = None then Rx.refill rx)
      t.rx
end
