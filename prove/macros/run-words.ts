/** A run of a function that does not what the macro has to, in the ring's words. */
import type { MacroRun } from './obligations.js';

/** What the end has, what the function does in its order, what it gives, and what is wrong with that. */
export function wordsOfRun({ claim, words, path: { events, result }, about }: MacroRun): string {
  const steps = events.map((event) =>
    event.kind === 'barrier'
      ? event.word
      : `${event.kind === 'load' ? 'loads' : 'stores'} ${event.word} = ${event.value}`,
  );
  const given = about.map((name) => `${name} = ${words.get(name)}`).join(', ');
  return `${given}: ${[...steps, `gives ${result}`].join(', ')}. It ${claim.otherwise}.`;
}
