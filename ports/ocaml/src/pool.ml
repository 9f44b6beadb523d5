type buffer = { page : Page.t; offset : int; mutable gref : int }
type t = { mutable free_list : buffer list }

let make free_list = { free_list }

let take t =
  match t.free_list with
  | [] -> None
  | buffer :: rest ->
      t.free_list <- rest;
      Some buffer

let free t buffer = t.free_list <- buffer :: t.free_list
