/** What a run has found, in the form in which programs that show findings beside a text want it. */

/** A line of a file; the first is 1. */
export interface Place {
  /** An absolute path. */
  readonly file: string;
  readonly line: number;
}

/** What a finding breaks: a numbered property, or one of the few things that no property says. */
export interface Rule {
  /** P16; the name where there is no number. */
  readonly id: string;
  readonly name: string;
  readonly says: string;
}

/** One thing that is not as it is to be. */
export interface Finding {
  /** A warning fails nothing. */
  readonly level: 'error' | 'warning';
  readonly rule: Rule;
  /** One line. */
  readonly title: string;
  /** One line or several. */
  readonly message: string;
  /** Where to look, the first place first; none where no file says it. */
  readonly places: readonly Place[];
}

/** What a rule is called in one line: `P16 NoLostWakeUp`. */
export const ruleTitle = ({ id, name }: Rule): string => (id === name ? name : `${id} ${name}`);
