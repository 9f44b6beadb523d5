-------------------------------- MODULE Plug --------------------------------
(***************************************************************************)
(* What a device is to whoever uses it, with no XenStore in it: absent,    *)
(* down, or up.                                                            *)
(*                                                                         *)
(*              Appear            Connect                                  *)
(*     absent ---------> down ----------------> up                         *)
(*        ^---------------+ ^---------------------+                        *)
(*              Remove             Disconnect                              *)
(*                                                                         *)
(* A frame enters only while the device is up.  When it goes down, every   *)
(* frame that is still inside goes with it.                                *)
(*                                                                         *)
(* Connection refines this (P92).                                          *)
(***************************************************************************)
CONSTANT Frame

VARIABLES
  plug,     \* "absent", "down", "up"
  inside    \* the frames that have entered, and are not done

device == <<plug, inside>>

Appear  == plug = "absent" /\ plug' = "down" /\ UNCHANGED inside
Connect == plug = "down" /\ plug' = "up" /\ UNCHANGED inside
Remove  == plug = "down" /\ plug' = "absent" /\ UNCHANGED inside

(* A device that is removed while it is up goes down and is absent at once. *)
Disconnect == plug = "up" /\ plug' \in {"down", "absent"} /\ inside' = {}

Enter(frame) ==
  /\ plug = "up"
  /\ frame \notin inside
  /\ inside' = inside \cup {frame}
  /\ UNCHANGED plug

Leave(frame) ==
  /\ frame \in inside
  /\ inside' = inside \ {frame}
  /\ UNCHANGED plug

Init == plug = "down" /\ inside = {}

Next ==
  \/ Appear
  \/ Connect
  \/ Remove
  \/ Disconnect
  \/ \E frame \in Frame : Enter(frame) \/ Leave(frame)

Spec == Init /\ [][Next]_device
=============================================================================
