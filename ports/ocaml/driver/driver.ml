(* It takes no arguments: whoever asks it for a fault is not to think that it has one. *)
let () =
  if Array.length Sys.argv = 1 then Serve.serve ()
  else begin
    prerr_endline "usage: driver";
    exit 2
  end
