(* Packets of several slots, on the guest of front_test.ml. *)
open Netfront
open Check
open Front_test

let nr_ents = 32
let tx_slot idx = slot ~octets:12 ~nr_ents idx
let rx_slot ~nr_ents idx = slot ~octets:8 ~nr_ents idx

(* The octets of a packet differ from block to block, and within one. *)
let octets size = Bytes.init size (fun i -> Char.chr ((i + (i / 251)) land 0xff))

(* 0 is the slot of index [last], with which these rings begin. *)
let idx n = Ring.add last n

type request = { gref : int; offset : int; flags : int; id : int; size : int }

let request page n : request =
  let word at = Page.get_uint16 page (tx_slot (idx n) + at) in
  { gref = Page.get_uint32 page (tx_slot (idx n)); offset = word 4; flags = word 6; id = word 8; size = word 10 }

let block_of guest { gref; offset; _ } length = Page.read (Guest.page guest gref) ~at:offset ~length
let published page = Ring.sub (Page.get_uint32 page 0) last
let tell statuses status = statuses := status :: !statuses
let gso : Offload.t = { csum_blank = true; gso = Some { size = 1448; protocol = Tcpv6 } }

let transmit ?(slots = nr_ents) ?(ids = 65536) buffers =
  let guest, front = connect ~tx:{ (config slots buffers) with ids } () in
  (guest, front, tx_page guest front)

let null page ~id = tx_answer page ~nr_ents ~id ~status:Netif.rsp_null

let () =
  test "a packet is in as few blocks as go, the first request has its size and each further one its own" (fun () ->
      let guest, front, page = transmit 8 in
      let packet = octets ((2 * Tx.block) + 100) in
      holds (Nic.send front packet ~sent:ignore = Accepted);
      equal 3 (published page);
      equal 1 guest.events;
      let requests = List.init 3 (request page) in
      holds (List.map (fun { size; _ } -> size) requests = [ Bytes.length packet; Tx.block; 100 ]);
      holds (List.map (fun { flags; _ } -> flags) requests = [ 4; 4; 0 ]);
      equal 3 (List.length (List.sort_uniq compare (List.map (fun { id; _ } -> id) requests)));
      let came = List.map2 (block_of guest) requests [ Tx.block; Tx.block; 100 ] in
      holds (Bytes.equal packet (Bytes.concat Bytes.empty came)));

  test "a block that is full is one request, and no octets at all are one too" (fun () ->
      let _, front, page = transmit 8 in
      holds (Nic.send front (octets Tx.block) ~sent:ignore = Accepted);
      holds (Nic.send front Bytes.empty ~sent:ignore = Accepted);
      equal 2 (published page);
      equal 0 (request page 0).flags;
      equal 0 (request page 1).size);

  test "an extra follows the first request, and says how to cut" (fun () ->
      let _, front, page = transmit 8 in
      holds (Nic.send front ~offload:gso (octets (Tx.block + 1)) ~sent:ignore = Accepted);
      equal 3 (published page);
      equal (1 lor 2 lor 4 lor 8) (request page 0).flags;
      let extra n = Bytes.to_string (Page.read page ~at:(tx_slot (idx n)) ~length:8) in
      holds (extra 1 = "\x01\x00\xa8\x05\x02\x00\x00\x00");
      equal 0 (request page 2).flags;
      equal 1 (request page 2).size;
      holds (Nic.send front ~offload:{ Offload.none with csum_blank = true } (octets 60) ~sent:ignore = Accepted);
      equal (1 lor 2) (request page 3).flags;
      let gso : Offload.t = { csum_blank = true; gso = Some { size = 536; protocol = Tcpv4 } } in
      holds (Nic.send front ~offload:gso (octets 60) ~sent:ignore = Accepted);
      holds (extra 5 = "\x01\x00\x18\x02\x01\x00\x00\x00"));

  test "a packet of 18 slots goes, extras counted, and one of more never does" (fun () ->
      let statuses = ref [] in
      let sent = tell statuses in
      let _, front, page = transmit 32 in
      holds (Nic.send front (octets ((18 * Tx.block) + 1)) ~sent = Never);
      holds (Nic.send front ~offload:gso (octets (18 * Tx.block)) ~sent = Never);
      equal 0 (published page);
      holds (Nic.send front (octets (18 * Tx.block)) ~sent = Accepted);
      equal 18 (published page);
      let _, front, page = transmit 32 in
      holds (Nic.send front ~offload:gso (octets (17 * Tx.block)) ~sent = Accepted);
      equal 18 (published page);
      holds (!statuses = []));

  test "one for which ring, pool or ids are too small never goes" (fun () ->
      let never ?slots ?ids buffers ?offload size =
        let _, front, page = transmit ?slots ?ids buffers in
        holds (Nic.send front ?offload (octets size) ~sent:ignore = Never);
        equal 0 (published page)
      in
      never ~slots:2 8 ((2 * Tx.block) + 1);
      never ~slots:2 8 ~offload:gso (Tx.block + 1);
      never 2 ((2 * Tx.block) + 1);
      never ~ids:2 8 ((2 * Tx.block) + 1));

  test "half of a packet is neither written nor published, and takes nothing" (fun () ->
      let waits ?slots ?ids buffers ?offload size =
        let _, front, page = transmit ?slots ?ids buffers in
        holds (Nic.send front (octets 60) ~sent:ignore = Accepted);
        let before = Page.read page ~at:0 ~length:Page.size in
        holds (Nic.send front ?offload (octets size) ~sent:ignore = No_room);
        holds (Bytes.equal before (Page.read page ~at:0 ~length:Page.size));
        (* What there was room for there still is. *)
        holds (Nic.send front (octets Tx.block) ~sent:ignore = Accepted);
        equal 2 (published page)
      in
      waits ~slots:2 8 (Tx.block + 1);
      waits ~slots:4 8 ~offload:gso (2 * Tx.block + 1);
      waits 2 (Tx.block + 1);
      waits ~ids:2 8 (Tx.block + 1));

  test "a packet is told of once, when its last block is free" (fun () ->
      let statuses = ref [] in
      let _, front, page = transmit 5 in
      holds (Nic.send front (octets (3 * Tx.block)) ~sent:(tell statuses) = Accepted);
      let other = ref [] in
      holds (Nic.send front (octets (2 * Tx.block)) ~sent:(tell other) = Accepted);
      let id n = (request page n).id in
      let ids = List.init 5 id in
      let answer n =
        tx_answer page ~nr_ents ~id:(List.nth ids n) ~status:Netif.rsp_okay;
        Nic.poll front
      in
      answer 2;
      answer 4;
      answer 0;
      holds (!statuses = [] && !other = []);
      (* Three blocks are free, and no more. *)
      holds (Nic.send front (octets (4 * Tx.block)) ~sent:ignore = No_room);
      answer 1;
      holds (!statuses = [ Netif.rsp_okay ] && !other = []);
      answer 3;
      holds (!statuses = [ Netif.rsp_okay ] && !other = [ Netif.rsp_okay ]);
      holds (Nic.send front (octets (5 * Tx.block)) ~sent:ignore = Accepted));

  test "OKAY is told only where all is OKAY, else what went wrong" (fun () ->
      let error = Netif.rsp_error and dropped = Netif.rsp_dropped in
      List.iter
        (fun (answers, told) ->
          let statuses = ref [] in
          let _, front, page = transmit 3 in
          holds (Nic.send front (octets (3 * Tx.block)) ~sent:(tell statuses) = Accepted);
          let ids = List.init 3 (fun n -> (request page n).id) in
          List.iter2 (fun id status -> tx_answer page ~nr_ents ~id ~status) ids answers;
          Nic.poll front;
          holds (!statuses = [ told ]))
        [
          ([ 0; 0; 0 ], 0);
          ([ error; 0; 0 ], error);
          ([ 0; 0; error ], error);
          ([ 0; dropped; 0 ], dropped);
          ([ dropped; 0; dropped ], dropped);
          ([ dropped; error; 0 ], error);
        ]);

  test "what answers an extra frees nothing, whatever id it has" (fun () ->
      let statuses = ref [] in
      let _, front, page = transmit 2 in
      holds (Nic.send front ~offload:gso (octets Tx.block) ~sent:(tell statuses) = Accepted);
      let { id; _ } = request page 0 in
      null page ~id;
      Nic.poll front;
      holds (!statuses = [] && Nic.send front (octets (2 * Tx.block)) ~sent:ignore = No_room);
      equal 0 (Nic.ignored front);
      tx_answer page ~nr_ents ~id ~status:Netif.rsp_okay;
      Nic.poll front;
      holds (!statuses = [ Netif.rsp_okay ]);
      (* There is one answer for each extra. *)
      holds (Nic.send front (octets 60) ~sent:(tell statuses) = Accepted);
      null page ~id;
      Nic.poll front;
      equal 1 (Nic.ignored front);
      holds (!statuses = [ Netif.rsp_okay ]));

  test "a frontend whose backend is broken has no room" (fun () ->
      let _, front, page = transmit 8 in
      Page.set_uint32 page 8 7;
      Nic.poll front;
      holds (Nic.send front (octets 60) ~sent:ignore = No_room))

let more = Netif.Rxf.more_data
let has_extra = Netif.Rxf.extra_info
let packets = ref []

(* A receive ring whose packets are copied, or lent, and noted with what is said of them; and how to play its backend. *)
let receive ?(slots = 8) ?(pages = 8) ?(copy = true) () =
  let guest = Guest.make () in
  packets := [];
  lent := [];
  let deliver =
    if copy then Rx.Copy (fun offload packet -> packets := (offload, Bytes.to_string packet) :: !packets)
    else Rx.Lend (fun packet -> lent := packet :: !lent)
  in
  let front = Nic.connect ~rx:(config slots pages, deliver) guest in
  (guest, front, rx_page guest front)

let rsp_prod page = Page.get_uint32 page 8

let rx_request ~slots page =
  let at = rx_slot ~nr_ents:slots (rsp_prod page) in
  (Page.get_uint16 page at, Page.get_uint32 page (at + 4))

(* The oldest request is answered with these octets, or a status. *)
let fragment ?(slots = 8) ?(offset = 0) ?flags ?status guest page text =
  let id, gref = rx_request ~slots page in
  Page.write (Guest.page guest gref) ~at:offset (Bytes.of_string text);
  rx_answer page ~nr_ents:slots ~id ~offset ?flags ~status:(Option.value status ~default:(String.length text)) ()

(* The oldest request is used up by an extra. *)
let rx_extra ?(slots = 8) ?(type_ = 1) page =
  Netif.set_extra_info page
    (rx_slot ~nr_ents:slots (rsp_prod page))
    { type_; flags = 0; gso = { size = 1448; type_ = 1; features = 0 } };
  publish page

let free_pages page = Ring.sub (Page.get_uint32 page 0) (rsp_prod page)

let () =
  test "a packet is delivered when its last slot has come, whole, over as many polls as that takes" (fun () ->
      let guest, front, page = receive () in
      fragment guest page ~offset:16 ~flags:(more lor has_extra lor Netif.Rxf.csum_blank) "one, ";
      Nic.poll front;
      rx_extra page;
      Nic.poll front;
      fragment guest page ~flags:more "two, ";
      Nic.poll front;
      holds (!packets = []);
      (* Of four pages those of the chain are not posted; that of the extra is. *)
      equal 6 (free_pages page);
      fragment guest page ~offset:4088 "three";
      Nic.poll front;
      holds (!packets = [ ({ csum_blank = true; gso = Some { size = 1448; protocol = Tcpv4 } }, "one, two, three") ]);
      equal 8 (free_pages page);
      equal 4 (List.length (List.sort_uniq compare guest.ended));
      (* The next is another one. *)
      fragment guest page "four";
      Nic.poll front;
      holds (List.hd !packets = (Offload.none, "four")));

  test "the page of an extra is the one that was posted in its slot, whatever id is written there" (fun () ->
      let guest, front, page = receive ~slots:4 ~pages:3 () in
      (* Ids and slots come apart, and then an extra whose first octets are the id of a page that is still posted. *)
      for _ = 1 to 5 do
        fragment ~slots:4 guest page "x";
        Nic.poll front
      done;
      for type_ = 1 to 4 do
        fragment ~slots:4 guest page ~flags:(more lor has_extra) "first, ";
        let _, gref = rx_request ~slots:4 page in
        rx_extra ~slots:4 ~type_ page;
        fragment ~slots:4 guest page "second";
        Nic.poll front;
        holds (snd (List.hd !packets) = "first, second");
        holds (List.mem gref guest.ended);
        equal 3 (free_pages page)
      done;
      equal 0 (Nic.ignored front));

  test "a packet that is lent is all its pages, until it is returned, and once" (fun () ->
      let guest, front, page = receive ~copy:false () in
      fragment guest page ~offset:16 ~flags:(more lor has_extra) "one, ";
      rx_extra page;
      fragment guest page "two";
      Nic.poll front;
      let packet = List.hd !lent in
      let text part = Bytes.to_string (Page.read part ~at:0 ~length:(Bigarray.Array1.dim part)) in
      holds (List.map text (Rx.octets packet) = [ "one, "; "two" ]);
      holds ((Rx.offload packet).gso = Some { size = 1448; protocol = Tcpv4 });
      equal 6 (free_pages page);
      Nic.return front packet;
      equal 8 (free_pages page);
      Nic.return front packet;
      fragment guest page "three";
      Nic.poll front;
      equal 7 (free_pages page));

  test "the page of an extra is free, too, when it is the packet's last slot" (fun () ->
      let guest, front, page = receive () in
      fragment guest page ~flags:has_extra "all";
      rx_extra page;
      Nic.poll front;
      holds (List.map snd !packets = [ "all" ]);
      equal 8 (free_pages page));

  test "a packet that is dropped has every page of it free, then and as they come" (fun () ->
      let guest, front, page = receive () in
      fragment guest page ~flags:(more lor has_extra) "one, ";
      rx_extra page;
      fragment guest page ~flags:more ~status:0xffff "";
      Nic.poll front;
      equal 8 (free_pages page);
      fragment guest page ~flags:more "of the same";
      Nic.poll front;
      equal 8 (free_pages page);
      fragment guest page "and its end";
      fragment guest page "another";
      Nic.poll front;
      holds (!packets = [ (Offload.none, "another") ]);
      equal 0 (Nic.ignored front);
      equal 8 (free_pages page));

  test "an extra that netif.h does not have drops its packet, and not the next" (fun () ->
      let guest, front, page = receive () in
      fragment guest page ~flags:has_extra "one";
      rx_extra ~type_:5 page;
      fragment guest page "two";
      Nic.poll front;
      holds (!packets = [ (Offload.none, "two") ]);
      equal 1 (Nic.ignored front);
      equal 8 (free_pages page));

  test "a packet that would have every page there is is dropped, and what comes of it later" (fun () ->
      let guest, front, page = receive ~slots:4 ~pages:2 () in
      let fragment = fragment ~slots:4 in
      fragment guest page ~flags:more "1";
      fragment guest page ~flags:more "2";
      Nic.poll front;
      equal 2 (free_pages page);
      fragment guest page "3";
      fragment guest page "4";
      Nic.poll front;
      holds (!packets = [ (Offload.none, "4") ]);
      equal 1 (Nic.ignored front));

  test "a slot that answers no request of ours spoils its packet, and is counted" (fun () ->
      let guest, front, page = receive () in
      let slots = 8 in
      fragment guest page ~flags:more "one, ";
      rx_answer page ~nr_ents:slots ~id:0xffff ~flags:more ~status:14 ();
      rx_answer page ~nr_ents:slots ~id:0xfffe ~flags:more ~status:0xffff ();
      fragment guest page "two";
      fragment guest page "another";
      Nic.poll front;
      holds (!packets = [ (Offload.none, "another") ]);
      equal 2 (Nic.ignored front));

  test "a page that is mapped when its extra comes is never used again" (fun () ->
      let guest, front, page = receive () in
      fragment guest page ~flags:has_extra "one";
      let _, gref = rx_request ~slots:8 page in
      guest.mapped <- gref;
      rx_extra page;
      Nic.poll front;
      holds (Nic.broken front = Some (Poll.Still_mapped { gref }));
      holds (!packets = []))
