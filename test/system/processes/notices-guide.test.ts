/** The receiver of docs/guides/notices.md runs in a process of its own, and gets notices from a sender. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noticeKinds } from '../../../subgraphs/notices/kinds.ts';
import { createJournalFile, endpointAt, overdueOf, start } from '../../fault/notices/sending.ts';
import { freePort, run } from '../../support/processes.ts';
import { newSecret } from '../../support/servers/webhook-receiver.ts';

const root = join(import.meta.dirname, '../../..');
const guide = await readFile(join(root, 'docs/guides/notices.md'), 'utf8');

test('the guide’s receiver accepts only verified notices', async () => {
  const [, source = ''] = /^```js receiver\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  // The file must be inside the project, because Node looks for the package from there.
  const file = join(root, `receiver-of-the-guide-${process.pid}.mjs`);
  await writeFile(file, source);
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(file));
  const [port, secret] = [String(await freePort()), newSecret()];
  await using receiver = run(file, { PORT: port, WEBHOOK_SECRET: secret });
  await receiver.says(/listening/);
  const url = `http://127.0.0.1:${port}/hooks`;
  await using library = await createJournalFile();
  await library.journal.makeNotices(overdueOf(1, ['mail', 'impostor']));
  const endpoints = [
    endpointAt('mail', url, [newSecret(), secret]),
    endpointAt('impostor', url, [newSecret()]),
  ];
  await using _ = start(library.journal, endpoints);
  await receiver.says(/loan\.overdue for P0000001/);
  await expect.poll(() => library.journal.countDeliveries()).toEqual({ pending: 1, undelivered: 0 });
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(receiver.output.stdout.match(/for P0000001/g)).toHaveLength(1);
});

test('the guide describes every kind of notice as the code does', () => {
  const rows = [...guide.matchAll(/^\| `([a-z]+\.[a-z0-9-]+)` \| (.+) \|$/gm)].map(([, kind, says]) => [
    kind,
    says,
  ]);
  expect(Object.fromEntries(rows)).toEqual(noticeKinds);
});
