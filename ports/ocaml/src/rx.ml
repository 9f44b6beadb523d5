type lent = { packet : Chain.packet; mutable is_out : bool }

let octets_of ({ buffer; offset; size } : Chain.fragment) = Bigarray.Array1.sub buffer.page offset size
let octets { packet; _ } = List.map octets_of packet.fragments
let offload { packet; _ } = packet.offload

type deliver = Copy of (Offload.t -> Bytes.t -> unit) | Lend of (lent -> unit)

module Make (Host : Host.S) = struct
  type t = {
    host : Host.t;
    ring : Ring.t;
    gref : int;
    pool : Pool.t;
    ids : unit Ids.t;
    posted : int array;  (* By slot, the id of the request in it, or of the last that was. *)
    pages : int;
    deliver : deliver;
    mutable chain : Chain.t;
    mutable ignored : int;
  }

  let rec post t slots =
    if slots > 0 && Ids.has_room t.ids 1 then
      match Pool.take t.pool with
      | None -> ()
      | Some buffer ->
          buffer.gref <- Host.grant_access t.host buffer.page ~readonly:false;
          let id = Ids.add t.ids buffer () and at = Ring.next_request t.ring in
          t.posted.(Ring.number_at t.ring at) <- id;
          Netif.set_rx_request t.ring.page at { id; gref = buffer.gref };
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
    let t =
      {
        host;
        ring;
        gref;
        pool = Pool.make pages;
        ids = Ids.make ~ids;
        posted = Array.make nr_ents 0;
        pages = buffers;
        deliver;
        chain = Chain.none;
        ignored = 0;
      }
    in
    refill t;
    t

  let gref t = t.gref
  let ignored t = t.ignored

  let copy_of fragments =
    let copy ({ buffer; offset; size } : Chain.fragment) = Page.read buffer.page ~at:offset ~length:size in
    Bytes.concat Bytes.empty (List.map copy fragments)

  let free_all t buffers = List.iter (Pool.free t.pool) buffers

  let deliver t (packet : Chain.packet) =
    match t.deliver with
    | Lend give -> give { packet; is_out = true }
    | Copy give ->
        let octets = copy_of packet.fragments in
        free_all t (Chain.buffers packet);
        give packet.offload octets

  (* The slot joins its packet. Its page goes with the packet, or is free: at once, where it held an extra. *)
  let follow t (says : Chain.says) buffer =
    let before = t.chain in
    let free_if is_so = if is_so then Option.iter (Pool.free t.pool) buffer in
    let is_extra = match says with Extra _ -> true | Response _ -> false in
    match Chain.follow before ~pages:t.pages says buffer with
    | Waits chain ->
        t.chain <- chain;
        free_if is_extra
    | Whole packet ->
        t.chain <- Chain.none;
        free_if is_extra;
        deliver t packet
    | Dropped { rest; is_senseless } ->
        t.chain <- rest;
        if is_senseless then t.ignored <- t.ignored + 1;
        free_if true;
        free_all t (Chain.pages before)

  let consume t at =
    let says, id =
      if Chain.is_extra_due t.chain then
        (Chain.Extra (Netif.get_extra_info t.ring.page at), t.posted.(Ring.number_at t.ring at))
      else
        let response = Netif.get_rx_response t.ring.page at in
        (Chain.Response response, response.id)
    in
    match Ids.answered t.ids id with
    (* P4, P11: until the grant is ended the backend may write here. A page that it keeps mapped is never used again. *)
    | Some ({ gref; _ }, ()) when not (Host.end_access t.host gref) -> Error (Poll.Still_mapped { gref })
    | Some (buffer, ()) ->
        follow t says (Some buffer);
        Ok ()
    | None ->
        t.ignored <- t.ignored + 1;
        follow t says None;
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
      free_all t (Chain.buffers lent.packet)
    end
end
