import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Violations that axe finds in the page's present state: the rule and the HTML of each element. `rules` limits the rules.
 * By default, all are applied. A list that is read again is paler until its answer comes, so the lists are awaited.
 */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.waitForFunction(() => document.querySelector('.loaded[aria-busy=true] tbody') === null);
  await page.evaluate(source);
  const options: RunOptions = rules === undefined ? {} : { runOnly: { type: 'rule', values: [...rules] } };
  return await page.evaluate(async (limited) => {
    const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    const { violations } = await axe.run(limited);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, options);
}
