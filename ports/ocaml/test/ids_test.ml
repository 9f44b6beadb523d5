open Netfront
open Check

let buffer gref : Pool.buffer = { page = Ring_test.new_page (); offset = 0; gref }

let () =
  test "no two requests in flight have one id, whatever their grants" (fun () ->
      let ids = Ids.make ~ids:4 and shared = buffer 9 in
      let given = List.init 4 (fun i -> Ids.add ids shared i) in
      equal 4 (List.length (List.sort_uniq compare given));
      holds (not (Ids.has_room ids 1)));

  test "an id stands for what was sent under it, once" (fun () ->
      let ids = Ids.make ~ids:4 in
      let first = Ids.add ids (buffer 9) 'a' in
      let second = Ids.add ids (buffer 9) 'b' in
      let value id = Option.map snd (Ids.answered ids id) in
      holds (value second = Some 'b');
      holds (value second = None);
      holds (value first = Some 'a');
      (* After an answer too many there are four ids still, and they differ. *)
      let given = List.init 4 (fun _ -> Ids.add ids (buffer 9) 'c') in
      equal 4 (List.length (List.sort_uniq compare given)));

  test "an id that is none of ours answers nothing" (fun () ->
      let ids = Ids.make ~ids:4 in
      ignore (Ids.add ids (buffer 9) ());
      List.iter (fun id -> holds (Ids.answered ids id = None)) [ 3; 4; 0xffff ]);

  test "there are as many ids as 16 bits have, and they go round while one stays in flight" (fun () ->
      List.iter (fun ids -> refused (fun () -> Ids.make ~ids)) [ 0; -1; 65537 ];
      let ids = Ids.make ~ids:65536 in
      let stays = Ids.add ids (buffer 9) "stays" in
      for _ = 1 to 65537 do
        let id = Ids.add ids (buffer 9) "goes" in
        holds (id <> stays && id land 0xffff = id);
        ignore (Ids.answered ids id)
      done;
      holds (Option.map snd (Ids.answered ids stays) = Some "stays"))
