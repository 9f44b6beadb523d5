/** The questions put to a jar: small specifications, and what an answer to each shows. */
import { Code, Exit } from './codes.js';
import type { Message } from './messages.js';

/** Everything a jar is asked about. */
export const features = [
  /** `-tool` frames messages with their codes. */
  'toolMode',
  /** The exit status tells an invariant that is violated from one that holds. */
  'exitStatus',
  /** `-dump dot,actionlabels` writes the state graph with the names of actions. */
  'dumpDotActionLabels',
  /** `-coverage` counts how often each action was taken. */
  'coverage',
  /** A violated temporal property comes with the behaviour and where it loops. */
  'lasso',
  /** A violated temporal property comes with its name. */
  'temporalPropertyName',
  /** `-dumpTrace json` writes a counterexample. */
  'dumpTrace',
  /** `ALIAS` in a configuration. */
  'alias',
  /** `POSTCONDITION` in a configuration. */
  'postcondition',
  /** `-simulate` with a number of behaviours. */
  'simulate',
  /** The module Json. */
  'json',
] as const;

/** One thing a jar can or cannot do. */
export type Feature = (typeof features)[number];

/** What a jar made of a question. */
export interface Answer {
  readonly exitCode: number | undefined;
  readonly messages: readonly Message[];
  readonly lines: readonly string[];
  /** The graph it wrote, or nothing. */
  readonly dot: string;
}

/** One run of TLC, and which features it shows. */
export interface Question {
  readonly spec: string;
  readonly config: string;
  readonly options?: readonly string[];
  readonly decide: (answer: Answer) => readonly Feature[];
}

const specification = (modules: string, definitions = ''): string => `---- MODULE Probe ----
EXTENDS ${modules}
VARIABLE x
Init == x = 0
Up == x < 2 /\\ x' = x + 1
Wrap == x = 2 /\\ x' = 0
Next == Up \\/ Wrap
Spec == Init /\\ [][Next]_x /\\ WF_x(Next)
${definitions}
====
`;

const has = ({ messages }: Answer, code: number): boolean =>
  messages.some((message) => message.code === code);

const when = (condition: boolean, feature: Feature): readonly Feature[] => (condition ? [feature] : []);

const holds = (answer: Answer): boolean => answer.exitCode === Exit.holds && has(answer, Code.success);

/** Each is a run of its own, since a jar gives up at the first thing that it does not know. */
export const questions: readonly Question[] = [
  {
    spec: specification('Naturals'),
    config: 'SPECIFICATION Spec\n',
    options: ['-coverage', '1', '-dump', 'dot,actionlabels', 'graph.dot'],
    decide: (answer) => [
      ...when(has(answer, Code.version) && has(answer, Code.finished), 'toolMode'),
      ...when(holds(answer) && /-> -?\d+ \[label="Wrap"/.test(answer.dot), 'dumpDotActionLabels'),
      ...when(has(answer, Code.coverageAction), 'coverage'),
    ],
  },
  {
    spec: specification('Naturals', 'Low == x < 2'),
    config: 'SPECIFICATION Spec\nINVARIANT Low\n',
    decide: (answer) =>
      when(answer.exitCode === Exit.invariant && has(answer, Code.invariantViolated), 'exitStatus'),
  },
  {
    spec: specification('Naturals', 'Stays == <>[](x = 2)'),
    config: 'SPECIFICATION Spec\nPROPERTY Stays\n',
    decide: (answer) => [
      ...when(answer.exitCode === Exit.property && has(answer, Code.backToState), 'lasso'),
      ...when(
        answer.messages.some(
          ({ code, text }) => code === Code.temporalPropertyViolated && /Stays/.test(text),
        ),
        'temporalPropertyName',
      ),
    ],
  },
  {
    spec: specification('Naturals'),
    config: 'SPECIFICATION Spec\n',
    options: ['-dumpTrace', 'json', 'trace.json'],
    decide: (answer) => when(holds(answer), 'dumpTrace'),
  },
  {
    // Its own INVARIANT, and violated: a jar that does not know the word takes what follows for more names.
    spec: specification('Naturals', 'Low == x < 2\nShown == [seen |-> x + 40]'),
    config: 'SPECIFICATION Spec\nINVARIANT Low\nALIAS Shown\n',
    decide: (answer) =>
      when(
        answer.messages.some(({ code, text }) => code === Code.state && /seen = 42/.test(text)),
        'alias',
      ),
  },
  {
    spec: specification('Naturals, TLC', 'After == PrintT("asked afterwards")'),
    config: 'SPECIFICATION Spec\nPOSTCONDITION After\n',
    decide: (answer) =>
      when(holds(answer) && answer.lines.some((line) => line.includes('asked afterwards')), 'postcondition'),
  },
  {
    spec: specification('Naturals'),
    config: 'SPECIFICATION Spec\n',
    options: ['-depth', '5', '-simulate', 'num=2'],
    decide: (answer) => when(answer.exitCode === Exit.holds && has(answer, Code.finished), 'simulate'),
  },
  {
    spec: specification('Naturals, Json'),
    config: 'SPECIFICATION Spec\n',
    decide: (answer) => when(holds(answer), 'json'),
  },
];
