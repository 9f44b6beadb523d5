------------------------- MODULE MCTxPacketsOneSlot -------------------------
(***************************************************************************)
(* That nothing changes for frames of one slot: TxPackets, with packets    *)
(* that have one slot each, refines NetfrontTx.                            *)
(*                                                                         *)
(* Two variables are added for what NetfrontTx has and TxPackets leaves    *)
(* out.  In NetfrontTx the backend reads a block in a step of its own.  So *)
(* it does here before it answers with OKAY, and the variable seen has the *)
(* blocks that it has read.  In NetfrontTx a free block keeps its          *)
(* contents.  So the variable used has the blocks that were ever filled.   *)
(*                                                                         *)
(* Left out: a send that fails in the middle.  A send of one slot cannot   *)
(* fail there.                                                             *)
(***************************************************************************)
EXTENDS TxPackets

VARIABLES seen, used

ReadingInit == Init /\ seen = {} /\ used = {}
BackReads(request) ==
  /\ request.gref \notin seen
  /\ seen' = seen \union {request.gref}
  /\ UNCHANGED <<vars, used>>
Answered(k) == ring'[SlotOf(rsp_prod_pvt)].status = "OKAY" => taken[k].gref \in seen
HasFailed == IsOpen /\ chain' = NoChain /\ UNCHANGED sent
ReadingNext ==
  \/ \E k \in DOMAIN taken : BackReads(taken[k])
  \/ /\ Next
     /\ ~HasFailed
     /\ used' = used \union {b \in Block : contents'[b] # NoData}
     /\ \A k \in DOMAIN taken : taken' = Without(taken, k) => Answered(k)
     /\ seen' = seen \intersect {taken'[k].gref : k \in DOMAIN taken'}
ReadingSpec == ReadingInit /\ [][ReadingNext]_<<vars, seen, used>>

OneSlot(slot) ==
  IF slot.kind = "request"
  THEN [kind |-> "request", id |-> slot.id, gref |-> slot.gref, offset |-> 0, size |-> "A"]
  ELSE slot
Frames == INSTANCE NetfrontTx WITH
  Page <- Block, Gref <- Block, BlocksPerPage <- 1, GrantPerRequest <- FALSE, PoolOrder <- "lifo",
  Frame <- {"A"}, OutOfOrder <- TRUE, CoarseBack <- TRUE, Faults <- {}, BackFaults <- {},
  granted <- [b \in Block |-> b],
  mapped <- [b \in Block |-> Cardinality({k \in DOMAIN taken : taken[k].gref = b})],
  contents <- [b \in Block |-> IF b \in used THEN "A" ELSE "-"],
  ring <- [s \in DOMAIN ring |-> OneSlot(ring[s])],
  taken <- [k \in DOMAIN taken |->
    [id |-> taken[k].id, gref |-> taken[k].gref, offset |-> 0, size |-> "A",
     got |-> IF taken[k].gref \in seen THEN "A" ELSE "?"]]

(* P58.  With packets of one slot this is NetfrontTx: each of its steps is one of
   NetfrontTx's, or one that it does not notice. *)
RefinesNetfrontTx == Frames!Spec
=============================================================================
