-------------------------- MODULE MCSharedRingWeak --------------------------
(***************************************************************************)
(* What TLC checks of SharedRingWeak beyond its properties: that the       *)
(* situations a reader would worry about do occur within the bounds of the *)
(* models.  Each of these is expected to be violated, by a run that gets   *)
(* there.                                                                  *)
(***************************************************************************)
EXTENDS SharedRingWeak

(* R41.  All requests can be answered, and everything come to rest. *)
NeverAllAnswered == rsp_cons = Requests => ~Quiescent

(* R42.  The final check of either side can find something. *)
NeverFoundByFrontFinalCheck == [][frontPc = "armed" => frontPc' = "armed" \/ frontSleeps']_frontPc
NeverFoundByBackFinalCheck  == [][backPc = "armed" => backPc' \in {"armed", "asleep"}]_backPc

(* R43.  A publish can be one that the peer did not ask to be notified of. *)
NeverHeldOff ==
  /\ [][reqChecked' # reqChecked => NotifyDue(frontWord, reqChecked, reqPublished)]_reqChecked
  /\ [][rspChecked' # rspChecked => NotifyDue(backWord, rspChecked, rspPublished)]_rspChecked

(* R44.  On Arm the slot can be loaded before the producer index that says
   whether there is anything in it. *)
NeverLoadedEarly == ~(frontPc = "polling" /\ frontSlot # UnloadedSlot /\ frontWord = NotLoaded)
=============================================================================
