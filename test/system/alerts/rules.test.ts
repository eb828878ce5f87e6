/** Alerts for series that real processes rarely produce. Prometheus' `promtool` evaluates them. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { missingPrometheus } from './prometheus.ts';

const deploy = join(import.meta.dirname, '../../../deploy');
const reason = missingPrometheus();

/**
 * The values of a series, one for each scrape, in promtool's notation. `1x20` is the value 1 and 20 repeats, and `_x20`
 * is 20 scrapes without a value. After `stale` Prometheus no longer finds the target.
 */
type Series = Readonly<Record<string, string>>;

/**
 * Promtool's output if the alert fires at another time or for other label values than expected. Otherwise the text is
 * empty.
 */
function differences(
  series: Series,
  alert: string,
  label: string,
  expected: Readonly<Record<string, readonly string[]>>,
  interval = '15s',
): string {
  using folder = makeTemporaryFolder();
  const file = join(folder.path, 'test.yml');
  const expr = `group by (${label}) (ALERTS{alertname="${alert}", alertstate="firing"})`;
  const content = {
    rule_files: [join(deploy, 'alerts.yml')],
    evaluation_interval: interval,
    tests: [
      {
        interval,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(expected).map(([eval_time, firing]) => ({
          expr,
          eval_time,
          exp_samples: firing.map((value) => ({ labels: `{${label}="${value}"}`, value: 1 })),
        })),
      },
    ],
  };
  writeFileSync(file, JSON.stringify(content));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

const upOf = (part: string, instance = `${part}:9464`) =>
  `up{job="patron-graph", part="${part}", instance="${instance}"}`;
const mandatory = ['gateway', 'patrons', 'credentials', 'circulation'] as const;
const allUp = Object.fromEntries(mandatory.map((part) => [upOf(part), '1x240']));

describe.skipIf(reason !== null)(`the rules ${reason ?? ''}`, () => {
  test.each(mandatory)('%s is absent when Prometheus finds no process of it, and not before', (part) => {
    const another = upOf(part, 'another:9464');
    const series = { ...allUp, [upOf(part)]: '1x40 stale', [another]: '1x80 stale' };
    const expected = { '15m': [], '25m': [part] };
    expect(differences(series, 'PartAbsent', 'part', expected)).toBe('');
  });

  test('a service that never ran is absent only if it is mandatory', () => {
    expect(differences({}, 'PartAbsent', 'part', { '1m': [], '5m': mandatory })).toBe('');
    expect(differences(allUp, 'PartAbsent', 'part', { '30m': [] })).toBe('');
  });

  test.each(['sign-in', 'web', 'sip2'])('%s is absent for a day after it has run', (part) => {
    const others = Object.fromEntries(mandatory.map((name) => [upOf(name), '1x400']));
    const series = { ...others, [upOf(part)]: '1x10 stale' };
    const expected = { '36m': [], '1h': [part], '24h': [part], '25h': [] };
    // The interval is long, because promtool needs much time to evaluate all rules for a whole day.
    expect(differences(series, 'PartAbsent', 'part', expected, '4m')).toBe('');
  });

  test('a legacy system is away while its circuit breaker opens again and again', () => {
    const breaker = (state: string, instance: string) =>
      `patron_graph_legacy_breaker_state{system="circulation", state="${state}", instance="${instance}"}`;
    // Each trial call hangs, so a trial call is in progress during half of the time.
    const hanging = { [breaker('open', 'a')]: '1 0 0 1 0 1 1 0 0 0 1 0 1 0 0 1 0x40' };
    const away = { '4m': ['circulation'], '7m': [] };
    expect(differences(hanging, 'LegacySystemAway', 'system', away)).toBe('');
    // A process that called once during an outage, and then never again.
    const idle = { [breaker('open', 'b')]: '0x5 1 0x200', [breaker('half-open', 'b')]: '0x6 1x200' };
    expect(differences(idle, 'LegacySystemAway', 'system', { '3m': [], '5m': [], '30m': [] })).toBe('');
  });

  test('the feed is behind while two processes take it from each other and neither can read it', () => {
    const [lag, pages] = ['patron_graph_feed_lag_seconds', 'patron_graph_feed_pages_total'];
    // A page every two seconds, until circulation is away. Then the one that follows loses the feed every 45 seconds.
    const broken = {
      [`${lag}{instance="a"}`]: `0x20${' 15 30 45 stale stale stale'.repeat(10)}`,
      [`${lag}{instance="b"}`]: `_x20${' stale stale stale 15 30 45'.repeat(10)}`,
      [`${pages}{instance="a"}`]: '0+7x20 140x60',
      [`${pages}{instance="b"}`]: '0x80',
    };
    const expected = { '5m': [], '10m': [], '16m': ['page'], '19m': ['page'] };
    expect(differences(broken, 'FeedBehind', 'severity', expected)).toBe('');
  });

  test('the feed is not behind if a process does not know yet that another one follows it now', () => {
    const [lag, pages] = ['patron_graph_feed_lag_seconds', 'patron_graph_feed_pages_total'];
    const followed = {
      [`${lag}{instance="cut off"}`]: '0x20 0+15x60',
      [`${lag}{instance="b"}`]: '_x21 0x60',
      [`${pages}{instance="cut off"}`]: '0+7x20 140x60',
      [`${pages}{instance="b"}`]: '0x21 0+7x60',
    };
    expect(differences(followed, 'FeedBehind', 'severity', { '5m': [], '16m': [], '19m': [] })).toBe('');
  });

  test('the feed is not behind where no process follows it, which is another alert', () => {
    const others = { 'patron_graph_feed_pages_total{instance="patrons"}': '0x80' };
    const expected = (firing: readonly string[]) => ({ '4m': [], '19m': firing });
    expect(differences(others, 'FeedBehind', 'severity', expected([]))).toBe('');
    expect(differences(others, 'FeedNotFollowed', 'severity', expected(['page']))).toBe('');
  });

  test('the list of who owes something is old after an hour, because the payment system is closed at night', () => {
    const lagging = { patron_graph_owing_age_seconds: '0+60x90', patron_graph_index_age_seconds: '4x90' };
    const expected = { '59m': [], '70m': ['ticket'] };
    expect(differences(lagging, 'IndexOld', 'severity', expected, '1m')).toBe('');
  });

  test('circulation’s clock is wrong if it is behind, too, whatever another process shows', () => {
    const clock = (instance: string) =>
      `patron_graph_circulation_clock_ahead_seconds{instance="${instance}"}`;
    const behind = { [clock('a')]: '-60x60', [clock('b')]: '0x60' };
    const expected = { '4m': [], '8m': ['ticket'] };
    expect(differences(behind, 'CirculationClockWrong', 'severity', expected)).toBe('');
  });

  test.each([
    ['JournalConnectionsShort', 'db_client_connection_pending_requests{call_class="reader", instance="new"}'],
    ['EventLoopBlocked', 'nodejs_eventloop_lag_max_seconds{instance="new"}'],
  ])('%s does not fire for the first scrape of a new process', (alert, series) => {
    const once = { [series]: '_x8 3 0x40' };
    const expected = { '2m': [], '2m15s': [], '5m': [] };
    expect(differences(once, alert, 'instance', expected)).toBe('');
    const always = { [series]: '_x8 3x40' };
    expect(differences(always, alert, 'instance', { '4m': [], '8m': ['new'] })).toBe('');
  });

  /** The starts of a process, four scrapes apart, and its settings after each of them. */
  const startsOf = (settings: readonly number[]): Series => {
    const labels = '{job="patron-graph", part="sign-in", instance="sign-in:9464"}';
    const each = (value: (start: number) => number) =>
      settings.map((_, start) => `${value(start)}x3`).join(' ');
    return {
      [`process_start_time_seconds${labels}`]: `${each((start) => 1000 + start * 60)} ${1000 + settings.length * 60 - 60}x20`,
      [`patron_graph_settings_fingerprint${labels}`]: `${each((start) => settings[start] ?? 0)} ${settings.at(-1)}x20`,
    };
  };

  test.each([
    ['three rounds of a new secret', [1, 2, 3, 4], []],
    ['three rounds, and two crashes', [1, 2, 2, 3, 3, 4], []],
    ['three crashes', [1, 1, 1, 1], ['sign-in:9464']],
    ['a round that the process does not survive', [1, 2, 2, 2, 2], ['sign-in:9464']],
  ])('PartRestartsOften: %s', (_, settings, firing) => {
    expect(differences(startsOf(settings), 'PartRestartsOften', 'instance', { '9m': firing })).toBe('');
  });

  test('PartRestartsOften counts every start of a process without the metric of its settings', () => {
    const [[name = '', values = ''] = []] = Object.entries(startsOf([1, 2, 3, 4]));
    const expected = { '9m': ['sign-in:9464'] };
    expect(differences({ [name]: values }, 'PartRestartsOften', 'instance', expected)).toBe('');
  });

  test('Prometheus accepts the configuration', () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'config', join(deploy, 'prometheus.yml')], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test('Prometheus finds every service that can be absent, and labels it with its DNS name', () => {
  const read = (file: string): unknown => parse(readFileSync(join(deploy, file), 'utf8'));
  const [job] = z
    .object({
      scrape_configs: z.tuple([
        z.object({
          dns_sd_configs: z.tuple([z.object({ names: z.array(z.string()) })]),
          relabel_configs: z.unknown(),
        }),
      ]),
    })
    .parse(read('prometheus.yml')).scrape_configs;
  expect(job.relabel_configs).toEqual([{ source_labels: ['__meta_dns_name'], target_label: 'part' }]);
  const rules = z
    .object({
      groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
    })
    .parse(read('alerts.yml'))
    .groups.flatMap((group) => group.rules);
  const { expr = '' } = rules.find(({ alert }) => alert === 'PartAbsent') ?? {};
  const parts = [...expr.matchAll(/part=~?"([^"]+)"/g)].flatMap(([, names = '']) => names.split('|'));
  expect(parts.sort()).toEqual(job.dns_sd_configs[0].names.toSorted());
});
