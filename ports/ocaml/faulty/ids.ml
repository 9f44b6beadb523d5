(* As many schemes as there are faults of ids, and the sound one. [Hashtbl.add] hides what is there already and
   [Hashtbl.find] finds the newest, which is how MSA00 came about. *)
type 'a t = {
  sound : 'a Netfront.Ids.t;
  in_flight : (int, Pool.buffer * 'a) Hashtbl.t;
  ids : int;
  mutable count : int;
  mutable free_list : int list;
}

let make ~ids =
  {
    sound = Netfront.Ids.make ~ids;
    in_flight = Hashtbl.create 16;
    ids;
    count = 0;
    free_list = List.init ids Fun.id;
  }

let has_room t count =
  match !Fault.current with
  | Some (Shared_gref_as_id | Newest_waker_first | Counter_unchecked) -> true
  | Some Free_list_unchecked -> List.compare_length_with t.free_list count >= 0
  | _ -> Netfront.Ids.has_room t.sound count

let put t id buffer value =
  Hashtbl.add t.in_flight id (buffer, value);
  id

let add t (buffer : Pool.buffer) value =
  match !Fault.current with
  | Some (Shared_gref_as_id | Newest_waker_first) -> put t (buffer.gref land 0xffff) buffer value
  | Some Counter_unchecked ->
      t.count <- t.count + 1;
      put t ((t.count - 1) mod t.ids) buffer value
  | Some Free_list_unchecked ->
      let id = List.hd t.free_list in
      t.free_list <- List.tl t.free_list;
      put t id buffer value
  | _ -> Netfront.Ids.add t.sound buffer value

let newest t id =
  let found = Hashtbl.find_opt t.in_flight id in
  Hashtbl.remove t.in_flight id;
  found

let oldest t id =
  match List.rev (Hashtbl.find_all t.in_flight id) with
  | [] -> None
  | found :: newer ->
      List.iter (fun _ -> Hashtbl.remove t.in_flight id) (found :: newer);
      List.iter (Hashtbl.add t.in_flight id) newer;
      Some found

let answered t id =
  match !Fault.current with
  | Some Newest_waker_first -> newest t id
  | Some (Shared_gref_as_id | Counter_unchecked) -> oldest t id
  | Some Free_list_unchecked ->
      if id < t.ids then t.free_list <- id :: t.free_list;
      newest t id
  | _ -> Netfront.Ids.answered t.sound id
