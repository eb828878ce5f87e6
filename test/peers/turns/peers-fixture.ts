import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreSystemIds as names } from '../../../platform/systems.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import type { ChangeTimes } from '../../../subgraphs/operations/change-times.ts';
import { type Fixture, openFixture, type StartFixture } from '../../fault/procedures/harness/fixture.ts';
import { RecordChanges } from '../../fault/procedures/harness/record-changes.ts';
import { type Scenario, seedOf } from '../../fault/procedures/scenarios/scenarios.ts';
import { journalIn, type Peer, type PeerName, startPeer } from '../peer.ts';
import { readRecords, writeRecords } from './peer-records.ts';
import { startRelay } from './relay.ts';

/** The three peers. Each fixture has a library of its own in them. */
export interface Peers extends AsyncDisposable {
  readonly startFixture: StartFixture;
  /** The requests and the replies, of all libraries, that break a contract: a line for each, with libxml2's errors. */
  invalid(): readonly string[];
}

type ByPeer<Value> = Readonly<Record<PeerName, Value>>;

const byPeer = <Value>(make: (name: PeerName) => Value): ByPeer<Value> => ({
  prs: make('prs'),
  cms: make('cms'),
  circ: make('circ'),
});

export async function startPeers(): Promise<Peers> {
  await using resources = new AsyncDisposableStack();
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const peers: ByPeer<Peer> = {
    prs: resources.use(await startPeer('prs')),
    cms: resources.use(await startPeer('cms', cms)),
    circ: resources.use(await startPeer('circ', circ)),
  };
  const running = resources.move();
  const libraries: ByPeer<string>[] = [];
  return {
    startFixture(scenario, times) {
      const library = String(libraries.length + 1);
      const folders = byPeer((name) => join(peers[name].folder, library));
      libraries.push(folders);
      const urls = byPeer((name) => `${peers[name].url}${library}/`);
      return startInLibrary(scenario, times, folders, urls);
    },
    invalid: () =>
      libraries
        .flatMap((folders) => names.flatMap((name) => journalIn(folders[name])))
        .filter(({ requestErrors, replyErrors }) => requestErrors.length + replyErrors.length > 0)
        .map((entry) => JSON.stringify(entry)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startInLibrary(
  scenario: Scenario,
  times: ChangeTimes,
  folders: ByPeer<string>,
  urls: ByPeer<string>,
): Promise<Fixture> {
  await using resources = new AsyncDisposableStack();
  for (const name of names) {
    mkdirSync(folders[name]);
  }
  const { dropAfterMs } = times;
  writeFileSync(join(folders.circ, 'conditions.json'), JSON.stringify({ dropAfterMs }));
  const store = createStore(seedOf(scenario));
  writeRecords(folders, store);
  const records = new RecordChanges(() => readRecords(folders));
  scenario.meanwhile?.(store);
  writeRecords(folders, store);
  const legacy = {
    prs: resources.use(await startRelay('prs', urls.prs)),
    cms: resources.use(await startRelay('cms', urls.cms)),
    circ: resources.use(await startRelay('circ', urls.circ)),
  };
  return await openFixture(scenario, times, { legacy, records }, resources);
}
