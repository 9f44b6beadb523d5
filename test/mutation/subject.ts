/** What is mutated, and what the mutants are replayed against. A file or a graph that comes later is a name here. */

/** The files of impl/ that a replay drives: of these the score is held to {@link THRESHOLD}. */
export const driven = [
  'impl/ring.ts',
  'impl/ring-front.ts',
  'impl/ring-context.ts',
  'impl/ring-driver.ts',
  'impl/ring/front-machine.ts',
  'impl/ring/back-machine.ts',
  'impl/ring/ends.ts',
  'impl/netif.ts',
  'impl/offload.ts',
  'impl/octets.ts',
  'impl/ids.ts',
  'impl/list.ts',
  'impl/table.ts',
  'impl/tx.ts',
  'impl/tx-chain.ts',
  'impl/tx-send.ts',
  'impl/tx-poll.ts',
  'impl/tx-machine.ts',
  'impl/tx-driver.ts',
  'impl/rx.ts',
  'impl/rx-chain.ts',
  'impl/rx-pages.ts',
  'impl/rx-machine.ts',
  'impl/rx-driver.ts',
  'impl/txrx.ts',
  'impl/interpreter.ts',
  'impl/machine-table.ts',
  'impl/runner.ts',
  'impl/sure.ts',
] as const;

/** The scheduler and what it is given, which the explorer runs. */
export const scheduler = [
  'impl/netfront.ts',
  'impl/sender.ts',
  'impl/receiver.ts',
  'impl/inbox.ts',
  'impl/tx-packet.ts',
  'impl/options.ts',
  'impl/arguments.ts',
  'impl/statistics.ts',
  'impl/errors.ts',
] as const;

/** The files whose part the graph plays: neither can tell their mutants, and they are counted apart. */
export const replaced = [
  'impl/back/netback.ts',
  'impl/back/tx.ts',
  'impl/back/chain.ts',
  'impl/back/rx.ts',
  'impl/back/packet.ts',
  'impl/back/ring.ts',
  'impl/back/bridge.ts',
  'impl/back/simhost.ts',
  'impl/host.ts',
  'impl/page-memory.ts',
] as const;

/** The connection and the store: none of the graphs below is of Connection. */
const connection = [
  'impl/store.ts',
  'impl/back/device-back.ts',
  'impl/back/memory-store.ts',
  'impl/back/simchannel.ts',
  'impl/back/simsystem.ts',
  ...[
    ...[
      'arrivals',
      'arrows',
      'device',
      'directory',
      'driver',
      'effects',
      'life',
      'machine',
      'offer',
      'options',
    ],
    ...[
      'packets',
      'queue-channel',
      'queue-host',
      'queues',
      'ring-keys',
      'rings',
      'state',
      'system',
      'xenbus',
    ],
  ].map((name) => `impl/connection/${name}.ts`),
];

/** The files of impl/ that are not mutated, and why. */
export const notMutated: Readonly<Record<string, string>> = {
  'impl/index.ts': 'It has nothing of its own: what it names is mutated where it is.',
  ...Object.fromEntries(
    connection.map((file) => [
      file,
      'No graph of Connection is replayed here yet; sixteen faults by hand are, in test/replay/modules/connection.test.ts.',
    ]),
  ),
};

/** The small graphs, those first that tell most mutants soonest. */
export const graphs = [
  'ring_one_slot',
  'one_slot',
  'one_slot_grants',
  'one_slot_counter',
  'two_slots',
  'two_slots_counter',
  'two_slots_free_list',
  'repeats',
  'overruns',
  'two_slots_counter_unchecked',
  'two_slots_by_slot',
  'one_id',
  'one_id_grants',
  'one_slot_grefs',
  'one_slot_fine',
  'late_unmap',
  'rx_one_slot',
  'rx_two_slots',
  'rx_two_slots_counter',
  'rx_out_of_order',
  'rx_overruns',
  'rx_late_unmap',
  'rx_one_slot_held',
  'txrx_one_slot',
  'one_slot_20_ids',
  'ring_two_slots',
  'ring_overruns',
  'ring_half_way',
  'ring_empty_pushes',
  'txp_two_slots',
  'txp_two_packets',
  'txp_null_for_request',
  'rxp_two_slots',
  'rxp_extras',
  'rxp_few_pages',
  'rxp_held',
  'rxp_late_unmap',
  'rxp_unknown_extra',
] as const;

/** The graphs that the scheduler is run on. */
export const explored = [
  'one_slot_grants',
  'rx_one_slot',
  'rx_one_slot_held',
  'rxp_one_slot',
  'txrx_one_slot',
  'two_slots_any_time',
] as const;

/** Of how many stretches of six lines one is tried, where a run is not told otherwise. */
export const SAMPLE = 6;

/** The least score, in per cent. */
export const THRESHOLD = 85;
