------------------------------- MODULE MCRing -------------------------------
(***************************************************************************)
(* What TLC checks of Ring beyond its properties: that the wrap of the     *)
(* indices makes no difference, and that the situations a reader would     *)
(* worry about do occur within the bounds of the models.  Each of the      *)
(* latter is expected to be violated, by a run that gets there.            *)
(***************************************************************************)
EXTENDS Ring

(* The ring with all its indices one further, and its slots with them. *)
Turned == [s \in 0..(N - 1) |-> ring[(s + N - 1) % N]]
IncEvent(event) == IF event = NoEvent THEN NoEvent ELSE Inc(event)
Further == INSTANCE Ring WITH
  req_prod <- Inc(req_prod), req_event <- IncEvent(req_event), rsp_prod <- Inc(rsp_prod),
  rsp_event <- IncEvent(rsp_event), ring <- Turned, req_prod_pvt <- Inc(req_prod_pvt),
  rsp_cons <- Inc(rsp_cons), reqChecked <- Inc(reqChecked), rsp_prod_pvt <- Inc(rsp_prod_pvt),
  req_cons <- Inc(req_cons), rspChecked <- Inc(rspChecked), rspSeen <- Inc(rspSeen)

(* P21.  Where the indices start makes no difference: whatever step the ring
   takes, it also takes with all indices one further.  M times one further is all
   the way round, so that what it can do from one start it can do from every other. *)
WrapSafe == [][Further!Next]_vars

(* For P21: every start there is. *)
SpecFromAnywhere == (\E start \in Index : InitAt(start)) /\ [][Next]_vars

(* R1.  The ring can be full: it makes a writer wait. *)
NeverRingFull == FreeRequests > 0

(* R4.  The producer indices can wrap, both of them. *)
NeverReqProdWraps == [][req_prod' # req_prod => req_prod' > req_prod]_req_prod
NeverRspProdWraps == [][rsp_prod' # rsp_prod => rsp_prod' > rsp_prod]_rsp_prod

(* R5.  A response can come just as the front is about to sleep, so that the
   final check finds it; and a request, just as the back is. *)
NeverFoundByFinalCheck == [][poller = "armed" => poller' # "reading"]_poller
NeverFoundByBackFinalCheck == [][taker = "armed" => taker' # "taking"]_taker

(* R6.  A publish can be one that the back did not ask to be notified of. *)
NeverHeldOff ==
  [][reqChecked' # reqChecked => NotifyDue(req_event, reqChecked, req_prod)]_reqChecked

(* R20.  The front can be woken when there is nothing to consume. *)
NeverWokenInVain == [][poller = "asleep" /\ poller' = "reading" => rsp_prod # rsp_cons]_poller

(* R21.  The back can be notified while an event still waits for it: two are one. *)
NeverCoalesced ==
  [][reqChecked' # reqChecked /\ NotifyDue(req_event, reqChecked, req_prod) =>
       ~backPending]_reqChecked
=============================================================================
