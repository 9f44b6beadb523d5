---------------------------- MODULE MCConnection ----------------------------
(***************************************************************************)
(* What TLC is given of Connection: a backend that always offers the same, *)
(* or another each time.                                                   *)
(***************************************************************************)
EXTENDS Connection

Plain  == {[sg |-> FALSE, split |-> FALSE, queues |-> 1]}
Varied == {[sg |-> FALSE, split |-> FALSE, queues |-> 1], [sg |-> TRUE, split |-> TRUE, queues |-> 2]}
=============================================================================
