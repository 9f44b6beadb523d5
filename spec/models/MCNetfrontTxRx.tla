--------------------------- MODULE MCNetfrontTxRx ---------------------------
(***************************************************************************)
(* That one event can stand for both rings is really inside the bounds: it  *)
(* is expected to be violated, by a run that gets there.                    *)
(***************************************************************************)
EXTENDS NetfrontTxRx

(* R10.  One event wakes both rings, and both have a response to consume. *)
NeverOneEventForBoth ==
  ~(frontPending
    /\ tx_poller = "asleep" /\ tx_rsp_prod # tx_rsp_cons
    /\ rx_poller = "asleep" /\ rx_rsp_prod # rx_rsp_cons)
=============================================================================
