type 'a t = { in_flight : (Pool.buffer * 'a) option array; mutable free_list : int list }

let make ~ids =
  if ids < 1 || ids > 65536 then invalid_arg (Printf.sprintf "%d ids: take 1 to 65536" ids);
  { in_flight = Array.make ids None; free_list = List.init ids Fun.id }

let has_room t count = List.compare_length_with t.free_list count >= 0

let add t buffer value =
  match t.free_list with
  | [] -> invalid_arg "no id is free"
  | id :: rest ->
      t.free_list <- rest;
      t.in_flight.(id) <- Some (buffer, value);
      id

let answered t id =
  match if id < Array.length t.in_flight then t.in_flight.(id) else None with
  | None -> None
  | Some _ as found ->
      t.in_flight.(id) <- None;
      t.free_list <- id :: t.free_list;
      found
