open Netfront
open Check

let last = 0xffffffff
let new_page () : Page.t = Bigarray.Array1.create Bigarray.char Bigarray.c_layout Page.size
let ring ?(first = last) nr_ents = Ring.attach (new_page ()) ~slot_size:12 ~nr_ents ~first
let req_prod (t : Ring.t) = Page.get_uint32 t.page 0
let set_req_event (t : Ring.t) = Page.set_uint32 t.page 4
let set_rsp_prod (t : Ring.t) = Page.set_uint32 t.page 8
let rsp_event (t : Ring.t) = Page.get_uint32 t.page 12

let () =
  test "indices wrap at 2^32, and so do differences" (fun () ->
      equal 0 (Ring.add last 1);
      equal 4 (Ring.add (last - 1) 6);
      equal 1 (Ring.sub 0 last);
      equal last (Ring.sub last 0);
      equal last (Ring.sub 0 1));

  test "a word of the page is never negative, nor longer than 32 bits" (fun () ->
      let page = new_page () in
      Page.set_uint32 page 8 0xffffffff;
      equal 0xffffffff (Page.get_uint32 page 8);
      Page.set_uint32 page 8 0x1_8000_0000;
      equal 0x80000000 (Page.get_uint32 page 8));

  test "a ring is a power of two that fits its page" (fun () ->
      List.iter (fun nr_ents -> refused (fun () -> ring nr_ents)) [ 0; 3; -4; 512 ];
      refused (fun () -> Ring.attach (new_page ()) ~slot_size:8 ~nr_ents:512 ~first:0);
      equal 256 (ring 256).nr_ents);

  test "attach leaves the page as SHARED_RING_INIT does, from its first index on" (fun () ->
      let t = ring 2 in
      equal last (req_prod t);
      equal last (Page.get_uint32 t.page 8);
      equal 0 (Page.get_uint32 t.page 4);
      equal 0 (rsp_event t));

  test "slots are 64 octets into the page, and the wrap of indices is none of slots" (fun () ->
      let t = ring 4 in
      equal (64 + (3 * 12)) (Ring.slot t last);
      equal 64 (Ring.slot t 0);
      equal (64 + 12) (Ring.slot t 0x80000001));

  test "a ring of one slot is empty, then full, then empty, across the wrap" (fun () ->
      let t = ring ~first:last 1 in
      for _ = 1 to 3 do
        equal 1 (Ring.free_requests t);
        equal 64 (Ring.next_request t);
        holds (not (Ring.has_room t 1));
        ignore (Ring.push_requests_and_check_notify t);
        set_rsp_prod t t.req_prod;
        holds (Ring.has_responses t ~upto:(Ring.load_rsp_prod t));
        equal 64 (Ring.next_response t);
        holds (Ring.has_room t 1)
      done;
      equal 2 t.rsp_cons);

  test "free requests are counted across the wrap" (fun () ->
      let t = ring ~first:(last - 1) 4 in
      for free = 3 downto 0 do
        ignore (Ring.next_request t);
        equal free (Ring.free_requests t)
      done;
      equal 2 t.req_prod_pvt);

  test "a push notifies exactly when the event index is one of those just published" (fun () ->
      (* Said once more, by walking: every window of up to 4 requests, round the wrap, at 2^31, and round 2^16. *)
      List.iter
        (fun base ->
          for length = 0 to 4 do
            let old = Ring.add base 0 and now = Ring.add base length in
            let published = List.init length (fun i -> Ring.add old (i + 1)) in
            for distance = -6 to 6 do
              let event = Ring.add base distance in
              holds (Ring.notify_due ~event ~old ~now = List.mem event published)
            done
          done)
        [ 0; last; last - 2; 0x7fffffff; 0x80000000; 0xffff; 0x10000 ]);

  test "an empty push notifies nobody, wherever the event index is" (fun () ->
      let t = ring 4 in
      List.iter
        (fun event ->
          set_req_event t event;
          holds (not (Ring.push_requests_and_check_notify t)))
        [ 0; 1; last; 0x7fffffff; 0x80000000 ]);

  test "the event index that counts is the backend's, req_event" (fun () ->
      let t = ring 4 in
      set_req_event t 1;
      ignore (Ring.next_request t);
      holds (not (Ring.push_requests_and_check_notify t));
      ignore (Ring.next_request t);
      holds (Ring.push_requests_and_check_notify t));

  test "nothing is published until it is pushed" (fun () ->
      let t = ring 4 in
      ignore (Ring.next_request t);
      equal last (req_prod t);
      holds (Ring.push_requests_and_check_notify t);
      equal 0 (req_prod t);
      equal 0 t.req_prod);

  test "what a backend writes over req_prod changes nothing" (fun () ->
      let t = ring 4 in
      ignore (Ring.next_request t);
      (* As if it were published already, and nobody to be notified. *)
      Page.set_uint32 t.page 0 0;
      holds (Ring.push_requests_and_check_notify t);
      equal 0 (req_prod t));

  test "as many responses are believed as there are requests, and not one more" (fun () ->
      let t = ring 4 in
      ignore (Ring.next_request t);
      ignore (Ring.next_request t);
      holds (not (Ring.is_believable t 0));
      ignore (Ring.push_requests_and_check_notify t);
      List.iter (fun rsp_prod -> holds (Ring.is_believable t rsp_prod)) [ last; 0; 1 ];
      List.iter (fun rsp_prod -> holds (not (Ring.is_believable t rsp_prod))) [ 2; 3; last - 1; 0x7fffffff ]);

  test "the final check asks for the next response, and sees one that came before it asked" (fun () ->
      let t = ring 4 in
      ignore (Ring.next_request t);
      ignore (Ring.push_requests_and_check_notify t);
      holds (not (Ring.final_check_for_responses t));
      equal 0 (rsp_event t);
      set_rsp_prod t 0;
      Page.set_uint32 t.page 12 99;
      holds (Ring.final_check_for_responses t);
      (* There is one: it does not ask to be notified of it. *)
      equal 99 (rsp_event t);
      ignore (Ring.next_response t);
      holds (not (Ring.final_check_for_responses t));
      equal 1 (rsp_event t))
