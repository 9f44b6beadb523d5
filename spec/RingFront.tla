------------------------------ MODULE RingFront ------------------------------
(***************************************************************************)
(* What every frontend does with its end of one ring: when it may write a  *)
(* request, how far it believes rsp_prod, and how it goes to sleep.  This  *)
(* is the same on the transmit and on the receive ring, and for packets of *)
(* one slot and of several.                                                *)
(*                                                                         *)
(*            TakeEvent                    Arm: store rsp_event            *)
(*   asleep ------------> polling -------------------------------> armed   *)
(*     ^                  ^  |  ^                                  |  |    *)
(*     |                  |  |  +- FinalCheck: rsp_prod has moved -+  |    *)
(*     |                  +--+                                        |    *)
(*     |              ReadRspProd: load rsp_prod, then consume        |    *)
(*     |                                                              |    *)
(*     +------------- FinalCheck: rsp_prod has not moved -------------+    *)
(*                                                                         *)
(* These are the values of the variable poller.  The module that extends   *)
(* this one consumes the responses, one at a time, while MayConsume.  It   *)
(* adds further values for what it does with a response ("releasing").     *)
(*                                                                         *)
(* rsp_prod is a word that the backend writes, and it may have any value.  *)
(* A front that believed one past req_prod would consume slots in which    *)
(* there is no response.  So it believes rsp_prod only within the response *)
(* bound (IsBelievable).  Past it the backend is broken, and the front     *)
(* does nothing more on this ring.                                         *)
(*                                                                         *)
(* An operator says what becomes of the variables of SharedRing and of     *)
(* this module, and of nothing else.  What a front may do wrong is an      *)
(* argument, faults: a subset of RingFaults, and {} for a front without    *)
(* mistakes.                                                               *)
(*                                                                         *)
(* NetfrontTx, NetfrontRx, TxPackets and RxPackets take their steps from   *)
(* here.  Ring takes what fits.  It loads rsp_prod in a step of its own    *)
(* after the final check, and it may arm for a later response than the     *)
(* next, so it has a read, an arm and a final check of its own.            *)
(* RecordedRing has no poller, since a recording says what the front did:  *)
(* it asks for ResponseBound, as IsBelievable does.                        *)
(*                                                                         *)
(* Left out: memory order.  A front needs a barrier after the load of      *)
(* rsp_prod, and one between the two halves of the final check; see        *)
(* SharedRingWeak.                                                         *)
(***************************************************************************)
EXTENDS SharedRing

VARIABLES
  poller,     \* front: "asleep", "polling", "armed", or what the extending module adds
  rspSeen,    \* front: rsp_prod as last loaded and believed
  broken      \* front: the backend did what no backend may; the front has stopped

frontVars == <<poller, rspSeen, broken>>

(* What a front may do wrong with its ring. *)
RingFaults == {
  "ring_full_off_by_one",   \* takes a full ring for one with a free slot
  "no_final_check",         \* sleeps without looking once more
  "loose_response_bound"}   \* RING_RESPONSE_PROD_OVERFLOW as ring.h has it: up to
                            \* N responses are believed, asked for or not

-----------------------------------------------------------------------------
(* Before it writes a request. *)

(* RING_FULL, negated. *)
HasFreeSlot(faults) ==
  IF "ring_full_off_by_one" \in faults THEN FreeRequests >= 0 ELSE FreeRequests > 0

(* Requests were published, and the event check of that publish is still to come. *)
CheckIsDue == reqChecked # req_prod

(* Every request that was written is published, and no event check is due. *)
AllPublished == req_prod = req_prod_pvt /\ ~CheckIsDue

-----------------------------------------------------------------------------
(* The poller. *)

(* The event is taken: look at the ring. *)
TakeEvent(next) ==
  /\ ~broken
  /\ poller = "asleep"
  /\ FrontTakeEvent
  /\ poller' = next
  /\ UNCHANGED <<rspSeen, broken>>

(* THE RESPONSE BOUND: may the front believe this rsp_prod?  Only if it does not pass
   req_prod.  The formula is that of P8, ResponseBound in SharedRing. *)
IsBelievable(prod, faults) ==
  IF "loose_response_bound" \in faults THEN Sub(prod, rsp_cons) <= N ELSE ResponseBound(prod)

(* rsp_prod was loaded: poll up to there, or give up on this backend. *)
Believe(prod, next, faults) ==
  IF IsBelievable(prod, faults)
  THEN rspSeen' = prod /\ poller' = next /\ UNCHANGED broken
  ELSE broken' = TRUE /\ UNCHANGED <<rspSeen, poller>>

(* Of the responses seen, one is still to be consumed; or all are consumed. *)
MayConsume     == ~broken /\ poller = "polling" /\ rsp_cons # rspSeen
HasConsumedAll == ~broken /\ poller = "polling" /\ rsp_cons = rspSeen

(* All responses seen so far are consumed: are there more?  This is the load of
   RING_HAS_UNCONSUMED_RESPONSES, once for all the responses that it finds. *)
ReadRspProd(faults) ==
  /\ HasConsumedAll
  /\ Believe(rsp_prod, "polling", faults)
  /\ UNCHANGED ringVars

(* The store of RING_FINAL_CHECK_FOR_RESPONSES: there is nothing more to consume, and
   the front asks to be notified of the next response. *)
Arm ==
  /\ HasConsumedAll
  /\ ArmRspEvent
  /\ poller' = "armed"
  /\ UNCHANGED <<rspSeen, broken>>

(* The load of RING_FINAL_CHECK_FOR_RESPONSES.  If a response came before the backend
   could see the new rsp_event, there will be no event for it: the front polls on.
   Otherwise it goes to rest, which is "asleep" unless it has something else to do. *)
FinalCheck(rest, faults) ==
  /\ ~broken
  /\ poller = "armed"
  /\ IF "no_final_check" \in faults
     THEN poller' = rest /\ UNCHANGED <<rspSeen, broken>>
     ELSE Believe(rsp_prod, IF rsp_prod = rsp_cons THEN rest ELSE "polling", faults)
  /\ UNCHANGED ringVars

-----------------------------------------------------------------------------
(* The poller begins in this state, with the ring's indices at start. *)
FrontInitAt(start, state) == poller = state /\ rspSeen = start /\ broken = FALSE

FrontInit(state) == FrontInitAt(First, state)

(* States are the values of poller that the extending module has. *)
FrontTypeOK(States) ==
  /\ poller \in States
  /\ rspSeen \in Index
  /\ broken \in BOOLEAN

(* P8, here. *)
FrontResponseBound == ResponseBound(rspSeen)

(* P16.  A front that sleeps on a response has been notified, or the backend is
   still to decide whether to.  The final check is there for this. *)
FrontNoLostWakeUp ==
  poller = "asleep" /\ rsp_prod # rsp_cons /\ rspChecked = rsp_prod => frontPending
=============================================================================
