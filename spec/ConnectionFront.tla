-------------------------- MODULE ConnectionFront ---------------------------
(***************************************************************************)
(* What a front does with its device: it reads the other end's state,      *)
(* prepares rings, writes its keys, connects, closes, releases, and begins *)
(* again; and what it does with the frames of the application.             *)
(*                                                                         *)
(*       waiting -> prepared -> written -> connecting -> up                *)
(*          ^                                            |                 *)
(*          |                                            v                 *)
(*          +------------- released <---------------- closed               *)
(*                                                                         *)
(* Any of prepared to up goes to closed when the back closes, and to       *)
(* closing before that when the application does.  Any phase goes to gone  *)
(* when the device is removed, and to restarting when the guest's kernel   *)
(* begins anew.                                                            *)
(***************************************************************************)
EXTENDS ConnectionState

(* A write to the front's directory is one transaction, in which the front reads whose
   directory it is.  One that is gone stays gone, and one that was made anew is not its. *)
MayWrite ==
  /\ frontState # "Unknown" \/ "writes_without_asking" \in Faults
  /\ frontDevice = device \/ "takes_new_for_old" \in Faults

(* The key online, as the front reads it.  A back's directory that is gone has none, and it
   may be of a device that is to go: nobody would answer a front that begins again. *)
Online == online /\ backState # "Unknown"

(* The front writes its state, and the back's watch fires. *)
FrontWrites(state) == MayWrite /\ frontState' = state /\ backLook' = TRUE

(* It says Closed, and reads the back's state anew: a Closed that it saw before may be of a
   backend that has gone on since. *)
FrontSaysClosed ==
  /\ FrontWrites("Closed")
  /\ IF "believes_old_closed" \in Faults THEN UNCHANGED <<frontLook, frontSaw>>
     ELSE frontLook' = TRUE /\ frontSaw' = "nothing"

(* The pages of this incarnation are given back; those that are mapped are kept until Xen
   says that they are not. *)
Released ==
  [pages EXCEPT ![incarnation] =
     CASE @ = "free"  -> "freed_twice"
       [] incarnation \in Mapped /\ "frees_while_mapped" \notin Faults -> "kept"
       [] OTHER -> "free"]

-----------------------------------------------------------------------------
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
     \/ /\ frontPhase = "waiting" /\ frontSaw = "Closed" /\ ~Online
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
  /\ Online \/ "reopens_offline" \in Faults
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
FrontFreesKept ==
  \E ring \in 1..incarnation :
    /\ pages[ring] = "kept" /\ ring \notin Mapped
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
=============================================================================
