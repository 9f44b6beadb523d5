--------------------------- MODULE MCNetfrontTxRx ---------------------------
(***************************************************************************)
(* What TLC checks of NetfrontTxRx beyond its properties: that one event   *)
(* does occur for both rings.  It is expected to be violated, by a run     *)
(* that gets there.  And a backend with fewer choices, for the graph that  *)
(* traces are made from.                                                   *)
(***************************************************************************)
EXTENDS NetfrontTxRx

(* R10.  One event wakes both rings, and both have a response to consume. *)
NeverOneEventForBoth ==
  ~(frontPending
    /\ tx_poller = "asleep" /\ tx_rsp_prod # tx_rsp_cons
    /\ rx_poller = "asleep" /\ rx_rsp_prod # rx_rsp_cons)

-----------------------------------------------------------------------------
(* The graph of two rings is their product, so one is made of what concerns
   both.  This backend takes a request only when the front has decided whether
   to notify it, and answers none with an error: what it does otherwise is in
   the graphs of the single rings.  Only its steps are left out, none of the
   front's, so what the front must refuse is what it must refuse anyway. *)
HasNoError(slots) ==
  \A s \in DOMAIN slots : slots[s].kind = "response" => slots[s].status # "ERROR"

PlainBack ==
  /\ tx_req_cons' # tx_req_cons => tx_reqChecked = tx_req_prod
  /\ rx_req_cons' # rx_req_cons => rx_reqChecked = rx_req_prod
  /\ HasNoError(tx_ring') /\ HasNoError(rx_ring')
=============================================================================
