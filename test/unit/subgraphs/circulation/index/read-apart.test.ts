import { expect, test } from 'vitest';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import { readApart } from '../../../../../subgraphs/runtime/read-apart.ts';

const failing = (reason: 'invalid-response' | 'timeout') =>
  new UpstreamError('circulation', reason, 'GetLoans: DueOn is not a date');
const fine = async () => undefined;

/** A reader of keys. The keys in `damaged` can't be decoded. `asked` records each request. */
function reader(...damaged: readonly string[]) {
  const asked: string[] = [];
  const read = async (keys: readonly string[]) => {
    asked.push(keys.join(''));
    if (keys.some((key) => damaged.includes(key))) {
      throw failing('invalid-response');
    }
    return keys.join('');
  };
  return { asked, read };
}

test.each<[string[], string[], string[]]>([
  [[], ['abcd'], ['abcd']],
  [['c'], ['ab', 'd'], ['abcd', 'ab', 'cd', 'c', 'd']],
  [
    ['a', 'd'],
    ['b', 'c'],
    ['abcd', 'ab', 'a', 'b', 'cd', 'c', 'd'],
  ],
  [['a', 'b', 'c', 'd'], [], ['abcd', 'ab', 'a', 'b', 'cd', 'c', 'd']],
])('%j cannot be decoded: the others are read, in order', async (damaged, parts, expected) => {
  const { asked, read } = reader(...damaged);
  const found = await readApart([...'abcd'], read, fine);
  expect(found.answers).toEqual(parts);
  expect(found.unreadable.map(({ key }) => key)).toEqual(damaged);
  expect(asked).toEqual(expected);
});

test('one of a hundred takes 14 more readings', async () => {
  const keys = Array.from({ length: 100 }, (_, at) => String(at));
  const { asked, read } = reader('0');
  expect((await readApart(keys, read, fine)).unreadable).toHaveLength(1);
  expect(asked).toHaveLength(15);
});

test('where no answer of the system can be decoded, no record is to blame', async () => {
  const { asked, read } = reader('c');
  const down = async () => {
    throw failing('timeout');
  };
  await expect(readApart([...'abcd'], read, down)).rejects.toThrow('timeout');
  expect(asked).toEqual(['abcd']);
});

test('any other failure is no record’s', async () => {
  const away = async () => {
    throw failing('timeout');
  };
  await expect(readApart(['a', 'b'], away, fine)).rejects.toThrow('timeout');
});
