/** A trace to be made. */
export interface Scenario {
  /** Its path in the corpus, without the ending. */
  readonly name: string;
  /** The model whose graph it is taken from. */
  readonly model: string;
  readonly flags: readonly string[];
  readonly comment: string;
  /**
   * Actions, one a word; an argument stands behind a colon (`BackRespond:2:ERROR`). With `!` before it an action of
   * the frontend must be refused (`!TxFill:A`).
   */
  readonly actions: string;
}
