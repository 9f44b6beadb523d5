---------------------------- MODULE MCConnection ----------------------------
(***************************************************************************)
(* What TLC is given of Connection: a backend that always offers the same, *)
(* one that may or may not take frames in several slots, and one whose     *)
(* queues and event channels differ too.                                   *)
(***************************************************************************)
EXTENDS Connection

Plain  == {[sg |-> FALSE, split |-> FALSE, queues |-> 1]}
Shapes == {[sg |-> FALSE, split |-> FALSE, queues |-> 1], [sg |-> TRUE, split |-> FALSE, queues |-> 1]}
Varied == {[sg |-> FALSE, split |-> FALSE, queues |-> 1], [sg |-> TRUE, split |-> TRUE, queues |-> 2]}
=============================================================================
