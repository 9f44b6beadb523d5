/** Events in a line. */
import type { Value } from '../../tlc/index.js';
import { type Event, operation } from '../../logs/event.js';

/** `front REQ_WRITE idx 9, id 0, gref 8, …`. */
export function eventText(event: Event): string {
  const { fields } = operation(event.op)!;
  const texts = Object.keys(fields)
    .filter((name) => event[name] !== undefined)
    .map((name) => `${name} ${valueText(event[name]!)}`);
  return [event.side.padEnd(5), event.op, texts.join(', ')].join(' ').trimEnd();
}

const valueText = (value: string | number | readonly number[]): string =>
  Array.isArray(value)
    ? value.map((half: number) => half.toString(16).padStart(4, '0')).join(' ')
    : String(value);

/** An event that RecordedRing says is possible. */
export function candidateText(candidate: Value): { readonly side: string; readonly text: string } {
  const { side, op, ...fields } = candidate as Record<string, Value>;
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== -1)
    .map(([name, value]) => `${name} ${candidateValue(name, value)}`);
  return { side: String(side), text: [op, texts.join(', ')].join(' ').trimEnd() };
}

function candidateValue(name: string, value: Value): string {
  if (name === 'gref') {
    const [low, high] = value as readonly [number, number];
    return low < 0 ? 'any that grants nothing' : String(low + high * 65536);
  }
  return valueText(value as number | readonly number[]);
}
