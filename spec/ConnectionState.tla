-------------------------- MODULE ConnectionState ---------------------------
(***************************************************************************)
(* What there is of a device: XenStore, what the front knows, what the     *)
(* back knows, and the frames that the application sends.  Connection says *)
(* what it is about.                                                       *)
(*                                                                         *)
(* The front and the back each have a module of their own, ConnectionFront *)
(* and ConnectionBack, which extend this one.  What a driver may do wrong  *)
(* is a value of Faults or BackFaults.                                     *)
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
(* Which incarnations some backend has mapped. *)
Mapped == left \cup (IF backRing = 0 THEN {} ELSE {backRing})

(* The frames that are in an incarnation's rings: unless they are taken out of them, they
   are lost with them. *)
InRings == { frame \in Frame : frames[frame].at \in {"ring", "shown", "answered"} }

HasRings == incarnation > 0 /\ pages[incarnation] = "granted"
=============================================================================
