/** The words in which a model is explained: those of the module that it extends. */
import { moduleExtendedBy } from '../../replay/modules/index.js';
import type { TracedModule } from '../../replay/modules/module.js';
import type { Words } from '../../replay/words/words.js';
import { wordsOfRing } from '../../replay/words/ring.js';
import { weakWords } from './weak.js';

/** What has to be known of a module to explain a behaviour of it. */
export type Subject = Pick<TracedModule, 'args' | 'words'>;

/** For any other module: each variable before and after. */
const anyWords = wordsOfRing({ actors: {}, legend: '' });

/** The modules that no traces are made of. */
const others: Readonly<Record<string, Words>> = {
  MCSharedRingWeak: weakWords,
};

/** The subject of the models of this MC module. */
export const subjectOf = (mc: string): Subject =>
  moduleExtendedBy(mc) ?? { args: {}, words: others[mc] ?? anyWords };
