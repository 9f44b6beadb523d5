---------------------------- MODULE RecordedRing ----------------------------
(***************************************************************************)
(* From a recording back to the specification: may the ring do what        *)
(* somebody logged of it?                                                  *)
(*                                                                         *)
(* A recording is a list of events: loads and stores of the page, grants   *)
(* and notifications, as traces/LOG.md has them.  Here each event is a     *)
(* step of SharedRing, with the values that the log gives, or it is not    *)
(* possible.  An event that is not possible gets a complaint, which says   *)
(* what rule it breaks.  Some steps are not in the log.  They are taken    *)
(* here when an event needs them, and as late as possible:                 *)
(*                                                                         *)
(*   log shows          step here                                          *)
(*   REQ_WRITE          WriteRequest                                       *)
(*   SET_REQ_PROD       PushRequests, or a push of nothing                 *)
(*   READ_REQ_EVENT     CheckNotifyBack                                    *)
(*   READ_REQ_PROD      (the back knows how far it may take)               *)
(*   REQ_READ           TakeRequest                                        *)
(*   SET_REQ_EVENT      StoreReqEvent                                      *)
(*   RSP_WRITE          WriteResponse                                      *)
(*   SET_RSP_PROD       PushResponses                                      *)
(*   READ_RSP_EVENT     CheckNotifyFront                                   *)
(*   READ_RSP_PROD      (the front knows how far it may consume)           *)
(*   RSP_READ           (what the front reads is what the back wrote)      *)
(*   SET_RSP_CONS       ConsumeResponse, once for each response            *)
(*   SET_RSP_EVENT      StoreRspEvent                                      *)
(*   IRQ                FrontTakeEvent                                     *)
(*   not shown          ConsumeResponse, by a log without SET_RSP_CONS:    *)
(*                      before a request needs the slot, or the front arms *)
(*                      ReadResponse, by a log that only the back recorded *)
(*                      TakeRequest, of a request on the receive ring that *)
(*                      gives its slot to an extra_info                    *)
(*                      BackTakeEvent: nothing depends on it               *)
(*                                                                         *)
(* As late as possible is as good as any time: to consume earlier would    *)
(* only make slots free that nobody asked for.  So a log has one behaviour *)
(* or none, and TLC walks along it.                                        *)
(*                                                                         *)
(* One behaviour here is one ring.  The two rings of an interface share    *)
(* the grant table and perhaps an event channel, and nothing that is       *)
(* checked here.  So a recording of both rings is two behaviours.          *)
(*                                                                         *)
(* What is checked beyond the ring:                                        *)
(*  - The slots of netif.h, as sequences of 16-bit halves in the order of  *)
(*    the page (TLC's integers have 31 bits and a sign).  A packet of      *)
(*    several slots is whole when it is published.  Its extra_info slots   *)
(*    are where its flags say.  Its first size is the total on the         *)
(*    transmit ring, and its own on the receive ring.                      *)
(*  - Ids.  No two requests in flight have one id.  A response on the      *)
(*    transmit ring names a request that was taken, in any order.  NULL is *)
(*    for an extra_info slot, and its id means nothing.  On the receive    *)
(*    ring a response is in the slot of its request.                       *)
(*  - Grants, where the log shows them.                                    *)
(*  - The order in which a driver does things (ProgramOrder), where the    *)
(*    log says which driver it was.                                        *)
(*                                                                         *)
(* Left out, and why that is harmless: whether an event that comes woke    *)
(* anybody (a driver may look at any time); memory order (a log has one    *)
(* order, and in it every load must have the value of the last store).     *)
(* Indices are 2^32 in the page and M = 2^30 here.  A log has fewer events *)
(* than would go round, so two indices that differ in the page differ      *)
(* here.                                                                   *)
(***************************************************************************)
EXTENDS SharedRing, ProgramOrder, TLC

CONSTANTS
  Logs,     \* the recordings, a sequence of records; see Log below
  Tell      \* TRUE: print the state in which a log ends or cannot go on, and what could happen there

VARIABLES
  program,    \* of which driver it is, an element of Programs; it never changes
  log,        \* which recording this is
  at,         \* how many of its events are explained, or wait
  waits,      \* those of them that wait: they come behind others that were recorded later
  swapped,    \* how many have waited; of what the log may do nothing depends on it
  hands,      \* where in its program each hand of the two drivers is
  rspSeen,    \* front: rsp_prod as last loaded
  rspRead,    \* front: responses were read up to here, though perhaps not consumed
  again,      \* front: the packet being read, and which of its fragments is to be read again next,
              \*        in a program that reads fragments twice
  reqSeen,    \* back: req_prod as last loaded
  requests,   \* front: the chain of requests being written
  responses,  \* back: the chain of responses being written
  taking,     \* back: the chain of requests being taken
  inFlight,   \* front: key -> the request's halves, of those whose response was not read
  taken,      \* back: key -> what it knows of each request that it took and did not answer
  worked,     \* back: the last request whose page was copied, and the last one mapped, by index
  nulls,      \* back: extra_info slots taken and not answered; transmit only
  granted,    \* front: the references that grant a page
  fresh,      \* front: references granted for requests still to be written, oldest first
  ending,     \* front: the references whose grants are to end, their responses read
  complaint   \* why the next event is not possible; "" while there is no such event

drivers  == <<hands, rspSeen, rspRead, again, reqSeen, requests, responses, taking, inFlight, taken, worked, nulls,
             granted, fresh, ending>>
changing == <<ringVars, log, at, waits, drivers, complaint>>
vars     == <<changing, swapped, program>>

-----------------------------------------------------------------------------
(* A log is a record:
     ring      "tx" or "rx"
     program   of which driver, a name in Programs
     shows     what it shows, of what a log may lack: "rsp_cons", "grants", "copies",
               "skipped" (requests read though they give their slot to an extra_info)
     ids       "slot", where the driver's ids are its slots, or "unique"
     chunks    the events, in sequences of Log.chunk: SANY would take long over one
     patch     events that come first, in place of ...
     resume    ... as many as this of those in chunks
     length    how many events these are, together
     first     where the indices start
     starts    the states in which it may start; none for a fresh page
     clock     whether its events have cpu, till and mayWait: where one was recorded, the last
               event that may have come before it though it was recorded behind it, and whether
               it may wait for such a one by itself
     branches  position -> the logs that go on from there with events of their own.
               A log is a branch, or a root: TLC starts at the roots, and so walks
               along what several logs have in common once.
     root      whether it is one *)

Log == Logs[log]

InChunks(i) == Log.chunks[(i \div Log.chunk) + 1][(i % Log.chunk) + 1]
EventAt(i) == IF i < Len(Log.patch) THEN Log.patch[i + 1] ELSE InChunks(Log.resume + i - Len(Log.patch))

IsTx == Log.ring = "tx"

(* Does the log show this of the driver?  "rsp_cons", "grants", ... *)
Shows(what) == what \in Log.shows

(* A field that the log may lack has this value there. *)
NotShown == -1
Agrees(given, mine) == given = NotShown \/ given = mine

(* A private index that is logged with an operation of another hand may have moved on in between: it is
   somewhere from low to high then. *)
MayBe(given, mine, races, low, high) ==
  Agrees(given, mine) \/ (races /\ given \in Index /\ Sub(given, low) <= Sub(high, low))

-----------------------------------------------------------------------------
(* netif.h: slots as sequences of 16-bit halves, and flags. *)

Bit(flags, bit) == (flags \div bit) % 2 = 1

MoreData  == 4        \* XEN_NETTXF_more_data, XEN_NETRXF_more_data
ExtraInfo == 8        \* XEN_NETTXF_extra_info, XEN_NETRXF_extra_info
MoreExtra == 1        \* XEN_NETIF_EXTRA_FLAG_MORE
MaxExtraType == 5     \* XEN_NETIF_EXTRA_TYPE_MAX - 1, Linux' XDP included
MaxSlots  == 18       \* XEN_NETIF_NR_SLOTS_MIN
PageSize  == 4096

Gref(halves)   == IF IsTx THEN <<halves[1], halves[2]>> ELSE <<halves[3], halves[4]>>
Offset(halves) == IF IsTx THEN halves[3] ELSE halves[2]
Id(halves)     == IF IsTx THEN halves[5] ELSE halves[1]
Size(halves)   == halves[6]
ReqFlags(halves) == IF IsTx THEN halves[4] ELSE 0

RspId(halves)     == halves[1]
RspFlags(halves)  == halves[3]
Signed(half)     == IF half >= 32768 THEN half - 65536 ELSE half
RspStatus(halves) == Signed(IF IsTx THEN halves[2] ELSE halves[4])

TxStatus == {0, -1, -2}
Null     == 1

ExtraType(halves)  == halves[1] % 256
ExtraFlags(halves) == halves[1] \div 256

(* A request is known by its id, where responses come out of order, and by its
   slot where they do not. *)
KeyOf(halves, idx) == IF IsTx THEN Id(halves) ELSE SlotOf(idx)

Put(f, key, value) == (key :> value) @@ f
Without(f, key)    == [k \in DOMAIN f \ {key} |-> f[k]]

-----------------------------------------------------------------------------
(* A chain: the slots of one packet.  next is what the next slot must hold. *)

NoChain == [next |-> "first", more |-> FALSE, slots |-> 0, left |-> 0, head |-> NotShown]

(* The chain after one more slot of the packet, with these flags and size. *)
WithData(chain, flags, size, key) ==
  LET first == chain.next = "first"
      after == [next  |-> IF first /\ Bit(flags, ExtraInfo) THEN "extra"
                          ELSE IF Bit(flags, MoreData) THEN "more" ELSE "first",
                more  |-> Bit(flags, MoreData),
                slots |-> chain.slots + 1,
                left  |-> IF first THEN size ELSE chain.left - size,
                head  |-> IF first THEN key ELSE chain.head]
  IN IF after.next = "first" THEN NoChain ELSE after

WithExtra(chain, flags) ==
  LET after == [chain EXCEPT !.next = IF Bit(flags, MoreExtra) THEN "extra"
                                      ELSE IF chain.more THEN "more" ELSE "first"]
  IN IF after.next = "first" THEN NoChain ELSE after

-----------------------------------------------------------------------------
(* The order of a driver's program.  A label is an operation and, where the
   program branches, which way. *)

(* A response of the receive ring in this slot that says that something went wrong. *)
IsError(slot) == ~IsTx /\ slot.kind = "response" /\ slot.role = "data" /\ RspStatus(slot.halves) < 0

Label(e) ==
  CASE e.op = "READ_REQ_EVENT" /\ e.notify = 1 /\ Shows("notify") -> "READ_REQ_EVENT_due"
    [] e.op = "READ_RSP_EVENT" /\ e.notify = 1 /\ Shows("notify") -> "READ_RSP_EVENT_due"
    [] e.op = "READ_RSP_PROD" /\ e.rsp_prod # (IF Shows("rsp_cons") THEN rsp_cons ELSE rspRead) -> "READ_RSP_PROD_more"
    [] e.op = "READ_REQ_PROD" /\ e.req_prod # req_cons -> "READ_REQ_PROD_more"
    [] e.op = "RSP_READ" /\ e.idx # rspRead -> "RSP_READ_again"
    [] e.op = "RSP_READ" /\ ring[SlotOf(e.idx)].kind = "response" /\ ring[SlotOf(e.idx)].role = "extra" -> "RSP_READ_extra"
    [] e.op = "RSP_READ" /\ IsError(ring[SlotOf(e.idx)]) -> "RSP_READ_error"
    [] e.op = "SET_RSP_PROD" /\ ~IsTx /\ req_cons # rsp_prod_pvt -> "SET_RSP_PROD_midway"
    [] e.op = "RSP_WRITE" /\ IsTx /\ RspStatus(e.halves) = Null -> "RSP_WRITE_null"
    [] OTHER -> e.op

(* What an event is to a hand that it is not of: it may wake that hand, or end its poll. *)
Heard(e) ==
  <<e.side,
    IF e.op \in {"READ_REQ_EVENT", "READ_RSP_EVENT"} /\ e.notify = 1 /\ ~Shows("notify") THEN "asks"
    ELSE IF e.op = "RSP_WRITE" /\ IsTx /\ RspStatus(e.halves) = -1 THEN "fails"
    ELSE e.op>>

HandOf(op) == program.handOf[IF op \in DOMAIN program.handOf.front THEN "front" ELSE "back"][op]
Hand(e)    == program.handOf[e.side][e.op]

(* Where the hand whose event this is may be behind it.  Nowhere, if it is not in order. *)
After(e) ==
  UNION {NextOf(h, s, label) \union (IF heard \in h.wakes THEN Woken(h, s) ELSE {}) :
           h \in {program.hands[Hand(e)]}, label \in {Label(e)}, heard \in {Heard(e)}, s \in hands[Hand(e)]}

(* Where any other hand may be. *)
Others(name, h, heard) ==
  IF heard \in h.wakes THEN UNION {Woken(h, s) : s \in hands[name]}
  ELSE IF heard \in h.ends THEN {[s EXCEPT !.work = h.budget] : s \in hands[name]}
  ELSE hands[name]

(* May the handler, on another processor than the thread, be who looks? *)
MayBeHandler(e) == \E s \in hands[Hand(e)] : Looks(program.hands[Hand(e)], s, Label(e)) # {}

-----------------------------------------------------------------------------
(* The frontend. *)

(* May the front write this request? *)
WhyNotWrite(e) ==
  LET w == e.halves
      key == KeyOf(w, e.idx)
      (* A further slot of a packet may have no octets (XSA-448).  Nobody looks at its page. *)
      empty == IsTx /\ requests.next = "more" /\ Size(w) = 0
  IN CASE e.idx # req_prod_pvt -> "a request is written to the next slot, at req_prod_pvt"
       [] FreeRequests = 0 -> "the ring is full: the slot holds a response that was not consumed (RingBound, P7)"
       [] reqChecked # req_prod -> "what was published is checked for a notification first"
       [] requests.next = "extra" ->
            IF ExtraType(w) \notin 1..MaxExtraType THEN "this slot must be an extra_info, and its type is none" ELSE ""
       [] OTHER ->
            CASE key \in DOMAIN inFlight \/ \E k \in DOMAIN inFlight : Id(inFlight[k]) = Id(w) ->
                   "the id is that of a request in flight (UniqueOutstandingId, P1)"
              [] Log.ids = "slot" /\ Id(w) # SlotOf(e.idx) -> "the id is that of the slot"
              [] Shows("grants") /\ ~empty /\ Gref(w) \notin granted ->
                   IF IsTx THEN "a page to send is granted before it is offered (BufferStable, P2)"
                   ELSE "a page to receive into is granted before it is offered (DeliveredIntact, P10)"
              [] program.grantsInOrder /\ (fresh = <<>> \/ Gref(w) # Head(fresh)) ->
                   "pages are offered in the order in which they were granted"
              [] IsTx /\ Offset(w) + (IF requests.next = "first" /\ Bit(ReqFlags(w), MoreData) THEN 1 ELSE Size(w)) > PageSize ->
                   "a fragment does not reach across its page"
              [] IsTx /\ Size(w) = 0 /\ ~empty -> "the first fragment is not empty"
              [] IsTx /\ requests.next = "more" /\ Bit(ReqFlags(w), ExtraInfo) -> "only the first slot of a packet has extra_info"
              [] IsTx /\ requests.next = "more" /\ Size(w) >= requests.left ->
                   "the first size is the packet's, more than that of all further slots (SizeRule, P52)"
              [] IsTx /\ requests.slots = MaxSlots -> "a packet has no more slots than XEN_NETIF_NR_SLOTS_MIN"
              [] OTHER -> ""

Write(e) ==
  LET w == e.halves
      key == KeyOf(w, e.idx)
      extra == requests.next = "extra"
  IN /\ WriteRequest([kind |-> "request", role |-> IF extra THEN "extra" ELSE "data", halves |-> w])
     /\ requests' = IF ~IsTx THEN NoChain
                    ELSE IF extra THEN WithExtra(requests, ExtraFlags(w))
                    ELSE WithData(requests, ReqFlags(w), Size(w), key)
     /\ inFlight' = IF extra THEN inFlight ELSE Put(inFlight, key, w)
     /\ fresh' = IF extra \/ fresh = <<>> THEN fresh ELSE Tail(fresh)
     /\ UNCHANGED <<rspSeen, rspRead, again, worked, reqSeen, responses, taking, taken, nulls, granted, ending>>

WhyNotPushRequests(e) ==
  CASE e.old # req_prod -> "req_prod is moved on from where it is"
    [] e.new # req_prod_pvt -> "requests are published up to req_prod_pvt"
    [] requests.next # "first" -> "a packet is published whole or not at all (PublishedWhole, P50)"
    [] ~MayBe(e.rsp_cons, rsp_cons, HandOf("SET_RSP_CONS") # Hand(e), Sub(req_prod_pvt, N), rsp_prod) -> "rsp_cons is another"
    [] reqChecked # req_prod -> "what was published is checked for a notification first"
    [] OTHER -> ""

PushRequestsOrNone == IF req_prod = req_prod_pvt THEN UNCHANGED ringVars ELSE PushRequests

WhyNotCheckBack(e) ==
  CASE e.req_event # req_event -> "req_event is another"
    [] e.notify # (IF NotifyDue(req_event, reqChecked, req_prod) THEN 1 ELSE 0) ->
         "a push notifies exactly when the event index is one of those just published (NotifyExact, P20)"
    [] OTHER -> ""

(* Where the log shows NOTIFY the event is sent there, and not by the check. *)
CheckBackOrNone ==
  IF req_prod = reqChecked THEN UNCHANGED ringVars
  ELSE IF Shows("notify") THEN CheckNotifyBackIf(FALSE) ELSE CheckNotifyBack

WhyNotReadRspProd(e) ==
  CASE e.rsp_prod # rsp_prod -> "rsp_prod is another"
    [] ~Agrees(e.rsp_cons, rsp_cons) -> "rsp_cons is another"
    [] ~ResponseBound(rsp_prod) -> "more responses than requests (ResponseBound, P8)"
    [] OTHER -> ""

(* A response may be read several times until it is consumed. *)
WhyNotReadResponse(e) ==
  LET slot == ring[SlotOf(e.idx)]
  IN CASE Sub(e.idx, rsp_cons) >= Sub(rspSeen, rsp_cons) -> "responses are read between rsp_cons and rsp_prod as last loaded"
       [] Sub(e.idx, rsp_cons) > Sub(rspRead, rsp_cons) -> "responses are read one after the other"
       [] slot.kind # "response" -> "there is no response in this slot"
       [] slot.halves # e.halves -> "the slot has other contents"
       [] program.readsAgain /\ e.idx # rspRead /\ e.idx # again.idx -> "the fragments of a packet are read again in their order"
       [] OTHER -> ""

(* When a response is read for the first time its request is done. *)
ReadResponse(e) ==
  LET slot == ring[SlotOf(e.idx)]
      key  == IF IsTx THEN RspId(slot.halves) ELSE SlotOf(e.idx)
      gref == Gref(inFlight[key])
      isAgain == e.idx # rspRead
      extra == slot.role = "extra"
      (* The first slot of a packet, and its extras, are not read again. *)
      isHead == ~isAgain /\ (extra \/ again.chain.next = "first")
      chain  == IF isAgain \/ IsTx THEN again.chain
                ELSE IF extra THEN WithExtra(again.chain, ExtraFlags(slot.halves))
                ELSE WithData(again.chain, RspFlags(slot.halves), 0, key)
  IN /\ rspRead' = IF isAgain THEN rspRead ELSE Inc(rspRead)
     /\ again' = [chain |-> chain, idx |-> IF isAgain \/ isHead THEN Inc(again.idx) ELSE again.idx]
     /\ inFlight' = IF isAgain \/ (IsTx /\ extra) THEN inFlight ELSE Without(inFlight, key)
     /\ ending' = IF isAgain \/ extra \/ IsError(slot) \/ ~program.grantsInOrder THEN ending ELSE Append(ending, gref)
     (* The page of a request that an extra_info used up, or that was answered with an error, is still
        granted, and offered again. *)
     /\ fresh' = IF ~isAgain /\ (extra \/ IsError(slot)) /\ ~IsTx /\ program.grantsInOrder THEN Append(fresh, gref) ELSE fresh
     /\ UNCHANGED <<ringVars, rspSeen, worked, reqSeen, requests, responses, taking, taken, nulls, granted>>

(* A packet with an error in it is consumed as it is. *)
Fails(e) == \E s \in hands[Hand(e)] : s.phase \in program.failing

WhyNotConsume(e) ==
  CASE Sub(e.rsp_cons, rsp_cons) > Sub(rspRead, rsp_cons) -> "responses are consumed that were read"
    [] program.readsAgain /\ again.idx # rspRead /\ ~Fails(e) -> "the fragments of a packet are read again before it is consumed"
    [] OTHER -> ""

WhyNotArmFront(e) ==
  CASE e.rsp_event # Inc(rsp_cons) -> "rsp_event is one further than rsp_cons"
    [] OTHER -> ""

WhyNotGrant(e) ==
  CASE e.gref \in granted -> "the reference grants a page already"
    [] e.ro # NotShown /\ (e.ro = 1) # IsTx -> "a page to send is granted read-only, a page to receive into is not"
    [] OTHER -> ""

WhyNotEnd(e) ==
  CASE e.gref \notin granted -> "the reference grants nothing"
    [] \E k \in DOMAIN inFlight : Gref(inFlight[k]) = e.gref -> "a grant ends when its request is answered (NoReuseBeforeResponse, P3)"
    [] program.grantsInOrder /\ (ending = <<>> \/ Head(ending) # e.gref) -> "grants end in the order of the responses"
    [] OTHER -> ""

-----------------------------------------------------------------------------
(* The backend. *)

WhyNotReadReqProd(e) ==
  CASE e.req_prod # req_prod -> "req_prod is another"
    [] ~MayBe(e.req_cons, req_cons, MayBeHandler(e), rsp_prod_pvt, req_prod) -> "req_cons is another"
    [] ~MayBe(e.rsp_prod_pvt, rsp_prod_pvt, HandOf("RSP_WRITE") # Hand(e) \/ MayBeHandler(e), rsp_prod, req_cons) ->
         "rsp_prod_pvt is another"
    [] OTHER -> ""

WhyNotTake(e) ==
  LET slot == ring[SlotOf(e.idx)]
  IN CASE e.idx # req_cons -> "requests are taken one after the other, at req_cons"
       [] Sub(e.idx, req_cons) >= Sub(reqSeen, req_cons) -> "requests are taken up to req_prod as last loaded"
       [] Sub(req_cons, rsp_prod_pvt) >= N -> "there is no slot left to answer in"
       [] slot.kind # "request" -> "there is no request in this slot"
       [] slot.halves # e.halves -> "the slot has other contents"
       [] OTHER -> ""

(* What the back knows of a request: how much of its page it may copy, and did; whether
   it had looked at req_prod just before, or may have; and the first request of its packet, at which
   is noted how many octets and slots the packet has and how much of it was copied. *)
Known(w, idx, head, looked) ==
  [idx |-> idx, gref |-> Gref(w), from |-> IF IsTx THEN Offset(w) ELSE 0, size |-> IF IsTx THEN Size(w) ELSE PageSize,
   copied |-> 0, mapped |-> FALSE, extras |-> 0, looked |-> looked,
   head |-> head, octets |-> IF IsTx THEN Size(w) ELSE 0, slots |-> 1, headers |-> 0]

Take(e) ==
  LET w == e.halves
      extra == ring[SlotOf(e.idx)].role = "extra"
      key == KeyOf(w, e.idx)
      further == IsTx /\ taking.next = "more"
      (* The first slot's size is the packet's: each further slot leaves less for it. *)
      before == IF further /\ taking.head \in DOMAIN taken
                THEN [taken EXCEPT ![taking.head].size = @ - Size(w), ![taking.head].slots = @ + 1] ELSE taken
      head   == IF further THEN taking.head ELSE key
  IN /\ TakeRequest
     /\ taking' = IF ~IsTx THEN NoChain
                  ELSE IF extra THEN WithExtra(taking, ExtraFlags(w))
                  ELSE WithData(taking, ReqFlags(w), Size(w), key)
     /\ taken' = IF ~extra THEN Put(before, key, Known(w, e.idx, head, {s.phase # "reading" : s \in hands[Hand(e)]}))
                 ELSE IF program.nullsFollow THEN [taken EXCEPT ![taking.head].extras = @ + 1]
                 ELSE taken
     /\ nulls' = IF extra /\ ~program.nullsFollow THEN nulls + 1 ELSE nulls
     /\ UNCHANGED <<rspSeen, rspRead, again, worked, reqSeen, requests, responses, inFlight, granted, fresh, ending>>

WhyNotArmBack(e) ==
  CASE program.armsLater ->
         IF Sub(e.req_event, req_cons) \in 1..N THEN "" ELSE "req_event is further than req_cons, and no further than the ring is long"
    [] e.req_event \notin {Inc(IF i = "prod" THEN req_prod ELSE req_cons) : i \in program.armsAt} ->
         "req_event is one further than req_cons, or than req_prod where the driver waits for more than there are"
    [] OTHER -> ""

Of(gref) == {k \in DOMAIN taken : taken[k].gref = gref}

(* A program that copies no more of a packet than its headers, and maps the rest.
   A packet of very many slots is copied further. *)
CopiesHeaders(head) == program.headers # 0 /\ head \in DOMAIN taken /\ taken[head].slots < MaxSlots

Least(a, b) == IF a < b THEN a ELSE b

(* How much of this request is copied next. *)
HeadersIn(k) == Least(program.headers - taken[taken[k].head].headers, taken[k].size - taken[k].copied)

WhyNotCopy(e) ==
  CASE e.gref \notin granted -> "the page is not granted (NoFreeWhileMapped, P4)"
    [] e.len = 0 -> "what is copied is something"
    [] \A k \in Of(e.gref) :
          e.off # taken[k].from + taken[k].copied \/ taken[k].copied + e.len > taken[k].size ->
         "what is copied is what a request that was taken says, from its beginning"
    [] program.worksInOrder /\ \A k \in Of(e.gref) : Sub(taken[k].idx, worked.copied) > N ->
         "pages are copied in the order of the requests"
    [] \A k \in Of(e.gref) : CopiesHeaders(taken[k].head) /\ e.len # HeadersIn(k) ->
         "of a packet as much is copied as has its headers, and the rest is mapped"
    [] OTHER -> ""

CopyPage(e) ==
  LET k == CHOOSE k \in Of(e.gref) :
             e.off = taken[k].from + taken[k].copied /\ taken[k].copied + e.len <= taken[k].size
      after == [taken EXCEPT ![k].copied = @ + e.len]
      head  == taken[k].head
  IN /\ taken' = IF head \in DOMAIN after THEN [after EXCEPT ![head].headers = @ + e.len] ELSE after
     /\ worked' = [worked EXCEPT !.copied = taken[k].idx]
     /\ UNCHANGED <<ringVars, rspSeen, rspRead, again, reqSeen, requests, responses, taking, inFlight, nulls, granted, fresh, ending>>

WhyNotMap(e) ==
  CASE e.gref \notin granted -> "the page is not granted (NoFreeWhileMapped, P4)"
    [] \A k \in Of(e.gref) : taken[k].mapped -> "a page is mapped for a request that was taken"
    [] program.worksInOrder /\ \A k \in Of(e.gref) : Sub(taken[k].idx, worked.mapped) > N ->
         "pages are mapped in the order of the requests"
    [] OTHER -> ""

MapPage(e) ==
  LET k == CHOOSE k \in Of(e.gref) : ~taken[k].mapped
  IN /\ taken' = [taken EXCEPT ![k].mapped = TRUE]
     /\ worked' = [worked EXCEPT !.mapped = taken[k].idx]
     /\ UNCHANGED <<ringVars, rspSeen, rspRead, again, reqSeen, requests, responses, taking, inFlight, nulls, granted, fresh, ending>>

WhyNotAnswer(e) ==
  LET w == e.halves
      id == RspId(w)
      status == RspStatus(w)
      slot == SlotOf(e.idx)
      half == rsp_prod_pvt # req_cons
  IN CASE e.idx # rsp_prod_pvt -> "a response is written to the next slot, at rsp_prod_pvt"
       [] rsp_prod_pvt = req_cons -> "a response answers a request that was taken"
       [] rspChecked # rsp_prod -> "what was published is checked for a notification first"
       [] IsTx /\ status = Null -> IF nulls = 0 THEN "NULL is for an extra_info slot" ELSE ""
       [] IsTx ->
            CASE id \notin DOMAIN taken -> "the id is not that of a request taken and unanswered"
              [] status \notin TxStatus -> "there is no such status"
              [] status = 0 /\ Shows("copies") /\ ~taken[id].mapped /\ taken[id].copied # taken[id].size ->
                   "what is said to be sent was read whole, or mapped"
              [] status = 0 /\ taken[id].head = id /\ CopiesHeaders(id)
                 /\ taken[id].headers # Least(program.headers, taken[id].octets) ->
                   "a packet is not sent before its headers were copied"
              [] OTHER -> ""
       [] responses.next = "extra" ->
            IF ExtraType(w) \notin 1..MaxExtraType THEN "this slot must be an extra_info, and its type is none" ELSE ""
       [] OTHER ->
            CASE slot \notin DOMAIN taken -> "a request that was not read is not answered with data"
              [] id # Id(inFlight[slot]) -> "a response is in the slot of its request"
              [] program.looksFirst /\ (responses.next = "first") \notin taken[slot].looked ->
                   "the back looks at req_prod before each packet, and not within one"
              [] status < 0 -> ""
              [] status > PageSize \/ w[2] + status > PageSize -> "a fragment does not reach across its page"
              [] Shows("copies") /\ status # taken[slot].copied -> "the status is the number of octets copied"
              [] OTHER -> ""

Answer(e) ==
  LET w == e.halves
      key == IF IsTx THEN RspId(w) ELSE SlotOf(e.idx)
      extra == IF IsTx THEN RspStatus(w) = Null ELSE responses.next = "extra"
  IN /\ WriteResponse([kind |-> "response", role |-> IF extra THEN "extra" ELSE "data", halves |-> w])
     /\ responses' = IF IsTx THEN NoChain
                     ELSE IF extra THEN WithExtra(responses, ExtraFlags(w))
                     ELSE WithData(responses, RspFlags(w), 0, key)
     /\ taken' = IF IsTx /\ extra THEN taken ELSE Without(taken, key)
     /\ nulls' = IF ~IsTx THEN nulls ELSE IF extra THEN nulls - 1 ELSE nulls + taken[key].extras
     /\ UNCHANGED <<rspSeen, rspRead, again, worked, reqSeen, requests, taking, inFlight, granted, fresh, ending>>

WhyNotPushResponses(e) ==
  CASE e.old # rsp_prod -> "rsp_prod is moved on from where it is"
    [] e.new # rsp_prod_pvt -> "responses are published up to rsp_prod_pvt"
    [] responses.next # "first" -> "a packet is published whole or not at all (PublishedWhole, P50)"
    [] program.nullsFollow /\ nulls # 0 -> "the NULLs of a packet's extras are published with its first answer"
    [] ~MayBe(e.req_cons, req_cons, HandOf("REQ_READ") # Hand(e), rsp_prod_pvt, req_prod) -> "req_cons is another"
    [] rspChecked # rsp_prod -> "what was published is checked for a notification first"
    [] OTHER -> ""

PushResponsesOrNone == IF rsp_prod = rsp_prod_pvt THEN UNCHANGED ringVars ELSE PushResponses

WhyNotCheckFront(e) ==
  CASE e.rsp_event # rsp_event -> "rsp_event is another"
    [] e.notify # (IF NotifyDue(rsp_event, rspChecked, rsp_prod) THEN 1 ELSE 0) ->
         "a push notifies exactly when the event index is one of those just published (NotifyExact, P20)"
    [] OTHER -> ""

CheckFrontOrNone ==
  IF rsp_prod = rspChecked THEN UNCHANGED ringVars
  ELSE IF Shows("notify") THEN CheckNotifyFrontIf(FALSE) ELSE CheckNotifyFront

Notify(side) ==
  /\ frontPending' = (frontPending \/ side = "back")
  /\ backPending' = (backPending \/ side = "front")
  /\ UNCHANGED <<sharedWords, frontRing, backRing>>


-----------------------------------------------------------------------------
(* What an event is, one or the other. *)

WhyNotByOp(e) ==
  CASE e.op = "REQ_WRITE"      -> WhyNotWrite(e)
    [] e.op = "SET_REQ_PROD"   -> WhyNotPushRequests(e)
    [] e.op = "READ_REQ_EVENT" -> WhyNotCheckBack(e)
    [] e.op = "READ_RSP_PROD"  -> WhyNotReadRspProd(e)
    [] e.op = "RSP_READ"       -> WhyNotReadResponse(e)
    [] e.op = "SET_RSP_CONS"   -> WhyNotConsume(e)
    [] e.op = "SET_RSP_EVENT"  -> WhyNotArmFront(e)
    [] e.op = "GNT_GRANT"      -> WhyNotGrant(e)
    [] e.op = "GNT_END"        -> WhyNotEnd(e)
    [] e.op = "IRQ"            -> IF frontPending THEN "" ELSE "an event comes that nobody sent"
    [] e.op = "READ_REQ_PROD"  -> WhyNotReadReqProd(e)
    [] e.op = "TX_ACTION"      -> IF e.req_cons = req_cons THEN "" ELSE "req_cons is another"
    [] e.op = "REQ_READ"       -> WhyNotTake(e)
    [] e.op = "SET_REQ_EVENT"  -> WhyNotArmBack(e)
    [] e.op = "GNT_COPY"       -> WhyNotCopy(e)
    [] e.op = "GNT_MAP"        -> WhyNotMap(e)
    [] e.op = "RSP_WRITE"      -> WhyNotAnswer(e)
    [] e.op = "SET_RSP_PROD"   -> WhyNotPushResponses(e)
    [] e.op = "READ_RSP_EVENT" -> WhyNotCheckFront(e)
    [] e.op = "BACK_ATTACH"    -> IF e.rsp_prod = rsp_prod /\ e.req_prod = req_prod THEN "" ELSE "the page has other indices"
    [] OTHER                   -> ""

OutOfOrder == "the program of this driver does not come to this here (ProgramOrder)"

WhyNot(e) ==
  LET why == WhyNotByOp(e)
  IN IF why # "" THEN why ELSE IF After(e) = {} THEN OutOfOrder ELSE ""

(* What could happen instead: the operations of either side that would be possible, with
   the values that they would have here.  One of each kind is enough, so not all requests
   that could be written are here, nor all responses. *)
AnyGref == <<-1, -1>>

SomeGref == IF fresh # <<>> THEN fresh[1] ELSE IF granted = {} THEN AnyGref ELSE CHOOSE g \in granted : TRUE
SomeId   == IF Log.ids = "slot" THEN SlotOf(req_prod_pvt)
            ELSE CHOOSE i \in 0..N : i \notin DOMAIN inFlight /\ \A j \in 0..(i - 1) : j \in DOMAIN inFlight
SomeRequest ==
  IF ~IsTx THEN <<SomeId, 0>> \o SomeGref
  ELSE IF requests.next = "extra" THEN <<1, 0, 0, 0, 0, 0>>
  ELSE SomeGref \o <<0, 0, SomeId, 1>>

Candidates ==
  {[side |-> "front", op |-> "REQ_WRITE", idx |-> req_prod_pvt, halves |-> SomeRequest],
   [side |-> "front", op |-> "RING_INIT"],
   [side |-> "front", op |-> "GNT_GRANT", gref |-> AnyGref, ro |-> NotShown],
   [side |-> "front", op |-> "SET_REQ_PROD", old |-> req_prod, new |-> req_prod_pvt, rsp_cons |-> rsp_cons],
   [side |-> "front", op |-> "READ_REQ_EVENT", req_event |-> req_event,
    notify |-> IF NotifyDue(req_event, reqChecked, req_prod) THEN 1 ELSE 0],
   [side |-> "front", op |-> "NOTIFY"],
   [side |-> "front", op |-> "IRQ"],
   [side |-> "front", op |-> "READ_RSP_PROD", rsp_prod |-> rsp_prod, rsp_cons |-> rsp_cons],
   [side |-> "front", op |-> "SET_RSP_CONS", rsp_cons |-> rspRead],
   [side |-> "front", op |-> "SET_RSP_EVENT", rsp_event |-> Inc(rsp_cons)],
   [side |-> "back", op |-> "BACK_ATTACH", rsp_prod |-> rsp_prod, req_prod |-> req_prod],
   [side |-> "back", op |-> "READ_REQ_PROD", req_prod |-> req_prod, req_cons |-> req_cons, rsp_prod_pvt |-> rsp_prod_pvt],
   [side |-> "back", op |-> "TX_ACTION", req_cons |-> req_cons],
   [side |-> "back", op |-> "SET_REQ_EVENT", req_event |-> Inc(IF program.armsAt = {"prod"} THEN req_prod ELSE req_cons)],
   [side |-> "back", op |-> "SET_RSP_PROD", old |-> rsp_prod, new |-> rsp_prod_pvt, req_cons |-> req_cons],
   [side |-> "back", op |-> "READ_RSP_EVENT", rsp_event |-> rsp_event,
    notify |-> IF NotifyDue(rsp_event, rspChecked, rsp_prod) THEN 1 ELSE 0]}
  \union {[side |-> "front", op |-> "RSP_READ", idx |-> rspRead, halves |-> ring[SlotOf(rspRead)].halves] :
           s \in {s \in {ring[SlotOf(rspRead)]} : s.kind = "response"}}
  \union {[side |-> "front", op |-> "GNT_END", gref |-> ending[1]] : i \in 1..(IF ending = <<>> THEN 0 ELSE 1)}
  \union {[side |-> "back", op |-> "REQ_READ", idx |-> req_cons, halves |-> ring[SlotOf(req_cons)].halves] :
           s \in {s \in {ring[SlotOf(req_cons)]} : s.kind = "request"}}
  \union {[side |-> "back", op |-> "GNT_COPY", gref |-> taken[k].gref, off |-> taken[k].from + taken[k].copied,
            len |-> IF IsTx THEN taken[k].size - taken[k].copied ELSE 1] : k \in DOMAIN taken}
  \union {[side |-> "back", op |-> "GNT_MAP", gref |-> taken[k].gref] : k \in {k \in DOMAIN taken : IsTx}}
  \union {[side |-> "back", op |-> "RSP_WRITE", idx |-> rsp_prod_pvt, halves |-> <<id, 0>>] :
           id \in IF IsTx THEN DOMAIN taken ELSE {}}
  \union {[side |-> "back", op |-> "RSP_WRITE", idx |-> rsp_prod_pvt, halves |-> <<0, 1>>] : i \in {i \in {1} : IsTx}}
  \union {[side |-> "back", op |-> "RSP_WRITE", idx |-> rsp_prod_pvt,
            halves |-> <<Id(inFlight[SlotOf(rsp_prod_pvt)]), 0, 0, taken[SlotOf(rsp_prod_pvt)].copied>>] :
           i \in {i \in {1} : ~IsTx /\ SlotOf(rsp_prod_pvt) \in DOMAIN taken}}

Possible == {e \in Candidates : WhyNot(e) = ""}

ButSeenAndAgain == <<worked, rspRead, reqSeen, requests, responses, taking, inFlight, taken, nulls, granted, fresh, ending>>
OthersButRspSeen == <<again, worked, rspRead, reqSeen, requests, responses, taking, inFlight, taken, nulls, granted, fresh, ending>>
OthersButReqSeen == <<again, worked, rspSeen, rspRead, requests, responses, taking, inFlight, taken, nulls, granted, fresh, ending>>
ButGrants == <<again, worked, rspSeen, rspRead, reqSeen, requests, responses, taking, inFlight, taken, nulls>>
AllButHands == <<rspSeen, OthersButRspSeen>>

Effect(e) ==
  CASE e.op = "REQ_WRITE"      -> Write(e)
    [] e.op = "SET_REQ_PROD"   -> PushRequestsOrNone /\ UNCHANGED AllButHands
    [] e.op = "READ_REQ_EVENT" -> CheckBackOrNone /\ UNCHANGED AllButHands
    [] e.op = "READ_RSP_PROD"  -> rspSeen' = rsp_prod /\ UNCHANGED <<ringVars, OthersButRspSeen>>
    [] e.op = "RSP_READ"       -> ReadResponse(e)
    [] e.op = "SET_RSP_CONS"   -> /\ again' = IF Fails(e) THEN [again EXCEPT !.idx = rspRead] ELSE again
                                  /\ UNCHANGED <<ringVars, rspSeen, ButSeenAndAgain>>
    [] e.op = "SET_RSP_EVENT"  -> StoreRspEvent(e.rsp_event) /\ UNCHANGED AllButHands
    [] e.op = "GNT_GRANT"      -> /\ granted' = granted \union {e.gref}
                                  /\ fresh' = IF program.grantsInOrder THEN Append(fresh, e.gref) ELSE fresh
                                  /\ UNCHANGED <<ringVars, ButGrants, ending>>
    [] e.op = "GNT_END"        -> /\ granted' = granted \ {e.gref}
                                  /\ ending' = IF ending = <<>> THEN ending ELSE Tail(ending)
                                  /\ UNCHANGED <<ringVars, ButGrants, fresh>>
    [] e.op = "IRQ"            -> FrontTakeEvent /\ UNCHANGED AllButHands
    [] e.op = "READ_REQ_PROD"  -> /\ reqSeen' = req_prod
                                  /\ UNCHANGED <<ringVars, OthersButReqSeen>>
    [] e.op = "NOTIFY"         -> Notify(e.side) /\ UNCHANGED AllButHands
    [] e.op = "REQ_READ"       -> Take(e)
    [] e.op = "SET_REQ_EVENT"  -> StoreReqEvent(e.req_event) /\ UNCHANGED AllButHands
    [] e.op = "GNT_COPY"       -> CopyPage(e)
    [] e.op = "GNT_MAP"        -> MapPage(e)
    [] e.op = "RSP_WRITE"      -> Answer(e)
    [] e.op = "SET_RSP_PROD"   -> PushResponsesOrNone /\ UNCHANGED AllButHands
    [] e.op = "READ_RSP_EVENT" -> CheckFrontOrNone /\ UNCHANGED AllButHands
    [] OTHER                   -> UNCHANGED <<ringVars, AllButHands>>

-----------------------------------------------------------------------------
(* Steps that an event needs and the log does not show. *)

(* A response is consumed: SET_RSP_CONS says how many, or the log says nothing
   and a request is to be written, or the front arms behind them. *)
MustConsume(e) ==
  /\ rsp_cons # rspRead
  /\ CASE e.op = "SET_RSP_CONS" -> Sub(e.rsp_cons, rsp_cons) \in 1..Sub(rspRead, rsp_cons)
       [] Shows("rsp_cons") -> FALSE
       [] e.op = "REQ_WRITE" -> FreeRequests = 0
       [] e.op = "SET_RSP_EVENT" -> Sub(e.rsp_event, rsp_cons) - 1 \in 1..Sub(rspRead, rsp_cons)
       [] OTHER -> FALSE

(* A request gives its slot to an extra_info without being read. *)
MustSkip(e) ==
  /\ ~IsTx /\ ~Shows("skipped")
  /\ req_cons # reqSeen
  /\ CASE e.op = "REQ_READ" -> Sub(e.idx, req_cons) \in 1..(N - 1)
       [] e.op = "RSP_WRITE" -> e.idx = req_cons /\ responses.next = "extra"
       [] OTHER -> FALSE

(* A response is read, in a log that the back alone recorded: before its slot or
   its id is used again, its grant ends, or the front arms behind it. *)
MustRead(e) ==
  /\ program.unseen
  /\ rspRead # rsp_prod
  /\ CASE e.op = "REQ_WRITE" -> FreeRequests = 0 \/ KeyOf(e.halves, e.idx) \in DOMAIN inFlight
       [] e.op = "SET_RSP_EVENT" -> Sub(e.rsp_event, rspRead) - 1 \in 1..Sub(rsp_prod, rspRead)
       [] e.op = "GNT_END" -> \E k \in DOMAIN inFlight : Gref(inFlight[k]) = e.gref
       [] OTHER -> FALSE

position == <<log, at, waits, swapped>>

HiddenRead ==
  /\ ReadResponse([idx |-> rspRead, halves |-> ring[SlotOf(rspRead)].halves])
  /\ UNCHANGED <<hands, position, complaint>>

HiddenConsume == ConsumeResponse /\ UNCHANGED <<drivers, position, complaint>>
HiddenSkip    == TakeRequest /\ UNCHANGED <<drivers, position, complaint>>

-----------------------------------------------------------------------------
HasEnded == at = Log.length /\ waits = {}

(* The verdict, which the caller reads from TLC's output.  A run that prints none has none. *)
Explained == at - Cardinality(waits)
Say(what) == PrintT(ToString(<<"recording", log, Explained, what, swapped>>))

TheState ==
  [req_prod |-> req_prod, req_event |-> req_event, rsp_prod |-> rsp_prod, rsp_event |-> rsp_event, ring |-> ring,
   req_prod_pvt |-> req_prod_pvt, rsp_cons |-> rsp_cons, reqChecked |-> reqChecked,
   rsp_prod_pvt |-> rsp_prod_pvt, req_cons |-> req_cons, rspChecked |-> rspChecked,
   frontPending |-> frontPending, backPending |-> backPending,
   hands |-> hands, rspSeen |-> rspSeen, rspRead |-> rspRead, again |-> again, reqSeen |-> reqSeen, worked |-> worked,
   requests |-> requests, responses |-> responses, taking |-> taking,
   inFlight |-> inFlight, taken |-> taken, nulls |-> nulls,
   granted |-> granted, fresh |-> fresh, ending |-> ending]

SayImpossible(why) ==
  IF Tell /\ ~Log.clock THEN PrintT(ToString(<<"recording", log, Explained, why, swapped, TheState, Possible>>))
  ELSE Say(why)

SayBehaviour ==
  IF Tell THEN PrintT(ToString(<<"recording", log, Explained, "is a behaviour", swapped, TheState>>))
  ELSE Say("is a behaviour")

(* This event is next, or why it is not possible.  Behind it the log is at next, and these wait.  TLC
   evaluates what \E binds once, and what LET does wherever it is used. *)
TakeEvent(e, next, waiting) ==
  IF MustConsume(e) THEN HiddenConsume
  ELSE IF MustRead(e) THEN HiddenRead
  ELSE IF MustSkip(e) THEN HiddenSkip
  ELSE \E rule \in {WhyNotByOp(e)}, mine \in {Hand(e)}, heard \in {Heard(e)} :
       \E after \in {IF rule = "" THEN After(e) ELSE {}} :
         IF after # {}
         THEN /\ Effect(e)
              /\ hands' = [name \in DOMAIN hands |->
                             IF name = mine THEN after ELSE Others(name, program.hands[name], heard)]
              /\ at' = next
              /\ waits' = waiting
              /\ UNCHANGED <<log, swapped, complaint>>
         ELSE \E why \in {IF rule = "" THEN OutOfOrder ELSE rule} :
                complaint' = why /\ SayImpossible(why) /\ UNCHANGED <<ringVars, position, drivers>>

InRecordedOrder == \E e \in {EventAt(at)} : TakeEvent(e, at + 1, {})

(* Where the clock of a recording cannot order two processors: the next event may wait, and one that
   waits may be next.  Those of one processor come in their order. *)
WithinClock ==
  \/ /\ at < Log.length
     /\ \E e \in {EventAt(at)} :
          /\ \A j \in waits : EventAt(j).cpu # e.cpu /\ at <= EventAt(j).till
          /\ TakeEvent(e, at + 1, waits)
  \/ \E j \in waits :
       /\ \A k \in waits : k < j => EventAt(k).cpu # EventAt(j).cpu
       /\ \E e \in {EventAt(j)} : TakeEvent(e, at, waits \ {j})
  \/ /\ at < Log.length
     /\ EventAt(at).mayWait \/ \E j \in waits : EventAt(j).cpu = EventAt(at).cpu
     /\ \A j \in waits : at <= EventAt(j).till
     /\ at' = at + 1 /\ waits' = waits \union {at} /\ swapped' = swapped + 1
     /\ UNCHANGED <<ringVars, log, drivers, complaint>>

NextEvent ==
  /\ complaint = ""
  /\ IF HasEnded THEN complaint' = "none" /\ SayBehaviour /\ UNCHANGED <<ringVars, position, drivers>>
     ELSE IF Log.clock THEN WithinClock ELSE InRecordedOrder

(* From here on the events of this log are those of one of its branches. *)
Branch ==
  /\ complaint = ""
  /\ at \in DOMAIN Log.branches
  /\ log' \in Log.branches[at]
  /\ at' = 0
  /\ UNCHANGED <<ringVars, waits, swapped, drivers, complaint>>

Next == (NextEvent \/ Branch) /\ UNCHANGED program

(* A log starts on a fresh page, or says in which state, or states. *)
Fresh ==
  /\ RingInitAt(Log.first)
  /\ hands = program.start
  /\ rspSeen = Log.first /\ rspRead = Log.first /\ again = [chain |-> NoChain, idx |-> Log.first] /\ reqSeen = Log.first
  /\ worked = [copied |-> Log.first, mapped |-> Log.first]
  /\ requests = NoChain /\ responses = NoChain /\ taking = NoChain
  /\ inFlight = <<>> /\ taken = <<>> /\ nulls = 0
  /\ granted = {} /\ fresh = <<>> /\ ending = <<>>

InState(s) ==
  /\ req_prod = s.req_prod /\ req_event = s.req_event /\ rsp_prod = s.rsp_prod /\ rsp_event = s.rsp_event
  /\ ring = s.ring
  /\ req_prod_pvt = s.req_prod_pvt /\ rsp_cons = s.rsp_cons /\ reqChecked = s.reqChecked
  /\ rsp_prod_pvt = s.rsp_prod_pvt /\ req_cons = s.req_cons /\ rspChecked = s.rspChecked
  /\ frontPending = s.frontPending /\ backPending = s.backPending
  /\ hands = s.hands
  /\ rspSeen = s.rspSeen /\ rspRead = s.rspRead /\ again = s.again /\ reqSeen = s.reqSeen /\ worked = s.worked
  /\ requests = s.requests /\ responses = s.responses /\ taking = s.taking
  /\ inFlight = s.inFlight /\ taken = s.taken /\ nulls = s.nulls
  /\ granted = s.granted /\ fresh = s.fresh /\ ending = s.ending

Init ==
  /\ log \in {l \in 1..Len(Logs) : Logs[l].root}
  /\ at = 0 /\ waits = {} /\ swapped = 0 /\ complaint = ""
  /\ program = Programs[Log.program][Log.ring]
  /\ IF Log.starts = <<>> THEN Fresh ELSE \E i \in 1..Len(Log.starts) : InState(Log.starts[i])

Spec == Init /\ [][Next]_vars

(* M is so large here that no recording comes round: an event index that was
   passed is not forgotten, and is read as it is in the page.  A model of this
   module has Forget <- Remember. *)
Remember(event, prod) == event
=============================================================================
