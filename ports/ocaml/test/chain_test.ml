(* A packet is put together slot by slot. The pages are told apart by their grants. *)
open Netfront
open Check

let page gref : Pool.buffer = { page = Ring_test.new_page (); offset = 0; gref }
let response ?(offset = 0) ?(flags = 0) status : Chain.says = Response { id = 0; offset; flags; status }
let extra ?(flags = 0) ?(size = 0) ?(protocol = 0) type_ : Chain.says =
  Extra { type_; flags; gso = { size; type_ = protocol; features = 0 } }

let gso ?flags ?(size = 1448) ?(protocol = 1) () = extra ?flags ~size ~protocol 1
let more = Netif.Rxf.more_data
let has_extra = Netif.Rxf.extra_info
let another = Netif.extra_flag_more

(* Slots one after the other, the n-th in the page that is granted by n; what became of the packet with the last of them,
   and how often something was senseless. One that ends before is begun anew. *)
let follow ?(pages = 100) slots =
  let step (chain, _, senseless, gref) says =
    match Chain.follow chain ~pages says (Some (page gref)) with
    | Waits chain as followed -> (chain, followed, senseless, gref + 1)
    | Whole _ as followed -> (Chain.none, followed, senseless, gref + 1)
    | Dropped { rest; is_senseless } as followed ->
        (rest, followed, (senseless + if is_senseless then 1 else 0), gref + 1)
  in
  List.fold_left step (Chain.none, Chain.Waits Chain.none, 0, 0) slots

let chain slots = match follow slots with chain, _, _, _ -> chain
let senseless ?pages slots = match follow ?pages slots with _, _, senseless, _ -> senseless

let whole ?pages slots =
  match follow ?pages slots with _, Whole packet, _, _ -> packet | _ -> fail "it is not whole"

let is_whole ?pages slots = match follow ?pages slots with _, Whole _, _, _ -> true | _ -> false
let is_dropped ?pages slots = match follow ?pages slots with _, Dropped _, _, _ -> true | _ -> false
let waits ?pages slots = match follow ?pages slots with _, Waits _, _, _ -> true | _ -> false

let fragments (packet : Chain.packet) =
  List.map (fun ({ buffer; offset; size } : Chain.fragment) -> (buffer.gref, offset, size)) packet.fragments

let grefs buffers = List.map (fun (buffer : Pool.buffer) -> buffer.gref) buffers
let times count slot = List.init count (fun _ -> slot)

let () =
  test "a slot that says no more is a packet" (fun () ->
      let packet = whole [ response ~offset:8 60 ] in
      holds (fragments packet = [ (0, 8, 60) ]);
      holds (packet.offload = Offload.none));

  test "each slot says the octets of its own page, and they are in the order in which they came" (fun () ->
      let slots = [ response ~flags:more 4096; response ~flags:more ~offset:100 50; response 7 ] in
      let packet = whole slots in
      holds (fragments packet = [ (0, 0, 4096); (1, 100, 50); (2, 0, 7) ]);
      holds (grefs (Chain.buffers packet) = [ 0; 1; 2 ]);
      holds (waits [ List.nth slots 0; List.nth slots 1 ]);
      holds (grefs (Chain.pages (chain [ List.nth slots 0; List.nth slots 1 ])) = [ 0; 1 ]));

  test "extras come after the first slot and before all others, and their pages are none of the packet's" (fun () ->
      let first = response ~flags:(more lor has_extra) 100 in
      let slots = [ first; gso ~flags:another (); extra 4; response ~flags:more 200; response 300 ] in
      let due = List.init 5 (fun count -> Chain.is_extra_due (chain (List.filteri (fun i _ -> i < count) slots))) in
      holds (due = [ false; true; true; false; false ]);
      let packet = whole slots in
      holds (fragments packet = [ (0, 0, 100); (3, 0, 200); (4, 0, 300) ]);
      holds (packet.offload.gso = Some { size = 1448; protocol = Tcpv4 });
      holds (is_whole [ response ~flags:has_extra 100; gso () ]));

  test "extra_info means nothing in a later slot" (fun () ->
      holds (is_whole [ response ~flags:more 100; response ~flags:has_extra 100 ]));

  test "what is said of a packet is in the flags of its first slot" (fun () ->
      let blank = Netif.Rxf.csum_blank and valid = Netif.Rxf.data_validated in
      let is_blank slots = (whole slots).offload.csum_blank in
      equal 2 blank;
      holds (is_blank [ response ~flags:(blank lor more) 100; response 100 ]);
      holds (not (is_blank [ response ~flags:(valid lor more) 100; response ~flags:blank 100 ])));

  test "a packet with an error is dropped, and followed to its end" (fun () ->
      let slots = [ response ~flags:(more lor has_extra) 100; gso (); response ~flags:more Netif.rsp_error ] in
      holds (is_dropped slots);
      holds (Chain.pages (chain slots) = []);
      holds (is_dropped (slots @ [ response ~flags:more 100 ]));
      holds (is_dropped (slots @ [ response ~flags:more 100; response 100 ]));
      (* No part of it is in the next. *)
      let packet = whole (slots @ [ response ~flags:more 100; response 100; response 60 ]) in
      holds (fragments packet = [ (5, 0, 60) ] && packet.offload = Offload.none);
      equal 0 (senseless (slots @ [ response 100 ])));

  test "an error in the first slot has its extras, and its further slots, all the same" (fun () ->
      let first = response ~flags:(more lor has_extra) Netif.rsp_dropped in
      holds (Chain.is_extra_due (chain [ first ]));
      let packet = whole [ first; gso (); response 100; response 60 ] in
      holds (fragments packet = [ (3, 0, 60) ]));

  test "an extra that netif.h does not have drops the packet, and one that we have no use for does not" (fun () ->
      let first = response ~flags:has_extra 100 in
      List.iter (fun type_ -> holds (is_whole [ first; extra type_ ])) [ 2; 3; 4 ];
      List.iter
        (fun type_ ->
          holds (is_dropped [ first; extra type_ ]);
          equal 1 (senseless [ first; extra type_ ]))
        [ 0; 5; 255 ];
      (* Senseless twice, and said once. *)
      equal 1 (senseless [ first; extra ~flags:another 5; extra 5 ]));

  test "segments of no octets, of no protocol, or said twice, drop the packet" (fun () ->
      let first = response ~flags:has_extra 100 in
      holds (is_dropped [ first; gso ~size:0 () ]);
      List.iter (fun protocol -> holds (is_dropped [ first; gso ~protocol () ])) [ 0; 3 ];
      holds ((whole [ first; gso ~protocol:2 () ]).offload.gso = Some { size = 1448; protocol = Tcpv6 });
      holds (is_dropped [ first; gso ~flags:another (); gso () ]));

  test "a packet has 18 slots at most, extras counted" (fun () ->
      let rest count = times (count - 1) (response ~flags:more 10) @ [ response 10 ] in
      holds (is_whole (rest 18));
      holds (is_dropped (rest 19));
      equal 1 (senseless (rest 20));
      (* The eighteenth tells that there is one more. *)
      holds (waits (times 17 (response ~flags:more 10)));
      holds (is_dropped (times 18 (response ~flags:more 10)));
      let first = response ~flags:(more lor has_extra) 10 in
      holds (is_whole ([ first; gso () ] @ rest 16));
      holds (is_dropped ([ first; gso () ] @ rest 17)));

  test "one that is not at its end when it has all pages that there are is dropped" (fun () ->
      let open_ count = times count (response ~flags:more 10) in
      holds (waits ~pages:3 (open_ 2));
      holds (is_dropped ~pages:3 (open_ 3));
      holds (is_whole ~pages:3 (open_ 2 @ [ response 10 ]));
      (* The page of an extra is free again. *)
      let first = response ~flags:(more lor has_extra) 10 in
      holds (waits ~pages:2 [ first; gso () ]);
      holds (is_whole ~pages:2 [ first; gso (); response 10 ]);
      (* One page, and an extra to come. *)
      holds (is_dropped ~pages:1 [ response ~flags:has_extra 10 ]));

  test "octets are in their page, and 65535 at most" (fun () ->
      holds (is_whole [ response ~offset:4090 6 ]);
      List.iter
        (fun slot ->
          holds (is_dropped [ slot ]);
          equal 1 (senseless [ slot ]))
        [ response ~offset:4090 7; response 4097; response 0 ];
      let full count = times count (response ~flags:more 4096) in
      holds (is_whole (full 15 @ [ response 4095 ]));
      holds (is_dropped (full 15 @ [ response 4096 ])));

  test "gso_prefix is not for us" (fun () ->
      holds (is_dropped [ response ~flags:Netif.Rxf.gso_prefix 100 ]);
      (* Of later slots none but more_data is looked at. *)
      holds (is_whole [ response ~flags:more 100; response ~flags:Netif.Rxf.gso_prefix 100 ]));

  test "a slot that answers nothing is in no packet" (fun () ->
      let is_dropped chain says =
        match Chain.follow chain ~pages:9 says None with
        | Dropped { is_senseless; _ } -> not is_senseless
        | Waits _ | Whole _ -> false
      in
      holds (is_dropped Chain.none (response 100));
      holds (is_dropped (chain [ response ~flags:has_extra 100 ]) (gso ()));
      holds (is_dropped (chain [ response ~flags:more 100 ]) (response 100)))
