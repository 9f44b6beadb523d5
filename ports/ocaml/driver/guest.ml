type grant = { page : Page.t; mutable mapped : int }

(* What happened since the last answer, newest first. *)
type notes = {
  granted : Yojson.Basic.t list;
  ended : Yojson.Basic.t list;
  sent : Yojson.Basic.t list;
  received : Yojson.Basic.t list;
  notified : int;
}

type t = { grants : grant option array; mutable notes : notes }

let no_notes = { granted = []; ended = []; sent = []; received = []; notified = 0 }
let grefs = 2048

(* Xen keeps the first references for itself. *)
let first_gref = 8
let make () = { grants = Array.make grefs None; notes = no_notes }

let alloc_page _ =
  let page = Bigarray.Array1.create Bigarray.char Bigarray.c_layout Page.size in
  Bigarray.Array1.fill page '\000';
  page

let rec free_gref t gref =
  if gref = grefs then failwith "out of grant references"
  else if t.grants.(gref) = None then gref
  else free_gref t (gref + 1)

let grant_access t page ~readonly =
  let gref = free_gref t first_gref in
  let access = if readonly then "read-only" else "writable" in
  t.grants.(gref) <- Some { page; mapped = 0 };
  t.notes <-
    { t.notes with granted = `Assoc [ ("gref", `Int gref); ("access", `String access) ] :: t.notes.granted };
  gref

let grant t gref = if gref >= 0 && gref < grefs then t.grants.(gref) else None
let page_of t gref = Option.map (fun { page; _ } -> page) (grant t gref)
let map t gref = Option.iter (fun g -> g.mapped <- g.mapped + 1) (grant t gref)
let unmap t gref = Option.iter (fun g -> g.mapped <- max 0 (g.mapped - 1)) (grant t gref)

let end_access t gref =
  match grant t gref with
  | Some { mapped = 0; _ } ->
      t.grants.(gref) <- None;
      t.notes <- { t.notes with ended = `Int gref :: t.notes.ended };
      true
  | Some _ -> false
  | None -> failwith (Printf.sprintf "grant %d was ended, and grants nothing" gref)

let notify t = t.notes <- { t.notes with notified = t.notes.notified + 1 }
let note_sent t note = t.notes <- { t.notes with sent = note :: t.notes.sent }
let note_received t note = t.notes <- { t.notes with received = note :: t.notes.received }

let effects t =
  let { granted; ended; sent; received; notified } = t.notes in
  let list name notes = if notes = [] then [] else [ (name, `List (List.rev notes)) ] in
  t.notes <- no_notes;
  list "granted" granted @ list "ended" ended @ list "sent" sent @ list "received" received
  @ if notified = 0 then [] else [ ("notified", `Int notified) ]
