/**
 * Every turn in a patron's life over PHP's SOAP servers, by the scenarios that also run over our simulators: killed, and
 * left without an answer.
 */
import PQueue from 'p-queue';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkLostAnswer,
  kindsOfLost,
  type LostCase,
  lostCasesOf,
} from '../../fault/procedures/harness/check-lost-answer.ts';
import { checkOutcome, startInterrupted } from '../../fault/procedures/harness/interrupted-process.ts';
import {
  kindsOfPoint,
  pointsOf,
  type RecordedScenario,
  type Recording,
  recordEach,
} from '../../fault/procedures/harness/recording.ts';
import { patientTimes } from '../../fault/procedures/harness/times.ts';
import { waitForAll } from '../../fault/procedures/harness/wait-for-all.ts';
import { type Scenario, scenarioOf } from '../../fault/procedures/scenarios/scenarios.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';
import { whyNoPhp } from '../peer.ts';
import { type Peers, startPeers } from './peers-fixture.ts';

const missing = whyNoPhp();
if (missing !== null) {
  process.stderr.write(`no turn is made over PHP's stack: ${missing}\n`);
}

/** All turns, except those in which a desk acts meanwhile: only the simulators' tables can simulate a desk. */
const turns = [
  'suspendPatron',
  'liftSuspension',
  'liftSuspension: a card that a desk has blocked stays blocked',
  'closePatron',
  'reopenPatron',
  'amendPatron',
  'amendPatron: another identity number',
  'amendPatron: a smart card in use has the present number',
  'mergePatrons',
  'the end of a merge',
  'erasePatron',
].map(scenarioOf);

/** At most eight fixtures run at once, because a peer has four processes. */
const fixtures = new PQueue({ concurrency: 8 });

describe.skipIf(missing !== null)(`over PHP's SOAP servers (SEED=${seed})`, () => {
  let peers: Peers;
  let recorded: readonly RecordedScenario[];
  let points: Readonly<ReturnType<typeof pointsOf>>;
  let silent: readonly LostCase[];
  beforeAll(async () => {
    peers = await startPeers();
    recorded = await recordEach(turns, patientTimes, peers.startFixture);
    points = sample('points at which a turn over PHP is killed', pointsOf(recorded), {
      each: 1,
      kindsOf: kindsOfPoint,
    });
    silent = sample('a call of a turn over PHP without an answer', lostCasesOf(recorded, randomFrom(seed)), {
      each: 1,
      kindsOf: kindsOfLost,
    });
  }, 120_000);
  afterAll(() => peers[Symbol.asyncDispose]());

  const recordingOf = (turn: Scenario): Recording => {
    const found = recorded.find(({ scenario }) => scenario === turn);
    if (found === undefined) {
      throw new Error(`${turn.name} was not recorded`);
    }
    return found.recording;
  };

  test.concurrent.for(turns)('killed: $name', { timeout: 240_000 }, async (turn) => {
    const at = points.filter(({ scenario }) => scenario === turn).map(({ point }) => point);
    await using killed = await startInterrupted(turn, patientTimes, at, 'SIGKILL', peers.startFixture);
    await killed.process.exit;
    expect(killed.process.child.signalCode, killed.process.output.stderr).toBe('SIGKILL');
    await checkOutcome(killed, recordingOf(turn));
  });

  test.concurrent.for(turns)('without an answer: $name', { timeout: 240_000 }, async (turn) => {
    const ofTurn = silent.filter(({ scenario }) => scenario === turn);
    const checks = ofTurn.map((one) =>
      fixtures.add(() => checkLostAnswer(recordingOf(turn), one, peers.startFixture)),
    );
    await waitForAll(checks);
  });

  test('every message was valid', () => {
    expect(peers.invalid()).toEqual([]);
  });
});
