/** Reads the tokens of an expression of TLA+ one by one. */
import { BeyondUs, type Token } from './syntax.js';

/** Words that end an expression. */
export const KEYWORDS = new Set(['THEN', 'ELSE', 'IN', 'OTHER', 'EXCEPT', 'WITH']);

/** The tokens of an expression, one after another. What is left of a list's sign does not belong to its item. */
export class TokenReader {
  protected at = 0;
  /** The columns of the lists that we are in. What stands at or left of the last one is not part of its item. */
  protected readonly lists: number[] = [];

  constructor(protected readonly tokens: readonly Token[]) {}

  /** The next token; one that says that there is none, where the item or the text ends. */
  protected peek(): Token {
    const token = this.tokens[this.at]!;
    const isOutside = token.column <= (this.lists.at(-1) ?? 0);
    return isOutside ? { ...token, kind: 'end', text: '' } : token;
  }

  protected is = (text: string): boolean => this.peek().text === text;

  /** The next token, which is then behind us. */
  protected take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** Whether the next token is this one, which is then behind us. */
  protected taken(text: string): boolean {
    const isIt = this.is(text);
    if (isIt) this.at++;
    return isIt;
  }

  /** Goes past this token, or the end where it is empty. Throws {@link BeyondUs} at another. */
  expect(text: string): void {
    const token = this.take();
    if (token.text !== text)
      throw new BeyondUs(token.text === '' ? 'an expression that ends here' : token.text);
  }

  /** Goes past a name. Throws {@link BeyondUs} at anything else. */
  protected name(): string {
    const { kind, text } = this.take();
    if (kind !== 'name' || KEYWORDS.has(text)) throw new BeyondUs(text);
    return text;
  }

  /** Names with commas between them. */
  protected names(): readonly string[] {
    const names = [this.name()];
    while (this.taken(',')) names.push(this.name());
    return names;
  }

  /** Where the last token ended. */
  protected end = (): number => this.tokens[this.at - 1]!.end;
}
