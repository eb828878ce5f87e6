/** Which lists the leading tab follows for all tabs of an area. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import {
  keyOf,
  Leader,
  type Message,
  maxFollowed,
  type Want,
} from '../../../../apps/ui/src/live/changes/leader.ts';

const wantOf = (tab: string, list: number): Want => ({
  id: `${tab} ${list}`,
  document: parse(`subscription { changes(list: ${list}) { id } }`),
  variables: {},
  after: [`cursor ${list}`],
});

test('of too many lists, those of the tab that was used last are followed, also if others want them', () => {
  const posted: Message[] = [];
  /** A stream that stays open until the leader leaves it. */
  const stream = {
    open: (_request: unknown, _reader: unknown, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  };
  const leader = new Leader(stream, (message) => posted.push(message));
  leader.want(
    'old',
    Array.from({ length: maxFollowed }, (_, list) => wantOf('old', list)),
  );
  const latest = [wantOf('new', 0), wantOf('new', maxFollowed)];
  leader.want('new', latest);
  const status = posted.at(-1);
  const followed = status?.kind === 'status' ? status.followed : [];
  expect(followed).toHaveLength(maxFollowed);
  expect(followed).toEqual(expect.arrayContaining(latest.map(keyOf)));
  leader.stop();
});
