----------------------------- MODULE RequestIds -----------------------------
(***************************************************************************)
(* How a netfront chooses the id of a request, and what it makes of the id *)
(* in a response.                                                          *)
(*                                                                         *)
(* netif.h promises only that the backend echoes the id of a request in    *)
(* its response.  The frontend alone must keep two requests in flight from *)
(* sharing an id, or one response speaks for both.                         *)
(*                                                                         *)
(* The ways that frontends have found, as values of IdScheme:              *)
(*                                                                         *)
(*   gref_per_request   the grant reference, made for this request alone   *)
(*                      (mirage-net-xen up to 1.2.0)                       *)
(*   gref_per_page      the grant reference of a page that is granted for  *)
(*                      life and holds several blocks (1.3.0 to 1.4.1).    *)
(*                      THE GREF IS NOT UNIQUE: this is MSA00.             *)
(*   block_number       a number that a block is given once (1.4.2)        *)
(*   counter            one more than the last, even if that is in flight  *)
(*                      (HaLVM; the advisory's own words)                  *)
(*   counter_skip       the next number that no request in flight has      *)
(*   free_list          ids on a list, taken from the head and put back    *)
(*                      there; a response must have one in flight (Linux)  *)
(*   free_list_unchecked  the same without that check (Mini-OS, Unikraft)  *)
(*   slot               the slot the request is written to; a response     *)
(*                      is taken for the slot that it arrives in (OpenBSD) *)
(*                                                                         *)
(* inFlight is the frontend's table from id to block.  It holds a sequence *)
(* for each id, since a table like OCaml's Hashtbl does: a second entry    *)
(* hides the first until it is removed.  With unique ids no sequence is    *)
(* ever longer than one.                                                   *)
(*                                                                         *)
(* Left out: nothing that can make ids collide.  The 65,536 ids that 16    *)
(* bits have are Ids values here.                                          *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  IdScheme,   \* one of IdSchemes
  Ids,        \* how many ids there are; 2^16 in netif.h
  Lookup      \* "newest" or "oldest": which of two blocks with one id a response frees

IdSchemes == {"gref_per_request", "gref_per_page", "block_number", "counter", "counter_skip",
              "free_list", "free_list_unchecked", "slot"}

ASSUME IdSchemeIsKnown ==
  IdScheme \in IdSchemes /\ Ids \in 1..65536 /\ Lookup \in {"newest", "oldest"}

VARIABLES
  nextId,     \* front: what the counters give next; 0 in the other schemes
  freeIds,    \* front: the free list, head first; empty in the other schemes
  inFlight    \* front: id -> the blocks sent under it and not yet answered, oldest first

idVars == <<nextId, freeIds, inFlight>>

Id == 0..(Ids - 1)

HasFreeList == IdScheme \in {"free_list", "free_list_unchecked"}

(* The counter's next value that no request in flight carries.  There is one
   whenever fewer requests are in flight than there are ids. *)
NextUnused ==
  LET distance == CHOOSE d \in Id :
                    /\ inFlight[(nextId + d) % Ids] = <<>>
                    /\ \A e \in 0..(d - 1) : inFlight[(nextId + e) % Ids] # <<>>
  IN (nextId + distance) % Ids

(* Is there an id for another request?  Only a scheme that looks at what is in flight can
   run out. *)
IdAvailable ==
  CASE HasFreeList                -> freeIds # <<>>
    [] IdScheme = "counter_skip"  -> \E i \in Id : inFlight[i] = <<>>
    [] OTHER                      -> TRUE

(* The id of a request for this block, granted under gref, written to this slot. *)
ChosenId(block, gref, slot) ==
  CASE IdScheme \in {"gref_per_request", "gref_per_page"} -> gref % Ids
    [] IdScheme = "block_number"  -> block % Ids
    [] IdScheme = "counter"       -> nextId
    [] IdScheme = "counter_skip"  -> NextUnused
    [] HasFreeList                -> Head(freeIds)
    [] IdScheme = "slot"          -> slot % Ids

(* A request for the block goes out under the id. *)
Register(id, block) ==
  /\ inFlight' = [inFlight EXCEPT ![id] = Append(@, block)]
  /\ nextId'   = IF IdScheme \in {"counter", "counter_skip"} THEN (id + 1) % Ids ELSE nextId
  /\ freeIds'  = IF HasFreeList THEN Tail(freeIds) ELSE freeIds

(* The entry of inFlight that a response is about. *)
KeyOf(id, slot) == IF IdScheme = "slot" THEN slot % Ids ELSE id

(* The frontend can find a block for this key. *)
IsInFlight(key) == inFlight[key] # <<>>

(* By slot, the id in a response says nothing new, so it can be compared with the slot.
   In any other scheme there is nothing to compare it with. *)
IsEchoed(id, slot) == IdScheme = "slot" => id = slot % Ids

(* The block that a response with this key frees. *)
AnsweredBlock(key) ==
  IF Lookup = "newest" THEN inFlight[key][Len(inFlight[key])] ELSE Head(inFlight[key])

(* The response is taken for the request that has this key. *)
Unregister(key) ==
  /\ inFlight' = [inFlight EXCEPT ![key] =
                    IF Lookup = "newest" THEN SubSeq(@, 1, Len(@) - 1) ELSE Tail(@)]
  /\ freeIds'  = IF HasFreeList THEN <<key>> \o freeIds ELSE freeIds
  /\ UNCHANGED nextId

(* The id under which the block was sent last. *)
IdOf(block) == CHOOSE i \in Id : inFlight[i] # <<>> /\ inFlight[i][Len(inFlight[i])] = block

(* Requests that were never published are taken back, the last one first.  ids are their
   ids, in the order in which they were registered.  A counter does not go back. *)
TakeBackIds(ids) ==
  /\ inFlight' = [i \in Id |->
       SubSeq(inFlight[i], 1, Len(inFlight[i]) - Cardinality({k \in DOMAIN ids : ids[k] = i}))]
  /\ freeIds'  = IF HasFreeList THEN ids \o freeIds ELSE freeIds
  /\ UNCHANGED nextId

(* A response with an id that is not in flight.  Without the check the id goes
   back on the free list a second time, and will be given out twice. *)
UnregisterUnchecked(key) ==
  /\ freeIds' = <<key>> \o freeIds
  /\ UNCHANGED <<nextId, inFlight>>

(* How often a block is in a sequence, and how often it is in flight.  With these a
   module counts the owners of a block. *)
TimesIn(block, seq) == Cardinality({k \in DOMAIN seq : seq[k] = block})
TimesInFlight(block) ==
  Cardinality(UNION {{i} \X {k \in DOMAIN inFlight[i] : inFlight[i][k] = block} : i \in Id})

IdInit ==
  /\ nextId = 0
  /\ freeIds = IF HasFreeList THEN [i \in 1..Ids |-> i - 1] ELSE <<>>
  /\ inFlight = [i \in Id |-> <<>>]

IdTypeOK(Block) ==
  /\ nextId \in Id
  /\ freeIds \in Seq(Id)
  /\ inFlight \in [Id -> Seq(Block)]

(* P9.  The frontend never has two blocks under one id; on the receive ring, two pages.
   Unlike P1 this depends on the frontend alone, whatever the backend answers. *)
IdHeldOnce == \A i \in Id : Len(inFlight[i]) <= 1
=============================================================================
