type buffer = { page : Page.t; offset : int; mutable gref : int }
type t = { mutable free_list : buffer list }

let make free_list = { free_list }

let take t =
  match t.free_list with
  | [] -> None
  | buffer :: rest ->
      t.free_list <- rest;
      Some buffer

let take_all t count =
  if List.compare_length_with t.free_list count < 0 then None
  else Some (List.init count (fun _ -> Option.get (take t)))

let free t buffer = t.free_list <- buffer :: t.free_list
