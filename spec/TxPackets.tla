------------------------------ MODULE TxPackets ------------------------------
(***************************************************************************)
(* The transmit half of netfront again, for packets of several slots.  A   *)
(* packet is a chain of slots on the ring, and it is published whole or    *)
(* not at all.                                                             *)
(*                                                                         *)
(*     slot        what is in it         size         flags                *)
(*     first       request, fragment 1   the packet's extra_info more_data *)
(*     then        extra_info, each      -            EXTRA_FLAG_MORE      *)
(*     then        request, fragment 2   its own                 more_data *)
(*     ...                                                                 *)
(*     last        request, fragment k   its own                           *)
(*                                                                         *)
(* The first request says extra_info if extras follow.  An extra that says *)
(* EXTRA_FLAG_MORE is followed by one more.  A request that says more_data *)
(* is followed by a further fragment.  An extra is a slot but no request:  *)
(* it has neither id nor block.  Its answer is a response with the status  *)
(* NULL, whose id means nothing (Linux leaves there what the slot held).   *)
(*                                                                         *)
(*   application   front                      ring    back                 *)
(*    packet ----> TxFill (opens the chain)                                *)
(*                 TxEnqueue (id) ----------> slot                         *)
(*                 TxEnqueueExtra ----------> slot                         *)
(*                 TxFill, TxEnqueue -------> slot                         *)
(*    failed <---- or TxAbandon: all is as before TxFill                   *)
(*                 TxPushRequests ----------> req_prod                     *)
(*                 TxCheckNotify  ~~ event ~> . . . . BackTakeRequest      *)
(*                                            slot <- BackRespond, each    *)
(*                                       slot <- BackRespondNull, each     *)
(*                 TxConsumeResponse                                       *)
(*      told <---- TxRelease (of the last block)                           *)
(*                                                                         *)
(* A step that is also one of NetfrontTx has its name.  With packets of    *)
(* one slot this module is NetfrontTx (P58).                               *)
(*                                                                         *)
(* The backend may answer the slots of a packet in any order, mixed with   *)
(* those of other packets, and one with OKAY and the next with ERROR.  The *)
(* application is told the result of a packet once, when the packet's last *)
(* block is released.  The result is OKAY if every status was OKAY.        *)
(*                                                                         *)
(* Fragment i of a packet has i octets.  So a block's length tells which   *)
(* fragment it holds, and no sum of lengths is itself a length.            *)
(*                                                                         *)
(* The backend is honest and coarse.  It takes a packet with all its slots *)
(* as soon as the whole is published, and answers a slot in one step.  Of  *)
(* a chain without an end it takes nothing (Linux disables the interface). *)
(* When it reads the blocks does not matter: it may read until it answers, *)
(* so the blocks must hold the right data all that time (P53).             *)
(*                                                                         *)
(* Left out, and why that is harmless: grants (a page is granted for life  *)
(* and has one block, and gref is the block's number; NetfrontTx has the   *)
(* other ways); what an extra says, and the flags about checksums (nothing *)
(* on the ring depends on them); the backend's steps apart (as in          *)
(* NetfrontTx); the mistakes of RingFaults (NetfrontTx has them).          *)
(***************************************************************************)
EXTENDS RingFront, RequestIds

CONSTANTS
  Block,      \* the buffers of the transmit pool, as numbers from 0
  MaxFrags,   \* fragments of the longest packet that the application sends
  MaxExtras,  \* extras of a packet, at most
  MaxSlots,   \* slots of a packet that the backend promises to take: XEN_NETIF_NR_SLOTS_MIN.
              \* A packet that needs more is not sent.
  NullIds,    \* the ids that a NULL may carry: all ids, or fewer in a model that gets too large
  Faults,     \* what the frontend does wrong; see FrontFaults
  BackFaults  \* what the backend does wrong; see DishonestFaults

FrontFaults == {
  "push_in_parts",     \* publishes what is written so far of a packet
  "unended_chain",     \* a send that fails leaves on the ring what was written
  "too_many_slots",    \* sends packets of more than MaxSlots slots
  "room_for_first",    \* opens a chain where there is room for its first slot
  "first_size_own",    \* the first slot's size is its fragment's, not the packet's
  "null_by_id",        \* takes a NULL for the answer to the request with its id
  "abandon_leaks",     \* a send that fails does not free the blocks of the chain
  "abandon_keeps_ids", \* a send that fails leaves the ids of the chain in flight
  "told_early",        \* reports a packet when its first block is released
  "last_status"}       \* reports the status of the block that is released last

DishonestFaults == {
  "null_for_request"}  \* answers a request with NULL

ASSUME TxPacketsConstants ==
  /\ Block = 0..(Cardinality(Block) - 1)
  /\ MaxFrags \in 1..Cardinality(Block) /\ MaxExtras \in Nat /\ MaxSlots \in 1..N
  /\ NullIds \subseteq Id /\ NullIds # {}
  /\ Faults \subseteq FrontFaults /\ BackFaults \subseteq DishonestFaults
  /\ IdScheme \notin {"gref_per_request", "free_list_unchecked"}

VARIABLES
  contents,   \* shared: block -> the fragment last written there; the front writes, the back reads
  pool,       \* front: the free blocks; the one freed last is used next
  sender,     \* front: "idle" or "filled"
  filling,    \* front: the block the sender is working on, or NoBlock
  chain,      \* front: the packet that is being written, the blocks whose slots are written, and
              \* how many extras are; or NoChain
  sent,       \* front: the packets written and not yet reported, in order: the blocks that are not
              \* yet released, and the status so far
  extras,     \* front: how many extras are not answered, of packets that are written whole
  done,       \* front: the block whose response was consumed, and the status in it
  told,       \* front: the status that it reported to the application in the last step, or
              \* Nothing
  taken,      \* back: the requests taken and not answered, oldest first
  takenExtras,\* back: how many extras were taken and not answered
  fared       \* for P54 only: for each of sent, the worst status that the backend gave it so far

txVars == <<contents, pool, sender, filling, chain, sent, extras, done>>
vars   == <<ringVars, frontVars, idVars, txVars, told, taken, takenExtras, fared>>

NoBlock  == -1
NoPacket == [frags |-> 0, extras |-> 0]
NoData   == [packet |-> NoPacket, frag |-> 0]
NoChain  == [packet |-> NoPacket, blocks |-> <<>>, extras |-> 0]
Status   == {"OKAY", "ERROR"}
NotDone  == [block |-> NoBlock, status |-> "OKAY"]
Nothing  == "-"

Slots(packet) == packet.frags + packet.extras

(* The packets that the application has, and those of them that can be sent. *)
Packet    == [frags: 1..MaxFrags, extras: 0..MaxExtras]
Packets   == {p \in Packet : "too_many_slots" \in Faults \/ Slots(p) <= MaxSlots}
Fragments == UNION {{[packet |-> p, frag |-> i] : i \in 1..p.frags} : p \in Packets}

SizeOf(fragment) == fragment.frag
TotalOf(packet)  == (packet.frags * (packet.frags + 1)) \div 2

Worst(a, b) == IF a = "ERROR" THEN a ELSE b

Request(id, block, size, more_data, extra_info) ==
  [kind |-> "request", id |-> id, gref |-> block, size |-> size,
   more_data |-> more_data, extra_info |-> extra_info]
Extra(more) == [kind |-> "extra", more |-> more]
Response(id, status) == [kind |-> "response", id |-> id, status |-> status]

Requests  == [kind: {"request"}, id: Id, gref: Block, size: 0..((MaxFrags * (MaxFrags + 1)) \div 2),
              more_data: BOOLEAN, extra_info: BOOLEAN]
Extras    == [kind: {"extra"}, more: BOOLEAN]
Responses == [kind: {"response"}, id: Id, status: Status \union {"NULL"}]

-----------------------------------------------------------------------------
(* The sender. *)

IsOpen == chain # NoChain

(* How many slots of the open chain are on the ring. *)
Written == Len(chain.blocks) + chain.extras

ExtrasAreDue == Len(chain.blocks) = 1 /\ chain.extras < chain.packet.extras

HasRoomFor(packet) == FreeRequests >= IF "room_for_first" \in Faults THEN 1 ELSE Slots(packet)

(* A chain is opened, if the ring has room for the whole packet. *)
Opens(packet) ==
  /\ ~IsOpen /\ ~CheckIsDue
  /\ HasRoomFor(packet)
  /\ chain' = [NoChain EXCEPT !.packet = packet]

(* The open chain goes on with its next fragment, once its extras have their slots. *)
GoesOn(packet) ==
  /\ IsOpen /\ packet = chain.packet
  /\ ~ExtrasAreDue
  /\ UNCHANGED chain

(* The next fragment of the packet is copied into a block.  If no block is free the sender
   waits for one, or abandons the chain. *)
TxFill(packet) ==
  /\ ~broken
  /\ sender = "idle"
  /\ pool # <<>>
  /\ Opens(packet) \/ GoesOn(packet)
  /\ sender' = "filled"
  /\ filling' = Head(pool)
  /\ pool' = Tail(pool)
  /\ contents' = [contents EXCEPT
                   ![Head(pool)] = [packet |-> packet, frag |-> Len(chain.blocks) + 1]]
  /\ told' = Nothing
  /\ UNCHANGED <<ringVars, frontVars, idVars, sent, extras, done, taken, takenExtras, fared>>

(* One more slot of the chain is written.  With the last one the packet is whole: it may
   be published, and waits for its responses. *)
Advance(next) ==
  IF Len(next.blocks) = next.packet.frags /\ next.extras = next.packet.extras
  THEN /\ chain' = NoChain
       /\ sent' = Append(sent, [packet |-> next.packet, status |-> "OKAY",
                                blocks |-> {next.blocks[i] : i \in DOMAIN next.blocks}])
       /\ extras' = extras + next.extras
       /\ fared' = Append(fared, "OKAY")
  ELSE chain' = next /\ UNCHANGED <<sent, extras, fared>>

(* The request for the block is written into its slot, under the id that the scheme gives.
   The first slot has the size of the whole packet, each later one that of its fragment. *)
TxEnqueue ==
  LET id      == ChosenId(filling, filling, SlotOf(req_prod_pvt))
      packet  == chain.packet
      frag    == Len(chain.blocks) + 1
      isTotal == frag = 1 /\ "first_size_own" \notin Faults
      size    == IF isTotal THEN TotalOf(packet) ELSE SizeOf(contents[filling])
  IN /\ ~broken
     /\ sender = "filled"
     /\ IdAvailable
     /\ WriteRequest(Request(id, filling, size, frag < packet.frags, frag = 1 /\ packet.extras > 0))
     /\ Register(id, filling)
     /\ Advance([chain EXCEPT !.blocks = Append(@, filling)])
     /\ sender' = "idle"
     /\ filling' = NoBlock
     /\ told' = Nothing
     /\ UNCHANGED <<frontVars, contents, pool, done, taken, takenExtras>>

(* An extra is written into its slot.  It has no id and no block. *)
TxEnqueueExtra ==
  /\ ~broken
  /\ sender = "idle"
  /\ IsOpen /\ ExtrasAreDue
  /\ WriteRequest(Extra(chain.extras + 1 < chain.packet.extras))
  /\ Advance([chain EXCEPT !.extras = @ + 1])
  /\ told' = Nothing
  /\ UNCHANGED <<frontVars, idVars, contents, pool, sender, filling, done, taken, takenExtras>>

(* The contents, without those of these blocks.  Nobody reads what a free block holds; in
   memory it stays. *)
Forgotten(blocks) == [b \in Block |-> IF b \in blocks THEN NoData ELSE contents[b]]

(* The blocks of the open chain, in the order in which they left the pool. *)
ChainBlocks == IF filling = NoBlock THEN chain.blocks ELSE Append(chain.blocks, filling)

(* The fault: what was written of a chain is left as it is. *)
LeaveUnended ==
  /\ sent' = Append(sent, [packet |-> chain.packet, status |-> "ERROR",
                          blocks |-> {chain.blocks[i] : i \in DOMAIN chain.blocks}])
  /\ fared' = Append(fared, "OKAY")
  /\ pool' = SubSeq(ChainBlocks, Len(chain.blocks) + 1, Len(ChainBlocks)) \o pool
  /\ UNCHANGED <<ringVars, idVars, contents>>

TakeBackChain ==
  /\ TakeBackRequests(Written)
  /\ IF "abandon_keeps_ids" \in Faults THEN UNCHANGED idVars
     ELSE TakeBackIds([i \in DOMAIN chain.blocks |-> IdOf(chain.blocks[i])])
  /\ pool' = IF "abandon_leaks" \in Faults THEN pool ELSE ChainBlocks \o pool
  /\ contents' = Forgotten({ChainBlocks[i] : i \in DOMAIN ChainBlocks})
  /\ UNCHANGED <<sent, fared>>

(* A send has failed in the middle, and everything is as if it had never begun.  The slots
   were not published, so they can be written again.  Ids and blocks are free, and will
   be used in the same order as before. *)
TxAbandon ==
  /\ ~broken
  /\ IsOpen
  /\ chain' = NoChain
  /\ sender' = "idle"
  /\ filling' = NoBlock
  /\ IF "unended_chain" \in Faults /\ chain.blocks # <<>> THEN LeaveUnended ELSE TakeBackChain
  /\ told' = Nothing
  /\ UNCHANGED <<frontVars, extras, done, taken, takenExtras>>

(* Everything written so far is published.  While a chain is open the front waits, or the
   chain would be published in parts. *)
TxPushRequests ==
  /\ ~broken
  /\ sender = "idle"
  /\ ~IsOpen \/ "push_in_parts" \in Faults
  /\ PushRequests
  /\ told' = Nothing
  /\ UNCHANGED <<frontVars, idVars, txVars, taken, takenExtras, fared>>

(* The backend is notified if it asked to be. *)
TxCheckNotify ==
  /\ ~broken
  /\ sender = "idle"
  /\ CheckNotifyBack
  /\ told' = Nothing
  /\ UNCHANGED <<frontVars, idVars, txVars, taken, takenExtras, fared>>

-----------------------------------------------------------------------------
(* The poller. *)

(* An event arrived: look at the ring. *)
TxTakeEvent ==
  /\ TakeEvent("polling")
  /\ told' = Nothing
  /\ UNCHANGED <<idVars, txVars, taken, takenExtras, fared>>

(* All responses seen so far are consumed: are there more? *)
TxReadRspProd ==
  /\ ReadRspProd({})
  /\ told' = Nothing
  /\ UNCHANGED <<idVars, txVars, taken, takenExtras, fared>>

(* The response is taken for the answer to the request that has its id (or, by slot, to
   the request that was in its slot). *)
TakeAsAnswer(key, status) ==
  /\ ConsumeResponse
  /\ Unregister(key)
  /\ done' = [block |-> AnsweredBlock(key), status |-> status]
  /\ poller' = "releasing"
  /\ UNCHANGED <<extras, broken>>

(* One response is read.  A NULL answers an extra: there is nothing to release, and its id
   is not looked up. *)
TxConsumeResponse ==
  LET response == ring[SlotOf(rsp_cons)]
      key      == KeyOf(response.id, SlotOf(rsp_cons))
      isNull   == response.status = "NULL"
  IN /\ MayConsume
     /\ told' = Nothing
     /\ response.kind = "response"
     /\ CASE isNull /\ "null_by_id" \in Faults /\ IsInFlight(key) -> TakeAsAnswer(key, "OKAY")
          [] isNull /\ extras > 0 ->
               /\ ConsumeResponse
               /\ extras' = extras - 1
               /\ UNCHANGED <<idVars, done, poller, broken>>
          [] ~isNull /\ IsInFlight(key) -> TakeAsAnswer(key, response.status)
          [] OTHER ->
               /\ broken' = TRUE
               /\ UNCHANGED <<ringVars, idVars, extras, done, poller>>
     /\ UNCHANGED <<rspSeen, contents, pool, sender, filling, chain, sent, taken, takenExtras,
                    fared>>

(* The packets in sent that a block belongs to.  There is one (P55). *)
PacketsOf(block) == {k \in DOMAIN sent : block \in sent[k].blocks}
Without(seq, k)  == SubSeq(seq, 1, k - 1) \o SubSeq(seq, k + 1, Len(seq))

(* Is the k-th packet sent reported when this block is released, and with what status? *)
IsToldAt(k, block) == sent[k].blocks = {block} \/ "told_early" \in Faults
ToldStatus(k) ==
  IF "last_status" \in Faults THEN done.status ELSE Worst(sent[k].status, done.status)

(* The block is free again.  If it is the last one of its packet, the status of the packet
   is reported to the application. *)
TxRelease ==
  /\ ~broken
  /\ poller = "releasing"
  /\ pool' = <<done.block>> \o pool
  /\ contents' = Forgotten({done.block})
  /\ done' = NotDone
  /\ poller' = "polling"
  /\ LET k == CHOOSE k \in PacketsOf(done.block) : TRUE
     IN IF PacketsOf(done.block) = {} THEN told' = Nothing /\ UNCHANGED <<sent, fared>>
        ELSE IF IsToldAt(k, done.block)
        THEN /\ sent' = Without(sent, k) /\ fared' = Without(fared, k)
             /\ told' = ToldStatus(k)
        ELSE /\ sent' = [sent EXCEPT ![k].blocks = @ \ {done.block}, ![k].status = ToldStatus(k)]
             /\ told' = Nothing
             /\ UNCHANGED fared
  /\ UNCHANGED <<ringVars, rspSeen, broken, idVars, sender, filling, chain, extras, taken,
                 takenExtras>>

(* Nothing more to consume: ask to be notified of the next response. *)
TxArm ==
  /\ Arm
  /\ told' = Nothing
  /\ UNCHANGED <<idVars, txVars, taken, takenExtras, fared>>

(* The final check: sleep only if no response has come meanwhile. *)
TxFinalCheck ==
  /\ FinalCheck("asleep", {})
  /\ told' = Nothing
  /\ UNCHANGED <<idVars, txVars, taken, takenExtras, fared>>

-----------------------------------------------------------------------------
(* What slots say to a reader who begins with the first: the backend, and the properties.
   Nothing here looks at what the frontend meant to send. *)

Rest(slots, n) == SubSeq(slots, n + 1, Len(slots))

(* How many slots the chain has.  n of them are read, and extra and more say whether an
   extra or a request is to come.  0 if the chain goes on after the last slot, or if what
   comes is of the wrong kind. *)
RECURSIVE LengthFrom(_, _, _, _)
LengthFrom(slots, n, extra, more) ==
  CASE ~extra /\ ~more -> n
    [] n = Len(slots) -> 0
    [] extra -> LET slot == slots[n + 1]
                IN IF slot.kind # "extra" THEN 0 ELSE LengthFrom(slots, n + 1, slot.more, more)
    [] OTHER -> LET slot == slots[n + 1]
                IN IF slot.kind # "request" THEN 0
                   ELSE LengthFrom(slots, n + 1, FALSE, slot.more_data)

(* How many slots the packet has that begins here.  0 if none begins, or if it has no end. *)
ChainLength(slots) ==
  IF slots = <<>> \/ Head(slots).kind # "request" THEN 0
  ELSE LengthFrom(slots, 1, Head(slots).extra_info, Head(slots).more_data)

(* The packets one after another from here, up to the first without an end. *)
RECURSIVE Chains(_)
Chains(slots) ==
  LET n == ChainLength(slots)
  IN IF n = 0 THEN <<>> ELSE <<SubSeq(slots, 1, n)>> \o Chains(Rest(slots, n))

IsRequest(slot) == slot.kind = "request"
RequestsOf(slots) == SelectSeq(slots, LAMBDA slot : IsRequest(slot))
PacketOf(slots) ==
  [frags |-> Len(RequestsOf(slots)), extras |-> Len(slots) - Len(RequestsOf(slots))]

RECURSIVE Sum(_)
Sum(sizes) == IF sizes = <<>> THEN 0 ELSE Head(sizes) + Sum(Tail(sizes))

(* The octets of a packet's i-th fragment.  The first has what the others leave. *)
OwnSize(requests, i) ==
  IF i > 1 THEN requests[i].size
  ELSE requests[1].size - Sum([j \in 1..(Len(requests) - 1) |-> requests[j + 1].size])

-----------------------------------------------------------------------------
(* The backend. *)

frontOnly == <<frontVars, idVars, txVars>>

Published == SlotsBetween(req_cons, req_prod)

(* The oldest published packet is copied off the ring, with all its slots. *)
BackTakeRequest ==
  LET n        == ChainLength(Published)
      slots    == SubSeq(Published, 1, n)
      requests == RequestsOf(slots)
  IN /\ n > 0
     /\ TakeRequestsAndArm(n)
     /\ taken' = taken \o [i \in DOMAIN requests |->
          [id |-> requests[i].id, gref |-> requests[i].gref, packet |-> PacketOf(slots),
           frag |-> i, size |-> OwnSize(requests, i)]]
     /\ takenExtras' = takenExtras + PacketOf(slots).extras
     /\ told' = Nothing
     /\ UNCHANGED <<frontOnly, fared>>

(* fared, with one more answer: to the request for this block. *)
FaredWith(block, status) ==
  [k \in DOMAIN sent |-> IF block \in sent[k].blocks THEN Worst(fared[k], status) ELSE fared[k]]

(* The k-th request taken is answered, whatever the other requests of its packet got. *)
BackRespond(k, status) ==
  /\ k \in DOMAIN taken
  /\ RespondAtOnce(Response(taken[k].id, status))
  /\ taken' = Without(taken, k)
  /\ fared' = FaredWith(taken[k].gref, status)
  /\ told' = Nothing
  /\ UNCHANGED <<frontOnly, takenExtras>>

(* One of the extras taken is answered, with any id. *)
BackRespondNull(id) ==
  /\ takenExtras > 0
  /\ RespondAtOnce(Response(id, "NULL"))
  /\ takenExtras' = takenExtras - 1
  /\ told' = Nothing
  /\ UNCHANGED <<frontOnly, taken, fared>>

(* A request is answered as if it were an extra. *)
BackRespondNullToRequest(k) ==
  /\ "null_for_request" \in BackFaults
  /\ k \in DOMAIN taken
  /\ RespondAtOnce(Response(taken[k].id, "NULL"))
  /\ taken' = Without(taken, k)
  /\ told' = Nothing
  /\ UNCHANGED <<frontOnly, takenExtras, fared>>

-----------------------------------------------------------------------------
Init ==
  /\ RingInit
  /\ FrontInit("asleep")
  /\ IdInit
  /\ contents = [b \in Block |-> NoData]
  /\ pool = [i \in 1..Cardinality(Block) |-> i - 1]
  /\ sender = "idle" /\ filling = NoBlock
  /\ chain = NoChain /\ sent = <<>> /\ extras = 0
  /\ done = NotDone
  /\ told = Nothing
  /\ taken = <<>> /\ takenExtras = 0
  /\ fared = <<>>

Poller ==
  \/ TxTakeEvent
  \/ TxReadRspProd
  \/ TxConsumeResponse
  \/ TxRelease
  \/ TxArm
  \/ TxFinalCheck

Front ==
  \/ \E packet \in Packets : TxFill(packet)
  \/ TxEnqueue
  \/ TxEnqueueExtra
  \/ TxAbandon
  \/ TxPushRequests
  \/ TxCheckNotify
  \/ Poller

Back ==
  \/ BackTakeRequest
  \/ \E k \in 1..N, status \in Status : BackRespond(k, status)
  \/ \E id \in NullIds : BackRespondNull(id)

Dishonest == \E k \in 1..N : BackRespondNullToRequest(k)

Next == Front \/ Back \/ Dishonest

Spec == Init /\ [][Next]_vars

(* What P57 needs: the front polls on, the backend takes what is published, and it answers
   the oldest request that it has taken, in the end.  Nothing is assumed of the sender. *)
FairSpec ==
  /\ Spec
  /\ WF_vars(Poller)
  /\ WF_vars(BackTakeRequest)
  /\ WF_vars(\E status \in Status : BackRespond(1, status))
  /\ WF_vars(\E id \in NullIds : BackRespondNull(id))

-----------------------------------------------------------------------------
(* Properties of single requests, as NetfrontTx has them. *)

TypeOK ==
  /\ RingTypeOK(Requests \union Extras \union Responses)
  /\ FrontTypeOK({"asleep", "polling", "releasing", "armed"})
  /\ IdTypeOK(Block)
  /\ contents \in [Block -> Fragments \union {NoData}]
  /\ pool \in Seq(Block)
  /\ sender \in {"idle", "filled"}
  /\ filling \in Block \union {NoBlock}
  /\ (filling = NoBlock) <=> (sender = "idle")
  /\ chain \in [packet: Packets \union {NoPacket}, blocks: Seq(Block), extras: 0..MaxExtras]
  /\ sent \in Seq([packet: Packets, blocks: SUBSET Block, status: Status])
  /\ extras \in 0..N
  /\ done \in [block: Block \union {NoBlock}, status: Status]
  /\ (done.block # NoBlock) <=> (poller = "releasing")
  /\ told \in Status \union {Nothing}
  /\ taken \in Seq([id: Id, gref: Block, packet: Packet, frag: 1..MaxFrags, size: Int])
  /\ takenExtras \in 0..N
  /\ fared \in Seq(Status) /\ Len(fared) = Len(sent)

(* The requests that the backend has still to answer: those on the ring, published or not,
   and those that it has taken. *)
Untaken    == SlotsBetween(req_cons, req_prod_pvt)
Unanswered == RequestsOf(Untaken) \o taken

(* P1.  No two requests that are still to be answered carry the same id. *)
UniqueOutstandingId ==
  \A i, j \in DOMAIN Unanswered : Unanswered[i].id = Unanswered[j].id => i = j

(* P3.  While a request is still to be answered, its block is neither free nor being filled. *)
NoReuseBeforeResponse ==
  \A i \in DOMAIN Unanswered :
    LET b == Unanswered[i].gref IN b # filling /\ \A j \in DOMAIN pool : pool[j] # b

(* How many owners a block has: the pool, the sender, a request, a response. *)
Owners(block) ==
  TimesIn(block, pool) + TimesInFlight(block)
    + (IF filling = block THEN 1 ELSE 0) + (IF done.block = block THEN 1 ELSE 0)

(* P5.  No block has two owners. *)
LinearOwnership == \A b \in Block : Owners(b) <= 1

(* P6.  No block is lost. *)
Conservation == \A b \in Block : Owners(b) >= 1

(* P8, here. *)
TxResponseBound == FrontResponseBound

-----------------------------------------------------------------------------
(* Properties of packets. *)

(* P50.  A packet is published whole or not at all: the slots that the backend finds on the
   ring end where a packet ends. *)
PublishedWhole ==
  LET chains == Chains(Published)
  IN Sum([i \in DOMAIN chains |-> Len(chains[i])]) = Len(Published)

(* P51.  No packet has more slots than the backend promises to take. *)
SlotsPromised == \A i \in DOMAIN Chains(Published) : Len(Chains(Published)[i]) <= MaxSlots

(* P52.  The first slot of a packet has the size of all its fragments together, and each
   later slot the size of its own fragment. *)
SizeRule ==
  \A i \in DOMAIN Chains(Published) :
    LET requests == RequestsOf(Chains(Published)[i])
        sizes    == [j \in DOMAIN requests |-> SizeOf(contents[requests[j].gref])]
    IN \A j \in DOMAIN requests : requests[j].size = IF j = 1 THEN Sum(sizes) ELSE sizes[j]

(* P53.  What the backend puts together is what was sent.  The packets on the ring are
   those sent last, with all their fragments in order.  Until its request is answered,
   each block holds the fragment that the backend takes it for. *)
AssembledAsSent ==
  LET chains == Chains(Untaken)
      before == Len(sent) - Len(chains)
  IN /\ before >= 0
     /\ \A i \in DOMAIN chains :
          LET packet   == sent[before + i].packet
              requests == RequestsOf(chains[i])
          IN /\ PacketOf(chains[i]) = packet
             /\ \A j \in 1..packet.frags :
                  contents[requests[j].gref] = [packet |-> packet, frag |-> j]
     /\ \A k \in DOMAIN taken :
          /\ contents[taken[k].gref] = [packet |-> taken[k].packet, frag |-> taken[k].frag]
          /\ taken[k].size = SizeOf(contents[taken[k].gref])

(* P54.  OKAY is reported to the application only for a packet of which the backend has
   answered every slot with OKAY. *)
ToldTruly ==
  [][\A k \in DOMAIN sent :
       sent' = Without(sent, k) /\ told' = "OKAY" => fared[k] = "OKAY"]_<<sent, told>>

(* P55.  Each packet is reported to the application once, when the backend has no block of
   it any more.  So each block in flight belongs to one packet that was not reported. *)
ToldOnce ==
  /\ \A b \in Block :
       TimesInFlight(b) > 0 \/ done.block = b =>
         Cardinality(PacketsOf(b)) + TimesIn(b, chain.blocks) = 1
  /\ \A k \in DOMAIN sent : sent[k].blocks # {}

(* P56.  A NULL frees nothing: a block is released only when its own request is answered. *)
NullFreesNothing == \A i \in DOMAIN Unanswered : Unanswered[i].gref # done.block

(* P57.  Every packet that is published is reported in the end, and its blocks are free. *)
IsPublished(block) ==
  /\ PacketsOf(block) # {}
  /\ \A i \in DOMAIN SlotsBetween(req_prod, req_prod_pvt) :
       LET slot == SlotsBetween(req_prod, req_prod_pvt)[i]
       IN slot.kind = "request" => slot.gref # block
PublishedIsTold == \A b \in Block : IsPublished(b) ~> PacketsOf(b) = {}

(* P27.  Seen from outside, the transmit half is a channel of packets.  A packet is inside
   from the filling of its first block until the backend takes it, and shown from then until
   it answers any of it.  The requests tell what is inside, and the blocks what is shown. *)
Blocks(k) == SelectSeq(taken, LAMBDA request : request.gref \in sent[k].blocks)
Sights == {k \in DOMAIN sent : Len(Blocks(k)) = sent[k].packet.frags}
Seen(k) == [i \in DOMAIN Blocks(k) |-> contents[Blocks(k)[i].gref]]
Inside == [p \in Packets |->
  Cardinality({i \in DOMAIN Chains(Untaken) : PacketOf(Chains(Untaken)[i]) = p})
    + (IF chain.packet = p THEN 1 ELSE 0)]
Outside == [p \in Packets |->
  Cardinality({k \in Sights : Seen(k) = [i \in 1..p.frags |-> [packet |-> p, frag |-> i]]})]
Channel == INSTANCE PacketChannel WITH Frame <- Packets, inside <- Inside, outside <- Outside
TxRefinesChannel == Channel!Spec
=============================================================================
