let max_frame = Page.size / 2

module Make (Host : Host.S) = struct
  type t = {
    host : Host.t;
    ring : Ring.t;
    gref : int;
    pool : Pool.t;
    ids : (int -> unit) Ids.t;
    mutable ignored : int;
  }

  (* Two blocks a page, and one grant for both. *)
  let make_blocks host count =
    let both _ =
      let page = Host.alloc_page host in
      let gref = Host.grant_access host page ~readonly:true in
      [ { Pool.page; offset = 0; gref }; { Pool.page; offset = max_frame; gref } ]
    in
    List.init ((count + 1) / 2) both |> List.concat |> List.filteri (fun i _ -> i < count)

  let connect host ({ nr_ents; first; buffers; ids } : Config.t) =
    let page = Host.alloc_page host in
    let ring = Ring.attach page ~slot_size:Netif.tx_slot_size ~nr_ents ~first in
    let gref = Host.grant_access host page ~readonly:false in
    { host; ring; gref; pool = Pool.make (make_blocks host buffers); ids = Ids.make ~ids; ignored = 0 }

  let gref t = t.gref
  let ignored t = t.ignored

  let send_from t (block : Pool.buffer) frame ~sent =
    Page.write block.page ~at:block.offset frame;
    Netif.set_tx_request t.ring.page (Ring.next_request t.ring)
      {
        gref = block.gref;
        offset = block.offset;
        flags = 0;
        id = Ids.add t.ids block sent;
        size = Bytes.length frame;
      };
    if Ring.push_requests_and_check_notify t.ring then Host.notify t.host

  let send t frame ~sent =
    if Bytes.length frame > max_frame || Ring.is_full t.ring || Ids.is_exhausted t.ids then false
    else
      match Pool.take t.pool with
      | None -> false
      | Some block ->
          send_from t block frame ~sent;
          true

  let consume t at =
    let { id; status } : Netif.tx_response = Netif.get_tx_response t.ring.page at in
    (match Ids.answered t.ids id with
    | None -> t.ignored <- t.ignored + 1
    | Some (block, sent) ->
        (* P6: whatever the status, the block is ours again. *)
        Pool.free t.pool block;
        sent status);
    Ok ()

  let poll t = Poll.responses t.ring ~consume:(consume t)
end
