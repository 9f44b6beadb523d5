----------------------------- MODULE NetfrontTx -----------------------------
(***************************************************************************)
(* The transmit half of netfront.  Frames of the guest go into blocks of   *)
(* granted pages, requests for them go onto the ring, and the backend's    *)
(* responses give the blocks back.                                         *)
(*                                                                         *)
(*   application   front                      ring    back                 *)
(*     frame ----> TxFill (block)                                          *)
(*                 TxGrantAccess (gref) *                                  *)
(*                 TxEnqueue (id) ----------> slot                         *)
(*                 TxPushRequests ----------> req_prod                     *)
(*                 TxCheckNotify  ~~ event ~> . . . . BackTakeRequest      *)
(*                                                    BackReadBlock        *)
(*                                            slot <- BackRespond          *)
(*                                        rsp_prod <- BackPushResponses    *)
(*                 TxTakeEvent   <~ event ~~~ . . . . BackCheckNotify      *)
(*                 TxReadRspProd                                           *)
(*                 TxConsumeResponse                                       *)
(*     done <----- TxRelease (block)                                       *)
(*                 TxArm, TxFinalCheck: sleep, or poll again               *)
(*                                                                         *)
(*   * only where a page is granted for one request (GrantPerRequest)      *)
(*                                                                         *)
(* The front has two hands: one sends (variable sender), one polls         *)
(* (variable poller, of RingFront).  Their steps interleave.  An           *)
(* implementation with one thread interleaves them less, and its steps are *)
(* steps of this specification too.                                        *)
(*                                                                         *)
(* What a block holds is modelled, as the name of the frame last written   *)
(* there.  Frames of different names go to different recipients and have   *)
(* different lengths.  So the size in a request tells which frame it       *)
(* promises: the model writes the frame's name where the slot has its      *)
(* length.  What the backend reads (got) is compared with that.            *)
(*                                                                         *)
(* The backend is honest.  It takes requests in order, reads each block at *)
(* any time before it answers, and answers each request once, in order or  *)
(* out of it (Linux's does both).  It may look at the ring without having  *)
(* been notified, and it may ask to be notified at any time.  BackFaults   *)
(* are the exceptions, for the models that need a dishonest backend.       *)
(*                                                                         *)
(* Left out, and why that is harmless: packets of several slots and their  *)
(* flags (one request is one frame here; see TxPackets); lengths and       *)
(* offsets within a block (nothing branches on them); the backend's own    *)
(* sleep (it may look at any time, which is more than sleeping allows);    *)
(* closing.                                                                *)
(***************************************************************************)
EXTENDS RingFront, RequestIds, GrantTable

CONSTANTS
  Block,            \* the buffers of the transmit pool, as numbers from 0
  BlocksPerPage,    \* 2: half-page blocks.  1: a page each
  GrantPerRequest,  \* TRUE: a page is granted for one request and taken back after it.
                    \* FALSE: pages are granted once, for life (gref = page number)
  PoolOrder,        \* "lifo": the block freed last is used next.  "fifo": the one freed first
  Frame,            \* the frames that there are, as strings
  OutOfOrder,       \* may the backend answer out of order?
  CoarseBack,       \* TRUE: the backend writes, publishes and checks in one step, takes its
                    \* event with a request, and arms with the last one.  Enough where
                    \* the question is about the front.  FALSE: each is a step
  Faults,           \* what the frontend does wrong; see FrontFaults
  BackFaults        \* what the backend does wrong; see DishonestFaults

FrontFaults == RingFaults \union {
  "early_free",             \* frees a block when its request is written
  "double_free",            \* frees a block twice
  "leak_on_error",          \* does not free the block of a request answered with ERROR
  "end_access_unchecked"}   \* takes a page back without asking whether it is mapped

DishonestFaults == {
  "repeat",                 \* answers a request a second time
  "overrun",                \* publishes a response more than there are requests
  "late_unmap"}             \* answers first and unmaps the page some time later

ASSUME NetfrontTxConstants ==
  /\ Block = 0..(Cardinality(Block) - 1)
  /\ BlocksPerPage \in 1..2
  /\ GrantPerRequest => BlocksPerPage = 1
  /\ GrantPerRequest \/ Gref = Page
  /\ PoolOrder \in {"lifo", "fifo"}
  /\ Faults \subseteq FrontFaults /\ BackFaults \subseteq DishonestFaults
  /\ IdScheme = "gref_per_request" => GrantPerRequest
  /\ IdScheme = "gref_per_page" => ~GrantPerRequest

VARIABLES
  contents,   \* shared: block -> the frame last written there; the front writes, the back reads
  pool,       \* front: the free blocks, next one first
  sender,     \* front: "idle", "filled" or "granted"
  filling,    \* front: the block the sender is working on, or NoBlock
  done,       \* front: the block whose response was consumed, and the status in it
  taken       \* back: the requests taken and not answered, oldest first, and what was read

txVars  == <<contents, pool, sender, filling, done>>
vars    == <<ringVars, frontVars, idVars, grantVars, txVars, taken>>

NoBlock == -1
NoFrame == "-"
Unread  == "?"
Status  == {"OKAY", "ERROR"}
NotDone == [block |-> NoBlock, status |-> "OKAY"]

PageOf(block)   == block \div BlocksPerPage
OffsetOf(block) == block % BlocksPerPage
BlockAt(page, offset) == page * BlocksPerPage + offset

(* The reference that grants this block's page now.  A page that is granted for life has
   one of the same number. *)
GrefOf(block) == IF GrantPerRequest THEN GrantOf(PageOf(block)) ELSE PageOf(block)

Request(id, block, gref) ==
  [kind |-> "request", id |-> id, gref |-> gref, offset |-> OffsetOf(block),
   size |-> contents[block]]
Response(id, status) == [kind |-> "response", id |-> id, status |-> status]

Requests  == [kind: {"request"}, id: Id, gref: Gref, offset: 0..(BlocksPerPage - 1), size: Frame]
Responses == [kind: {"response"}, id: Id, status: Status]

-----------------------------------------------------------------------------
(* The sender. *)

(* The frontend has room on the ring and a block, and copies the application's
   frame into the block.  Otherwise the application waits. *)
TxFill(frame) ==
  /\ ~broken
  /\ sender = "idle" /\ ~CheckIsDue
  /\ HasFreeSlot(Faults)
  /\ pool # <<>>
  /\ sender' = "filled"
  /\ filling' = Head(pool)
  /\ pool' = Tail(pool)
  /\ contents' = [contents EXCEPT ![Head(pool)] = frame]
  /\ UNCHANGED <<ringVars, frontVars, idVars, grantVars, done, taken>>

(* gnttab_grant_foreign_access_ref: the page is granted for this request. *)
TxGrantAccess(gref) ==
  /\ ~broken
  /\ GrantPerRequest
  /\ sender = "filled"
  /\ ~IsGranted(gref)
  /\ GrantAccess(gref, PageOf(filling))
  /\ sender' = "granted"
  /\ UNCHANGED <<ringVars, frontVars, idVars, contents, pool, filling, done, taken>>

(* The request is written into its slot, under the id that the scheme gives. *)
TxEnqueue ==
  LET gref == GrefOf(filling)
      slot == SlotOf(req_prod_pvt)
      id   == ChosenId(filling, gref, slot)
  IN /\ ~broken
     /\ sender = IF GrantPerRequest THEN "granted" ELSE "filled"
     /\ IdAvailable
     /\ WriteRequest(Request(id, filling, gref))
     /\ Register(id, filling)
     /\ pool' = IF "early_free" \in Faults THEN <<filling>> \o pool ELSE pool
     /\ sender' = "idle"
     /\ filling' = NoBlock
     /\ UNCHANGED <<frontVars, grantVars, contents, done, taken>>

(* Everything written so far is published. *)
TxPushRequests ==
  /\ ~broken
  /\ sender = "idle"
  /\ PushRequests
  /\ UNCHANGED <<frontVars, idVars, grantVars, txVars, taken>>

(* The backend is notified if it asked to be. *)
TxCheckNotify ==
  /\ ~broken
  /\ sender = "idle"
  /\ CheckNotifyBack
  /\ UNCHANGED <<frontVars, idVars, grantVars, txVars, taken>>

-----------------------------------------------------------------------------
(* The poller. *)

(* An event arrived: look at the ring. *)
TxTakeEvent ==
  /\ TakeEvent("polling")
  /\ UNCHANGED <<idVars, grantVars, txVars, taken>>

(* All responses seen so far are consumed: are there more? *)
TxReadRspProd ==
  /\ ReadRspProd(Faults)
  /\ UNCHANGED <<idVars, grantVars, txVars, taken>>

(* One response is read, and believed to be for the request that has its id
   (or, by slot, for the request that was in its slot). *)
TxConsumeResponse ==
  LET response == ring[SlotOf(rsp_cons)]
      key      == KeyOf(response.id, SlotOf(rsp_cons))
  IN /\ MayConsume
     /\ response.kind = "response"
     /\ CASE IsInFlight(key) ->
               /\ ConsumeResponse
               /\ Unregister(key)
               /\ done' = [block |-> AnsweredBlock(key), status |-> response.status]
               /\ poller' = "releasing"
               /\ UNCHANGED broken
          [] ~IsInFlight(key) /\ IdScheme = "free_list_unchecked" ->
               /\ ConsumeResponse
               /\ UnregisterUnchecked(key)
               /\ UNCHANGED <<done, poller, broken>>
          [] OTHER ->
               /\ broken' = TRUE
               /\ UNCHANGED <<ringVars, idVars, done, poller>>
     /\ UNCHANGED <<grantVars, contents, pool, sender, filling, rspSeen, taken>>

(* The pool with this block in it again. *)
Freed(block) ==
  CASE "early_free" \in Faults -> pool
    [] "double_free" \in Faults -> <<block, block>> \o pool
    [] "leak_on_error" \in Faults /\ done.status = "ERROR" -> pool
    [] PoolOrder = "lifo" -> <<block>> \o pool
    [] OTHER -> Append(pool, block)

(* The block is free again, and the application learns the status of its frame.  A page
   that was granted for this request is taken back first.  If the backend still has it
   mapped the front gives up, and the page is never used again. *)
TxRelease ==
  LET gref   == GrefOf(done.block)
      mayEnd == CanEnd(gref) \/ "end_access_unchecked" \in Faults
  IN /\ ~broken
     /\ poller = "releasing"
     /\ IF GrantPerRequest /\ ~mayEnd
        THEN broken' = TRUE /\ UNCHANGED <<grantVars, pool, done, poller>>
        ELSE /\ pool' = Freed(done.block)
             /\ done' = NotDone
             /\ poller' = "polling"
             /\ UNCHANGED broken
             /\ IF GrantPerRequest THEN EndAccess(gref) ELSE UNCHANGED grantVars
     /\ UNCHANGED <<ringVars, idVars, contents, sender, filling, rspSeen, taken>>

(* Nothing more to consume: ask to be notified of the next response. *)
TxArm ==
  /\ Arm
  /\ UNCHANGED <<idVars, grantVars, txVars, taken>>

(* The final check: sleep only if no response has come meanwhile. *)
TxFinalCheck ==
  /\ FinalCheck("asleep", Faults)
  /\ UNCHANGED <<idVars, grantVars, txVars, taken>>

-----------------------------------------------------------------------------
(* The backend. *)

frontOnly == <<frontVars, idVars, txVars>>

(* The oldest published request is copied off the ring, and its page mapped. *)
BackTakeRequest ==
  LET request == ring[SlotOf(req_cons)]
  IN /\ request.kind = "request"
     /\ TakeOneRequest(CoarseBack)
     /\ taken' = Append(taken, [id |-> request.id, gref |-> request.gref, offset |-> request.offset,
                                size |-> request.size, got |-> Unread])
     /\ Map(request.gref)
     /\ UNCHANGED frontOnly

(* The block of the k-th request taken is read.  A page that is not granted
   cannot be. *)
BackReadBlock(k) ==
  /\ k \in DOMAIN taken
  /\ taken[k].got = Unread
  /\ IsGranted(taken[k].gref)
  /\ taken' = [taken EXCEPT ![k].got = contents[BlockAt(granted[taken[k].gref], taken[k].offset)]]
  /\ UNCHANGED <<ringVars, grantVars, frontOnly>>

Without(k) == SubSeq(taken, 1, k - 1) \o SubSeq(taken, k + 1, Len(taken))

(* The k-th request taken is answered, and its page unmapped. *)
BackRespond(k, status) ==
  /\ k \in DOMAIN taken
  /\ OutOfOrder \/ k = 1
  /\ status = "OKAY" => taken[k].got # Unread
  /\ Respond(Response(taken[k].id, status), CoarseBack)
  /\ taken' = Without(k)
  /\ IF "late_unmap" \in BackFaults THEN UNCHANGED grantVars ELSE Unmap(taken[k].gref)
  /\ UNCHANGED frontOnly

(* All responses written so far are published. *)
BackPushResponses ==
  /\ PushResponses
  /\ UNCHANGED <<frontOnly, grantVars, taken>>

(* The frontend is notified if it asked to be. *)
BackCheckNotify ==
  /\ CheckNotifyFront
  /\ UNCHANGED <<frontOnly, grantVars, taken>>

(* The backend asks to be notified of the next request. *)
BackArm ==
  /\ ~CoarseBack
  /\ ArmReqEvent
  /\ UNCHANGED <<frontOnly, grantVars, taken>>

(* The backend takes the event that waits for it. *)
BackWake ==
  /\ ~CoarseBack
  /\ BackTakeEvent
  /\ UNCHANGED <<frontOnly, grantVars, taken>>

(* The k-th request taken is answered, and stays, so that it can be answered again.  The
   j-th is forgotten in its place, and never answered. *)
BackRepeatResponse(k, j) ==
  /\ "repeat" \in BackFaults
  /\ {k, j} \subseteq DOMAIN taken /\ k # j
  /\ Respond(Response(taken[k].id, "OKAY"), CoarseBack)
  /\ taken' = Without(j)
  /\ Unmap(taken[j].gref)
  /\ UNCHANGED frontOnly

(* rsp_prod is stored one past req_prod. *)
BackOverrun ==
  /\ "overrun" \in BackFaults
  /\ OverrunRspProd
  /\ UNCHANGED <<frontOnly, grantVars, taken>>

(* A page is unmapped some time after all its requests were answered. *)
BackUnmap(gref) ==
  /\ "late_unmap" \in BackFaults
  /\ mapped[gref] > Cardinality({k \in DOMAIN taken : taken[k].gref = gref})
  /\ Unmap(gref)
  /\ UNCHANGED <<ringVars, frontOnly, taken>>

-----------------------------------------------------------------------------
Init ==
  /\ RingInit
  /\ FrontInit("asleep")
  /\ IdInit
  /\ granted = [g \in Gref |-> IF GrantPerRequest THEN NoPage ELSE g]
  /\ mapped = [g \in Gref |-> 0]
  /\ contents = [b \in Block |-> NoFrame]
  /\ pool = [i \in 1..Cardinality(Block) |-> i - 1]
  /\ sender = "idle" /\ filling = NoBlock
  /\ done = NotDone
  /\ taken = <<>>

Front ==
  \/ \E frame \in Frame : TxFill(frame)
  \/ \E gref \in Gref : TxGrantAccess(gref)
  \/ TxEnqueue
  \/ TxPushRequests
  \/ TxCheckNotify
  \/ TxTakeEvent
  \/ TxReadRspProd
  \/ TxConsumeResponse
  \/ TxRelease
  \/ TxArm
  \/ TxFinalCheck

Back ==
  \/ BackTakeRequest
  \/ \E k \in 1..N : BackReadBlock(k)
  \/ \E k \in 1..N, status \in Status : BackRespond(k, status)
  \/ BackPushResponses
  \/ BackCheckNotify
  \/ BackArm
  \/ BackWake

Dishonest ==
  \/ \E k, j \in 1..N : BackRepeatResponse(k, j)
  \/ BackOverrun
  \/ \E gref \in Gref : BackUnmap(gref)

Next == Front \/ Back \/ Dishonest

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* Properties.  P4, P7, P8 and P9 are stated in the modules whose variables they are
   about.  spec/README.md names for each property the model that breaks it. *)

TypeOK ==
  /\ RingTypeOK(Requests \union Responses)
  /\ FrontTypeOK({"asleep", "polling", "releasing", "armed"})
  /\ IdTypeOK(Block)
  /\ GrantTypeOK
  /\ contents \in [Block -> Frame \union {NoFrame}]
  /\ pool \in Seq(Block)
  /\ sender \in {"idle", "filled", "granted"}
  /\ filling \in Block \union {NoBlock}
  /\ (filling = NoBlock) <=> (sender = "idle")
  /\ done \in [block: Block \union {NoBlock}, status: Status]
  /\ (done.block # NoBlock) <=> (poller = "releasing")
  /\ taken \in Seq([id: Id, gref: Gref, offset: 0..(BlocksPerPage - 1), size: Frame,
                    got: Frame \union {NoFrame, Unread}])

(* The requests that the backend has still to answer: those on the ring, and those that
   it has taken.  Requests that are not published count too: an id that collides then
   still does when it is published. *)
Untaken    == SlotsBetween(req_cons, req_prod_pvt)
Unanswered == Untaken \o taken

(* P1.  No two requests that are still to be answered carry the same id, so that a
   response answers one request.  MSA00 broke this. *)
UniqueOutstandingId ==
  \A i, j \in DOMAIN Unanswered : Unanswered[i].id = Unanswered[j].id => i = j

(* P2.  What the backend reads from a block is the frame that the request
   promised.  MSA00 broke this: another recipient's data was sent. *)
BufferStable == \A k \in DOMAIN taken : taken[k].got \in {Unread, taken[k].size}

(* P3.  While a request is still to be answered, its block is neither free nor being
   filled again.  A request is answered when the backend has written its response.
   The block is found through the grant.  P4 covers a grant that has ended while the
   page is mapped. *)
NoReuseBeforeResponse ==
  \A i \in DOMAIN Unanswered :
    LET r == Unanswered[i]
        b == BlockAt(granted[r.gref], r.offset)
    IN IsGranted(r.gref) => b # filling /\ \A j \in DOMAIN pool : pool[j] # b

(* How many owners a block has: the pool, the sender, a request, a response. *)
Owners(block) ==
  TimesIn(block, pool) + TimesInFlight(block)
    + (IF filling = block THEN 1 ELSE 0) + (IF done.block = block THEN 1 ELSE 0)

(* P5.  No block has two owners. *)
LinearOwnership == \A b \in Block : Owners(b) <= 1

(* P6.  No block is lost.  A front that has given up on its backend keeps the blocks
   that the backend may still read. *)
Conservation == \A b \in Block : Owners(b) >= 1

(* P8, here. *)
TxResponseBound == FrontResponseBound

(* P27.  Seen from outside, the transmit half is a PacketChannel.  A frame is inside from
   its filling until the backend reads it, and shown from then until the backend answers.
   The requests tell what is inside, and what the backend read tells what is shown. *)
Inside == [f \in Frame \union {NoFrame} |->
  Cardinality({i \in DOMAIN Untaken : Untaken[i].size = f})
    + Cardinality({k \in DOMAIN taken : taken[k].got = Unread /\ taken[k].size = f})
    + (IF filling # NoBlock /\ contents[filling] = f THEN 1 ELSE 0)]
Outside == [f \in Frame \union {NoFrame} |-> Cardinality({k \in DOMAIN taken : taken[k].got = f})]
Channel == INSTANCE PacketChannel WITH
  Frame <- Frame \union {NoFrame}, inside <- Inside, outside <- Outside
TxRefinesChannel == Channel!Spec
=============================================================================
