/**
 * Reads what clang made of C for WebAssembly: functions of 32-bit words, straight or with branches forward. An instruction
 * that is not among these is refused, so that nothing is proved of what was passed over.
 */

/** Instructions without an argument, by their octet. */
const plain = {
  0x0f: 'return',
  0x1a: 'drop',
  0x1b: 'select',
  0x45: 'i32.eqz',
  0x46: 'i32.eq',
  0x47: 'i32.ne',
  0x48: 'i32.lt_s',
  0x49: 'i32.lt_u',
  0x4a: 'i32.gt_s',
  0x4b: 'i32.gt_u',
  0x4c: 'i32.le_s',
  0x4d: 'i32.le_u',
  0x4e: 'i32.ge_s',
  0x4f: 'i32.ge_u',
  0x6a: 'i32.add',
  0x6b: 'i32.sub',
} as const;

/** The name of an instruction without an argument. */
export type Plain = (typeof plain)[keyof typeof plain];

/** One instruction, with what stands in its block. */
export type Instruction =
  | { readonly op: Plain }
  | { readonly op: 'i32.const'; readonly value: number }
  | { readonly op: 'local.get' | 'local.set' | 'local.tee'; readonly local: number }
  | { readonly op: 'i32.load' | 'i32.store'; readonly offset: number }
  /** Only what is imported is called. */
  | { readonly op: 'call'; readonly name: string }
  | { readonly op: 'br' | 'br_if'; readonly depth: number }
  | { readonly op: 'block'; readonly results: number; readonly body: readonly Instruction[] }
  | {
      readonly op: 'if';
      readonly results: number;
      readonly body: readonly Instruction[];
      readonly otherwise: readonly Instruction[];
    };

/** One function. */
export interface WasmFunction {
  readonly parameters: number;
  /** With the parameters, which come first. The others begin as 0. */
  readonly locals: number;
  readonly body: readonly Instruction[];
}

/** The sections that are read. */
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const I32 = 0x7f;
const EMPTY = 0x40;

/**
 * The functions that a module exports, by name.
 * Throws Error where a module has what is not read here, with its name or its octet.
 */
export function functionsIn(octets: Uint8Array): ReadonlyMap<string, WasmFunction> {
  const sections = sectionsIn(new Reader(octets));
  const all = <V>(id: number, one: (reader: Reader) => V): readonly V[] =>
    sections.get(id)?.vector(one) ?? [];
  const types = all(SECTION.type, (reader) => {
    reader.expect(0x60);
    const parameters = reader.vector(() => reader.expect(I32)).length;
    return { parameters, results: reader.vector(() => reader.expect(I32)).length };
  });
  const imports = all(SECTION.import, importOf).filter((name) => name !== undefined);
  const typeOf = all(SECTION.function, (reader) => types[reader.unsigned()]!);
  const bodies = all(SECTION.code, (reader) => {
    reader.unsigned();
    const more = reader.vector(() => {
      const count = reader.unsigned();
      reader.expect(I32);
      return count;
    });
    return { more: more.reduce((sum, count) => sum + count, 0), body: bodyOf(reader, imports).body };
  });
  const exported = all(SECTION.export, (reader) => ({
    name: reader.name(),
    isFunction: reader.octet() === 0,
    at: reader.unsigned() - imports.length,
  }));
  return new Map(
    exported
      .filter(({ isFunction }) => isFunction)
      .map(({ name, at }) => {
        const { parameters, results } = typeOf[at]!;
        const { more, body } = bodies[at]!;
        if (results !== 1) throw new Error(`${name} has ${results} results, where one is read`);
        return [name, { parameters, locals: parameters + more, body }];
      }),
  );
}

function sectionsIn(reader: Reader): ReadonlyMap<number, Reader> {
  for (const octet of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) reader.expect(octet);
  const sections = new Map<number, Reader>();
  while (!reader.isAtEnd()) {
    const id = reader.octet();
    sections.set(id, reader.part(reader.unsigned()));
  }
  return sections;
}

/** The name of a function that is imported; undefined of a memory. */
function importOf(reader: Reader): string | undefined {
  reader.name();
  const name = reader.name();
  const kind = reader.octet();
  if (kind === 2) {
    if (reader.octet() === 1) reader.unsigned();
    reader.unsigned();
    return undefined;
  }
  if (kind !== 0) throw new Error(`${name} is imported, and neither a function nor a memory`);
  reader.unsigned();
  return name;
}

/** Instructions up to the `end` or `else` of their block. */
function bodyOf(
  reader: Reader,
  imports: readonly string[],
): { readonly body: readonly Instruction[]; readonly hasElse: boolean } {
  const body: Instruction[] = [];
  for (;;) {
    const octet = reader.octet();
    if (octet === 0x0b || octet === 0x05) return { body, hasElse: octet === 0x05 };
    body.push(instructionOf(octet, reader, imports));
  }
}

function instructionOf(octet: number, reader: Reader, imports: readonly string[]): Instruction {
  if (octet in plain) return { op: plain[octet as keyof typeof plain] };
  switch (octet) {
    case 0x02:
      return { op: 'block', results: reader.blockResults(), body: bodyOf(reader, imports).body };
    case 0x04: {
      const results = reader.blockResults();
      const { body, hasElse } = bodyOf(reader, imports);
      return { op: 'if', results, body, otherwise: hasElse ? bodyOf(reader, imports).body : [] };
    }
    case 0x0c:
      return { op: 'br', depth: reader.unsigned() };
    case 0x0d:
      return { op: 'br_if', depth: reader.unsigned() };
    case 0x10: {
      const name = imports[reader.unsigned()];
      if (name === undefined)
        throw new Error('a function of the module is called, and only imports are read');
      return { op: 'call', name };
    }
    case 0x20:
      return { op: 'local.get', local: reader.unsigned() };
    case 0x21:
      return { op: 'local.set', local: reader.unsigned() };
    case 0x22:
      return { op: 'local.tee', local: reader.unsigned() };
    case 0x28:
      return { op: 'i32.load', offset: reader.memoryOffset() };
    case 0x36:
      return { op: 'i32.store', offset: reader.memoryOffset() };
    case 0x41:
      return { op: 'i32.const', value: reader.signed() };
    default:
      throw new Error(
        `the instruction 0x${octet.toString(16)} of WebAssembly is not read here` +
          (octet === 0x03 ? ' (a loop)' : ''),
      );
  }
}

/** A place in octets, with WebAssembly's ways to write numbers. */
class Reader {
  #at = 0;
  constructor(private readonly octets: Uint8Array) {}

  isAtEnd(): boolean {
    return this.#at >= this.octets.length;
  }
  octet(): number {
    const octet = this.octets[this.#at++];
    if (octet === undefined) throw new Error('the module ends in the middle');
    return octet;
  }
  expect(wanted: number): void {
    const octet = this.octet();
    if (octet !== wanted)
      throw new Error(
        `octet ${this.#at - 1} is 0x${octet.toString(16)} where 0x${wanted.toString(16)} is read`,
      );
  }
  part(length: number): Reader {
    this.#at += length;
    if (this.#at > this.octets.length) throw new Error('the module ends in the middle');
    return new Reader(this.octets.subarray(this.#at - length, this.#at));
  }
  /** LEB128 of 32 bits. */
  unsigned(): number {
    return this.#leb128().value >>> 0;
  }
  signed(): number {
    const { value, bits, last } = this.#leb128();
    return bits < 32 && (last & 0x40) !== 0 ? value | (-1 << bits) : value;
  }
  #leb128(): { readonly value: number; readonly bits: number; readonly last: number } {
    let [value, bits] = [0, 0];
    for (;;) {
      const octet = this.octet();
      value |= (octet & 0x7f) << bits;
      bits += 7;
      if (octet < 0x80) return { value, bits, last: octet };
      if (bits > 28) throw new Error('a number has more than 32 bits');
    }
  }
  vector<V>(one: (reader: Reader) => V): readonly V[] {
    return Array.from({ length: this.unsigned() }, () => one(this));
  }
  name(): string {
    return new TextDecoder().decode(this.part(this.unsigned()).octets);
  }
  blockResults(): number {
    const type = this.octet();
    if (type !== EMPTY && type !== I32) throw new Error(`a block has the type 0x${type.toString(16)}`);
    return type === I32 ? 1 : 0;
  }
  memoryOffset(): number {
    // What it is aligned to is a hint.
    this.unsigned();
    return this.unsigned();
  }
}
