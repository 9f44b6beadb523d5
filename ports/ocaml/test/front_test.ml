(* The frontend on a guest of a few pages. The backend is played by hand, on the same ring; what needs whole runs is the
   corpus' affair (netfront conform). *)
open Netfront
open Check

module Guest = struct
  type t = {
    mutable pages : Page.t list;  (* By grant, the newest first. *)
    mutable grants : int;
    mutable mapped : int;
    mutable ended : int list;
    mutable events : int;
  }

  let make () = { pages = []; grants = 0; mapped = -1; ended = []; events = 0 }
  let alloc_page _ = Ring_test.new_page ()

  let grant_access t page ~readonly:_ =
    t.pages <- page :: t.pages;
    t.grants <- t.grants + 1;
    99 + t.grants

  let end_access t gref =
    gref <> t.mapped
    && begin
         t.ended <- gref :: t.ended;
         true
       end

  let notify t = t.events <- t.events + 1
  let page t gref = List.nth t.pages (t.grants - 1 - (gref - 100))
end

module Nic = Front.Make (Guest)

let last = Ring_test.last
let config nr_ents buffers : Config.t = { nr_ents; first = last; buffers; ids = 65536 }
let frame = Bytes.of_string "a frame of 14."
let sent = ref []
let received = ref []
let lent = ref []

let connect ?tx ?rx ?(copy = true) () =
  let guest = Guest.make () in
  let deliver =
    if copy then Rx.Copy (fun _ frame -> received := Bytes.to_string frame :: !received)
    else Rx.Lend (fun frame -> lent := frame :: !lent)
  in
  sent := [];
  received := [];
  lent := [];
  let front = Nic.connect ?tx ?rx:(Option.map (fun config -> (config, deliver)) rx) guest in
  (guest, front)

let tx_page guest front = Guest.page guest (Option.get (Nic.tx_gref front))
let rx_page guest front = Guest.page guest (Option.get (Nic.rx_gref front))
let send front n = Nic.send front frame ~sent:(fun status -> sent := (n, status) :: !sent) = Accepted

(* A request's words, where the ring's slot of an index is; and an answer to any id, published. *)
let slot ~octets ~nr_ents idx = 64 + (idx land (nr_ents - 1) * octets)
let publish page = Page.set_uint32 page 8 (Ring.add (Page.get_uint32 page 8) 1)

let tx_answer page ~nr_ents ~id ~status =
  let at = slot ~octets:12 ~nr_ents (Page.get_uint32 page 8) in
  Page.set_uint16 page at id;
  Page.set_uint16 page (at + 2) status;
  publish page

let rx_answer page ~nr_ents ~id ?(offset = 0) ?(flags = 0) ~status () =
  let at = slot ~octets:8 ~nr_ents (Page.get_uint32 page 8) in
  Page.set_uint16 page at id;
  Page.set_uint16 page (at + 2) offset;
  Page.set_uint16 page (at + 4) flags;
  Page.set_uint16 page (at + 6) status;
  publish page

let tx_id page ~nr_ents idx = Page.get_uint16 page (slot ~octets:12 ~nr_ents idx + 8)
let rx_id page ~nr_ents idx = Page.get_uint16 page (slot ~octets:8 ~nr_ents idx)

let () =
  test "blocks of one page share its grant, and not their ids" (fun () ->
      let guest, front = connect ~tx:(config 4 4) () in
      holds (send front 1 && send front 2);
      let page = tx_page guest front in
      let word idx at = Page.get_uint16 page (slot ~octets:12 ~nr_ents:4 idx + at) in
      equal (word last 0) (word 0 0);
      holds (word last 4 <> word 0 4);
      holds (word last 8 <> word 0 8));

  test "a full ring, an empty pool and too long a frame are refused" (fun () ->
      let _, front = connect ~tx:(config 2 4) () in
      holds (send front 1 && send front 2 && not (send front 3));
      let _, front = connect ~tx:(config 4 2) () in
      holds (send front 1 && send front 2 && not (send front 3));
      let _, front = connect ~tx:(config 4 4) () in
      let nineteen = Bytes.make ((18 * Tx.block) + 1) '.' in
      holds (Nic.send front nineteen ~sent:ignore = Never));

  test "an odd number of blocks has that many" (fun () ->
      let _, front = connect ~tx:(config 8 3) () in
      holds (send front 1 && send front 2 && send front 3 && not (send front 4)));

  test "a response is for the request that has its id, in any order, and an error frees the block too" (fun () ->
      let guest, front = connect ~tx:(config 2 2) () in
      holds (send front 1 && send front 2 && not (send front 3));
      let page = tx_page guest front in
      let first = tx_id page ~nr_ents:2 last and second = tx_id page ~nr_ents:2 0 in
      tx_answer page ~nr_ents:2 ~id:second ~status:0xfffe;
      Nic.poll front;
      holds (!sent = [ (2, Netif.rsp_dropped) ]);
      holds (send front 3);
      tx_answer page ~nr_ents:2 ~id:first ~status:0;
      Nic.poll front;
      holds (!sent = [ (1, Netif.rsp_okay); (2, Netif.rsp_dropped) ]));

  test "answers to nothing are stepped over" (fun () ->
      let guest, front = connect ~tx:(config 4 4) () in
      holds (send front 1 && send front 2);
      let page = tx_page guest front in
      tx_answer page ~nr_ents:4 ~id:0xffff ~status:0;
      Nic.poll front;
      holds (!sent = [] && Nic.broken front = None);
      equal 1 (Nic.ignored front);
      equal 1 (Page.get_uint32 page 12));

  test "responses that were not asked for are not believed" (fun () ->
      let guest, front = connect ~tx:(config 4 4) () in
      holds (send front 1);
      let page = tx_page guest front in
      publish page;
      publish page;
      Nic.poll front;
      holds (Nic.broken front = Some (Poll.Overrun { rsp_prod = 1; req_prod = 0; rsp_cons = last }));
      holds (!sent = [] && not (send front 2)));

  test "all free pages are posted, across the wrap, and one is posted again when its frame was copied" (fun () ->
      let guest, front = connect ~rx:(config 4 3) () in
      let page = rx_page guest front in
      equal 2 (Page.get_uint32 page 0);
      equal 1 guest.events;
      let posted = Guest.page guest (Page.get_uint32 page (slot ~octets:8 ~nr_ents:4 last + 4)) in
      Page.write posted ~at:100 frame;
      rx_answer page ~nr_ents:4 ~id:(rx_id page ~nr_ents:4 last) ~offset:100 ~status:14 ();
      Nic.poll front;
      holds (!received = [ Bytes.to_string frame ]);
      equal 1 (List.length guest.ended);
      equal 3 (Page.get_uint32 page 0));

  test "an error is no length, nothing is delivered, and its page is posted again" (fun () ->
      let guest, front = connect ~rx:(config 2 2) () in
      let page = rx_page guest front in
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 last) ~status:0xffff ();
      Nic.poll front;
      holds (!received = []);
      equal 0 (Nic.ignored front);
      equal 2 (Page.get_uint32 page 0));

  test "a frame beyond its page is not delivered, and one to its end is" (fun () ->
      let guest, front = connect ~rx:(config 2 2) () in
      let page = rx_page guest front in
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 last) ~offset:4090 ~status:7 ();
      Nic.poll front;
      holds (!received = []);
      equal 1 (Nic.ignored front);
      equal 2 (Page.get_uint32 page 0);
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 0) ~offset:4090 ~status:6 ();
      Nic.poll front;
      equal 1 (List.length !received));

  test "a page that the backend keeps mapped is never used again" (fun () ->
      let guest, front = connect ~rx:(config 2 2) () in
      let page = rx_page guest front in
      let gref = Page.get_uint32 page (slot ~octets:8 ~nr_ents:2 last + 4) in
      guest.mapped <- gref;
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 last) ~status:14 ();
      Nic.poll front;
      holds (Nic.broken front = Some (Poll.Still_mapped { gref }));
      holds (!received = []);
      equal 1 (Page.get_uint32 page 0));

  test "a lent page is posted when it is returned, and once" (fun () ->
      let guest, front = connect ~rx:(config 2 2) ~copy:false () in
      let page = rx_page guest front in
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 last) ~offset:8 ~status:14 ();
      Nic.poll front;
      equal 1 (Page.get_uint32 page 0);
      let frame = List.hd !lent in
      holds (List.map Bigarray.Array1.dim (Rx.octets frame) = [ 14 ]);
      Nic.return front frame;
      equal 2 (Page.get_uint32 page 0);
      Nic.return front frame;
      rx_answer page ~nr_ents:2 ~id:(rx_id page ~nr_ents:2 0) ~status:14 ();
      Nic.poll front;
      equal 2 (Page.get_uint32 page 0))
