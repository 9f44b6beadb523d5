---------------------------- MODULE MCNetfrontRx ----------------------------
(***************************************************************************)
(* What TLC checks of NetfrontRx beyond its properties: that the           *)
(* situations a reader would worry about do occur within the bounds of the *)
(* models.  Each of these is expected to be violated, by a run that gets   *)
(* there.                                                                  *)
(***************************************************************************)
EXTENDS NetfrontRx

(* R1.  The ring can be full of posted pages. *)
NeverRingFull == FreeRequests > 0

(* R2.  The pool can be empty: the poster has to wait for a page. *)
NeverPoolEmpty == pool # <<>>

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

(* R7.  A response can carry an error status. *)
NeverErrorStatus == done.page = NoPage \/ done.status # "ERROR"

(* R8.  The application can hold all the pages there are. *)
NeverAllHeld == \E p \in Page : held[p] = NotHeld

(* R9.  The counter can meet an id that is still in flight, and skip it. *)
NeverIdSkipped == IdScheme = "counter_skip" => inFlight[nextId] = <<>>
=============================================================================
