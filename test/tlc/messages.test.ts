import { describe, expect, test } from 'vitest';
import { MessageParser, type Output } from '../../tlc/messages.js';

const nested = `@!@!@STARTMSG 2262:0 @!@!@
TLC2 Version 2.18
@!@!@ENDMSG 2262 @!@!@
Parsing file Größe.tla
@!@!@STARTMSG 2217:4 @!@!@
1: <Initial predicate>
/\\ x = "→ é"
/\\ y = 0

@!@!@ENDMSG 2217 @!@!@
<<"printed", 1>>

@!@!@STARTMSG 1000:1 @!@!@
The exception was a tlc2.tool.ConfigFileException
: @!@!@STARTMSG 5006:0 @!@!@
at line 3
@!@!@ENDMSG 5006 @!@!@
@!@!@ENDMSG 1000 @!@!@
`;

const expected: readonly Output[] = [
  { kind: 'message', code: 2262, class: 0, text: 'TLC2 Version 2.18' },
  { kind: 'line', text: 'Parsing file Größe.tla' },
  { kind: 'message', code: 2217, class: 4, text: '1: <Initial predicate>\n/\\ x = "→ é"\n/\\ y = 0' },
  { kind: 'line', text: '<<"printed", 1>>' },
  { kind: 'line', text: '' },
  { kind: 'message', code: 5006, class: 0, text: 'at line 3' },
  {
    kind: 'message',
    code: 1000,
    class: 1,
    text: 'The exception was a tlc2.tool.ConfigFileException\n:',
  },
];

const parse = (chunks: readonly (Uint8Array | string)[]): readonly Output[] => {
  const parser = new MessageParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.finish()];
};

describe('the messages of TLC', () => {
  test('are told from what stands between them, and from one another where they are nested', () => {
    expect(parse([nested])).toEqual(expected);
  });

  test('are the same wherever the output is cut', () => {
    const bytes = Buffer.from(nested);
    for (let at = 0; at <= bytes.length; at++) {
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
  });

  test('are the same one byte at a time', () => {
    expect(parse([...Buffer.from(nested)].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test('are the same with the line ends of Windows', () => {
    expect(parse([nested.replaceAll('\n', '\r\n')])).toEqual(expected);
  });

  test('come as soon as they have ended', () => {
    const parser = new MessageParser();
    expect(parser.push('@!@!@STARTMSG 2185:0 @!@!@\nStarting...\n@!@!@ENDMSG 2185 @!@!@')).toEqual([]);
    expect(parser.push('\n')).toHaveLength(1);
  });

  test('that never ended are not messages', () => {
    const output = parse(['@!@!@STARTMSG 2110:1 @!@!@\nInvariant I is violated.\n']);
    expect(output).toEqual([{ kind: 'line', text: 'Invariant I is violated.' }]);
  });

  test('do not end with the end of another', () => {
    const output = parse(['@!@!@STARTMSG 2110:1 @!@!@\n@!@!@ENDMSG 2121 @!@!@\n@!@!@ENDMSG 2110 @!@!@\n']);
    expect(output).toEqual([{ kind: 'message', code: 2110, class: 1, text: '@!@!@ENDMSG 2121 @!@!@' }]);
  });
});
