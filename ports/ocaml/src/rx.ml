type lent = { buffer : Pool.buffer; offset : int; size : int; mutable is_out : bool }

let octets { buffer; offset; size; _ } = Bigarray.Array1.sub buffer.page offset size

type deliver = Copy of (Bytes.t -> unit) | Lend of (lent -> unit)

module Make (Host : Host.S) = struct
  type t = {
    host : Host.t;
    ring : Ring.t;
    gref : int;
    pool : Pool.t;
    ids : unit Ids.t;
    deliver : deliver;
    mutable ignored : int;
  }

  let rec post t slots =
    if slots > 0 && not (Ids.is_exhausted t.ids) then
      match Pool.take t.pool with
      | None -> ()
      | Some buffer ->
          buffer.gref <- Host.grant_access t.host buffer.page ~readonly:false;
          Netif.set_rx_request t.ring.page (Ring.next_request t.ring)
            { id = Ids.add t.ids buffer (); gref = buffer.gref };
          post t (slots - 1)

  (* P14: every free page that has a slot. *)
  let refill t =
    post t (Ring.free_requests t.ring);
    if Ring.push_requests_and_check_notify t.ring then Host.notify t.host

  let connect host ({ nr_ents; first; buffers; ids } : Config.t) deliver =
    let page = Host.alloc_page host in
    let ring = Ring.attach page ~slot_size:Netif.rx_slot_size ~nr_ents ~first in
    let gref = Host.grant_access host page ~readonly:false in
    (* 0 grants nothing that is ours: a page has a reference while it is posted. *)
    let pages = List.init buffers (fun _ -> { Pool.page = Host.alloc_page host; offset = 0; gref = 0 }) in
    let t = { host; ring; gref; pool = Pool.make pages; ids = Ids.make ~ids; deliver; ignored = 0 } in
    refill t;
    t

  let gref t = t.gref
  let ignored t = t.ignored

  let deliver t (buffer : Pool.buffer) ~offset ~size =
    match t.deliver with
    | Lend give -> give { buffer; offset; size; is_out = true }
    | Copy give ->
        let frame = Page.read buffer.page ~at:offset ~length:size in
        Pool.free t.pool buffer;
        give frame

  (* The page came back without a frame that anybody could be given. *)
  let recover t buffer ~is_ignored =
    if is_ignored then t.ignored <- t.ignored + 1;
    Pool.free t.pool buffer

  let consume t at =
    (* P12: an error is no length. *)
    let { id; offset; status; flags = _ } : Netif.rx_response = Netif.get_rx_response t.ring.page at in
    match Ids.answered t.ids id with
    | None ->
        t.ignored <- t.ignored + 1;
        Ok ()
    (* P4, P11: until the grant is ended the backend may write here. A page that it keeps mapped is never used again. *)
    | Some ({ gref; _ }, ()) when not (Host.end_access t.host gref) -> Error (Poll.Still_mapped { gref })
    | Some (buffer, ()) ->
        if status <= 0 then recover t buffer ~is_ignored:false
        else if offset + status > Page.size then recover t buffer ~is_ignored:true
        else deliver t buffer ~offset ~size:status;
        Ok ()

  let poll t =
    match Poll.responses t.ring ~consume:(consume t) with
    | Ok () ->
        refill t;
        Ok ()
    | Error _ as broken -> broken

  let return t lent =
    if lent.is_out then begin
      lent.is_out <- false;
      Pool.free t.pool lent.buffer
    end
end
