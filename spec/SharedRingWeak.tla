--------------------------- MODULE SharedRingWeak ---------------------------
(***************************************************************************)
(* The shared ring on processors that do not do things in the order in     *)
(* which the program says them: which barrier of ring.h is for what.       *)
(*                                                                         *)
(* The protocol is that of SharedRing, both sides of it, with the sleep of *)
(* both: write, publish, check; poll, consume; arm, final check, sleep.    *)
(* New is what lies between a processor and the page.  A load or a store   *)
(* is first issued, in the order of the program, into the window of its    *)
(* processor.  It is performed later: then a store reaches memory, and a   *)
(* load has its value.                                                     *)
(*                                                                         *)
(*    program --issue--> | store ring[0] | wmb | store req_prod | --> page *)
(*                                  the front's window                     *)
(*                                                                         *)
(* The constant Memory says what in a window may overtake what:            *)
(*                                                                         *)
(*  "tso"   x86.  A load may be performed before a store that was issued   *)
(*          before it, and nothing else overtakes anything.  The stores    *)
(*          that wait are the store buffer of x86-TSO.                     *)
(*  "weak"  Arm.  Everything may overtake everything, unless both are of   *)
(*          the same word, or a barrier that keeps the two apart lies      *)
(*          between them.                                                  *)
(*                                                                         *)
(* In both a processor sees its own stores at once: a load of a word takes *)
(* the value of the newest store to it that waits in the window.  Both     *)
(* sides read and write one memory.  There is no moment at which a store   *)
(* is performed for one peer and not for the other, as there are only two. *)
(*                                                                         *)
(* A barrier keeps apart what its name says: wmb two stores, rmb two       *)
(* loads, mb any two.  A real one may do more (dmb ishld also keeps a load *)
(* and a later store apart, and Xen's own headers have one instruction for *)
(* all three on Arm).  The models ask what a driver may rely on.           *)
(*                                                                         *)
(* A store waits for every value that decides whether, where or what to    *)
(* store: a store is never a guess.  A load may be a guess.  So the slot   *)
(* is loaded together with the producer index that says whether there is   *)
(* anything in it, as a processor does that predicts the branch.  If there *)
(* was nothing, the value is thrown away.                                  *)
(*                                                                         *)
(* Left out, and why that is harmless:                                     *)
(*  - Compilers.  One that reorders or repeats loads and stores does the   *)
(*    same harm as the weak order, on x86 too.  The macros' barriers stop  *)
(*    it as well, and each of them stands for that here.                   *)
(*  - Guesses past more than one branch.  What they would load early is    *)
(*    loaded again after the next poll.                                    *)
(*  - The wrap.  Indices count from 0, and the front sends Requests frames *)
(*    and no more.  So no event index that was passed can match again, and *)
(*    an index tells which request it is.  SharedRing is about the wrap.   *)
(*  - Ids, grants and the pool.  A request is known by its index, and has  *)
(*    the block of the same number as its slot.                            *)
(*                                                                         *)
(* Assumed: sending an event and taking one are full barriers.  Xen sets   *)
(* and clears the pending bit with atomic operations, and a hypercall or   *)
(* an interrupt lies between.  With all barriers in place this is not      *)
(* needed (P46).                                                           *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  N,         \* nr_ents: slots in the ring
  Requests,  \* how many requests the front sends in all
  Memory,    \* "tso" or "weak": see above
  Barriers   \* which of AllBarriers are in place

(* Each barrier, its kind, and where it stands.  The consumers' rmb and the
   last one are not in ring.h's macros: those who use the macros add them. *)
AllBarriers == {
  "front_push_wmb",    \* RING_PUSH_REQUESTS: block and request, then req_prod
  "front_notify_mb",   \* RING_PUSH_REQUESTS_AND_CHECK_NOTIFY: req_prod, then req_event
  "front_consume_rmb", \* netfront: rsp_prod, then the response
  "front_final_mb",    \* RING_FINAL_CHECK_FOR_RESPONSES: rsp_event, then rsp_prod
  "back_push_wmb",     \* RING_PUSH_RESPONSES: response, then rsp_prod
  "back_notify_mb",    \* RING_PUSH_RESPONSES_AND_CHECK_NOTIFY: rsp_prod, then rsp_event
  "back_consume_rmb",  \* netback: req_prod, then the request
  "back_final_mb",     \* RING_FINAL_CHECK_FOR_REQUESTS: req_event, then req_prod
  "back_done_rwmb"}      \* netback: the block is read, then rsp_prod gives it back

ASSUME WeakConstants ==
  /\ N \in 1..256 /\ Requests \in Nat
  /\ Memory \in {"tso", "weak"}
  /\ Barriers \subseteq AllBarriers

VARIABLES
  req_prod, req_event, rsp_prod, rsp_event,  \* the four words in memory; see SharedRing
  ring,          \* the slots in memory
  contents,      \* block -> the frame in it, in memory: the number of the request it is for
  frontWindow,   \* front: issued and not performed, oldest first
  backWindow,    \* back: the same
  frontPc,       \* front: "ready", "notifying", "polling" or "armed"
  frontSleeps,   \* front: its poller sleeps until there is an event; it may send all the same
  backPc,        \* back: "ready", "notifying", "polling", "armed" or "asleep"
  req_prod_pvt, reqPublished, reqChecked, rsp_cons,  \* front: its indices
  rsp_prod_pvt, rspPublished, rspChecked, req_cons,  \* back: its indices
  frontWord,     \* front: the word that it has loaded and waits for, or NotLoaded
  frontSlot,     \* front: the slot that it has loaded, or UnloadedSlot
  backWord, backSlot,  \* back: the same
  backFrame,     \* back: the frame it read last, and the request it read it for
  frontPending, backPending  \* event channel: an event waits

memory     == <<req_prod, req_event, rsp_prod, rsp_event, ring, contents>>
frontState == <<frontPc, frontSleeps, req_prod_pvt, reqPublished, reqChecked, rsp_cons>>
backState  == <<backPc, rsp_prod_pvt, rspPublished, rspChecked, req_cons>>
front      == <<frontWindow, frontState, frontWord, frontSlot>>
back       == <<backWindow, backState, backWord, backSlot, backFrame>>
events     == <<frontPending, backPending>>
vars       == <<memory, front, back, events>>

-----------------------------------------------------------------------------
NotLoaded    == -1
UnloadedSlot == [kind |-> "unloaded"]
EmptySlot    == [kind |-> "empty"]
NoFrame      == -1

Request(i)  == [kind |-> "request", id |-> i]
Response(i) == [kind |-> "response", id |-> i]
SlotOf(i)   == i % N

(* The test of RING_PUSH_*_AND_CHECK_NOTIFY; without a wrap it is just this. *)
NotifyDue(event, old, new) == old < event /\ event <= new

-----------------------------------------------------------------------------
(* Windows.  An entry is a load, a store or a barrier; slot is the number of
   the slot or block, and 0 where the word is one of the four.  The value of a
   load is the request for which it is made, where that matters. *)

Entry(op, word, slot, value) == [op |-> op, word |-> word, slot |-> slot, value |-> value]
Load(word)                   == <<Entry("load", word, 0, 0)>>
LoadAt(word, slot, request)  == <<Entry("load", word, slot, request)>>
Store(word, value)           == <<Entry("store", word, 0, value)>>
StoreAt(word, slot, value)   == <<Entry("store", word, slot, value)>>

(* A barrier, if this model has it. *)
Barrier(name, kind) == IF name \in Barriers THEN <<Entry(kind, "", 0, 0)>> ELSE <<>>

SameWord(e, f) == e.word = f.word /\ e.slot = f.slot

(* Does a barrier of this kind keep an earlier e and a later f apart? *)
KeepsApart(kind, e, f) ==
  CASE kind = "mb"  -> TRUE
    [] kind = "wmb" -> e.op = "store" /\ f.op = "store"
    [] kind = "rmb" -> e.op = "load" /\ f.op = "load"
    [] kind = "rwmb" -> e.op = "load" /\ f.op = "store"
    [] OTHER        -> FALSE

(* Must entry k wait for entry j, which was issued before it? *)
MustWait(window, j, k) ==
  LET e == window[j]
      f == window[k]
      passes == e.op = "store" /\ f.op = "load"
  IN  /\ e.op \in {"load", "store"}
      /\ \/ Memory = "tso" /\ ~passes
         \/ SameWord(e, f) /\ ~passes
         \/ \E b \in (j + 1)..(k - 1) : KeepsApart(window[b].op, e, f)

MayPerform(window, k, op) ==
  /\ window[k].op = op
  /\ \A j \in 1..(k - 1) : ~MustWait(window, j, k)

(* A barrier with nothing before it has done its work. *)
RECURSIVE Tidy(_)
Tidy(window) ==
  IF window # <<>> /\ Head(window).op \notin {"load", "store"} THEN Tidy(Tail(window)) ELSE window

(* The window without entry k, and without the load of the slot, where that
   was a guess and there is nothing in it. *)
Without(window, k)   == Tidy(SubSeq(window, 1, k - 1) \o SubSeq(window, k + 1, Len(window)))
WithoutGuess(window) == SelectSeq(window, LAMBDA e : ~(e.op = "load" /\ e.word = "ring"))

(* The store that a load takes its value from, if one waits in its own window: 0 if none. *)
OwnStore(window, k) ==
  LET own == {j \in 1..(k - 1) : window[j].op = "store" /\ SameWord(window[j], window[k])}
  IN  IF own = {} THEN 0 ELSE CHOOSE j \in own : \A i \in own : i <= j

InMemory(word) ==
  CASE word = "req_prod"  -> req_prod
    [] word = "req_event" -> req_event
    [] word = "rsp_prod"  -> rsp_prod
    [] word = "rsp_event" -> rsp_event

(* A store reaches memory.  Of the slots the front writes requests only. *)
Reaches(e, slotValue) ==
  /\ req_prod'  = IF e.word = "req_prod"  THEN e.value ELSE req_prod
  /\ req_event' = IF e.word = "req_event" THEN e.value ELSE req_event
  /\ rsp_prod'  = IF e.word = "rsp_prod"  THEN e.value ELSE rsp_prod
  /\ rsp_event' = IF e.word = "rsp_event" THEN e.value ELSE rsp_event
  /\ ring'      = IF e.word = "ring"     THEN [ring EXCEPT ![e.slot] = slotValue] ELSE ring
  /\ contents'  = IF e.word = "contents" THEN [contents EXCEPT ![e.slot] = e.value] ELSE contents

-----------------------------------------------------------------------------
(* The front.  Its own steps first, then those of its processor. *)

(* A frame goes into the block, and a request for it into the slot. *)
FrontWriteRequest ==
  /\ frontPc = "ready"
  /\ req_prod_pvt < Requests
  /\ req_prod_pvt - rsp_cons < N
  /\ frontWindow' = frontWindow
       \o StoreAt("contents", SlotOf(req_prod_pvt), req_prod_pvt)
       \o StoreAt("ring", SlotOf(req_prod_pvt), req_prod_pvt)
  /\ req_prod_pvt' = req_prod_pvt + 1
  /\ UNCHANGED <<memory, frontPc, frontSleeps, reqPublished, reqChecked, rsp_cons, frontWord, frontSlot, back, events>>

(* RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, up to the value of req_event. *)
FrontPushRequests ==
  /\ frontPc = "ready"
  /\ reqPublished # req_prod_pvt
  /\ frontWindow' = Tidy(frontWindow
       \o Barrier("front_push_wmb", "wmb")
       \o Store("req_prod", req_prod_pvt)
       \o Barrier("front_notify_mb", "mb")
       \o Load("req_event"))
  /\ reqPublished' = req_prod_pvt
  /\ frontPc' = "notifying"
  /\ UNCHANGED <<memory, frontSleeps, req_prod_pvt, reqChecked, rsp_cons, frontWord, frontSlot, back, events>>

(* The rest of it: notify the back if it asked for one of these requests. *)
FrontCheckNotify ==
  /\ frontPc = "notifying" /\ frontWord # NotLoaded
  /\ LET due == NotifyDue(frontWord, reqChecked, reqPublished)
     IN  /\ due => frontWindow = <<>>
         /\ backPending' = (backPending \/ due)
  /\ reqChecked' = reqPublished
  /\ frontPc' = "ready" /\ frontWord' = NotLoaded
  /\ UNCHANGED <<memory, frontWindow, frontSleeps, req_prod_pvt, reqPublished, rsp_cons, frontSlot, back, frontPending>>

(* RING_HAS_UNCONSUMED_RESPONSES and RING_COPY_RESPONSE: rsp_prod, and the slot in case. *)
FrontPoll ==
  /\ frontPc = "ready" /\ ~frontSleeps
  /\ frontWindow' = Tidy(frontWindow
       \o Load("rsp_prod")
       \o Barrier("front_consume_rmb", "rmb")
       \o LoadAt("ring", SlotOf(rsp_cons), rsp_cons))
  /\ frontPc' = "polling"
  /\ UNCHANGED <<memory, frontSleeps, req_prod_pvt, reqPublished, reqChecked, rsp_cons, frontWord, frontSlot, back, events>>

(* There was a response, and it is here. *)
FrontHasResponse == frontPc = "polling" /\ frontWord \notin {NotLoaded, rsp_cons} /\ frontSlot # UnloadedSlot

FrontConsumeResponse ==
  /\ FrontHasResponse
  /\ rsp_cons' = rsp_cons + 1
  /\ frontPc' = "ready" /\ frontWord' = NotLoaded /\ frontSlot' = UnloadedSlot
  /\ UNCHANGED <<memory, frontWindow, frontSleeps, req_prod_pvt, reqPublished, reqChecked, back, events>>

(* There was none: RING_FINAL_CHECK_FOR_RESPONSES, up to the second value of rsp_prod. *)
FrontArm ==
  /\ frontPc = "polling" /\ frontWord = rsp_cons
  /\ frontWindow' = Tidy(WithoutGuess(frontWindow)
       \o Store("rsp_event", rsp_cons + 1)
       \o Barrier("front_final_mb", "mb")
       \o Load("rsp_prod"))
  /\ frontPc' = "armed" /\ frontWord' = NotLoaded /\ frontSlot' = UnloadedSlot
  /\ UNCHANGED <<memory, frontSleeps, req_prod_pvt, reqPublished, reqChecked, rsp_cons, back, events>>

(* The rest of it: poll again, or sleep. *)
FrontFinalCheck ==
  /\ frontPc = "armed" /\ frontWord # NotLoaded
  /\ frontSleeps' = (frontWord = rsp_cons)
  /\ frontPc' = "ready" /\ frontWord' = NotLoaded
  /\ UNCHANGED <<memory, frontWindow, req_prod_pvt, reqPublished, reqChecked, rsp_cons, frontSlot, back, events>>

(* An event wakes the poller. *)
FrontTakeEvent ==
  /\ frontPc = "ready" /\ frontPending /\ frontWindow = <<>>
  /\ frontPending' = FALSE /\ frontSleeps' = FALSE
  /\ UNCHANGED <<memory, frontWindow, frontPc, req_prod_pvt, reqPublished, reqChecked, rsp_cons, frontWord, frontSlot, back, backPending>>

(* A store of the front reaches memory. *)
FrontStoreArrives ==
  /\ \E k \in 1..Len(frontWindow) :
       /\ MayPerform(frontWindow, k, "store")
       /\ Reaches(frontWindow[k], Request(frontWindow[k].value))
       /\ frontWindow' = Without(frontWindow, k)
  /\ UNCHANGED <<frontState, frontWord, frontSlot, back, events>>

(* A load of the front has its value. *)
FrontLoadReturns ==
  /\ \E k \in 1..Len(frontWindow) :
       LET e == frontWindow[k]
           own == OwnStore(frontWindow, k)
       IN  /\ MayPerform(frontWindow, k, "load")
           /\ frontSlot' = IF e.word # "ring" THEN frontSlot
                           ELSE IF own # 0 THEN Request(frontWindow[own].value) ELSE ring[e.slot]
           /\ frontWord' = IF e.word = "ring" THEN frontWord
                           ELSE IF own # 0 THEN frontWindow[own].value ELSE InMemory(e.word)
           /\ frontWindow' = Without(frontWindow, k)
  /\ UNCHANGED <<memory, frontState, back, events>>

-----------------------------------------------------------------------------
(* The back, the same way.  It takes a request, reads the block, and answers;
   it publishes one response or several at once, and all before it sleeps. *)

(* RING_HAS_UNCONSUMED_REQUESTS and RING_COPY_REQUEST: req_prod, and the slot in case. *)
BackPoll ==
  /\ backPc = "ready"
  /\ backWindow' = Tidy(backWindow
       \o Load("req_prod")
       \o Barrier("back_consume_rmb", "rmb")
       \o LoadAt("ring", SlotOf(req_cons), req_cons))
  /\ backPc' = "polling"
  /\ UNCHANGED <<memory, front, rsp_prod_pvt, rspPublished, rspChecked, req_cons, backWord, backSlot, backFrame, events>>

BackHasRequest == backPc = "polling" /\ backWord \notin {NotLoaded, req_cons} /\ backSlot # UnloadedSlot

(* The request says where the frame is; the response goes over the request.
   Nothing that follows needs the frame, so nothing waits for it. *)
BackServe ==
  /\ BackHasRequest
  /\ backWindow' = backWindow
       \o LoadAt("contents", SlotOf(req_cons), req_cons)
       \o StoreAt("ring", SlotOf(rsp_prod_pvt), rsp_prod_pvt)
  /\ req_cons' = req_cons + 1
  /\ rsp_prod_pvt' = rsp_prod_pvt + 1
  /\ backPc' = "ready" /\ backWord' = NotLoaded /\ backSlot' = UnloadedSlot
  /\ UNCHANGED <<memory, front, rspPublished, rspChecked, backFrame, events>>

BackFindsNothing == backPc = "polling" /\ backWord = req_cons

(* RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, up to the value of rsp_event. *)
BackPushResponses ==
  /\ backPc = "ready" \/ BackFindsNothing
  /\ rspPublished # rsp_prod_pvt
  /\ backWindow' = Tidy(WithoutGuess(backWindow)
       \o Barrier("back_done_rwmb", "rwmb")
       \o Barrier("back_push_wmb", "wmb")
       \o Store("rsp_prod", rsp_prod_pvt)
       \o Barrier("back_notify_mb", "mb")
       \o Load("rsp_event"))
  /\ rspPublished' = rsp_prod_pvt
  /\ backPc' = "notifying" /\ backWord' = NotLoaded /\ backSlot' = UnloadedSlot
  /\ UNCHANGED <<memory, front, rsp_prod_pvt, rspChecked, req_cons, backFrame, events>>

(* The rest of it: notify the front if it asked for one of these responses. *)
BackCheckNotify ==
  /\ backPc = "notifying" /\ backWord # NotLoaded
  /\ LET due == NotifyDue(backWord, rspChecked, rspPublished)
     IN  /\ due => backWindow = <<>>
         /\ frontPending' = (frontPending \/ due)
  /\ rspChecked' = rspPublished
  /\ backPc' = "ready" /\ backWord' = NotLoaded
  /\ UNCHANGED <<memory, front, backWindow, rsp_prod_pvt, rspPublished, req_cons, backSlot, backFrame, backPending>>

(* RING_FINAL_CHECK_FOR_REQUESTS, up to the second value of req_prod. *)
BackArm ==
  /\ BackFindsNothing
  /\ rspPublished = rsp_prod_pvt
  /\ backWindow' = Tidy(WithoutGuess(backWindow)
       \o Store("req_event", req_cons + 1)
       \o Barrier("back_final_mb", "mb")
       \o Load("req_prod"))
  /\ backPc' = "armed" /\ backWord' = NotLoaded /\ backSlot' = UnloadedSlot
  /\ UNCHANGED <<memory, front, rsp_prod_pvt, rspPublished, rspChecked, req_cons, backFrame, events>>

(* The rest of it: poll again, or sleep. *)
BackFinalCheck ==
  /\ backPc = "armed" /\ backWord # NotLoaded
  /\ backPc' = IF backWord = req_cons THEN "asleep" ELSE "ready"
  /\ backWord' = NotLoaded
  /\ UNCHANGED <<memory, front, backWindow, rsp_prod_pvt, rspPublished, rspChecked, req_cons, backSlot, backFrame, events>>

(* An event wakes it. *)
BackTakeEvent ==
  /\ backPc = "asleep" /\ backPending /\ backWindow = <<>>
  /\ backPending' = FALSE
  /\ backPc' = "ready"
  /\ UNCHANGED <<memory, front, backWindow, rsp_prod_pvt, rspPublished, rspChecked, req_cons, backWord, backSlot, backFrame, frontPending>>

(* A store of the back reaches memory. *)
BackStoreArrives ==
  /\ \E k \in 1..Len(backWindow) :
       /\ MayPerform(backWindow, k, "store")
       /\ Reaches(backWindow[k], Response(backWindow[k].value))
       /\ backWindow' = Without(backWindow, k)
  /\ UNCHANGED <<front, backState, backWord, backSlot, backFrame, events>>

(* A load of the back has its value. *)
BackLoadReturns ==
  /\ \E k \in 1..Len(backWindow) :
       LET e == backWindow[k]
           own == OwnStore(backWindow, k)
       IN  /\ MayPerform(backWindow, k, "load")
           /\ backSlot' = IF e.word # "ring" THEN backSlot
                          ELSE IF own # 0 THEN Response(backWindow[own].value) ELSE ring[e.slot]
           /\ backFrame' = IF e.word # "contents" THEN backFrame
                           ELSE [request |-> e.value, frame |-> contents[e.slot]]
           /\ backWord' = IF e.word \in {"ring", "contents"} THEN backWord
                          ELSE IF own # 0 THEN backWindow[own].value ELSE InMemory(e.word)
           /\ backWindow' = Without(backWindow, k)
  /\ UNCHANGED <<memory, front, backState, events>>

-----------------------------------------------------------------------------
Init ==
  /\ req_prod = 0 /\ rsp_prod = 0 /\ req_event = 1 /\ rsp_event = 1
  /\ ring = [s \in 0..(N - 1) |-> EmptySlot]
  /\ contents = [b \in 0..(N - 1) |-> NoFrame]
  /\ frontWindow = <<>> /\ backWindow = <<>>
  /\ frontPc = "ready" /\ frontSleeps = FALSE /\ backPc = "asleep"
  /\ req_prod_pvt = 0 /\ reqPublished = 0 /\ reqChecked = 0 /\ rsp_cons = 0
  /\ rsp_prod_pvt = 0 /\ rspPublished = 0 /\ rspChecked = 0 /\ req_cons = 0
  /\ frontWord = NotLoaded /\ backWord = NotLoaded
  /\ frontSlot = UnloadedSlot /\ backSlot = UnloadedSlot
  /\ backFrame = [request |-> NoFrame, frame |-> NoFrame]
  /\ frontPending = FALSE /\ backPending = FALSE

(* Both sleep, no event is on its way, and no store: only a new request can change anything. *)
Quiescent ==
  /\ frontPc = "ready" /\ frontSleeps /\ ~frontPending /\ frontWindow = <<>>
  /\ backPc = "asleep" /\ ~backPending /\ backWindow = <<>>

(* The end of every run, for TLC's sake: whatever else stands still is a deadlock. *)
Rest == Quiescent /\ UNCHANGED vars

Front ==
  \/ FrontWriteRequest \/ FrontPushRequests \/ FrontCheckNotify
  \/ FrontPoll \/ FrontConsumeResponse \/ FrontArm \/ FrontFinalCheck \/ FrontTakeEvent
  \/ FrontStoreArrives \/ FrontLoadReturns

Back ==
  \/ BackPoll \/ BackServe \/ BackPushResponses \/ BackCheckNotify
  \/ BackArm \/ BackFinalCheck \/ BackTakeEvent
  \/ BackStoreArrives \/ BackLoadReturns

Next == Front \/ Back \/ Rest
Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
Slots == {EmptySlot} \union UNION {{Request(i), Response(i)} : i \in 0..(Requests - 1)}

TypeOK ==
  /\ {req_prod, rsp_prod, req_prod_pvt, reqPublished, reqChecked, rsp_cons,
      rsp_prod_pvt, rspPublished, rspChecked, req_cons} \subseteq 0..Requests
  /\ {req_event, rsp_event} \subseteq 1..(Requests + 1)
  /\ ring \in [0..(N - 1) -> Slots]
  /\ contents \in [0..(N - 1) -> NoFrame..(Requests - 1)]
  /\ {frontWord, backWord} \subseteq NotLoaded..(Requests + 1)
  /\ {frontSlot, backSlot} \subseteq Slots \union {UnloadedSlot}
  /\ frontPc \in {"ready", "notifying", "polling", "armed"}
  /\ backPc \in {"ready", "notifying", "polling", "armed", "asleep"}
  /\ {frontSleeps, frontPending, backPending} \subseteq BOOLEAN

(* P40.  What the backend takes for a request is the request that was written
   for that index, not what the slot held before. *)
RequestIntact == BackHasRequest => backSlot = Request(req_cons)

(* P41.  What the frontend takes for a response is the response that was
   written for that index, not what the slot held before. *)
ResponseIntact == FrontHasResponse => frontSlot = Response(rsp_cons)

(* P42.  What the backend reads from a block is the frame that the request
   promised: not one from before, and not one from after its response. *)
FrameIntact == backFrame.request = backFrame.frame

(* P43.  The backend does not sleep on a published request if nobody is going to notify it:
   if the front has made its check, and req_prod has arrived. *)
BackNeverOversleeps ==
  (/\ backPc = "asleep" /\ ~backPending
   /\ reqChecked = reqPublished /\ req_prod = reqPublished)
  => req_cons = req_prod

(* P44.  The frontend does not sleep on a published response if nobody is going to notify
   it: if the back has made its check, and rsp_prod has arrived. *)
FrontNeverOversleeps ==
  (/\ frontSleeps /\ ~frontPending
   /\ rspChecked = rspPublished /\ rsp_prod = rspPublished)
  => rsp_cons = rsp_prod

(* P45.  In memory each slot has a request, its response, the next request and so on: none
   is overwritten too early.  No barrier stands between reading a slot and writing it
   again, and none is needed, since both are of the same word. *)
SlotsAlternate ==
  [][\A s \in 0..(N - 1) : ring'[s] # ring[s] =>
       CASE ring'[s].kind = "response" -> ring[s] = Request(ring'[s].id)
         [] OTHER -> ring[s] = IF ring'[s].id < N THEN EmptySlot ELSE Response(ring'[s].id - N)]_ring

(* P46.  With all barriers in place an event has nothing to wait for, except requests that
   are not published yet. *)
EventsNeedNoBarrier ==
  /\ frontPc = "notifying" /\ frontWord # NotLoaded => frontWindow = <<>>
  /\ backPc = "notifying" /\ backWord # NotLoaded => backWindow = <<>>
  /\ backPc = "asleep" => backWindow = <<>>
  /\ frontSleeps /\ frontPc = "ready" =>
       \A k \in 1..Len(frontWindow) : frontWindow[k].op = "store" /\ frontWindow[k].word \in {"ring", "contents"}
=============================================================================
