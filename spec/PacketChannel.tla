---------------------------- MODULE PacketChannel ----------------------------
(***************************************************************************)
(* What a network device promises of one direction, with no ring in it.    *)
(*                                                                         *)
(*     Put             Show                Done                            *)
(*   ------->  inside ------->  outside  ------->                          *)
(*                |                                                        *)
(*                +---> Lose                                               *)
(*                                                                         *)
(* A frame is put in at one end.  It is shown at the other end once and    *)
(* unchanged, or it is lost.  Nothing else is ever shown.  What is shown   *)
(* stays as it is until its reader is done with it.                        *)
(*                                                                         *)
(* Transmitting, the application puts frames in and the backend is shown   *)
(* them.  Receiving, the backend puts them in and the application is shown *)
(* them.  Both are this module.                                            *)
(*                                                                         *)
(* Frames of one name are alike, so a count of each is enough.  They may   *)
(* overtake each other: netback sends a queue in order, but the ring does  *)
(* not promise that.  A frame may be lost, since the backend may answer    *)
(* ERROR.  That not all frames are lost is a question of liveness, and of  *)
(* the protocols above.                                                    *)
(*                                                                         *)
(* NetfrontTx, NetfrontRx and NetfrontTxRx refine this.  spec/README.md    *)
(* explains how.                                                           *)
(***************************************************************************)
EXTENDS Naturals

CONSTANT Frame

VARIABLES
  inside,   \* frame -> how many of it were put in, and are neither shown nor lost
  outside   \* frame -> how many of it are shown, and their readers not done

channel == <<inside, outside>>

Put(frame) ==
  /\ inside' = [inside EXCEPT ![frame] = @ + 1]
  /\ UNCHANGED outside

Show(frame) ==
  /\ inside[frame] > 0
  /\ inside' = [inside EXCEPT ![frame] = @ - 1]
  /\ outside' = [outside EXCEPT ![frame] = @ + 1]

Done(frame) ==
  /\ outside[frame] > 0
  /\ outside' = [outside EXCEPT ![frame] = @ - 1]
  /\ UNCHANGED inside

Lose(frame) ==
  /\ inside[frame] > 0
  /\ inside' = [inside EXCEPT ![frame] = @ - 1]
  /\ UNCHANGED outside

Init ==
  /\ inside = [frame \in Frame |-> 0]
  /\ outside = [frame \in Frame |-> 0]

Next == \E frame \in Frame : Put(frame) \/ Show(frame) \/ Done(frame) \/ Lose(frame)

Spec == Init /\ [][Next]_channel
=============================================================================
