import { describe, expect, test } from 'vitest';
import { libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests();

/** A patron whose record is closed in the seed. Their only card has ended. */
const closed = 'P0000014';

/** The patron's access log, without the entries about opening the record, because these tests open it themselves. */
async function accessLog(patronId: string): Promise<readonly { readonly node: { readonly kind: string } }[]> {
  const selection = 'accessLog { edges { node { kind } } }';
  const { accessLog: log } = await library.patron<{
    accessLog: { edges: readonly { node: { kind: string } }[] };
  }>(patronId, selection);
  return log.edges.filter(({ node }) => node.kind !== 'RECORD_READ');
}

describe('erasing a patron', () => {
  test('leaves nothing that this service can open, and says what the systems keep', async () => {
    const operations = 'query ($id: ID!) { operations(filter: { patronId: $id }) { totalCount } }';
    await library.read(operations, { id: closed });
    expect(await accessLog(closed)).toMatchObject([{ node: { kind: 'OPERATIONS_READ' } }]);
    library.resetCalls();
    const erased = await library.change('erasePatron', { patronId: closed });
    expect(erased).toMatchObject({
      ...done,
      patron: { id: closed, status: 'CLOSED' },
      receipt: {
        erasedAt: expect.any(String),
        kept: [
          { system: 'PATRON_REGISTRY', records: 1 },
          { system: 'CARD_MANAGEMENT', records: 1 },
          { system: 'CIRCULATION', records: 1 },
        ],
      },
    });
    expect(library.changesSent()).toEqual([]);
    expect(await accessLog(closed)).toEqual([]);
    // The erasure may be requested again, for example after a backup was restored.
    expect(await library.change('erasePatron', { patronId: closed })).toMatchObject(done);
  });

  test('is refused while the record is in use, and for a patron who is not registered', async () => {
    const member = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { patronId } = member;
    expect(await library.change('erasePatron', { patronId })).toMatchObject(
      refusedFor('RECORD_NOT_CLOSED', 'patronId'),
    );
    expect(await library.change('erasePatron', { patronId: 'P9999999' })).toMatchObject(
      refusedFor('NOT_FOUND', 'patronId'),
    );
  });

  test('waits until no operation of the patron may change any more', async () => {
    const member = await library.join(newApplicant(), ['LIBRARY_CARD']);
    const { patronId } = member;
    const version = await library.versionOf(patronId);
    expect(await library.change('amendPatron', { patronId, version, status: 'CLOSED' })).toMatchObject(done);
    const before = (await accessLog(patronId)).length;
    // The card's registration is checked again after six hours. Until then, the approval that issued the card is not
    // final.
    expect(await library.change('erasePatron', { patronId })).toMatchObject(
      refusedWith('OPERATIONS_NOT_FINAL'),
    );
    expect(await accessLog(patronId)).toHaveLength(before);
  });
});
