/** The steps of a run as a sequence diagram: what goes over the ring, what goes past it, and what an end does by itself. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Arrow, arrowOf, eventsOf, type Line } from '../../replay/words/arrows.js';
import type { Arrows } from '../../replay/words/words.js';
import type { RunStep } from '../data.js';

/** Pixels: where the lines are, and how high a step is. */
const AT: Readonly<Record<Line, number>> = { front: 40, ring: 170, back: 300 };
const [WIDTH, HEIGHT] = [340, 30];
const LINES = ['front', 'ring', 'back'] as const;

interface Props {
  readonly steps: readonly RunStep[];
  readonly arrows: Arrows;
  /** The one that is shown, from 1. */
  readonly step: number;
}

/** The diagram, with one row for each step. It scrolls to the step that is shown. */
export function Sequence({ steps, arrows, step }: Props): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const rows = steps.slice(1);
  const height = rows.length * HEIGHT;
  useEffect(() => {
    const { current } = frame;
    if (current) current.scrollTop = (step - 2) * HEIGHT - current.clientHeight / 2;
  }, [step]);
  return (
    <figure class="sequence">
      <figcaption>
        Stores into the ring; loads and events, dashed; what an end does by itself, as a dot
      </figcaption>
      <svg class="names" viewBox={`0 0 ${WIDTH} 22`} width={WIDTH} height={22} aria-hidden="true">
        {LINES.map((line) => (
          <text x={AT[line]} y={15} text-anchor="middle">
            {line}
          </text>
        ))}
      </svg>
      <div ref={frame} tabIndex={0} role="region" aria-label="Sequence diagram">
        <svg
          viewBox={`0 0 ${WIDTH} ${height}`}
          width={WIDTH}
          height={height}
          role="img"
          aria-label="The steps between front, ring and back; the list above has them in words"
        >
          <defs>
            <marker
              id="tip"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          {LINES.map((line) => (
            <line class="life" x1={AT[line]} x2={AT[line]} y1={0} y2={height} />
          ))}
          {rows.map((each, i) => (
            <Row {...{ each, arrows }} y={i * HEIGHT} isNow={each.step === step} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

interface RowProps {
  readonly each: RunStep;
  readonly arrows: Arrows;
  readonly y: number;
  readonly isNow: boolean;
}

function Row({ each, arrows, y, isNow }: RowProps): VNode {
  const arrow = arrowOf(each, arrows);
  const name = `${each.step} ${each.action.replace(/\(.*/, '')}`;
  const middle = (AT[arrow.from] + AT[arrow.to]) / 2;
  return (
    <g class={isNow ? 'now' : undefined}>
      {isNow && <rect x={0} y={y} width={WIDTH} height={HEIGHT} rx={4} />}
      <text x={Math.min(Math.max(middle, 84), WIDTH - 84)} y={y + 13} text-anchor="middle">
        {name}
      </text>
      {arrow.from === arrow.to ? (
        <circle cx={AT[arrow.from]} cy={y + 22} r={3.5} />
      ) : (
        <Tipped {...{ arrow, y }} />
      )}
      {eventsOf(each).map((to) => (
        <Tipped arrow={{ from: to === 'front' ? 'back' : 'front', to, isDashed: true }} y={y + 4} />
      ))}
    </g>
  );
}

const Tipped = ({ arrow: { from, to, isDashed }, y }: { arrow: Arrow; y: number }): VNode => (
  <line
    class={isDashed ? 'arrow dashed' : 'arrow'}
    {...{ x1: AT[from], x2: AT[to], y1: y + 22, y2: y + 22 }}
    marker-end="url(#tip)"
  />
);
