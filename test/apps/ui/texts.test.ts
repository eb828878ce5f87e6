/** The pages have texts for every error code, and for every field that an access log names. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContactChanges, PatronChanges } from '../../../adapters/patrons/port.ts';
import { changedFieldTexts } from '../../../apps/ui/src/language/changed-fields.ts';
import { errorTexts, reasonIn, spokenByGraph } from '../../../apps/ui/src/language/error-texts.ts';
import { formatCharge, formatDay } from '../../../apps/ui/src/language/format.ts';
import type { CardField } from '../../../subgraphs/credentials/procedures/steps/record-card-changes.ts';
import type { closingField } from '../../../subgraphs/operations/sign-ins/end-of-sign-ins.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Error codes come from the gateway, the subgraphs, the server of the pages, and the guide. */
const gatewayFiles = globSync('gateway/{engine,executor,transport,http,access}/**/*.ts', { cwd: root });
const subgraphFiles = globSync('subgraphs/**/*.ts', { cwd: root });

const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, code = '']) => code);

function codesOfSource(): ReadonlySet<string> {
  const gateway = gatewayFiles
    .map(read)
    .flatMap((text) =>
      matches(
        text,
        /(?:code: |HttpError\([^;]*?|Failure\([^;]*?|rejection\(|[?:] )'((?!GET|POST)[A-Z]{3,}(?:_[A-Z]+)*)'/g,
      ),
    );
  const subgraphs = subgraphFiles
    .map(read)
    .flatMap((text) => matches(text, /extensions: \{\s*code: '([A-Z_]+)'/g));
  const upstream = matches(read('subgraphs/runtime/errors.ts'), /code: '([A-Z_]+)'/g);
  const smartId = matches(read('subgraphs/library/smart-id.ts'), /code: '([A-Z_]+)', field/g);
  const web = matches(read('edge/web/http/answers.ts'), /^ {2}([A-Z_]+): \[/gm);
  return new Set([...gateway, ...subgraphs, ...upstream, ...smartId, ...web]);
}

function codesOfGuide(): ReadonlySet<string> {
  const section = /^## Errors\n(.*)/ms.exec(read('docs/guides/answers.md'))?.[1] ?? '';
  const cells = section.split('\n').flatMap((line) => /^\| (`[^|]*)\|/.exec(line)?.[1] ?? []);
  return new Set(cells.flatMap((cell) => matches(cell, /`([A-Z_]+)`/g)));
}

const toldCodes = new Set([...Object.keys(errorTexts), ...spokenByGraph]);

test('every error code that the source names has a text in both languages', () => {
  const codes = codesOfSource();
  // These known codes prove that the patterns match.
  for (const code of [
    'PLANNING_FAILED',
    'SUBGRAPH_TIMEOUT',
    'RATE_LIMITED',
    'INDEX_NOT_READY',
    'CSRF_CHECK_FAILED',
  ]) {
    expect(codes).toContain(code);
  }
  expect([...codes].filter((code) => !toldCodes.has(code))).toEqual([]);
});

test('every error code of the guide has a text, and no text is for an unknown code', () => {
  const guide = codesOfGuide();
  expect(guide.size).toBeGreaterThan(20);
  expect([...guide].filter((code) => !toldCodes.has(code))).toEqual([]);
  const known = new Set([...guide, ...codesOfSource()]);
  expect([...toldCodes].filter((code) => !known.has(code))).toEqual([]);
});

test('a reason is in the page’s language and names a missing scope; for wrong input it is the graph’s message', () => {
  const english = 'The circulation system is busy.';
  expect(reasonIn('zh-Hant', { path: ['me'], code: 'UPSTREAM_UNAVAILABLE', message: english })).not.toMatch(
    /[a-z]/i,
  );
  const atNight = { path: ['me', 'account'], code: 'UPSTREAM_UNAVAILABLE', message: english };
  expect(reasonIn('en', atNight), 'no advice that fails at night').toContain('closed every night');
  expect(reasonIn('zh-Hant', { path: ['me'], code: 'SOMETHING_NEW', message: english })).not.toMatch(
    /[a-z]/i,
  );
  const scopes = 'This requires the scope patrons:read and circulation:read, or station.';
  expect(reasonIn('en', { path: ['me'], code: 'FORBIDDEN', message: scopes })).toBe(scopes);
  const inChinese = '此項須有權限 patrons:read。';
  expect(reasonIn('zh-Hant', { path: ['me'], code: 'FORBIDDEN', message: inChinese })).toBe(inChinese);
  expect(
    reasonIn('zh-Hant', {
      path: ['me'],
      code: 'FORBIDDEN',
      message: 'Your account lacks the scope for this.',
    }),
  ).toBe(errorTexts.FORBIDDEN['zh-Hant']);
  expect(reasonIn('zh-Hant', { path: ['me'], code: 'PIN_LOCKED', message: '密碼已鎖定。' })).toBe(
    '密碼已鎖定。',
  );
});

/** The fields about merged records. */
type MergeField = 'mergedInto' | 'mergedFrom';

test('every field that an access log names has a word', () => {
  // The compiler rejects an unknown field here.
  const fields = {
    englishName: true,
    chineseName: true,
    dateOfBirth: true,
    identityNumber: true,
    birthCertificateNumber: true,
    guarantor: true,
    status: true,
    addressLines: true,
    addressProven: true,
    telephone: true,
    email: true,
    noticePreferences: true,
    signIns: true,
    mergedInto: true,
    mergedFrom: true,
    'credential.status': true,
    'credential.issuedOn': true,
    'credential.dateOfIssue': true,
    'credential.onReplacement': true,
    'credential.informationCardPrintedOn': true,
    'credential.block': true,
    'credential.pin': true,
    'credential.pinCode': true,
  } satisfies Record<
    | keyof PatronChanges
    | keyof ContactChanges
    | `credential.${CardField | 'block'}`
    | MergeField
    | typeof closingField
    | 'noticePreferences',
    true
  >;
  expect(Object.keys(changedFieldTexts).sort()).toEqual(Object.keys(fields).sort());
});

test('the name of a charge says nothing twice, and Chinese has its own punctuation', () => {
  expect(formatCharge('Overdue', 'Overdue item', 'en')).toBe('Overdue item');
  expect(formatCharge('Overdue item', 'Overdue item', 'en')).toBe('Overdue item');
  expect(formatCharge('Printing', '7 pages', 'en')).toBe('Printing: 7 pages');
  expect(formatCharge('逾期罰款', 'Overdue item', 'zh-Hant')).toBe('逾期罰款：Overdue item');
  expect(formatCharge('Other', null, 'en')).toBe('Other');
});

test('each month has three letters in English', () => {
  expect(formatDay('2026-09-01', 'en')).toBe('1\u00a0Sep\u00a02026');
});
