(* --fault NAME switches one on, --faults lists them. *)
let () =
  match List.tl (Array.to_list Sys.argv) with
  | [] -> Serve.serve ()
  | [ "--faults" ] -> List.iter (fun (name, _) -> print_endline name) Fault.all
  | [ "--fault"; name ] when List.mem_assoc name Fault.all ->
      Fault.current := Some (List.assoc name Fault.all);
      Serve.serve ()
  | _ ->
      prerr_endline "usage: driver_faults [--fault NAME | --faults]";
      exit 2
