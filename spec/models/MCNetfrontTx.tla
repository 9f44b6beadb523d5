---------------------------- MODULE MCNetfrontTx ----------------------------
(***************************************************************************)
(* What TLC checks of NetfrontTx beyond its properties: that the           *)
(* situations a reader would worry about do occur within the bounds of the *)
(* models.  Each of these is expected to be violated, by a run that gets   *)
(* there.                                                                  *)
(***************************************************************************)
EXTENDS NetfrontTx

(* R1.  The ring can be full while a block is free: it is the ring that makes a
   sender wait. *)
NeverRingFull == FreeRequests = 0 => pool = <<>>

(* R2.  The pool can be empty: a sender has to wait for a block. *)
NeverPoolExhausted == pool # <<>>

(* R3.  The counter that ids come from can wrap. *)
NeverIdWraps == [][nextId' >= nextId]_nextId

(* R4.  The producer indices can wrap, both of them. *)
NeverReqProdWraps == [][req_prod' # req_prod => req_prod' > req_prod]_req_prod
NeverRspProdWraps == [][rsp_prod' # rsp_prod => rsp_prod' > rsp_prod]_rsp_prod

(* R5.  A response can come just as the frontend is about to sleep, so that
   the final check finds it. *)
NeverFoundByFinalCheck == [][poller = "armed" => poller' # "polling"]_poller

(* R6.  A publish can be one that the backend did not ask to be notified of. *)
NeverHeldOff ==
  [][reqChecked' # reqChecked => NotifyDue(req_event, reqChecked, req_prod)]_reqChecked
=============================================================================
