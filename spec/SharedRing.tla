----------------------------- MODULE SharedRing -----------------------------
(***************************************************************************)
(* The shared ring of Xen's ring.h.  Requests and responses travel in the  *)
(* same N slots of one page, which the frontend grants to the backend.     *)
(*                                                                         *)
(*         rsp_cons    rsp_prod    req_cons    req_prod   req_prod_pvt     *)
(*            |           |           |           |            |           *)
(*   . . . . .[ responses |  taken,   | requests  | written,   ]. . .      *)
(*            [ to read   |  unanswered  to take  | unpublished]           *)
(*                                                                         *)
(* The frontend writes requests at the right edge.  The backend takes      *)
(* them, and writes its responses over the oldest slots.  The frontend     *)
(* consumes the responses at the left edge.                                *)
(*                                                                         *)
(* Two of these indices are words of the page: the frontend stores         *)
(* req_prod, the backend rsp_prod.  The page has two more words, the event *)
(* indices, by which a side says at which index of its peer it wants to be *)
(* notified: the frontend stores rsp_event, the backend req_event.         *)
(* req_prod_pvt and rsp_cons are private to the frontend, rsp_prod_pvt and *)
(* req_cons to the backend.                                                *)
(*                                                                         *)
(* This module has the words, the slots and one operator for each macro of *)
(* ring.h.  An operator says what becomes of the ring's own variables and  *)
(* of nothing else.  When it may be called is for its caller to say        *)
(* (RingFront, Ring, NetfrontTx).  Except in a coarse backend, an operator *)
(* stores or loads at most one word that the peer can see, so that a step  *)
(* of the peer fits between any two.                                       *)
(*                                                                         *)
(* Left out, and why that is harmless:                                     *)
(*  - An index has 32 bits in the page and M values here.  M is a multiple *)
(*    of N, so that an index modulo N is its slot in both.  M is at least  *)
(*    2N, so that an empty ring and a full one differ.  Indices start at   *)
(*    First, which is M - 1 in every model, so that they always wrap.      *)
(*  - An event index that its producer has passed stays in the page.  It   *)
(*    can match again only when the indices have gone all the way round:   *)
(*    after 2^32 requests in the page, after two laps here with M = 4.  So *)
(*    here an event index that was passed becomes NoEvent at the next push *)
(*    (Forget, below).  In memory nothing changes.                         *)
(*  - A slot that its reader has copied keeps its octets until it is       *)
(*    written again, and nobody reads them.  Here it becomes EmptySlot at  *)
(*    once.  Otherwise each state would be there once for every value that *)
(*    may be left over.                                                    *)
(*  - Memory order.  Steps here are sequentially consistent.  In           *)
(*    SharedRingWeak they are not.                                         *)
(*                                                                         *)
(* Assumed: only the frontend initialises the page (SHARED_RING_INIT), and *)
(* the backend attaches to it afterwards.                                  *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  N,        \* nr_ents: slots in the ring, a power of two
  M,        \* how many values an index has; 2^32 in the page
  First     \* where the indices start; 0 in the page, M - 1 in the models

ASSUME SizesMakeSense ==
  /\ N \in 1..256 /\ \E k \in 0..8 : N = 2^k
  /\ M % N = 0 /\ M >= 2 * N
  /\ First \in 0..(M - 1)

VARIABLES
  req_prod,     \* shared, stored by the front: requests are published up to here
  req_event,    \* shared, stored by the back: notify it when req_prod reaches this
  rsp_prod,     \* shared, stored by the back: responses are published up to here
  rsp_event,    \* shared, stored by the front: notify it when rsp_prod reaches this
  ring,         \* shared: the slots; the front writes requests, the back responses
  req_prod_pvt, \* front: requests are written up to here
  rsp_cons,     \* front: responses are consumed up to here
  reqChecked,   \* front: req_prod as of its last event check (`old' of the macro)
  rsp_prod_pvt, \* back: responses are written up to here
  req_cons,     \* back: requests are taken up to here
  rspChecked,   \* back: rsp_prod as of its last event check
  frontPending, \* event channel: an event waits for the front
  backPending   \* event channel: an event waits for the back

sharedWords == <<req_prod, req_event, rsp_prod, rsp_event, ring>>
frontRing   == <<req_prod_pvt, rsp_cons, reqChecked>>
backRing    == <<rsp_prod_pvt, req_cons, rspChecked>>
events      == <<frontPending, backPending>>
ringVars    == <<sharedWords, frontRing, backRing, events>>

-----------------------------------------------------------------------------
(* Indices, and the only arithmetic on them.  It wraps, as RING_IDX does. *)

Index     == 0..(M - 1)
Sub(i, j) == (i - j) % M
Inc(i)    == (i + 1) % M
SlotOf(i) == i % N

(* No event index that can still match.  See Forget. *)
NoEvent == -1

(* RING_FREE_REQUESTS *)
FreeRequests == N - Sub(req_prod_pvt, rsp_cons)

(* The test of RING_PUSH_*_AND_CHECK_NOTIFY: event lies in (old, new]. *)
NotifyDue(event, old, new) == event # NoEvent /\ Sub(new, event) < Sub(new, old)

(* An event index that can still match is at most N ahead of the producer index that
   it waits for.  Any other was passed, and becomes NoEvent.  This is applied at a push,
   with the producer index from before the push.  A peer cannot see the difference: it
   matters only because M is small here. *)
Forget(event, prod) == IF event # NoEvent /\ Sub(event, prod) \in 1..N THEN event ELSE NoEvent

(* A slot that nobody will read. *)
EmptySlot == [kind |-> "empty"]

(* What the slots hold from one index up to another, oldest first. *)
SlotsBetween(from, to) == [i \in 1..Sub(to, from) |-> ring[SlotOf((from + i - 1) % M)]]

-----------------------------------------------------------------------------
(* What the frontend does to the ring. *)

(* A request is written into the next slot, not yet published. *)
WriteRequest(request) ==
  /\ ring' = [ring EXCEPT ![SlotOf(req_prod_pvt)] = request]
  /\ req_prod_pvt' = Inc(req_prod_pvt)
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, rsp_event, rsp_cons, reqChecked, backRing, events>>

(* The last count requests are taken back: they were written and not published. *)
TakeBackRequests(count) ==
  /\ req_prod_pvt' = Sub(req_prod_pvt, count)
  /\ ring' = [s \in DOMAIN ring |->
       IF \E i \in 1..count : SlotOf(Sub(req_prod_pvt, i)) = s THEN EmptySlot ELSE ring[s]]
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, rsp_event, rsp_cons, reqChecked, backRing, events>>

(* RING_PUSH_REQUESTS: the store that publishes. *)
PushRequests ==
  /\ req_prod # req_prod_pvt
  /\ reqChecked = req_prod
  /\ req_prod' = req_prod_pvt
  /\ req_event' = Forget(req_event, req_prod)
  /\ UNCHANGED <<rsp_prod, rsp_event, ring, frontRing, backRing, events>>

(* The second half of RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: load req_event, and
   notify the backend if it asked for one of the requests just published. *)
CheckNotifyBackIf(due) ==
  /\ reqChecked # req_prod
  /\ backPending' = (backPending \/ due)
  /\ reqChecked' = req_prod
  /\ UNCHANGED <<sharedWords, req_prod_pvt, rsp_cons, backRing, frontPending>>

CheckNotifyBack == CheckNotifyBackIf(NotifyDue(req_event, reqChecked, req_prod))

(* RING_PUSH_REQUESTS_AND_CHECK_NOTIFY with nothing to publish: the store changes
   nothing, and the test is on an interval with nothing in it. *)
PushNoRequestsIf(due) ==
  /\ backPending' = (backPending \/ due)
  /\ UNCHANGED <<sharedWords, frontRing, backRing, frontPending>>

(* The front steps past one response that it has read. *)
ConsumeResponseTo(index) ==
  /\ rsp_cons' = index
  /\ ring' = [ring EXCEPT ![SlotOf(rsp_cons)] = EmptySlot]
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, rsp_event, req_prod_pvt, reqChecked, backRing,
                 events>>

ConsumeResponse == ConsumeResponseTo(Inc(rsp_cons))

(* The front asks to be notified when rsp_prod reaches index. *)
StoreRspEvent(index) ==
  /\ rsp_event' = index
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, ring, frontRing, backRing, events>>

(* The store of RING_FINAL_CHECK_FOR_RESPONSES: ask to be notified of the next
   response.  The load that must follow it is the caller's next step. *)
ArmRspEvent == StoreRspEvent(Inc(rsp_cons))

(* The front takes the event that waits for it. *)
FrontTakeEvent ==
  /\ frontPending
  /\ frontPending' = FALSE
  /\ UNCHANGED <<sharedWords, frontRing, backRing, backPending>>

-----------------------------------------------------------------------------
(* What the backend does to the ring. *)

(* RING_HAS_UNCONSUMED_REQUESTS and RING_COPY_REQUEST: one request is taken.
   The backend never takes more than there are slots to answer in. *)
TakeRequest ==
  /\ req_cons # req_prod
  /\ Sub(req_cons, rsp_prod_pvt) < N
  /\ req_cons' = Inc(req_cons)
  /\ ring' = [ring EXCEPT ![SlotOf(req_cons)] = EmptySlot]
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, rsp_event, frontRing, rsp_prod_pvt, rspChecked,
                 events>>

(* The coarse backend is for models that do not ask about the backend's own steps.  It
   takes its event together with a request, and arms when it takes the last request.
   It takes count requests at once, where that many are one packet. *)
TakeRequestsAndArm(count) ==
  /\ Sub(req_prod, req_cons) >= count
  /\ Sub(req_cons, rsp_prod_pvt) + count <= N
  /\ req_cons' = (req_cons + count) % M
  /\ ring' = [s \in DOMAIN ring |->
       IF \E i \in 0..(count - 1) : SlotOf((req_cons + i) % M) = s THEN EmptySlot ELSE ring[s]]
  /\ req_event' = IF req_cons' = req_prod THEN Inc(req_cons') ELSE req_event
  /\ backPending' = FALSE
  /\ UNCHANGED <<req_prod, rsp_prod, rsp_event, frontRing, rsp_prod_pvt, rspChecked, frontPending>>

(* One request is taken, at once with the event and the arming if the backend is coarse. *)
TakeOneRequest(coarse) == IF coarse THEN TakeRequestsAndArm(1) ELSE TakeRequest

(* A response is written over the oldest request's slot, not yet published. *)
WriteResponse(response) ==
  /\ ring' = [ring EXCEPT ![SlotOf(rsp_prod_pvt)] = response]
  /\ rsp_prod_pvt' = Inc(rsp_prod_pvt)
  /\ UNCHANGED <<req_prod, req_event, rsp_prod, rsp_event, frontRing, req_cons, rspChecked, events>>

(* RING_PUSH_RESPONSES *)
PushResponses ==
  /\ rsp_prod # rsp_prod_pvt
  /\ rspChecked = rsp_prod
  /\ rsp_prod' = rsp_prod_pvt
  /\ rsp_event' = Forget(rsp_event, rsp_prod)
  /\ UNCHANGED <<req_prod, req_event, ring, frontRing, backRing, events>>

(* The second half of RING_PUSH_RESPONSES_AND_CHECK_NOTIFY. *)
CheckNotifyFrontIf(due) ==
  /\ rspChecked # rsp_prod
  /\ frontPending' = (frontPending \/ due)
  /\ rspChecked' = rsp_prod
  /\ UNCHANGED <<sharedWords, frontRing, rsp_prod_pvt, req_cons, backPending>>

CheckNotifyFront == CheckNotifyFrontIf(NotifyDue(rsp_event, rspChecked, rsp_prod))

(* RING_PUSH_RESPONSES_AND_CHECK_NOTIFY with nothing to publish. *)
PushNoResponsesIf(due) ==
  /\ frontPending' = (frontPending \/ due)
  /\ UNCHANGED <<sharedWords, frontRing, backRing, backPending>>

(* The coarse backend writes a response, publishes it and decides whether to notify, in
   one step. *)
RespondAtOnce(response) ==
  /\ rsp_prod = rsp_prod_pvt /\ rspChecked = rsp_prod
  /\ ring' = [ring EXCEPT ![SlotOf(rsp_prod_pvt)] = response]
  /\ rsp_prod_pvt' = Inc(rsp_prod_pvt)
  /\ rsp_prod' = Inc(rsp_prod)
  /\ rspChecked' = Inc(rsp_prod)
  /\ rsp_event' = Forget(rsp_event, rsp_prod)
  /\ frontPending' = (frontPending \/ NotifyDue(rsp_event, rsp_prod, Inc(rsp_prod)))
  /\ UNCHANGED <<req_prod, req_event, frontRing, req_cons, backPending>>

(* A response is written, and published and checked with it if the backend is coarse. *)
Respond(response, coarse) == IF coarse THEN RespondAtOnce(response) ELSE WriteResponse(response)

(* What no backend may do: it stores an rsp_prod one past req_prod. *)
OverrunRspProd ==
  /\ rsp_prod = req_prod
  /\ rsp_prod_pvt = rsp_prod /\ rspChecked = rsp_prod
  /\ rsp_prod' = Inc(rsp_prod)
  /\ UNCHANGED <<req_prod, req_event, rsp_event, ring, frontRing, backRing, events>>

(* The backend asks to be notified when req_prod reaches index. *)
StoreReqEvent(index) ==
  /\ req_event' = index
  /\ UNCHANGED <<req_prod, rsp_prod, rsp_event, ring, frontRing, backRing, events>>

(* The store of RING_FINAL_CHECK_FOR_REQUESTS, where it changes anything.  It is for a
   backend that may do so at any time (NetfrontTx, NetfrontRx). *)
ArmReqEvent ==
  /\ req_event # Inc(req_cons)
  /\ StoreReqEvent(Inc(req_cons))

(* The backend takes the event that waits for it. *)
BackTakeEvent ==
  /\ backPending
  /\ backPending' = FALSE
  /\ UNCHANGED <<sharedWords, frontRing, backRing, frontPending>>

-----------------------------------------------------------------------------
(* SHARED_RING_INIT, FRONT_RING_INIT, BACK_RING_INIT: all producers and
   consumers at one index, both event indices one further. *)
RingInitAt(start) ==
  /\ req_prod = start /\ rsp_prod = start
  /\ req_event = Inc(start) /\ rsp_event = Inc(start)
  /\ ring = [s \in 0..(N - 1) |-> EmptySlot]
  /\ req_prod_pvt = start /\ rsp_cons = start /\ reqChecked = start
  /\ rsp_prod_pvt = start /\ req_cons = start /\ rspChecked = start
  /\ frontPending = FALSE /\ backPending = FALSE

RingInit == RingInitAt(First)

(* Slot is what a slot may hold: the extending module knows. *)
RingTypeOK(Slot) ==
  /\ {req_prod, rsp_prod, req_prod_pvt, rsp_cons, reqChecked, rsp_prod_pvt, req_cons,
      rspChecked} \subseteq Index
  /\ {req_event, rsp_event} \subseteq Index \union {NoEvent}
  /\ ring \in [0..(N - 1) -> Slot \union {EmptySlot}]
  /\ frontPending \in BOOLEAN /\ backPending \in BOOLEAN

(* P7.  The frontend never has more than N requests whose responses it has not
   consumed, so it never overwrites a slot that is still in use. *)
RingBound == Sub(req_prod_pvt, rsp_cons) <= N

(* P8.  The frontend believes no response that answers no request: the index seen, up
   to which it means to consume, does not pass req_prod. *)
ResponseBound(seen) == Sub(seen, rsp_cons) <= Sub(req_prod, rsp_cons)
=============================================================================
