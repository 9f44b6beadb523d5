----------------------------- MODULE MCTxPackets -----------------------------
(***************************************************************************)
(* What TLC checks of TxPackets beyond its properties: that the situations *)
(* a reader would worry about do occur within the bounds of the models.    *)
(* Each of these is expected to be violated, by a run that gets there.     *)
(***************************************************************************)
EXTENDS TxPackets

(* R11.  One packet's chain can fill the ring. *)
NeverFilledByOneChain == FreeRequests = 0 => Len(sent) # 1

(* R12.  A send can fail when all but the last slot of its packet is written. *)
NeverAbandonedLate ==
  [][req_prod_pvt' # req_prod_pvt =>
       Sub(req_prod_pvt, req_prod_pvt') # MaxSlots - 1]_req_prod_pvt

(* R13.  A packet can have one slot answered with OKAY and one with ERROR. *)
NeverMixedStatuses ==
  ~(poller = "releasing" /\ \E k \in PacketsOf(done.block) :
      sent[k].packet.frags = 2 /\ sent[k].blocks = {done.block} /\ sent[k].status # done.status)

(* R14.  A fragment can be answered before the one that came before it on the ring. *)
NeverOutOfOrder ==
  \A k \in DOMAIN taken :
    taken[k].frag > 1 => k > 1 /\ taken[k - 1].frag = taken[k].frag - 1

(* R15.  A NULL can carry the id of a request in flight. *)
NeverNullOfLiveId ==
  \A s \in DOMAIN ring :
    ring[s].kind = "response" /\ ring[s].status = "NULL" =>
      \A k \in DOMAIN taken : taken[k].id # ring[s].id

(* R16.  A sender can have no block for the next fragment of a chain that it opened. *)
NeverShortOfBlocks == IsOpen /\ sender = "idle" /\ ~ExtrasAreDue => pool # <<>>

(* R17.  A chain can lie across the end of the indices. *)
NeverChainAcrossWrap == chain.blocks # <<>> => Sub(req_prod_pvt, Written) <= req_prod_pvt
-----------------------------------------------------------------------------
(* A backend with less of a choice, for the graph that traces are made from: it
   takes a packet only when the front has decided whether to notify it, and answers
   only when it has taken all that there is.  Nothing of the front's is left out. *)
PlainBack ==
  /\ req_cons' # req_cons => reqChecked = req_prod
  /\ rsp_prod' # rsp_prod => req_cons = req_prod
=============================================================================
