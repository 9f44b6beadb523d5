---------------------------- MODULE NetfrontTxRx ----------------------------
(***************************************************************************)
(* Both rings of a netfront on one event channel, as it is without         *)
(* feature-split-event-channels: NetfrontTx and NetfrontRx side by side.   *)
(* They share two pending bits and nothing else.                           *)
(*                                                                         *)
(*        event-channel                                                    *)
(*   back ~~~~~~~~~~~~> frontPending ---> TakeEvent ---> the TX poller     *)
(*                                                  \--> the RX poller     *)
(*                                                                         *)
(* An event does not say which ring it is for, and two events are one      *)
(* while the first waits.  So whoever takes it must look at both rings.    *)
(* If each ring takes events for itself (EventWakes = "one"), one ring can *)
(* take the event that was meant for the other, which then sleeps although *)
(* it has a response.                                                      *)
(*                                                                         *)
(* A variable here is that of NetfrontTx or NetfrontRx with tx_ or rx_     *)
(* before its name.  The grant table of one domain is written as two,      *)
(* because no gref is ever used for both rings.                            *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  N, M, First,            \* of both rings; see SharedRing
  Frame,                  \* the frames that there are, as strings
  TxIdScheme, TxIds,      \* see RequestIds
  RxIdScheme, RxIds,
  TxPage, TxBlock,        \* pages of the transmit pool, one block each, granted for life
  RxPage, RxGref,         \* pages of the receive pool, and the references there are for them
  CopyOut,                \* see NetfrontRx
  CoarseBack,             \* see NetfrontRx
  TxFaults, RxFaults,     \* faults of the front on one ring; see NetfrontTx and NetfrontRx
  EventWakes              \* "both": an event makes the front look at both rings
                          \* "one": each ring takes events for itself

ASSUME NetfrontTxRxConstants == EventWakes \in {"both", "one"}

VARIABLES
  frontPending, backPending,
  tx_req_prod, tx_req_event, tx_rsp_prod, tx_rsp_event, tx_ring, tx_req_prod_pvt, tx_rsp_cons,
  tx_reqChecked, tx_rsp_prod_pvt, tx_req_cons, tx_rspChecked,
  tx_nextId, tx_freeIds, tx_inFlight, tx_granted, tx_mapped,
  tx_contents, tx_pool, tx_sender, tx_filling, tx_poller, tx_rspSeen, tx_done, tx_broken,
  tx_taken,
  rx_req_prod, rx_req_event, rx_rsp_prod, rx_rsp_event, rx_ring, rx_req_prod_pvt, rx_rsp_cons,
  rx_reqChecked, rx_rsp_prod_pvt, rx_req_cons, rx_rspChecked,
  rx_nextId, rx_freeIds, rx_inFlight, rx_granted, rx_mapped,
  rx_contents, rx_pool, rx_poster, rx_posting, rx_poller, rx_rspSeen, rx_done, rx_delivered,
  rx_held, rx_broken, rx_taken

txButPoller == <<
  tx_req_prod, tx_req_event, tx_rsp_prod, tx_rsp_event, tx_ring, tx_req_prod_pvt, tx_rsp_cons,
  tx_reqChecked, tx_rsp_prod_pvt, tx_req_cons, tx_rspChecked, tx_nextId, tx_freeIds,
  tx_inFlight, tx_granted, tx_mapped, tx_contents, tx_pool, tx_sender, tx_filling, tx_rspSeen,
  tx_done, tx_broken, tx_taken>>
txOnly == <<tx_poller, txButPoller>>

rxButPoller == <<
  rx_req_prod, rx_req_event, rx_rsp_prod, rx_rsp_event, rx_ring, rx_req_prod_pvt, rx_rsp_cons,
  rx_reqChecked, rx_rsp_prod_pvt, rx_req_cons, rx_rspChecked, rx_nextId, rx_freeIds,
  rx_inFlight, rx_granted, rx_mapped, rx_contents, rx_pool, rx_poster, rx_posting, rx_rspSeen,
  rx_done, rx_delivered, rx_held, rx_broken, rx_taken>>
rxOnly == <<rx_poller, rxButPoller>>

events == <<frontPending, backPending>>
vars   == <<events, txOnly, rxOnly>>

Tx == INSTANCE NetfrontTx WITH
  req_prod <- tx_req_prod, req_event <- tx_req_event, rsp_prod <- tx_rsp_prod,
  rsp_event <- tx_rsp_event, ring <- tx_ring, req_prod_pvt <- tx_req_prod_pvt,
  rsp_cons <- tx_rsp_cons, reqChecked <- tx_reqChecked, rsp_prod_pvt <- tx_rsp_prod_pvt,
  req_cons <- tx_req_cons, rspChecked <- tx_rspChecked, nextId <- tx_nextId,
  freeIds <- tx_freeIds, inFlight <- tx_inFlight, granted <- tx_granted, mapped <- tx_mapped,
  contents <- tx_contents, pool <- tx_pool, sender <- tx_sender, filling <- tx_filling,
  poller <- tx_poller, rspSeen <- tx_rspSeen, done <- tx_done, broken <- tx_broken,
  taken <- tx_taken,
  IdScheme <- TxIdScheme, Ids <- TxIds, Lookup <- "newest",
  Page <- TxPage, Gref <- TxPage, Block <- TxBlock,
  BlocksPerPage <- 1, GrantPerRequest <- FALSE, PoolOrder <- "lifo", OutOfOrder <- FALSE,
  Faults <- TxFaults, BackFaults <- {}

Rx == INSTANCE NetfrontRx WITH
  req_prod <- rx_req_prod, req_event <- rx_req_event, rsp_prod <- rx_rsp_prod,
  rsp_event <- rx_rsp_event, ring <- rx_ring, req_prod_pvt <- rx_req_prod_pvt,
  rsp_cons <- rx_rsp_cons, reqChecked <- rx_reqChecked, rsp_prod_pvt <- rx_rsp_prod_pvt,
  req_cons <- rx_req_cons, rspChecked <- rx_rspChecked, nextId <- rx_nextId,
  freeIds <- rx_freeIds, inFlight <- rx_inFlight, granted <- rx_granted, mapped <- rx_mapped,
  contents <- rx_contents, pool <- rx_pool, poster <- rx_poster, posting <- rx_posting,
  poller <- rx_poller, rspSeen <- rx_rspSeen, done <- rx_done, delivered <- rx_delivered,
  held <- rx_held, broken <- rx_broken, taken <- rx_taken,
  IdScheme <- RxIdScheme, Ids <- RxIds, Lookup <- "newest",
  Page <- RxPage, Gref <- RxGref, Refill <- "any_time",
  Faults <- RxFaults, BackFaults <- {}

-----------------------------------------------------------------------------
Init == Tx!Init /\ Rx!Init

(* An event arrived: look at both rings. *)
TakeEvent ==
  /\ EventWakes = "both"
  /\ tx_poller = "asleep" \/ rx_poller = "asleep"
  /\ frontPending
  /\ frontPending' = FALSE
  /\ tx_poller' = IF tx_poller = "asleep" THEN "polling" ELSE tx_poller
  /\ rx_poller' = IF rx_poller = "asleep" THEN "polling" ELSE rx_poller
  /\ UNCHANGED <<backPending, txButPoller, rxButPoller>>

(* Only with EventWakes = "one": the TX ring takes the event for itself. *)
TxTakeEvent == EventWakes = "one" /\ Tx!TxTakeEvent /\ UNCHANGED rxOnly

(* The same of the RX ring. *)
RxTakeEvent == EventWakes = "one" /\ Rx!RxTakeEvent /\ UNCHANGED txOnly

-----------------------------------------------------------------------------
(* A step of one ring, while the other does nothing.  Each step has a name of its own
   here, so that a behaviour shows on which ring it was. *)

(* The front on the TX ring. *)
TxFill(frame)     == Tx!TxFill(frame)     /\ UNCHANGED rxOnly
TxEnqueue         == Tx!TxEnqueue         /\ UNCHANGED rxOnly
TxPushRequests    == Tx!TxPushRequests    /\ UNCHANGED rxOnly
TxCheckNotify     == Tx!TxCheckNotify     /\ UNCHANGED rxOnly
TxReadRspProd     == Tx!TxReadRspProd     /\ UNCHANGED rxOnly
TxConsumeResponse == Tx!TxConsumeResponse /\ UNCHANGED rxOnly
TxRelease         == Tx!TxRelease         /\ UNCHANGED rxOnly
TxArm             == Tx!TxArm             /\ UNCHANGED rxOnly
TxFinalCheck      == Tx!TxFinalCheck      /\ UNCHANGED rxOnly

(* The front on the RX ring. *)
RxGrantAccess(gref) == Rx!RxGrantAccess(gref) /\ UNCHANGED txOnly
RxPost              == Rx!RxPost              /\ UNCHANGED txOnly
RxPushRequests      == Rx!RxPushRequests      /\ UNCHANGED txOnly
RxCheckNotify       == Rx!RxCheckNotify       /\ UNCHANGED txOnly
RxReadRspProd       == Rx!RxReadRspProd       /\ UNCHANGED txOnly
RxConsumeResponse   == Rx!RxConsumeResponse   /\ UNCHANGED txOnly
RxRelease           == Rx!RxRelease           /\ UNCHANGED txOnly
RxDeliver           == Rx!RxDeliver           /\ UNCHANGED txOnly
RxArm               == Rx!RxArm               /\ UNCHANGED txOnly
RxFinalCheck        == Rx!RxFinalCheck        /\ UNCHANGED txOnly

(* The application returns a page, where it was given one. *)
AppReturn(page) == Rx!AppReturn(page) /\ UNCHANGED txOnly

(* The backend on the TX ring. *)
TxBackTakeRequest        == Tx!BackTakeRequest        /\ UNCHANGED rxOnly
TxBackReadBlock(k)       == Tx!BackReadBlock(k)       /\ UNCHANGED rxOnly
TxBackRespond(k, status) == Tx!BackRespond(k, status) /\ UNCHANGED rxOnly
TxBackPushResponses      == Tx!BackPushResponses      /\ UNCHANGED rxOnly
TxBackCheckNotify        == Tx!BackCheckNotify        /\ UNCHANGED rxOnly
TxBackArm                == Tx!BackArm                /\ UNCHANGED rxOnly

(* The backend on the RX ring. *)
RxBackTakeRequest          == Rx!BackTakeRequest          /\ UNCHANGED txOnly
RxBackWriteFrame(k, frame) == Rx!BackWriteFrame(k, frame) /\ UNCHANGED txOnly
RxBackRespond(k, status)   == Rx!BackRespond(k, status)   /\ UNCHANGED txOnly
RxBackPushResponses        == Rx!BackPushResponses        /\ UNCHANGED txOnly
RxBackCheckNotify          == Rx!BackCheckNotify          /\ UNCHANGED txOnly
RxBackArm                  == Rx!BackArm                  /\ UNCHANGED txOnly

(* The backend takes the event that waits for it, whichever ring it was for. *)
BackWake == Tx!BackWake /\ UNCHANGED rxOnly

-----------------------------------------------------------------------------
TxFront ==
  \/ \E frame \in Frame : TxFill(frame)
  \/ TxEnqueue
  \/ TxPushRequests
  \/ TxCheckNotify
  \/ TxTakeEvent
  \/ TxReadRspProd
  \/ TxConsumeResponse
  \/ TxRelease
  \/ TxArm
  \/ TxFinalCheck

(* RxEndRefill is not here, since the poster posts at any time. *)
RxFront ==
  \/ \E gref \in RxGref : RxGrantAccess(gref)
  \/ RxPost
  \/ RxPushRequests
  \/ RxCheckNotify
  \/ RxTakeEvent
  \/ RxReadRspProd
  \/ RxConsumeResponse
  \/ RxRelease
  \/ RxDeliver
  \/ RxArm
  \/ RxFinalCheck

RxApp == \E page \in RxPage : AppReturn(page)

TxBack ==
  \/ TxBackTakeRequest
  \/ \E k \in 1..N : TxBackReadBlock(k)
  \/ \E k \in 1..N, status \in Tx!Status : TxBackRespond(k, status)
  \/ TxBackPushResponses
  \/ TxBackCheckNotify
  \/ TxBackArm
  \/ BackWake

RxBack ==
  \/ RxBackTakeRequest
  \/ \E k \in 1..N, frame \in Frame : RxBackWriteFrame(k, frame)
  \/ \E k \in 1..N, status \in Rx!Status : RxBackRespond(k, status)
  \/ RxBackPushResponses
  \/ RxBackCheckNotify
  \/ RxBackArm

Front == TakeEvent \/ TxFront \/ RxFront
Back  == TxBack \/ RxBack
Next  == Front \/ RxApp \/ Back

Spec == Init /\ [][Next]_vars

Fairness ==
  /\ WF_vars(TakeEvent) /\ WF_vars(TxFront) /\ WF_vars(RxFront)
  /\ WF_vars(TxBack) /\ WF_vars(RxBack)

FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* Properties: those of each ring, and P16 of the events that they share. *)

TypeOK == Tx!TypeOK /\ Rx!TypeOK

(* P1, on both rings. *)
TxUniqueOutstandingId == Tx!UniqueOutstandingId
RxUniqueOutstandingId == Rx!UniqueOutstandingId

(* P2, on the TX ring. *)
TxBufferStable == Tx!BufferStable

(* P3, on the TX ring. *)
TxNoReuseBeforeResponse == Tx!NoReuseBeforeResponse

(* P6, on both rings. *)
TxConservation == Tx!Conservation
RxConservation == Rx!Conservation

(* P7, on both rings. *)
TxRingBound == Tx!RingBound
RxRingBound == Rx!RingBound

(* P8, on both rings. *)
TxResponseBound == Tx!TxResponseBound
RxResponseBound == Rx!RxResponseBound

(* P10, on the RX ring. *)
RxDeliveredIntact == Rx!DeliveredIntact

(* P11, on the RX ring. *)
RxNoMutationAfterDelivery == Rx!NoMutationAfterDelivery

(* P16, on both rings: see RingFront. *)
NoLostWakeUp == Tx!FrontNoLostWakeUp /\ Rx!FrontNoLostWakeUp

(* P27, on both rings: each is a channel of its own. *)
TxRefinesChannel == Tx!TxRefinesChannel
RxRefinesChannel == Rx!RxRefinesChannel

(* P13, here. *)
RxAnsweredComesBack == Rx!AnsweredComesBack
=============================================================================
