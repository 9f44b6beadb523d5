--------------------------- MODULE ConnectionBack ---------------------------
(***************************************************************************)
(* What a back does with a device: it offers features, maps what the ring  *)
(* keys name once the front is Connected, shows and answers frames, and    *)
(* unmaps where it sees an end.                                            *)
(*                                                                         *)
(*       new -> waiting -> mapped -> connected                             *)
(*                ^                      |                                 *)
(*                +-- closed <- closing <+                                 *)
(***************************************************************************)
EXTENDS ConnectionState

(* The back writes its own.  Its directory may be gone: then it writes nothing. *)
BackWrites(state) ==
  IF backState = "Unknown" THEN UNCHANGED <<backState, frontLook>>
  ELSE backState' = state /\ frontLook' = TRUE

-----------------------------------------------------------------------------
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
=============================================================================
