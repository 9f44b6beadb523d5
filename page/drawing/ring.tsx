/** The ring: its slots from rsp_cons on, and below them a line for each index, where it moves to the right. */
import type { VNode } from 'preact';
import type { Pointer, RingScene, SlotScene } from '../scene.js';
import { Badge } from './badge.js';
import type { Drawing } from './drawing.js';

const LEFT = 62;
const SLOT = { width: 104, height: 100 } as const;
const TAIL = 108;
const TOP = 20;
const LINE = 19;

const BY = ['shared', 'front', 'back'] as const;

/** How wide a ring is, in slots: an event can be asked for beyond its end. */
export const columnsOf = ({ slots, pointers }: RingScene): number =>
  Math.max(slots.length, ...pointers.map(({ offset = 0 }) => offset));

/** How a ring is drawn. */
export interface RingOptions {
  /** The names of the variables that the step has changed. */
  readonly changed: ReadonlySet<string>;
  /** How wide it is, in slots, so that it is as wide in every step of a run; as wide as it has to be if left out. */
  readonly columns?: number | undefined;
  /** Whether the indices are drawn below the slots. */
  readonly indices?: boolean | undefined;
}

/** Draws a ring. */
export function ringDrawing(ring: RingScene, options: RingOptions): Drawing {
  const { changed, columns = columnsOf(ring), indices = true } = options;
  const below = TOP + SLOT.height + 14;
  const groups = (indices ? BY : []).map((by) => ring.pointers.filter((pointer) => pointer.by === by));
  let y = below;
  const lines = groups.flatMap((pointers, g) => {
    const head = (
      <text class="who" x={0} y={y + 13}>
        {BY[g]}
      </text>
    );
    const drawn = pointers.map((pointer) => {
      const line = (
        <Index pointer={pointer} y={y + 9} isNew={changed.has(pointer.name)} nr_ents={ring.nr_ents} />
      );
      y += LINE;
      return line;
    });
    y += 7;
    return [head, ...drawn];
  });
  return {
    width: LEFT + columns * SLOT.width + (indices ? TAIL : 0),
    height: y,
    node: (
      <g>
        {ring.name !== '' && (
          <text class="who" x={0} y={TOP + 14}>
            {ring.name}
          </text>
        )}
        {ring.slots.map((slot, i) => (
          <Slot slot={slot} x={LEFT + i * SLOT.width} isPast={i >= ring.nr_ents} />
        ))}
        {lines}
      </g>
    ),
  };
}

function Slot({ slot, x, isPast }: { slot: SlotScene; x: number; isPast: boolean }): VNode {
  const { stage, kind, lines, frame } = slot;
  return (
    <g>
      <text class="small" x={x + 8} y={TOP - 7}>
        slot {slot.slot}
        {isPast ? ' again' : ''}
      </text>
      <rect
        class={`slot ${stage.replaceAll(' ', '-')}${isPast ? ' past' : ''}`}
        x={x + 2}
        y={TOP}
        width={SLOT.width - 4}
        height={SLOT.height}
        rx={5}
      />
      {kind === '' ? (
        <text class="small" x={x + 10} y={TOP + 18}>
          {stage === 'with the back' ? 'the back has it' : 'nothing'}
        </text>
      ) : (
        <text class="kind" x={x + 10} y={TOP + 18}>
          {kind}
        </text>
      )}
      {lines.map((line, i) => (
        <text class="mono" x={x + 10} y={TOP + 35 + i * 15}>
          {line}
        </text>
      ))}
      {frame !== '' && <Badge frame={frame} x={x + SLOT.width - 18} y={TOP + 18} />}
    </g>
  );
}

interface IndexProps {
  readonly pointer: Pointer;
  readonly y: number;
  readonly isNew: boolean;
  readonly nr_ents: number;
}

function Index({ pointer, y, isNew, nr_ents }: IndexProps): VNode {
  const { name, value, offset } = pointer;
  const end = LEFT + nr_ents * SLOT.width;
  const x = LEFT + (offset ?? 0) * SLOT.width;
  const text =
    offset !== undefined ? `${name} ${value}` : value < 0 ? `${name} none` : `${name} ${value}, passed`;
  return (
    <g class={`index ${offset === undefined ? 'absent' : ''} ${isNew ? 'new' : ''}`}>
      <line class="way" x1={LEFT} x2={end} y1={y} y2={y} />
      {offset !== undefined && <circle class="stand" cx={x} cy={y} r={4} />}
      <rect class="under" x={x + 8} y={y - 8} width={text.length * 6.7 + 4} height={16} rx={3} />
      <text class="mono" x={x + 10} y={y + 4}>
        {text}
      </text>
    </g>
  );
}
