/**
 * Notices as mails, to a real mail server. If the server refuses a mail or doesn't answer, the outcome is the same as
 * for a webhook.
 */
import { setTimeout } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, expect, type TestContext, test } from 'vitest';
import type { Patron } from '../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { NewNotice, NoticeKind } from '../../../store/journal/port.ts';
import { mayBeSwitchedOff } from '../../../subgraphs/library/optional-notices.ts';
import { allKinds } from '../../../subgraphs/notices/kinds.ts';
import { mailEndpointName, openMailer } from '../../../subgraphs/notices/mail/mailer.ts';
import { openSmtp } from '../../../subgraphs/notices/mail/smtp.ts';
import type { NoticeServices } from '../../../subgraphs/notices/start.ts';
import type { SmtpServer } from '../../../subgraphs/runtime/environment/mail.ts';
import { createAuthority, forThisMachine } from '../../support/certificates.ts';
import {
  type SmtpServerOptions,
  type SmtpTestServer,
  smtpServerOrSkip,
} from '../../support/servers/smtp-server.ts';
import { startTcpSwitch } from '../../support/servers/tcp-switch.ts';
import { createJournalFile, fastTimes, Log, startSending } from './sending.ts';

const from = 'notices@library.example';
const origin = new URL('https://library.example');

/** The records of the registry by number. `down` means that the registry doesn't answer for this patron. */
type Records = Record<string, Partial<Patron> | 'down' | null>;

function registryOf(records: Records): NoticeServices['patrons'] {
  const findMany: NoticeServices['patrons']['findMany'] = async (numbers) =>
    numbers.map((number) => {
      const record = records[number] ?? null;
      if (record === 'down') {
        throw new UpstreamError('patron registry', 'timeout', 'GetPatrons: no answer');
      }
      return record === null ? null : ({ number, status: 'ACTIVE', email: null, ...record } as Patron);
    });
  return { findMany };
}

/** The server of the tests that don't change its answers. Each test waits until its mails are taken. */
let shared: SmtpTestServer | null = null;
afterAll(() => shared?.[Symbol.asyncDispose]());

async function sharedServer(context: TestContext): Promise<SmtpTestServer> {
  shared ??= await smtpServerOrSkip(context);
  shared.forgetMails();
  return shared;
}

/**
 * A mail server, a journal and the registry. With `options`, the server is the test's own, which may change its
 * answers. `attemptMs` is the time limit of an attempt.
 */
async function setUp(context: TestContext, records: Records, options?: SmtpServerOptions) {
  const resources = new AsyncDisposableStack();
  const server =
    options === undefined
      ? await sharedServer(context)
      : resources.use(await smtpServerOrSkip(context, options));
  const { journal } = resources.use(await createJournalFile());
  const log = new Log();
  const patrons = registryOf(records);
  return {
    server,
    journal,
    log,
    make: (kind: NoticeKind, patronId: string) => journal.makeNotices([noticeOf(kind, patronId)]),
    send({ smtp = {}, attemptMs = 5_000, giveUpAfterMs = 60_000 }: Sending = {}): void {
      const address: SmtpServer = {
        host: '127.0.0.1',
        port: server.port,
        isTls: false,
        requiresTls: false,
        login: null,
        ...smtp,
      };
      const mailer = openMailer({ notices: journal }, { from, origin, send: openSmtp(address, attemptMs) });
      const times = { ...fastTimes, giveUpAfterMs };
      resources.use(startSending(journal, [mailer], { times }, log, patrons));
    },
    async settled(): Promise<void> {
      while ((await journal.countDeliveries()).pending > 0) {
        await setTimeout(10);
      }
    },
    undelivered: () => journal.undeliveredNotices(null, 100),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Sending {
  readonly smtp?: Partial<SmtpServer>;
  readonly attemptMs?: number;
  readonly giveUpAfterMs?: number;
}

const noticeOf = (kind: NoticeKind, patronId: string): NewNotice => ({
  kind,
  patronId,
  occasion: `${kind} ${patronId}`,
  endpoints: [mailEndpointName],
  formerEmail: null,
});

const chan = { P0000001: { email: 'chan@reader.example' } };

test('a mail goes to the address of that moment, in the language that the reader chose', async (context) => {
  const records: Records = { P0000001: { email: 'old@reader.example' } };
  await using given = await setUp(context, records);
  const { journal, server } = given;
  const none = { switchOn: [], switchOff: [] };
  await journal.changeNoticePreferences('P0000001', { ...none, language: 'zh-Hant' });
  await given.make('hold.ready', 'P0000001');
  records.P0000001 = { email: 'chan@reader.example' };
  given.send();
  await given.settled();
  await journal.changeNoticePreferences('P0000001', { ...none, language: 'en' });
  await given.make('loan.overdue', 'P0000001');
  await given.settled();
  const [chinese, english] = server.mails;
  expect(chinese).toMatchObject({ from, to: ['chan@reader.example'] });
  expect(chinese?.headers).toMatchObject({
    from,
    to: 'chan@reader.example',
    subject: '預約館藏可供領取',
    'auto-submitted': 'auto-generated',
    'content-language': 'zh-Hant',
    'message-id': expect.stringMatching(/^<[0-9A-Za-z]{22}@library\.example>$/),
  });
  expect(chinese?.text).toContain('你預約的館藏已在預約書架上，可供領取。');
  expect(chinese?.text).toContain('https://library.example/my/\n');
  expect(english?.headers.subject).toBe('Items are overdue');
  expect(english?.text).toMatch(
    /^Items that you borrowed are overdue\. Please return them\.\n\nThis was so on \d+ \w+ \d{4}\./,
  );
});

test('of a new address, the mail goes to the one before', async (context) => {
  await using given = await setUp(context, { P0000001: { email: 'thief@elsewhere.example' } });
  const formerEmail = 'chan@reader.example';
  await given.journal.makeNotices([{ ...noticeOf('contact.changed', 'P0000001'), formerEmail }]);
  given.send();
  await given.settled();
  expect(given.server.mails).toMatchObject([{ to: [formerEmail] }]);
});

test('a reader who chose no language gets both', async (context) => {
  await using given = await setUp(context, chan);
  await given.make('loan.due-in-3-days', 'P0000001');
  given.send();
  await given.settled();
  const [mail] = given.server.mails;
  expect(mail?.headers.subject).toBe('借閱館藏即將到期 / Items are due soon');
  expect(mail?.text).toContain('你所借的館藏將於兩至三日內到期。');
  expect(mail?.text).toContain('Items that you borrowed are due in two or three days.');
});

test('one click switches off the kinds that readers can do without, and only those', async (context) => {
  await using given = await setUp(context, chan);
  for (const kind of allKinds) {
    await given.make(kind, 'P0000001');
  }
  given.send();
  await given.settled();
  const optional = new Set<string>();
  for (const { headers, text } of given.server.mails) {
    const link = /^<(https:\S+)>$/.exec(headers['list-unsubscribe'] ?? '')?.[1];
    if (link === undefined) {
      expect(headers).not.toHaveProperty('list-unsubscribe');
      expect(text).not.toContain('/my/switch-off');
    } else {
      expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
      expect(text).toContain(link);
      const { pathname, searchParams } = new URL(link);
      expect(pathname).toBe('/my/switch-off');
      expect(link).not.toContain('P0000001');
      const switchOff = await given.journal.openSwitchOff(searchParams.get('link') ?? '');
      expect(switchOff).toEqual({ patronId: 'P0000001', kind: expect.any(String) });
      optional.add(switchOff?.kind ?? '');
    }
  }
  expect(given.server.mails).toHaveLength(allKinds.length);
  expect(optional).toEqual(new Set(allKinds.filter((kind) => mayBeSwitchedOff[kind])));
});

test('a kind that the reader has switched off is not sent any more', async (context) => {
  await using given = await setUp(context, chan);
  await given.make('hold.ready', 'P0000001');
  const change = { language: null, switchOn: [], switchOff: ['hold.ready'] } as const;
  await given.journal.changeNoticePreferences('P0000001', change);
  given.send();
  await given.settled();
  expect([given.server.mails, await given.undelivered()]).toEqual([[], []]);
});

test.for([
  ['an address that is none', 'ask at the desk'],
  ['an address with a line break', 'chan@reader.example\r\nBcc:wong@reader.example'],
  ['an address with a name', '<chan>@reader.example'],
  ['a list of addresses', 'wong,chan@reader.example'],
] as const)('%s is as good as no address', async ([, email], context) => {
  await using given = await setUp(context, { P0000001: { email } });
  await given.make('loan.overdue', 'P0000001');
  given.send();
  await given.settled();
  expect(await given.undelivered()).toMatchObject([{ failure: 'NO_ADDRESS', attempts: 1 }]);
  expect(given.server.mails).toEqual([]);
});

test('a reader without an address is listed for staff, and gets the notice once there is one', async (context) => {
  const records: Records = { P0000001: { email: null } };
  await using given = await setUp(context, records);
  await given.make('loan.overdue', 'P0000001');
  given.send();
  await given.settled();
  const [notice] = await given.undelivered();
  expect(notice).toMatchObject({ endpoint: 'SMTP', failure: 'NO_ADDRESS', status: null, attempts: 1 });
  expect(given.log.lines).toEqual([]);
  records.P0000001 = chan.P0000001;
  expect(await given.journal.resendNotice(notice?.id ?? '', 'SMTP')).toBe(true);
  await given.settled();
  expect(given.server.mails).toHaveLength(1);
});

test('a closed patron, or one whom the registry does not know, is told nothing', async (context) => {
  await using given = await setUp(context, {
    P0000001: { ...chan.P0000001, status: 'CLOSED' },
    P0000002: { email: 'wong@reader.example', status: 'SUSPENDED' },
  });
  for (const patronId of ['P0000001', 'P0000002', 'P0000003']) {
    await given.make('loan.overdue', patronId);
  }
  given.send();
  await given.settled();
  expect(given.server.mails.map(({ to }) => to)).toEqual([['wong@reader.example']]);
  expect(await given.undelivered()).toEqual([]);
});

test('a registry that does not answer is asked again, and the address is never guessed', async (context) => {
  const records: Records = { P0000001: 'down' };
  await using given = await setUp(context, records);
  await given.make('hold.ready', 'P0000001');
  given.send();
  await setTimeout(200);
  expect(await given.journal.countDeliveries()).toEqual({ pending: 1, undelivered: 0 });
  records.P0000001 = chan.P0000001;
  await given.settled();
  expect(given.server.mails).toHaveLength(1);
});

test('a mail that is put off (4xx) is sent again with the same id, until it is taken', async (context) => {
  await using given = await setUp(context, chan, {});
  const { server } = given;
  await server.answer({ data: '451 4.3.0 Try again later' });
  await given.make('hold.ready', 'P0000001');
  given.send();
  await expect.poll(() => server.mails.length).toBeGreaterThan(1);
  await server.answer({});
  await given.settled();
  expect(new Set(server.mails.map(({ headers }) => headers['message-id'])).size).toBe(1);
  expect(await given.undelivered()).toEqual([]);
});

test.for([
  ['the recipient is put off', { rcpt: '450 4.2.1 Busy' }, 'STATUS', 450],
  ['the message is put off', { data: '451 4.3.0 Later' }, 'STATUS', 451],
  ['the server says nothing to EHLO', { silent: 'ehlo' }, 'TIMED_OUT', null],
  ['the server says nothing to the recipient', { silent: 'rcpt' }, 'TIMED_OUT', null],
  ['the server says nothing to the message', { silent: 'data' }, 'TIMED_OUT', null],
] as const)(
  'when %s again and again, the notice is given up, and staff see why',
  async ([, answers, failure, status], context) => {
    await using given = await setUp(context, chan, {});
    await given.server.answer(answers);
    await given.make('hold.ready', 'P0000001');
    given.send({ attemptMs: 500, giveUpAfterMs: 1_500 });
    await given.settled();
    const [notice] = await given.undelivered();
    expect(notice).toMatchObject({ endpoint: 'SMTP', failure, status });
    expect(notice?.attempts).toBeGreaterThan(1);
  },
);

test.for([
  ['the recipient', { rcpt: '550 5.1.1 <chan@reader.example>: no such user' }, 550],
  ['the message', { data: '554 5.7.1 Refused as spam' }, 554],
] as const)(
  'a server that refuses %s for good (5xx) is not asked again, and staff see that',
  async ([, answers, status], context) => {
    await using given = await setUp(context, chan, {});
    await given.server.answer(answers);
    await given.make('hold.ready', 'P0000001');
    given.send();
    await given.settled();
    expect(await given.undelivered()).toMatchObject([{ failure: 'REFUSED', status, attempts: 1 }]);
    await expect.poll(() => given.log.lines.join()).toContain('a notice was given up');
    expect(given.log.lines.join()).not.toMatch(/chan|reader\.example|P0000001/);
  },
);

test('a server that is away gets everything when it is back', async (context) => {
  await using given = await setUp(context, chan);
  const kinds = ['hold.ready', 'hold.lapsing', 'loan.overdue'] as const;
  for (const kind of kinds) {
    await given.make(kind, 'P0000001');
  }
  await using address = await startTcpSwitch('127.0.0.1:1');
  given.send({ smtp: { port: Number(address.host.split(':')[1]) } });
  await setTimeout(200);
  expect(await given.journal.countDeliveries()).toEqual({ pending: 3, undelivered: 0 });
  address.leadTo(`127.0.0.1:${given.server.port}`);
  await given.settled();
  expect(given.server.mails).toHaveLength(3);
});

const login = { user: 'notices@library.example', password: 'p@ss word' };

test('a server is given the login, and a wrong one gives up no mail', async (context) => {
  await using given = await setUp(context, chan, { login });
  await given.make('hold.ready', 'P0000001');
  given.send({ smtp: { login: { ...login, password: 'wrong' } } });
  await setTimeout(500);
  expect(await given.journal.countDeliveries()).toEqual({ pending: 1, undelivered: 0 });
  expect(given.server.mails).toEqual([]);
});

test.for([
  ['smtps', false],
  ['STARTTLS', true],
] as const)(
  'over %s, a server whose authority is trusted gets the login and the mail, and no other server does',
  async ([, startTls], context) => {
    using authority = createAuthority();
    const { certFile, keyFile } = authority.issue('mail', forThisMachine);
    await using given = await setUp(context, chan, { tls: { certFile, keyFile, startTls }, login });
    await given.make('hold.ready', 'P0000001');
    given.send({ smtp: { isTls: !startTls, requiresTls: true, login }, giveUpAfterMs: 300 });
    await given.settled();
    const [notice] = await given.undelivered();
    expect(notice).toMatchObject({ failure: 'UNREACHABLE', status: null });
    expect(given.server.mails).toEqual([]);
    using _ = trusting(authority.ca);
    await given.journal.resendNotice(notice?.id ?? '', mailEndpointName);
    await given.settled();
    expect(given.server.mails).toMatchObject([{ tls: true, authenticated: true }]);
  },
);

/** Lets this process trust an authority, until it is disposed of. */
function trusting(ca: string): Disposable {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ca]);
  return { [Symbol.dispose]: () => setDefaultCACertificates(before) };
}

test('where TLS is required, a server without it gets no mail and no login', async (context) => {
  await using given = await setUp(context, chan, { login });
  await given.make('hold.ready', 'P0000001');
  given.send({ smtp: { requiresTls: true, login }, giveUpAfterMs: 300 });
  await given.settled();
  expect((await given.undelivered())[0]?.failure).not.toBe('REFUSED');
  expect(given.server.mails).toEqual([]);
});
