------------------------------- MODULE Ring -------------------------------
(***************************************************************************)
(* Two ends of one ring, and who wakes whom: what ring.h leaves to the     *)
(* discipline of those who use its macros.                                 *)
(*                                                                         *)
(*   front                         page              back                  *)
(*     FrontWriteRequest --------> slot                                    *)
(*     FrontPushRequests --------> req_prod                                *)
(*     FrontCheckNotify  <-------- req_event                               *)
(*            ~~~~~~~~~~ event ~~~~~~~~~~~~~~~~~~~~> BackWake              *)
(*                                 req_prod --------> BackReadReqProd      *)
(*                                 slot ------------> BackTakeRequest      *)
(*                                 req_event <------- BackArm              *)
(*                                 req_prod --------> BackFinalCheck       *)
(*                                 slot <------------ BackWriteResponse    *)
(*                                 rsp_prod <-------- BackPushResponses    *)
(*                                 rsp_event -------> BackCheckNotify      *)
(*     FrontWake <~~~~~~~~~~~~~~~~~~~~~~~ event ~~~~~~~~~~~~~              *)
(*     FrontReadRspProd <--------- rsp_prod                                *)
(*     FrontConsumeResponse <----- slot                                    *)
(*     FrontArm -----------------> rsp_event                               *)
(*     FrontFinalCheck <---------- rsp_prod                                *)
(*                                                                         *)
(* Each end has two hands whose steps interleave.  One hand produces: the  *)
(* front's writes requests and publishes them, the back's responses.  The  *)
(* other consumes, and sleeps when there is nothing to consume: the        *)
(* front's is called poller, the back's taker.  An implementation with one *)
(* thread interleaves them less, and its steps are steps of this           *)
(* specification too.                                                      *)
(*                                                                         *)
(* An end that sleeps is woken by an event and by nothing else.  So the    *)
(* question is whether an event comes.  An end that wants to be woken      *)
(* stores an event index (arm), and then loads the producer index once     *)
(* more (final check).  Its peer stores the producer index, and then loads *)
(* the event index.  Whichever store is first, one of the two loads sees   *)
(* it.                                                                     *)
(*                                                                         *)
(* An event is a bit in Xen, so events carry no count.  Two events are one *)
(* while the first waits.  An event may also come for no reason of this    *)
(* ring: for another ring on the same channel, or from the hypervisor when *)
(* a guest resumes.                                                        *)
(*                                                                         *)
(* The two ends differ in how they poll, as Linux's do.  The front loads   *)
(* rsp_prod, and consumes up to there before it looks again.  The back     *)
(* looks before each request.  So only the front has an index of its peer  *)
(* that it believes for a while (rspSeen).                                 *)
(*                                                                         *)
(* Left out, and why that is harmless: what requests and responses say (a  *)
(* slot has one or the other, and nothing here branches on more); which    *)
(* request a response is for (netif.h's affair, and RequestIds'); memory   *)
(* order (steps here are sequentially consistent).                         *)
(***************************************************************************)
EXTENDS RingFront

CONSTANTS
  RspEventAt,   \* where the front arms.  "next": at the next response
                \* "half_way": at half of those still to come (Mini-OS, NetBSD)
  EmptyPushes,  \* TRUE: an end that goes to sleep pushes first, published or not
                \* (mirage-net-xen).  FALSE: it pushes what it has, and only that
  FrontHands,   \* "two": see above.  "one": the front is one loop, which produces only where
                \* it would sleep, and wakes only when all it wrote is published
  BackHands,    \* the same for the back
  BackBatches,  \* TRUE: the back may write several responses before it publishes them.
                \* FALSE: it publishes each
  Spurious,     \* TRUE: an event may come that nobody sent
  Faults,       \* what the front does wrong; see FrontFaults
  BackFaults    \* what the back does wrong; see FaultsOfBack

FrontFaults == RingFaults \union {
  "signed_notify",          \* the notify test on signed numbers (shared-memory-ring)
  "unbounded_index",        \* rsp_cons does not wrap while rsp_prod does (shared-memory-ring)
  "less_than"}              \* polls while rsp_cons < rsp_prod, in place of #

FaultsOfBack == {
  "signed_notify",          \* as in the front
  "no_final_check",         \* as in the front
  "overrun"}                \* publishes a response more than there are requests

ASSUME RingConstants ==
  /\ RspEventAt \in {"next", "half_way"}
  /\ EmptyPushes \in BOOLEAN /\ Spurious \in BOOLEAN
  /\ {FrontHands, BackHands} \subseteq {"one", "two"} /\ BackBatches \in BOOLEAN
  /\ Faults \subseteq FrontFaults /\ BackFaults \subseteq FaultsOfBack

VARIABLE
  taker     \* back: "asleep", "looking", "taking", "arming", "armed" or "pushing"

vars == <<ringVars, frontVars, taker>>

Request  == [kind |-> "request"]
Response == [kind |-> "response"]

-----------------------------------------------------------------------------
(* What a fault changes. *)

(* An index difference as a signed number of as many bits would have it. *)
Signed(d) == IF d < M \div 2 THEN d ELSE d - M

Test(faults, event, old, new) ==
  IF "signed_notify" \in faults
  THEN event # NoEvent /\ Signed(Sub(new, event)) < Signed(Sub(new, old))
  ELSE NotifyDue(event, old, new)

(* The condition of the polling loop. *)
MoreSeen == IF "less_than" \in Faults THEN rsp_cons < rspSeen ELSE rsp_cons # rspSeen

(* An index that does not wrap has passed M for ever.  Here it goes round in M..2M-1: its
   slot is right, and it never equals an index of the page. *)
IncUnwrapped(i) == IF i = 2 * M - 1 THEN M ELSE i + 1

-----------------------------------------------------------------------------
(* The front's writer. *)

(* A front with one hand writes only while its poller sleeps, and its poller does not wake
   while there is something to publish. *)
WriterMayAct == FrontHands = "two" \/ poller = "asleep"
PollerMayWake == FrontHands = "two" \/ AllPublished

(* A request is written, if there is a slot for it.  Several may be written before they
   are published.  The writer need never write another one. *)
FrontWriteRequest ==
  /\ ~broken
  /\ WriterMayAct
  /\ HasFreeSlot(Faults)
  /\ ~CheckIsDue
  /\ WriteRequest(Request)
  /\ UNCHANGED <<frontVars, taker>>

(* RING_PUSH_REQUESTS: all requests written are published. *)
FrontPushRequests ==
  /\ ~broken
  /\ WriterMayAct
  /\ PushRequests
  /\ UNCHANGED <<frontVars, taker>>

(* The back is notified if it asked to be: the second half of
   RING_PUSH_REQUESTS_AND_CHECK_NOTIFY. *)
FrontCheckNotify ==
  /\ ~broken
  /\ WriterMayAct
  /\ CheckNotifyBackIf(Test(Faults, req_event, reqChecked, req_prod))
  /\ UNCHANGED <<frontVars, taker>>

-----------------------------------------------------------------------------
(* The front's poller. *)

(* It is woken, and the event is gone. *)
FrontWake ==
  /\ PollerMayWake
  /\ TakeEvent("reading")
  /\ UNCHANGED taker

(* rsp_prod is loaded: poll up to there, or give up on this back. *)
FrontReadRspProd ==
  /\ ~broken
  /\ poller = "reading"
  /\ Believe(rsp_prod, "polling", Faults)
  /\ UNCHANGED <<ringVars, taker>>

(* One response is read. *)
FrontConsumeResponse ==
  /\ ~broken
  /\ poller = "polling" /\ MoreSeen
  /\ ConsumeResponseTo(
       IF "unbounded_index" \in Faults THEN IncUnwrapped(rsp_cons) ELSE Inc(rsp_cons))
  /\ UNCHANGED <<frontVars, taker>>

(* Half of the responses still to come, and one. *)
HalfWay == (rsp_cons + Sub(req_prod, rsp_cons) \div 2 + 1) % M

(* The store of RING_FINAL_CHECK_FOR_RESPONSES. *)
FrontArm ==
  /\ ~broken
  /\ poller = "polling" /\ ~MoreSeen
  /\ StoreRspEvent(IF RspEventAt = "half_way" THEN HalfWay ELSE Inc(rsp_cons))
  /\ poller' = "armed"
  /\ UNCHANGED <<rspSeen, broken, taker>>

AtRest == IF EmptyPushes THEN "pushing" ELSE "asleep"

(* The load of RING_FINAL_CHECK_FOR_RESPONSES: sleep only if no response has come
   meanwhile. *)
FrontFinalCheck ==
  /\ ~broken
  /\ poller = "armed"
  /\ poller' = IF rsp_prod # rsp_cons /\ "no_final_check" \notin Faults THEN "reading" ELSE AtRest
  /\ UNCHANGED <<ringVars, rspSeen, broken, taker>>

(* RING_PUSH_REQUESTS_AND_CHECK_NOTIFY before it sleeps, with nothing to publish: the
   writer publishes what it has written itself. *)
FrontPushNothing ==
  /\ ~broken
  /\ poller = "pushing"
  /\ PushNoRequestsIf(Test(Faults, req_event, req_prod, req_prod))
  /\ poller' = "asleep"
  /\ UNCHANGED <<rspSeen, broken, taker>>

-----------------------------------------------------------------------------
(* The back's taker. *)

(* As in the front. *)
ResponderMayAct == BackHands = "two" \/ taker = "asleep"
TakerMayWake == BackHands = "two" \/ (rsp_prod = rsp_prod_pvt /\ rspChecked = rsp_prod)

(* It is woken, and the event is gone. *)
BackWake ==
  /\ taker = "asleep" /\ TakerMayWake
  /\ BackTakeEvent
  /\ taker' = "looking"
  /\ UNCHANGED frontVars

(* RING_HAS_UNCONSUMED_REQUESTS: is there a request? *)
BackReadReqProd ==
  /\ taker = "looking"
  /\ taker' = IF req_cons # req_prod THEN "taking" ELSE "arming"
  /\ UNCHANGED <<ringVars, frontVars>>

(* RING_COPY_REQUEST: one request is taken. *)
BackTakeRequest ==
  /\ taker = "taking"
  /\ TakeRequest
  /\ taker' = "looking"
  /\ UNCHANGED frontVars

(* The store of RING_FINAL_CHECK_FOR_REQUESTS. *)
BackArm ==
  /\ taker = "arming"
  /\ StoreReqEvent(Inc(req_cons))
  /\ taker' = "armed"
  /\ UNCHANGED frontVars

(* The load of RING_FINAL_CHECK_FOR_REQUESTS. *)
BackFinalCheck ==
  /\ taker = "armed"
  /\ taker' = IF req_cons # req_prod /\ "no_final_check" \notin BackFaults THEN "taking" ELSE AtRest
  /\ UNCHANGED <<ringVars, frontVars>>

(* RING_PUSH_RESPONSES_AND_CHECK_NOTIFY before it sleeps, with nothing to publish. *)
BackPushNothing ==
  /\ taker = "pushing"
  /\ PushNoResponsesIf(Test(BackFaults, rsp_event, rsp_prod, rsp_prod))
  /\ taker' = "asleep"
  /\ UNCHANGED frontVars

-----------------------------------------------------------------------------
(* The back's responder. *)

(* A request that was taken is answered. *)
BackWriteResponse ==
  /\ ResponderMayAct
  /\ rsp_prod_pvt # req_cons
  /\ BackBatches \/ rsp_prod_pvt = rsp_prod
  /\ rspChecked = rsp_prod
  /\ WriteResponse(Response)
  /\ UNCHANGED <<frontVars, taker>>

(* RING_PUSH_RESPONSES: all responses written are published. *)
BackPushResponses ==
  /\ ResponderMayAct
  /\ PushResponses
  /\ UNCHANGED <<frontVars, taker>>

(* The front is notified if it asked to be: the second half of
   RING_PUSH_RESPONSES_AND_CHECK_NOTIFY. *)
BackCheckNotify ==
  /\ ResponderMayAct
  /\ CheckNotifyFrontIf(Test(BackFaults, rsp_event, rspChecked, rsp_prod))
  /\ UNCHANGED <<frontVars, taker>>

(* rsp_prod is stored one past req_prod. *)
BackOverrun ==
  /\ "overrun" \in BackFaults
  /\ OverrunRspProd
  /\ UNCHANGED <<frontVars, taker>>

-----------------------------------------------------------------------------
(* Xen. *)

(* An event that nobody sent comes to the front, or to the back. *)
SpuriousEventToFront ==
  /\ Spurious
  /\ ~frontPending
  /\ frontPending' = TRUE
  /\ UNCHANGED <<sharedWords, frontRing, backRing, backPending, frontVars, taker>>

SpuriousEventToBack ==
  /\ Spurious
  /\ ~backPending
  /\ backPending' = TRUE
  /\ UNCHANGED <<sharedWords, frontRing, backRing, frontPending, frontVars, taker>>

-----------------------------------------------------------------------------
InitAt(start) ==
  /\ RingInitAt(start)
  /\ FrontInitAt(start, "asleep")
  /\ taker = "asleep"

Init == InitAt(First)

Publisher == FrontPushRequests \/ FrontCheckNotify

Poller ==
  \/ FrontWake
  \/ FrontReadRspProd
  \/ FrontConsumeResponse
  \/ FrontArm
  \/ FrontFinalCheck
  \/ FrontPushNothing

Taker ==
  \/ BackWake
  \/ BackReadReqProd
  \/ BackTakeRequest
  \/ BackArm
  \/ BackFinalCheck
  \/ BackPushNothing

Responder == BackWriteResponse \/ BackPushResponses \/ BackCheckNotify

Front == FrontWriteRequest \/ Publisher \/ Poller
Back  == Taker \/ Responder \/ BackOverrun
Xen   == SpuriousEventToFront \/ SpuriousEventToBack

Next == Front \/ Back \/ Xen

Spec == Init /\ [][Next]_vars

(* Each hand goes on.  Nothing is assumed of the one who writes requests, and nothing of
   Xen: an event that nobody sent need never come.  An end with one hand that Xen wakes
   again and again need never produce.  So models with liveness properties have two
   hands, or no such events. *)
Fairness == WF_vars(Publisher) /\ WF_vars(Poller) /\ WF_vars(Taker) /\ WF_vars(Responder)

FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* Properties.  P7 is stated in SharedRing, P8 in SharedRing and RingFront. *)

TypeOK ==
  /\ RingTypeOK({Request, Response})
  /\ FrontTypeOK({"asleep", "reading", "polling", "armed", "pushing"})
  /\ taker \in {"asleep", "looking", "taking", "arming", "armed", "pushing"}
  /\ ~EmptyPushes => poller # "pushing" /\ taker # "pushing"

(* P16.  An end that sleeps while there is something to consume has been
   notified, or its peer is still to decide whether to. *)
NoLostWakeUp ==
  /\ FrontNoLostWakeUp
  /\ taker = "asleep" /\ req_prod # req_cons /\ reqChecked = req_prod => backPending

(* Is the event index one of those just published?  The macro subtracts; this counts. *)
IsAmong(event, old, new) == \E k \in 1..Sub(new, old) : event = (old + k) % M

(* P20.  A push notifies exactly when the event index is one of those just
   published. *)
NotifyExact ==
  [][/\ FrontCheckNotify =>
          backPending' = (backPending \/ IsAmong(req_event, reqChecked, req_prod))
     /\ BackCheckNotify =>
          frontPending' = (frontPending \/ IsAmong(rsp_event, rspChecked, rsp_prod))
     /\ FrontPushNothing => backPending' = backPending
     /\ BackPushNothing => frontPending' = frontPending]_vars

(* P21, that the start of the indices makes no difference, is in models/MCRing, which has
   this module twice. *)

(* P22.  Nothing published is missed: while there is a response, one is consumed in the
   end, and while there is a request, one is taken in the end. *)
NothingMissed ==
  /\ []<>(rsp_prod = rsp_cons) \/ []<><<rsp_cons' # rsp_cons>>_vars
  /\ []<>(req_prod = req_cons) \/ []<><<req_cons' # req_cons>>_vars

(* P23.  A writer that finds the ring full finds a free slot in the end. *)
BlockedWriterProceeds == FreeRequests = 0 ~> FreeRequests > 0

(* P24.  Without new requests there are only finitely many notifications. *)
NotifiesBack  == (FrontCheckNotify \/ FrontPushNothing) /\ backPending' # backPending
NotifiesFront == (BackCheckNotify \/ BackPushNothing) /\ frontPending' # frontPending
Quiescence ==
  []<><<NotifiesBack \/ NotifiesFront>>_vars => []<><<FrontWriteRequest>>_vars

(* P25.  A poll ends: the responses seen are consumed.  By P8 they are at most N. *)
PollEnds == (rspSeen # rsp_cons) ~> (rspSeen = rsp_cons)

(* P26.  The slots hold what the indices say: responses still to consume, and requests
   still to take.  None was overwritten. *)
SlotsAsIndexed ==
  /\ \A k \in 1..Sub(rsp_prod_pvt, rsp_cons) : ring[SlotOf(rsp_cons + k - 1)] = Response
  /\ \A k \in 1..Sub(req_prod_pvt, req_cons) : ring[SlotOf(req_cons + k - 1)] = Request
=============================================================================
