/** Values and states read from the text TLC prints, in its messages and in its dumps. */
import type { State, Value } from './value.js';
import { ValueReader, ValueSyntaxError } from './value-reader.js';

/**
 * One value, with its sets, records and functions in canonical order.
 * Throws {@link ValueSyntaxError} if the text is anything else, or has something after the value.
 */
export function parseValue(text: string): Value {
  const reader = new ValueReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/**
 * A printed state taken apart: variable to the text of its value, in the order printed.
 *
 * Reads the form of several variables, one `/\ x = 1` after another, and the form of a single one, `x = 1`.
 * The texts are not looked into, so that a reader may parse only what changed.
 */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  const add = (from: number, to: number) => {
    const at = text.indexOf('=', from);
    const name = at < 0 || at >= to ? '' : text.slice(from, at).trim();
    if (!/^\w+$/.test(name)) throw new ValueSyntaxError('a variable and "="', text, from);
    state.set(name, text.slice(at + 1, to).trim());
  };
  // No value has `/\` in it outside a string, at any depth of brackets, so strings are all we need to skip.
  let start = /^\s*\/\\/.exec(text)?.[0].length ?? 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH && quoted) i++;
    else if (code === SLASH && !quoted && text.charCodeAt(i + 1) === BACKSLASH) {
      add(start, i);
      start = i + 2;
      i++;
    }
  }
  add(start, text.length);
  return state;
}

/** A printed state, every variable parsed; see {@link parseAssignments} and {@link parseValue}. */
export const parseState = (text: string): State =>
  Object.fromEntries([...parseAssignments(text)].map(([name, value]) => [name, parseValue(value)]));

const QUOTE = 0x22;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
