/**
 * Error detection, the addresses that may connect, the bounds for one terminal and for all, and bytes that are not a
 * message.
 */
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createHttpGraphClient } from '../../../edge/graph/client.ts';
import { graphTimeoutMs, minTimeoutSeconds } from '../../../edge/sip2/bounds.ts';
import type { ConnectionCounts } from '../../../edge/sip2/observer.ts';
import { createAuthority, forThisMachine } from '../../support/certificates.ts';
import { freePort } from '../../support/processes.ts';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import * as messages from '../../support/sip2/messages.ts';
import { checksumOf, encodePacket } from '../../support/sip2/packet.ts';
import { connectTerminal } from '../../support/sip2/terminal.ts';
import { password, sip2ForTests, sip2Tls, startSip2 } from './running-sip2.ts';

const { system, sip2 } = sip2ForTests();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** The size of the heap after a garbage collection, in bytes. */
const heapUsed = (): number => {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const card = '21852000000033';
const text = (bytes: Buffer): string => bytes.toString('latin1').replace(/\r$/, '');
const resend = `96AZ${checksumOf(Buffer.from('96AZ'))}`;
const askAgain = encodePacket('97', 'checksum alone');

describe('error detection', () => {
  test('asks again for a message with a wrong checksum, and repeats its last answer at 97, also that request', async () => {
    await using station = await sip2.connect('station');
    const right = encodePacket(messages.scStatus(), 1);
    const corrupt = Buffer.from(right);
    corrupt[2] = '1'.charCodeAt(0);
    expect(text(await station.exchange(corrupt))).toBe(resend);
    expect(text(await station.exchange(askAgain))).toBe(resend);
    const answer = text(await station.exchange(right));
    expect(answer).toMatch(/^98.*AY1AZ[0-9A-F]{4}$/);
    expect(text(await station.exchange(askAgain))).toBe(answer);
  });

  test('answers 97 with 96 if it has sent nothing yet', async () => {
    await using terminal = await connectTerminal({ port: sip2.port });
    expect(text(await terminal.exchange(askAgain))).toBe(resend);
  });

  test('answers a terminal without error detection in the same way', async () => {
    await using station = await sip2.connect('station', { errorDetection: false });
    expect((await station.send(messages.scStatus())).code).toBe('98');
  });

  test('ignores a message that is not in the protocol', async () => {
    await using station = await sip2.connect('station');
    station.write('87whatever');
    expect((await station.send(messages.scStatus())).code).toBe('98');
  });
});

describe('who may connect', () => {
  test('answers only a login before the login, and closes after a wrong one', async () => {
    await using early = await connectTerminal({ port: sip2.port });
    await expect(early.send(messages.patronStatus({ patron: card }))).rejects.toThrow('closed');
    for (const [user, word] of [
      ['station', 'wrong password'],
      ['nobody', password],
      ['', ''],
    ] as const) {
      await using terminal = await connectTerminal({ port: sip2.port });
      const { text: answer } = await terminal.send(messages.login(user, word));
      expect(answer).toBe('940');
      await terminal.closed;
    }
  });

  test('wrong passwords lock their user at that address alone, and unknown users lock out no terminal', async () => {
    await using own = await startSip2(system, { bounds: { maxWrongLogins: 2 } });
    const logIn = async (user: string, word: string) => {
      await using terminal = await connectTerminal({ port: own.port });
      return (await terminal.send(messages.login(user, word))).fixed.ok;
    };
    for (const [user, word] of [
      ['station', 'wrong password'],
      ['station', 'wrong password'],
      ['nobody', password],
      ['nobody', password],
      ['nobody', password],
      // The user is locked, even with the right password now.
      ['station', password],
    ] as const) {
      expect(await logIn(user, word)).toBe('0');
    }
    expect(await logIn('reader', password)).toBe('1');
    expect(own.server.terminals().find(({ name }) => name === 'station-1')?.problems).toEqual([
      'WRONG_LOGIN',
    ]);
    expect(own.log.join('\n')).not.toContain(password);
  });

  test('lets a terminal connect only from its own addresses', async () => {
    const terminals = [
      { name: 'near', profile: 'station', login: { user: 'near', password }, addresses: ['127.0.0.2/31'] },
      { name: 'alone', profile: 'station', addresses: ['127.0.0.9'] },
    ];
    await using own = await startSip2(system, { terminals });
    const from = (localAddress: string) => connectTerminal({ port: own.port, localAddress });
    await using stranger = await from('127.0.0.1');
    await expect(stranger.send(messages.login('near', password))).rejects.toThrow('closed');
    expect(own.log.join('\n')).toContain('"reason":"not expected","address":"127.0.0.1"');
    await using near = await from('127.0.0.3');
    expect((await near.send(messages.login('near', password))).fixed.ok).toBe('1');
    // A terminal with an address of its own needs no login. No other terminal may log in from this address.
    await using alone = await from('127.0.0.9');
    expect((await alone.send(messages.scStatus())).code).toBe('98');
    await using borrowed = await from('127.0.0.9');
    expect((await borrowed.send(messages.login('near', password))).fixed.ok).toBe('0');
  });

  test('lets a terminal with a certificate connect only with that certificate', async () => {
    using authority = createAuthority();
    using stranger = createAuthority();
    const terminals = [{ name: 'gate', profile: 'station', certificate: 'gate-1' }];
    const tls = sip2Tls(authority, { asksTerminals: true });
    await using own = await startSip2(system, { terminals, tls });
    const showing = (issuer: typeof authority, name: string) => {
      const { cert, key } = issuer.issue(name, forThisMachine);
      return connectTerminal({ port: own.port, tls: { ca: authority.ca, cert, key } });
    };
    await using gate = await showing(authority, 'gate-1');
    expect((await gate.send(messages.scStatus())).code).toBe('98');
    await using other = await showing(authority, 'gate-2');
    await expect(other.send(messages.scStatus())).rejects.toThrow('closed');
    await using forged = await showing(stranger, 'gate-1');
    await expect(forged.send(messages.scStatus())).rejects.toThrow('closed');
  });
});

describe('bounds', () => {
  test('closes the connection at a message that is too long, complete or not', async () => {
    for (const bytes of [Buffer.alloc(5_000, '1'), Buffer.from(`${'1'.repeat(5_000)}\r`)]) {
      await using station = await sip2.connect('station');
      station.socket.write(bytes);
      await station.closed;
    }
  });

  test('limits the connections of a terminal, and counts only open ones', async () => {
    await using own = await startSip2(system, { bounds: { maxConnectionsPerTerminal: 2 } });
    await using first = await own.connect('station');
    await using second = await own.connect('station');
    await expect(own.connect('station')).rejects.toThrow('refused');
    await using other = await own.connect('reader');
    expect((await other.send(messages.scStatus())).code).toBe('98');
    await first[Symbol.asyncDispose]();
    await expect
      .poll(async () => {
        await using next = await own.connect('station').catch(() => null);
        return next !== null;
      })
      .toBe(true);
    expect((await second.send(messages.scStatus())).code).toBe('98');
  });

  test('closes the oldest connection without a login when there are too many, and no connection of a terminal', async () => {
    const watched: (() => ConnectionCounts)[] = [];
    await using own = await startSip2(system, {
      bounds: { maxConnections: 5, maxUnknownConnections: 2 },
      observer: { watchConnections: (counts) => watched.push(counts) },
    });
    await using early = await own.connect('station');
    await using resources = new AsyncDisposableStack();
    const strangers = [];
    for (let count = 0; count < 6; count += 1) {
      strangers.push(resources.use(await connectTerminal({ port: own.port })));
    }
    await Promise.all(strangers.slice(0, 4).map(({ closed }) => closed));
    await using late = await own.connect('station');
    expect((await early.send(messages.scStatus())).code).toBe('98');
    expect((await late.send(messages.scStatus())).code).toBe('98');
    expect(watched.map((counts) => counts())).toEqual([{ station: 2, 'e-book': 0, unknown: 1 }]);
  });

  test('closes a connection without a login, and a connection that sends nothing', async () => {
    await using own = await startSip2(system, { bounds: { loginTimeoutMs: 300, idleTimeoutMs: 1_500 } });
    const started = performance.now();
    await using silent = await connectTerminal({ port: own.port });
    await silent.closed;
    expect(performance.now() - started).toBeLessThan(1_400);
    await using idle = await own.connect('station');
    await idle.closed;
    expect(performance.now() - started).toBeGreaterThan(1_400);
  });
});

describe('a graph that does not answer', () => {
  const bounds = { minGraphTimeoutMs: 0 };
  const timeoutMs = graphTimeoutMs(minTimeoutSeconds);
  const sentMessages: readonly string[] = [
    messages.patronInformation({ patron: card, pin: '1234' }),
    messages.checkOut({ patron: card, item: '31852000000494' }),
    messages.checkIn({ item: '31852000000494' }),
    messages.renew({ patron: card, item: '31852000000494', pin: '1234' }),
    messages.hold({ mode: '+', patron: card, item: '31852000000494', pin: '1234', pickup: 'HKCL' }),
  ];

  test.each(['hangs', 'is away'])(
    'is not waited for longer than 2.5 s when it %s, and the answer promises nothing',
    { timeout: 60_000 },
    async (kind) => {
      const port = await freePort();
      await using resources = new AsyncDisposableStack();
      if (kind === 'hangs') {
        const sockets = new Set<{ destroy(): void }>();
        const hanging = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
        resources.use(await listenOnLoopback(hanging, port));
        resources.defer(() => {
          for (const socket of sockets) {
            socket.destroy();
          }
        });
      }
      const graph = resources.use(createHttpGraphClient(new URL(`http://127.0.0.1:${port}/graphql`), null));
      await using own = await startSip2(system, { graph, bounds });
      for (const message of sentMessages) {
        await using station = await own.connect('station');
        const started = performance.now();
        const { text: answer, field } = await station.send(message);
        // The bound of the answer time, with a margin for a busy machine.
        expect(timeoutMs).toBeLessThan(2_500);
        expect(performance.now() - started).toBeLessThan(timeoutMs + 5_000);
        expect(answer).toMatch(/^(?:64YY Y|120NUN|100NUY|300NUN|160N)/);
        expect(field('AF')).toMatch(/not known|do not answer/);
      }
      // The log has the address and the failure, but no personal data (R30).
      expect(own.log.join('\n')).not.toMatch(/2185200|3185200|1234"/);
    },
  );
});

test(`bytes that are not a message crash nothing, and none of their data is logged (SEED=${seed})`, {
  timeout: 90_000,
}, async () => {
  const random = randomFrom(seed);
  const valid = [
    messages.patronInformation({ patron: card, pin: '1234' }),
    messages.checkOut({ patron: card, item: '31852000099990', pin: '1234' }),
    messages.hold({ mode: '-', patron: card, pin: '1234', item: '31852000099990' }),
    messages.login('station', password),
  ];
  /** A valid message in which some bytes are changed, left out or inserted. It may have a checksum. */
  const mutant = (): Buffer => {
    const bytes = [...encodePacket(pick(random, valid), random() < 0.5 ? null : 3)];
    for (let changes = Math.ceil(random() * 6); changes > 0; changes -= 1) {
      const at = Math.floor(random() * bytes.length);
      bytes.splice(at, Math.floor(random() * 3), ...(random() < 0.7 ? [Math.floor(random() * 256)] : []));
    }
    return Buffer.from([...bytes, 0x0d]);
  };
  await using own = await startSip2(system, { bounds: { maxWrongLogins: 100_000 } });
  const before = heapUsed();
  for (let round = 0; round < 30; round += 1) {
    await using terminal = await own.connect(pick(random, ['station', 'big5', 'ebooks'] as const));
    for (let count = 0; count < 20; count += 1) {
      terminal.socket.write(mutant());
    }
    terminal.socket.end();
    await terminal.closed;
  }
  await using station = await own.connect('station');
  expect((await station.send(messages.scStatus())).code).toBe('98');
  expect(heapUsed() - before).toBeLessThan(20_000_000);
  const logged = [...own.log, ...system.log].join('\n');
  for (const secret of [card, '1234', password, 'Siu Ming', 'LEE']) {
    expect(logged).not.toContain(`"${secret}`);
  }
  expect(logged).not.toContain(card);
});
