/** Whose frame it is: a letter in a disc, with a colour of its own. */
import type { VNode } from 'preact';

/** The badge of a frame, around a point. A fragment of a packet is told by its number. */
export const Badge = ({ frame, x, y }: { frame: string; x: number; y: number }): VNode => (
  <g class={`badge frame-${/^[A-C]$/.test(frame) ? frame : 'other'}`}>
    <circle cx={x} cy={y} r={frame.length > 1 ? 13 : 11} />
    <text x={x} y={y + 4} text-anchor="middle">
      {frame}
    </text>
  </g>
);
