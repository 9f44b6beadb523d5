------------------------------ MODULE RxPackets ------------------------------
(***************************************************************************)
(* The receive half of netfront, for packets of several slots.  The front  *)
(* does the steps of NetfrontRx, by the same names, and collects the slots *)
(* of a packet: that is its chain.                                         *)
(*                                                                         *)
(* A packet's slots are in this order (netif.h).  The first has octets.    *)
(* Its extras follow, if the first has the flag extra_info, and each extra *)
(* but the last has XEN_NETIF_EXTRA_FLAG_MORE.  Further slots with octets  *)
(* follow while the last slot with octets has more_data.  Each slot says   *)
(* how many octets are in its OWN page, where on the transmit ring the     *)
(* first one has the total.                                                *)
(*                                                                         *)
(*   slot what             it says                          then due       *)
(*   0    response (id 0)  2 octets, extra_info, more_data  an extra       *)
(*   1    extra            (no id, no status)               octets         *)
(*   2    response (id 2)  1 octet                          a new packet   *)
(*                                                                         *)
(* AN EXTRA USES UP A REQUEST AND OVERWRITES ITS ID.  The page that was    *)
(* posted there has nothing in it, and must be found without the id.  It   *)
(* is found by slot, since on this ring a response is in the slot of its   *)
(* request.  So the front remembers what it posted in each slot (posted),  *)
(* whatever its id scheme.                                                 *)
(*                                                                         *)
(* A packet is dropped whole if one of its slots has the status ERROR, is  *)
(* an extra of an unknown type, or is one too many.  The pages that it has *)
(* are free at once, and each later slot of it is consumed and its page    *)
(* freed.  A packet of which not all is published yet waits for the rest.  *)
(* (Linux drops it, and then takes the rest for a packet of its own.)      *)
(*                                                                         *)
(* A fragment is a small number, which is both its length and its          *)
(* contents: the model writes it into the page and into the slot's status. *)
(* So what a page holds is compared with what the slot promised, and both  *)
(* with the packet that the backend sent (sent, which only the properties  *)
(* read).                                                                  *)
(*                                                                         *)
(* The backend is honest.  It takes requests and answers them in order.    *)
(* It publishes a packet whole; one of InParts it may publish as far as it *)
(* likes.  It copies each fragment into the page with gnttab_copy, as      *)
(* Linux's does, so that no page is ever mapped.  Taking, copying,         *)
(* answering, publishing and the event check of a packet are one step.     *)
(* All that the front could see between them is that a page is mapped, and *)
(* the fault late_unmap has that.                                          *)
(*                                                                         *)
(* Left out, and why that is harmless: other references for a page (a page *)
(* is always granted under the same one; NetfrontRx tries them all, and    *)
(* nothing here depends on them); the time of posting (here at any time);  *)
(* sizes and offsets past the page, more than 65,535 octets, and a second  *)
(* or a senseless GSO (each is one more reason to drop a packet, as ERROR  *)
(* is); what an extra says; the mistakes of RingFaults (NetfrontRx has     *)
(* them); and all that NetfrontRx leaves out, except packets.              *)
(***************************************************************************)
EXTENDS RingFront, RequestIds, GrantTable

CONSTANTS
  Packets,          \* the packets that there are: [frags |-> lengths, extras |-> how many]
  Errors,           \* TRUE: the backend may answer a fragment with ERROR
  InParts,          \* those of which the backend may publish a part, and the rest later
  MaxSlots,         \* slots that a packet may have; XEN_NETIF_NR_SLOTS_MIN, 18, in netif.h
  CopyOut,          \* TRUE: the application is given a copy, and the pages go back at once.
                    \* FALSE: it is given the pages, and returns each some time later
  Faults,           \* what the frontend does wrong; see FrontFaults
  BackFaults        \* what the backend does wrong; see DishonestFaults

FrontFaults == {
  "sizes_of_transmit",      \* takes the first slot's size for the total
  "extra_id_added",         \* finds an extra's page by adding to the id in the packet's first slot
  "extra_id_read",          \* takes what an extra has in the place of an id for an id
  "extra_leaks",            \* does not free the page of an extra
  "error_stays",            \* leaves the request of an ERROR in flight, and its page granted
  "error_leaks_chain",      \* frees only the page of the ERROR, not those that came before
  "drop_forgets_nothing",   \* keeps in the chain the pages that it frees, and frees them again
                            \* with the next slot
  "error_ends_chain",       \* takes what follows an ERROR for a packet of its own
  "cut_ends_chain",         \* drops a packet of which no more has come for now
  "no_slot_limit",          \* takes packets of any number of slots
  "no_page_limit",          \* waits for the rest of a packet that already has every page
  "end_access_unchecked"}   \* takes a page back without asking whether it is mapped

DishonestFaults == {
  "reversed",               \* answers the requests of a packet from the last to the first
  "unknown_extra",          \* sends an extra of a type that netif.h does not have
  "late_unmap"}             \* maps a page, and unmaps it some time after answering

ASSUME RxPacketsConstants ==
  /\ \A packet \in Packets :
       /\ packet.frags # <<>> /\ \A i \in DOMAIN packet.frags : packet.frags[i] \in 1..9
       /\ packet.extras \in 0..9
  /\ InParts \subseteq Packets
  /\ Errors \in BOOLEAN /\ CopyOut \in BOOLEAN
  /\ MaxSlots \in Nat
  /\ Page = 0..(Cardinality(Page) - 1) /\ Gref = Page
  /\ IdScheme \in {"counter_skip", "free_list", "slot"}
  /\ IdScheme = "slot" => Ids >= N
  /\ Faults \subseteq FrontFaults /\ BackFaults \subseteq DishonestFaults

VARIABLES
  contents,   \* shared: page -> the fragment last written there, or Nothing
  pool,       \* front: the free pages, next one first
  poster,     \* front: "idle" or "granted"
  posting,    \* front: the page the poster is working on, or NoPage
  posted,     \* front: slot -> the id and the page of the request in it, or NotPosted
  done,       \* front: the page whose slot was consumed, and what the slot says
  chain,      \* front: the slots of a packet that have come so far
  delivered,  \* front: what the application was given in the last step, with what was sent; or
              \* NotDelivered
  held,       \* application: page -> what was in it when it was delivered, or NotHeld
  sending,    \* back: the slots of its packet that are still to be answered
  sent        \* for the properties only: the packets that the backend has begun and the front
              \* has neither delivered nor dropped, oldest first

rxVars  == <<contents, pool, poster, posting, posted, done, chain, delivered, held>>
vars    == <<ringVars, frontVars, idVars, grantVars, rxVars, sending, sent>>

Nothing == 0
NotHeld == -1
ERROR   == -1   \* NETIF_RSP_ERROR

(* What a slot says: how many octets and what follows; or an extra. *)
Octets(status, extra_info, more_data) ==
  [kind |-> "response", status |-> status, extra_info |-> extra_info, more_data |-> more_data]
Extra(type, more) == [kind |-> "extra", type |-> type, more |-> more]

Request(id, gref) == [kind |-> "request", id |-> id, gref |-> gref]

(* What is written into the slot: with the id, unless it is an extra. *)
Answer(says, id) ==
  IF says.kind = "extra" THEN says
  ELSE [kind |-> "response", id |-> id, status |-> says.status,
        extra_info |-> says.extra_info, more_data |-> says.more_data]

(* The same without the id. *)
SaidBy(answer) ==
  IF answer.kind = "extra" THEN answer
  ELSE Octets(answer.status, answer.extra_info, answer.more_data)

Fragment  == UNION {{packet.frags[i] : i \in DOMAIN packet.frags} : packet \in Packets}
Status    == Fragment \union {ERROR}
ExtraType == {"known", "unknown"}
Octeted   == [kind: {"response"}, status: Status, extra_info: BOOLEAN, more_data: BOOLEAN]
Extras    == [kind: {"extra"}, type: ExtraType, more: BOOLEAN]

Requests  == [kind: {"request"}, id: Id, gref: Gref]
Responses == [kind: {"response"}, id: Id, status: Status, extra_info: BOOLEAN, more_data: BOOLEAN]

NotPosted    == [id |-> -1, page |-> NoPage]
NotDone      == [page |-> NoPage, says |-> Octets(ERROR, FALSE, FALSE)]
NotSent      == [frags |-> <<>>, extras |-> <<>>]
NotDelivered == [sizes |-> <<>>, got |-> <<>>, extras |-> <<>>, sent |-> NotSent]

(* Before the first slot of a packet. *)
NoChain == [next |-> "start", slots |-> 0, id |-> -1, more_data |-> FALSE, pages |-> <<>>,
            sizes |-> <<>>, extras |-> <<>>, dropped |-> FALSE]

-----------------------------------------------------------------------------
(* The poster: NetfrontRx's. *)

CanPost == HasFreeSlot({}) /\ pool # <<>>

(* gnttab_grant_foreign_access_ref: a free page, writable by the backend. *)
RxGrantAccess(gref) ==
  /\ ~broken
  /\ poster = "idle" /\ ~CheckIsDue
  /\ CanPost
  /\ gref = Head(pool) /\ ~IsGranted(gref)
  /\ GrantAccess(gref, Head(pool))
  /\ poster' = "granted"
  /\ posting' = Head(pool)
  /\ pool' = Tail(pool)
  /\ UNCHANGED <<ringVars, frontVars, idVars, contents, posted, done, chain, delivered, held,
                 sending, sent>>

(* The request is written into its slot, under the id that the scheme gives, and
   remembered by slot. *)
RxPost ==
  LET gref == GrantOf(posting)
      slot == SlotOf(req_prod_pvt)
      id   == ChosenId(posting, gref, slot)
  IN /\ ~broken
     /\ poster = "granted"
     /\ IdAvailable
     /\ WriteRequest(Request(id, gref))
     /\ Register(id, posting)
     /\ posted' = [posted EXCEPT ![slot] = [id |-> id, page |-> posting]]
     /\ poster' = "idle"
     /\ posting' = NoPage
     /\ UNCHANGED <<frontVars, grantVars, contents, pool, done, chain, delivered, held, sending,
                    sent>>

(* Everything written so far is published. *)
RxPushRequests ==
  /\ ~broken
  /\ poster = "idle"
  /\ PushRequests
  /\ UNCHANGED <<frontVars, idVars, grantVars, rxVars, sending, sent>>

(* The backend is notified if it asked to be. *)
RxCheckNotify ==
  /\ ~broken
  /\ poster = "idle"
  /\ CheckNotifyBack
  /\ UNCHANGED <<frontVars, idVars, grantVars, rxVars, sending, sent>>

-----------------------------------------------------------------------------
(* The chain. *)

(* What is due after a slot: the packet's extras first, even if more octets follow them;
   then further octets; then another packet. *)
DueAfter(says) ==
  IF says.kind = "extra"
  THEN IF says.more THEN "extra" ELSE IF chain.more_data THEN "octets" ELSE "start"
  ELSE IF chain.slots = 0 /\ says.extra_info THEN "extra"
  ELSE IF says.more_data THEN "octets" ELSE "start"

(* Must the packet be dropped for this slot?  The slot may be wrong, or one too many.  The
   last slot that the packet may have is enough if it says that more follow: the next one
   would need a page, and the application may have them all.  Or the packet is not at its
   end and has every page already, so that none can be posted for the rest of it. *)
IsWrong(says) ==
  \/ says.kind = "response" /\ says.status = ERROR
  \/ says.kind = "extra" /\ says.type = "unknown"
  \/ /\ chain.slots + (IF DueAfter(says) = "start" THEN 1 ELSE 2) > MaxSlots
     /\ "no_slot_limit" \notin Faults
  \/ /\ DueAfter(says) # "start"
     /\ Len(chain.pages) + (IF says.kind = "extra" THEN 0 ELSE 1) >= Cardinality(Page)
     /\ "no_page_limit" \notin Faults

(* The chain with the slot that was consumed.  A chain that is dropped keeps no pages, but
   knows where its packet ends. *)
Followed ==
  LET says == done.says
      more == [chain EXCEPT !.next = DueAfter(says),
                            !.slots = @ + 1,
                            !.more_data = IF chain.slots = 0 THEN says.more_data ELSE @]
  IN IF chain.dropped \/ IsWrong(says)
     THEN [more EXCEPT !.pages = IF "drop_forgets_nothing" \in Faults THEN Append(@, done.page)
                                 ELSE <<>>,
                       !.sizes = <<>>, !.extras = <<>>, !.dropped = TRUE]
     ELSE IF says.kind = "extra"
     THEN [more EXCEPT !.extras = Append(@, says.type)]
     ELSE [more EXCEPT !.pages = Append(@, done.page), !.sizes = Append(@, says.status)]

(* The chain that is kept for the next slot: none, if the packet has ended. *)
Rest(followed) == IF followed.next = "start" THEN NoChain ELSE followed

(* These pages go back to the pool, in the order of the packet, and are cleared. *)
Free(pages) ==
  /\ pool' = pages \o pool
  /\ contents' = [p \in Page |-> IF TimesIn(p, pages) > 0 THEN Nothing ELSE contents[p]]

-----------------------------------------------------------------------------
(* The poller. *)

(* An event arrived: look at the ring. *)
RxTakeEvent ==
  /\ TakeEvent("polling")
  /\ UNCHANGED <<idVars, grantVars, rxVars, sending, sent>>

(* All responses seen so far are consumed: are there more?  The chain waits for them. *)
RxReadRspProd ==
  /\ ReadRspProd({})
  /\ delivered' = NotDelivered
  /\ IF "cut_ends_chain" \in Faults /\ rsp_prod = rsp_cons
     THEN /\ Free(chain.pages)
          /\ chain' = NoChain
          /\ sent' = IF chain = NoChain THEN sent ELSE Tail(sent)
     ELSE UNCHANGED <<pool, contents, chain, sent>>
  /\ UNCHANGED <<idVars, grantVars, poster, posting, posted, done, held, sending>>

(* The id under which the request for an extra's page is in flight.  The slot does not
   have it; the frontend remembers what it posted there. *)
KeyOfExtra(slot) ==
  CASE "extra_id_added" \in Faults -> (chain.id + chain.slots) % Ids
    [] "extra_id_read" \in Faults  -> 0
    [] OTHER                       -> KeyOf(posted[slot].id, slot)

(* The slot uses up the request with this key. *)
UseUp(slot, key) ==
  /\ Unregister(key)
  /\ done' = [page |-> AnsweredBlock(key), says |-> SaidBy(ring[slot])]
  /\ chain' = IF chain.next = "start" /\ "extra_id_added" \in Faults
              THEN [chain EXCEPT !.id = key] ELSE chain
  /\ poller' = "releasing"
  /\ UNCHANGED sent

(* One slot is read.  A response is taken for the answer to the request that has its id
   (or, by slot, to the request that was in its slot).  Where the chain says that an extra
   is due, the slot uses up the request that was in it. *)
RxConsumeResponse ==
  LET slot    == SlotOf(rsp_cons)
      answer  == ring[slot]
      isExtra == chain.next = "extra"
      key     == IF isExtra THEN KeyOfExtra(slot) ELSE KeyOf(answer.id, slot)
      isDue   == /\ answer.kind = (IF isExtra THEN "extra" ELSE "response")
                 /\ isExtra \/ IsEchoed(answer.id, slot)
                 /\ IsInFlight(key)
      stays   == "error_stays" \in Faults /\ ~isExtra /\ answer.status = ERROR
  IN /\ MayConsume
     /\ IF isDue
        THEN /\ ConsumeResponse
             /\ posted' = [posted EXCEPT ![slot] = NotPosted]
             /\ UNCHANGED broken
             /\ IF stays
                THEN /\ chain' = NoChain
                     /\ sent' = Tail(sent)
                     /\ UNCHANGED <<idVars, done, poller>>
                ELSE UseUp(slot, key)
        ELSE /\ broken' = TRUE
             /\ UNCHANGED <<ringVars, idVars, posted, done, chain, poller, sent>>
     /\ delivered' = NotDelivered
     /\ UNCHANGED <<grantVars, contents, pool, poster, posting, rspSeen, held, sending>>

(* What becomes free, and of the chain, once it has followed the slot. *)
FreeAfter(next) ==
  CASE next.dropped /\ "error_leaks_chain" \in Faults -> Free(<<done.page>>)
    [] next.dropped /\ "error_leaks_chain" \notin Faults -> Free(Append(chain.pages, done.page))
    [] ~next.dropped /\ done.says.kind = "extra" /\ "extra_leaks" \notin Faults ->
         Free(<<done.page>>)
    [] OTHER -> UNCHANGED <<pool, contents>>
ChainAfter(next) ==
  CASE next.dropped /\ "error_ends_chain" \in Faults -> NoChain
    [] next.dropped /\ "error_ends_chain" \notin Faults -> Rest(next)
    [] OTHER -> next

EndPage(gref, next, isWhole) ==
  /\ EndAccess(gref)
  /\ done' = NotDone
  /\ poller' = IF isWhole /\ ~next.dropped THEN "delivering" ELSE "polling"
  /\ FreeAfter(next)
  /\ chain' = ChainAfter(next)
  /\ sent' = IF isWhole /\ next.dropped /\ sent # <<>> THEN Tail(sent) ELSE sent
  /\ UNCHANGED broken

(* The page's grant ends.  The page of octets joins the chain, and the page of an extra is
   free.  If the packet is dropped, the page is free with all that came before it.  If the
   backend still has the page mapped the front gives up, and never uses it again. *)
RxRelease ==
  LET gref   == GrantOf(done.page)
      mayEnd == CanEnd(gref) \/ "end_access_unchecked" \in Faults
      next   == Followed
  IN /\ ~broken
     /\ poller = "releasing"
     /\ IF ~mayEnd
        THEN /\ broken' = TRUE
             /\ UNCHANGED <<grantVars, contents, pool, done, chain, poller, sent>>
        ELSE EndPage(gref, next, next.next = "start")
     /\ UNCHANGED <<ringVars, idVars, poster, posting, posted, rspSeen, delivered, held, sending>>

RECURSIVE Sum(_)
Sum(sizes) == IF sizes = <<>> THEN 0 ELSE Head(sizes) + Sum(Tail(sizes))

(* How many octets the application is given from each page. *)
SizesOf(sizes) ==
  IF "sizes_of_transmit" \in Faults
  THEN <<Head(sizes) - Sum(Tail(sizes))>> \o Tail(sizes)
  ELSE sizes

(* The application is given the whole packet: from each page as many octets as its own
   slot says.  It gets a copy, and the pages are free; or it gets the pages. *)
RxDeliver ==
  LET got == [i \in DOMAIN chain.pages |-> contents[chain.pages[i]]]
  IN /\ ~broken
     /\ poller = "delivering"
     /\ poller' = "polling"
     /\ chain' = NoChain
     /\ delivered' = [sizes |-> SizesOf(chain.sizes), got |-> got, extras |-> chain.extras,
                      sent |-> IF sent = <<>> THEN NotSent ELSE Head(sent)]
     /\ sent' = IF sent = <<>> THEN sent ELSE Tail(sent)
     /\ IF CopyOut
        THEN Free(chain.pages) /\ UNCHANGED held
        ELSE /\ held' = [p \in Page |->
                          IF TimesIn(p, chain.pages) > 0 THEN contents[p] ELSE held[p]]
             /\ UNCHANGED <<contents, pool>>
     /\ UNCHANGED <<ringVars, idVars, grantVars, poster, posting, posted, rspSeen, done, broken,
                    sending>>

(* Nothing more to consume: ask to be notified of the next response. *)
RxArm ==
  /\ Arm
  /\ delivered' = NotDelivered
  /\ UNCHANGED <<idVars, grantVars, contents, pool, poster, posting, posted, done, chain, held,
                 sending, sent>>

(* The final check: sleep only if no response has come meanwhile. *)
RxFinalCheck ==
  /\ FinalCheck("asleep", {})
  /\ UNCHANGED <<idVars, grantVars, rxVars, sending, sent>>

-----------------------------------------------------------------------------
(* The application. *)

(* It has read the page, and returns it. *)
AppReturn(page) ==
  /\ held[page] # NotHeld
  /\ held' = [held EXCEPT ![page] = NotHeld]
  /\ Free(<<page>>)
  /\ UNCHANGED <<ringVars, frontVars, idVars, grantVars, poster, posting, posted, done, chain,
                 delivered, sending, sent>>

-----------------------------------------------------------------------------
(* The backend. *)

frontOnly == <<frontVars, idVars, pool, poster, posting, posted, done, chain, delivered, held>>

(* The packets as they may be sent: as they are, or with ERROR for one fragment. *)
Sendable ==
  Packets \union
  IF Errors
  THEN UNION {{[packet EXCEPT !.frags[i] = ERROR] : i \in DOMAIN packet.frags} : packet \in Packets}
  ELSE {}

(* May a packet of this shape be published in parts? *)
MayComeInParts(packet) ==
  \E each \in InParts : Len(each.frags) = Len(packet.frags) /\ each.extras = packet.extras

(* The slots of a packet, in their order. *)
SlotsOf(packet) ==
  LET k == Len(packet.frags)
      octets(i) == Octets(packet.frags[i], i = 1 /\ packet.extras > 0, i < k)
      type      == IF "unknown_extra" \in BackFaults THEN "unknown" ELSE "known"
      extra(i)  == Extra(type, i < packet.extras)
  IN <<octets(1)>> \o [i \in 1..packet.extras |-> extra(i)] \o [i \in 1..(k - 1) |-> octets(i + 1)]

(* The packet that these slots are. *)
IsOctets(says) == says.kind = "response"
IsExtra(says)  == says.kind = "extra"
PacketOf(slots) ==
  LET octets == SelectSeq(slots, LAMBDA says : IsOctets(says))
      extras == SelectSeq(slots, LAMBDA says : IsExtra(says))
  IN [frags |-> [i \in DOMAIN octets |-> octets[i].status],
      extras |-> [i \in DOMAIN extras |-> extras[i].type]]

(* The backend takes as many requests as there are slots, copies each fragment into the
   page of its request, writes the answers over the requests and publishes them.  It
   notifies the frontend if that asked to be.  If it took the last request, it asks to be
   notified of the next. *)
Send(slots) ==
  LET n        == Len(slots)
      asked(i) == ring[SlotOf((req_cons + i - 1) % M)]
      page(i)  == granted[asked(i).gref]
      answer(i) == Answer(slots[i], asked(i).id)
      (* Where the answer to the i-th of them goes. *)
      place(i) == SlotOf((rsp_prod_pvt + (IF "reversed" \in BackFaults THEN n - i ELSE i - 1)) % M)
      cons     == (req_cons + n) % M
      prod     == (rsp_prod + n) % M
  IN /\ n <= Sub(req_prod, req_cons)
     /\ ring' = [s \in 0..(N - 1) |->
                  IF \E i \in 1..n : place(i) = s
                  THEN answer(CHOOSE i \in 1..n : place(i) = s) ELSE ring[s]]
     /\ contents' = [p \in Page |->
          IF \E i \in 1..n : page(i) = p /\ IsOctets(slots[i]) /\ slots[i].status # ERROR
          THEN slots[CHOOSE i \in 1..n : page(i) = p].status ELSE contents[p]]
     /\ mapped' = IF "late_unmap" \in BackFaults
                  THEN [g \in Gref |-> IF \E i \in 1..n : asked(i).gref = g THEN 1 ELSE mapped[g]]
                  ELSE mapped
     /\ req_cons' = cons
     /\ req_event' = IF cons = req_prod THEN Inc(cons) ELSE req_event
     /\ backPending' = FALSE
     /\ rsp_prod' = prod /\ rsp_prod_pvt' = prod /\ rspChecked' = prod
     /\ rsp_event' = Forget(rsp_event, rsp_prod)
     /\ frontPending' = (frontPending \/ NotifyDue(rsp_event, rsp_prod, prod))
     /\ UNCHANGED <<req_prod, frontRing, granted, frontOnly>>

(* The backend begins a packet.  It sends all its slots; or as many as it likes, if the
   packet may come in parts. *)
BackSendPacket(packet, count) ==
  LET slots == SlotsOf(packet)
  IN /\ sending = <<>>
     /\ count \in (IF MayComeInParts(packet) THEN 1..Len(slots) ELSE {Len(slots)})
     /\ Send(SubSeq(slots, 1, count))
     /\ sending' = SubSeq(slots, count + 1, Len(slots))
     /\ sent' = Append(sent, PacketOf(slots))

(* The backend sends more of the packet that it has begun. *)
BackSendRest(count) ==
  /\ sending # <<>>
  /\ count \in 1..Len(sending)
  /\ Send(SubSeq(sending, 1, count))
  /\ sending' = SubSeq(sending, count + 1, Len(sending))
  /\ UNCHANGED sent

(* A page is unmapped some time after its request was answered. *)
BackUnmap(gref) ==
  /\ "late_unmap" \in BackFaults
  /\ mapped[gref] > 0
  /\ Unmap(gref)
  /\ UNCHANGED <<ringVars, contents, frontOnly, sending, sent>>

-----------------------------------------------------------------------------
Init ==
  /\ RingInit
  /\ FrontInit("asleep")
  /\ IdInit
  /\ granted = [g \in Gref |-> NoPage]
  /\ mapped = [g \in Gref |-> 0]
  /\ contents = [p \in Page |-> Nothing]
  /\ pool = [i \in 1..Cardinality(Page) |-> i - 1]
  /\ poster = "idle" /\ posting = NoPage
  /\ posted = [s \in 0..(N - 1) |-> NotPosted]
  /\ done = NotDone
  /\ chain = NoChain
  /\ delivered = NotDelivered
  /\ held = [p \in Page |-> NotHeld]
  /\ sending = <<>> /\ sent = <<>>

Poster ==
  \/ \E gref \in Gref : RxGrantAccess(gref)
  \/ RxPost
  \/ RxPushRequests
  \/ RxCheckNotify

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
  \/ \E packet \in Sendable, count \in 1..N : BackSendPacket(packet, count)
  \/ \E count \in 1..N : BackSendRest(count)

Dishonest == \E gref \in Gref : BackUnmap(gref)

Next == Front \/ App \/ Back \/ Dishonest

Spec == Init /\ [][Next]_vars

(* What we promise: each hand of the front goes on.  What we need for that: a backend that
   never runs out of packets, and ends each packet that it has begun. *)
Fairness == WF_vars(Poster) /\ WF_vars(Poller) /\ WF_vars(Back)

FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* Properties.  P4, P7, P8, P9 and P16 are stated in the modules whose variables they are
   about. *)

PacketTypeOK(packet) ==
  /\ packet.frags \in Seq(Status) /\ packet.extras \in Seq(ExtraType)

TypeOK ==
  /\ RingTypeOK(Requests \union Responses \union Extras)
  /\ FrontTypeOK({"asleep", "polling", "releasing", "delivering", "armed"})
  /\ IdTypeOK(Page)
  /\ GrantTypeOK
  /\ contents \in [Page -> Fragment \union {Nothing}]
  /\ pool \in Seq(Page)
  /\ poster \in {"idle", "granted"}
  /\ posting \in Page \union {NoPage}
  /\ (posting = NoPage) <=> (poster = "idle")
  /\ posted \in [0..(N - 1) -> [id: Id, page: Page] \union {NotPosted}]
  /\ done.page \in Page \union {NoPage} /\ done.says \in Octeted \union Extras
  /\ (done.page # NoPage) <=> (poller = "releasing")
  /\ chain.next \in {"start", "extra", "octets"}
  /\ chain.slots \in Nat /\ chain.id \in Id \union {-1}
  /\ {chain.more_data, chain.dropped} \subseteq BOOLEAN
  /\ chain.pages \in Seq(Page) /\ chain.sizes \in Seq(Fragment) /\ chain.extras \in Seq(ExtraType)
  /\ poller # "delivering" /\ chain.next = "start" => chain.slots = 0
  /\ poller = "delivering" => chain.next = "start" /\ chain.pages # <<>> /\ ~chain.dropped
  /\ delivered.sizes \in Seq(Int) /\ delivered.got \in Seq(Fragment \union {Nothing})
  /\ delivered.extras \in Seq(ExtraType) /\ PacketTypeOK(delivered.sent)
  /\ held \in [Page -> Fragment \union {Nothing, NotHeld}]
  /\ CopyOut => \A p \in Page : held[p] = NotHeld
  /\ \A i \in DOMAIN sending : sending[i] \in Octeted \union Extras
  /\ \A i \in DOMAIN sent : PacketTypeOK(sent[i])

(* P8, here. *)
RxResponseBound == FrontResponseBound

(* P16, here. *)
NoLostWakeUp == FrontNoLostWakeUp

IsDelivery == delivered # NotDelivered

(* P60.  What is delivered is the oldest packet that the backend has sent and the front has
   not yet delivered or dropped: its fragments in their order, each with its own size, and
   its extras.  1.5.0 to 2.1.7 broke this. *)
PacketIntact ==
  IsDelivery =>
    /\ delivered.sizes = delivered.sent.frags
    /\ delivered.got = delivered.sizes
    /\ delivered.extras = delivered.sent.extras

(* P61.  A slot answers the request that was posted in it: the front takes back the page
   that it posted there.  2.1.8 broke this. *)
RxSlotIdentity ==
  [][done' # done /\ done'.page # NoPage =>
       done'.page = posted[SlotOf(rsp_cons)].page]_<<done, posted>>

(* A packet that must be dropped. *)
IsBroken(packet) ==
  \/ \E i \in DOMAIN packet.frags : packet.frags[i] = ERROR
  \/ \E i \in DOMAIN packet.extras : packet.extras[i] = "unknown"

IsTooLong(packet) ==
  \/ Len(packet.frags) + Len(packet.extras) > MaxSlots
  \/ Len(packet.frags) > Cardinality(Page)

(* P62.  Nothing is delivered of a packet that has a wrong slot. *)
BrokenNeverDelivered == IsDelivery => ~IsBroken(delivered.sent)

(* P63.  No other packet is dropped. *)
OnlyBrokenDropped ==
  [][(Len(sent') < Len(sent) /\ poller # "delivering")
       => (IsBroken(Head(sent)) \/ IsTooLong(Head(sent)))]_sent

(* How many owners a page has: the pool, the poster, a request, a slot that was
   consumed, the chain, the application. *)
Owners(page) ==
  TimesIn(page, pool) + TimesInFlight(page) + TimesIn(page, chain.pages)
    + (IF posting = page THEN 1 ELSE 0) + (IF done.page = page THEN 1 ELSE 0)
    + (IF held[page] # NotHeld THEN 1 ELSE 0)

(* P64.  No page has two owners, whatever happens to chains, extras and dropped packets. *)
ChainOwnership == \A p \in Page : Owners(p) <= 1

(* P65.  No page is lost in chains, extras and dropped packets. *)
ChainConservation == broken \/ \A p \in Page : Owners(p) >= 1

(* P66.  A page that the backend has mapped is not free, not in a chain, and not with the
   application. *)
NoChainWhileMapped ==
  \A g \in Gref : mapped[g] > 0 =>
    /\ TimesIn(g, pool) = 0 /\ TimesIn(g, chain.pages) = 0
    /\ held[g] = NotHeld

(* P67.  No packet of more than MaxSlots slots is delivered. *)
SlotsBounded == Len(delivered.sizes) + Len(delivered.extras) <= MaxSlots

(* P68.  Where all packets have one slot, the front is NetfrontRx's: it starts as that does,
   and each of its steps is a step there.  A step of this backend is several steps there,
   and is not checked. *)
FrameOf(size) ==
  CASE size = ERROR   -> "ERROR"
    [] size = Nothing -> "-"
    [] OTHER          -> <<"A", "B", "C", "D", "E", "F", "G", "H", "I">>[size]
SlotAs(slot) ==
  CASE slot.kind = "response" ->
         [kind |-> "response", id |-> slot.id, status |-> FrameOf(slot.status)]
    [] slot.kind # "response" -> slot
Single == INSTANCE NetfrontRx WITH
  Refill <- "any_time", CoarseBack <- TRUE,
  Frame <- {FrameOf(f) : f \in Fragment},
  Faults <- {}, BackFaults <- {},
  contents <- [p \in Page |-> FrameOf(contents[p])],
  ring <- [s \in DOMAIN ring |-> SlotAs(ring[s])],
  done <- IF poller = "delivering"
          THEN [page |-> chain.pages[1], status |-> FrameOf(chain.sizes[1])]
          ELSE [page |-> done.page, status |-> FrameOf(done.says.status)],
  delivered <- [size |-> IF IsDelivery THEN FrameOf(delivered.sizes[1]) ELSE "-",
                got |-> IF IsDelivery THEN FrameOf(delivered.got[1]) ELSE "-"],
  held <- [p \in Page |-> IF held[p] = NotHeld THEN "." ELSE FrameOf(held[p])],
  taken <- <<>>
SingleSlotsAsNetfrontRx ==
  /\ Single!Init
  /\ [][<<req_cons, mapped>>' = <<req_cons, mapped>> => (Single!Front \/ Single!App)]_vars

(* P69.  Every packet is delivered or dropped in the end.  So again and again there is none
   on its way, or again and again one more is delivered or dropped. *)
PacketsComeThrough == []<>(sent = <<>>) \/ []<><<Len(sent') < Len(sent)>>_sent
=============================================================================
