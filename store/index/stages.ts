import { randomUUID } from 'node:crypto';
import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { BuildState, IndexBuild } from './port.ts';
import { type BuildRow, first } from './rows.ts';
import { removals, removalsOfRows } from './statements/index.ts';
import type { AskWithin, IndexStore } from './store.ts';
import { drawStart } from './to-read.ts';
import { writeInBuild } from './write-in-build.ts';

/**
 * The number of cards that one transaction adds to the list of cards, or marks. A statement must end within seconds.
 */
const cardsAtOnce = 5_000;

/** The methods that move a build from one stage to the next. */
export function stagesOf(
  store: IndexStore,
  encryption: Encryption,
): Pick<IndexBuild, 'begin' | 'listOpenLoans' | 'markListed' | 'openLists'> {
  return {
    async begin() {
      const { number, at } = await drawStart(store);
      const [id, nowMs] = [randomUUID(), at.getTime()];
      return await store.write(function* (ask) {
        const [build] = yield* ask<BuildRow>('build', []);
        if (build !== undefined) {
          return false;
        }
        const [kept] = yield* ask<BuildRow>('keptBuild', []);
        if (kept === undefined || kept.stage === 'EVENTS') {
          // If the feed was read only in part, the stored open loans are removed, too. The feed will be read from its
          // first event.
          yield* removeAll(ask);
          yield* ask('begin', [id, encryption.proof, nowMs, number]);
        } else {
          yield* all(removalsOfRows.map((removal) => ask(removal, [])));
          yield* ask('resume', [id]);
          yield* ask('startCards', [nowMs, number]);
        }
        yield* ask('fill', [id]);
        return true;
      });
    },
    async listOpenLoans({ id }) {
      const { number, at } = await drawStart(store);
      const isReading = ({ stage }: BuildRow) => stage === 'EVENTS';
      return await writeInBuild(store, id, isReading, function* (ask) {
        yield* ask('listOpenLoans', [cardsAtOnce]);
        yield* ask('removeOpenLoans', [cardsAtOnce]);
        const left = yield* ask<{ is_left: number }>('hasOpenLoans', []);
        if (left.length === 0) {
          yield* ask('startCards', [at.getTime(), number]);
        }
      });
    },
    async markListed({ id }) {
      const start = await drawStart(store);
      const isListing = (build: BuildRow) => build.listed_until !== null;
      return await writeInBuild(store, id, isListing, function* (ask, build) {
        const after = build.listed_until ?? first;
        const [next] = yield* ask<{ card: string | null }>('nextListed', [after, cardsAtOnce]);
        const until = next?.card ?? null;
        if (until === null) {
          yield* ask('listedAll', [start.number]);
        } else {
          const since = Number(build.listing_number);
          yield* ask('markListed', [start.number, start.at.getTime(), after, until, since]);
          yield* ask('listedUntil', [until]);
        }
      });
    },
    async openLists(state: BuildState) {
      const nowMs = await store.now();
      return await store.write(function* (ask) {
        const [build] = yield* ask<BuildRow>('build', []);
        const opened = build?.id === state.id ? yield* ask<{ is_open: number }>('openLists', [nowMs]) : [];
        return opened.length > 0;
      });
    },
  };
}

export const removeAll = (ask: AskWithin): Asking<unknown> =>
  all(removals.map((removal) => ask(removal, [])));
