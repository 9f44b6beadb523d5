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
(* not live, whatever happens to the two ends.                                *)
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
(*  - Ring contents, ids and notifications, but for whether the back   *)
(*    looks at the ring once it has mapped it.                             *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  Frame,        \* the frames that the application sends, each once
  Offers,       \* what a backend may offer: records of sg and split, which are
                \* booleans, and of queues, at least 1
  Wish,         \* the number of queues that the front would like
  Disturbances, \* how many disturbances there are at most
  May,          \* which may come; see AllDisturbances
  Faults,       \* what the front does wrong; see FrontFaults
  BackFaults    \* what the back does wrong; see AllBackFaults

AllDisturbances == {
  "unplug",         \* the toolstack asks for the device to go
  "remove",         \* the toolstack removes both directories, and asks nobody
  "plug",           \* the toolstack makes the device anew
  "back_crash",     \* the backend's domain dies
  "back_restart",   \* the backend starts again in place: its keys stay
  "front_crash",    \* the guest's kernel starts again (kexec), and the device stays
  "migrate",        \* the guest goes on in a new domain, with new directories
  "set_up_fails",   \* the front gets no page, grant or port, or cannot write
  "map_fails",      \* the back cannot map a ring
  "close",          \* the application closes
  "open"}           \* and opens again

FrontFaults == {
  "state_before_keys",       \* Connected is written before the ring keys
  "blind_restart",           \* after a crash: Initialising at once, and not Closed first
  "sends_again",             \* frames of a lost ring are put into the next one, though they
                             \* may have been shown (mirage-net-xen 1.x)
  "drops_in_silence",        \* frames of a lost ring are forgotten (Linux)
  "ignores_unknown",         \* a backend that is gone is not a close (Linux, Unikraft,
                             \* mirage-net-xen 2.x)
  "ignores_close_unless_up", \* Closing is answered only once the connection is up
  "waits_for_closing",       \* after its own Closing for the back's, and for nothing else
  "asks_again",              \* answers the Closing of a slow backend with Closing
  "frees_while_mapped",      \* pages are freed without asking Xen (Mini-OS, FreeBSD)
  "frees_twice",             \* pages that a failed set-up gave back are freed once more
  "leaks_on_failure",        \* a set-up that fails keeps its pages
  "old_split_keys",          \* event-channel-tx and -rx of an earlier connection stay
  "numbered_keys_for_one",   \* queue-0/tx-ring-ref, though there is one queue
  "features_read_once",      \* only at the first connection (NetBSD, older FreeBSD)
  "shaped_when_queued",      \* a frame that waits keeps the shape of the last connection
  "reopens_offline",         \* begins again although the device is to go (win-xenvif)
  "never_reopens",           \* after Closed the front does nothing more (Linux)
  "sends_when_down",         \* the queue runs on while the rings are away
  "believes_old_closed",     \* begins again at a Closed that it saw before its own
  "old_answers",             \* an answer of the last connection finishes a frame of this one
  "features_not_read_again", \* not once more when the back is Connected
  "writes_without_asking",   \* writes into a directory that is gone (FreeBSD)
  "takes_new_for_old"}       \* writes into that of a new device (Linux)

AllBackFaults == {
  "connected_though_refused",  \* says Connected although it could not map (netback)
  "answers_only_connected",    \* a close is answered only when connected (mirage-net-xen)
  "believes_old_connected",    \* maps at a Connected that it read before its own InitWait
  "offers_anew",               \* other features, though the front is Connected (netback)
  "takes_again",               \* takes what was taken and not answered (netback)
  "ignores_restart",           \* Initialising while connected is nothing (QEMU)
  "overwrites_closing",        \* writes Connected over the toolstack's Closing (netback)
  "sleeps_at_map"}             \* does not look at the ring when it has mapped it

ASSUME ConnectionConstants ==
  /\ IsFiniteSet(Frame)
  /\ Offers # {} /\ Offers \subseteq [sg: BOOLEAN, split: BOOLEAN, queues: 1..2]
  /\ Wish \in 1..2
  /\ Disturbances \in Nat
  /\ May \subseteq AllDisturbances
  /\ Faults \subseteq FrontFaults
  /\ BackFaults \subseteq AllBackFaults

VARIABLES
  \* XenStore
  frontState,    \* the key state of the front's directory; "Unknown" if it is gone
  backState,     \* the same of the back's
  online,        \* the key of the back's directory: may the device open again?
  keys,          \* the front's other keys: which incarnation each names, 0 for none
  offer,         \* the features in the back's directory
  device,        \* how many times the toolstack has made the device
  \* the front
  frontPhase,    \* what it is at; see FrontPhases
  frontDevice,   \* which making of the device it serves
  frontLook,     \* its watch has fired
  frontSaw,      \* the back's state when last read; "Removed" if its own directory was gone
  incarnation,   \* how many connections it has begun
  pages,         \* of each incarnation, whose its pages are
  agreed,        \* the features of this connection, as the front read them
  frames,        \* frame -> where it is, of which ring, how often shown, what was told
  \* the application
  wish,          \* "open" or "closed"
  \* the back
  backPhase,     \* what it is at; see BackPhases
  backLook,
  backSaw,
  backRing,      \* the incarnation that it has mapped, 0 for none
  backChannel,   \* the incarnation whose event channel it has bound
  backQueues,    \* how many queues it has mapped
  backAwake,     \* it looks at its ring
  \* Xen
  left,          \* incarnations that a dead backend still has mapped
  disturbed      \* how many disturbances there were

store    == <<frontState, backState, online, keys, offer, device>>
watches  == <<frontLook, backLook>>
front    == <<frontPhase, frontDevice, frontSaw, incarnation, pages, agreed>>
back     == <<backPhase, backSaw, backRing, backChannel, backQueues, backAwake>>
around   == <<left, disturbed>>
vars     == <<store, watches, front, frames, wish, back, around>>

States == {"Unknown", "Initialising", "InitWait", "Connected", "Closing", "Closed"}

FrontPhases == {
  "waiting",     \* for the back's InitWait; its own state is Initialising
  "prepared",    \* it has read the features, and granted rings
  "written",     \* the ring keys are committed
  "connecting",  \* its state is Connected
  "up",          \* and the back's is
  "closing",     \* it has asked for a close, and waits for an answer
  "closed",      \* its state is Closed; the rings are still there
  "released",    \* the rings are not
  "restarting",  \* its kernel began anew, and it leads the back to Closed
  "gone"}        \* its device was removed

BackPhases == {"none", "new", "waiting", "mapped", "connected", "closing", "closed", "dead"}

NoOffer == [sg |-> FALSE, split |-> FALSE, queues |-> 1]
NoKeys  == [queues |-> 0, flat |-> 0, numbered |-> 0, channel |-> 0, split |-> 0]
Waiting == [at |-> "app", ring |-> 0, shown |-> 0, told |-> "nothing", sg |-> FALSE]

Min(a, b) == IF a < b THEN a ELSE b

-----------------------------------------------------------------------------
TypeOK ==
  /\ frontState \in States /\ backState \in States
  /\ online \in BOOLEAN
  /\ \A key \in {"queues", "flat", "numbered", "channel", "split"} : keys[key] \in Nat
  /\ offer \in [sg: BOOLEAN, split: BOOLEAN, queues: 1..2]
  /\ agreed \in [sg: BOOLEAN, split: BOOLEAN, queues: 1..2]
  /\ device \in Nat /\ frontDevice \in Nat /\ incarnation \in Nat
  /\ frontPhase \in FrontPhases /\ backPhase \in BackPhases
  /\ frontLook \in BOOLEAN /\ backLook \in BOOLEAN
  /\ frontSaw \in States \cup {"Removed", "nothing"}
  /\ backSaw \in States \cup {"nothing"}
  /\ pages \in Seq({"granted", "kept", "free", "freed_twice"}) /\ Len(pages) = incarnation
  /\ frames \in [Frame -> [at: {"app", "held", "ring", "shown", "answered", "done"},
                           ring: Nat, shown: Nat, told: {"nothing", "sent", "dropped"},
                           sg: BOOLEAN]]
  /\ wish \in {"open", "closed"}
  /\ backRing \in 0..incarnation /\ backChannel \in 0..incarnation
  /\ backQueues \in 0..2 /\ backAwake \in BOOLEAN
  /\ left \subseteq 1..incarnation /\ disturbed \in Nat

Init ==
  /\ frontState = "Initialising" /\ backState = "Initialising"
  /\ online = TRUE /\ keys = NoKeys /\ offer = NoOffer /\ device = 1
  /\ frontPhase = "waiting" /\ frontDevice = 1 /\ frontLook = TRUE /\ frontSaw = "nothing"
  /\ incarnation = 0 /\ pages = <<>> /\ agreed = NoOffer
  /\ frames = [frame \in Frame |-> Waiting]
  /\ wish = "open"
  /\ backPhase = "new" /\ backLook = TRUE /\ backSaw = "nothing"
  /\ backRing = 0 /\ backChannel = 0 /\ backQueues = 0 /\ backAwake = FALSE
  /\ left = {} /\ disturbed = 0

-----------------------------------------------------------------------------
(* What both ends are asked in common. *)

(* A write to the front's directory is one transaction, in which the front reads whose
   directory it is.  One that is gone stays gone, and one that was made anew is not its. *)
MayWrite ==
  /\ frontState # "Unknown" \/ "writes_without_asking" \in Faults
  /\ frontDevice = device \/ "takes_new_for_old" \in Faults

(* The front writes its state, and the back's watch fires. *)
FrontWrites(state) == MayWrite /\ frontState' = state /\ backLook' = TRUE

(* It says Closed, and reads the back's state anew: a Closed that it saw before may be of a
   backend that has gone on since. *)
FrontSaysClosed ==
  /\ FrontWrites("Closed")
  /\ IF "believes_old_closed" \in Faults THEN UNCHANGED <<frontLook, frontSaw>>
     ELSE frontLook' = TRUE /\ frontSaw' = "nothing"

(* The back writes its own.  Its directory may be gone: then it writes nothing. *)
BackWrites(state) ==
  IF backState = "Unknown" THEN UNCHANGED <<backState, frontLook>>
  ELSE backState' = state /\ frontLook' = TRUE

(* Which incarnations some backend has mapped. *)
Mapped == left \cup (IF backRing = 0 THEN {} ELSE {backRing})

(* The frames that are in an incarnation's rings: unless they are taken out of them, they
   are lost with them. *)
InRings == { frame \in Frame : frames[frame].at \in {"ring", "shown", "answered"} }

HasRings == incarnation > 0 /\ pages[incarnation] = "granted"

(* The pages of this incarnation are given back; those that are mapped are kept until Xen
   says that they are not. *)
Released ==
  [pages EXCEPT ![incarnation] =
     CASE @ = "free"  -> "freed_twice"
       [] incarnation \in Mapped /\ "frees_while_mapped" \notin Faults -> "kept"
       [] OTHER -> "free"]

-----------------------------------------------------------------------------
(* The front. *)

(* Its watch fired: it reads the back's state, and sees whether its own directory is there. *)
FrontReadState ==
  /\ frontLook
  /\ frontLook' = FALSE
  /\ frontSaw' = IF frontState = "Unknown" \/ frontDevice # device THEN "Removed" ELSE backState
  /\ UNCHANGED <<store, backLook, frontPhase, frontDevice, incarnation, pages, agreed,
                 frames, wish, back, around>>

(* The back offers: the front reads its features, and grants rings for each queue. *)
FrontPrepare ==
  /\ frontPhase = "waiting" /\ wish = "open"
  /\ frontSaw = "InitWait"
  /\ frontPhase' = "prepared"
  /\ incarnation' = incarnation + 1
  /\ pages' = Append(pages, "granted")
  /\ agreed' = IF "features_read_once" \in Faults /\ incarnation > 0 THEN agreed ELSE offer
  /\ UNCHANGED <<store, watches, frontDevice, frontSaw, frames, wish, back, around>>

(* The ring keys, in one commit.  They are flat if and only if there is one queue, and
   those of the other kind are removed. *)
FrontWriteKeys ==
  /\ IF "state_before_keys" \in Faults
       THEN frontPhase = "connecting" /\ incarnation \notin {keys.flat, keys.numbered}
            /\ UNCHANGED frontPhase
       ELSE frontPhase = "prepared" /\ frontPhase' = "written"
  /\ MayWrite
  /\ LET queues == Min(Wish, agreed.queues)
         isFlat == queues = 1 /\ "numbered_keys_for_one" \notin Faults
     IN  keys' = [queues   |-> queues,
                  flat     |-> IF isFlat THEN incarnation ELSE 0,
                  numbered |-> IF isFlat THEN 0 ELSE incarnation,
                  channel  |-> IF agreed.split THEN 0 ELSE incarnation,
                  split    |-> CASE agreed.split -> incarnation
                                 [] "old_split_keys" \in Faults -> keys.split
                                 [] OTHER -> 0]
  /\ UNCHANGED <<frontState, backState, online, offer, device, watches, frontDevice,
                 frontSaw, incarnation, pages, agreed, frames, wish, back, around>>

(* Only now: the back looks at the keys when it sees this. *)
FrontConnect ==
  /\ frontPhase = IF "state_before_keys" \in Faults THEN "prepared" ELSE "written"
  /\ FrontWrites("Connected")
  /\ frontPhase' = "connecting"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontLook, frontDevice, frontSaw,
                 incarnation, pages, agreed, frames, wish, back, around>>

ReadsAgain ==
  /\ "features_not_read_again" \notin Faults
  /\ "features_read_once" \notin Faults \/ incarnation = 1

(* The back is Connected.  The front reads the features once more: another backend may have
   taken the place of the one that it read them of. *)
FrontSeeConnected ==
  /\ frontPhase = "connecting"
  /\ frontSaw = "Connected"
  /\ offer = agreed \/ ~ReadsAgain
  /\ frontPhase' = "up"
  /\ UNCHANGED <<store, watches, frontDevice, frontSaw, incarnation, pages, agreed,
                 frames, wish, back, around>>

(* What the front reads as the end of its connection.  InitWait or Initialising is one too
   where it was up: another backend is there now, and has mapped nothing.  So is a backend
   that is Connected, and offers something else than the one that the front prepared for. *)
SeesEnd ==
  \/ frontSaw \in {"Closing", "Closed"}
  \/ frontSaw = "Connected" /\ frontPhase = "connecting" /\ offer # agreed /\ ReadsAgain
  \/ frontSaw = "Unknown" /\ "ignores_unknown" \notin Faults
  \/ frontSaw \in {"InitWait", "Initialising"} /\ frontPhase = "up"

HasConnection == frontPhase \in {"prepared", "written", "connecting", "up"}

(* It answers a close with Closed, whatever it was at.  Before it has begun a connection, a
   back at Closed may be one that has not looked yet: then it asks whether the device is to
   go, and does so in the transaction in which it writes. *)
FrontAnswerClose ==
  /\ \/ HasConnection /\ SeesEnd
     \/ frontPhase = "waiting" /\ frontSaw = "Closing"
     \/ /\ frontPhase = "waiting" /\ frontSaw = "Closed" /\ ~online
        /\ "reopens_offline" \notin Faults
  /\ frontPhase = "up" \/ "ignores_close_unless_up" \notin Faults
  /\ FrontSaysClosed
  /\ frontPhase' = "closed"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontDevice, incarnation, pages,
                 agreed, frames, wish, back, around>>

(* The application closes: it is the front that asks. *)
FrontClosing ==
  /\ \/ HasConnection /\ wish = "closed" /\ ~SeesEnd
     \/ frontPhase = "closed" /\ frontSaw = "Closing" /\ "asks_again" \in Faults
  /\ FrontWrites("Closing")
  /\ frontPhase' = "closing"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontLook, frontDevice, frontSaw,
                 incarnation, pages, agreed, frames, wish, back, around>>

FrontClosed ==
  /\ frontPhase = "closing"
  /\ \/ frontSaw = "Closing"
     \/ frontSaw \in {"Closed", "Unknown"} /\ "waits_for_closing" \notin Faults
  /\ FrontSaysClosed
  /\ frontPhase' = "closed"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontDevice, incarnation, pages,
                 agreed, frames, wish, back, around>>

(* A backend that does not answer is not waited for without end: the front says Closed. *)
FrontTimeout ==
  /\ frontPhase = "closing"
  /\ "waits_for_closing" \notin Faults
  /\ FrontSaysClosed
  /\ frontPhase' = "closed"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontDevice, incarnation, pages,
                 agreed, frames, wish, back, around>>

(* A frame of a ring that will be released: the application is told that it is dropped.  It
   may have been sent.  With sends_again it is put into the next ring. *)
FrontDrop(frame) ==
  /\ \/ frontPhase = "closed"
     \/ frontPhase = "restarting"
     \/ frontSaw = "Removed"
  /\ frame \in InRings
  /\ frames' = [frames EXCEPT ![frame] =
       CASE "sends_again" \in Faults /\ frontPhase = "closed" ->
              [@ EXCEPT !.at = "held", !.ring = 0]
         [] "drops_in_silence" \in Faults -> [@ EXCEPT !.at = "done"]
         [] "old_answers" \in Faults /\ @.at = "answered" ->
              [@ EXCEPT !.at = "done", !.told = "sent"]
         [] OTHER -> [@ EXCEPT !.at = "done", !.told = "dropped"]]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

(* The rings go: the back has said Closed or is gone, or it was waited for long enough. *)
FrontRelease ==
  /\ frontPhase = "closed"
  /\ frontSaw \in {"Closed", "Unknown", "Removed"} \/ "waits_for_closing" \notin Faults
  /\ InRings = {}
  /\ frontPhase' = "released"
  /\ pages' = IF HasRings \/ "frees_twice" \in Faults THEN Released ELSE pages
  /\ UNCHANGED <<store, watches, frontDevice, frontSaw, incarnation, agreed, frames, wish,
                 back, around>>

(* The front begins again once it has seen the back at Closed, after it has said Closed
   itself.  InitWait is not enough: a
   backend that was restarted may have read the front's Connected of before, and would map
   the old rings in the middle of the new connection. *)
FrontReopen ==
  /\ frontPhase = "released"
  /\ wish = "open"
  /\ "never_reopens" \notin Faults
  /\ frontSaw = "Closed"
  /\ online \/ "reopens_offline" \in Faults
  /\ FrontWrites("Initialising")
  /\ frontPhase' = "waiting"
  /\ UNCHANGED <<backState, online, keys, offer, device, frontLook, frontDevice, frontSaw,
                 incarnation, pages, agreed, frames, wish, back, around>>

(* Its directory is not there any more: everything is taken back, and nothing is written. *)
FrontGone ==
  /\ frontSaw = "Removed"
  /\ frontPhase # "gone"
  /\ InRings = {}
  /\ frontPhase' = "gone"
  /\ pages' = IF HasRings THEN Released ELSE pages
  /\ IF HasRings /\ MayWrite /\ (frontState = "Unknown" \/ frontDevice # device)
       THEN frontState' = "Closed" /\ backLook' = TRUE
       ELSE UNCHANGED <<frontState, backLook>>
  /\ UNCHANGED <<backState, online, keys, offer, device, frontLook, frontDevice, frontSaw,
                 incarnation, agreed, frames, wish, back, around>>

(* A device is there, and no driver serves it: one begins. *)
FrontProbe ==
  /\ frontPhase = "gone"
  /\ frontState # "Unknown" /\ frontDevice # device
  /\ frontPhase' = "waiting"
  /\ frontDevice' = device
  /\ frontLook' = TRUE /\ frontSaw' = "nothing"
  /\ UNCHANGED <<store, backLook, incarnation, pages, agreed, frames, wish, back, around>>

(* After a crash: the back is led to Closed, and has unmapped the rings when it says so.
   Only then is their memory anybody's. *)
FrontReset ==
  /\ frontPhase = "restarting"
  /\ frontState # "Closed"
  /\ "blind_restart" \notin Faults
  /\ FrontSaysClosed
  /\ UNCHANGED <<backState, online, keys, offer, device, frontPhase, frontDevice, incarnation,
                 pages, agreed, frames, wish, back, around>>

FrontRestarted ==
  /\ frontPhase = "restarting"
  /\ InRings = {}
  /\ \/ frontState = "Closed" /\ frontSaw \in {"Closed", "Unknown"}
     \/ "blind_restart" \in Faults
  /\ FrontWrites("Initialising")
  /\ frontPhase' = "waiting"
  /\ pages' = IF HasRings /\ "blind_restart" \notin Faults THEN Released ELSE pages
  /\ UNCHANGED <<backState, online, keys, offer, device, frontLook, frontDevice, frontSaw,
                 incarnation, agreed, frames, wish, back, around>>

(* Xen unmapped what was kept: it is free now. *)
FrontFreesKept(ring) ==
  /\ ring \in 1..incarnation /\ pages[ring] = "kept" /\ ring \notin Mapped
  /\ pages' = [pages EXCEPT ![ring] = "free"]
  /\ UNCHANGED <<store, watches, frontPhase, frontDevice, frontSaw, incarnation, agreed,
                 frames, wish, back, around>>

-----------------------------------------------------------------------------
(* Frames.  What the application sends is held until there is a connection. *)

AppSend(frame) ==
  /\ frames[frame].at = "app"
  /\ wish = "open"
  /\ frames' = [frames EXCEPT ![frame] = [@ EXCEPT !.at = "held", !.sg = agreed.sg]]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

(* Its shape is chosen when it is put into a ring: the features of this connection count,
   and none before the back is Connected.  The back may not have bound its port yet: it
   looks at the ring when it has. *)
FrontPut(frame) ==
  /\ frames[frame].at = "held"
  /\ \/ frontPhase \in {"connecting", "up"}
     \/ "sends_when_down" \in Faults /\ incarnation > 0 /\ frontPhase # "gone"
  /\ frames' = [frames EXCEPT ![frame] =
       [@ EXCEPT !.at = "ring", !.ring = incarnation,
                 !.sg = /\ frontPhase = "up"
                        /\ IF "shaped_when_queued" \in Faults THEN @ ELSE agreed.sg]]
  /\ backAwake' = (backAwake \/ backChannel = incarnation)
  /\ UNCHANGED <<store, watches, front, wish, backPhase, backSaw, backRing, backChannel,
                 backQueues, around>>

(* A frame that nobody will send now: the application closed, or the device is gone. *)
FrontDropHeld(frame) ==
  /\ frames[frame].at = "held"
  /\ wish = "closed" \/ frontPhase = "gone"
  /\ frames' = [frames EXCEPT ![frame] = [@ EXCEPT !.at = "done", !.told = "dropped"]]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

(* The answer is taken, and the application told.  With old_answers the front believes an
   answer that the last connection's ring has left in the page. *)
FrontTakeAnswer(frame) ==
  /\ frontPhase \in {"connecting", "up"}
  /\ frames[frame].ring = incarnation
  /\ \/ frames[frame].at = "answered"
     \/ /\ "old_answers" \in Faults
        /\ frames[frame].at \in {"ring", "shown"}
        /\ \E other \in Frame :
             frames[other].told = "sent" /\ frames[other].ring \in 1..(incarnation - 1)
  /\ frames' = [frames EXCEPT ![frame] = [@ EXCEPT !.at = "done", !.told = "sent"]]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

-----------------------------------------------------------------------------
(* The back. *)

BackReadState ==
  /\ backLook /\ backPhase \notin {"none", "dead"}
  /\ backLook' = FALSE
  /\ backSaw' = frontState
  /\ UNCHANGED <<store, frontLook, front, frames, wish, backPhase, backRing, backChannel,
                 backQueues, backAwake, around>>

(* It writes what it offers, and InitWait.  We assume that a back that finds a front
   Connected offers what was offered before, since that front may not ask again.
   Then it reads the front's state anew: the Connected that it saw before may be over.  A
   back that opens again reads it in the transaction, too.  Otherwise both can be one step
   behind the other, close and begin again for ever. *)
BackOffer(features) ==
  /\ \/ backPhase = "new"
     \/ backPhase = "closed" /\ backSaw = "Initialising" /\ frontState = "Initialising"
  /\ online /\ backState # "Unknown"
  /\ backPhase = "new" /\ frontState = "Connected" /\ "offers_anew" \notin BackFaults =>
       features = offer
  /\ BackWrites("InitWait")
  /\ offer' = features
  /\ backPhase' = "waiting"
  /\ IF "believes_old_connected" \in BackFaults THEN UNCHANGED <<backLook, backSaw>>
     ELSE backLook' = TRUE /\ backSaw' = "nothing"
  /\ UNCHANGED <<frontState, online, keys, device, front, frames, wish,
                 backRing, backChannel, backQueues, backAwake, around>>

(* Which rings the keys name: the flat ones if there is one queue. *)
Named == IF keys.queues = 1 THEN keys.flat ELSE keys.numbered

(* netback looks for split channels first. *)
NamedChannel == IF keys.split # 0 THEN keys.split ELSE keys.channel

CanMap ==
  /\ Named # 0 /\ NamedChannel # 0
  /\ pages[Named] \in {"granted", "kept"}
  /\ keys.queues <= offer.queues

(* The front is Connected: the back reads the keys and maps what they name. *)
BackMap ==
  /\ backPhase = "waiting"
  /\ backSaw = "Connected"
  /\ CanMap
  /\ backPhase' = "mapped"
  /\ backRing' = Named /\ backChannel' = NamedChannel /\ backQueues' = keys.queues
  /\ backAwake' = ("sleeps_at_map" \notin BackFaults)
  /\ frames' = IF "takes_again" \notin BackFaults THEN frames
               ELSE [frame \in Frame |->
                 IF frames[frame].at = "shown" /\ frames[frame].ring = Named
                   THEN [frames[frame] EXCEPT !.at = "ring"] ELSE frames[frame]]
  /\ UNCHANGED <<store, watches, front, wish, backSaw, around>>

(* Not if the toolstack has asked for the device to go in the meantime: Connected would be
   written over its Closing, and the front would never see that.  So the back reads online
   in the transaction in which it writes. *)
BackConnect ==
  /\ backPhase = "mapped"
  /\ online \/ "overwrites_closing" \in BackFaults
  /\ BackWrites("Connected")
  /\ backPhase' = "connected"
  /\ UNCHANGED <<frontState, online, keys, offer, device, backLook, front, frames, wish,
                 backSaw, backRing, backChannel, backQueues, backAwake, around>>

(* The keys name nothing that it can map: it says Closing.  netback says Connected. *)
Refuses ==
  IF "connected_though_refused" \in BackFaults
    THEN backPhase' = "connected" /\ BackWrites("Connected")
    ELSE backPhase' = "closing" /\ BackWrites("Closing")

BackRefuse ==
  /\ backPhase = "waiting"
  /\ backSaw = "Connected"
  /\ ~CanMap
  /\ Refuses
  /\ UNCHANGED <<frontState, online, keys, offer, device, backLook, front, frames, wish,
                 backSaw, backRing, backChannel, backQueues, backAwake, around>>

Unmaps == backRing' = 0 /\ backChannel' = 0 /\ backQueues' = 0 /\ backAwake' = FALSE

(* It sees an end: the front's close, its crash (Initialising while rings are mapped), or
   that the device is to go.  Its rings are unmapped before it says so. *)
BackClose ==
  /\ \/ /\ backPhase \in {"waiting", "mapped", "connected"}
        /\ backPhase = "connected" \/ "answers_only_connected" \notin BackFaults
        /\ backSaw \in {"Closing", "Closed", "Unknown"}
     \/ /\ backPhase \in {"mapped", "connected"}
        /\ backSaw = "Initialising"
        /\ "ignores_restart" \notin BackFaults
     \/ backPhase = "new" /\ ~online
  /\ backPhase' = "closing"
  /\ Unmaps
  /\ BackWrites("Closing")
  /\ UNCHANGED <<frontState, online, keys, offer, device, backLook, front, frames, wish,
                 backSaw, around>>

BackClosed ==
  /\ backPhase = "closing"
  /\ backSaw \in {"Closed", "Unknown", "Initialising"}
  /\ BackWrites("Closed")
  /\ backPhase' = "closed"
  /\ UNCHANGED <<frontState, online, keys, offer, device, backLook, front, frames, wish,
                 backSaw, backRing, backChannel, backQueues, backAwake, around>>

(* A frame is shown.  One that the front has dropped may be, as long as its ring is mapped. *)
BackShow(frame) ==
  /\ backRing # 0 /\ backAwake
  /\ frames[frame].ring = backRing
  /\ \/ frames[frame].at = "ring"
     \/ frames[frame].at = "done" /\ frames[frame].told = "dropped" /\ frames[frame].shown = 0
  /\ frames' = [frames EXCEPT ![frame] =
       [@ EXCEPT !.at = IF @ = "ring" THEN "shown" ELSE @, !.shown = @ + 1]]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

BackAnswer(frame) ==
  /\ backRing # 0
  /\ frames[frame].ring = backRing
  /\ frames[frame].at = "shown"
  /\ frames' = [frames EXCEPT ![frame].at = "answered"]
  /\ UNCHANGED <<store, watches, front, wish, back, around>>

(* It has seen all that is there, and waits for an event. *)
BackSleep ==
  /\ backAwake
  /\ \A frame \in Frame : ~(frames[frame].at = "ring" /\ frames[frame].ring = backRing)
  /\ backAwake' = FALSE
  /\ UNCHANGED <<store, watches, front, frames, wish, backPhase, backSaw, backRing,
                 backChannel, backQueues, around>>

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
  /\ pages' = IF HasRings THEN [pages EXCEPT ![incarnation] = "free"] ELSE pages
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
  \/ \E ring \in 1..incarnation : FrontFreesKept(ring)
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
