---------------------------- MODULE PacketChannel ----------------------------
(***************************************************************************)
(* What a network device promises of one direction, with no ring in it.     *)
(*                                                                         *)
(*     Put             Show                Done                             *)
(*   ------->  inside ------->  outside  ------->                           *)
(*                |                                                         *)
(*                +---> Lose                                                *)
(*                                                                         *)
(* A frame that is put in at one end is shown at the other, once and        *)
(* unchanged, or it is lost.  Nothing else is ever shown, and what is shown  *)
(* stays as it is until whoever looks at it is done with it.                *)
(*                                                                         *)
(* Transmitting, the application puts frames in and the backend is shown    *)
(* them; receiving it is the other way round.  Both are this module.        *)
(*                                                                         *)
(* Frames of one name are alike, so that how many there are is all there is *)
(* to know.  They may overtake each other: netback sends a queue in order,   *)
(* and the promise of order is not the ring's to make.  A frame may be lost  *)
(* (the backend answers ERROR): that as many as possible are not is a        *)
(* question of liveness, and of the protocols above.                        *)
(*                                                                         *)
(* NetfrontTx, NetfrontRx and NetfrontTxRx refine this; spec/README.md      *)
(* explains how.                                                           *)
(***************************************************************************)
EXTENDS Naturals

CONSTANT Frame

VARIABLES
  inside,   \* frame -> how many of it were put in and have not come out
  outside   \* frame -> how many of it are being looked at

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
