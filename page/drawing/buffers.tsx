/** The blocks or pages: what is in each, who has it, which grant reaches it, and whether the back has it mapped. */
import type { VNode } from 'preact';
import type { BufferScene, TakenScene } from '../scene.js';
import { Badge } from './badge.js';
import type { Drawing } from './drawing.js';

const CARD = { width: 176, gap: 10, line: 15 } as const;

const ownersText = ({ owners }: BufferScene): readonly string[] =>
  owners.length === 0 ? ['nobody'] : owners;
const grantsText = ({ grants }: BufferScene): readonly string[] =>
  grants.map(
    ({ gref, mapped }) =>
      `gref ${gref}${mapped === 0 ? '' : `, mapped${mapped > 1 ? ` ${mapped} times` : ''}`}`,
  );

/** Draws buffers as cards in a row. `before` has those of the step before, to mark what is new; absent in the first. */
export function buffersDrawing(
  buffers: readonly BufferScene[],
  before: readonly BufferScene[] = buffers,
  isOwned = true,
): Drawing {
  const linesOf = (buffer: BufferScene): number =>
    (isOwned ? ownersText(buffer).length : 0) + grantsText(buffer).length;
  // As high as they can become, so that nothing below moves from step to step.
  const height = 46 + CARD.line * Math.max(3, ...buffers.map(linesOf));
  return {
    width: buffers.length * (CARD.width + CARD.gap) - CARD.gap,
    height: height + 2,
    node: (
      <g>
        {buffers.map((buffer, i) => (
          <Card
            {...{ buffer, height, isOwned, x: i * (CARD.width + CARD.gap) }}
            isNew={buffer.content !== before[i]?.content}
          />
        ))}
      </g>
    ),
  };
}

interface CardProps {
  readonly buffer: BufferScene;
  readonly x: number;
  readonly height: number;
  readonly isNew: boolean;
  readonly isOwned: boolean;
}

function Card({ buffer, x, height, isNew, isOwned }: CardProps): VNode {
  const owners = isOwned ? ownersText(buffer) : [];
  const isWrong = isOwned && buffer.owners.length !== 1;
  return (
    <g>
      <rect
        class={`card ${isNew ? 'new' : ''}`}
        x={x + 1}
        y={1}
        width={CARD.width - 2}
        height={height}
        rx={6}
      />
      <text class="kind" x={x + 12} y={24}>
        {buffer.name}
      </text>
      {buffer.content === '' ? (
        <text class="small" x={x + CARD.width - 12} y={24} text-anchor="end">
          empty
        </text>
      ) : (
        <Badge frame={buffer.content} x={x + CARD.width - 24} y={20} />
      )}
      {owners.map((owner, i) => (
        <text class={isWrong ? 'wrong' : 'plain'} x={x + 12} y={47 + i * CARD.line}>
          {owner}
        </text>
      ))}
      {grantsText(buffer).map((text, i) => (
        <text class="mono" x={x + 12} y={47 + (owners.length + i) * CARD.line}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** Draws the requests that the back has taken: what each promised, and what the back found. */
export function takenDrawing(taken: readonly TakenScene[]): Drawing {
  return {
    width: Math.max(taken.length * (CARD.width + CARD.gap) - CARD.gap, 220),
    height: 18 + TAKEN_HEIGHT + 2,
    node: (
      <g>
        <text class="who" x={0} y={11}>
          {taken.length === 0 ? 'the back has taken no request' : 'taken by the back'}
        </text>
        {taken.map((request, i) => (
          <Taken request={request} x={i * (CARD.width + CARD.gap)} />
        ))}
      </g>
    ),
  };
}

const TAKEN_HEIGHT = 80;

function Taken({ request, x }: { request: TakenScene; x: number }): VNode {
  const { name, line, promised, served, verb } = request;
  const isWrong = promised !== '' && served !== '' && promised !== served;
  return (
    <g>
      <rect
        class={`card ${isWrong ? 'new' : ''}`}
        x={x + 1}
        y={19}
        width={CARD.width - 2}
        height={TAKEN_HEIGHT}
        rx={6}
      />
      <text class="kind" x={x + 12} y={40}>
        {name}
      </text>
      <text class="mono" x={x + 12} y={58}>
        {line}
      </text>
      {promised !== '' && (
        <>
          <text class="plain" x={x + 12} y={81}>
            promised
          </text>
          <Badge frame={promised} x={x + 86} y={77} />
        </>
      )}
      <text class={isWrong ? 'wrong' : 'plain'} x={x + (promised === '' ? 12 : 106)} y={81}>
        {served === '' ? `not ${verb === 'read' ? 'read' : 'written'}` : verb}
      </text>
      {served !== '' && <Badge frame={served} x={x + (promised === '' ? 66 : 152)} y={77} />}
    </g>
  );
}
