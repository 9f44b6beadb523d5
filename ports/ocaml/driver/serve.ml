module Nic = Front.Make (Guest)
module Json = Yojson.Basic

(* A frame that the application holds: its own copy, or the pages that it was lent. *)
type held = Copied of Bytes.t | Lent of Rx.lent

(* What the application has still to send. *)
type waiting = { send : int; frame : Bytes.t; offload : Offload.t }

type case = {
  guest : Guest.t;
  mutable front : Nic.t option;  (* None: while it connects *)
  waiting : waiting Queue.t;  (* There was no room. *)
  held : (int, held) Hashtbl.t;
  mutable frames : int;
  mutable wants_pause : bool;
  mutable is_paused : bool;
  mutable was_broken : bool;
}

let member name = function `Assoc members -> List.assoc_opt name members | _ -> None
let number name json = match member name json with Some (`Int n) -> n | _ -> 0
let is_true name json = member name json = Some (`Bool true)
let text name json = match member name json with Some (`String s) -> s | _ -> ""

let answer members =
  print_string (Json.to_string (`Assoc members));
  print_newline ()

let digit = function
  | '0' .. '9' as c -> Char.code c - Char.code '0'
  | 'a' .. 'f' as c -> Char.code c - Char.code 'a' + 10
  | c -> failwith (Printf.sprintf "%c is no hexadecimal digit" c)

let octets_of_hex hex =
  Bytes.init (String.length hex / 2) (fun i -> Char.chr ((16 * digit hex.[2 * i]) + digit hex.[(2 * i) + 1]))

let hex_of_octets octets =
  let digit_of i =
    let octet = Bytes.get_uint8 octets (i / 2) in
    "0123456789abcdef".[if i land 1 = 0 then octet lsr 4 else octet land 15]
  in
  String.init (2 * Bytes.length octets) digit_of

let octets_of_held = function
  | Copied octets -> octets
  | Lent lent ->
      let read part = Page.read part ~at:0 ~length:(Bigarray.Array1.dim part) in
      Bytes.concat Bytes.empty (List.map read (Rx.octets lent))

let the_front case = match case.front with Some front -> front | None -> failwith "there was no start"

(* Everything since the last answer, and after it whatever `start` has to say. *)
let answer_effects ?(more = []) case =
  let is_broken = match case.front with Some front -> Nic.broken front <> None | None -> false in
  let broken = if is_broken && not case.was_broken then [ ("broken", `Bool true) ] else [] in
  let paused = if case.is_paused then [ ("paused", `Bool true) ] else [] in
  case.was_broken <- is_broken;
  answer (Guest.effects case.guest @ broken @ paused @ more)

let protocols = [ (Netif.gso_type_tcpv4, Offload.Tcpv4); (Netif.gso_type_tcpv6, Tcpv6) ]
let number_of protocol = fst (List.find (fun (_, known) -> known = protocol) protocols)

let gso_of json : Offload.gso =
  let type_ = number "type" json in
  match List.assoc_opt type_ protocols with
  | Some protocol -> { size = number "size" json; protocol }
  | None -> failwith (Printf.sprintf "nothing is cut into segments by type %d" type_)

(* In a message, and in an effect. *)
let offload_of message : Offload.t =
  { csum_blank = is_true "csum_blank" message; gso = Option.map gso_of (member "gso" message) }

let members_of ({ csum_blank; gso } : Offload.t) =
  let of_gso ({ size; protocol } : Offload.gso) =
    ("gso", `Assoc [ ("size", `Int size); ("type", `Int (number_of protocol)) ])
  in
  (if csum_blank then [ ("csum_blank", `Bool true) ] else []) @ Option.to_list (Option.map of_gso gso)

(* The application sends what waits, as far as there is room. What can never go it is told of when its turn comes. *)
let rec send_waiting case ~sent =
  match Queue.peek_opt case.waiting with
  | None -> ()
  | Some { send; frame; offload } -> (
      let gone () =
        ignore (Queue.pop case.waiting);
        send_waiting case ~sent
      in
      match Nic.send (the_front case) ~offload frame ~sent:(sent send) with
      | No_room -> ()
      | Accepted -> gone ()
      | Never ->
          sent send Netif.rsp_error;
          gone ())

let access_page case message what =
  let gref = number "gref" message and at = number "offset" message in
  match Guest.page_of case.guest gref with
  | Some page when at <= Page.size -> (
      match what with
      | "read" ->
          let length = min (number "length" message) (Page.size - at) in
          answer [ ("octets", `String (hex_of_octets (Page.read page ~at ~length))) ]
      | "write" ->
          Page.write page ~at (octets_of_hex (text "octets" message));
          answer []
      | _ ->
          (if what = "map" then Guest.map else Guest.unmap) case.guest gref;
          answer [])
  | _ -> answer [ ("refused", `String (Printf.sprintf "grant %d grants no such octets" gref)) ]

(* The one place where the backend gets its turn while the frontend is at work: see Pause in PORTING.md. *)
let rec maybe_pause case =
  if case.wants_pause then begin
    case.wants_pause <- false;
    case.is_paused <- true;
    answer_effects case;
    ignore (serve_case (Some case));
    case.is_paused <- false
  end

and on_sent case send status =
  Guest.note_sent case.guest (`Assoc [ ("send", `Int send); ("status", `Int status) ]);
  maybe_pause case

and on_received case offload held =
  case.frames <- case.frames + 1;
  Hashtbl.replace case.held case.frames held;
  let octets = hex_of_octets (octets_of_held held) in
  Guest.note_received case.guest 
    (`Assoc ([ ("frame", `Int case.frames); ("octets", `String octets) ] @ members_of offload));
  maybe_pause case

and start message =
  let guest = Guest.make () in
  let case =
    {
      guest;
      front = None;
      waiting = Queue.create ();
      held = Hashtbl.create 16;
      frames = 0;
      wants_pause = false;
      is_paused = false;
      was_broken = false;
    }
  in
  let config ring : Config.t =
    {
      nr_ents = number "nr_ents" ring;
      first = number "first" ring;
      buffers = number "buffers" ring;
      ids = number "ids" ring;
    }
  in
  let deliver ring =
    if is_true "copy" ring then Rx.Copy (fun offload frame -> on_received case offload (Copied frame))
    else Rx.Lend (fun lent -> on_received case (Rx.offload lent) (Lent lent))
  in
  let tx = Option.map config (member "tx" message) in
  let rx = Option.map (fun ring -> (config ring, deliver ring)) (member "rx" message) in
  match Nic.connect ?tx ?rx guest with
  | front ->
      case.front <- Some front;
      let where ring ?(more = []) =
        Option.fold ~none:[] ~some:(fun gref -> [ (ring, `Assoc (("gref", `Int gref) :: more)) ])
      in
      answer_effects case
        ~more:
          (where "tx" (Nic.tx_gref front) ~more:[ ("block", `Int Tx.block) ]
          @ where "rx" (Nic.rx_gref front));
      Some case
  | exception Invalid_argument why ->
      answer [ ("cannot", `String why) ];
      None

and event case message =
  case.wants_pause <- is_true "pause" message;
  Nic.poll (the_front case);
  case.wants_pause <- false;
  send_waiting case ~sent:(on_sent case);
  answer_effects case

(* What a line asks of the case that runs. *)
and serve_line case message = function
  | "send" ->
      let frame = octets_of_hex (text "frame" message) in
      Queue.add { send = number "send" message; frame; offload = offload_of message } case.waiting;
      send_waiting case ~sent:(on_sent case);
      answer_effects case
  | "event" -> event case message
  | "return" ->
      let frame = number "frame" message in
      (match Hashtbl.find_opt case.held frame with
      | Some (Lent lent) -> Nic.return (the_front case) lent
      | Some (Copied _) | None -> ());
      Hashtbl.remove case.held frame;
      answer_effects case
  | "look" ->
      let held = Hashtbl.find case.held (number "frame" message) in
      answer [ ("octets", `String (hex_of_octets (octets_of_held held))) ]
  | what -> access_page case message what

(* One line, one answer, until the frontend is to go on. There are no more lines: the end. *)
and serve_case case =
  match input_line stdin with
  | exception End_of_file -> exit 0
  | line -> (
      let message = Json.from_string line in
      match (text "do" message, case) with
      | "resume", Some { is_paused = true; _ } -> case
      | "hello", _ ->
          let names = [ "tx"; "rx"; "copy"; "lend"; "chains"; "gso"; "pause" ] in
          let features = List.map (fun name -> `String name) names in
          answer [ ("version", `Int 1); ("name", `String "netfront in OCaml"); ("features", `List features) ];
          serve_case case
      | "start", _ -> serve_case (start message)
      | what, Some running ->
          serve_line running message what;
          serve_case case
      | what, None -> failwith (what ^ " before start"))

let serve () = ignore (serve_case None)
