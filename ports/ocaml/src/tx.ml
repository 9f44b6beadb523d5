let block = Page.size / 2

type outcome = Accepted | No_room | Never

(* What is on the ring and not told of: its blocks that are not free, and of those that are, OKAY or what went wrong. *)
type packet = { mutable left : int; mutable status : int; sent : int -> unit }

(* Linux answers one slot of a packet that it did not send with ERROR and the next with OKAY. *)
let worse status other =
  if status = Netif.rsp_okay || status = other then other
  else if other = Netif.rsp_okay then status
  else Netif.rsp_error

module Make (Host : Host.S) = struct
  type t = {
    host : Host.t;
    ring : Ring.t;
    gref : int;
    pool : Pool.t;
    ids : packet Ids.t;
    most : int;  (* Requests of one packet, however empty the ring. *)
    mutable extras : int;  (* On the ring, and not answered. *)
    mutable ignored : int;
  }

  (* Two blocks a page, and one grant for both. *)
  let make_blocks host count =
    let both _ =
      let page = Host.alloc_page host in
      let gref = Host.grant_access host page ~readonly:true in
      [ { Pool.page; offset = 0; gref }; { Pool.page; offset = block; gref } ]
    in
    List.init ((count + 1) / 2) both |> List.concat |> List.filteri (fun i _ -> i < count)

  let connect host ({ nr_ents; first; buffers; ids } : Config.t) =
    let page = Host.alloc_page host in
    let ring = Ring.attach page ~slot_size:Netif.tx_slot_size ~nr_ents ~first in
    let gref = Host.grant_access host page ~readonly:false in
    let pool = Pool.make (make_blocks host buffers) in
    { host; ring; gref; pool; ids = Ids.make ~ids; most = min buffers ids; extras = 0; ignored = 0 }

  let gref t = t.gref
  let ignored t = t.ignored

  let write_extra t gso =
    Netif.set_extra_info t.ring.page (Ring.next_request t.ring) (Offload.extra_of_gso gso);
    t.extras <- t.extras + 1

  (* One block of a packet, and the extra after the first. [size] is what the packet has from this block on. *)
  let write_request t (offload : Offload.t) frame packet ~from (buffer : Pool.buffer) =
    let is_first = from = 0 and size = Bytes.length frame - from in
    let own = min size block in
    Page.write buffer.page ~at:buffer.offset ~from ~length:own frame;
    let more = if size > own then Netif.Txf.more_data else 0 in
    let extra = if is_first && offload.gso <> None then Netif.Txf.extra_info else 0 in
    Netif.set_tx_request t.ring.page (Ring.next_request t.ring)
      {
        gref = buffer.gref;
        offset = buffer.offset;
        flags = (if is_first then Offload.tx_flags offload else 0) lor more lor extra;
        id = Ids.add t.ids buffer packet;
        size = (if is_first then size else own);
      };
    if is_first then Option.iter (write_extra t) offload.gso

  let send t ?(offload = Offload.none) frame ~sent =
    let requests = max 1 ((Bytes.length frame + block - 1) / block) in
    let slots = requests + if offload.gso = None then 0 else 1 in
    if slots > min Netif.nr_slots_min t.ring.nr_ents || requests > t.most then Never
    else if not (Ring.has_room t.ring slots && Ids.has_room t.ids requests) then No_room
    else
      match Pool.take_all t.pool requests with
      | None -> No_room
      | Some blocks ->
          let packet = { left = requests; status = Netif.rsp_okay; sent } in
          List.iteri (fun i -> write_request t offload frame packet ~from:(i * block)) blocks;
          (* P50: only now, when nothing of it is missing. *)
          if Ring.push_requests_and_check_notify t.ring then Host.notify t.host;
          Accepted

  let released packet status =
    packet.left <- packet.left - 1;
    packet.status <- worse packet.status status;
    if packet.left = 0 then packet.sent packet.status

  (* P56: the answer to an extra frees nothing, whatever id is in it. *)
  let consume_null t = if t.extras > 0 then t.extras <- t.extras - 1 else t.ignored <- t.ignored + 1

  let consume t at =
    let { id; status } : Netif.tx_response = Netif.get_tx_response t.ring.page at in
    (if status = Netif.rsp_null then consume_null t
    else
      match Ids.answered t.ids id with
      | None -> t.ignored <- t.ignored + 1
      | Some (block, packet) ->
          (* P6: whatever the status, the block is ours again. *)
          Pool.free t.pool block;
          released packet status);
    Ok ()

  let poll t = Poll.responses t.ring ~consume:(consume t)
end
