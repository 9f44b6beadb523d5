/**
 * What the command says, and its exit status, when something stops it.
 *
 * 0: as expected. 1: a finding. 2: wrong usage, or something the user has to mend. 128 and the number of the
 * signal: interrupted.
 */
import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { isSystemError } from '../tlc/errors.js';
import { ToolError } from '../tlc/index.js';
import { GraphError, LogError, TraceError } from '../corpus/index.js';

/** The command line asks for what there is not. The message says what there is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A signal ended the work. Nothing was written. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly signal: NodeJS.Signals = 'SIGINT') {
    super('Interrupted: nothing was written.');
  }
}

/** How the command ends: its exit status, and the sentence for stderr if there is something to say. */
export interface Ending {
  readonly status: number;
  readonly sentence?: string;
}

// What the user can mend: their messages say how.
const mendable = [UsageError, ToolError, GraphError, TraceError, LogError];

/** What to do about anything thrown. */
export function endingOf(error: unknown, env: NodeJS.ProcessEnv = process.env): Ending {
  if (error instanceof CommanderError) return endingOfCommander(error);
  if (error instanceof Interrupted)
    return { status: 128 + constants.signals[error.signal], sentence: error.message };
  if (mendable.some((kind) => error instanceof kind))
    return { status: 2, sentence: ended(oneLine((error as Error).message)) };
  // A file that is missing, a folder that is closed, a disk that is full: the message has the path.
  if (isSystemError(error) && error.syscall !== undefined)
    return { status: 2, sentence: `${oneLine(error.message)}: mend that, and run the command again.` };
  const stack = env.NETFRONT_DEBUG === '1' && error instanceof Error ? `\n${error.stack}` : '';
  const what = oneLine(error instanceof Error ? error.message : String(error));
  return {
    status: 2,
    sentence:
      `${what}: this is a mistake of netfront's: please report it` +
      `${stack === '' ? ', with what NETFRONT_DEBUG=1 adds' : ''}.${stack}`,
  };
}

function endingOfCommander(error: CommanderError): Ending {
  if (error.code === 'commander.help') return { status: 2 };
  const what = oneLine(error.message.replace(/^error: /, ''));
  return { status: 2, sentence: `${what}${what.endsWith('.') ? ' See' : ': see'} netfront --help.` };
}

/** A message on one line, whatever its parts were. */
export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** The same with a full stop. */
export const ended = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
