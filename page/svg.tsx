/** A counterexample as pictures beside each other in one SVG, which needs nothing but itself and follows the reader's scheme. */
import { renderToString } from 'preact-render-to-string';
import type { VNode } from 'preact';
import { type Run, statesOf } from './data.js';
import { groupsOf, type Part } from './drawing/scene.js';
import { sceneOf } from './scene.js';

const GAP = 16;
const FRAME = { inset: 18, caption: 62, between: 20 } as const;
const PER_LINE = 2;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly node: VNode;
}

/** What a picture is of. */
export interface PictureOptions {
  /** Which steps, from 1. */
  readonly steps: readonly number[];
  /** Whether the indices are drawn, with a line for each. */
  readonly indices: boolean;
  /** The style of the drawing: drawing.css and the colours. */
  readonly style: string;
}

/** Draws steps of a run, two in a line. `module` is without `MC`. */
export function svgOf(run: Run, module: string, { steps, indices, style }: PictureOptions): string {
  const frames = steps.map((step) => frameOf(run, module, step, indices));
  const width = Math.max(...frames.map((frame) => frame.width));
  const height = Math.max(...frames.map((frame) => frame.height));
  const columns = Math.min(PER_LINE, frames.length);
  const size = {
    width: columns * (width + FRAME.between) - FRAME.between,
    height: Math.ceil(frames.length / columns) * (height + FRAME.between) - FRAME.between,
  };
  const picture = (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="drawing"
      viewBox={`0 0 ${size.width} ${size.height}`}
      width={size.width}
      height={size.height}
      role="img"
      aria-labelledby="title"
    >
      <title id="title">{`${run.title}. ${run.sentence}`}</title>
      <style dangerouslySetInnerHTML={{ __html: style }} />
      {frames.map(({ node }, i) => (
        <g
          transform={`translate(${(i % columns) * (width + FRAME.between)} ${Math.floor(i / columns) * (height + FRAME.between)})`}
        >
          <rect class="frame" x={0.5} y={0.5} width={width - 1} height={height - 1} rx={8} />
          {node}
        </g>
      ))}
    </svg>
  );
  return `${renderToString(picture)}\n`;
}

function frameOf(run: Run, module: string, number: number, indices: boolean): Frame {
  const step = run.steps[number - 1]!;
  const states = statesOf(run);
  const scene = (at: number) => sceneOf(module, states[at]!, run.constants);
  const changed = new Set(number === 1 ? [] : Object.keys(step.changed));
  const before = number === 1 ? undefined : scene(number - 2);
  const groups = groupsOf(scene(number - 1), before, changed, { indices });
  const parts = groups.flatMap(({ ring, beside }) => [ring, ...beside]);
  const { width, height, placed } = stacked(parts);
  const title = step.action === '' ? 'The initial state' : step.action;
  return {
    width: Math.max(width, 400) + 2 * FRAME.inset,
    height: height + FRAME.caption + 2 * FRAME.inset,
    node: (
      <g transform={`translate(${FRAME.inset} ${FRAME.inset})`}>
        <text class="title" x={0} y={14}>
          {`Step ${number}: ${title}`}
        </text>
        {step.changes.slice(0, 2).map((change, i) => (
          <text class="plain" x={0} y={34 + i * 16}>
            {change}
          </text>
        ))}
        <g transform={`translate(0 ${FRAME.caption})`}>{placed}</g>
      </g>
    ),
  };
}

function stacked(parts: readonly Part[]): { width: number; height: number; placed: readonly VNode[] } {
  let y = 0;
  const placed = parts.map((part) => {
    const node = <g transform={`translate(0 ${y})`}>{part.node}</g>;
    y += part.height + GAP;
    return node;
  });
  return { width: Math.max(...parts.map(({ width }) => width)), height: y - GAP, placed };
}
