(* The tests run as their modules are initialised, in the order in which they are named here. *)
module _ = Ring_test
module _ = Netif_test
module _ = Ids_test
module _ = Chain_test
module _ = Front_test
module _ = Packets_test

let () = Printf.printf "ok  %d tests, %d checks\n" !Check.tests !Check.checks
