---------------------------- MODULE ProgramOrder ----------------------------
(***************************************************************************)
(* In what order a driver does what it does to a ring: what its program    *)
(* adds to the rules of ring.h.                                            *)
(*                                                                         *)
(* A driver has hands, which know nothing of each other.  Linux' netfront  *)
(* sends from one context and polls from another, and netback has a thread *)
(* and a zero-copy callback.  Each hand is in a phase, and each phase has  *)
(* the operations that the program can come to next.  For each hand and    *)
(* phase, moves maps a label to the next phase.  A label is an operation   *)
(* (traces/LOG.md), or one way out of it where the program branches:       *)
(*                                                                         *)
(*   READ_REQ_EVENT_due, READ_RSP_EVENT_due  the peer is to be notified    *)
(*   READ_RSP_PROD_more, READ_REQ_PROD_more  there is something to consume *)
(*   RSP_READ_again     a response that was read before                    *)
(*   RSP_READ_extra     an extra_info, or the NULL for one                 *)
(*   RSP_WRITE_null     NULL, for an extra_info of the transmit ring       *)
(*                                                                         *)
(* The programs of Linux follow the order of the macros in xen-netfront    *)
(* and xen-netback of 6.1, and agree with the recordings.  They are        *)
(* stricter than the protocol: a driver that does these things in another  *)
(* order may be right too.  "any" is for a driver of which nothing is      *)
(* known except that it uses ring.h.  Its only order is that of            *)
(* RING_PUSH_*_AND_CHECK_NOTIFY, where the event check follows its push.   *)
(***************************************************************************)

(* Which hand does what. *)
FrontHands(sends, polls) ==
  [RING_INIT |-> sends, GNT_GRANT |-> sends, REQ_WRITE |-> sends, SET_REQ_PROD |-> sends,
   READ_REQ_EVENT |-> sends, NOTIFY |-> sends,
   IRQ |-> polls, READ_RSP_PROD |-> polls, RSP_READ |-> polls, GNT_END |-> polls,
   SET_RSP_CONS |-> polls, SET_RSP_EVENT |-> polls]

BackHands(takes, answers) ==
  [BACK_ATTACH |-> takes, READ_REQ_PROD |-> takes, TX_ACTION |-> takes, REQ_READ |-> takes,
   GNT_COPY |-> takes, GNT_MAP |-> takes, SET_REQ_EVENT |-> takes,
   RSP_WRITE |-> answers, SET_RSP_PROD |-> answers, READ_RSP_EVENT |-> answers, NOTIFY |-> answers]

-----------------------------------------------------------------------------
(* Linux 6.1, logged at each macro.  xennet_start_xmit. *)
LinuxSender ==
  [new      |-> [RING_INIT |-> "made"],
   made     |-> [NOTIFY |-> "idle"],
   idle     |-> [GNT_GRANT |-> "granting"],
   granting |-> [GNT_GRANT |-> "granting", REQ_WRITE |-> "writing"],
   writing  |-> [REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   pushed   |-> [READ_REQ_EVENT |-> "idle", READ_REQ_EVENT_due |-> "due"],
   due      |-> [NOTIFY |-> "idle"]]

(* xennet_tx_buf_gc *)
LinuxTxPoller ==
  [asleep   |-> [IRQ |-> "woken"],
   woken    |-> [READ_RSP_PROD |-> "reading", READ_RSP_PROD_more |-> "reading"],
   reading  |-> [RSP_READ |-> "ending", RSP_READ_extra |-> "reading", SET_RSP_CONS |-> "consumed"],
   ending   |-> [GNT_END |-> "reading"],
   consumed |-> [READ_RSP_PROD |-> "drained", READ_RSP_PROD_more |-> "woken"],
   drained  |-> [SET_RSP_EVENT |-> "armed"],
   armed    |-> [READ_RSP_PROD |-> "asleep", READ_RSP_PROD_more |-> "woken"]]

(* xenvif_handle_tx_interrupt; xenvif_tx_action and xenvif_tx_build_gops;
   xenvif_napi_schedule_or_enable_events *)
LinuxTaker ==
  [new       |-> [BACK_ATTACH |-> "asleep"],
   asleep    |-> [READ_REQ_PROD |-> "looked", READ_REQ_PROD_more |-> "scheduled"],
   looked    |-> [READ_REQ_PROD |-> "checked", READ_REQ_PROD_more |-> "scheduled"],
   scheduled |-> [READ_REQ_PROD_more |-> "acting"],
   acting    |-> [TX_ACTION |-> "looping"],
   looping   |-> [READ_REQ_PROD_more |-> "found", READ_REQ_PROD |-> "built"],
   found     |-> [REQ_READ |-> "taking"],
   taking    |-> [REQ_READ |-> "taking", TX_ACTION |-> "looping"],
   built     |-> [GNT_COPY |-> "copying", GNT_MAP |-> "mapping"],
   copying   |-> [GNT_COPY |-> "copying", GNT_MAP |-> "mapping",
                  READ_REQ_PROD |-> "checked", READ_REQ_PROD_more |-> "scheduled"],
   mapping   |-> [GNT_MAP |-> "mapping", READ_REQ_PROD |-> "checked", READ_REQ_PROD_more |-> "scheduled"],
   checked   |-> [SET_REQ_EVENT |-> "armed"],
   armed     |-> [READ_REQ_PROD |-> "asleep", READ_REQ_PROD_more |-> "scheduled"]]

(* make_tx_response and push_tx_responses: one packet's worth each time. *)
LinuxAnswerer ==
  [idle    |-> [RSP_WRITE |-> "writing"],
   writing |-> [RSP_WRITE_null |-> "writing", SET_RSP_PROD |-> "pushed"],
   pushed  |-> [READ_RSP_EVENT |-> "idle", READ_RSP_EVENT_due |-> "due"],
   due     |-> [NOTIFY |-> "idle"]]

(* xennet_poll, with xennet_get_responses and xennet_alloc_rx_buffers in it;
   before it xennet_handle_rx, and at the start xennet_connect and xennet_open.
   rsp_cons is stored twice for each packet, and once for its extras. *)
LinuxRxPoller ==
  [new         |-> [RING_INIT |-> "made"],
   made        |-> [NOTIFY |-> "refilling"],
   asleep      |-> [IRQ |-> "interrupted", READ_RSP_PROD |-> "refilling", READ_RSP_PROD_more |-> "polling"],
   interrupted |-> [READ_RSP_PROD |-> "asleep", READ_RSP_PROD_more |-> "scheduled"],
   scheduled   |-> [READ_RSP_PROD |-> "refilling", READ_RSP_PROD_more |-> "polling", SET_REQ_PROD |-> "connected"],
   connected   |-> [READ_REQ_EVENT |-> "opening"],
   opening     |-> [SET_RSP_EVENT |-> "armed"],
   polling     |-> [RSP_READ |-> "read"],
   read        |-> [GNT_END |-> "ended", RSP_READ_extra |-> "extras"],
   extras      |-> [RSP_READ_extra |-> "extras", SET_RSP_CONS |-> "extraSet"],
   extraSet    |-> [READ_RSP_PROD |-> "ending", READ_RSP_PROD_more |-> "ending"],
   ending      |-> [GNT_END |-> "ended"],
   ended       |-> [RSP_READ |-> "read", RSP_READ_again |-> "filling", SET_RSP_CONS |-> "set"],
   filling     |-> [RSP_READ_again |-> "filling", SET_RSP_CONS |-> "set"],
   set         |-> [READ_RSP_PROD |-> "gathered", READ_RSP_PROD_more |-> "gathered"],
   gathered    |-> [SET_RSP_CONS |-> "setAgain"],
   setAgain    |-> [READ_RSP_PROD |-> "consumed", READ_RSP_PROD_more |-> "consumed"],
   consumed    |-> [RSP_READ |-> "read", GNT_GRANT |-> "granting", REQ_WRITE |-> "writing"],
   refilling   |-> [GNT_GRANT |-> "granting", REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   granting    |-> [GNT_GRANT |-> "granting", REQ_WRITE |-> "writing"],
   writing     |-> [REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   pushed      |-> [READ_REQ_EVENT |-> "refilled", READ_REQ_EVENT_due |-> "due"],
   due         |-> [NOTIFY |-> "refilled"],
   refilled    |-> [READ_RSP_PROD |-> "drained", READ_RSP_PROD_more |-> "scheduled", IRQ |-> "interrupted"],
   drained     |-> [SET_RSP_EVENT |-> "armed"],
   armed       |-> [READ_RSP_PROD |-> "asleep", READ_RSP_PROD_more |-> "scheduled"]]

(* xenvif_kthread_guest_rx: xenvif_rx_ring_slots_available before it wakes and
   before each packet, then xenvif_rx_skb, and xenvif_rx_copy_flush at the end. *)
LinuxRxBack ==
  [new       |-> [BACK_ATTACH |-> "waiting"],
   waiting   |-> [READ_REQ_PROD |-> "lacking", READ_REQ_PROD_more |-> "awake"],
   lacking   |-> [SET_REQ_EVENT |-> "armed"],
   armed     |-> [READ_REQ_PROD |-> "waiting", READ_REQ_PROD_more |-> "awake", GNT_COPY |-> "copying"],
   awake     |-> [READ_REQ_PROD_more |-> "available", SET_REQ_EVENT |-> "armed"],
   available |-> [REQ_READ |-> "reading", SET_REQ_EVENT |-> "armed"],
   reading   |-> [REQ_READ |-> "reading", READ_REQ_PROD |-> "lacking", READ_REQ_PROD_more |-> "available",
                  GNT_COPY |-> "copying"],
   copying   |-> [GNT_COPY |-> "copying", RSP_WRITE |-> "writing"],
   writing   |-> [RSP_WRITE |-> "writing", SET_RSP_PROD |-> "pushed"],
   pushed    |-> [READ_RSP_EVENT |-> "waiting", READ_RSP_EVENT_due |-> "due"],
   due       |-> [NOTIFY |-> "waiting"]]

-----------------------------------------------------------------------------
(* Linux 6.1, unmodified: only loads and stores of the page are seen, and the
   programs are the same with what is not seen left out. *)
StockSender ==
  [idle    |-> [REQ_WRITE |-> "writing"],
   writing |-> [REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   pushed  |-> [READ_REQ_EVENT |-> "idle", READ_REQ_EVENT_due |-> "idle"]]

StockTxPoller ==
  [new      |-> [SET_RSP_EVENT |-> "asleep"],
   asleep   |-> [READ_RSP_PROD |-> "reading", READ_RSP_PROD_more |-> "reading"],
   reading  |-> [RSP_READ |-> "reading", RSP_READ_extra |-> "reading",
                 READ_RSP_PROD |-> "drained", READ_RSP_PROD_more |-> "asleep"],
   drained  |-> [SET_RSP_EVENT |-> "armed"],
   armed    |-> [READ_RSP_PROD |-> "asleep", READ_RSP_PROD_more |-> "asleep"]]

StockTaker ==
  [new       |-> [READ_REQ_PROD |-> "looked", READ_REQ_PROD_more |-> "scheduled"],
   asleep    |-> [READ_REQ_PROD |-> "looked", READ_REQ_PROD_more |-> "scheduled"],
   looked    |-> [READ_REQ_PROD |-> "checked", READ_REQ_PROD_more |-> "scheduled"],
   checked   |-> [SET_REQ_EVENT |-> "armed", READ_REQ_PROD |-> "checked", READ_REQ_PROD_more |-> "scheduled"],
   scheduled |-> [READ_REQ_PROD_more |-> "looping"],
   looping   |-> [READ_REQ_PROD_more |-> "found"],
   found     |-> [REQ_READ |-> "taking"],
   taking    |-> [REQ_READ |-> "taking", READ_REQ_PROD_more |-> "found", READ_REQ_PROD |-> "built"],
   built     |-> [READ_REQ_PROD |-> "built2", READ_REQ_PROD_more |-> "scheduled"],
   built2    |-> [SET_REQ_EVENT |-> "armed"],
   armed     |-> [READ_REQ_PROD |-> "asleep", READ_REQ_PROD_more |-> "scheduled"]]

StockAnswerer ==
  [idle    |-> [RSP_WRITE |-> "writing"],
   writing |-> [RSP_WRITE_null |-> "writing", SET_RSP_PROD |-> "pushed"],
   pushed  |-> [READ_RSP_EVENT |-> "idle", READ_RSP_EVENT_due |-> "idle"]]

StockRxPoller ==
  [new         |-> [SET_RSP_EVENT |-> "refilling"],
   asleep      |-> [READ_RSP_PROD |-> "refilling", READ_RSP_PROD_more |-> "scheduled"],
   scheduled   |-> [READ_RSP_PROD |-> "refilling", READ_RSP_PROD_more |-> "polling", SET_REQ_PROD |-> "connected"],
   connected   |-> [READ_REQ_EVENT |-> "opening"],
   opening     |-> [SET_RSP_EVENT |-> "armed"],
   polling     |-> [RSP_READ |-> "read"],
   read        |-> [RSP_READ_extra |-> "extras", RSP_READ |-> "read", RSP_READ_again |-> "filling",
                    READ_RSP_PROD |-> "gathered", READ_RSP_PROD_more |-> "gathered"],
   extras      |-> [RSP_READ_extra |-> "extras", READ_RSP_PROD |-> "read", READ_RSP_PROD_more |-> "read"],
   filling     |-> [RSP_READ_again |-> "filling", READ_RSP_PROD |-> "gathered", READ_RSP_PROD_more |-> "gathered"],
   gathered    |-> [READ_RSP_PROD |-> "consumed", READ_RSP_PROD_more |-> "consumed"],
   consumed    |-> [RSP_READ |-> "read", REQ_WRITE |-> "writing"],
   refilling   |-> [REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   writing     |-> [REQ_WRITE |-> "writing", SET_REQ_PROD |-> "pushed"],
   pushed      |-> [READ_REQ_EVENT |-> "refilled", READ_REQ_EVENT_due |-> "refilled"],
   refilled    |-> [READ_RSP_PROD |-> "drained", READ_RSP_PROD_more |-> "scheduled"],
   drained     |-> [SET_RSP_EVENT |-> "armed"],
   armed       |-> [READ_RSP_PROD |-> "asleep", READ_RSP_PROD_more |-> "scheduled"]]

(* xenvif_kthread_guest_rx.  Between two packets it looks three times, or five and more
   if it slept.  Four times would be Linux' too, if a packet were queued between the two
   looks of xenvif_wait_for_rx_work: that is not allowed here, and was not seen. *)
StockRxBack ==
  [starting  |-> [READ_REQ_PROD |-> "starting", READ_REQ_PROD_more |-> "starting", REQ_READ |-> "reading"],
   reading   |-> [REQ_READ |-> "reading", READ_REQ_PROD_more |-> "available", RSP_WRITE |-> "writing"],
   available |-> [REQ_READ |-> "reading", SET_REQ_EVENT |-> "lacking"],
   lacking   |-> [READ_REQ_PROD |-> "reading", READ_REQ_PROD_more |-> "available"],
   writing   |-> [RSP_WRITE |-> "writing", SET_RSP_PROD |-> "pushed"],
   pushed    |-> [READ_RSP_EVENT |-> "flushed", READ_RSP_EVENT_due |-> "flushed"],
   (* The thread looks whether the queue is stalled, and whether there are slots:
      once more for each packet.  If there is no packet it looks whether the queue
      is stalled before it sleeps, once more each time it is woken. *)
   flushed   |-> [READ_REQ_PROD |-> "once", READ_REQ_PROD_more |-> "once"],
   once      |-> [READ_REQ_PROD |-> "twice", READ_REQ_PROD_more |-> "twice", SET_REQ_EVENT |-> "flushed"],
   twice     |-> [READ_REQ_PROD |-> "thrice", READ_REQ_PROD_more |-> "thrice", SET_REQ_EVENT |-> "flushed"],
   thrice    |-> [REQ_READ |-> "reading", READ_REQ_PROD |-> "woken", READ_REQ_PROD_more |-> "woken",
                  SET_REQ_EVENT |-> "flushed"],
   woken     |-> [READ_REQ_PROD |-> "slept", READ_REQ_PROD_more |-> "slept", SET_REQ_EVENT |-> "flushed"],
   slept     |-> [REQ_READ |-> "reading", READ_REQ_PROD |-> "slept", READ_REQ_PROD_more |-> "slept",
                  SET_REQ_EVENT |-> "flushed"]]

-----------------------------------------------------------------------------
(* A driver that uses ring.h's macros as they are, of which nothing else is known:
   RING_PUSH_*_AND_CHECK_NOTIFY checks what it has pushed and the event is sent,
   RING_FINAL_CHECK_FOR_* loads once more after it has armed.  impl/ is one.  What is
   no operation of ring.h's (an attach, an interrupt, the private index) may be anywhere. *)
RingHSender ==
  [idle   |-> [RING_INIT |-> "made", GNT_GRANT |-> "idle", REQ_WRITE |-> "idle", SET_REQ_PROD |-> "pushed"],
   (* Who connects may wake the peer. *)
   made   |-> [NOTIFY |-> "idle", GNT_GRANT |-> "made", REQ_WRITE |-> "made", SET_REQ_PROD |-> "pushed"],
   pushed |-> [READ_REQ_EVENT |-> "idle", READ_REQ_EVENT_due |-> "due"],
   due    |-> [NOTIFY |-> "idle"]]

RingHPoller ==
  [idle  |-> [READ_RSP_PROD |-> "idle", READ_RSP_PROD_more |-> "idle", RSP_READ |-> "idle", RSP_READ_again |-> "idle",
              RSP_READ_extra |-> "idle", GNT_END |-> "idle", SET_RSP_CONS |-> "idle", IRQ |-> "idle",
              SET_RSP_EVENT |-> "armed"],
   armed |-> [IRQ |-> "armed", READ_RSP_PROD |-> "idle", READ_RSP_PROD_more |-> "idle"]]

RingHTaker ==
  [idle  |-> [BACK_ATTACH |-> "idle", TX_ACTION |-> "idle", GNT_COPY |-> "idle", GNT_MAP |-> "idle",
              READ_REQ_PROD |-> "idle", READ_REQ_PROD_more |-> "idle", REQ_READ |-> "idle", SET_REQ_EVENT |-> "armed"],
   armed |-> [GNT_COPY |-> "armed", GNT_MAP |-> "armed", READ_REQ_PROD |-> "idle", READ_REQ_PROD_more |-> "idle"]]

RingHAnswerer ==
  [idle   |-> [RSP_WRITE |-> "idle", RSP_WRITE_null |-> "idle", SET_RSP_PROD |-> "pushed"],
   pushed |-> [READ_RSP_EVENT |-> "idle", READ_RSP_EVENT_due |-> "due"],
   due    |-> [NOTIFY |-> "idle"]]

-----------------------------------------------------------------------------
(* A driver of which nothing is known. *)
AnySender ==
  [idle   |-> [RING_INIT |-> "idle", GNT_GRANT |-> "idle", REQ_WRITE |-> "idle", NOTIFY |-> "idle", SET_REQ_PROD |-> "pushed"],
   pushed |-> [READ_REQ_EVENT |-> "idle", READ_REQ_EVENT_due |-> "idle"]]

AnyPoller ==
  [idle |-> [IRQ |-> "idle", READ_RSP_PROD |-> "idle", READ_RSP_PROD_more |-> "idle", RSP_READ |-> "idle",
             RSP_READ_again |-> "idle", RSP_READ_extra |-> "idle", GNT_END |-> "idle", SET_RSP_CONS |-> "idle",
             SET_RSP_EVENT |-> "idle"]]

AnyTaker ==
  [idle |-> [BACK_ATTACH |-> "idle", READ_REQ_PROD |-> "idle", READ_REQ_PROD_more |-> "idle", TX_ACTION |-> "idle",
             REQ_READ |-> "idle", GNT_COPY |-> "idle", GNT_MAP |-> "idle", SET_REQ_EVENT |-> "idle"]]

AnyAnswerer ==
  [idle   |-> [RSP_WRITE |-> "idle", RSP_WRITE_null |-> "idle", NOTIFY |-> "idle", SET_RSP_PROD |-> "pushed"],
   pushed |-> [READ_RSP_EVENT |-> "idle", READ_RSP_EVENT_due |-> "idle"]]

-----------------------------------------------------------------------------
(* All of them.  Beside the order:
     grantsInOrder  pages are offered in the order in which they were granted
     nullsFollow    the NULLs of a packet's extras follow the answer to its first slot
     armsAt         behind what the back arms: "cons", where it has taken all there are;
                    "prod", where those that there are are too few for a packet
     worksInOrder   pages are copied, and mapped, in the order of their requests
     readsAgain     a packet's fragments are read again before it is consumed
     wokenIn        phases of the taker in which it looks because an event came
     headers        how many octets of a packet the back copies before it maps the rest;
                    0 where that is not known.  Linux: XEN_NETBACK_TX_COPY_LEN
     looksFirst     the back looks at req_prod before each packet for the guest, and
                    takes all of the packet's requests then
     armsLater      the back may ask for a later request than the next
     unseen         the back alone recorded it: what the front loads and consumes is not seen *)

FourHands == [front |-> FrontHands("sender", "poller"), back |-> BackHands("taker", "answerer")]
TwoHands  == [front |-> FrontHands("front", "front"), back |-> BackHands("back", "back")]

Programs ==
  [linux |->
    [tx |-> [handOf |-> FourHands,
             moves  |-> [sender |-> LinuxSender, poller |-> LinuxTxPoller, taker |-> LinuxTaker, answerer |-> LinuxAnswerer],
             start  |-> [sender |-> "new", poller |-> "asleep", taker |-> "new", answerer |-> "idle"],
             grantsInOrder |-> TRUE, nullsFollow |-> TRUE, armsAt |-> {"cons"},
             worksInOrder |-> TRUE, readsAgain |-> FALSE, wokenIn |-> {"asleep"},
             headers |-> 128, looksFirst |-> FALSE,
             armsLater |-> FALSE, unseen |-> FALSE],
     rx |-> [handOf |-> TwoHands,
             moves  |-> [front |-> LinuxRxPoller, back |-> LinuxRxBack],
             start  |-> [front |-> "new", back |-> "new"],
             grantsInOrder |-> TRUE, nullsFollow |-> FALSE, armsAt |-> {"prod"},
             worksInOrder |-> TRUE, readsAgain |-> TRUE, wokenIn |-> {},
             headers |-> 0, looksFirst |-> TRUE,
             armsLater |-> FALSE, unseen |-> FALSE]],
   linux_stock |->
    [tx |-> [handOf |-> FourHands,
             moves  |-> [sender |-> StockSender, poller |-> StockTxPoller, taker |-> StockTaker, answerer |-> StockAnswerer],
             start  |-> [sender |-> "idle", poller |-> "new", taker |-> "new", answerer |-> "idle"],
             grantsInOrder |-> FALSE, nullsFollow |-> TRUE, armsAt |-> {"cons"},
             worksInOrder |-> FALSE, readsAgain |-> FALSE, wokenIn |-> {"asleep"},
             headers |-> 0, looksFirst |-> FALSE,
             armsLater |-> FALSE, unseen |-> FALSE],
     rx |-> [handOf |-> TwoHands,
             moves  |-> [front |-> StockRxPoller, back |-> StockRxBack],
             start  |-> [front |-> "new", back |-> "starting"],
             grantsInOrder |-> FALSE, nullsFollow |-> FALSE, armsAt |-> {"prod"},
             worksInOrder |-> FALSE, readsAgain |-> FALSE, wokenIn |-> {},
             headers |-> 0, looksFirst |-> TRUE,
             armsLater |-> FALSE, unseen |-> FALSE]],
   ring_h |->
    [r \in {"tx", "rx"} |->
            [handOf |-> FourHands,
             moves  |-> [sender |-> RingHSender, poller |-> RingHPoller, taker |-> RingHTaker, answerer |-> RingHAnswerer],
             start  |-> [sender |-> "idle", poller |-> "idle", taker |-> "idle", answerer |-> "idle"],
             grantsInOrder |-> FALSE, nullsFollow |-> FALSE, armsAt |-> {"cons", "prod"},
             worksInOrder |-> FALSE, readsAgain |-> FALSE, wokenIn |-> {},
             headers |-> 0, looksFirst |-> FALSE,
             armsLater |-> FALSE, unseen |-> FALSE]],
   any |->
    [r \in {"tx", "rx"} |->
            [handOf |-> FourHands,
             moves  |-> [sender |-> AnySender, poller |-> AnyPoller, taker |-> AnyTaker, answerer |-> AnyAnswerer],
             start  |-> [sender |-> "idle", poller |-> "idle", taker |-> "idle", answerer |-> "idle"],
             grantsInOrder |-> FALSE, nullsFollow |-> FALSE, armsAt |-> {"cons", "prod"},
             worksInOrder |-> FALSE, readsAgain |-> FALSE, wokenIn |-> {},
             headers |-> 0, looksFirst |-> FALSE,
             armsLater |-> FALSE, unseen |-> FALSE]],
   (* Any driver, as its backend sees it. *)
   any_unseen |->
    [r \in {"tx", "rx"} |->
            [handOf |-> FourHands,
             moves  |-> [sender |-> AnySender, poller |-> AnyPoller, taker |-> AnyTaker, answerer |-> AnyAnswerer],
             start  |-> [sender |-> "idle", poller |-> "idle", taker |-> "idle", answerer |-> "idle"],
             grantsInOrder |-> FALSE, nullsFollow |-> FALSE, armsAt |-> {"cons", "prod"},
             worksInOrder |-> FALSE, readsAgain |-> FALSE, wokenIn |-> {},
             headers |-> 0, looksFirst |-> FALSE,
             armsLater |-> TRUE, unseen |-> TRUE]]]
=============================================================================
