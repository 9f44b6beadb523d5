----------------------------- MODULE NetfrontRx -----------------------------
(***************************************************************************)
(* The receive half of netfront.  Free pages of the guest are granted and  *)
(* posted on the ring, the backend writes a frame into each, and its       *)
(* responses tell the frontend which pages have one.                       *)
(*                                                                         *)
(*   application   front                      ring    back                 *)
(*                 RxGrantAccess (gref)                                    *)
(*                 RxPost (id) -------------> slot                         *)
(*                 RxPushRequests ----------> req_prod                     *)
(*                 RxCheckNotify  ~~ event ~> . . . . BackTakeRequest      *)
(*                                                    BackWriteFrame       *)
(*                                            slot <- BackRespond          *)
(*                                        rsp_prod <- BackPushResponses    *)
(*                 RxTakeEvent   <~ event ~~~ . . . . BackCheckNotify      *)
(*                 RxReadRspProd                                           *)
(*                 RxConsumeResponse                                       *)
(*                 RxRelease (gref)                                        *)
(*     frame <---- RxDeliver (page, or a copy of it)                       *)
(*     AppReturn (page) *                                                  *)
(*                 RxArm, RxFinalCheck: sleep, or poll again               *)
(*                                                                         *)
(*   * only where the page itself was delivered (not CopyOut)              *)
(*                                                                         *)
(* The front has two hands: one posts (variable poster), one polls         *)
(* (variable poller, of RingFront).  Their steps interleave.  A frontend   *)
(* that is one loop posts only at one point of its round: Refill says      *)
(* where.                                                                  *)
(*                                                                         *)
(* What a page holds is modelled, as the name of the frame last written    *)
(* there.  Frames of different names have different lengths.  So a         *)
(* positive status tells which frame the response promises: the model      *)
(* writes the frame's name where the slot has its length.  What the        *)
(* application is given (delivered, held) is compared with that.           *)
(*                                                                         *)
(* The backend writes a frame in a step of its own, through a mapping made *)
(* when it took the request.  So a page that is delivered too early        *)
(* changes under its reader.  A backend that copies with gnttab_copy, as   *)
(* Linux's does, writes under the same entry of the grant table at the     *)
(* moment of the copy: it can do less.                                     *)
(*                                                                         *)
(* The backend is honest.  It takes requests in order, writes one frame    *)
(* for each, and answers in the same order, so that a response is in the   *)
(* slot of its request (netif.h demands that on this ring).  It may answer *)
(* with ERROR, whether it has written or not.  It may look at the ring     *)
(* without having been notified, and it may ask to be notified at any      *)
(* time.  BackFaults are the exceptions, for the models that need a        *)
(* dishonest backend.                                                      *)
(*                                                                         *)
(* A page is cleared when it goes back to the pool.  That keeps the model  *)
(* small.  It is also what a guest wants: the page is shown to the backend *)
(* when it is next granted, and what was last read from it is not meant    *)
(* for the backend.                                                        *)
(*                                                                         *)
(* Left out, and why that is harmless: packets of several slots, extras    *)
(* and flags (one response is one frame here; see RxPackets); offsets      *)
(* (nothing branches on them); the other negative statuses (netfront       *)
(* treats them all as ERROR); the backend's own sleep (it may look at any  *)
(* time, which is more than sleeping allows); closing.                     *)
(***************************************************************************)
EXTENDS RingFront, RequestIds, GrantTable

CONSTANTS
  CopyOut,          \* TRUE: the application is given a copy, and the page goes back at once.
                    \* FALSE: it is given the page, and returns it some time later
  Refill,           \* when the front posts; see RefillOrders
  Frame,            \* the frames that there are, as strings
  CoarseBack,       \* TRUE: the backend writes, publishes and checks in one step, takes its
                    \* event with a request, and arms with the last one.  Enough where
                    \* the question is about the front.  FALSE: each is a step
  Faults,           \* what the frontend does wrong; see FrontFaults
  BackFaults        \* what the backend does wrong; see DishonestFaults

RefillOrders == {
  "any_time",               \* whenever there is a free page and a free slot
  "poll_then_refill",       \* one loop: polls until there is no more, then posts, then sleeps
  "refill_then_poll"}       \* one loop: wakes, posts, polls, then sleeps, with the slots that
                            \* it has just freed empty (mirage-net-xen issue 15)

FrontFaults == RingFaults \union {
  "double_free",            \* puts a page into the pool twice
  "leak_on_error",          \* does not free the page of a request answered with ERROR
  "status_unsigned",        \* reads the status as unsigned: ERROR is a great length
  "end_access_unchecked",   \* takes a page back without asking whether it is mapped
  "slot_id_unchecked"}      \* by slot: does not look at the id in the response

DishonestFaults == {
  "out_of_order",           \* writes and answers in any order
  "overrun",                \* publishes a response more than there are requests
  "late_unmap"}             \* answers first and unmaps the page some time later

ASSUME NetfrontRxConstants ==
  /\ CopyOut \in BOOLEAN /\ CoarseBack \in BOOLEAN
  /\ Refill \in RefillOrders
  /\ Page = 0..(Cardinality(Page) - 1)
  /\ IdScheme \in {"gref_per_request", "counter", "counter_skip", "slot"}
  /\ IdScheme = "slot" => Ids >= N
  /\ Faults \subseteq FrontFaults /\ BackFaults \subseteq DishonestFaults

VARIABLES
  contents,   \* shared: page -> the frame last written there; the back writes, the front and
              \* whoever holds the page read
  pool,       \* front: the free pages, next one first
  poster,     \* front: "idle" or "granted"
  posting,    \* front: the page the poster is working on, or NoPage
  done,       \* front: the page whose response was consumed, and the status in it
  delivered,  \* front: what the application was given just now: what the status
              \* promised, and what was there; or NotDelivered
  held,       \* application: page -> what was in it when it was delivered, or NotHeld
  taken       \* back: the requests taken and not answered, oldest first, with the page that
              \* was mapped and the frame that was written

rxVars  == <<contents, pool, poster, posting, done, delivered, held>>
vars    == <<ringVars, frontVars, idVars, grantVars, rxVars, taken>>

NoFrame      == "-"
NotHeld      == "."
Status       == Frame \union {"ERROR"}
NotDone      == [page |-> NoPage, status |-> "ERROR"]
NotDelivered == [size |-> NoFrame, got |-> NoFrame]

Request(id, gref)    == [kind |-> "request", id |-> id, gref |-> gref]
Response(id, status) == [kind |-> "response", id |-> id, status |-> status]

Requests  == [kind: {"request"}, id: Id, gref: Gref]
Responses == [kind: {"response"}, id: Id, status: Status]

-----------------------------------------------------------------------------
(* The poster. *)

CanPost == HasFreeSlot(Faults) /\ pool # <<>>

(* gnttab_grant_foreign_access_ref: a free page, writable by the backend. *)
RxGrantAccess(gref) ==
  /\ ~broken
  /\ Refill = "any_time" \/ poller = "refilling"
  /\ poster = "idle" /\ ~CheckIsDue
  /\ CanPost
  /\ ~IsGranted(gref)
  /\ GrantAccess(gref, Head(pool))
  /\ poster' = "granted"
  /\ posting' = Head(pool)
  /\ pool' = Tail(pool)
  /\ UNCHANGED <<ringVars, frontVars, idVars, contents, done, delivered, held, taken>>

(* The request is written into its slot, under the id that the scheme gives. *)
RxPost ==
  LET gref == GrantOf(posting)
      slot == SlotOf(req_prod_pvt)
      id   == ChosenId(posting, gref, slot)
  IN /\ ~broken
     /\ poster = "granted"
     /\ IdAvailable
     /\ WriteRequest(Request(id, gref))
     /\ Register(id, posting)
     /\ poster' = "idle"
     /\ posting' = NoPage
     /\ UNCHANGED <<frontVars, grantVars, contents, pool, done, delivered, held, taken>>

(* Everything written so far is published. *)
RxPushRequests ==
  /\ ~broken
  /\ poster = "idle"
  /\ PushRequests
  /\ UNCHANGED <<frontVars, idVars, grantVars, rxVars, taken>>

(* The backend is notified if it asked to be. *)
RxCheckNotify ==
  /\ ~broken
  /\ poster = "idle"
  /\ CheckNotifyBack
  /\ UNCHANGED <<frontVars, idVars, grantVars, rxVars, taken>>

(* Where the front is one loop: it can post no more now, and all is published. *)
RxEndRefill ==
  /\ ~broken
  /\ poller = "refilling"
  /\ poster = "idle" /\ ~CanPost
  /\ AllPublished
  /\ poller' = IF Refill = "refill_then_poll" THEN "polling" ELSE "asleep"
  /\ UNCHANGED <<ringVars, rspSeen, broken, idVars, grantVars, rxVars, taken>>

-----------------------------------------------------------------------------
(* The poller. *)

(* An event arrived: look at the ring. *)
RxTakeEvent ==
  /\ TakeEvent(IF Refill = "refill_then_poll" THEN "refilling" ELSE "polling")
  /\ UNCHANGED <<idVars, grantVars, rxVars, taken>>

(* All responses seen so far are consumed: are there more? *)
RxReadRspProd ==
  /\ ReadRspProd(Faults)
  /\ delivered' = NotDelivered
  /\ UNCHANGED <<idVars, grantVars, contents, pool, poster, posting, done, held, taken>>

(* One response is read, and believed to be for the request that has its id
   (or, by slot, for the request that was in its slot). *)
RxConsumeResponse ==
  LET slot     == SlotOf(rsp_cons)
      response == ring[slot]
      key      == KeyOf(response.id, slot)
      idIsOk   == IsEchoed(response.id, slot) \/ "slot_id_unchecked" \in Faults
  IN /\ MayConsume
     /\ response.kind = "response"
     /\ IF idIsOk /\ IsInFlight(key)
        THEN /\ ConsumeResponse
             /\ Unregister(key)
             /\ done' = [page |-> AnsweredBlock(key), status |-> response.status]
             /\ poller' = "releasing"
             /\ UNCHANGED broken
        ELSE /\ broken' = TRUE
             /\ UNCHANGED <<ringVars, idVars, done, poller>>
     /\ delivered' = NotDelivered
     /\ UNCHANGED <<grantVars, contents, pool, poster, posting, rspSeen, held, taken>>

(* The pool with this page in it again. *)
Freed(page) == IF "double_free" \in Faults THEN <<page, page>> \o pool ELSE <<page>> \o pool

(* The page's grant ends.  If the status is ERROR the page goes back to the pool;
   otherwise it has a frame in it.  If the backend still has the page mapped the front
   gives up, and the page is never used again. *)
RxRelease ==
  LET gref    == GrantOf(done.page)
      mayEnd  == CanEnd(gref) \/ "end_access_unchecked" \in Faults
      isError == done.status = "ERROR" /\ "status_unsigned" \notin Faults
  IN /\ ~broken
     /\ poller = "releasing"
     /\ CASE ~mayEnd ->
               /\ broken' = TRUE
               /\ UNCHANGED <<grantVars, contents, pool, done, poller>>
          [] mayEnd /\ isError ->
               /\ EndAccess(gref)
               /\ done' = NotDone /\ poller' = "polling"
               /\ pool' = IF "leak_on_error" \in Faults THEN pool ELSE Freed(done.page)
               /\ contents' = [contents EXCEPT ![done.page] = NoFrame]
               /\ UNCHANGED broken
          [] OTHER ->
               /\ EndAccess(gref)
               /\ poller' = "delivering"
               /\ UNCHANGED <<contents, pool, done, broken>>
     /\ UNCHANGED <<ringVars, idVars, poster, posting, rspSeen, delivered, held, taken>>

(* The application is given as many octets as the status says.  It gets a copy, and the
   page is free at once; or it gets the page itself. *)
RxDeliver ==
  /\ ~broken
  /\ poller = "delivering"
  /\ poller' = "polling"
  /\ done' = NotDone
  /\ delivered' = [size |-> done.status, got |-> contents[done.page]]
  /\ IF CopyOut
     THEN /\ pool' = Freed(done.page)
          /\ contents' = [contents EXCEPT ![done.page] = NoFrame]
          /\ UNCHANGED held
     ELSE /\ held' = [held EXCEPT ![done.page] = contents[done.page]]
          /\ UNCHANGED <<contents, pool>>
  /\ UNCHANGED <<ringVars, idVars, grantVars, poster, posting, rspSeen, broken, taken>>

(* Nothing more to consume: ask to be notified of the next response. *)
RxArm ==
  /\ Arm
  /\ delivered' = NotDelivered
  /\ UNCHANGED <<idVars, grantVars, contents, pool, poster, posting, done, held, taken>>

(* Where the poller goes when there is nothing to poll for. *)
AtRest == IF Refill = "poll_then_refill" THEN "refilling" ELSE "asleep"

(* The final check: rest only if no response has come meanwhile. *)
RxFinalCheck ==
  /\ FinalCheck(AtRest, Faults)
  /\ UNCHANGED <<idVars, grantVars, rxVars, taken>>

-----------------------------------------------------------------------------
(* The application. *)

(* It has read the page, and returns it. *)
AppReturn(page) ==
  /\ held[page] # NotHeld
  /\ held' = [held EXCEPT ![page] = NotHeld]
  /\ pool' = Freed(page)
  /\ contents' = [contents EXCEPT ![page] = NoFrame]
  /\ UNCHANGED <<ringVars, frontVars, idVars, grantVars, poster, posting, done, delivered, taken>>

-----------------------------------------------------------------------------
(* The backend. *)

frontOnly == <<frontVars, idVars, pool, poster, posting, done, delivered, held>>

(* The oldest published request is copied off the ring, and its page mapped. *)
BackTakeRequest ==
  LET request == ring[SlotOf(req_cons)]
  IN /\ request.kind = "request"
     /\ TakeOneRequest(CoarseBack)
     /\ taken' = Append(taken, [id |-> request.id, gref |-> request.gref,
                                page |-> granted[request.gref], wrote |-> NoFrame])
     /\ Map(request.gref)
     /\ UNCHANGED <<contents, frontOnly>>

(* Responses are written in the order of the requests. *)
IsNext(k) == k \in DOMAIN taken /\ (k = 1 \/ "out_of_order" \in BackFaults)

(* A frame is written into the page of the k-th request taken, through its
   mapping: the grant table is not asked again. *)
BackWriteFrame(k, frame) ==
  /\ IsNext(k)
  /\ taken[k].wrote = NoFrame
  /\ taken[k].page # NoPage
  /\ contents' = [contents EXCEPT ![taken[k].page] = frame]
  /\ taken' = [taken EXCEPT ![k].wrote = frame]
  /\ UNCHANGED <<ringVars, grantVars, frontOnly>>

Without(k) == SubSeq(taken, 1, k - 1) \o SubSeq(taken, k + 1, Len(taken))

(* The k-th request taken is answered, with the length of the frame that was
   written or with ERROR, and its page unmapped. *)
BackRespond(k, status) ==
  /\ IsNext(k)
  /\ status \in {taken[k].wrote, "ERROR"}
  /\ Respond(Response(taken[k].id, status), CoarseBack)
  /\ taken' = Without(k)
  /\ IF "late_unmap" \in BackFaults \/ taken[k].page = NoPage
     THEN UNCHANGED grantVars
     ELSE Unmap(taken[k].gref)
  /\ UNCHANGED <<contents, frontOnly>>

(* All responses written so far are published. *)
BackPushResponses ==
  /\ PushResponses
  /\ UNCHANGED <<contents, frontOnly, grantVars, taken>>

(* The frontend is notified if it asked to be. *)
BackCheckNotify ==
  /\ CheckNotifyFront
  /\ UNCHANGED <<contents, frontOnly, grantVars, taken>>

(* The backend asks to be notified of the next request. *)
BackArm ==
  /\ ~CoarseBack
  /\ ArmReqEvent
  /\ UNCHANGED <<contents, frontOnly, grantVars, taken>>

(* The backend takes the event that waits for it. *)
BackWake ==
  /\ ~CoarseBack
  /\ BackTakeEvent
  /\ UNCHANGED <<contents, frontOnly, grantVars, taken>>

(* rsp_prod is stored one past req_prod. *)
BackOverrun ==
  /\ "overrun" \in BackFaults
  /\ OverrunRspProd
  /\ UNCHANGED <<contents, frontOnly, grantVars, taken>>

(* A page is unmapped some time after all its requests were answered. *)
BackUnmap(gref) ==
  /\ "late_unmap" \in BackFaults
  /\ mapped[gref] > Cardinality({k \in DOMAIN taken : taken[k].gref = gref})
  /\ Unmap(gref)
  /\ UNCHANGED <<ringVars, contents, frontOnly, taken>>

-----------------------------------------------------------------------------
(* A front that is one loop begins with posting: before that there is nothing to poll. *)
Init ==
  /\ RingInit
  /\ FrontInit(IF Refill = "any_time" THEN "asleep" ELSE "refilling")
  /\ IdInit
  /\ granted = [g \in Gref |-> NoPage]
  /\ mapped = [g \in Gref |-> 0]
  /\ contents = [p \in Page |-> NoFrame]
  /\ pool = [i \in 1..Cardinality(Page) |-> i - 1]
  /\ poster = "idle" /\ posting = NoPage
  /\ done = NotDone
  /\ delivered = NotDelivered
  /\ held = [p \in Page |-> NotHeld]
  /\ taken = <<>>

Poster ==
  \/ \E gref \in Gref : RxGrantAccess(gref)
  \/ RxPost
  \/ RxPushRequests
  \/ RxCheckNotify
  \/ RxEndRefill

Poller ==
  \/ RxTakeEvent
  \/ RxReadRspProd
  \/ RxConsumeResponse
  \/ RxRelease
  \/ RxDeliver
  \/ RxArm
  \/ RxFinalCheck

Front == Poster \/ Poller

App == \E page \in Page : AppReturn(page)

Back ==
  \/ BackTakeRequest
  \/ \E k \in 1..N, frame \in Frame : BackWriteFrame(k, frame)
  \/ \E k \in 1..N, status \in Status : BackRespond(k, status)
  \/ BackPushResponses
  \/ BackCheckNotify
  \/ BackArm
  \/ BackWake

Dishonest ==
  \/ BackOverrun
  \/ \E gref \in Gref : BackUnmap(gref)

Next == Front \/ App \/ Back \/ Dishonest

Spec == Init /\ [][Next]_vars

(* What we promise: each hand of the front goes on.  What we need for that: a backend
   that never runs out of frames.  Nothing is assumed of the application. *)
Fairness == WF_vars(Poster) /\ WF_vars(Poller) /\ WF_vars(Back)

FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* Properties.  P4, P7, P8 and P9 are stated in the modules whose variables they are
   about.  P1, P3, P5 and P6 say of pages what NetfrontTx says of blocks. *)

TypeOK ==
  /\ RingTypeOK(Requests \union Responses)
  /\ FrontTypeOK({"asleep", "polling", "releasing", "delivering", "armed", "refilling"})
  /\ IdTypeOK(Page)
  /\ GrantTypeOK
  /\ contents \in [Page -> Frame \union {NoFrame}]
  /\ pool \in Seq(Page)
  /\ poster \in {"idle", "granted"}
  /\ posting \in Page \union {NoPage}
  /\ (posting = NoPage) <=> (poster = "idle")
  /\ poller = "refilling" => Refill # "any_time"
  /\ done \in [page: Page \union {NoPage}, status: Status]
  /\ (done.page # NoPage) <=> (poller \in {"releasing", "delivering"})
  /\ delivered \in [size: Status \union {NoFrame}, got: Frame \union {NoFrame}]
  /\ held \in [Page -> Frame \union {NoFrame, NotHeld}]
  /\ CopyOut => \A p \in Page : held[p] = NotHeld
  /\ taken \in Seq([id: Id, gref: Gref, page: Page \union {NoPage}, wrote: Frame \union {NoFrame}])

(* The ids of the requests that the backend has still to answer: those on the ring,
   published or not, and those that it has taken. *)
Untaken    == SlotsBetween(req_cons, req_prod_pvt)
Unanswered == [i \in DOMAIN Untaken |-> Untaken[i].id] \o [k \in DOMAIN taken |-> taken[k].id]

(* P1.  No two requests that are still to be answered carry the same id. *)
UniqueOutstandingId ==
  \A i, j \in DOMAIN Unanswered : Unanswered[i] = Unanswered[j] => i = j

(* P3.  The page of a request that the backend has taken and not answered is not free, and
   nobody reads it. *)
NoReuseBeforeResponse ==
  \A k \in DOMAIN taken :
    LET p == taken[k].page
    IN p # NoPage => held[p] = NotHeld /\ \A i \in DOMAIN pool : pool[i] # p

(* How many owners a page has: the pool, the poster, a request, a response, the
   application. *)
Owners(page) ==
  TimesIn(page, pool) + TimesInFlight(page)
    + (IF posting = page THEN 1 ELSE 0) + (IF done.page = page THEN 1 ELSE 0)
    + (IF held[page] # NotHeld THEN 1 ELSE 0)

(* P5.  No page has two owners. *)
LinearOwnership == \A p \in Page : Owners(p) <= 1

(* P6.  No page is lost.  A front that has given up on its backend is excepted: it keeps
   the pages that the backend may still write. *)
Conservation == broken \/ \A p \in Page : Owners(p) >= 1

(* P8, here. *)
RxResponseBound == FrontResponseBound

(* P10.  What is delivered is the frame that the response promised.  MSA00 broke this, and
   1.5.0 broke it again: its copy is of the wrong page. *)
DeliveredIntact == delivered.got = delivered.size

(* P11.  A page that the application holds does not change.  MSA00 broke this. *)
NoMutationAfterDelivery == \A p \in Page : held[p] # NotHeld => contents[p] = held[p]

(* P12.  An error is not a length. *)
ErrorNeverDelivered == delivered.size # "ERROR"

(* P16, here. *)
NoLostWakeUp == FrontNoLostWakeUp

(* P27.  Seen from outside, the receive half is a PacketChannel.  A frame is inside from
   the time that the backend writes it until the application is given it.  It is shown
   from then until the application returns the page; a copy is shown until the front's
   next step.  The statuses tell what is inside, and the pages what is shown. *)
Answers == SlotsBetween(rsp_cons, rsp_prod_pvt)
Inside == [f \in Frame \union {NoFrame} |->
  Cardinality({k \in DOMAIN taken : taken[k].wrote = f /\ f # NoFrame})
    + Cardinality({i \in DOMAIN Answers : Answers[i].status = f})
    + (IF done.page # NoPage /\ done.status = f THEN 1 ELSE 0)]
Outside == [f \in Frame \union {NoFrame} |->
  IF CopyOut
  THEN IF delivered # NotDelivered /\ delivered.got = f THEN 1 ELSE 0
  ELSE Cardinality({p \in Page : held[p] # NotHeld /\ contents[p] = f})]
Channel == INSTANCE PacketChannel WITH
  Frame <- Frame \union {NoFrame}, inside <- Inside, outside <- Outside
RxRefinesChannel == Channel!Spec

(* The response for this page is on the ring. *)
IsAnswered(page) ==
  \E s \in DOMAIN ring :
    /\ ring[s].kind = "response"
    /\ TimesIn(page, inFlight[KeyOf(ring[s].id, s)]) > 0

IsFree(page) == TimesIn(page, pool) > 0

(* P13.  A page that is answered goes to the pool or to the application, in the end.
   That it stays posted until then is P6. *)
AnsweredComesBack ==
  \A p \in Page : IsAnswered(p) ~> (IsFree(p) \/ held[p] # NotHeld)

(* There is a request for the backend to answer. *)
HasPosted == req_prod # rsp_prod

(* P14.  The receive ring does not starve while pages are free: there is a request for
   the backend to answer, or there will be.  Where the application is given copies it
   never has a page, so this must hold at any time. *)
RxNeverStarves == (CopyOut \/ pool # <<>>) ~> HasPosted

(* P15.  The page of a request that was answered with ERROR becomes free. *)
ErrorFreesPage ==
  \A p \in Page : (done.page = p /\ done.status = "ERROR") ~> IsFree(p)
=============================================================================
