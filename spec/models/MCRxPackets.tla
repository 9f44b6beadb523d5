----------------------------- MODULE MCRxPackets -----------------------------
(***************************************************************************)
(* What TLC checks of RxPackets beyond its properties: that the situations *)
(* a reader would worry about do occur within the bounds of the models.    *)
(* And the packets that the models are made of.                            *)
(***************************************************************************)
EXTENDS RxPackets

OneSlot     == [frags |-> <<1>>, extras |-> 0]
OneExtra    == [frags |-> <<1>>, extras |-> 1]
TwoExtras   == [frags |-> <<1>>, extras |-> 2]
TwoSlots    == [frags |-> <<2, 1>>, extras |-> 0]
TwoAndExtra == [frags |-> <<2, 1>>, extras |-> 1]
ThreeSlots  == [frags |-> <<3, 2, 1>>, extras |-> 0]

(* What a ring of two slots takes whole. *)
SinglePackets == {OneSlot}
ShortPackets  == {OneSlot, OneExtra, TwoSlots}
FragPackets   == {OneSlot, TwoSlots}
ExtraPackets  == {OneSlot, OneExtra}

(* Some that it takes in parts only. *)
LongPackets   == {OneSlot, TwoAndExtra}
LimitPackets  == {OneExtra, TwoExtras}
PagePackets   == {OneSlot, ThreeSlots}

(* What may come in parts. *)
TwoInParts      == {TwoSlots}
TwoExtrasInParts == {TwoExtras}
LongInParts     == {TwoAndExtra}
ThreeInParts    == {ThreeSlots}

(* Each of these is expected to be violated, by a run that gets there. *)

(* R1.  A packet can begin in the ring's last slot and go on in its first. *)
NeverChainAcrossWrap == ~(chain.next # "start" /\ rsp_cons = 0)

(* R2.  A packet can be cut by rsp_prod, and the front asleep before the rest comes. *)
NeverChainCut == ~(chain.next # "start" /\ poller = "asleep")

(* R3.  A packet can be found to be wrong when a page of it has come and a slot of
   it is to come. *)
NeverDroppedInTheMiddle == ~(chain.dropped /\ chain.slots > 1)

(* R4.  An extra can stand between two fragments of the packet that is delivered. *)
NeverExtraInTheMiddle == Len(delivered.sizes) < 2 \/ delivered.extras = <<>>
=============================================================================
