/** The state graphs: which there are, and one of them, walked. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Actor } from '../../replay/words/words.js';
import type { GraphEntry, PageData } from '../data.js';
import { asCase } from '../conform-steps.js';
import { groupsOf, Pictures } from '../drawing/scene.js';
import { type Enabled, enabledIn, stateIn, statesAlong, unpacked, type Walked } from '../graph-pack.js';
import { fragmentOf } from '../place.js';
import { sceneOf, wordsOf } from '../scene.js';
import { CaseCommand, Command, replayCommand } from './command.js';
import { Refused } from './refused.js';
import { WHO } from './run.js';
import { Tla } from './tla.js';
import { Variables } from './variables.js';
import { Way } from './way.js';

/** Why a graph cannot be walked here, and which command does. */
export const WhyNot = ({ model, isTooLarge }: Pick<GraphEntry, 'model' | 'isTooLarge'>): VNode =>
  isTooLarge ? (
    <>
      too large for a page: <code>netfront replay --way {model} STEP...</code> walks it
    </>
  ) : (
    <>
      not there: <code>make check</code> makes it
    </>
  );

/** The list. */
export const Graphs = ({ graphs }: { graphs: readonly GraphEntry[] }): VNode => (
  <>
    <h1>State graphs to be walked</h1>
    <p class="lead">
      TLC writes down every state of these models and every step between them. Choose a step in each state, be
      the front, the back or the application, and see where it leads. The link of the page is the way that you
      took.
    </p>
    <table class="graphs">
      <thead>
        <tr>
          <th scope="col">Graph of</th>
          <th scope="col" class="of">
            Module
          </th>
          <th scope="col" class="number">
            States
          </th>
          <th scope="col" class="to-walk">
            To walk it
          </th>
        </tr>
      </thead>
      <tbody>
        {graphs.map(({ model, module, states, head, isTooLarge }) => (
          <tr>
            <td>
              <span class="name">{model}</span>
            </td>
            <td class="of">{module}</td>
            <td class="number">{states.toLocaleString('en-US')}</td>
            <td class="to-walk">
              {head !== null ? (
                <a href={fragmentOf({ view: 'graph', model, way: [] })} aria-label={`walk ${model}`}>
                  walk
                </a>
              ) : (
                <span class="quiet">
                  <WhyNot {...{ model, isTooLarge }} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
);

interface WalkProps {
  readonly data: PageData;
  readonly entry: GraphEntry;
  readonly way: readonly number[];
  readonly onWay: (way: readonly number[]) => void;
}

/** One of them, from its initial state along a way. */
export function Walk({ data, entry, way, onWay }: WalkProps): VNode {
  const graph = useUnpacked(entry);
  const states = graph && statesAlong(graph, way);
  return (
    <>
      <p class="crumb">
        <a href="#graphs">All graphs</a>
      </p>
      <h1>
        <span class="name">{entry.model}</span>
      </h1>
      <p class="lead">{data.models.find(({ name }) => name === entry.model)?.about}</p>
      {graph === undefined && <p role="status">The graph is being unpacked.</p>}
      {graph !== undefined && states === undefined && (
        <p class="notice" role="alert">
          The link is no way through this graph. This is where it begins.
        </p>
      )}
      {graph !== undefined && (
        <Standing
          {...{ data, entry, graph, onWay }}
          way={states === undefined ? [] : way}
          states={states ?? [graph.initial[0]!]}
        />
      )}
    </>
  );
}

/** The graph, once it is unpacked. */
function useUnpacked({ model, head }: GraphEntry): Walked | undefined {
  const [graph, setGraph] = useState<Walked>();
  useEffect(() => {
    let isWanted = true;
    void base64Of(model)
      .then(octetsOf)
      .then((octets) => isWanted && setGraph(unpacked(head!, octets)));
    return () => {
      isWanted = false;
    };
  }, [head]);
  return graph;
}

/** The octets stand behind the program, and a link can lead here before the browser has read so far. */
async function base64Of(model: string): Promise<string> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  return document.getElementById(`graph-${model}`)!.textContent;
}

async function octetsOf(base64: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

interface StandingProps extends WalkProps {
  readonly graph: Walked;
  /** The states along the way, the initial one first. */
  readonly states: readonly number[];
}

const nameOf = (label: string): string => label.replace(/\(.*/, '');

/** Where the way has led to, and how it can go on. */
function Standing({ data, entry, graph, way, states, onWay }: StandingProps): VNode {
  const [chosen, setChosen] = useState<string>();
  const { module } = entry;
  const { constants } = entry.asked;
  const here = states.at(-1)!;
  const state = stateIn(graph, here);
  const before = states.length > 1 ? stateIn(graph, states.at(-2)!) : undefined;
  const enabled = enabledIn(graph, here);
  const steps = way.map((choice, i) => enabledIn(graph, states[i]!)[choice]!);
  const taken = steps.map(({ label }) => label);
  const last = taken.at(-1);
  const changes = before === undefined ? [] : (wordsOf(module)?.changes(before, state, nameOf(last!)) ?? []);
  const changed = new Set(
    before === undefined
      ? []
      : Object.keys(state).filter((name) => JSON.stringify(state[name]) !== JSON.stringify(before[name])),
  );
  const groups = groupsOf(
    sceneOf(module, state, constants),
    before && sceneOf(module, before, constants),
    changed,
  );
  const go = (next: readonly number[]): void => {
    setChosen(undefined);
    onWay(next);
  };
  const definition = data.actions[module]?.[nameOf(chosen ?? last ?? '')];
  return (
    <div class="stage">
      <div class="scene">
        <div class="what" aria-live="polite">
          <h2>{last === undefined ? 'The initial state' : <code>{last}</code>}</h2>
          <ul>
            {changes.map((change) => (
              <li>{change}</li>
            ))}
          </ul>
        </div>
        <Pictures groups={groups} />
        <Variables state={state} changed={changed} />
      </div>
      <aside>
        <Choices {...{ module, enabled }} onChoice={(choice) => go([...way, choice])} />
        <Refused
          {...{ graph, enabled, state, chosen, onAsk: setChosen }}
          asked={{ ...entry.asked, modules: data.modules }}
        />
        {definition !== undefined && <Tla definition={definition} />}
        <Way start="the initial state" taken={taken} onBack={(length) => go(way.slice(0, length))} />
        {steps.length > 0 && (
          <>
            <Command text={replayCommand(entry.model, steps)} />
            <CaseCommand as={asCase(graph, { module, constants }, states, steps)} />
          </>
        )}
      </aside>
    </div>
  );
}

interface ChoicesProps {
  readonly module: string;
  readonly enabled: readonly Enabled[];
  readonly onChoice: (choice: number) => void;
}

function Choices({ module, enabled, onChoice }: ChoicesProps): VNode {
  const actors = Object.entries(wordsOf(module)?.actors ?? {});
  const actorOf = (label: string): Actor | '' => actors.find(([begin]) => label.startsWith(begin))?.[1] ?? '';
  const all = enabled.map((step, choice) => ({ ...step, choice, actor: actorOf(step.label) }));
  return (
    <section class="choices">
      <h2>What can happen now</h2>
      {[...new Set(all.map(({ actor }) => actor))].map((actor) => (
        <div>
          <h3>{WHO[actor] || 'Anybody'}</h3>
          {all
            .filter((step) => step.actor === actor)
            .map(({ label, choice }) => (
              <button type="button" onClick={() => onChoice(choice)}>
                {label}
              </button>
            ))}
        </div>
      ))}
      {enabled.length === 0 && <p class="quiet">Nothing: no action is possible in this state.</p>}
    </section>
  );
}
