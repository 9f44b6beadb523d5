/** The replay of one graph: every transition, against each target of its module. */
import path from 'node:path';
import { ToolError } from '../../tlc/index.js';
import {
  conformance,
  divergenceTrace,
  GraphError,
  loadGraph,
  type Model,
  type ModelGraph,
  replayOf,
} from '../../corpus/index.js';
import { byTable, byXstate } from '../../impl/index.js';
import { Peer } from '../../peer/peer.js';
import { Agreement, agreeing } from '../../replay/agreement.js';
import { runnerTargets, transitionsOfFront } from '../../replay/modules/index.js';
import { backStepsOf, peerTargets } from '../../replay/peer-steps.js';
import { targetsOf } from '../check-parts.js';
import { peerModule } from '../context.js';
import { writeResult } from '../output-file.js';
import { type ConformanceRow, PEER_TARGET } from '../report-file.js';
import { graphFolder } from '../traces/files.js';
import { type Due, findingsOf, leftOutOf } from './left-out.js';
import { inGraph } from './words.js';

/** What came of the replay against one target. */
export interface GraphReplay {
  readonly row: ConformanceRow;
  /** Nothing diverged, and nothing was left out: there are no findings. */
  readonly isGood: boolean;
  /** What is to be printed of it, below each other. */
  readonly findings: readonly string[];
}

/**
 * Replays a graph that `traces make` kept. The path to the first divergence is kept beside it, as a trace.
 * @param onProgress called now and then with the share that is done, from 0 to 1
 * @returns a result for each target
 * @throws ToolError if there is no graph
 */
export async function replayGraph(
  root: string,
  model: Model,
  onProgress: (share: number) => void,
): Promise<readonly GraphReplay[]> {
  const traced = await made(root, model);
  const peer = new Peer(peerModule());
  const targets = targetsOf(model);
  const results: GraphReplay[] = [];
  for (const [i, target] of targets.entries())
    results.push(
      await against(root, traced, target, peer, (share) => onProgress((i + share) / targets.length)),
    );
  return results;
}

async function against(
  root: string,
  traced: ModelGraph,
  target: string,
  peer: Peer,
  onProgress: (share: number) => void,
): Promise<GraphReplay> {
  const { name, graph, args, cover, module } = traced;
  const isPeer = target === PEER_TARGET;
  const before = peer.exports.steps_done();
  const agreement = new Agreement();
  const runner = agreeing(byTable, byXstate, agreement);
  const replay = replayOf(traced, isPeer ? peerTargets(peer) : runnerTargets(runner));
  const { first, seconds, agreed, ...counts } = conformance(graph, args, cover, replay, {
    onProgress: (steps, total) => onProgress(steps / total),
    // What a frontend refuses, and what runs its machines, is its own affair: it was tried without the peer.
    ...(isPeer ? { refusals: false } : { agreement }),
  });
  const { disagreements, first: differing } = agreement;
  const backSteps = peer.exports.steps_done() - before;
  // A path ends where it diverges, and what xstate does otherwise is not agreed: what is left out then has a reason.
  const isExplained = counts.divergences > 0 || differing !== undefined;
  const parts: readonly Due[] = isExplained
    ? []
    : [
        { who: 'replay', what: 'took % transitions', done: counts.transitions, due: graph.transitionCount },
        isPeer
          ? {
              ...{ who: 'peer', what: "did % steps of the backend's", orMore: true },
              ...{ done: backSteps, due: backStepsOf(graph, cover) },
            }
          : {
              ...{ who: 'xstate', what: 'was asked for % transitions and refusals', done: agreed ?? 0 },
              due: transitionsOfFront(graph, module) + counts.refusals,
            },
      ];
  const leftOut = leftOutOf(parts);
  const row: ConformanceRow = {
    ...{ model: name, target, ...counts },
    ...(isPeer ? { backSteps } : { agreed, disagreements }),
    ...(leftOut > 0 && { leftOut }),
    seconds: Number(seconds.toFixed(3)),
  };
  const findings = [...findingsOf(name, target, parts)];
  if (differing !== undefined)
    findings.push(
      `NOT ok  the graph of ${name}\n  xstate    and the table of its machine differ at ${differing}\n`,
    );
  if (first !== undefined) {
    const suffix = isPeer ? '.peer' : '';
    const file = path.join(graphFolder(root), `${name}${suffix}.divergence.ndjson`);
    await writeResult(file, divergenceTrace(traced, first));
    findings.push(`${inGraph(`${name}, against ${target}`, first, file)}\n`);
  }
  return { row, isGood: findings.length === 0, findings };
}

/** The graph that `traces make` kept. Throws ToolError if there is none, or it is not whole. */
export async function made(root: string, model: Model): Promise<ModelGraph> {
  try {
    return await loadGraph(root, model, graphFolder(root));
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const why = error.line === undefined ? '' : ` (${error.message.replace(/\.$/, '')})`;
    throw new ToolError(
      `There is no graph of ${model.graphOf ?? model.name} to replay in build/traces${why}: run netfront traces make.`,
    );
  }
}
