/** A scene as parts, one below the other: a ring, its buffers; and the events that are on their way. */
import type { VNode } from 'preact';
import type { RingScene, Scene } from '../scene.js';
import { buffersDrawing, takenDrawing } from './buffers.js';
import type { Drawing } from './drawing.js';
import { columnsOf, ringDrawing, type RingOptions } from './ring.js';

/** A part with what it is called for those who do not see it. */
export interface Part extends Drawing {
  readonly label: string;
}

/** The parts that stand side by side where there is room: a ring, and what belongs to it. */
export interface Group {
  readonly ring: Part;
  /** One below the other. */
  readonly beside: readonly Part[];
}

/**
 * The parts of a scene, a group for each ring. The events are with the last one.
 * @param before the scene of the step before; absent in the first
 * @param changed the variables that the step has changed, as the module calls them
 * @param how the rings are drawn
 */
export function groupsOf(
  scene: Scene,
  before: Scene | undefined,
  changed: ReadonlySet<string>,
  how: Omit<RingOptions, 'changed'> = {},
): readonly Group[] {
  return scene.rings.map((ring, i) => {
    const prefix = ring.name === '' ? '' : `${ring.name.toLowerCase()}_`;
    const names = [...changed]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
    const called = ring.name === '' ? 'The ring' : `The ${ring.name} ring`;
    const isLast = i === scene.rings.length - 1;
    return {
      ring: {
        label: `${called}: ${said(ring.slots)}`,
        ...ringDrawing(ring, { ...how, changed: new Set(names) }),
      },
      beside: [...besideOf(ring, before?.rings[i]), ...(isLast ? [eventsDrawing(scene.events)] : [])],
    };
  });
}

/** How wide the rings of a run are, in slots. */
export const columnsOfAll = (scenes: readonly Scene[]): number =>
  Math.max(...scenes.flatMap(({ rings }) => rings.map(columnsOf)));

function besideOf(ring: RingScene, before: RingScene | undefined): readonly Part[] {
  if (ring.buffers.length === 0) return [];
  const isOwned = ring.buffers.some(({ owners }) => owners.length > 0);
  const buffers = buffersDrawing(ring.buffers, before?.buffers, isOwned);
  const drawn = [{ label: `What is in each buffer: ${contents(ring.buffers)}`, ...buffers }];
  if (!isOwned) return drawn;
  return [
    ...drawn,
    { label: `What the back has taken: ${takenText(ring.taken)}`, ...takenDrawing(ring.taken) },
    ...(ring.ended.length === 0 ? [] : [endedDrawing(ring.ended)]),
  ];
}

function endedDrawing(ended: readonly number[]): Part {
  const label = `gref ${ended.join(' and ')} grants nothing any more, and is mapped`;
  return {
    ...{ label, width: 330, height: 20 },
    node: (
      <text class="wrong" x={0} y={14}>
        {label}
      </text>
    ),
  };
}

const said = (slots: RingScene['slots']): string =>
  slots
    .map(({ slot, kind, lines, stage }) => `slot ${slot} ${[kind, ...lines].join(' ')} (${stage})`)
    .join(', ');
const contents = (buffers: RingScene['buffers']): string =>
  buffers
    .map(
      ({ name, content, owners }) =>
        `${name} has ${content || 'nothing'}, ${owners.join(' and ') || 'nobody'} has it`,
    )
    .join('; ');

const takenText = (taken: RingScene['taken']): string =>
  taken
    .map(
      ({ name, line, promised, served, verb }) =>
        `${name} ${line}, promised ${promised || 'nothing'}, ${verb} ${served || 'nothing yet'}`,
    )
    .join('; ') || 'no request';

function eventsDrawing({ front, back }: Scene['events']): Part {
  const lamps = [
    [front, 'event to the front'],
    [back, 'event to the back'],
  ] as const;
  const label = lamps.map(([isOn, name]) => `${name}: ${isOn ? 'on its way' : 'none'}`).join(', ');
  return {
    ...{ label, width: 330, height: 24 },
    node: (
      <g>
        {lamps.map(([isOn, name], i) => (
          <g class={`lamp ${isOn ? 'on' : ''}`}>
            <circle cx={8 + i * 168} cy={12} r={5} />
            <text class="plain" x={20 + i * 168} y={16}>
              {isOn ? name : `no ${name}`}
            </text>
          </g>
        ))}
      </g>
    ),
  };
}

/** The groups of a scene, each with its parts side by side where there is room. */
export const Pictures = ({ groups }: { groups: readonly Group[] }): VNode => (
  <>
    {groups.map(({ ring, beside }) => (
      <div class="pictures">
        <Picture part={ring} />
        <div>
          {beside.map((part) => (
            <Picture part={part} />
          ))}
        </div>
      </div>
    ))}
  </>
);

/** A part as a picture of its own. */
const Picture = ({ part }: { part: Part }): VNode => (
  <svg
    class="drawing"
    role="img"
    aria-label={part.label}
    viewBox={`0 0 ${part.width} ${part.height}`}
    width={part.width}
    height={part.height}
  >
    {part.node}
  </svg>
);
