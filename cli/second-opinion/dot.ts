/**
 * The graph that tla-checker writes for `--export-dot FILE --dot-mode full`, in the form of TLC's.
 *
 * A state is a line `s1 [label="x=1\ny=TRUE"];` and a transition a line `s1 -> s2 [label="Action"];`. Nothing says
 * which states are initial. A value is spelled as TLC does, but for three things, which are mended here: `true` and `false`
 * are in small letters, the empty function is `()`, and a function on strings is not shown as a record.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Assignment, GraphError, unescapeDot } from '../../graph/dot.js';
import { type Graph, graphOf } from '../../graph/graph.js';
import { Int32List } from '../../graph/packed.js';
import { parseValue, toTla, type Value } from '../../tlc/index.js';
import { isBigint, isMap, isSet, isTuple, recordOf } from '../../tlc/value-order.js';

/** Reads the graph; no state of it is marked as initial. Throws {@link GraphError} if it is cut short, or is none. */
export async function readOpinionGraph(file: string): Promise<Graph> {
  const reader = new Reader(file);
  for await (const line of createInterface({ input: createReadStream(file) })) reader.read(line);
  return reader.finish();
}

const STATE = /^ {2}s(\d+) \[label="((?:[^"\\]|\\.)*)"/;
const TRANSITION = /^ {2}s(\d+) -> s(\d+)(?: \[label="((?:[^"\\]|\\.)*)"|;)/;
const DRAWING = /^(digraph | {2}rankdir=| {2}node )/;

class Reader {
  #line = 0;
  #isClosed = false;
  readonly #variables = new Map<string, number>();
  readonly #assignments: Assignment[] = [];
  readonly #assignmentOf = new Map<string, number>();
  readonly #cells = new Int32List();
  readonly #lines = new Int32List();
  readonly #actions = new Map<string, number>();
  readonly #from = new Int32List();
  readonly #labels = new Int32List();
  readonly #to = new Int32List();

  constructor(private readonly file: string) {}

  read(line: string): void {
    this.#line++;
    const state = STATE.exec(line);
    if (state !== null) return this.#readState(Number(state[1]), state[2]!);
    const transition = TRANSITION.exec(line);
    if (transition !== null) {
      this.#from.push(Number(transition[1]));
      this.#to.push(Number(transition[2]));
      this.#labels.push(numberOf(this.#actions, unescapeDot(transition[3] ?? '')));
    } else if (line === '}') this.#isClosed = true;
    else if (!DRAWING.test(line)) this.#fail(`${JSON.stringify(line)} is no line of a graph`);
  }

  finish(): Graph {
    if (!this.#isClosed) this.#fail('it ends before its closing brace');
    const stateCount = this.#lines.length;
    const [from, to] = [this.#from.view(), this.#to.view()];
    if ([from, to].some((ends) => ends.some((state) => state >= stateCount)))
      this.#fail('a transition has an end that is no state');
    return graphOf(this.file, {
      variables: [...this.#variables.keys()],
      assignments: this.#assignments,
      ...{ stateCount, initial: [], from, to },
      cells: this.#cells.view(),
      lines: this.#lines.view(),
      actions: [...this.#actions.keys()],
      labels: this.#labels.view(),
    });
  }

  /** States stand in the order of their numbers. */
  #readState(number: number, label: string): void {
    if (number !== this.#lines.length) this.#fail(`the state s${number} is not the next one`);
    const texts = unescapeDot(label).split('\n');
    texts.forEach((text, column) => {
      const assignment = numberOf(this.#assignmentOf, text);
      if (assignment === this.#assignments.length) this.#describe(text);
      if (this.#assignments[assignment]!.variable !== column)
        this.#fail('the variables of a state are not those of the first one, in that order');
      this.#cells.push(assignment);
    });
    if (texts.length !== this.#variables.size) this.#fail('a state does not have all variables');
    this.#lines.push(this.#line);
  }

  #describe(text: string): void {
    const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? this.#fail(`${JSON.stringify(text)} is no variable`);
    const variable = numberOf(this.#variables, name!);
    this.#assignments.push({ variable, text: this.#asTlc(value!), line: this.#line });
  }

  #asTlc(text: string): string {
    const spelled = text.replace(OTHER_WORDS, (word) => TLC_WORDS[word] ?? word);
    try {
      return toTla(withRecords(parseValue(spelled)));
    } catch (error) {
      return this.#fail(`a value cannot be read (${(error as Error).message})`);
    }
  }

  #fail(what: string): never {
    throw new GraphError(this.file, this.#line, what, 'see what tla-checker printed');
  }
}

// A string is a match of its own, so that nothing inside of one is changed.
const OTHER_WORDS = /"(?:[^"\\]|\\.)*"|\btrue\b|\bfalse\b|\(\)/g;
const TLC_WORDS: Readonly<Record<string, string>> = { true: 'TRUE', false: 'FALSE', '()': '<<>>' };

/** The value with each function on strings in it as the record that it is. */
function withRecords(value: Value): Value {
  if (typeof value !== 'object' || isBigint(value)) return value;
  if (isTuple(value)) return value.map(withRecords);
  if (isSet(value)) return { '#set': value['#set'].map(withRecords) };
  if (!isMap(value))
    return recordOf(Object.entries(value).map(([name, inner]) => [name, withRecords(inner)]));
  const pairs = value['#map'].map(([from, to]) => [withRecords(from), withRecords(to)] as const);
  const fields = pairs.flatMap(([from, to]) => (typeof from === 'string' ? [[from, to] as const] : []));
  return fields.length === pairs.length ? recordOf(fields) : { '#map': pairs };
}

/** The number of the key: how many others were seen before it first was. */
function numberOf(table: Map<string, number>, key: string): number {
  const known = table.get(key);
  if (known !== undefined) return known;
  table.set(key, table.size);
  return table.size - 1;
}
