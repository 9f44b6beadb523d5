----------------------------- MODULE Connection -----------------------------
(***************************************************************************)
(* The life of one network device: how its two ends find each other        *)
(* through XenStore, connect, lose each other, and connect again.          *)
(*                                                                         *)
(*     front ---- its key "state", the ring keys ----> XenStore <-+        *)
(*     back  ---- its key "state", what it offers ---> XenStore   |        *)
(*     toolstack - both directories, "online" ---------> ---------+        *)
(*                                                                         *)
(* The keys `state` have the values of enum xenbus_state (io/xenbus.h).    *)
(* Where all goes well:                                                    *)
(*                                                                         *)
(*   front   Initialising ......... Connected ................ Closed      *)
(*   back    Initialising  InitWait ......... Connected  Closing  Closed   *)
(*                                                                         *)
(* A watch says «look again», never what was written, so each end reads    *)
(* the other's state in one step, decides in another, and writes in a      *)
(* third.  Between them anything may happen.  One commit is one step.      *)
(*                                                                         *)
(* The rings of one connection are one number here, the incarnation: the   *)
(* ring keys name an incarnation, and a backend maps one.  NetfrontTx and  *)
(* the modules beside it show that a live ring delivers each frame once    *)
(* and unchanged (PacketChannel).  What is left to show, and shown here,   *)
(* is that nothing is put into, shown on or answered from a ring that is   *)
(* not live, whatever happens to the two ends.                             *)
(*                                                                         *)
(* Disturbances are steps that nobody can foresee: unplug, forced removal, *)
(* a crash of either end, migration, a set-up that fails, an application   *)
(* that closes.  A behaviour has at most `Disturbances` of them, so that   *)
(* «in the end» means: once no more of them come.                          *)
(*                                                                         *)
(* Left out, and why that is harmless:                                     *)
(*  - Initialised, Reconfiguring and Reconfigured.  To a backend           *)
(*    Initialised is «not yet Connected», and the others change no ring.   *)
(*  - A commit that gets EAGAIN.  It is begun again, with what it reads:   *)
(*    the step here is its last attempt.                                   *)
(*  - A back that takes requests again.  One that takes the place of       *)
(*    another in mid-connection goes on where that one was.  netback       *)
(*    begins at the shared rsp_prod (takes_again): then a frame may be     *)
(*    shown twice, whatever the front does.                                *)
(*  - The hotplug script.  It is the time between BackMap and              *)
(*    BackConnect.                                                         *)
(*  - A suspend that is cancelled.  No key is written, and no grant ended: *)
(*    it is no step.                                                       *)
(*  - Ring contents, ids and notifications, but for whether the back       *)
(*    looks at the ring once it has mapped it.                             *)
(***************************************************************************)
EXTENDS ConnectionFront, ConnectionBack

-----------------------------------------------------------------------------
(* What must happen around them, sooner or later. *)

(* The toolstack removes a device that both ends have closed. *)
ToolRemove ==
  /\ ~online
  /\ frontState = "Closed" /\ backState \in {"Closed", "Unknown"}
  /\ frontState' = "Unknown" /\ backState' = "Unknown"
  /\ frontLook' = TRUE /\ backLook' = TRUE
  /\ keys' = NoKeys /\ offer' = NoOffer
  /\ UNCHANGED <<online, device, front, frames, wish, back, around>>

(* A backend's domain is dead: the toolstack takes its directory away. *)
ToolTakesDead ==
  /\ backPhase = "dead"
  /\ backState # "Unknown"
  /\ backState' = "Unknown" /\ frontLook' = TRUE
  /\ offer' = NoOffer
  /\ UNCHANGED <<frontState, online, keys, device, backLook, front, frames, wish, back,
                 around>>

(* A back whose device is gone ends. *)
BackEnds ==
  /\ backState = "Unknown"
  /\ backPhase \notin {"none", "dead"}
  /\ backRing = 0
  /\ backPhase' = "none"
  /\ UNCHANGED <<store, watches, front, frames, wish, backSaw, backRing, backChannel,
                 backQueues, backAwake, around>>

(* Xen takes down the mappings of a dead domain. *)
XenUnmap ==
  /\ left # {}
  /\ left' = {}
  /\ UNCHANGED <<store, watches, front, frames, wish, back, disturbed>>

-----------------------------------------------------------------------------
(* Disturbances. *)

Disturbs(kind) == kind \in May /\ disturbed < Disturbances /\ disturbed' = disturbed + 1

ToolUnplug ==
  /\ Disturbs("unplug")
  /\ online /\ backState # "Unknown"
  /\ online' = FALSE
  /\ backState' = IF backState = "Closed" THEN backState ELSE "Closing"
  /\ frontLook' = TRUE
  /\ UNCHANGED <<frontState, keys, offer, device, backLook, front, frames, wish, back, left>>

ToolForceRemove ==
  /\ Disturbs("remove")
  /\ frontState # "Unknown"
  /\ frontState' = "Unknown" /\ backState' = "Unknown"
  /\ frontLook' = TRUE /\ backLook' = TRUE
  /\ keys' = NoKeys /\ offer' = NoOffer
  /\ UNCHANGED <<online, device, front, frames, wish, back, left>>

(* A new device at the same place.  The driver of the old one need not have noticed. *)
ToolPlug ==
  /\ Disturbs("plug")
  /\ frontState = "Unknown" /\ backState = "Unknown" /\ backPhase \in {"none", "dead"}
  /\ device' = device + 1
  /\ frontState' = "Initialising" /\ backState' = "Initialising"
  /\ online' = TRUE
  /\ frontLook' = TRUE /\ backLook' = TRUE
  /\ backPhase' = "new" /\ backSaw' = "nothing"
  /\ UNCHANGED <<keys, offer, front, frames, wish, backRing, backChannel, backQueues,
                 backAwake, left>>

BackCrash ==
  /\ Disturbs("back_crash")
  /\ backPhase \notin {"none", "dead"}
  /\ backPhase' = "dead"
  /\ left' = Mapped
  /\ Unmaps
  /\ UNCHANGED <<store, watches, front, frames, wish, backSaw>>

(* A backend begins anew where one was, or while its directory still stands. *)
BackRestart ==
  /\ Disturbs("back_restart")
  /\ backState # "Unknown"
  /\ backPhase # "none"
  /\ backPhase' = "new" /\ backSaw' = "nothing" /\ backLook' = TRUE
  /\ left' = Mapped
  /\ Unmaps
  /\ BackWrites("Initialising")
  /\ UNCHANGED <<frontState, online, keys, offer, device, front, frames, wish>>

FrontCrash ==
  /\ Disturbs("front_crash")
  /\ frontPhase \notin {"gone", "restarting", "waiting"}
  /\ frontState # "Unknown" /\ frontDevice = device
  /\ frontPhase' = "restarting"
  /\ frontLook' = TRUE /\ frontSaw' = "nothing"
  /\ UNCHANGED <<store, backLook, frontDevice, incarnation, pages, agreed, frames, wish,
                 back, left>>

(* The guest goes on in a new domain: its grant table is new, so nothing is mapped, and
   both directories are. *)
ToolMigrate ==
  /\ Disturbs("migrate")
  /\ frontPhase \notin {"gone", "restarting"}
  /\ frontState # "Unknown" /\ frontDevice = device
  /\ frontState' = "Initialising" /\ backState' = "Initialising"
  /\ keys' = NoKeys /\ offer' = NoOffer /\ online' = TRUE
  /\ frontLook' = TRUE /\ backLook' = TRUE
  /\ frontPhase' = "waiting" /\ frontSaw' = "nothing"
  /\ pages' = [ring \in 1..incarnation |-> "free"]
  /\ frames' = [frame \in Frame |->
       CASE frame \notin InRings -> frames[frame]
         [] "sends_again" \in Faults -> [frames[frame] EXCEPT !.at = "held", !.ring = 0]
         [] "drops_in_silence" \in Faults -> [frames[frame] EXCEPT !.at = "done"]
         [] OTHER -> [frames[frame] EXCEPT !.at = "done", !.told = "dropped"]]
  /\ backPhase' = "new" /\ backSaw' = "nothing"
  /\ left' = {}
  /\ Unmaps
  /\ UNCHANGED <<device, frontDevice, incarnation, agreed, wish>>

(* The k-th thing that the front needs is not to be had: what it has, it gives back. *)
FrontSetUpFails ==
  /\ Disturbs("set_up_fails")
  /\ frontPhase \in {"prepared", "written"}
  /\ FrontSaysClosed
  /\ frontPhase' = IF "frees_twice" \in Faults THEN "closed" ELSE "released"
  /\ pages' = IF "leaks_on_failure" \in Faults THEN pages ELSE Released
  /\ UNCHANGED <<backState, online, keys, offer, device, frontDevice, incarnation, agreed,
                 frames, wish, back, left>>

BackMapFails ==
  /\ Disturbs("map_fails")
  /\ backPhase = "waiting"
  /\ backSaw = "Connected"
  /\ Refuses
  /\ UNCHANGED <<frontState, online, keys, offer, device, backLook, front, frames, wish,
                 backSaw, backRing, backChannel, backQueues, backAwake, left>>

AppClose ==
  /\ Disturbs("close")
  /\ wish = "open"
  /\ wish' = "closed"
  /\ UNCHANGED <<store, watches, front, frames, back, left>>

AppOpen ==
  /\ Disturbs("open")
  /\ wish = "closed"
  /\ wish' = "open"
  /\ UNCHANGED <<store, watches, front, frames, back, left>>

-----------------------------------------------------------------------------
Front ==
  \/ FrontReadState
  \/ FrontPrepare
  \/ FrontWriteKeys
  \/ FrontConnect
  \/ FrontSeeConnected
  \/ FrontAnswerClose
  \/ FrontClosing
  \/ FrontClosed
  \/ FrontTimeout
  \/ \E frame \in Frame : FrontDrop(frame)
  \/ FrontRelease
  \/ FrontReopen
  \/ FrontGone
  \/ FrontProbe
  \/ FrontReset
  \/ FrontRestarted
  \/ FrontFreesKept
  \/ \E frame \in Frame : FrontPut(frame)
  \/ \E frame \in Frame : FrontDropHeld(frame)
  \/ \E frame \in Frame : FrontTakeAnswer(frame)

App == \E frame \in Frame : AppSend(frame)

Back ==
  \/ BackReadState
  \/ \E features \in Offers : BackOffer(features)
  \/ BackMap
  \/ BackConnect
  \/ BackRefuse
  \/ BackClose
  \/ BackClosed
  \/ \E frame \in Frame : BackShow(frame)
  \/ \E frame \in Frame : BackAnswer(frame)
  \/ BackSleep
  \/ BackEnds

Tools == ToolRemove \/ ToolTakesDead \/ XenUnmap

Disturbance ==
  \/ ToolUnplug
  \/ ToolForceRemove
  \/ ToolPlug
  \/ BackCrash
  \/ BackRestart
  \/ FrontCrash
  \/ ToolMigrate
  \/ FrontSetUpFails
  \/ BackMapFails
  \/ AppClose
  \/ AppOpen

Next == Front \/ App \/ Back \/ Tools \/ Disturbance

Spec == Init /\ [][Next]_vars

(* Each end goes on as long as it can, and so do toolstack and Xen.  Nothing has to disturb
   them, and the application need not send. *)
Fairness == WF_vars(Front) /\ WF_vars(Back) /\ WF_vars(Tools)

FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* The invariants. *)

(* P70.  While the front's state is Connected, the ring keys name its present rings. *)
KeysBeforeConnected ==
  frontState = "Connected" /\ frontDevice = device /\ HasConnection =>
    (IF keys.queues = 1 THEN keys.flat ELSE keys.numbered) = incarnation

(* P71.  A back that says Connected has mapped rings, unless it is dead. *)
ConnectedMeansMapped == backState = "Connected" /\ backPhase # "dead" => backRing # 0

(* P72.  When both ends are connected, the back has mapped the front's present rings. *)
RingNamedByKeys ==
  frontPhase = "up" /\ frontSaw = "Connected" /\ backPhase = "connected" /\ ~frontLook =>
    backRing = incarnation

(* P73.  No page of a connection is free while a backend has it mapped. *)
NoFreeWhileMapped == \A ring \in Mapped : pages[ring] # "free"

(* P74.  A frame is on a ring only while the front has that ring. *)
FrameOnlyOnLiveRing ==
  \A frame \in Frame : frames[frame].at \in {"ring", "shown", "answered"} =>
    frames[frame].ring \in 1..incarnation /\ pages[frames[frame].ring] = "granted"

(* P75.  A frame that the application is told of as sent was shown to a backend. *)
NoAnswerOfOldConnection ==
  \A frame \in Frame : frames[frame].told = "sent" => frames[frame].shown > 0

(* P76.  Over all connections, a frame is shown to a backend at most once. *)
ShownAtMostOnce == \A frame \in Frame : frames[frame].shown <= 1

(* P77.  A frame is done when the application was told what became of it. *)
ToldWhenDone == \A frame \in Frame : frames[frame].at = "done" => frames[frame].told # "nothing"

(* P78.  Pages are given back once. *)
ReleasedOnce == \A ring \in 1..incarnation : pages[ring] # "freed_twice"

(* P79.  A front that has no connection has no pages but those that are kept. *)
NothingLeaks ==
  frontPhase \in {"waiting", "released", "gone"} =>
    \A ring \in 1..incarnation : pages[ring] # "granted"

(* P80.  Both ends use as many queues, and the keys are flat if and only if it is one. *)
QueuesAgreed ==
  /\ backRing # 0 /\ backRing = incarnation => backQueues = Min(Wish, agreed.queues)
  /\ frontPhase \in {"written", "connecting", "up"} =>
       /\ (keys.queues = 1) <=> (keys.flat = incarnation)
       /\ (keys.queues = 2) <=> (keys.numbered = incarnation)

(* P81.  The back binds the event channel of the rings that it maps. *)
NoStaleKeyBelieved == backRing # 0 => backChannel = backRing

(* P82.  No frame that the back may see uses what this back does not offer. *)
FeaturesFresh ==
  \A frame \in Frame :
    frames[frame].at = "ring" /\ frames[frame].ring = backRing /\ frames[frame].sg => offer.sg

-----------------------------------------------------------------------------
(* What no step does. *)

(* P83.  A driver writes into the directory of its own device, and into none that is gone. *)
OwnDirectoryOnly ==
  [][/\ device' = device
     /\ \/ frontState' # frontState /\ frontState' # "Unknown"
        \/ keys' \notin {keys, NoKeys}
     => frontState # "Unknown" /\ frontDevice = device]_vars

(* How the front's state may change. *)
FrontEdges ==
  { <<"Initialising", "Connected">>, <<"Initialising", "Closing">>,
    <<"Initialising", "Closed">>, <<"Connected", "Closing">>, <<"Connected", "Closed">>,
    <<"Closing", "Closed">>, <<"Closed", "Initialising">> }

(* P84.  The front's state goes along these edges, but where a migration makes it anew. *)
StateGraph ==
  [][/\ frontState' # frontState
     /\ "Unknown" \notin {frontState, frontState'}
     /\ ~ToolMigrate
     => <<frontState, frontState'>> \in FrontEdges]_vars

-----------------------------------------------------------------------------
(* What the device is to the application: up from Connected until its rings are released. *)
IsOn == HasRings /\ frontPhase \in {"connecting", "up", "closing", "closed", "restarting"}

AsPlug == INSTANCE Plug WITH
  plug   <- IF frontPhase = "gone" THEN "absent" ELSE IF IsOn THEN "up" ELSE "down",
  inside <- InRings

(* P92.  The device is absent, down or up, and a frame enters only while it is up. *)
RefinesPlug == AsPlug!Spec

-----------------------------------------------------------------------------
(* What happens in the end, when there are no more disturbances. *)

IsUp == frontPhase = "up" /\ backPhase = "connected" /\ backRing = incarnation

(* P85.  A device whose back lives connects, or is gone. *)
ConnectsOrFails ==
  <>[](wish = "open" /\ online /\ frontState # "Unknown" /\ backPhase \notin {"dead", "none"})
    => <>[]IsUp

(* P86.  A close ends, whatever the back does. *)
CloseCompletes ==
  wish = "closed" ~> (wish = "open" \/ frontPhase \in {"released", "gone", "waiting"})

(* P87.  A close is answered, whatever the other was at. *)
CloseAnswered ==
  /\ (frontState \in {"Closing", "Closed"} /\ backState = "InitWait")
       ~> (frontState \notin {"Closing", "Closed"} \/ backState # "InitWait"
           \/ backPhase = "dead")
  /\ (backState = "Closing" /\ frontState = "Connected")
       ~> (backState # "Closing" \/ frontState # "Connected")

(* P88.  A front whose backend is gone does not stay up. *)
LossNoticed == (frontPhase = "up" /\ backState = "Unknown") ~> frontPhase # "up"

(* P89.  A frame that is put into a ring does not stay there. *)
PutIsSeen ==
  \A frame \in Frame :
    (frames[frame].at = "ring" /\ IsUp) ~> (frames[frame].at # "ring" \/ ~IsUp)

(* P90.  A device that is to go is removed. *)
UnplugCompletes == ~online ~> (frontState = "Unknown" \/ online)

(* P91.  When there are no more disturbances, the ends write no more states. *)
Quiescent == <>[][UNCHANGED <<frontState, backState>>]_vars
=============================================================================
