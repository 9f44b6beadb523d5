(* The least that tests need: a name that is a sentence, and values that are told where they differ. *)
let checks = ref 0
let tests = ref 0
let current = ref ""

let fail what =
  Printf.printf "NOT ok  %s: %s\n" !current what;
  exit 1

let equal expected actual =
  incr checks;
  if expected <> actual then fail (Printf.sprintf "check %d: expected %d, got %d" !checks expected actual)

let holds is_so =
  incr checks;
  if not is_so then fail (Printf.sprintf "check %d does not hold" !checks)

let refused f =
  match f () with
  | exception Invalid_argument _ -> incr checks
  | _ -> fail "it was not refused"

let test name run =
  current := name;
  incr tests;
  let before = !checks in
  run ();
  if !checks = before then fail "it checks nothing"
