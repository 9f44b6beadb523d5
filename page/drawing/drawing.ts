/** A part of the drawing: what it is, and how large. It begins at 0, 0. */
import type { VNode } from 'preact';

/** A part of the drawing, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly node: VNode;
}
