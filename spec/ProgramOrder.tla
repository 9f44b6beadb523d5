---------------------------- MODULE ProgramOrder ----------------------------
(***************************************************************************)
(* In what order a driver does what it does to a ring: what its program    *)
(* adds to the rules of ring.h.                                            *)
(*                                                                         *)
(* A driver has hands, which know nothing of each other: netback has a     *)
(* thread for each ring, and answers transmit requests wherever one is     *)
(* done.  What one lock protects is one hand.  Each hand is in a phase,    *)
(* and each phase has the operations that the program can come to next.    *)
(* moves maps a phase and a label to the phases that may follow.  A label  *)
(* is an operation (traces/LOG.md), or one way out of it where the         *)
(* program branches:                                                       *)
(*                                                                         *)
(*   READ_REQ_EVENT_due, READ_RSP_EVENT_due  the peer is to be notified    *)
(*   READ_RSP_PROD_more, READ_REQ_PROD_more  there is something to consume *)
(*   RSP_READ_again       a response that was read before                  *)
(*   RSP_READ_extra       an extra_info, or the NULL for one               *)
(*   RSP_READ_error       a response of the receive ring with an error     *)
(*   RSP_WRITE_null       NULL, for an extra_info of the transmit ring     *)
(*   SET_RSP_PROD_midway  on the receive ring, with requests taken that    *)
(*                        are not answered yet                             *)
(*                                                                         *)
(* A log does not show everything on which a program branches, such as     *)
(* whether netback has a packet for the guest.  So several phases may      *)
(* follow, and a hand is in a set of them: those in which it may be after  *)
(* the events so far.  An event is in order if one of them has it.         *)
(*                                                                         *)
(* The programs of Linux are those of drivers/net/xen-netfront.c and       *)
(* drivers/net/xen-netback/ (netback.c, rx.c, interface.c).  Each phase    *)
(* has the function that is in it.  They allow what the control flow       *)
(* allows, seen in a recording or not, but for this, which is left out:    *)
(*                                                                         *)
(*   XDP programs, netconsole (a poll with no budget), a rate limit in     *)
(*   XenStore, several queues, a second connection, one event channel for  *)
(*   both rings, busy polling with a budget of less than eight packets;    *)
(*   what the two ends do once one has broken the protocol;                *)
(*   a stalled receive ring with rx_stall_timeout_msecs = 0.               *)
(*                                                                         *)
(* A driver that does these leaves the program that is here, which a       *)
(* verdict only notes, unless the program was asked for.                   *)
(*                                                                         *)
(* They are stricter than the protocol: a driver that does these things in *)
(* another order may be right too.  "any" is for a driver of which nothing *)
(* is known except that it uses ring.h.  Its only order is that of         *)
(* RING_PUSH_*_AND_CHECK_NOTIFY, where the event check follows its push.   *)
(***************************************************************************)
EXTENDS Naturals, TLC

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
(* What a hand is made of.

   Beside its thread, or its NAPI poll, a hand may have an interrupt handler, which
   looks at the ring in the middle of whatever the thread does.  A look is not free:
   each takes an event that the peer has sent.  And where the handler finds something,
   or something else asks for it, one more poll begins when the present one is over. *)

None == [label \in {} |-> {}]

(* What can come next at a place where the program goes one way or the other.  TLCEval: once, and not
   again each time that it is looked at. *)
Or(a, b) == TLCEval([label \in DOMAIN a \union DOMAIN b |->
               (IF label \in DOMAIN a THEN a[label] ELSE {}) \union (IF label \in DOMAIN b THEN b[label] ELSE {})])

On(moves, label) == IF label \in DOMAIN moves THEN moves[label] ELSE {}

(* A hand without handler and polls.
     moves     phase -> label -> the phases that may follow
     asleep    phases in which a poll may begin, if one is due
     begins    the phase whose moves that poll begins with
     once      the phase whose moves it may make once while asleep: what opens the interface
     calls     phase -> how many polls more are due when it is entered
     schedules label -> how many polls more are due when the handler has it; 0 if left out
     handler   as moves, of the interrupt handler, which is "out" while nobody is in it
     held      phases in which a lock keeps the handler out
     wakes     <<side, operation>>: an event for the handler, or where there is none for a poll
     mostWakes no more such events than this can wait
     merges    whether a further one is lost in those that wait; otherwise it cannot come
     spent     as moves, of a poll that has done as much as it may
     budget    how many packets that is
     counts    phases with which a packet is done
     restarts  phases with which a poll has begun
     ends      <<side, operation>>: a fault, with which a poll may end too *)
Plain(moves) ==
  [moves |-> moves, asleep |-> {}, begins |-> "", once |-> "", calls |-> None, schedules |-> None,
   handler |-> None, held |-> {}, wakes |-> {}, mostWakes |-> 0, merges |-> TRUE,
   spent |-> None, budget |-> 1, counts |-> {}, restarts |-> {}, ends |-> {}]

(* Where a hand is at the beginning. *)
Starts(phase) == {[phase |-> phase, inner |-> "out", wakes |-> 0, polls |-> 0, work |-> 0, once |-> TRUE]}
StartsWoken(phase) == {[s EXCEPT !.wakes = 1] : s \in Starts(phase)}

(* SCHED and MISSED of NAPI, and a timer. *)
MostPolls == 3
Upto(most, n) == IF n < most THEN n ELSE most

Enter(h, s, phase) ==
  [s EXCEPT !.phase = phase,
            !.polls = IF phase \in DOMAIN h.calls THEN Upto(MostPolls, @ + h.calls[phase]) ELSE @,
            !.work = IF phase \in h.restarts THEN 0 ELSE IF phase \in h.counts THEN Upto(h.budget, @ + 1) ELSE @]

(* The thread or the poll goes on. *)
Goes(h, s, label) ==
  {Enter(h, s, q) : q \in On(h.moves[s.phase], label)}
  \union (IF s.work = h.budget /\ s.phase \in DOMAIN h.spent
          THEN {Enter(h, s, q) : q \in On(h.spent[s.phase], label)} ELSE {})

(* A poll begins, or what is done once. *)
Begins(h, s, label) ==
  IF s.phase \notin h.asleep THEN {}
  ELSE (IF s.polls = 0 THEN {} ELSE {Enter(h, [s EXCEPT !.polls = @ - 1], q) : q \in On(h.moves[h.begins], label)})
       \union (IF h.once = "" \/ ~s.once THEN {} ELSE {Enter(h, [s EXCEPT !.once = FALSE], q) : q \in On(h.moves[h.once], label)})

(* The interrupt handler looks. *)
Looks(h, s, label) ==
  IF s.inner \notin DOMAIN h.handler \/ s.phase \in h.held \/ (s.inner = "out" /\ s.wakes = 0) THEN {}
  ELSE {[s EXCEPT !.inner = q, !.wakes = IF s.inner = "out" THEN @ - 1 ELSE @, !.polls = Upto(MostPolls, @ + n)] :
          q \in On(h.handler[s.inner], label), n \in IF label \in DOMAIN h.schedules THEN h.schedules[label] ELSE {0}}

(* An event for this hand is sent, or taken. *)
Woken(h, s) ==
  LET mine == IF h.handler = None THEN s.polls ELSE s.wakes
      more == Upto(h.mostWakes, mine + 1)
  IN IF more = mine /\ ~h.merges THEN {}
     ELSE IF h.handler = None THEN {[s EXCEPT !.polls = more]} ELSE {[s EXCEPT !.wakes = more]}

NextOf(h, s, label) == Goes(h, s, label) \union Begins(h, s, label) \union Looks(h, s, label)

-----------------------------------------------------------------------------
(* The front's transmit ring: one hand, since all is done with tx_lock held. *)

(* xennet_tx_setup_grant *)
Grant == [GNT_GRANT |-> {"granting"}]
(* xennet_tx_buf_gc: the head of its loop. *)
Gc    == [READ_RSP_PROD |-> {"reading"}, READ_RSP_PROD_more |-> {"reading"}]

LinuxTxFront ==
  [new      |-> [RING_INIT |-> {"made"}],                   \* setup_netfront
   made     |-> [NOTIFY |-> {"sent"}],                      \* xennet_connect
   idle     |-> Grant,
   (* xennet_start_xmit; xennet_make_first_txreq, and xennet_make_txreqs for each fragment *)
   granting |-> Or(Grant, [REQ_WRITE |-> {"writing"}]),
   writing  |-> [REQ_WRITE |-> {"writing"}, SET_REQ_PROD |-> {"pushed"}],
   pushed   |-> [READ_REQ_EVENT |-> {"sent"}, READ_REQ_EVENT_due |-> {"due"}],
   due      |-> [NOTIFY |-> {"sent"}],                      \* notify_remote_via_irq
   (* Some versions call xennet_tx_buf_gc at the end of xennet_start_xmit, and of xennet_connect. *)
   sent     |-> Or(Grant, Gc),
   (* xennet_tx_buf_gc, from xennet_handle_tx: an interrupt.  do { for each response { } final check } while *)
   gc       |-> Gc,
   reading  |-> [RSP_READ |-> {"ending"}, RSP_READ_extra |-> {"reading"}, SET_RSP_CONS |-> {"consumed"}],
   ending   |-> [GNT_END |-> {"reading"}],                  \* gnttab_end_foreign_access_ref
   consumed |-> [READ_RSP_PROD |-> {"drained"}, READ_RSP_PROD_more |-> {"gc"}],
   drained  |-> [SET_RSP_EVENT |-> {"armed"}],
   armed    |-> [READ_RSP_PROD |-> {"idle"}, READ_RSP_PROD_more |-> {"gc"}]]

(* An interrupt comes once its handler has returned, and waits for the lock. *)
TxFront(moves, wake, merges) ==
  [Plain(moves) EXCEPT !.asleep = {"idle", "sent"}, !.begins = "gc", !.wakes = {wake}, !.mostWakes = IF merges THEN 2 ELSE 1,
                       !.merges = merges]

(* The same, of which only loads and stores of the page are seen. *)
StockTxFront ==
  [new      |-> [SET_RSP_EVENT |-> {"idle"}],               \* SHARED_RING_INIT
   idle     |-> [REQ_WRITE |-> {"writing"}],
   writing  |-> [REQ_WRITE |-> {"writing"}, SET_REQ_PROD |-> {"pushed"}],
   pushed   |-> [READ_REQ_EVENT |-> {"sent"}, READ_REQ_EVENT_due |-> {"sent"}],
   sent     |-> Or([REQ_WRITE |-> {"writing"}], Gc),
   gc       |-> Gc,
   reading  |-> [RSP_READ |-> {"reading"}, RSP_READ_extra |-> {"reading"},
                 READ_RSP_PROD |-> {"drained"}, READ_RSP_PROD_more |-> {"gc"}],
   drained  |-> [SET_RSP_EVENT |-> {"armed"}],
   armed    |-> [READ_RSP_PROD |-> {"idle"}, READ_RSP_PROD_more |-> {"gc"}]]

-----------------------------------------------------------------------------
(* The front's receive ring: xennet_poll with rx_lock held, and the handler, which looks with
   rx_cons_lock held, as xennet_set_rx_rsp_cons does from its store to its load. *)

(* xennet_poll: while (i != rp && work_done < budget) *)
RxTop == [READ_RSP_PROD |-> {"empty"}, READ_RSP_PROD_more |-> {"polling"}]
(* The head of a packet, or a response with an error in place of it. *)
RxHead == [RSP_READ |-> {"read"}, RSP_READ_error |-> {"bad"}]
(* RING_FINAL_CHECK_FOR_RESPONSES *)
RxFinalCheck == [READ_RSP_PROD |-> {"drained"}, READ_RSP_PROD_more |-> {"called"}]
(* The same behind a refill that ended without a push: no memory, or fewer than NET_RX_SLOTS_MIN
   requests.  xennet_alloc_rx_buffers sets a timer that begins a poll. *)
RxUnposted == [READ_RSP_PROD |-> {"unposted"}, READ_RSP_PROD_more |-> {"calledUnposted"}]
(* xennet_alloc_rx_buffers *)
RxRefill == [GNT_GRANT |-> {"granting"}, REQ_WRITE |-> {"writing"}, SET_REQ_PROD |-> {"pushed"}]

(* What both kinds of recording show alike. *)
RxFrontEnd ==
  [begin          |-> RxTop,
   writing        |-> [REQ_WRITE |-> {"writing"}, SET_REQ_PROD |-> {"pushed"}],
   refilled       |-> RxFinalCheck,
   drained        |-> [SET_RSP_EVENT |-> {"armed"}],
   unposted       |-> [SET_RSP_EVENT |-> {"armed"}],
   armed          |-> [READ_RSP_PROD |-> {"asleep"}, READ_RSP_PROD_more |-> {"called"}],
   asleep         |-> None,
   called         |-> None,                                 \* napi_schedule
   calledUnposted |-> None,
   opened         |-> [SET_RSP_EVENT |-> {"armed"}]]        \* xennet_open: arms, and looks once

LinuxRxFront == RxFrontEnd @@
  [new         |-> [RING_INIT |-> {"made"}],                \* setup_netfront
   made        |-> [NOTIFY |-> {"connecting"}],             \* xennet_connect
   connecting  |-> [GNT_GRANT |-> {"connecting"}, REQ_WRITE |-> {"connectWrite"}, SET_REQ_PROD |-> {"connectPush"}],
   connectWrite |-> [REQ_WRITE |-> {"connectWrite"}, SET_REQ_PROD |-> {"connectPush"}],
   connectPush |-> [READ_REQ_EVENT |-> {"asleep"}, READ_REQ_EVENT_due |-> {"connectDue"}],
   connectDue  |-> [NOTIFY |-> {"asleep"}],
   (* xennet_open *)
   opening     |-> [GNT_GRANT |-> {"opening"}, REQ_WRITE |-> {"openWrite"}, SET_REQ_PROD |-> {"openPush"}, SET_RSP_EVENT |-> {"armed"}],
   openWrite   |-> [REQ_WRITE |-> {"openWrite"}, SET_REQ_PROD |-> {"openPush"}],
   openPush    |-> [READ_REQ_EVENT |-> {"opened"}, READ_REQ_EVENT_due |-> {"openDue"}],
   openDue     |-> [NOTIFY |-> {"opened"}],
   (* xennet_poll *)
   empty       |-> Or(RxRefill, RxUnposted),
   polling     |-> RxHead,
   (* xennet_get_responses: the extras of the head first, and then for (;;) over the slots *)
   read        |-> [GNT_END |-> {"ended"}, RSP_READ_extra |-> {"extras"}],
   extras      |-> [RSP_READ_extra |-> {"extras"}, SET_RSP_CONS |-> {"extraSet"}],   \* xennet_get_extras
   extraSet    |-> [READ_RSP_PROD |-> {"slot"}, READ_RSP_PROD_more |-> {"slot"}],     \* xennet_set_rx_rsp_cons
   slot        |-> [GNT_END |-> {"ended"}],
   ended       |-> [RSP_READ |-> {"slot"}, RSP_READ_error |-> {"bad"}, RSP_READ_again |-> {"filling"}, SET_RSP_CONS |-> {"set"}],
   (* A slot with an error keeps its grant, and goes back into the ring (xennet_move_rx_slot).
      The packet is then consumed at once. *)
   bad         |-> [RSP_READ |-> {"badSlot"}, RSP_READ_error |-> {"bad"}, RSP_READ_extra |-> {"badExtras"}, SET_RSP_CONS |-> {"setAgain"}],
   badSlot     |-> [GNT_END |-> {"bad"}],
   badExtras   |-> [RSP_READ_extra |-> {"badExtras"}, SET_RSP_CONS |-> {"badExtraSet"}],
   badExtraSet |-> [READ_RSP_PROD |-> {"bad"}, READ_RSP_PROD_more |-> {"bad"}],
   filling     |-> [RSP_READ_again |-> {"filling"}, SET_RSP_CONS |-> {"set"}],        \* xennet_fill_frags
   set         |-> [READ_RSP_PROD |-> {"gathered"}, READ_RSP_PROD_more |-> {"gathered"}],
   gathered    |-> [SET_RSP_CONS |-> {"setAgain"}],
   setAgain    |-> [READ_RSP_PROD |-> {"consumed"}, READ_RSP_PROD_more |-> {"consumed"}],
   (* The loop goes on, or xennet_alloc_rx_buffers *)
   consumed    |-> Or(RxHead, Or(RxRefill, RxUnposted)),
   granting    |-> Or([GNT_GRANT |-> {"granting"}, REQ_WRITE |-> {"writing"}], RxUnposted),
   pushed      |-> [READ_REQ_EVENT |-> {"refilled"}, READ_REQ_EVENT_due |-> {"due"}],
   due         |-> [NOTIFY |-> {"refilled"}]]

StockRxFront == RxFrontEnd @@
  [new         |-> [SET_RSP_EVENT |-> {"connecting"}],      \* SHARED_RING_INIT
   connecting  |-> [REQ_WRITE |-> {"connecting"}, SET_REQ_PROD |-> {"connectPush"}],
   connectPush |-> [READ_REQ_EVENT |-> {"asleep"}, READ_REQ_EVENT_due |-> {"asleep"}],
   opening     |-> [REQ_WRITE |-> {"openWrite"}, SET_REQ_PROD |-> {"openPush"}, SET_RSP_EVENT |-> {"armed"}],
   openWrite   |-> [REQ_WRITE |-> {"openWrite"}, SET_REQ_PROD |-> {"openPush"}],
   openPush    |-> [READ_REQ_EVENT |-> {"opened"}, READ_REQ_EVENT_due |-> {"opened"}],
   empty       |-> Or(RxRefill, RxUnposted),
   polling     |-> RxHead,
   read        |-> [RSP_READ_extra |-> {"extras"}, RSP_READ |-> {"slot"}, RSP_READ_error |-> {"bad"}, RSP_READ_again |-> {"filling"},
                    READ_RSP_PROD |-> {"gathered"}, READ_RSP_PROD_more |-> {"gathered"}],
   extras      |-> [RSP_READ_extra |-> {"extras"}, READ_RSP_PROD |-> {"slot"}, READ_RSP_PROD_more |-> {"slot"}],
   slot        |-> [RSP_READ |-> {"slot"}, RSP_READ_error |-> {"bad"}, RSP_READ_again |-> {"filling"},
                    READ_RSP_PROD |-> {"gathered"}, READ_RSP_PROD_more |-> {"gathered"}],
   bad         |-> [RSP_READ |-> {"bad"}, RSP_READ_error |-> {"bad"}, RSP_READ_extra |-> {"badExtras"},
                    READ_RSP_PROD |-> {"consumed"}, READ_RSP_PROD_more |-> {"consumed"}],
   badExtras   |-> [RSP_READ_extra |-> {"badExtras"}, READ_RSP_PROD |-> {"bad"}, READ_RSP_PROD_more |-> {"bad"}],
   filling     |-> [RSP_READ_again |-> {"filling"}, READ_RSP_PROD |-> {"gathered"}, READ_RSP_PROD_more |-> {"gathered"}],
   gathered    |-> [READ_RSP_PROD |-> {"consumed"}, READ_RSP_PROD_more |-> {"consumed"}],
   consumed    |-> Or(RxHead, Or(RxRefill, RxUnposted)),
   granting    |-> RxUnposted,
   pushed      |-> [READ_REQ_EVENT |-> {"refilled"}, READ_REQ_EVENT_due |-> {"refilled"}]]

(* xennet_handle_rx.  A poll that has consumed as much as it may is called again without a final check. *)
RxFront(moves, counts, wake, merges) ==
  [Plain(moves) EXCEPT
     !.asleep = {"asleep", "called", "calledUnposted"}, !.begins = "begin", !.once = "opening",
     !.calls = [called |-> 1, unposted |-> 1, calledUnposted |-> 2],
     !.handler = [out |-> [READ_RSP_PROD |-> {"out"}, READ_RSP_PROD_more |-> {"out"}]],
     (* Where rsp_cons is not shown, whether there is more is not known in the middle of a packet. *)
     !.schedules = [READ_RSP_PROD_more |-> {1}, READ_RSP_PROD |-> IF merges THEN {0, 1} ELSE {0}],
     !.held = {"set", "extraSet", "setAgain", "badExtraSet"},
     !.wakes = {wake}, !.mostWakes = IF merges THEN 2 ELSE 1, !.merges = merges,
     !.spent = [refilled |-> RxTop, consumed |-> RxTop, granting |-> RxTop],
     !.budget = 8,                                          \* BUSY_POLL_BUDGET; otherwise it is NAPI_POLL_WEIGHT, 64
     !.counts = counts, !.restarts = {"polling", "empty"}]

-----------------------------------------------------------------------------
(* The back's transmit ring: xenvif_poll, with xenvif_tx_action, xenvif_tx_build_gops and
   xenvif_tx_submit in it, and xenvif_handle_tx_interrupt. *)

(* RING_FINAL_CHECK_FOR_REQUESTS, in xenvif_napi_schedule_or_enable_events *)
TxFinalCheck == [READ_REQ_PROD |-> {"checked"}, READ_REQ_PROD_more |-> {"called"}]
(* gnttab_batch_copy, if there is anything to copy *)
TxCopies     == Or([GNT_COPY |-> {"copying"}], TxFinalCheck)

TxTakerEnd ==
  [asleep    |-> None,
   called    |-> None,                                      \* napi_schedule
   up        |-> TxFinalCheck,                              \* xenvif_up
   done      |-> TxFinalCheck,                              \* xenvif_poll
   checked   |-> [SET_REQ_EVENT |-> {"armed"}],
   armed     |-> [READ_REQ_PROD |-> {"asleep"}, READ_REQ_PROD_more |-> {"called"}]]

LinuxTaker == TxTakerEnd @@
  [new       |-> [BACK_ATTACH |-> {"asleep"}],              \* xenvif_map_frontend_data_rings
   begin     |-> [READ_REQ_PROD |-> {"done"}, READ_REQ_PROD_more |-> {"acting"}],    \* tx_work_todo
   acting    |-> [TX_ACTION |-> {"looping"}],               \* xenvif_tx_build_gops: while (...)
   looping   |-> [READ_REQ_PROD |-> {"built"}, READ_REQ_PROD_more |-> {"found"}],
   found     |-> [REQ_READ |-> {"taking"}],
   taking    |-> [REQ_READ |-> {"taking"}, TX_ACTION |-> {"looping"}],
   built     |-> TxCopies,
   copying   |-> Or([GNT_COPY |-> {"copying"}, GNT_MAP |-> {"mapping"}], TxFinalCheck),
   mapping   |-> Or([GNT_MAP |-> {"mapping"}], TxFinalCheck)]

(* The load that looks for too many requests and that of RING_HAS_UNCONSUMED_REQUESTS behind it
   are plain ones, which the compiler makes one. *)
StockTaker == TxTakerEnd @@
  [new       |-> [READ_REQ_PROD |-> {"asleep"}, READ_REQ_PROD_more |-> {"asleep"}],  \* xenvif_map_frontend_data_rings
   begin     |-> [READ_REQ_PROD |-> {"done"}, READ_REQ_PROD_more |-> {"looping"}],
   looping   |-> [READ_REQ_PROD |-> {"done"}, READ_REQ_PROD_more |-> {"found"}],
   found     |-> [REQ_READ |-> {"taking"}],
   taking    |-> [REQ_READ |-> {"taking"}, READ_REQ_PROD |-> {"done"}, READ_REQ_PROD_more |-> {"found"}]]

(* A poll that has taken as much as it may, or that has met a fault (xenvif_tx_err), leaves the loop.
   If that was as much as it may it is called again without a final check. *)
Taker(moves, spent, wake) ==
  [Plain(moves) EXCEPT
     !.asleep = {"asleep", "called"}, !.begins = "begin", !.once = "up", !.calls = [called |-> 1],
     !.handler = [out |-> [READ_REQ_PROD |-> {"out"}, READ_REQ_PROD_more |-> {"out"}]],
     !.schedules = [READ_REQ_PROD_more |-> {1}],
     !.wakes = {wake}, !.mostWakes = 2, !.spent = spent,
     !.budget = 64,                                         \* XENVIF_NAPI_WEIGHT
     !.counts = {"found"}, !.restarts = {"acting"} \union (IF "acting" \in DOMAIN moves THEN {} ELSE {"looping"}),
     !.ends = {<<"back", "fails">>}]

(* make_tx_response and push_tx_responses, with response_lock held: one packet's worth each time. *)
LinuxAnswerer ==
  [idle    |-> [RSP_WRITE |-> {"writing"}],
   writing |-> [RSP_WRITE_null |-> {"writing"}, SET_RSP_PROD |-> {"pushed"}],
   pushed  |-> [READ_RSP_EVENT |-> {"idle"}, READ_RSP_EVENT_due |-> {"due"}],
   due     |-> [NOTIFY |-> {"idle"}]]

StockAnswerer ==
  [idle    |-> [RSP_WRITE |-> {"writing"}],
   writing |-> [RSP_WRITE_null |-> {"writing"}, SET_RSP_PROD |-> {"pushed"}],
   pushed  |-> [READ_RSP_EVENT |-> {"idle"}, READ_RSP_EVENT_due |-> {"idle"}]]

-----------------------------------------------------------------------------
(* The back's receive ring: xenvif_kthread_guest_rx, and xenvif_handle_rx_interrupt. *)

Looked(phases) == [READ_REQ_PROD |-> phases, READ_REQ_PROD_more |-> phases]

(* xenvif_rx_ring_slots_available: do { load; enough? arm } while (another load differs).  It has no
   load if no packet waits. *)
RxBackEnd ==
  [lacking   |-> [SET_REQ_EVENT |-> {"armed"}],             \* from xenvif_wait_for_rx_work
   awake     |-> Looked({"available", "short"}),            \* xenvif_rx_action: while (...)
   short     |-> [SET_REQ_EVENT |-> {"shortArmed"}],
   shortArmed |-> Looked({"flushing", "awake"}),
   available |-> [REQ_READ |-> {"reading"}],                \* xenvif_rx_skb
   writing   |-> [RSP_WRITE |-> {"writing"}, SET_RSP_PROD |-> {"pushed"}, SET_RSP_PROD_midway |-> {"pushedMidway"}]]

(* xenvif_rx_copy_flush.  It comes in the middle of a packet too, once COPY_BATCH_SIZE copies are due. *)
RxFlush == [GNT_COPY |-> {"copying"}, SET_RSP_PROD |-> {"pushed"}, SET_RSP_PROD_midway |-> {"pushedMidway"}]
RxPacket(flush) == Or(Or([REQ_READ |-> {"reading"}], Looked({"available", "short"})), flush)

LinuxRxBack == RxBackEnd @@
  [new       |-> [BACK_ATTACH |-> {"waiting"}],             \* xenvif_map_frontend_data_rings
   waiting   |-> Looked({"awake", "lacking"}),              \* xenvif_have_rx_work
   armed     |-> Looked({"starved"}),
   (* A packet may have expired, or the queue be stalled: then it looks no more before it acts. *)
   starved   |-> Looked({"awake", "lacking", "available", "short"}),
   flushing  |-> RxFlush,
   reading   |-> RxPacket(RxFlush),
   copying   |-> Or(RxFlush, [RSP_WRITE |-> {"writing"}]),
   pushed    |-> [READ_RSP_EVENT |-> {"waiting"}, READ_RSP_EVENT_due |-> {"due"}],
   due       |-> [NOTIFY |-> {"waiting"}],
   pushedMidway |-> [READ_RSP_EVENT |-> {"reading"}, READ_RSP_EVENT_due |-> {"dueMidway"}],
   dueMidway |-> [NOTIFY |-> {"reading"}]]

StockFlush == [RSP_WRITE |-> {"writing"}, SET_RSP_PROD |-> {"pushed"}, SET_RSP_PROD_midway |-> {"pushedMidway"}]

StockRxBack == RxBackEnd @@
  [new       |-> Looked({"waiting"}),                       \* xenvif_map_frontend_data_rings
   (* xenvif_have_rx_work, as often as the thread is woken: are there slots, and otherwise is the queue
      stalled (xenvif_rx_queue_stalled)? *)
   waiting   |-> Looked({"waiting", "awake", "lacking"}),
   armed     |-> Looked({"starved"}),
   starved   |-> Looked({"starved", "awake", "lacking", "available", "short"}),
   flushing  |-> StockFlush,
   reading   |-> RxPacket(StockFlush),
   pushed    |-> [READ_RSP_EVENT |-> {"flushed"}, READ_RSP_EVENT_due |-> {"flushed"}],
   flushed   |-> Looked({"waiting"}),                       \* xenvif_kthread_guest_rx: xenvif_rx_queue_stalled
   pushedMidway |-> [READ_RSP_EVENT |-> {"reading"}, READ_RSP_EVENT_due |-> {"reading"}]]

(* xenvif_have_rx_work, in the handler. *)
RxBack(moves, flush, wake, seesStall) ==
  [Plain(moves) EXCEPT
     !.handler = [out    |-> Looked({"out", "lack"}),
                  lack   |-> [SET_REQ_EVENT |-> {"lackArmed"}],
                  lackArmed |-> Looked({"again"} \union (IF seesStall THEN {"stall"} ELSE {"out"})),
                  again  |-> Looked({"out", "lack"}),
                  stall  |-> Looked({"out"})],
     !.wakes = {wake}, !.mostWakes = 2,
     !.spent = [available |-> flush],
     !.budget = 64,                                         \* RX_BATCH_SIZE
     !.counts = {"available"}, !.restarts = {"awake", "lacking"}]

-----------------------------------------------------------------------------
(* A driver that uses ring.h's macros as they are, of which nothing else is known:
   RING_PUSH_*_AND_CHECK_NOTIFY checks what it has pushed and the event is sent,
   RING_FINAL_CHECK_FOR_* loads once more after it has armed.  impl/ is one.  What is
   no operation of ring.h's (an attach, an interrupt, the private index) may be anywhere. *)
RingHSender ==
  [idle   |-> [RING_INIT |-> {"made"}, GNT_GRANT |-> {"idle"}, REQ_WRITE |-> {"idle"}, SET_REQ_PROD |-> {"pushed"}],
   (* Who connects may wake the peer. *)
   made   |-> [NOTIFY |-> {"idle"}, GNT_GRANT |-> {"made"}, REQ_WRITE |-> {"made"}, SET_REQ_PROD |-> {"pushed"}],
   pushed |-> [READ_REQ_EVENT |-> {"idle"}, READ_REQ_EVENT_due |-> {"due"}],
   due    |-> [NOTIFY |-> {"idle"}]]

RingHPoller ==
  [idle  |-> [READ_RSP_PROD |-> {"idle"}, READ_RSP_PROD_more |-> {"idle"}, RSP_READ |-> {"idle"}, RSP_READ_again |-> {"idle"},
              RSP_READ_extra |-> {"idle"}, RSP_READ_error |-> {"idle"}, GNT_END |-> {"idle"}, SET_RSP_CONS |-> {"idle"}, IRQ |-> {"idle"},
              SET_RSP_EVENT |-> {"armed"}],
   armed |-> [IRQ |-> {"armed"}, READ_RSP_PROD |-> {"idle"}, READ_RSP_PROD_more |-> {"idle"}]]

RingHTaker ==
  [idle  |-> [BACK_ATTACH |-> {"idle"}, TX_ACTION |-> {"idle"}, GNT_COPY |-> {"idle"}, GNT_MAP |-> {"idle"},
              READ_REQ_PROD |-> {"idle"}, READ_REQ_PROD_more |-> {"idle"}, REQ_READ |-> {"idle"}, SET_REQ_EVENT |-> {"armed"}],
   armed |-> [GNT_COPY |-> {"armed"}, GNT_MAP |-> {"armed"}, READ_REQ_PROD |-> {"idle"}, READ_REQ_PROD_more |-> {"idle"}]]

RingHAnswerer ==
  [idle   |-> [RSP_WRITE |-> {"idle"}, RSP_WRITE_null |-> {"idle"}, SET_RSP_PROD |-> {"pushed"}, SET_RSP_PROD_midway |-> {"pushed"}],
   pushed |-> [READ_RSP_EVENT |-> {"idle"}, READ_RSP_EVENT_due |-> {"due"}],
   due    |-> [NOTIFY |-> {"idle"}]]

-----------------------------------------------------------------------------
(* A driver of which nothing is known. *)
AnySender ==
  [idle   |-> [RING_INIT |-> {"idle"}, GNT_GRANT |-> {"idle"}, REQ_WRITE |-> {"idle"}, NOTIFY |-> {"idle"}, SET_REQ_PROD |-> {"pushed"}],
   pushed |-> [READ_REQ_EVENT |-> {"idle"}, READ_REQ_EVENT_due |-> {"idle"}]]

AnyPoller ==
  [idle |-> [IRQ |-> {"idle"}, READ_RSP_PROD |-> {"idle"}, READ_RSP_PROD_more |-> {"idle"}, RSP_READ |-> {"idle"},
             RSP_READ_again |-> {"idle"}, RSP_READ_extra |-> {"idle"}, RSP_READ_error |-> {"idle"}, GNT_END |-> {"idle"}, SET_RSP_CONS |-> {"idle"},
             SET_RSP_EVENT |-> {"idle"}]]

AnyTaker ==
  [idle |-> [BACK_ATTACH |-> {"idle"}, READ_REQ_PROD |-> {"idle"}, READ_REQ_PROD_more |-> {"idle"}, TX_ACTION |-> {"idle"},
             REQ_READ |-> {"idle"}, GNT_COPY |-> {"idle"}, GNT_MAP |-> {"idle"}, SET_REQ_EVENT |-> {"idle"}]]

AnyAnswerer ==
  [idle   |-> [RSP_WRITE |-> {"idle"}, RSP_WRITE_null |-> {"idle"}, NOTIFY |-> {"idle"}, SET_RSP_PROD |-> {"pushed"}, SET_RSP_PROD_midway |-> {"pushed"}],
   pushed |-> [READ_RSP_EVENT |-> {"idle"}, READ_RSP_EVENT_due |-> {"idle"}]]

-----------------------------------------------------------------------------
(* All of them.  Beside the order:
     grantsInOrder  pages are offered in the order in which they were granted
     nullsFollow    the NULLs of a packet's extras follow the answer to its first slot
     armsAt         behind what the back arms: "cons", where it has taken all there are;
                    "prod", where those that there are are too few for a packet
     worksInOrder   pages are copied, and mapped, in the order of their requests
     readsAgain     a packet's fragments are read again before it is consumed
     failing        phases in which a packet has an error, and is consumed as it is
     headers        how many octets of a packet the back copies before it maps the rest;
                    0 where that is not known.  Linux: XEN_NETBACK_TX_COPY_LEN
     looksFirst     the back looks at req_prod before each packet for the guest, and
                    takes all of the packet's requests then
     armsLater      the back may ask for a later request than the next
     unseen         the back alone recorded it: what the front loads and consumes is not seen *)

FourHands == [front |-> FrontHands("sender", "poller"), back |-> BackHands("taker", "answerer")]
TwoHands  == [front |-> FrontHands("front", "front"), back |-> BackHands("back", "back")]
LinuxTxHands == [front |-> FrontHands("front", "front"), back |-> BackHands("taker", "answerer")]

(* Nothing but the order of the hands.  (With @@ in place of EXCEPT it would be no record to TLC, which
   makes one of it wherever a field is taken.) *)
NoOther ==
  [handOf |-> None, hands |-> None, start |-> None,
   grantsInOrder |-> FALSE, nullsFollow |-> FALSE, armsAt |-> {"cons", "prod"},
   worksInOrder |-> FALSE, readsAgain |-> FALSE, failing |-> {},
   headers |-> 0, looksFirst |-> FALSE, armsLater |-> FALSE, unseen |-> FALSE]

With(handOf, hands, start, other) == [other EXCEPT !.handOf = handOf, !.hands = hands, !.start = start]

(* The same on both rings. *)
OnBoth(sender, poller, taker, answerer, other) ==
  TLCEval([r \in {"tx", "rx"} |->
     With(FourHands,
          [sender |-> Plain(sender), poller |-> Plain(poller), taker |-> Plain(taker), answerer |-> Plain(answerer)],
          [sender |-> Starts("idle"), poller |-> Starts("idle"), taker |-> Starts("idle"), answerer |-> Starts("idle")],
          other)])

Programs ==
  [linux |->
    [tx |-> With(LinuxTxHands,
                 [front    |-> TxFront(LinuxTxFront, <<"front", "IRQ">>, FALSE),
                  taker    |-> Taker(LinuxTaker,
                                     [taking |-> TxCopies, copying |-> LinuxTaker.begin, mapping |-> LinuxTaker.begin],
                                     <<"front", "NOTIFY">>),
                  answerer |-> Plain(LinuxAnswerer)],
                 [front |-> Starts("new"), taker |-> Starts("new"), answerer |-> Starts("idle")],
                 [NoOther EXCEPT !.grantsInOrder = TRUE, !.nullsFollow = TRUE, !.armsAt = {"cons"}, !.worksInOrder = TRUE,
                                 !.headers = 128]),
     rx |-> With(TwoHands,
                 [front |-> RxFront(LinuxRxFront, {"setAgain"}, <<"front", "IRQ">>, FALSE),
                  back  |-> RxBack(LinuxRxBack, RxFlush, <<"front", "NOTIFY">>, FALSE)],
                 [front |-> Starts("new"), back |-> Starts("new")],
                 [NoOther EXCEPT !.grantsInOrder = TRUE, !.armsAt = {"prod"}, !.worksInOrder = TRUE, !.readsAgain = TRUE,
                                 !.failing = {"bad"}, !.looksFirst = TRUE])],
   linux_stock |->
    [tx |-> With(LinuxTxHands,
                 [front    |-> TxFront(StockTxFront, <<"back", "asks">>, TRUE),
                  taker    |-> Taker(StockTaker,
                                     [taking |-> Or(TxFinalCheck, StockTaker.begin), done |-> StockTaker.begin],
                                     <<"front", "asks">>),
                  answerer |-> Plain(StockAnswerer)],
                 (* xennet_connect sends an event, which is not seen. *)
                 [front |-> Starts("new"), taker |-> StartsWoken("new"), answerer |-> Starts("idle")],
                 [NoOther EXCEPT !.nullsFollow = TRUE, !.armsAt = {"cons"}]),
     rx |-> With(TwoHands,
                 [front |-> RxFront(StockRxFront, {"consumed"}, <<"back", "asks">>, TRUE),
                  back  |-> RxBack(StockRxBack, StockFlush, <<"front", "asks">>, TRUE)],
                 [front |-> Starts("new"), back |-> StartsWoken("new")],
                 [NoOther EXCEPT !.armsAt = {"prod"}, !.looksFirst = TRUE])],
   ring_h |-> OnBoth(RingHSender, RingHPoller, RingHTaker, RingHAnswerer, NoOther),
   any |-> OnBoth(AnySender, AnyPoller, AnyTaker, AnyAnswerer, NoOther),
   (* Any driver, as its backend sees it. *)
   any_unseen |-> OnBoth(AnySender, AnyPoller, AnyTaker, AnyAnswerer, [NoOther EXCEPT !.armsLater = TRUE, !.unseen = TRUE])]
=============================================================================
